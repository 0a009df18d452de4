#!/usr/bin/env bash
set -euo pipefail
# [day]
till --url "$CHANGKE_URL" --key "$CHANGKE_KEY" --store S01
# [end]
