"""The first bill, over plain HTTP and JSON."""

# [client]
import os

from changke_pos import PlainClient

pos = PlainClient(os.environ["CHANGKE_URL"], os.environ["CHANGKE_KEY"])
# [end]

# [first-bill]
result = pos.record_bills([{
    "storeCode": "S01",
    "source": "example-py",
    "billNo": os.environ["CHANGKE_TODAY"] + "-0042",
    "revision": 1,
    "number": "13800138000",
    "businessDate": os.environ["CHANGKE_TODAY"],
    "mealPeriod": "MEAL_PERIOD_DINNER",
    "closeTime": os.environ["CHANGKE_TODAY"] + "T20:41:07+08:00",
    "amountFen": 48800,
    "status": "BILL_STATUS_PAID",
}])[0]  # fmt: skip
if result["outcome"] == "BILL_OUTCOME_REFUSED":
    print("refused:", result["reason"], result["message"])
else:
    print(result["outcome"])
# [end]
