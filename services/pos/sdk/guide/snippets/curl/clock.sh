#!/usr/bin/env bash
set -euo pipefail
# [clock]
server=$(curl --silent --head "$CHANGKE_URL/docs/pos" | sed -n 's/^[Dd]ate: //p')
echo "相差 $(( $(date +%s) - $(date --date "$server" +%s) )) 秒"
# [end]
