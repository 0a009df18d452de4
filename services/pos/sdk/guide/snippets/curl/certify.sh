#!/usr/bin/env bash
set -euo pipefail
# [certify]
till --url "$CHANGKE_URL" --key "$CHANGKE_KEY" --store S01 --certify --play --seed 2
# [end]
