#!/usr/bin/env bash
set -euo pipefail
# [first-bill]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.PosService/RecordBills" \
  --header "Authorization: Bearer $CHANGKE_KEY" \
  --header "Content-Type: application/json" \
  --header "Idempotency-Key: 0b8f6c1e-first-bill" \
  --data '{
    "bills": [{
      "storeCode": "S01", "source": "demo-curl", "billNo": "20260303-0001", "revision": 1,
      "number": "138 1001 0001", "businessDate": "2026-03-03", "mealPeriod": "MEAL_PERIOD_DINNER",
      "closeTime": "2026-03-03T20:15:00+08:00", "amountFen": 128800, "status": "BILL_STATUS_PAID",
      "tableName": "牡丹厅"
    }]
  }'
# [end]
