#!/usr/bin/env bash
set -euo pipefail
# [ring]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.PosService/RingCall" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" --header "Idempotency-Key: $(openssl rand -hex 16)" \
  --data '{"storeCode": "S01", "source": "pbx", "callId": "'"$CHANGKE_TODAY"'-19", "number": "138 0000 0106", "line": "8001"}'
# [end]
