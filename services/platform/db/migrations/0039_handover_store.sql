-- +goose Up
-- A store that ends (HND-08): merged into another, or closed with its guests going to
-- receivers in others. Planned by one at head office, approved by another; carried
-- out by the chain of runs from on_date on, in blocks of files after after_file.
CREATE TABLE store_move (
  tenant_id    uuid NOT NULL,
  move_id      uuid NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('merge', 'close')),
  store_id     uuid NOT NULL, -- that ends
  to_store_id  uuid NOT NULL, -- to which goes whatever no line sends elsewhere
  on_date      date NOT NULL, -- first business day it is no longer there
  state        text NOT NULL CHECK (state IN ('planned', 'approved', 'moving', 'done', 'withdrawn')),
  reason       text NOT NULL,
  planned_by   uuid NOT NULL,
  planned_for  uuid, -- whose delegate he was
  planned_at   timestamptz NOT NULL,
  approved_by  uuid,
  approved_for uuid,
  approved_at  timestamptz,
  withdrawn_by uuid,
  moved_on     date, -- the business day on which it was carried out
  looked_on    date, -- the last day on which all of its files were gone through
  ended_at     timestamptz,
  after_file   uuid, -- last file dealt with; null: none yet
  files        int NOT NULL DEFAULT 0, -- the store had as it began
  moved        int NOT NULL DEFAULT 0, -- files that are the other stores' now
  ties         int NOT NULL DEFAULT 0, -- of them with their referrer
  passed       int NOT NULL DEFAULT 0, -- of them to another receiver
  doubles      int NOT NULL DEFAULT 0, -- files that stay, as the guest has an approved one there
  stuck        int NOT NULL DEFAULT 0, -- that wait for a file there which is not approved yet
  people       int NOT NULL DEFAULT 0, -- whose posts moved or ended
  PRIMARY KEY (tenant_id, move_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, to_store_id) REFERENCES store (tenant_id, store_id),
  CHECK (store_id <> to_store_id),
  CHECK (state IN ('planned', 'withdrawn') OR approved_by IS NOT NULL AND approved_by <> planned_by),
  CHECK ((state IN ('moving', 'done')) = (moved_on IS NOT NULL))
);
SELECT wall('store_move');
CREATE UNIQUE INDEX store_move_one ON store_move (tenant_id, store_id) WHERE state IN ('planned', 'approved', 'moving');
CREATE INDEX store_move_due ON store_move (tenant_id, on_date, move_id) WHERE state IN ('approved', 'moving');
CREATE INDEX store_move_newest ON store_move (tenant_id, planned_at DESC, move_id DESC);

-- Where the guests of a referrer go, and he himself where he receives them.
CREATE TABLE store_move_line (
  tenant_id   uuid NOT NULL,
  move_id     uuid NOT NULL,
  referrer_id uuid NOT NULL,
  to_store_id uuid NOT NULL,
  receiver_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, move_id, referrer_id),
  FOREIGN KEY (tenant_id, move_id) REFERENCES store_move (tenant_id, move_id),
  FOREIGN KEY (tenant_id, to_store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, referrer_id) REFERENCES person (tenant_id, person_id),
  FOREIGN KEY (tenant_id, receiver_id) REFERENCES person (tenant_id, person_id)
);
SELECT wall('store_move_line');

ALTER TABLE handover DROP CONSTRAINT handover_ended_check;
ALTER TABLE handover ADD CONSTRAINT handover_ended_check CHECK (ended IN ('', 'withdrawn', 'rejected', 'refused', 'receiver_left', 'expired', 'reassigned', 'given_back', 'kept', 'store_closed'));
