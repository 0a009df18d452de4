#!/usr/bin/env bash
set -euo pipefail
# [first-bill]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.PosService/RecordBills" \
  --header "Authorization: Bearer $CHANGKE_KEY" \
  --header "Content-Type: application/json" \
  --header "Idempotency-Key: first-bill-$CHANGKE_TODAY" \
  --data '{
    "bills": [{
      "storeCode": "S01", "source": "demo-curl", "billNo": "'"$CHANGKE_TODAY"'-0001", "revision": 1,
      "number": "138 1001 0001", "businessDate": "'"$CHANGKE_TODAY"'", "mealPeriod": "MEAL_PERIOD_DINNER",
      "closeTime": "'"$CHANGKE_TODAY"'T20:15:00+08:00", "amountFen": 128800, "status": "BILL_STATUS_PAID",
      "tableName": "牡丹厅"
    }]
  }'
# [end]
