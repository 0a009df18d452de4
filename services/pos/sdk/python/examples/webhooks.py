"""Receives webhooks."""

# [webhooks]
from http.server import BaseHTTPRequestHandler, HTTPServer

from changke_pos import BadSignature, verify

seen = set()  # in a database of yours


def receiver(secrets, act):
    """Gives a handler that proves each event and hands every one over once."""

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                event = verify(secrets, self.headers, body)
            except BadSignature:
                return self.answer(401)
            if self.headers["webhook-id"] not in seen:
                act(event)
                seen.add(self.headers["webhook-id"])
            self.answer(204)  # anything else is tried again

        def answer(self, status):
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    return Receiver


# Behind your proxy, which ends TLS; secrets: two while one is being exchanged.
def serve(secrets, act, port):
    HTTPServer(("127.0.0.1", port), receiver(secrets, act)).serve_forever()
# [end]
