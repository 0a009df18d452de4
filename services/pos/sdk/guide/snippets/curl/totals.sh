#!/usr/bin/env bash
set -euo pipefail
# [totals]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.PosService/ReportDayTotals" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" --header "Idempotency-Key: $(openssl rand -hex 16)" \
  --data '{"totals": [{"storeCode": "S01", "businessDate": "'"$CHANGKE_TODAY"'", "source": "demo-curl", "billCount": 1, "amountFen": 128800}]}'
# [end]
