#!/usr/bin/env bash
set -euo pipefail
# [get-bill]
curl --silent --show-error "$CHANGKE_URL/changke.pos.v1.PosService/GetBill" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" \
  --data '{"storeCode": "S01", "source": "demo-curl", "billNo": "没有这张"}'
# [end]
