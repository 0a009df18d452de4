package com.changke.pos;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import com.changke.pos.plain.Json;
import java.math.BigDecimal;
import java.util.List;
import org.junit.Test;

/** The small JSON reader and writer. */
public class JsonTest {
    @Test
    public void readsWhatItWrites() {
        for (String text : List.of("{}", "[]", "null", "true", "-12", "1.5", "\"\"", "{\"a\":[1,{\"b\":null}],\"c\":\"牡丹厅 \\\" \\\\ \\u000a\"}", "[[],[{}]]", "9007199254740993")) {
            assertEquals(text, Json.write(Json.read(text)));
        }
    }

    @Test
    public void readsWhatOthersWrite() {
        assertEquals(List.of(1L, "/é\ud83d\ude00\t", new BigDecimal("1e3"), false), Json.read(" [ 1 , \"\\/\\u00e9\\ud83d\\ude00\\t\" , 1e3,\nfalse ] "));
        assertEquals("1", Json.object(Json.read("{ \"a\" : \"1\" }")).get("a"));
        assertEquals(8800, Json.number("8800"));
    }

    @Test
    public void refusesWhatIsNoJson() {
        for (String text : List.of("", "{", "[1,]", "{\"a\"}", "{\"a\":1,}", "tru", "1 2", "\"", "\"\\x\"", "-", "[".repeat(1000), "{,}", "nul")) {
            assertThrows(text, IllegalArgumentException.class, () -> Json.read(text));
        }
    }
}
