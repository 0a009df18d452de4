-- +goose Up
-- Outbox and ledger in one: a row here is a message accepted for sending
-- (VIS-03); the sender only moves its state.
CREATE TABLE message (
  tenant_id  uuid NOT NULL,
  message_id uuid NOT NULL,
  store_id   uuid NOT NULL,
  template   text NOT NULL,
  params     jsonb NOT NULL, -- what fills the template; no numbers
  number_key bytea NOT NULL,
  number_box bytea NOT NULL,
  state      text NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
  error      text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  sent_at    timestamptz,
  PRIMARY KEY (tenant_id, message_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id)
);
SELECT wall('message');
CREATE INDEX message_store ON message (tenant_id, store_id, message_id DESC);
