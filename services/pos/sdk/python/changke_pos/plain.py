"""Changke's POS interface over plain HTTP and JSON.

This file alone is enough (Python 3.9, standard library): copy it, or install the
package. Requests and answers are dicts with the names of the OpenAPI document
(/openapi.json); money is in fen, as an int.
"""

import http.client
import json
import random
import socket
import threading
import time
import urllib.parse
import uuid

_SERVICE = "/changke.pos.v1.PosService/"
_LOCAL = ("localhost", "127.0.0.1", "::1")


class PosError(Exception):
    """A call that was refused or not answered.

    code: kind of failure, e.g. "invalid_argument", "unauthenticated", "unavailable".
    reason: stable name for programs, e.g. "bill.not_found"; empty if the server said none.
    message: what happened and how to mend it, in Chinese, to be shown as it is.
    violations: [{"field", "rule", "message", "messageEn"}] of an invalid request.
    retry_after: seconds after which the same call may succeed; 0 = not said.
    request_id: to be named when asking for help.
    """

    def __init__(self, code, message, reason="", violations=(), retry_after=0, request_id=""):
        super().__init__(f"{reason or code}: {message} (request {request_id or '-'})")
        self.code, self.reason, self.message = code, reason, message
        self.violations, self.retry_after, self.request_id = list(violations), retry_after, request_id

    @property
    def passing(self):
        """Whether the same call may succeed later, unchanged."""
        return self.code in ("unavailable", "deadline_exceeded") or (self.code == "resource_exhausted" and self.retry_after > 0)


class Retry:
    """When a call is tried again: only after failures that pass by themselves.

    The waits double from base seconds to cap, each between half of that and all of
    it so that tills do not come back in step; a Retry-After counts if it is longer.
    No try begins later than patience after the first.
    """

    def __init__(self, tries=8, base=0.2, cap=10.0, patience=30.0):
        self.tries, self.base, self.cap, self.patience = tries, base, cap, patience

    def run(self, call):
        """Calls until it succeeds, fails for good, or tries or patience are used up."""
        latest = time.monotonic() + self.patience
        for n in range(1, self.tries + 1):
            try:
                return call()
            except PosError as failure:
                wait = max(min(self.cap, self.base * 2 ** (n - 1)) * random.uniform(0.5, 1), failure.retry_after)
                if not failure.passing or n == self.tries or time.monotonic() + wait > latest:
                    raise
            time.sleep(wait)


ONCE = Retry(tries=1)


def check_address(url, insecure):
    """Splits a server's address; a key goes unencrypted only to this machine."""
    at = urllib.parse.urlsplit(url)
    if at.scheme not in ("https", "http") or not at.hostname or at.path not in ("", "/"):
        raise ValueError("the server's address is https://host or https://host:port")
    if at.scheme == "http" and at.hostname not in _LOCAL and not insecure:
        raise ValueError("an API key needs https; insecure=True if the line is protected otherwise")
    return at


class PlainClient:
    """The interface as methods. Safe to be used by several threads at once."""

    def __init__(self, url, key, *, timeout=10.0, retry=None, ssl_context=None, insecure=False):
        """url: https://host[:port]. key: ck_live_…. timeout: seconds for each try."""
        self._at = check_address(url, insecure)
        self._key, self._timeout, self._retry, self._ssl = key, timeout, retry or Retry(), ssl_context
        self._lines = threading.local()

    def record_bills(self, bills, *, validate_only=False, idempotency_key=None):
        """Records up to 500 bills; gives one result each, in their order. A refused bill
        stops no other: look at each result's "outcome"."""
        request = {"bills": list(bills), "validateOnly": validate_only}
        return self._write("RecordBills", request, idempotency_key)["results"]

    def get_bill(self, store_code, source, bill_no):
        """Gives a bill as it is on file: its highest revision. PosError: bill.not_found."""
        return self._read("GetBill", {"storeCode": store_code, "source": source, "billNo": bill_no})["bill"]

    def bill_pages(self, store_code, *, source="", start_time=None, cursor="", page_size=0):
        """Gives what was recorded of a store's bills, page by page, until there is no
        more. Keep each page's "nextCursor" and go on with it another day."""
        while True:
            request = {"storeCode": store_code, "source": source, "cursor": cursor, "pageSize": page_size}
            if start_time is not None:
                request["startTime"] = start_time
            page = self._read("ListBillsUpdatedSince", request)
            page.setdefault("bills", [])
            yield page
            cursor = page["nextCursor"]
            if not page.get("hasMore"):
                return

    def report_day_totals(self, totals, *, validate_only=False, idempotency_key=None):
        """Tells what business days came to; gives each beside what is on file."""
        request = {"totals": list(totals), "validateOnly": validate_only}
        return self._write("ReportDayTotals", request, idempotency_key)["totals"]

    def get_day_totals(self, store_code, business_date):
        """Gives a day's totals by each till, told and on file."""
        return self._read("GetDayTotals", {"storeCode": store_code, "businessDate": business_date}).get("totals", [])

    def lookup_guest(self, store_code, number, *, timeout=1.0):
        """Tells who is at the counter. One try: a till goes on without the answer."""
        return self._call("LookupGuest", {"storeCode": store_code, "number": number}, ONCE, timeout)

    def upsert_booking(self, booking, *, idempotency_key=None):
        """Enters a booking, or brings it to what is said now."""
        return self._write("UpsertBooking", booking, idempotency_key)

    def seat_booking(self, store_code, ref, *, validate_only=False, idempotency_key=None):
        """Seats the guests of a booking now."""
        request = {"storeCode": store_code, "ref": ref, "validateOnly": validate_only}
        return self._write("SeatBooking", request, idempotency_key)["booking"]

    def ring_call(self, call, *, idempotency_key=None):
        """Says that a call rings; tells whether it rang on the store's consoles."""
        return self._write("RingCall", call, idempotency_key).get("rang", False)

    def _read(self, method, request):
        return self._call(method, request, self._retry, self._timeout)

    def _write(self, method, request, key):
        """One key for all tries, so that they are known as one write."""
        return self._call(method, request, self._retry, self._timeout, key or str(uuid.uuid4()))

    def _call(self, method, request, retry, timeout, idempotency_key=None):
        body = json.dumps(request).encode()
        headers = {"Content-Type": "application/json", "Authorization": "Bearer " + self._key}
        if idempotency_key:
            headers["Idempotency-Key"] = idempotency_key
        return retry.run(lambda: self._once(method, body, headers, timeout))

    def _once(self, method, body, headers, timeout):
        try:
            status, answer, sent = self._post(_SERVICE + method, body, headers, timeout)
        except socket.timeout:
            raise PosError("deadline_exceeded", "服务器没有及时回答。") from None
        except (OSError, http.client.HTTPException) as failure:
            raise PosError("unavailable", f"连不上服务器：{failure}") from failure
        try:
            said = json.loads(answer, object_hook=_whole)
        except ValueError:
            said = None
        if status == 200 and isinstance(said, dict):
            return said
        raise _refusal(status, said if isinstance(said, dict) else {}, sent)

    def _post(self, path, body, headers, timeout):
        """Posts on this thread's line, which is kept. A server may have closed a kept
        one meanwhile: then once more on a new one, which repeats nothing that counts."""
        line = getattr(self._lines, "line", None)
        for kept in (True, False) if line else (False,):
            if not kept:
                line = self._lines.line = self._connect()
            try:
                line.timeout = timeout
                if line.sock:
                    line.sock.settimeout(timeout)
                line.request("POST", path, body, headers)
                answer = line.getresponse()
                return answer.status, answer.read(), answer.headers
            except Exception as failure:
                line.close()
                self._lines.line = None
                if not kept or not isinstance(failure, (ConnectionError, http.client.BadStatusLine)):
                    raise

    def _connect(self):
        if self._at.scheme == "https":
            return http.client.HTTPSConnection(self._at.hostname, self._at.port, context=self._ssl)
        return http.client.HTTPConnection(self._at.hostname, self._at.port)


def _whole(fields):
    """Reads 64-bit numbers, which JSON of protobuf has as strings."""
    for name, value in fields.items():
        if isinstance(value, str) and name.endswith(("Fen", "Milli")):
            fields[name] = int(value)
    return fields


# What an answer means that the server did not write itself, such as a proxy's.
_STATUS = {400: "internal", 401: "unauthenticated", 403: "permission_denied", 404: "unimplemented", 429: "resource_exhausted", 502: "unavailable", 503: "unavailable", 504: "unavailable"}


def _refusal(status, said, headers):
    detail = next((d.get("debug", {}) for d in said.get("details", ()) if d.get("type") == "changke.fault.v1.Fault"), {})
    wait = headers.get("Retry-After", "0")
    return PosError(
        said.get("code") or _STATUS.get(status, "unknown"),
        detail.get("message") or said.get("message") or f"HTTP {status}",
        detail.get("reason", ""),
        detail.get("violations", ()),
        detail.get("retryAfterSeconds", 0) or (int(wait) if wait.isdigit() else 0),
        detail.get("requestId") or headers.get("X-Request-Id", ""),
    )
