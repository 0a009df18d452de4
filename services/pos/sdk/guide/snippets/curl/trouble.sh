#!/usr/bin/env bash
set -euo pipefail
# [trouble]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.SandboxService/OrderTrouble" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" \
  --data '{"troubles": [{"method": "RecordBills", "kind": "TROUBLE_KIND_LOSE", "calls": 2}]}'
# [end]
