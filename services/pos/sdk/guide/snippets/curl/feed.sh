#!/usr/bin/env bash
set -euo pipefail
# [feed]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.PosService/ListBillsUpdatedSince" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" \
  --data '{"storeCode": "S01", "source": "demo-curl", "cursor": "", "pageSize": 100}' # 下一次把 nextCursor 填进 cursor
# [end]
