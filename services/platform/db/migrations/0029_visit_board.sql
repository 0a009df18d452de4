-- +goose Up
-- How a booking came (VIS-02, 04, 05), when the guests are expected, what a
-- banquet is, how its notice was given, and who set its booker right (VIS-13).
ALTER TABLE booking
  ADD COLUMN way              text CHECK (way IN ('phone', 'referrer', 'walk_in')), -- null: imported
  ADD COLUMN entered_by       uuid, -- who entered it; null: imported
  ADD COLUMN arrive_minute    int,  -- expected, minutes since the cut-over; null: not said
  ADD COLUMN tables           int NOT NULL DEFAULT 0 CHECK (tables >= 0),
  ADD COLUMN min_spend_fen    bigint NOT NULL DEFAULT 0 CHECK (min_spend_fen >= 0),
  ADD COLUMN deposit_fen      bigint NOT NULL DEFAULT 0 CHECK (deposit_fen >= 0),
  ADD COLUMN notice_way       text CHECK (notice_way IN ('message', 'in_person')), -- of the first; null: none, or imported
  ADD COLUMN notice_reason    text NOT NULL DEFAULT '', -- why the guest was told in person (VIS-03)
  ADD COLUMN former_booker_id uuid, -- who had been entered before the last correction
  ADD COLUMN corrected_by     uuid,
  ADD COLUMN correct_reason   text NOT NULL DEFAULT '';

-- The places a booking holds: a room, a table, several of them put together, and
-- of a banquet hall one slot for each of its tables. Nothing else decides whether
-- a place is free (VIS-10).
CREATE TABLE booking_place (
  tenant_id     uuid NOT NULL,
  booking_id    uuid NOT NULL,
  resource_id   uuid NOT NULL,
  slot          int NOT NULL CHECK (slot BETWEEN 1 AND 500), -- 1; the n-th table of a hall
  business_date date NOT NULL,
  meal_period   smallint NOT NULL,
  held          boolean NOT NULL, -- false: called off, nobody came, or a table whose guests have left
  PRIMARY KEY (tenant_id, booking_id, resource_id, slot),
  FOREIGN KEY (tenant_id, booking_id) REFERENCES booking (tenant_id, booking_id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resource (tenant_id, resource_id)
) WITH (fillfactor = 90);
SELECT wall('booking_place');
CREATE UNIQUE INDEX booking_place_once ON booking_place (tenant_id, resource_id, business_date, meal_period, slot) WHERE held;

-- What was booked before: of two tables of one meal the earlier booking holds it.
ALTER TABLE booking NO FORCE ROW LEVEL SECURITY;
ALTER TABLE booking_place NO FORCE ROW LEVEL SECURITY;
UPDATE booking SET notice_way = 'message' WHERE notice_at IS NOT NULL AND import_id IS NULL;
INSERT INTO booking_place (tenant_id, booking_id, resource_id, slot, business_date, meal_period, held)
SELECT tenant_id, booking_id, resource_id, 1, business_date, meal_period,
  state NOT IN ('cancelled', 'no_show') AND (kind = 'room' OR state <> 'finished')
  AND row_number() OVER (PARTITION BY tenant_id, resource_id, business_date, meal_period,
    state NOT IN ('cancelled', 'no_show') AND (kind = 'room' OR state <> 'finished') ORDER BY booking_id) = 1
FROM booking WHERE resource_id IS NOT NULL;
ALTER TABLE booking FORCE ROW LEVEL SECURITY;
ALTER TABLE booking_place FORCE ROW LEVEL SECURITY;
DROP INDEX booking_room_once;

-- Append-only: every notice of a booking, sent or told (VIS-03, VIS-04).
CREATE TABLE booking_notice (
  tenant_id  uuid NOT NULL,
  booking_id uuid NOT NULL,
  no         int NOT NULL,
  way        text NOT NULL CHECK (way IN ('message', 'in_person')),
  message_id uuid, -- null: told in person
  given_by   uuid NOT NULL,
  at         timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, booking_id, no)
);
SELECT wall_append_only('booking_notice');

-- The chain's own reasons for calling off and for no-shows (VIS-09); without
-- rows those of the program are offered.
CREATE TABLE booking_reason (
  tenant_id uuid NOT NULL,
  ending    text NOT NULL CHECK (ending IN ('cancelled', 'no_show')),
  no        int NOT NULL,
  text      text NOT NULL,
  PRIMARY KEY (tenant_id, ending, no)
);
SELECT wall('booking_reason');
