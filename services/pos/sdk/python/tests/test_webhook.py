"""What the server's own code signed is accepted; anything else is not."""

import json
import os
import unittest

from changke_pos import BadSignature, verify


class WebhookTest(unittest.TestCase):
    def setUp(self):
        with open(os.environ["CHANGKE_WEBHOOK"], encoding="utf-8") as f:
            self.sent = json.load(f)
        self.now = int(self.sent["headers"]["webhook-timestamp"])
        self.body = self.sent["body"].encode()

    def verify(self, secrets=None, body=None, later=0, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return verify(secrets or self.sent["secrets"], {**self.sent["headers"], **named}, self.body if body is None else body, now=self.now + later)

    def test_accepts_by_either_secret(self):
        for secrets in (self.sent["secrets"], self.sent["secrets"][:1], self.sent["secrets"][1:]):
            event = self.verify(secrets)
            self.assertEqual("guest.blacklisted", event["type"])
            self.assertEqual("S01", event["data"]["store_code"])

    def test_header_names_in_any_case(self):
        headers = {name.title(): value for name, value in self.sent["headers"].items()}
        self.assertEqual("guest.blacklisted", verify(self.sent["secrets"], headers, self.body, now=self.now)["type"])

    def test_refuses(self):
        changed = self.body.replace(b"S01", b"S02")
        for what, args in {
            "another secret": {"secrets": ["whsec_" + "AAAA" * 8]},
            "a changed body": {"body": changed},
            "another event's id": {"webhook_id": "0" * 36},
            "an old one": {"later": 301},
            "one from the future": {"later": -301},
            "no time": {"webhook_timestamp": "now"},
            "no signature": {"webhook_signature": ""},
            "an unknown version": {"webhook_signature": self.sent["headers"]["webhook-signature"].replace("v1,", "v9,")},
        }.items():
            with self.subTest(what), self.assertRaises(BadSignature):
                self.verify(**args)
