"""Changke's POS interface over gRPC."""

import uuid

import grpc
from changke.fault.v1 import fault_pb2
from changke.pos.v1 import pos_service_pb2, pos_service_pb2_grpc
from google.protobuf import any_pb2

from .plain import ONCE, PosError, Retry, check_address

_FAULT = "/changke.fault.v1.Fault"


class PosClient:
    """The interface as methods, in the messages of changke.pos.v1. Safe to be used by
    several threads at once; close it, or use it in a with statement."""

    def __init__(self, url, key, *, timeout=10.0, retry=None, ca=None, insecure=False):
        """url: https://host[:port]. key: ck_live_…. timeout: seconds for each try. ca:
        PEM of a certificate authority of your own, as bytes."""
        at = check_address(url, insecure)
        target = f"{at.hostname}:{at.port or (443 if at.scheme == 'https' else 80)}"
        if at.scheme == "https":
            self._channel = grpc.secure_channel(target, grpc.ssl_channel_credentials(ca))
        else:
            self._channel = grpc.insecure_channel(target)
        self._stub = pos_service_pb2_grpc.PosServiceStub(self._channel)
        self._key, self._timeout, self._retry = key, timeout, retry or Retry()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Gives the line up."""
        self._channel.close()

    def record_bills(self, bills, *, validate_only=False, idempotency_key=None):
        """Records up to 500 bills; gives one result each, in their order. A refused bill
        stops no other: look at each result's outcome."""
        request = pos_service_pb2.RecordBillsRequest(bills=bills, validate_only=validate_only)
        return self._write(self._stub.RecordBills, request, idempotency_key).results

    def get_bill(self, store_code, source, bill_no):
        """Gives a bill as it is on file: its highest revision. PosError: bill.not_found."""
        request = pos_service_pb2.GetBillRequest(store_code=store_code, source=source, bill_no=bill_no)
        return self._read(self._stub.GetBill, request).bill

    def bill_pages(self, store_code, *, source="", start_time=None, cursor="", page_size=0):
        """Gives what was recorded of a store's bills, page by page, until there is no
        more. Keep each page's next_cursor and go on with it another day."""
        while True:
            request = pos_service_pb2.ListBillsUpdatedSinceRequest(
                store_code=store_code, source=source, start_time=start_time, cursor=cursor, page_size=page_size
            )
            page = self._read(self._stub.ListBillsUpdatedSince, request)
            yield page
            cursor = page.next_cursor
            if not page.has_more:
                return

    def report_day_totals(self, totals, *, validate_only=False, idempotency_key=None):
        """Tells what business days came to; gives each beside what is on file."""
        request = pos_service_pb2.ReportDayTotalsRequest(totals=totals, validate_only=validate_only)
        return self._write(self._stub.ReportDayTotals, request, idempotency_key).totals

    def get_day_totals(self, store_code, business_date):
        """Gives a day's totals by each till, told and on file."""
        request = pos_service_pb2.GetDayTotalsRequest(store_code=store_code, business_date=business_date)
        return self._read(self._stub.GetDayTotals, request).totals

    def lookup_guest(self, store_code, number, *, timeout=1.0):
        """Tells who is at the counter. One try: a till goes on without the answer."""
        request = pos_service_pb2.LookupGuestRequest(store_code=store_code, number=number)
        return self._call(self._stub.LookupGuest, request, ONCE, timeout)

    def upsert_booking(self, booking, *, idempotency_key=None):
        """Enters a booking (UpsertBookingRequest), or brings it to what is said now."""
        return self._write(self._stub.UpsertBooking, booking, idempotency_key)

    def seat_booking(self, store_code, ref, *, validate_only=False, idempotency_key=None):
        """Seats the guests of a booking now."""
        request = pos_service_pb2.SeatBookingRequest(store_code=store_code, ref=ref, validate_only=validate_only)
        return self._write(self._stub.SeatBooking, request, idempotency_key).booking

    def ring_call(self, call, *, idempotency_key=None):
        """Says that a call rings (RingCallRequest); tells whether it rang on the store's
        consoles."""
        return self._write(self._stub.RingCall, call, idempotency_key).rang

    def _read(self, method, request):
        return self._call(method, request, self._retry, self._timeout)

    def _write(self, method, request, key):
        """One key for all tries, so that they are known as one write."""
        return self._call(method, request, self._retry, self._timeout, key or str(uuid.uuid4()))

    def _call(self, method, request, retry, timeout, idempotency_key=None):
        metadata = [("authorization", "Bearer " + self._key)]
        if idempotency_key:
            metadata.append(("idempotency-key", idempotency_key))

        def once():
            try:
                return method(request, timeout=timeout, metadata=metadata)
            except grpc.RpcError as failure:
                raise _refusal(failure) from failure

        return retry.run(once)


def _refusal(failure):
    code = failure.code().name.lower()
    sent = {**dict(failure.initial_metadata() or ()), **dict(failure.trailing_metadata() or ())}
    for detail in _details(sent.get("grpc-status-details-bin", b"")):
        if detail.type_url.endswith(_FAULT):
            fault = fault_pb2.Fault.FromString(detail.value)
            violations = [{"field": v.field, "rule": v.rule, "message": v.message, "messageEn": v.message_en} for v in fault.violations]
            return PosError(code, fault.message, fault.reason, violations, fault.retry_after_seconds, fault.request_id)
    wait = sent.get("retry-after", "0")
    return PosError(code, failure.details() or code, "", (), int(wait) if wait.isdigit() else 0, sent.get("x-request-id", ""))


def _details(status):
    """Gives the details of a google.rpc.Status: its field 3, each an Any. Read by hand,
    for its class is in a package that not every grpcio brings along."""
    at = 0
    while at < len(status):
        tag, at = _varint(status, at)
        size, at = _varint(status, at)  # the value itself of what is no text
        if tag & 7 == 2:
            if tag >> 3 == 3:
                yield any_pb2.Any.FromString(status[at : at + size])
            at += size


def _varint(data, at):
    value = shift = 0
    while data[at] & 0x80:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    return value | data[at] << shift, at + 1
