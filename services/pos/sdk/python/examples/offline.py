"""A till without a line: bills go into a file first and leave it when accepted."""

# [offline]
import json
import os
import pathlib

from changke_pos import PlainClient, PosError

queue = pathlib.Path(os.environ["CHANGKE_STATE"]) / "bills-py.jsonl"


def close_bill(bill):
    """Called by the till. The bill is on the disk before the cashier goes on."""
    with queue.open("a", encoding="utf-8") as f:
        f.write(json.dumps(bill, ensure_ascii=False) + "\n")
        f.flush()
        os.fsync(f.fileno())


def send_all(pos):
    """Called every minute. What was sent twice counts once, so a bill leaves the file
    only after its answer, and a crash in between does no harm."""
    lines = queue.read_text(encoding="utf-8").splitlines() if queue.exists() else []
    while lines:
        batch = [json.loads(line) for line in lines[:500]]
        try:
            results = pos.record_bills(batch)
        except PosError as failure:
            if failure.passing:
                return print("later:", failure.code)
            raise
        for bill, result in zip(batch, results):
            if result["outcome"] == "BILL_OUTCOME_REFUSED":
                print("to be mended:", bill["billNo"], result["reason"], result["message"])
        lines = lines[500:]
        rest = queue.with_suffix(".rest")
        rest.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        rest.replace(queue)  # one step: the old file or the new one
# [end]


for n in range(1, 604):
    close_bill({
        "storeCode": "S01", "source": "example-py", "billNo": f"offline-{n}", "revision": 1, "businessDate": os.environ["CHANGKE_TODAY"],
        "mealPeriod": "MEAL_PERIOD_LUNCH", "closeTime": os.environ["CHANGKE_TODAY"] + "T12:30:00+08:00", "amountFen": n * 100, "status": "BILL_STATUS_PAID",
    })  # fmt: skip
send_all(PlainClient(os.environ["CHANGKE_URL"], os.environ["CHANGKE_KEY"]))
print("left:", len(queue.read_text(encoding="utf-8").splitlines()))
