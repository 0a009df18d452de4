-- +goose Up
-- A guest with several numbers in a store: what he does in one meal under any of
-- them is one visit (VIS-08). shared says that his file has, or once had, another
-- number beside this one; too many of them cost time, one that lacks counts
-- twice. number_id is what a merging points at: it outlives the number, which
-- erasure exchanges.
ALTER TABLE guest_number
  ADD COLUMN number_id uuid NOT NULL DEFAULT gen_random_uuid(),
  ADD COLUMN shared    boolean NOT NULL DEFAULT false,
  ADD UNIQUE (tenant_id, number_id);
ALTER TABLE guest_number NO FORCE ROW LEVEL SECURITY;
ALTER TABLE visit NO FORCE ROW LEVEL SECURITY;
ALTER TABLE guest_visits NO FORCE ROW LEVEL SECURITY;
UPDATE guest_number n SET shared = true
WHERE EXISTS (SELECT FROM guest_number o WHERE o.tenant_id = n.tenant_id AND o.file_id = n.file_id AND o.number_id <> n.number_id);
UPDATE guest_visits a SET visits = c.visits, changed_at = greatest(a.changed_at, now())
FROM (
  SELECT n.tenant_id, n.file_id, count(DISTINCT (v.business_date, v.meal_period))::int AS visits
  FROM guest_number n
  JOIN visit v USING (tenant_id, store_id, number_key)
  WHERE n.shared AND v.business_date >= n.approved_on AND v.business_date < n.until
  GROUP BY n.tenant_id, n.file_id) c
WHERE a.tenant_id = c.tenant_id AND a.file_id = c.file_id AND a.visits <> c.visits;
ALTER TABLE guest_number FORCE ROW LEVEL SECURITY;
ALTER TABLE visit FORCE ROW LEVEL SECURITY;
ALTER TABLE guest_visits FORCE ROW LEVEL SECURITY;
-- Every bill asks whether its number is one of several: of few numbers, so the
-- index fits a page or two.
CREATE INDEX guest_number_shared ON guest_number (tenant_id, store_id, number_key) INCLUDE (file_id, approved_on, until) WHERE shared;

-- Of several numbers of one guest in one meal the credit is that of the booking
-- seated first, the money is of all, and it is one visit (VIS-08).
CREATE OR REPLACE VIEW visit_pub.fact WITH (security_invoker = true) AS
  SELECT v.tenant_id, v.store_id, g.file_id, v.business_date, v.meal_period, v.credited_to, v.amount_fen, v.changed_at
  FROM guest_number g
  JOIN visit v USING (tenant_id, store_id, number_key)
  WHERE NOT g.shared AND v.business_date >= g.approved_on AND v.business_date < g.until
  UNION ALL
  SELECT v.tenant_id, v.store_id, g.file_id, v.business_date, v.meal_period,
    (array_agg(v.credited_to ORDER BY b.seated_minute, b.ref) FILTER (WHERE v.booking_id IS NOT NULL))[1], sum(v.amount_fen)::bigint, max(v.changed_at)
  FROM guest_number g
  JOIN visit v USING (tenant_id, store_id, number_key)
  LEFT JOIN booking b ON b.tenant_id = v.tenant_id AND b.booking_id = v.booking_id
  WHERE g.shared AND v.business_date >= g.approved_on AND v.business_date < g.until
  GROUP BY v.tenant_id, v.store_id, g.file_id, v.business_date, v.meal_period;

-- What a merging changed of each number, to be put back by undoing it: whose it
-- was and from which day on its visits counted.
CREATE TABLE number_merge (
  tenant_id   uuid NOT NULL,
  merge_id    uuid NOT NULL,
  number_id   uuid NOT NULL,
  file_id     uuid NOT NULL,
  approved_on date NOT NULL,
  PRIMARY KEY (tenant_id, merge_id, number_id),
  FOREIGN KEY (tenant_id, number_id) REFERENCES guest_number (tenant_id, number_id)
);
SELECT wall_append_only('number_merge');

-- Two files of one person become one: the merged file has no standing, no number
-- and no owner any more and leads to the survivor. With them what it was before,
-- ids and dates only, so that undoing gives both back as they were.
ALTER TABLE guest
  ADD COLUMN merged_into uuid,
  DROP CONSTRAINT guest_state_check,
  ADD CONSTRAINT guest_state_check CHECK (state IN ('draft', 'stage1', 'stage2', 'submitted', 'approved', 'rejected', 'ended', 'deleted', 'merged')),
  ADD CHECK (merged_into IS NULL OR state IN ('merged', 'deleted')), ADD CHECK (state <> 'merged' OR merged_into IS NOT NULL),
  ADD FOREIGN KEY (tenant_id, merged_into) REFERENCES guest (tenant_id, file_id);
CREATE INDEX guest_merged_into ON guest (tenant_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE file_merge (
  tenant_id            uuid NOT NULL,
  merge_id             uuid NOT NULL,
  store_id             uuid NOT NULL,
  survivor_id          uuid NOT NULL,
  merged_id            uuid NOT NULL,
  reason_box           bytea NOT NULL, -- in words; bound to file_merge.reason and its row; emptied when the file is erased
  merged_by            uuid NOT NULL,
  merged_for           uuid, -- whose delegate he was (ROL-05)
  merged_at            timestamptz NOT NULL,
  survivor_approved_on date NOT NULL, -- before
  merged_approved_on   date NOT NULL,
  survivor_blacklisted boolean NOT NULL,
  contact_id           uuid NOT NULL, -- the merged file's first number, a further one of the survivor's now
  contacts             uuid[] NOT NULL, -- those that moved
  consents             uuid[] NOT NULL, -- lines that the survivor got because the merged file's were newer
  undone_by            uuid,
  undone_for           uuid,
  undone_at            timestamptz,
  PRIMARY KEY (tenant_id, merge_id),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, survivor_id) REFERENCES guest (tenant_id, file_id),
  FOREIGN KEY (tenant_id, merged_id) REFERENCES guest (tenant_id, file_id),
  CHECK (survivor_id <> merged_id), CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
SELECT wall('file_merge');
CREATE INDEX file_merge_survivor ON file_merge (tenant_id, survivor_id, merge_id DESC);
CREATE UNIQUE INDEX file_merge_merged ON file_merge (tenant_id, merged_id) WHERE undone_at IS NULL;

-- A tie may begin by a merging, or by its undoing.
ALTER TABLE tie DROP CONSTRAINT tie_origin_check;
ALTER TABLE tie ADD CONSTRAINT tie_origin_check CHECK (origin IN ('approval', 'import', 'adoption', 'claim', 'assignment', 'handover', 'appeal', 'conflict', 'merge', 'unmerge'));
