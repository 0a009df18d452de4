package com.changke.pos.plain;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Webhooks of Changke, signed as Standard Webhooks say. */
public final class Webhooks {
    /** How far clocks may differ. */
    public static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final List<byte[]> keys;

    /** What came is not from Changke, is older than the tolerance, or was changed. */
    public static final class BadSignature extends Exception {
        private static final long serialVersionUID = 1;

        BadSignature(String why) {
            super(why);
        }
    }

    /** Takes the secrets that are in use, whsec_…: two while one is being exchanged. */
    public Webhooks(String... secrets) {
        keys = java.util.Arrays.stream(secrets)
                .map(s -> Base64.getDecoder().decode(s.startsWith("whsec_") ? s.substring(6) : s))
                .collect(java.util.stream.Collectors.toUnmodifiableList());
    }

    /**
     * Checks an event that was received and gives it: type, timestamp, data. An event may
     * come twice: know it by its webhook-id.
     *
     * @param id the header webhook-id
     * @param timestamp the header webhook-timestamp
     * @param signatures the header webhook-signature
     * @param body the bytes as they were received, not parsed and written again
     */
    public Map<String, Object> verify(String id, String timestamp, String signatures, byte[] body) throws BadSignature {
        return verify(id, timestamp, signatures, body, Instant.now());
    }

    /** The same at another time. */
    public Map<String, Object> verify(String id, String timestamp, String signatures, byte[] body, Instant now) throws BadSignature {
        if (id == null || timestamp == null || signatures == null || !timestamp.matches("[0-9]{1,12}")) {
            throw new BadSignature("not a webhook: a header is missing");
        }
        if (Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now).abs().compareTo(TOLERANCE) > 0) {
            throw new BadSignature("too old, or a clock is wrong");
        }
        for (byte[] key : keys) {
            byte[] right = sign(key, id + "." + timestamp + ".", body);
            for (String given : signatures.split(" ")) {
                if (MessageDigest.isEqual(right, given.getBytes(StandardCharsets.UTF_8))) {
                    return Json.object(Json.read(new String(body, StandardCharsets.UTF_8)));
                }
            }
        }
        throw new BadSignature("signed by none of the secrets");
    }

    private static byte[] sign(byte[] key, String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return ("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body))).getBytes(StandardCharsets.UTF_8);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // every JDK has HmacSHA256
        }
    }
}
