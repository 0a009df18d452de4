"""Does Changke have what the till has? Once a day."""

import os
import pathlib

from changke_pos import PlainClient

pos = PlainClient(os.environ["CHANGKE_URL"], os.environ["CHANGKE_KEY"])

# [feed]
place = pathlib.Path(os.environ["CHANGKE_STATE"]) / "cursor-py"

# Whatever was recorded since last time, each revision once.
held = {}
for page in pos.bill_pages("S01", cursor=place.read_text() if place.exists() else ""):
    for recorded in page["bills"]:
        bill = recorded["bill"]
        held[bill["source"], bill["billNo"], bill["revision"]] = bill.get("amountFen", 0)
    place.write_text(page["nextCursor"])  # only now: a crash reads this page again
print("bills of example-py:", sum(source == "example-py" for source, _, _ in held))
# [end]

# [totals]
# The day as a whole: a difference names the gap.
day = {"storeCode": "S01", "businessDate": os.environ["CHANGKE_TODAY"], "source": "example-py", "billCount": 604, "amountFen": 18259400}
total = pos.report_day_totals([day])[0]
print("complete" if total.get("matches") else f"told {total.get('toldFen', 0)}, held {total.get('heldFen', 0)}")
# [end]
