package com.changke.pos.plain;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Changke's POS interface over plain HTTP and JSON: nothing but a JDK (11 or newer) is
 * needed. Requests and answers are maps with the names of the OpenAPI document
 * (/openapi.json). Safe to be used by several threads at once. Every refusal is a
 * {@link PosException}.
 */
public final class PlainClient {
    private static final String SERVICE = "/changke.pos.v1.PosService/";
    private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");
    // What an answer means that the server did not write itself, such as a proxy's.
    private static final Map<Integer, String> CODES = Map.of(401, "unauthenticated", 403, "permission_denied", 404, "unimplemented", 429, "resource_exhausted",
            502, "unavailable", 503, "unavailable", 504, "unavailable");

    private final URI server;
    private final String key;
    private final HttpClient http;
    private final Duration timeout;
    private final Retry retry;

    /** Calls https://host[:port] with a key ck_live_…, ten seconds for each try. */
    public PlainClient(String url, String key) {
        this(url, key, HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build(), Duration.ofSeconds(10), Retry.STANDARD);
    }

    /** The same with a client of yours (certificates, proxy), a timeout for each try, and retries. */
    public PlainClient(String url, String key, HttpClient http, Duration timeout, Retry retry) {
        this.server = address(url);
        this.key = key;
        this.http = http;
        this.timeout = timeout;
        this.retry = retry;
    }

    /** Checks a server's address; a key goes unencrypted only to this machine. */
    public static URI address(String url) {
        URI at = URI.create(url);
        boolean local = at.getHost() != null && LOCAL.contains(at.getHost());
        if (at.getHost() == null || !at.getPath().matches("/?") || !("https".equals(at.getScheme()) || "http".equals(at.getScheme()) && local)) {
            throw new IllegalArgumentException("the server's address is https://host or https://host:port");
        }
        return at;
    }

    /**
     * Records up to 500 bills; gives one result each, in their order. A refused bill stops
     * no other: look at each result's "outcome".
     */
    public List<Map<String, Object>> recordBills(List<Map<String, Object>> bills) {
        return recordBills(bills, newKey());
    }

    /** The same with an idempotency key of yours. */
    public List<Map<String, Object>> recordBills(List<Map<String, Object>> bills, String idempotencyKey) {
        return Json.objects(write("RecordBills", Map.of("bills", bills), idempotencyKey).get("results"));
    }

    /** Checks bills as recordBills would, and writes nothing. */
    public List<Map<String, Object>> checkBills(List<Map<String, Object>> bills) {
        return Json.objects(read("RecordBills", Map.of("bills", bills, "validateOnly", true)).get("results"));
    }

    /** Gives a bill as it is on file: its highest revision. PosException: bill.not_found. */
    public Map<String, Object> getBill(String storeCode, String source, String billNo) {
        return Json.object(read("GetBill", Map.of("storeCode", storeCode, "source", source, "billNo", billNo)).get("bill"));
    }

    /**
     * Gives what was recorded of a store's bills to each, page by page, until there is no
     * more. Keep each page's "nextCursor" once its "bills" are worked, and begin there
     * another day; an empty cursor begins at the first.
     *
     * @return the last cursor
     */
    public String eachBillPage(String storeCode, String cursor, Consumer<Map<String, Object>> each) {
        Map<String, Object> page;
        do {
            page = read("ListBillsUpdatedSince", Map.of("storeCode", storeCode, "cursor", cursor));
            each.accept(page);
            cursor = Json.text(page.get("nextCursor"));
        } while (Boolean.TRUE.equals(page.get("hasMore")));
        return cursor;
    }

    /** Tells what business days came to; gives each beside what is on file. */
    public List<Map<String, Object>> reportDayTotals(List<Map<String, Object>> totals) {
        return Json.objects(write("ReportDayTotals", Map.of("totals", totals), newKey()).get("totals"));
    }

    /** Compares totals with what is on file as reportDayTotals would, and tells nothing: nobody waits for this till's. */
    public List<Map<String, Object>> checkDayTotals(List<Map<String, Object>> totals) {
        return Json.objects(read("ReportDayTotals", Map.of("totals", totals, "validateOnly", true)).get("totals"));
    }

    /** Gives a day's totals by each till, told and on file. */
    public List<Map<String, Object>> getDayTotals(String storeCode, String businessDate) {
        return Json.objects(read("GetDayTotals", Map.of("storeCode", storeCode, "businessDate", businessDate)).get("totals"));
    }

    /** Tells who is at the counter. One try of a second: a till goes on without the answer. */
    public Map<String, Object> lookupGuest(String storeCode, String number) {
        return lookupGuest(storeCode, number, Duration.ofSeconds(1));
    }

    /** The same with a timeout of yours. */
    public Map<String, Object> lookupGuest(String storeCode, String number, Duration timeout) {
        return call("LookupGuest", Map.of("storeCode", storeCode, "number", number), Retry.NEVER, timeout, null);
    }

    /** Enters a booking, or brings it to what is said now. */
    public Map<String, Object> upsertBooking(Map<String, Object> booking) {
        return write("UpsertBooking", booking, newKey());
    }

    /** Seats the guests of a booking now. */
    public Map<String, Object> seatBooking(String storeCode, String ref) {
        return Json.object(write("SeatBooking", Map.of("storeCode", storeCode, "ref", ref), newKey()).get("booking"));
    }

    /** Gives the booking as seatBooking would leave it, and writes nothing. */
    public Map<String, Object> checkSeating(String storeCode, String ref) {
        return Json.object(read("SeatBooking", Map.of("storeCode", storeCode, "ref", ref, "validateOnly", true)).get("booking"));
    }

    /** Says that a call rings; tells whether it rang on the store's consoles. */
    public boolean ringCall(Map<String, Object> call) {
        return Boolean.TRUE.equals(write("RingCall", call, newKey()).get("rang"));
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }

    private Map<String, Object> read(String method, Map<String, Object> request) {
        return call(method, request, retry, timeout, null);
    }

    /** One key for all tries, so that they are known as one write. */
    private Map<String, Object> write(String method, Map<String, Object> request, String idempotencyKey) {
        return call(method, request, retry, timeout, idempotencyKey);
    }

    private Map<String, Object> call(String method, Map<String, Object> request, Retry retry, Duration timeout, String idempotencyKey) {
        HttpRequest.Builder post = HttpRequest.newBuilder(server.resolve(SERVICE + method)).timeout(timeout)
                .header("Content-Type", "application/json").header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString(Json.write(request)));
        if (idempotencyKey != null) {
            post.header("Idempotency-Key", idempotencyKey);
        }
        HttpRequest ready = post.build();
        return retry.run(() -> once(ready));
    }

    private Map<String, Object> once(HttpRequest request) {
        HttpResponse<String> answer;
        try {
            answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (HttpTimeoutException late) {
            throw failed("deadline_exceeded", "服务器没有及时回答。", late);
        } catch (IOException lost) {
            throw failed("unavailable", "连不上服务器：" + lost.getMessage(), lost);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw failed("canceled", "interrupted", stop);
        }
        Object said;
        try {
            said = Json.read(answer.body());
        } catch (IllegalArgumentException notJson) {
            said = null;
        }
        if (answer.statusCode() == 200 && said instanceof Map) {
            return new LinkedHashMap<>(Json.object(said));
        }
        throw refusal(answer.statusCode(), Json.object(said), answer.headers());
    }

    private static PosException failed(String code, String words, Throwable cause) {
        return new PosException(code, "", words, List.of(), Duration.ZERO, "", cause);
    }

    private static PosException refusal(int status, Map<String, Object> said, HttpHeaders headers) {
        Map<String, Object> fault = Json.objects(said.get("details")).stream()
                .filter(d -> "changke.fault.v1.Fault".equals(d.get("type"))).map(d -> Json.object(d.get("debug"))).findFirst().orElse(Map.of());
        List<PosException.Violation> violations = new ArrayList<>();
        for (Map<String, Object> v : Json.objects(fault.get("violations"))) {
            violations.add(new PosException.Violation(Json.text(v.get("field")), Json.text(v.get("rule")), Json.text(v.get("message")), Json.text(v.get("messageEn"))));
        }
        String header = headers.firstValue("Retry-After").filter(s -> s.matches("[0-9]{1,6}")).orElse("0");
        long wait = Math.max(Json.number(fault.get("retryAfterSeconds")), Long.parseLong(header));
        return new PosException(first(Json.text(said.get("code")), CODES.getOrDefault(status, "unknown")), Json.text(fault.get("reason")),
                first(Json.text(fault.get("message")), Json.text(said.get("message")), "HTTP " + status), violations, Duration.ofSeconds(wait),
                first(Json.text(fault.get("requestId")), headers.firstValue("X-Request-Id").orElse("")), null);
    }

    private static String first(String... texts) {
        for (String t : texts) {
            if (!t.isEmpty()) {
                return t;
            }
        }
        return "";
    }
}
