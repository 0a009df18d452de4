package com.changke.pos;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.changke.pos.plain.Json;
import com.changke.pos.plain.PlainClient;
import com.changke.pos.plain.PosException;
import com.changke.pos.plain.Retry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;

/** Plain HTTP and JSON against a running server. */
public class PlainClientTest {
    private static final Retry QUICK = new Retry(2, Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofSeconds(5));

    private final PlainClient pos = new PlainClient(Place.URL, Place.KEY);

    private static Map<String, Object> bill(String source) {
        Map<String, Object> b = new HashMap<>(Map.of("storeCode", "S01", "source", source, "billNo", Place.fresh("P"), "revision", 1, "number", Place.GUEST));
        b.putAll(Map.of("businessDate", Place.TODAY, "mealPeriod", "MEAL_PERIOD_DINNER", "closeTime", Place.TODAY + "T11:30:00Z", "amountFen", 48800, "status", "BILL_STATUS_PAID"));
        return b;
    }

    private static Map<String, Object> bill() {
        return bill("java-plain");
    }

    private static String no(Map<String, Object> bill) {
        return Json.text(bill.get("billNo"));
    }

    private static PlainClient badLine(Retry retry) throws Exception {
        return new PlainClient(Place.BAD_LINE, Place.KEY, HttpClient.newBuilder().sslContext(Place.trust()).build(), Duration.ofSeconds(10), retry);
    }

    @Test
    public void recordsABillOnce() {
        Map<String, Object> b = bill();
        assertEquals("BILL_OUTCOME_RECORDED", pos.recordBills(List.of(b), no(b)).get(0).get("outcome"));
        assertEquals("BILL_OUTCOME_DUPLICATE", pos.recordBills(List.of(b), no(b)).get(0).get("outcome"));
        assertEquals(48800, Json.number(Json.object(pos.getBill("S01", "java-plain", no(b)).get("bill")).get("amountFen")));
        PosException reused = Place.refused(() -> pos.recordBills(List.of(bill()), no(b)));
        assertEquals("pos.idempotency_key_reused", reused.reason());
        assertEquals("failed_precondition", reused.code());
    }

    @Test
    public void aRefusedBillStopsNoOther() {
        Map<String, Object> bad = bill();
        bad.put("storeCode", "NONE");
        List<Map<String, Object>> results = pos.recordBills(List.of(bad, bill()));
        assertEquals("bill.unknown_store", results.get(0).get("reason"));
        assertEquals("BILL_OUTCOME_RECORDED", results.get(1).get("outcome"));
    }

    @Test
    public void checksWithoutWriting() {
        Map<String, Object> b = bill();
        assertEquals("BILL_OUTCOME_RECORDED", pos.checkBills(List.of(b)).get(0).get("outcome"));
        assertEquals("bill.not_found", Place.refused(() -> pos.getBill("S01", "java-plain", no(b))).reason());
    }

    @Test
    public void pagesThroughTheFeed() {
        Set<String> sent = new TreeSet<>();
        List<Map<String, Object>> bills = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            bills.add(bill("java-plain-feed"));
            sent.add(no(bills.get(i)));
        }
        pos.recordBills(bills);
        Set<String> got = new TreeSet<>();
        String cursor = "";
        // What was written within the last two seconds may come with the next look.
        while (!got.containsAll(sent)) {
            cursor = pos.eachBillPage("S01", cursor, page -> Json.objects(page.get("bills")).forEach(b -> got.add(no(Json.object(b.get("bill"))))));
        }
        assertTrue(got.containsAll(sent));
    }

    @Test
    public void dayTotals() {
        pos.recordBills(List.of(bill("java-plain-day"), bill("java-plain-day")));
        Map<String, Object> told = Map.of("storeCode", "S01", "businessDate", Place.TODAY, "source", "java-plain-day", "billCount", 2, "amountFen", 97600);
        assertEquals(true, pos.checkDayTotals(List.of(told)).get(0).get("matches"));
        assertTrue(pos.getDayTotals("S01", Place.TODAY).stream().noneMatch(t -> "java-plain-day".equals(t.get("source")) && Boolean.TRUE.equals(t.get("told"))));
        assertEquals(true, pos.reportDayTotals(List.of(told)).get(0).get("matches"));
        assertTrue(pos.getDayTotals("S01", Place.TODAY).stream().anyMatch(t -> "java-plain-day".equals(t.get("source")) && Json.number(t.get("heldFen")) == 97600));
    }

    @Test
    public void looksAGuestUp() {
        assertEquals(Place.REFERRER, pos.lookupGuest("S01", Place.GUEST, Duration.ofMinutes(1)).get("referrerName"));
        assertEquals("GUEST_CLASS_UNKNOWN", pos.lookupGuest("S01", "13399990000", Duration.ofMinutes(1)).get("guestClass"));
    }

    @Test
    public void booksSeatsAndRings() {
        String ref = Place.fresh("R");
        Map<String, Object> booking = new HashMap<>(Map.of("storeCode", "S01", "ref", ref, "state", "BOOKING_STATE_CONFIRMED", "businessDate", Place.TODAY, "mealPeriod", "MEAL_PERIOD_DINNER"));
        booking.putAll(Map.of("number", Place.GUEST, "guestName", "王先生", "bookerNo", Place.BOOKER, "kind", "BOOKING_KIND_HALL", "guests", 4));
        assertEquals("BOOKING_OUTCOME_CREATED", pos.upsertBooking(booking).get("outcome"));
        assertEquals("BOOKING_OUTCOME_UNCHANGED", pos.upsertBooking(booking).get("outcome"));
        assertEquals("BOOKING_STATE_SEATED", pos.checkSeating("S01", ref).get("state"));
        assertEquals("BOOKING_OUTCOME_UNCHANGED", pos.upsertBooking(booking).get("outcome"));
        assertEquals("BOOKING_STATE_SEATED", pos.seatBooking("S01", ref).get("state"));
        Map<String, Object> call = Map.of("storeCode", "S01", "source", "pbx", "callId", Place.fresh("C"), "number", Place.GUEST);
        assertTrue(pos.ringCall(call));
        assertFalse(pos.ringCall(call));
    }

    @Test
    public void saysWhatIsWrong() {
        Map<String, Object> b = bill();
        b.put("businessDate", "yesterday");
        PosException wrong = Place.refused(() -> pos.recordBills(List.of(b)));
        assertEquals("invalid_argument", wrong.code());
        assertEquals("bills[0].business_date", wrong.violations().get(0).field);
        assertFalse(wrong.requestId().isEmpty());
        PosException stranger = Place.refused(() -> new PlainClient(Place.URL, "ck_live_nobody").getBill("S01", "pos", "1"));
        assertEquals("unauthenticated", stranger.code());
        assertFalse(stranger.reason().isEmpty() || stranger.requestId().isEmpty());
    }

    @Test
    public void repeatsAWriteWhoseAnswerWasLost() throws Exception {
        Map<String, Object> b = bill();
        // The first try was written and its answer lost, the second told to wait.
        assertEquals("BILL_OUTCOME_DUPLICATE", badLine(Retry.STANDARD).recordBills(List.of(b), "java-plain-" + no(b)).get(0).get("outcome"));
    }

    @Test
    public void bearsFiveFailuresInARow() { // so many the certification orders for one call
        AtomicInteger tries = new AtomicInteger();
        assertEquals("done", Retry.STANDARD.run(() -> {
            if (tries.incrementAndGet() < 6) {
                throw new PosException("unavailable", "", "later", List.of(), Duration.ZERO, "", null);
            }
            return "done";
        }));
    }

    @Test
    public void waitsNoLongerThanItsPatience() {
        PosException late = new PosException("resource_exhausted", "", "later", List.of(), Duration.ofSeconds(31), "", null);
        assertSame(late, Place.refused(() -> Retry.STANDARD.run(() -> {
            throw late;
        })));
    }

    @Test
    public void givesUp() throws Exception {
        PosException waiting = Place.refused(() -> badLine(QUICK).recordBills(List.of(bill())));
        assertEquals("resource_exhausted", waiting.code());
        assertEquals(Duration.ofSeconds(1), waiting.retryAfter());
        PlainClient nobody = new PlainClient("http://127.0.0.1:9", Place.KEY, HttpClient.newHttpClient(), Duration.ofSeconds(2), QUICK);
        assertEquals("unavailable", Place.refused(() -> nobody.getBill("S01", "pos", "1")).code());
    }

    @Test
    public void keepsItsKeyToProtectedLines() {
        for (String url : List.of("http://pos.example.com", "ftp://localhost", "https://pos.example.com/path", "pos.example.com")) {
            assertThrows(url, IllegalArgumentException.class, () -> new PlainClient(url, Place.KEY));
        }
    }
}
