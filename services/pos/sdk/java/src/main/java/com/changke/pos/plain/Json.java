package com.changke.pos.plain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON as maps, lists, texts, numbers (Long, or BigDecimal with a fraction), booleans
 * and null, for tills whose JDK has no library of their own for it.
 */
public final class Json {
    private static final int DEPTH = 100;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** Reads one value. Throws IllegalArgumentException for what is not JSON. */
    public static Object read(String text) {
        Json j = new Json(text);
        Object value = j.value(0);
        if (j.next() != '\0') {
            throw j.wrong();
        }
        return value;
    }

    /** Gives a value as an object; an empty one if it is none. */
    @SuppressWarnings("unchecked") // read makes no other maps
    public static Map<String, Object> object(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Map.of();
    }

    /** Gives a value as a list of objects; an empty one if it is none. */
    public static List<Map<String, Object>> objects(Object value) {
        List<Map<String, Object>> out = new ArrayList<>();
        if (value instanceof Collection) {
            ((Collection<?>) value).forEach(v -> out.add(object(v)));
        }
        return out;
    }

    /** Gives a value as a text; empty if it is none. */
    public static String text(Object value) {
        return value instanceof String ? (String) value : "";
    }

    /** Gives a whole number, also one that stands in quotes as 64-bit ones do; 0 if absent. */
    public static long number(Object value) {
        return value == null ? 0 : Long.parseLong(value.toString());
    }

    /** Writes a value: maps, collections, texts, numbers, booleans, null. */
    public static String write(Object value) {
        StringBuilder out = new StringBuilder();
        write(out, value);
        return out.toString();
    }

    private static void write(StringBuilder out, Object value) {
        if (value instanceof Map) {
            String comma = "{";
            for (Map.Entry<?, ?> e : ((Map<?, ?>) value).entrySet()) {
                quote(out.append(comma), e.getKey().toString());
                write(out.append(':'), e.getValue());
                comma = ",";
            }
            out.append(comma.equals("{") ? "{}" : "}");
        } else if (value instanceof Collection) {
            String comma = "[";
            for (Object v : (Collection<?>) value) {
                write(out.append(comma), v);
                comma = ",";
            }
            out.append(comma.equals("[") ? "[]" : "]");
        } else if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            quote(out, value.toString());
        }
    }

    private static void quote(StringBuilder out, String s) {
        out.append('"');
        for (char c : s.toCharArray()) {
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private Object value(int depth) {
        if (depth > DEPTH) {
            throw wrong();
        }
        switch (next()) {
            case '{':
                return map(depth);
            case '[':
                return list(depth);
            case '"':
                return string();
            case 't':
                return word("true", true);
            case 'f':
                return word("false", false);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> map(int depth) {
        Map<String, Object> out = new LinkedHashMap<>();
        at++;
        while (next() != '}') {
            if (!out.isEmpty()) {
                take(',');
                next();
            }
            String name = string();
            take(':');
            out.put(name, value(depth + 1));
        }
        at++;
        return out;
    }

    private List<Object> list(int depth) {
        List<Object> out = new ArrayList<>();
        at++;
        while (next() != ']') {
            if (!out.isEmpty()) {
                take(',');
            }
            out.add(value(depth + 1));
        }
        at++;
        return out;
    }

    private String string() {
        take('"');
        StringBuilder out = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            out.append(c == '\\' ? escaped() : c);
        }
        take('"');
        return out.toString();
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : '\0';
        int known = "\"\\/bfnrt".indexOf(c);
        if (known >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(known);
        }
        if (c != 'u' || at + 4 > text.length()) {
            throw wrong();
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private Object number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        return digits.matches("-?[0-9]{1,18}") ? (Object) Long.valueOf(digits) : new BigDecimal(digits);
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong();
        }
        at += word.length();
        return value;
    }

    /** Passes blanks over and tells what comes; the null character at the end. */
    private char next() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void take(char c) {
        if (next() != c) {
            throw wrong();
        }
        at++;
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("not JSON at " + at);
    }
}
