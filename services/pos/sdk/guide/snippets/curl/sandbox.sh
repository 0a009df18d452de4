#!/usr/bin/env bash
set -euo pipefail
# [sandbox]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.SandboxService/GetSandbox" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" --data '{}'
# [end]
