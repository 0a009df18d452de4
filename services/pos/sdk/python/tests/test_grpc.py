"""gRPC against a running server."""

import unittest

from changke.pos.v1 import pos_pb2, pos_service_pb2
from changke.visit.v1 import bill_service_pb2, visit_pb2
from changke_pos import PosClient, PosError, Retry
from google.protobuf.timestamp_pb2 import Timestamp

from . import place

CLOSED = Timestamp()
CLOSED.FromJsonString(place.TODAY + "T11:30:00Z")


def bill(**more):
    return bill_service_pb2.Bill(**{
        "store_code": "S01", "source": "py-grpc", "bill_no": place.new("G"), "revision": 1, "number": place.GUEST, "business_date": place.TODAY,
        "meal_period": visit_pb2.MEAL_PERIOD_DINNER, "close_time": CLOSED, "amount_fen": 48800, "status": visit_pb2.BILL_STATUS_PAID, **more,
    })  # fmt: skip


class GrpcTest(unittest.TestCase):
    def setUp(self):
        self.pos = PosClient(place.URL, place.KEY)
        self.addCleanup(self.pos.close)

    def refused(self, call, *args, **kwargs):
        with self.assertRaises(PosError) as caught:
            call(*args, **kwargs)
        return caught.exception

    def test_records_a_bill_once(self):
        b = bill()
        self.assertEqual(bill_service_pb2.BILL_OUTCOME_RECORDED, self.pos.record_bills([b], idempotency_key=b.bill_no)[0].outcome)
        self.assertEqual(bill_service_pb2.BILL_OUTCOME_DUPLICATE, self.pos.record_bills([b], idempotency_key=b.bill_no)[0].outcome)
        self.assertEqual(48800, self.pos.get_bill("S01", "py-grpc", b.bill_no).bill.amount_fen)
        other = self.refused(self.pos.record_bills, [bill()], idempotency_key=b.bill_no)
        self.assertEqual(("failed_precondition", "pos.idempotency_key_reused"), (other.code, other.reason))

    def test_a_refused_bill_stops_no_other(self):
        bad, good = self.pos.record_bills([bill(store_code="NONE"), bill()])
        self.assertEqual((bill_service_pb2.BILL_OUTCOME_REFUSED, "bill.unknown_store"), (bad.outcome, bad.reason))
        self.assertEqual(bill_service_pb2.BILL_OUTCOME_RECORDED, good.outcome)

    def test_pages_through_the_feed(self):
        sent = [bill(source="py-grpc-feed") for _ in range(5)]
        self.pos.record_bills(sent)
        pages = list(self.pos.bill_pages("S01", source="py-grpc-feed", page_size=2))
        # What was written within the last two seconds may come with the next look.
        while sum(len(p.bills) for p in pages) < 5:
            pages += self.pos.bill_pages("S01", source="py-grpc-feed", page_size=2, cursor=pages[-1].next_cursor)
        self.assertCountEqual([b.bill_no for b in sent], [b.bill.bill_no for p in pages for b in p.bills])

    def test_day_totals(self):
        self.pos.record_bills([bill(source="py-grpc-day", amount_fen=100), bill(source="py-grpc-day", amount_fen=23)])
        told = pos_pb2.DayTotal(store_code="S01", business_date=place.TODAY, source="py-grpc-day", bill_count=2, amount_fen=123)
        self.assertTrue(self.pos.report_day_totals([told], validate_only=True)[0].matches)
        self.assertFalse([t for t in self.pos.get_day_totals("S01", place.TODAY) if t.source == "py-grpc-day" and t.told])
        self.assertTrue(self.pos.report_day_totals([told])[0].matches)
        day = {t.source: t for t in self.pos.get_day_totals("S01", place.TODAY)}["py-grpc-day"]
        self.assertEqual((2, 123), (day.held_count, day.held_fen))

    def test_looks_a_guest_up(self):
        found = self.pos.lookup_guest("S01", place.GUEST, timeout=60)
        self.assertEqual((pos_pb2.GUEST_CLASS_OWNED, place.REFERRER), (found.guest_class, found.referrer_name))

    def test_books_seats_and_rings(self):
        booking = pos_service_pb2.UpsertBookingRequest(
            store_code="S01", ref=place.new("R"), state=visit_pb2.BOOKING_STATE_CONFIRMED, business_date=place.TODAY, meal_period=visit_pb2.MEAL_PERIOD_DINNER,
            number=place.GUEST, guest_name="王先生", booker_no=place.BOOKER, kind=visit_pb2.BOOKING_KIND_HALL, guests=4,
        )  # fmt: skip
        self.assertEqual(pos_service_pb2.BOOKING_OUTCOME_CREATED, self.pos.upsert_booking(booking).outcome)
        self.assertEqual(visit_pb2.BOOKING_STATE_SEATED, self.pos.seat_booking("S01", booking.ref, validate_only=True).state)
        self.assertEqual(pos_service_pb2.BOOKING_OUTCOME_UNCHANGED, self.pos.upsert_booking(booking).outcome)
        self.assertEqual(visit_pb2.BOOKING_STATE_SEATED, self.pos.seat_booking("S01", booking.ref).state)
        call = pos_service_pb2.RingCallRequest(store_code="S01", source="pbx", call_id=place.new("C"), number=place.GUEST)
        self.assertTrue(self.pos.ring_call(call))
        self.assertFalse(self.pos.ring_call(call))

    def test_says_what_is_wrong(self):
        wrong = self.refused(self.pos.record_bills, [bill(business_date="yesterday")])
        self.assertEqual(("invalid_argument", "bills[0].business_date"), (wrong.code, wrong.violations[0]["field"]))
        self.assertTrue(wrong.request_id and wrong.message)
        with PosClient(place.URL, "ck_live_nobody") as stranger:
            failure = self.refused(stranger.get_bill, "S01", "pos", "1")
        self.assertEqual("unauthenticated", failure.code)
        self.assertTrue(failure.reason and failure.request_id)

    def test_repeats_a_write_whose_answer_was_lost(self):
        with open(place.CA, "rb") as f, PosClient(place.BAD_LINE, place.KEY, ca=f.read()) as pos:
            b = bill()
            # The first try was written and its answer lost, the second told to wait.
            results = pos.record_bills([b], idempotency_key="py-grpc-" + b.bill_no)
        self.assertEqual(bill_service_pb2.BILL_OUTCOME_DUPLICATE, results[0].outcome)

    def test_gives_up(self):
        with PosClient("http://127.0.0.1:9", place.KEY, retry=Retry(tries=2, base=0.01)) as nobody:
            self.assertEqual("unavailable", self.refused(nobody.lookup_guest, "S01", place.GUEST).code)
