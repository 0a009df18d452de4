-- +goose Up
CREATE TABLE resource (
  tenant_id     uuid NOT NULL,
  resource_id   uuid NOT NULL,
  store_id      uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('hall', 'room', 'banquet')),
  name          text NOT NULL,
  capacity      int NOT NULL,
  min_spend_fen bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, resource_id),
  UNIQUE (tenant_id, store_id, name),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id)
);
SELECT wall('resource');

-- The state of each booking now; booking_change holds how it came about.
CREATE TABLE booking (
  tenant_id     uuid NOT NULL,
  booking_id    uuid NOT NULL,
  store_id      uuid NOT NULL,
  ref           text COLLATE "C" NOT NULL,
  number_key    bytea, -- null: imported, guest unknown
  number_box    bytea, -- null when imported: the file has the number
  guest_name    text NOT NULL DEFAULT '',
  booker_id     uuid NOT NULL,
  business_date date NOT NULL,
  meal_period   smallint NOT NULL CHECK (meal_period BETWEEN 1 AND 4), -- lunch tea dinner supper
  kind          text NOT NULL CHECK (kind IN ('hall', 'room', 'banquet')),
  resource_id   uuid,
  guests        int NOT NULL DEFAULT 0,
  state         text NOT NULL CHECK (state IN ('requested', 'confirmed', 'seated', 'finished', 'cancelled', 'no_show')),
  seated_minute int, -- minutes since the cut-over: 23:59 comes before 00:10 (VIS-08)
  notice_at     timestamptz, -- accepted for sending (VIS-03)
  note          text NOT NULL DEFAULT '',
  cancel_reason text NOT NULL DEFAULT '',
  request_id    uuid NOT NULL,
  import_id     uuid,
  recorded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, booking_id),
  CONSTRAINT booking_ref UNIQUE (tenant_id, ref, store_id),
  UNIQUE (tenant_id, request_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, resource_id) REFERENCES resource (tenant_id, resource_id),
  FOREIGN KEY (tenant_id, booker_id) REFERENCES person (tenant_id, person_id)
) WITH (fillfactor = 80);
SELECT wall('booking');
-- A room is booked once per meal period (VIS-10); two people at the same moment
-- meet this index, not a check in code.
CREATE UNIQUE INDEX booking_room_once ON booking (tenant_id, resource_id, business_date, meal_period)
  WHERE kind = 'room' AND resource_id IS NOT NULL AND state NOT IN ('cancelled', 'no_show');
CREATE INDEX booking_day ON booking (tenant_id, business_date, store_id);
CREATE INDEX booking_guest ON booking (tenant_id, number_key, business_date, meal_period, store_id) WHERE number_key IS NOT NULL;

-- Append-only: everything of a booking that bears on a visit's credit, each time
-- it changes, so that a run sees the facts of its cut-off (RUL-03).
CREATE TABLE booking_change (
  tenant_id     uuid NOT NULL,
  booking_id    uuid NOT NULL,
  no            int NOT NULL,
  state         text NOT NULL,
  number_key    bytea, -- null: guest unknown
  business_date date NOT NULL,
  meal_period   smallint NOT NULL,
  booker_id     uuid NOT NULL,
  seated_minute int,
  noticed       boolean NOT NULL,
  changed_by    uuid, -- person; null: import or key
  recorded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, booking_id, no)
);
SELECT wall_append_only('booking_change');
CREATE INDEX booking_change_guest ON booking_change (tenant_id, number_key, booking_id) WHERE number_key IS NOT NULL;

-- Every revision of every bill as the till sent it. No foreign keys here or on
-- the three tables below: each would lock a store's row for every bill.
CREATE TABLE bill_revision (
  tenant_id     uuid NOT NULL,
  store_id      uuid NOT NULL,
  source        text COLLATE "C" NOT NULL,
  bill_no       text COLLATE "C" NOT NULL,
  revision      int NOT NULL,
  booking_ref   text COLLATE "C" NOT NULL DEFAULT '',
  number_key    bytea, -- null: unknown guest
  business_date date NOT NULL,
  meal_period   smallint NOT NULL,
  closed_at     timestamptz NOT NULL,
  amount_fen    bigint NOT NULL,
  status        text NOT NULL CHECK (status IN ('paid', 'voided')),
  import_id     uuid,
  recorded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, store_id, source, bill_no, revision)
);
SELECT wall_append_only('bill_revision');
-- Bills are found by what a revision says, never by the head: what a head is
-- counted under moves with its booking, and an index on it would end HOT. The
-- most selective column comes first, so that the plan is right even before the
-- first ANALYZE, in the middle of an import.
CREATE INDEX bill_revision_guest ON bill_revision (tenant_id, number_key, business_date, meal_period, store_id) WHERE number_key IS NOT NULL;
CREATE INDEX bill_revision_booking ON bill_revision (tenant_id, booking_ref, store_id) WHERE booking_ref <> '';

-- The guard for ever of a bill's natural key, and the highest revision as it
-- counts: guest, day and meal come from its booking when it names a known one.
-- Nothing but the key is indexed, so its updates stay HOT.
CREATE TABLE bill_head (
  tenant_id     uuid NOT NULL,
  store_id      uuid NOT NULL,
  source        text COLLATE "C" NOT NULL,
  bill_no       text COLLATE "C" NOT NULL,
  revision      int NOT NULL,
  booking_ref   text COLLATE "C" NOT NULL DEFAULT '',
  number_key    bytea,
  business_date date NOT NULL,
  meal_period   smallint NOT NULL,
  amount_fen    bigint NOT NULL,
  status        text NOT NULL,
  changed_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, store_id, source, bill_no)
) WITH (fillfactor = 90);
SELECT wall('bill_head');

-- A visit of a number, on file or not (VIS-08, VIS-11): a projection of
-- bookings and bills; `changke rebuild --check` compares.
CREATE TABLE visit (
  tenant_id     uuid NOT NULL,
  store_id      uuid NOT NULL,
  number_key    bytea NOT NULL,
  business_date date NOT NULL,
  meal_period   smallint NOT NULL,
  credited_to   uuid, -- null: nobody
  booking_id    uuid, -- the booking that took the credit
  bills         int NOT NULL DEFAULT 0,
  amount_fen    bigint NOT NULL DEFAULT 0,
  changed_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, store_id, number_key, business_date, meal_period)
) WITH (fillfactor = 90);
SELECT wall('visit');
CREATE INDEX visit_day ON visit (tenant_id, business_date, store_id);
-- A person's month; a bill alone credits nobody, so bills stay out of it.
CREATE INDEX visit_credit ON visit (tenant_id, credited_to, business_date) WHERE credited_to IS NOT NULL;

-- Which file a number belongs to, from approval on; fed by customer's port.
CREATE TABLE guest_number (
  tenant_id   uuid NOT NULL,
  store_id    uuid NOT NULL,
  number_key  bytea NOT NULL,
  file_id     uuid NOT NULL,
  approved_on date NOT NULL,
  PRIMARY KEY (tenant_id, store_id, number_key)
);
SELECT wall('guest_number');
CREATE INDEX guest_number_file ON guest_number (tenant_id, file_id);

-- Counted visits of a file, kept with every bill. Nothing but the key is
-- indexed: its updates must stay HOT.
CREATE TABLE guest_visits (
  tenant_id  uuid NOT NULL,
  file_id    uuid NOT NULL,
  store_id   uuid NOT NULL,
  last_visit date, -- last counted visit of all, also after a run's day
  visits     int NOT NULL DEFAULT 0,
  changed_at timestamptz NOT NULL, -- newest fact in it; later than a cut-off = look closer
  PRIMARY KEY (tenant_id, file_id)
) WITH (fillfactor = 70);
SELECT wall('guest_visits');

CREATE SCHEMA visit_pub;
GRANT USAGE ON SCHEMA visit_pub TO changke_app;
-- Counted visits (CUS-03: of approved files, from the day of approval on).
CREATE VIEW visit_pub.fact WITH (security_invoker = true) AS
  SELECT v.tenant_id, v.store_id, g.file_id, v.business_date, v.meal_period, v.credited_to, v.amount_fen, v.changed_at
  FROM guest_number g
  JOIN visit v USING (tenant_id, store_id, number_key)
  WHERE v.business_date >= g.approved_on;
CREATE VIEW visit_pub.guest_activity WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, last_visit, visits, changed_at FROM guest_visits;
CREATE VIEW visit_pub.booking WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.booking_id, b.store_id, b.number_key, b.business_date, b.meal_period, b.kind, b.state, b.booker_id,
         g.file_id, r.name AS resource_name
  FROM booking b
  LEFT JOIN guest_number g USING (tenant_id, store_id, number_key)
  LEFT JOIN resource r ON r.tenant_id = b.tenant_id AND r.resource_id = b.resource_id;
GRANT SELECT ON visit_pub.fact, visit_pub.guest_activity, visit_pub.booking TO changke_app;
