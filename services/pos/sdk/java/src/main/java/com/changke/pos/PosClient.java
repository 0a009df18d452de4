package com.changke.pos;

import com.changke.fault.v1.Fault;
import com.changke.pos.plain.PlainClient;
import com.changke.pos.plain.PosException;
import com.changke.pos.plain.Retry;
import com.changke.pos.v1.ComparedTotal;
import com.changke.pos.v1.DayTotal;
import com.changke.pos.v1.GetBillRequest;
import com.changke.pos.v1.GetDayTotalsRequest;
import com.changke.pos.v1.ListBillsUpdatedSinceRequest;
import com.changke.pos.v1.ListBillsUpdatedSinceResponse;
import com.changke.pos.v1.LookupGuestRequest;
import com.changke.pos.v1.LookupGuestResponse;
import com.changke.pos.v1.PosServiceGrpc;
import com.changke.pos.v1.RecordBillsRequest;
import com.changke.pos.v1.RecordedBill;
import com.changke.pos.v1.ReportDayTotalsRequest;
import com.changke.pos.v1.RingCallRequest;
import com.changke.pos.v1.SeatBookingRequest;
import com.changke.pos.v1.UpsertBookingRequest;
import com.changke.pos.v1.UpsertBookingResponse;
import com.changke.pos.v1.VendorBooking;
import com.changke.visit.v1.Bill;
import com.changke.visit.v1.BillResult;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Changke's POS interface over gRPC, in the messages of changke.pos.v1. Safe to be used
 * by several threads at once. Every refusal is a {@link PosException}.
 */
public final class PosClient implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION = text("authorization");
    private static final Metadata.Key<String> IDEMPOTENCY_KEY = text("idempotency-key");
    private static final Metadata.Key<String> REQUEST_ID = text("x-request-id");
    private static final Metadata.Key<String> RETRY_AFTER = text("retry-after");

    private final ManagedChannel channel;
    private final PosServiceGrpc.PosServiceBlockingStub stub;
    private final String key;
    private final Duration timeout;
    private final Retry retry;

    /** Calls https://host[:port] with a key ck_live_…, ten seconds for each try. */
    public PosClient(String url, String key) {
        this(open(url), key, Duration.ofSeconds(10), Retry.STANDARD);
    }

    /** The same over a channel of yours (certificates, proxy), which it closes, with a timeout for each try, and retries. */
    public PosClient(ManagedChannel channel, String key, Duration timeout, Retry retry) {
        this.channel = channel;
        this.stub = PosServiceGrpc.newBlockingStub(channel);
        this.key = key;
        this.timeout = timeout;
        this.retry = retry;
    }

    private static ManagedChannel open(String url) {
        URI at = PlainClient.address(url);
        boolean tls = at.getScheme().equals("https");
        ManagedChannelBuilder<?> b = ManagedChannelBuilder.forAddress(at.getHost(), at.getPort() > 0 ? at.getPort() : tls ? 443 : 80);
        return (tls ? b.useTransportSecurity() : b.usePlaintext()).build();
    }

    /** Gives the line up. */
    @Override
    public void close() {
        channel.shutdownNow();
    }

    /**
     * Records up to 500 bills; gives one result each, in their order. A refused bill stops
     * no other: look at each result's outcome.
     */
    public List<BillResult> recordBills(List<Bill> bills) {
        return recordBills(bills, newKey());
    }

    /** The same with an idempotency key of yours. */
    public List<BillResult> recordBills(List<Bill> bills, String idempotencyKey) {
        RecordBillsRequest request = RecordBillsRequest.newBuilder().addAllBills(bills).build();
        return write(s -> s.recordBills(request), idempotencyKey).getResultsList();
    }

    /** Checks bills as recordBills would, and writes nothing. */
    public List<BillResult> checkBills(List<Bill> bills) {
        RecordBillsRequest request = RecordBillsRequest.newBuilder().addAllBills(bills).setValidateOnly(true).build();
        return read(s -> s.recordBills(request)).getResultsList();
    }

    /** Gives a bill as it is on file: its highest revision. PosException: bill.not_found. */
    public RecordedBill getBill(String storeCode, String source, String billNo) {
        GetBillRequest request = GetBillRequest.newBuilder().setStoreCode(storeCode).setSource(source).setBillNo(billNo).build();
        return read(s -> s.getBill(request)).getBill();
    }

    /**
     * Gives what was recorded of a store's bills to each, page by page, until there is no
     * more. Keep each page's next cursor once its bills are worked, and begin there another
     * day; an empty cursor begins at the first.
     *
     * @return the last cursor
     */
    public String eachBillPage(String storeCode, String cursor, Consumer<ListBillsUpdatedSinceResponse> each) {
        ListBillsUpdatedSinceResponse page;
        do {
            ListBillsUpdatedSinceRequest request = ListBillsUpdatedSinceRequest.newBuilder().setStoreCode(storeCode).setCursor(cursor).build();
            page = read(s -> s.listBillsUpdatedSince(request));
            each.accept(page);
            cursor = page.getNextCursor();
        } while (page.getHasMore());
        return cursor;
    }

    /** Tells what business days came to; gives each beside what is on file. */
    public List<ComparedTotal> reportDayTotals(List<DayTotal> totals) {
        ReportDayTotalsRequest request = ReportDayTotalsRequest.newBuilder().addAllTotals(totals).build();
        return write(s -> s.reportDayTotals(request), newKey()).getTotalsList();
    }

    /** Compares totals with what is on file as reportDayTotals would, and tells nothing: nobody waits for this till's. */
    public List<ComparedTotal> checkDayTotals(List<DayTotal> totals) {
        ReportDayTotalsRequest request = ReportDayTotalsRequest.newBuilder().addAllTotals(totals).setValidateOnly(true).build();
        return read(s -> s.reportDayTotals(request)).getTotalsList();
    }

    /** Gives a day's totals by each till, told and on file. */
    public List<ComparedTotal> getDayTotals(String storeCode, String businessDate) {
        GetDayTotalsRequest request = GetDayTotalsRequest.newBuilder().setStoreCode(storeCode).setBusinessDate(businessDate).build();
        return read(s -> s.getDayTotals(request)).getTotalsList();
    }

    /** Tells who is at the counter. One try of a second: a till goes on without the answer. */
    public LookupGuestResponse lookupGuest(String storeCode, String number) {
        return lookupGuest(storeCode, number, Duration.ofSeconds(1));
    }

    /** The same with a timeout of yours. */
    public LookupGuestResponse lookupGuest(String storeCode, String number, Duration timeout) {
        LookupGuestRequest request = LookupGuestRequest.newBuilder().setStoreCode(storeCode).setNumber(number).build();
        return call(s -> s.lookupGuest(request), Retry.NEVER, timeout, null);
    }

    /** Enters a booking, or brings it to what is said now. */
    public UpsertBookingResponse upsertBooking(UpsertBookingRequest booking) {
        return write(s -> s.upsertBooking(booking), newKey());
    }

    /** Seats the guests of a booking now. */
    public VendorBooking seatBooking(String storeCode, String ref) {
        SeatBookingRequest request = SeatBookingRequest.newBuilder().setStoreCode(storeCode).setRef(ref).build();
        return write(s -> s.seatBooking(request), newKey()).getBooking();
    }

    /** Gives the booking as seatBooking would leave it, and writes nothing. */
    public VendorBooking checkSeating(String storeCode, String ref) {
        SeatBookingRequest request = SeatBookingRequest.newBuilder().setStoreCode(storeCode).setRef(ref).setValidateOnly(true).build();
        return read(s -> s.seatBooking(request)).getBooking();
    }

    /** Says that a call rings; tells whether it rang on the store's consoles. */
    public boolean ringCall(RingCallRequest call) {
        return write(s -> s.ringCall(call), newKey()).getRang();
    }

    private static String newKey() {
        return UUID.randomUUID().toString();
    }

    private <T> T read(Function<PosServiceGrpc.PosServiceBlockingStub, T> method) {
        return call(method, retry, timeout, null);
    }

    /** One key for all tries, so that they are known as one write. */
    private <T> T write(Function<PosServiceGrpc.PosServiceBlockingStub, T> method, String idempotencyKey) {
        return call(method, retry, timeout, idempotencyKey);
    }

    private <T> T call(Function<PosServiceGrpc.PosServiceBlockingStub, T> method, Retry retry, Duration timeout, String idempotencyKey) {
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + key);
        if (idempotencyKey != null) {
            headers.put(IDEMPOTENCY_KEY, idempotencyKey);
        }
        PosServiceGrpc.PosServiceBlockingStub ready = stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
        return retry.run(() -> {
            try {
                return method.apply(ready.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS));
            } catch (StatusRuntimeException failure) {
                throw refusal(failure);
            }
        });
    }

    private static PosException refusal(StatusRuntimeException failure) {
        String code = failure.getStatus().getCode().name().toLowerCase(Locale.ROOT);
        Metadata sent = failure.getTrailers() == null ? new Metadata() : failure.getTrailers();
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        for (Any detail : status == null ? List.<Any>of() : status.getDetailsList()) {
            if (detail.is(Fault.class)) {
                return refusal(code, unpack(detail), failure);
            }
        }
        String wait = orEmpty(sent.get(RETRY_AFTER));
        String words = failure.getStatus().getDescription();
        return new PosException(code, "", words == null ? code : words, List.of(), Duration.ofSeconds(wait.matches("[0-9]{1,6}") ? Long.parseLong(wait) : 0),
                orEmpty(sent.get(REQUEST_ID)), failure);
    }

    private static PosException refusal(String code, Fault fault, Throwable cause) {
        List<PosException.Violation> violations = fault.getViolationsList().stream()
                .map(v -> new PosException.Violation(v.getField(), v.getRule(), v.getMessage(), v.getMessageEn())).collect(Collectors.toList());
        return new PosException(code, fault.getReason(), fault.getMessage(), violations, Duration.ofSeconds(fault.getRetryAfterSeconds()), fault.getRequestId(), cause);
    }

    private static Fault unpack(Any detail) {
        try {
            return detail.unpack(Fault.class);
        } catch (InvalidProtocolBufferException e) {
            return Fault.getDefaultInstance(); // not what it says it is: the code must do
        }
    }

    private static Metadata.Key<String> text(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    private static String orEmpty(String s) {
        return s == null ? "" : s;
    }
}
