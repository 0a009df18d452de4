-- +goose Up
-- What POS vendors build on: idempotency keys, webhooks, calls that ring, and the
-- order in which bills were recorded.

-- When a revision of a bill was written, by the database's clock and under the
-- chain's lock: the place in the list that vendors hold their books against. It is
-- no fact's time (recorded_at is); see visitdb/feed.go for why none is ever skipped.
ALTER TABLE bill_revision ADD COLUMN fed_at timestamptz NOT NULL DEFAULT clock_timestamp();
CREATE INDEX bill_revision_fed ON bill_revision (tenant_id, store_id, fed_at);

-- A notice that a vendor's booking asked for was given by nobody of the house.
ALTER TABLE booking_notice ALTER COLUMN given_by DROP NOT NULL;

-- Whether a number is blacklisted anywhere in the chain (BLK-01).
CREATE INDEX guest_blacklisted ON guest (tenant_id, number_key) WHERE blacklisted;

-- Which body a vendor's Idempotency-Key came with. What came of it is not kept: a
-- retry is answered from the facts.
CREATE TABLE idempotency_key (
  tenant_id uuid NOT NULL,
  key_id    uuid NOT NULL, -- of the API key
  hash      bytea NOT NULL, -- of method and Idempotency-Key
  body      text NOT NULL, -- keyed hash of the request's fields
  used_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, key_id, hash)
);
SELECT wall('idempotency_key');
CREATE INDEX idempotency_key_used ON idempotency_key (tenant_id, used_at);

CREATE TABLE webhook (
  tenant_id     uuid NOT NULL,
  webhook_id    uuid NOT NULL,
  label         text NOT NULL,
  url           text NOT NULL,
  events        text[] NOT NULL,
  store_ids     uuid[] NOT NULL DEFAULT '{}', -- empty: all
  state         text NOT NULL CHECK (state IN ('active', 'disabled', 'failed')),
  failing_since timestamptz, -- nothing accepted since; null: the last try was
  accepted_at   timestamptz,
  created_by    uuid NOT NULL,
  created_at    timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, webhook_id)
);
SELECT wall('webhook');

-- Secrets that events are signed with: one, or two while one takes over.
CREATE TABLE webhook_secret (
  tenant_id  uuid NOT NULL,
  secret_id  uuid NOT NULL,
  webhook_id uuid NOT NULL,
  secret_box bytea NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz, -- null: stays
  PRIMARY KEY (tenant_id, secret_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook (tenant_id, webhook_id)
);
SELECT wall('webhook_secret');
CREATE UNIQUE INDEX webhook_secret_one_newest ON webhook_secret (tenant_id, webhook_id) WHERE expires_at IS NULL;

-- What happened, written in the transaction in which it did; only where a webhook
-- asks for it. Ids, codes, dates and states, never a name or a number.
CREATE TABLE webhook_event (
  tenant_id uuid NOT NULL,
  event_id  uuid NOT NULL,
  type      text NOT NULL,
  store_id  uuid NOT NULL, -- the nil id: of no store
  at        timestamptz NOT NULL,
  body      text NOT NULL,
  PRIMARY KEY (tenant_id, event_id)
);
SELECT wall('webhook_event');
CREATE INDEX webhook_event_at ON webhook_event (tenant_id, at);

CREATE TABLE webhook_delivery (
  tenant_id   uuid NOT NULL,
  delivery_id uuid NOT NULL,
  webhook_id  uuid NOT NULL,
  event_id    uuid NOT NULL,
  state       text NOT NULL CHECK (state IN ('pending', 'accepted', 'failed')),
  tries       int NOT NULL DEFAULT 0,
  next_at     timestamptz, -- null: never again
  created_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, delivery_id),
  FOREIGN KEY (tenant_id, webhook_id) REFERENCES webhook (tenant_id, webhook_id),
  FOREIGN KEY (tenant_id, event_id) REFERENCES webhook_event (tenant_id, event_id) ON DELETE CASCADE
) WITH (fillfactor = 80);
SELECT wall('webhook_delivery');
CREATE INDEX webhook_delivery_list ON webhook_delivery (tenant_id, webhook_id, delivery_id DESC);
CREATE INDEX webhook_delivery_event ON webhook_delivery (tenant_id, event_id);

CREATE TABLE webhook_try (
  tenant_id   uuid NOT NULL,
  delivery_id uuid NOT NULL,
  no          int NOT NULL,
  at          timestamptz NOT NULL,
  status_code int NOT NULL, -- 0: no answer
  took_ms     int NOT NULL,
  error       text NOT NULL, -- a word for why there was none
  PRIMARY KEY (tenant_id, delivery_id, no),
  FOREIGN KEY (tenant_id, delivery_id) REFERENCES webhook_delivery (tenant_id, delivery_id) ON DELETE CASCADE
);
SELECT wall('webhook_try');

-- A call that rang in a store. The number goes after 35 days; that it rang stays.
CREATE TABLE call (
  tenant_id   uuid NOT NULL,
  call_id     uuid NOT NULL,
  store_id    uuid NOT NULL,
  source      text COLLATE "C" NOT NULL,
  call_no     text COLLATE "C" NOT NULL, -- the telephone system's
  line        text NOT NULL,
  number_key  bytea, -- null: withheld, or forgotten
  number_box  bytea,
  rung_at     timestamptz NOT NULL,
  rang        boolean NOT NULL, -- false: reported too late
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, call_id),
  CONSTRAINT call_once UNIQUE (tenant_id, store_id, source, call_no),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id)
);
SELECT wall('call');
CREATE INDEX call_recent ON call (tenant_id, store_id, rung_at);
CREATE INDEX call_number ON call (tenant_id, recorded_at) WHERE number_key IS NOT NULL;

-- A booking's reference in what others read of it.
CREATE OR REPLACE VIEW visit_pub.booking WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.booking_id, b.store_id, b.number_key, b.business_date, b.meal_period, b.kind, b.state, b.booker_id,
         g.file_id, r.name AS resource_name, b.notice_at IS NOT NULL AS noticed, b.ref
  FROM booking b
  LEFT JOIN LATERAL (
    SELECT n.file_id FROM guest_number n
    WHERE n.tenant_id = b.tenant_id AND n.store_id = b.store_id AND n.number_key = b.number_key AND n.until > b.business_date
    ORDER BY n.until LIMIT 1) g ON true
  LEFT JOIN resource r ON r.tenant_id = b.tenant_id AND r.resource_id = b.resource_id;
