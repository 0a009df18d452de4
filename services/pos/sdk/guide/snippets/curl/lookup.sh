#!/usr/bin/env bash
set -euo pipefail
# [lookup]
curl --silent --show-error --max-time 1 "$CHANGKE_URL/changke.pos.v1.PosService/LookupGuest" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" \
  --data '{"storeCode": "S01", "number": "138 0000 0106"}'
# [end]
