#!/usr/bin/env bash
set -euo pipefail
# [check]
curl --silent --show-error "$CHANGKE_URL/changke.pos.v1.PosService/RecordBills" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" \
  --data '{"validateOnly": true, "bills": [{
      "storeCode": "S99", "source": "demo-curl", "billNo": "1", "revision": 1, "businessDate": "'"$CHANGKE_TODAY"'",
      "mealPeriod": "MEAL_PERIOD_DINNER", "closeTime": "'"$CHANGKE_TODAY"'T20:15:00+08:00", "amountFen": 100, "status": "BILL_STATUS_PAID"
    }]}'
# [end]
