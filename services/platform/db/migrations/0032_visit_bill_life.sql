-- +goose Up
-- A bill's life (VIS-07). A refund note is a document of its own that names the
-- bill it gives money back of; it makes no visit. detail is what else a till says:
-- table, lines, refunds, which bill it was split from or merged into; names of
-- goods, never of people. link_no tells apart what the till sent (0) from the
-- same revision under the booking that a person linked it to (VIS-06): a later
-- revision of the till is written once more under that booking.
ALTER TABLE bill_revision
  ADD COLUMN refund_of   text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN detail      jsonb, -- null: the till said no more
  ADD COLUMN link_no     int NOT NULL DEFAULT 0 CHECK (link_no >= 0),
  ADD COLUMN linked_by   uuid, -- person; null where link_no = 0
  ADD COLUMN linked_for  uuid, -- in whose name (ROL-05); null: his own
  ADD COLUMN link_reason text CHECK (link_reason IN ('other_table', 'wrong_guest', 'one_payer', 'entered_late', 'wrong_booking', 'not_booked')),
  ADD CHECK ((link_no > 0) = (linked_by IS NOT NULL) AND (link_no > 0) = (link_reason IS NOT NULL)),
  ADD CHECK (status <> 'refund' OR refund_of <> ''),
  DROP CONSTRAINT bill_revision_status_check,
  ADD CONSTRAINT bill_revision_status_check CHECK (status IN ('opened', 'paid', 'reopened', 'voided', 'merged', 'refund')),
  DROP CONSTRAINT bill_revision_pkey,
  ADD PRIMARY KEY (tenant_id, store_id, source, bill_no, revision, link_no);
ALTER TABLE bill_head
  ADD COLUMN refund_of text COLLATE "C" NOT NULL DEFAULT '',
  ADD COLUMN link_no   int NOT NULL DEFAULT 0;
-- Refund notes are few: a bill that has none costs a look into an empty page.
CREATE INDEX bill_revision_refund ON bill_revision (tenant_id, refund_of, store_id) WHERE refund_of <> '';
-- A store's bills of a day (VIS-06, VIS-07). By what the revision says, for the
-- head moves.
CREATE INDEX bill_revision_day ON bill_revision (tenant_id, store_id, business_date);
