package com.changke.pos;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import com.changke.pos.plain.Json;
import com.changke.pos.plain.Webhooks;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Test;

/** What the server's own code signed is accepted; anything else is not. */
public class WebhooksTest {
    private String[] secrets;
    private String id;
    private String timestamp;
    private String signatures;
    private byte[] body;
    private Instant now;

    @Before
    public void read() throws Exception {
        Map<String, Object> sent = Json.object(Json.read(Files.readString(Path.of(System.getenv("CHANGKE_WEBHOOK")))));
        secrets = ((List<?>) sent.get("secrets")).toArray(new String[0]);
        Map<String, Object> headers = Json.object(sent.get("headers"));
        id = Json.text(headers.get("webhook-id"));
        timestamp = Json.text(headers.get("webhook-timestamp"));
        signatures = Json.text(headers.get("webhook-signature"));
        body = Json.text(sent.get("body")).getBytes(StandardCharsets.UTF_8);
        now = Instant.ofEpochSecond(Long.parseLong(timestamp));
    }

    @Test
    public void acceptsByEitherSecret() throws Exception {
        for (String[] known : List.of(secrets, new String[] {secrets[0]}, new String[] {secrets[1]})) {
            Map<String, Object> event = new Webhooks(known).verify(id, timestamp, signatures, body, now);
            assertEquals("guest.blacklisted", event.get("type"));
            assertEquals("S01", Json.object(event.get("data")).get("store_code"));
        }
    }

    @Test
    public void refuses() {
        byte[] changed = new String(body, StandardCharsets.UTF_8).replace("S01", "S02").getBytes(StandardCharsets.UTF_8);
        Webhooks own = new Webhooks(secrets);
        Webhooks other = new Webhooks("whsec_" + "AAAA".repeat(8));
        assertThrows(Webhooks.BadSignature.class, () -> other.verify(id, timestamp, signatures, body, now));
        assertThrows(Webhooks.BadSignature.class, () -> own.verify(id, timestamp, signatures, changed, now));
        assertThrows(Webhooks.BadSignature.class, () -> own.verify("0".repeat(36), timestamp, signatures, body, now));
        assertThrows(Webhooks.BadSignature.class, () -> own.verify(id, timestamp, signatures, body, now.plusSeconds(301)));
        assertThrows(Webhooks.BadSignature.class, () -> own.verify(id, timestamp, signatures, body, now.minusSeconds(301)));
        assertThrows(Webhooks.BadSignature.class, () -> own.verify(id, "now", signatures, body, now));
        assertThrows(Webhooks.BadSignature.class, () -> own.verify(id, timestamp, null, body, now));
        assertThrows(Webhooks.BadSignature.class, () -> own.verify(id, timestamp, signatures.replace("v1,", "v9,"), body, now));
    }
}
