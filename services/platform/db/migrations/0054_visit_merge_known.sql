-- +goose Up
-- When a merging, or its undoing, changed a number: by which numbers a file's visits were
-- known at a moment (RUL-03), and what a correction came of (RUL-09, QTA-04).
ALTER TABLE number_merge NO FORCE ROW LEVEL SECURITY;
ALTER TABLE file_merge NO FORCE ROW LEVEL SECURITY;
ALTER TABLE number_merge
  ADD COLUMN at      timestamptz,
  ADD COLUMN undoing boolean NOT NULL DEFAULT false, -- of an undoing: what the merging had made of it
  DROP CONSTRAINT number_merge_pkey,
  ADD PRIMARY KEY (tenant_id, merge_id, number_id, undoing);
UPDATE number_merge n SET at = f.merged_at FROM file_merge f WHERE f.tenant_id = n.tenant_id AND f.merge_id = n.merge_id;
ALTER TABLE number_merge ALTER COLUMN at SET NOT NULL;
ALTER TABLE number_merge FORCE ROW LEVEL SECURITY;
ALTER TABLE file_merge FORCE ROW LEVEL SECURITY;
CREATE INDEX number_merge_number ON number_merge (tenant_id, number_id, at);
CREATE INDEX number_merge_file ON number_merge (tenant_id, file_id, at);

-- What counted for somebody at any time, in whatever store, whoever has it now.
CREATE INDEX booking_change_credit ON booking_change (tenant_id, booker_id, business_date) WHERE state = 'finished' AND noticed;
