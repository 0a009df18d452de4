-- +goose Up
-- Who acts for whom, with which permissions and how long (委托代理, ROL-05).
-- What the delegate may do is looked up with each request: the holder's posts of
-- that moment, limited to these permissions. A row is only ever ended early.
CREATE TABLE delegation (
  tenant_id     uuid NOT NULL,
  delegation_id uuid NOT NULL,
  holder_id     uuid NOT NULL,
  delegate_id   uuid NOT NULL,
  permissions   text[] NOT NULL CHECK (cardinality(permissions) > 0),
  from_at       timestamptz NOT NULL,
  until_at      timestamptz NOT NULL,
  created_by    uuid NOT NULL, -- the holder, or who named a delegate for him
  created_at    timestamptz NOT NULL,
  ended_at      timestamptz, -- ended early; lies ahead when one of the two is to leave
  ended_by      uuid,        -- null: by leaving (ACC-03)
  PRIMARY KEY (tenant_id, delegation_id),
  FOREIGN KEY (tenant_id, holder_id) REFERENCES person (tenant_id, person_id),
  FOREIGN KEY (tenant_id, delegate_id) REFERENCES person (tenant_id, person_id),
  CHECK (holder_id <> delegate_id),
  CHECK (from_at < until_at)
);
SELECT wall('delegation');
REVOKE UPDATE, DELETE ON delegation FROM changke_app;
GRANT UPDATE (ended_at, ended_by) ON delegation TO changke_app;
CREATE INDEX delegation_delegate ON delegation (tenant_id, delegate_id, until_at);
CREATE INDEX delegation_holder ON delegation (tenant_id, holder_id, until_at);

-- Acts done for somebody: "B 代 A" (RUL-05).
ALTER TABLE file_event ADD COLUMN for_id uuid;
ALTER TABLE number_reveal ADD COLUMN for_id uuid;
ALTER TABLE booking_change ADD COLUMN for_id uuid;

-- Who decided a file for whom, and how far its review has been escalated
-- (ROL-05): 0 not, else the step whose people it went to.
ALTER TABLE file_revision
  ADD COLUMN decided_for  uuid,
  ADD COLUMN escalated    smallint NOT NULL DEFAULT 0,
  ADD COLUMN escalated_to uuid[] NOT NULL DEFAULT '{}',
  ADD COLUMN escalated_at timestamptz;
CREATE OR REPLACE VIEW customer_pub.review WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, writer_id, submitted_at, due_at, escalated, escalated_to FROM file_revision WHERE state = 'submitted';
