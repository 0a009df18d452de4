#!/usr/bin/env bash
set -euo pipefail
# [move]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.SandboxService/MoveClock" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" \
  --data '{"days": 1}'
# [end]
