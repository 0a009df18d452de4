"""Plain HTTP and JSON against a running server."""

import threading
import unittest

from changke_pos import PlainClient, PosError, Retry

from . import place


def bill(**more):
    return {
        "storeCode": "S01", "source": "py-plain", "billNo": place.new("P"), "revision": 1, "number": place.GUEST, "businessDate": place.TODAY,
        "mealPeriod": "MEAL_PERIOD_DINNER", "closeTime": place.TODAY + "T11:30:00Z", "amountFen": 48800, "status": "BILL_STATUS_PAID", **more,
    }  # fmt: skip


class PlainTest(unittest.TestCase):
    def setUp(self):
        self.pos = PlainClient(place.URL, place.KEY)

    def refused(self, call, *args, **kwargs):
        with self.assertRaises(PosError) as caught:
            call(*args, **kwargs)
        return caught.exception

    def test_records_a_bill_once(self):
        b = bill()
        self.assertEqual([{"outcome": "BILL_OUTCOME_RECORDED"}], self.pos.record_bills([b], idempotency_key=b["billNo"]))
        self.assertEqual([{"outcome": "BILL_OUTCOME_DUPLICATE"}], self.pos.record_bills([b], idempotency_key=b["billNo"]))
        held = self.pos.get_bill("S01", "py-plain", b["billNo"])
        self.assertEqual(48800, held["bill"]["amountFen"])
        self.assertTrue(held["holds"])
        other = self.refused(self.pos.record_bills, [bill()], idempotency_key=b["billNo"])
        self.assertEqual(("failed_precondition", "pos.idempotency_key_reused"), (other.code, other.reason))

    def test_a_refused_bill_stops_no_other(self):
        results = self.pos.record_bills([bill(storeCode="NONE"), bill()])
        self.assertEqual(["BILL_OUTCOME_REFUSED", "BILL_OUTCOME_RECORDED"], [r["outcome"] for r in results])
        self.assertEqual("bill.unknown_store", results[0]["reason"])
        self.assertTrue(results[0]["message"])

    def test_checks_without_writing(self):
        b = bill()
        self.assertEqual("BILL_OUTCOME_RECORDED", self.pos.record_bills([b], validate_only=True)[0]["outcome"])
        self.assertEqual("bill.not_found", self.refused(self.pos.get_bill, "S01", "py-plain", b["billNo"]).reason)

    def test_pages_through_the_feed(self):
        sent = [bill(source="py-plain-feed") for _ in range(5)]
        self.pos.record_bills(sent)
        pages = list(self.pos.bill_pages("S01", source="py-plain-feed", page_size=2))
        # What was written within the last two seconds may come with the next look.
        while sum(len(p["bills"]) for p in pages) < 5:
            pages += self.pos.bill_pages("S01", source="py-plain-feed", page_size=2, cursor=pages[-1]["nextCursor"])
        got = [b["bill"]["billNo"] for p in pages for b in p["bills"]]
        self.assertCountEqual([b["billNo"] for b in sent], got)
        self.assertLessEqual(max(len(p["bills"]) for p in pages), 2)
        self.assertFalse(list(self.pos.bill_pages("S01", source="py-plain-feed", cursor=pages[-1]["nextCursor"]))[0]["bills"])

    def test_day_totals(self):
        self.pos.record_bills([bill(source="py-plain-day", amountFen=100), bill(source="py-plain-day", amountFen=23)])
        told = {"storeCode": "S01", "businessDate": place.TODAY, "source": "py-plain-day", "billCount": 2, "amountFen": 123}
        self.assertTrue(self.pos.report_day_totals([told], validate_only=True)[0]["matches"])
        self.assertFalse([t for t in self.pos.get_day_totals("S01", place.TODAY) if t["source"] == "py-plain-day" and t.get("told")])
        self.assertTrue(self.pos.report_day_totals([told])[0]["matches"])
        day = {t["source"]: t for t in self.pos.get_day_totals("S01", place.TODAY)}["py-plain-day"]
        self.assertEqual((2, 123), (day["heldCount"], day["heldFen"]))

    def test_looks_a_guest_up(self):
        self.assertEqual(place.REFERRER, self.pos.lookup_guest("S01", place.GUEST, timeout=60)["referrerName"])
        self.assertEqual("GUEST_CLASS_UNKNOWN", self.pos.lookup_guest("S01", "13399990000", timeout=60)["guestClass"])

    def test_books_seats_and_rings(self):
        ref = place.new("R")
        booking = {
            "storeCode": "S01", "ref": ref, "state": "BOOKING_STATE_CONFIRMED", "businessDate": place.TODAY, "mealPeriod": "MEAL_PERIOD_DINNER",
            "number": place.GUEST, "guestName": "王先生", "bookerNo": place.BOOKER, "kind": "BOOKING_KIND_HALL", "guests": 4,
        }  # fmt: skip
        self.assertEqual("BOOKING_OUTCOME_CREATED", self.pos.upsert_booking(booking)["outcome"])
        self.assertEqual("BOOKING_OUTCOME_UNCHANGED", self.pos.upsert_booking(booking)["outcome"])
        self.assertEqual("BOOKING_STATE_SEATED", self.pos.seat_booking("S01", ref, validate_only=True)["state"])
        self.assertEqual("BOOKING_OUTCOME_UNCHANGED", self.pos.upsert_booking(booking)["outcome"])
        self.assertEqual("BOOKING_STATE_SEATED", self.pos.seat_booking("S01", ref)["state"])
        call = {"storeCode": "S01", "source": "pbx", "callId": place.new("C"), "number": place.GUEST}
        self.assertTrue(self.pos.ring_call(call))
        self.assertFalse(self.pos.ring_call(call))

    def test_says_what_is_wrong(self):
        wrong = self.refused(self.pos.record_bills, [bill(businessDate="yesterday")])
        self.assertEqual(("invalid_argument", "bills[0].business_date"), (wrong.code, wrong.violations[0]["field"]))
        self.assertTrue(wrong.request_id)
        stranger = self.refused(PlainClient(place.URL, "ck_live_nobody").get_bill, "S01", "pos", "1")
        self.assertEqual("unauthenticated", stranger.code)
        self.assertTrue(stranger.reason and stranger.message and stranger.request_id)

    def test_repeats_a_write_whose_answer_was_lost(self):
        pos = PlainClient(place.BAD_LINE, place.KEY, ssl_context=place.TRUST)
        b = bill()
        # The first try was written and its answer lost, the second told to wait.
        self.assertEqual([{"outcome": "BILL_OUTCOME_DUPLICATE"}], pos.record_bills([b], idempotency_key="py-plain-" + b["billNo"]))

    def test_bears_five_failures_in_a_row(self):
        """So many the certification orders for one call."""
        said = [PosError("unavailable", "later")] * 5

        def call():
            if said:
                raise said.pop()
            return "done"

        self.assertEqual("done", Retry(base=0.001).run(call))

    def test_gives_up(self):
        said = PosError("resource_exhausted", "later", retry_after=31)
        self.assertIs(said, self.refused(Retry().run, lambda: (_ for _ in ()).throw(said)))
        pos = PlainClient(place.BAD_LINE, place.KEY, ssl_context=place.TRUST, retry=Retry(tries=2, base=0.01))
        waiting = self.refused(pos.record_bills, [bill()])
        self.assertEqual(("resource_exhausted", 1), (waiting.code, waiting.retry_after))
        nobody = PlainClient("http://127.0.0.1:9", place.KEY, retry=Retry(tries=2, base=0.01))
        self.assertEqual("unavailable", self.refused(nobody.lookup_guest, "S01", place.GUEST).code)

    def test_keeps_its_key_to_protected_lines(self):
        for url in ("http://pos.example.com", "ftp://localhost", "https://pos.example.com/path"):
            with self.subTest(url), self.assertRaises(ValueError):
                PlainClient(url, place.KEY)

    def test_serves_several_threads(self):
        bills = [bill() for _ in range(8)]
        outcomes = []
        threads = [threading.Thread(target=lambda b=b: outcomes.extend(self.pos.record_bills([b]))) for b in bills]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        self.assertEqual([{"outcome": "BILL_OUTCOME_RECORDED"}] * 8, outcomes)
