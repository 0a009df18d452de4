"""What a till does when a call fails."""

# [errors]
import os

from changke_pos import PlainClient, PosError, Retry

# Eight tries within 30 seconds are usual; a till that has people waiting tries less.
pos = PlainClient(os.environ["CHANGKE_URL"], os.environ["CHANGKE_KEY"], timeout=3, retry=Retry(tries=3))

try:
    pos.get_bill("S01", "example-py", "no-such-bill")
except PosError as failure:
    if failure.passing:
        print("later:", failure.code)  # keep it and send it again, see offline.py
    else:
        print(failure.reason, failure.message)  # for the cashier, as it is
        print("ask for help with", failure.request_id)  # for the log
# [end]

# [lookup]
try:
    guest = pos.lookup_guest("S01", "13810010001", timeout=0.5)
    print("guest:", guest["guestClass"])
except PosError:
    print("guest: unknown")  # the till goes on without the answer
# [end]
