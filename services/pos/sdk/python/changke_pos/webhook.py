"""Webhooks of Changke, signed as Standard Webhooks say. Standard library only."""

import base64
import hashlib
import hmac
import json
import time


class BadSignature(Exception):
    """What came is not from Changke, is older than the tolerance, or was changed."""


def verify(secrets, headers, body, *, tolerance=300, now=None):
    """Checks an event that was received and gives it as a dict: type, timestamp, data.

    secrets: the whsec_… that are in use; two while one is being exchanged.
    headers: of the request, any mapping; names in any case.
    body: the bytes as they were received, not parsed and written again.
    tolerance: seconds that clocks may differ. now: Unix time, the clock's by default.
    Raises BadSignature. An event may come twice: know it by its webhook-id.
    """
    said = {name.lower(): value for name, value in headers.items()}
    event, at = said.get("webhook-id", ""), said.get("webhook-timestamp", "")
    if not event or not (at.isascii() and at.isdigit()):
        raise BadSignature("not a webhook: webhook-id or webhook-timestamp is missing")
    if abs((time.time() if now is None else now) - int(at)) > tolerance:
        raise BadSignature("too old, or a clock is wrong")
    given = [s[3:] for s in said.get("webhook-signature", "").split(" ") if s.startswith("v1,")]
    signed = event.encode() + b"." + at.encode() + b"." + body
    for secret in secrets:
        mac = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
        right = base64.b64encode(mac.digest()).decode()
        if any(hmac.compare_digest(right.encode(), s.encode()) for s in given):
            return json.loads(body)
    raise BadSignature("signed by none of the secrets")
