"""A till without a line: bills go to the disk first and leave it when accepted."""

import os
import pathlib

# [offline]
from changke_pos import OfflineQueue, PlainClient, PosError

queue = OfflineQueue(pathlib.Path(os.environ["CHANGKE_STATE"]) / "bills-py")  # one process a directory


def close_bill(bill):
    """Called by the till. The bill is on the disk before the cashier goes on."""
    queue.add(bill)


def send_all(pos):
    """Called when the line is back, and every minute."""
    try:
        queue.drain(pos)
    except PosError as failure:
        if not failure.passing:
            raise
        print("later:", failure.code, len(queue), "wait")
    for letter in queue.dead_letters:  # refused: they never vanish, and somebody has to look
        print("to be mended:", letter["bill"]["billNo"], letter["reason"], letter["message"])
# [end]


for n in range(1, 604):
    close_bill({
        "storeCode": "S01", "source": "example-py", "billNo": f"{os.environ['CHANGKE_TODAY']}-{n}", "revision": 1, "businessDate": os.environ["CHANGKE_TODAY"],
        "mealPeriod": "MEAL_PERIOD_LUNCH", "closeTime": os.environ["CHANGKE_TODAY"] + "T12:30:00+08:00", "amountFen": n * 100, "status": "BILL_STATUS_PAID",
    })  # fmt: skip
send_all(PlainClient(os.environ["CHANGKE_URL"], os.environ["CHANGKE_KEY"]))
print("left:", len(queue))
queue.close()
