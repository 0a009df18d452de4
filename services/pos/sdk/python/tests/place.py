"""Where the tests call: a running server, told by the environment."""

import itertools
import os
import ssl
import uuid

URL = os.environ["CHANGKE_URL"]  # h2c and HTTP on this machine
BAD_LINE = os.environ["CHANGKE_BAD_LINE"]  # TLS; loses each write's first answer, then says 429
CA = os.environ["CHANGKE_CA"]
KEY = os.environ["CHANGKE_KEY"]
GUEST = os.environ["CHANGKE_GUEST"]
REFERRER = os.environ["CHANGKE_REFERRER"]
BOOKER = os.environ["CHANGKE_BOOKER"]
TODAY = os.environ["CHANGKE_TODAY"]
TRUST = ssl.create_default_context(cafile=CA)

_run = uuid.uuid4().hex[:8]
_count = itertools.count(1)


def new(kind):
    """Gives a number that nobody used before."""
    return f"{kind}-{_run}-{next(_count)}"
