"""The examples do what the vendor's guide says."""

import http.client
import json
import os
import pathlib
import subprocess
import sys
import threading
import unittest
from http.server import HTTPServer

HERE = pathlib.Path(__file__).parent.parent / "examples"
sys.path.insert(0, str(HERE))


class ExamplesTest(unittest.TestCase):
    def say(self, name):
        return subprocess.run([sys.executable, "-W", "error", HERE / name], check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()

    def test_a_day(self):
        self.assertEqual(["BILL_OUTCOME_RECORDED"], self.say("first_bill.py"))
        self.assertEqual(["BILL_OUTCOME_DUPLICATE"], self.say("first_bill.py"))
        said = self.say("retries.py")
        self.assertTrue(said[0].startswith("bill.not_found ") and said[1].startswith("ask for help with "), said)
        self.assertIn(said[2], ("guest: GUEST_CLASS_OWNED", "guest: unknown"))  # the till does not wait for a busy server
        self.assertEqual(["left: 0"], self.say("offline.py"))
        total = 0
        while total < 604:  # what was written within the last two seconds comes with the next look
            said = self.say("reconcile.py")
            total += int(said[0].rsplit(" ", 1)[1])
        self.assertEqual((604, "complete"), (total, said[1]))

    def test_webhooks(self):
        import webhooks

        with open(os.environ["CHANGKE_WEBHOOK"], encoding="utf-8") as f:
            sent = json.load(f)
        told = []
        server = HTTPServer(("127.0.0.1", 0), webhooks.receiver(sent["secrets"], told.append))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

        def post(body):
            line = http.client.HTTPConnection(*server.server_address)
            line.request("POST", "/", body.encode(), sent["headers"])
            status = line.getresponse().status
            line.close()
            return status

        self.assertEqual([204, 204, 401], [post(sent["body"]), post(sent["body"]), post(sent["body"] + " ")])
        self.assertEqual(["guest.blacklisted"], [event["type"] for event in told])
