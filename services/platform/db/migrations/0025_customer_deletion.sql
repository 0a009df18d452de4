-- +goose Up
-- A deleted file stays as an empty row that other rows point at: who wrote it,
-- where and when, nothing of the guest (DEL-03). clock_at: since when DEL-02
-- counts, moved on by every wait for a review; null: since created_at. warned:
-- how many of the two warnings its writer got.
ALTER TABLE guest
  ADD COLUMN clock_at timestamptz,
  ADD COLUMN warned   smallint NOT NULL DEFAULT 0,
  DROP CONSTRAINT guest_state_check,
  ADD CONSTRAINT guest_state_check CHECK (state IN ('draft', 'stage1', 'stage2', 'submitted', 'approved', 'rejected', 'ended', 'deleted'));
-- What the daily run looks at: nothing that a bill or a change of owner touches.
CREATE INDEX guest_idle ON guest (tenant_id, warned, coalesce(clock_at, created_at), file_id)
  WHERE approved_on IS NULL AND state IN ('draft', 'stage1', 'stage2', 'rejected');

-- Form 2 (DEL-01): a store asks head office to delete a file.
CREATE TABLE deletion_request (
  tenant_id    uuid NOT NULL,
  request_id   uuid NOT NULL,
  file_id      uuid NOT NULL,
  store_id     uuid NOT NULL,
  ground       text NOT NULL CHECK (ground IN ('not_a_guest', 'duplicate', 'guest_wish', 'wrong_entry', 'other')),
  reason_box   bytea NOT NULL, -- in words; bound to deletion_request.reason and its row; emptied when the file is erased
  state        text NOT NULL CHECK (state IN ('pending', 'done', 'refused', 'withdrawn')),
  asked_by     uuid NOT NULL,
  asked_for    uuid, -- whose delegate asked (ROL-05)
  asked_at     timestamptz NOT NULL,
  due_at       timestamptz NOT NULL, -- by the clock
  escalated    smallint NOT NULL DEFAULT 0,
  escalated_to uuid[] NOT NULL DEFAULT '{}',
  decided_by   uuid,
  decided_for  uuid,
  decided_at   timestamptz,
  refusal_box  bytea NOT NULL DEFAULT '\x', -- likewise
  PRIMARY KEY (tenant_id, request_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id)
);
SELECT wall('deletion_request');
CREATE UNIQUE INDEX deletion_request_open ON deletion_request (tenant_id, file_id) WHERE state = 'pending';
CREATE INDEX deletion_request_due ON deletion_request (tenant_id, due_at, request_id) WHERE state = 'pending';
CREATE INDEX deletion_request_file ON deletion_request (tenant_id, file_id);
CREATE INDEX deletion_request_store ON deletion_request (tenant_id, store_id, request_id DESC);

-- A guest's own request: a copy of what is held, a correction, erasure. By his
-- number, for he may have files in several stores or none.
CREATE TABLE guest_request (
  tenant_id     uuid NOT NULL,
  request_id    uuid NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('copy', 'correction', 'erasure')),
  state         text NOT NULL CHECK (state IN ('received', 'verified', 'done', 'refused')),
  number_key    bytea NOT NULL, -- emptied by erasure
  number_box    bytea NOT NULL, -- bound to guest_request and its row
  note_box      bytea NOT NULL, -- what he asked, in words; likewise
  channel       text NOT NULL CHECK (channel IN ('store', 'phone', 'letter', 'online', 'consent')),
  store_id      uuid, -- where it came in; null: at head office
  client_id     uuid NOT NULL, -- made by the client: a retry makes no second request
  received_by   uuid NOT NULL,
  received_at   timestamptz NOT NULL,
  due_at        timestamptz NOT NULL,
  identity      text NOT NULL DEFAULT '' CHECK (identity IN ('', 'id_card', 'callback', 'known', 'authorised')),
  verified_by   uuid,
  verified_at   timestamptz,
  escalated     smallint NOT NULL DEFAULT 0,
  escalated_to  uuid[] NOT NULL DEFAULT '{}',
  decided_by    uuid,
  decided_for   uuid,
  decided_at    timestamptz,
  files         int NOT NULL DEFAULT 0, -- how many were copied, opened for correction or erased
  refusal_box   bytea NOT NULL DEFAULT '\x',
  PRIMARY KEY (tenant_id, request_id),
  UNIQUE (tenant_id, client_id)
);
SELECT wall('guest_request');
CREATE INDEX guest_request_due ON guest_request (tenant_id, due_at, request_id) WHERE state IN ('received', 'verified');
CREATE INDEX guest_request_number ON guest_request (tenant_id, number_key) WHERE number_key <> '\x';

-- What a guest agrees to, version by version (CUS-11).
CREATE TABLE consent_text (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  purpose      text NOT NULL CHECK (purpose IN ('file', 'service', 'marketing')),
  version      int NOT NULL CHECK (version > 0),
  body         text NOT NULL,
  published_by uuid NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, purpose, version)
);
SELECT wall_append_only('consent_text');

-- What he agreed to or took back, when, how, and which text: version 0 is the
-- one every chain begins with. The newest line of a purpose holds.
CREATE TABLE consent (
  tenant_id    uuid NOT NULL,
  consent_id   uuid NOT NULL,
  file_id      uuid NOT NULL,
  purpose      text NOT NULL CHECK (purpose IN ('file', 'service', 'marketing')),
  given        boolean NOT NULL,
  text_version int NOT NULL,
  how          text NOT NULL CHECK (how IN ('in_person', 'phone', 'paper', 'online', 'message')),
  recorded_by  uuid, -- null: the system
  recorded_for uuid,
  at           timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, consent_id),
  FOREIGN KEY (tenant_id, file_id) REFERENCES guest (tenant_id, file_id)
);
SELECT wall_append_only('consent');
CREATE INDEX consent_file ON consent (tenant_id, file_id, purpose, consent_id DESC);

-- 我的消息: what the system tells a member of staff. It holds ids and dates; the
-- guest's name is looked up when it is read.
CREATE TABLE inbox (
  tenant_id uuid NOT NULL,
  item_id   uuid NOT NULL,
  person_id uuid NOT NULL,
  kind      text NOT NULL,
  file_id   uuid NOT NULL,
  on_date   date, -- the day it is about
  at        timestamptz NOT NULL,
  read_at   timestamptz,
  PRIMARY KEY (tenant_id, item_id),
  FOREIGN KEY (tenant_id, person_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('inbox');
CREATE INDEX inbox_person ON inbox (tenant_id, person_id, item_id DESC);
CREATE INDEX inbox_unread ON inbox (tenant_id, person_id) WHERE read_at IS NULL;

-- A message that was queued and may not be sent any more.
ALTER TABLE message
  DROP CONSTRAINT message_state_check,
  ADD CONSTRAINT message_state_check CHECK (state IN ('queued', 'sent', 'failed', 'stopped'));
CREATE INDEX message_number ON message (tenant_id, number_key, store_id);

-- Facts of visits are append-only, and a number in them becomes a random one when
-- its guest is erased, from the day on that he had it and up to the day that he
-- lost it: the only change they know, made by this function alone. Of bookings
-- every change follows what the booking is under now. The owner is behind the
-- wall too, so it reaches the chain of the transaction and no other.
-- +goose StatementBegin
CREATE FUNCTION erase_visit_numbers(stores uuid[], numbers bytea[], aliases bytea[], froms date[], untils date[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
  UPDATE booking_change c SET number_key = e.alias
  FROM (SELECT unnest(numbers) AS number_key, unnest(aliases) AS alias) e, booking b
  WHERE c.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND c.number_key = e.number_key
    AND b.tenant_id = c.tenant_id AND b.booking_id = c.booking_id AND b.number_key = e.alias AND length(e.alias) = 32;
  UPDATE bill_revision r SET number_key = e.alias
  FROM (SELECT unnest(stores) AS store_id, unnest(numbers) AS number_key, unnest(aliases) AS alias, unnest(froms) AS from_day, unnest(untils) AS until) e
  WHERE r.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND r.store_id = e.store_id AND r.number_key = e.number_key
    AND r.business_date >= e.from_day AND r.business_date < e.until AND length(e.alias) = 32;
$$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION erase_visit_numbers(uuid[], bytea[], bytea[], date[], date[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION erase_visit_numbers(uuid[], bytea[], bytea[], date[], date[]) TO changke_app;

CREATE VIEW customer_pub.deletion_request WITH (security_invoker = true) AS
  SELECT tenant_id, request_id, store_id, state, asked_by, due_at FROM deletion_request;
CREATE VIEW customer_pub.guest_request WITH (security_invoker = true) AS
  SELECT tenant_id, request_id, state, due_at FROM guest_request;
GRANT SELECT ON customer_pub.deletion_request, customer_pub.guest_request TO changke_app;
