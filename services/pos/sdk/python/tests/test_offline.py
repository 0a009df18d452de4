"""Bills on the disk, sent to a running server."""

import os
import pathlib
import tempfile
import unittest

from changke_pos import OfflineQueue, PlainClient, PosError, QueueDamaged, QueueLocked

from . import place


def bill(no, **more):
    return {
        "storeCode": "S01", "source": "py-offline", "billNo": str(no), "revision": 1, "businessDate": place.TODAY, "tableName": "牡丹厅 <A&B>",
        "mealPeriod": "MEAL_PERIOD_DINNER", "closeTime": place.TODAY + "T11:30:00Z", "amountFen": 48800, "status": "BILL_STATUS_PAID", **more,
    }  # fmt: skip


class Line:
    """A line that loses one answer after the server has done its work."""

    def __init__(self, pos, loses):
        self.pos, self.loses, self.sizes = pos, loses, []

    def record_bills(self, bills):
        self.sizes.append(len(bills))
        answer = self.pos.record_bills(bills)
        if len(self.sizes) == self.loses:
            raise PosError("unavailable", "the line broke")
        return answer


class OfflineTest(unittest.TestCase):
    def setUp(self):
        self.pos = PlainClient(place.URL, place.KEY)
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.place = pathlib.Path(home.name) / "queue"

    def test_sends_in_order_over_a_line_that_breaks(self):
        with OfflineQueue(self.place) as q:
            with self.assertRaises(QueueLocked):
                OfflineQueue(self.place)
            for n in range(1100):
                q.add(bill(n, **{7: {"storeCode": "S99"}, 600: {"amountFen": -1}}.get(n, {})))
            with self.assertRaises(PosError):
                q.drain(Line(self.pos, 1))
            self.assertEqual(1100, len(q), "nobody has answered")
        with OfflineQueue(self.place) as q:  # as after a restart
            line = Line(self.pos, 0)
            self.assertEqual({"recorded": 599, "known": 499, "refused": 2}, q.drain(line))
            self.assertEqual((0, 500), (len(q), max(line.sizes)))
        with OfflineQueue(self.place) as q:
            self.assertEqual([("7", "bill.unknown_store"), ("600", "invalid_field")], [(d["bill"]["billNo"], d["reason"]) for d in q.dead_letters])
            self.assertTrue(all(d["message"] and d["time"] for d in q.dead_letters))
            self.assertEqual(1, q.forget(lambda d: d["reason"] == "invalid_field"))
            self.assertEqual(1, q.revive(lambda d: True))
            self.assertEqual((1, []), (len(q), q.dead_letters))
            self.assertEqual(1, q.drain(self.pos)["refused"])

    def test_cut_off_at_any_byte(self):
        log, ends = self.place / "queue.log", []
        with OfflineQueue(self.place) as q:
            for n in range(3):
                q.add(bill(n))
                ends.append(log.stat().st_size)
        whole = log.read_bytes()
        for cut in range(len(whole) + 1):
            log.write_bytes(whole[:cut] + b"\0" * (cut % 2 * 3))  # what a file system may leave behind the end
            with OfflineQueue(self.place) as q:
                self.assertEqual(sum(cut >= end for end in ends), len(q), cut)
        log.write_bytes(whole[: ends[0] + 20] + b"?" + whole[ends[0] + 21 :])
        before = log.read_bytes()
        with self.assertRaises(QueueDamaged):
            OfflineQueue(self.place)
        self.assertEqual(before, log.read_bytes(), "nothing is thrown away")

    def test_killed_after_the_answer(self):
        """A child is killed with an answer that is not noted yet; what it added counts once."""
        child = os.fork()
        if child == 0:
            q = OfflineQueue(self.place)
            q.add(*[bill(n, source="py-killed") for n in range(20)])

            class Killed:
                def record_bills(_, bills):
                    self.pos.record_bills(bills)
                    os.kill(os.getpid(), 9)

            q.drain(Killed())
        self.assertEqual(9, os.waitpid(child, 0)[1])
        with OfflineQueue(self.place) as q:
            self.assertEqual({"recorded": 0, "known": 20, "refused": 0}, q.drain(self.pos))
