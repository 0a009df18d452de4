#!/usr/bin/env bash
set -euo pipefail
# [booking]
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.PosService/UpsertBooking" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" --header "Idempotency-Key: $(openssl rand -hex 16)" \
  --data '{
    "storeCode": "S01", "ref": "Y-'"$CHANGKE_TODAY"'-03", "state": "BOOKING_STATE_CONFIRMED", "businessDate": "'"$CHANGKE_TODAY"'", "mealPeriod": "MEAL_PERIOD_SUPPER",
    "number": "138 0000 0106", "guestName": "孙女士", "bookerNo": "'"$CHANGKE_BOOKER"'", "kind": "BOOKING_KIND_HALL", "guests": 4,
    "arriveTime": "21:30", "sendNotice": true
  }'
curl --silent --show-error --fail-with-body "$CHANGKE_URL/changke.pos.v1.PosService/SeatBooking" \
  --header "Authorization: Bearer $CHANGKE_KEY" --header "Content-Type: application/json" --header "Idempotency-Key: $(openssl rand -hex 16)" \
  --data '{"storeCode": "S01", "ref": "Y-'"$CHANGKE_TODAY"'-03"}'
# [end]
