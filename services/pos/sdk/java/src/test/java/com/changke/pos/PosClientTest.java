package com.changke.pos;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import com.changke.pos.plain.PosException;
import com.changke.pos.plain.Retry;
import com.changke.pos.v1.BookingOutcome;
import com.changke.pos.v1.DayTotal;
import com.changke.pos.v1.GuestClass;
import com.changke.pos.v1.LookupGuestResponse;
import com.changke.pos.v1.RingCallRequest;
import com.changke.pos.v1.UpsertBookingRequest;
import com.changke.visit.v1.Bill;
import com.changke.visit.v1.BillOutcome;
import com.changke.visit.v1.BillResult;
import com.changke.visit.v1.BillStatus;
import com.changke.visit.v1.BookingKind;
import com.changke.visit.v1.BookingState;
import com.changke.visit.v1.MealPeriod;
import com.google.protobuf.util.Timestamps;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.After;
import org.junit.Test;

/** gRPC against a running server. */
public class PosClientTest {
    private final PosClient pos = new PosClient(Place.URL, Place.KEY);

    @After
    public void close() {
        pos.close();
    }

    private static Bill.Builder bill(String source) {
        long closed = Instant.parse(Place.TODAY + "T11:30:00Z").toEpochMilli();
        return Bill.newBuilder().setStoreCode("S01").setSource(source).setBillNo(Place.fresh("G")).setRevision(1).setNumber(Place.GUEST)
                .setBusinessDate(Place.TODAY).setMealPeriod(MealPeriod.MEAL_PERIOD_DINNER).setCloseTime(Timestamps.fromMillis(closed))
                .setAmountFen(48800).setStatus(BillStatus.BILL_STATUS_PAID);
    }

    private static Bill.Builder bill() {
        return bill("java-grpc");
    }

    @Test
    public void recordsABillOnce() {
        Bill b = bill().build();
        assertEquals(BillOutcome.BILL_OUTCOME_RECORDED, pos.recordBills(List.of(b), b.getBillNo()).get(0).getOutcome());
        assertEquals(BillOutcome.BILL_OUTCOME_DUPLICATE, pos.recordBills(List.of(b), b.getBillNo()).get(0).getOutcome());
        assertEquals(48800, pos.getBill("S01", "java-grpc", b.getBillNo()).getBill().getAmountFen());
        PosException reused = Place.refused(() -> pos.recordBills(List.of(bill().build()), b.getBillNo()));
        assertEquals("pos.idempotency_key_reused", reused.reason());
        assertEquals("failed_precondition", reused.code());
    }

    @Test
    public void aRefusedBillStopsNoOther() {
        List<BillResult> results = pos.recordBills(List.of(bill().setStoreCode("NONE").build(), bill().build()));
        assertEquals("bill.unknown_store", results.get(0).getReason());
        assertEquals(BillOutcome.BILL_OUTCOME_RECORDED, results.get(1).getOutcome());
    }

    @Test
    public void checksWithoutWriting() {
        Bill b = bill().build();
        assertEquals(BillOutcome.BILL_OUTCOME_RECORDED, pos.checkBills(List.of(b)).get(0).getOutcome());
        assertEquals("bill.not_found", Place.refused(() -> pos.getBill("S01", "java-grpc", b.getBillNo())).reason());
    }

    @Test
    public void pagesThroughTheFeed() {
        Set<String> sent = new TreeSet<>();
        List<Bill> bills = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            bills.add(bill("java-grpc-feed").build());
            sent.add(bills.get(i).getBillNo());
        }
        pos.recordBills(bills);
        Set<String> got = new TreeSet<>();
        String cursor = "";
        // What was written within the last two seconds may come with the next look.
        while (!got.containsAll(sent)) {
            cursor = pos.eachBillPage("S01", cursor, page -> page.getBillsList().forEach(b -> got.add(b.getBill().getBillNo())));
        }
        assertTrue(got.containsAll(sent));
    }

    @Test
    public void dayTotals() {
        pos.recordBills(List.of(bill("java-grpc-day").build(), bill("java-grpc-day").build()));
        DayTotal told = DayTotal.newBuilder().setStoreCode("S01").setBusinessDate(Place.TODAY).setSource("java-grpc-day").setBillCount(2).setAmountFen(97600).build();
        assertTrue(pos.checkDayTotals(List.of(told)).get(0).getMatches());
        assertTrue(pos.getDayTotals("S01", Place.TODAY).stream().noneMatch(t -> t.getSource().equals("java-grpc-day") && t.getTold()));
        assertTrue(pos.reportDayTotals(List.of(told)).get(0).getMatches());
        assertTrue(pos.getDayTotals("S01", Place.TODAY).stream().anyMatch(t -> t.getSource().equals("java-grpc-day") && t.getHeldFen() == 97600));
    }

    @Test
    public void looksAGuestUp() {
        LookupGuestResponse found = pos.lookupGuest("S01", Place.GUEST, Duration.ofMinutes(1));
        assertEquals(GuestClass.GUEST_CLASS_OWNED, found.getGuestClass());
        assertEquals(Place.REFERRER, found.getReferrerName());
    }

    @Test
    public void booksSeatsAndRings() {
        UpsertBookingRequest booking = UpsertBookingRequest.newBuilder().setStoreCode("S01").setRef(Place.fresh("R")).setState(BookingState.BOOKING_STATE_CONFIRMED)
                .setBusinessDate(Place.TODAY).setMealPeriod(MealPeriod.MEAL_PERIOD_DINNER).setNumber(Place.GUEST).setGuestName("王先生")
                .setBookerNo(Place.BOOKER).setKind(BookingKind.BOOKING_KIND_HALL).setGuests(4).build();
        assertEquals(BookingOutcome.BOOKING_OUTCOME_CREATED, pos.upsertBooking(booking).getOutcome());
        assertEquals(BookingState.BOOKING_STATE_SEATED, pos.checkSeating("S01", booking.getRef()).getState());
        assertEquals(BookingOutcome.BOOKING_OUTCOME_UNCHANGED, pos.upsertBooking(booking).getOutcome());
        assertEquals(BookingState.BOOKING_STATE_SEATED, pos.seatBooking("S01", booking.getRef()).getState());
        RingCallRequest call = RingCallRequest.newBuilder().setStoreCode("S01").setSource("pbx").setCallId(Place.fresh("C")).setNumber(Place.GUEST).build();
        assertTrue(pos.ringCall(call));
        assertFalse(pos.ringCall(call));
    }

    @Test
    public void saysWhatIsWrong() {
        PosException wrong = Place.refused(() -> pos.recordBills(List.of(bill().setBusinessDate("yesterday").build())));
        assertEquals("invalid_argument", wrong.code());
        assertEquals("bills[0].business_date", wrong.violations().get(0).field);
        try (PosClient stranger = new PosClient(Place.URL, "ck_live_nobody")) {
            PosException failure = Place.refused(() -> stranger.getBill("S01", "pos", "1"));
            assertEquals("unauthenticated", failure.code());
            assertFalse(failure.reason().isEmpty() || failure.requestId().isEmpty());
        }
    }

    @Test
    public void repeatsAWriteWhoseAnswerWasLost() throws Exception {
        URI at = URI.create(Place.BAD_LINE);
        ManagedChannel channel = NettyChannelBuilder.forAddress(at.getHost(), at.getPort()).sslContext(GrpcSslContexts.forClient().trustManager(Place.CA.toFile()).build()).build();
        try (PosClient overTls = new PosClient(channel, Place.KEY, Duration.ofSeconds(10), Retry.STANDARD)) {
            Bill b = bill().build();
            // The first try was written and its answer lost, the second told to wait.
            assertEquals(BillOutcome.BILL_OUTCOME_DUPLICATE, overTls.recordBills(List.of(b), "java-grpc-" + b.getBillNo()).get(0).getOutcome());
        }
    }

    @Test
    public void givesUp() {
        ManagedChannel channel = ManagedChannelBuilder.forAddress("127.0.0.1", 9).usePlaintext().build();
        try (PosClient nobody = new PosClient(channel, Place.KEY, Duration.ofSeconds(2), Retry.NEVER)) {
            assertEquals("unavailable", Place.refused(() -> nobody.lookupGuest("S01", Place.GUEST)).code());
        }
    }
}
