-- +goose Up
-- Posts, leaves and leavings that are learned of after a month was final change what was
-- to be reached in it, and whom it should have scored (QTA-04): a correction says both.
-- A month without a score counts nothing and asks nothing, so one may be corrected too.
ALTER TABLE score_correction
  ADD COLUMN target_before int, -- hundredths; null: not assessed
  ADD COLUMN target_after  int,
  DROP CONSTRAINT score_correction_tenant_id_of_month_person_id_fkey,
  DROP CONSTRAINT score_correction_check1;
ALTER TABLE score_correction NO FORCE ROW LEVEL SECURITY;
ALTER TABLE score NO FORCE ROW LEVEL SECURITY;
UPDATE score_correction c SET target_before = a.target, target_after = a.target
FROM (
  SELECT s.tenant_id, s.month, s.person_id, i.item, i.target FROM score s
  CROSS JOIN LATERAL (VALUES ('customers', s.customers_target), ('visits', s.visits_target), ('rooms', s.rooms_target), ('banquets', s.banquets_target)) AS i (item, target)
) a
WHERE a.tenant_id = c.tenant_id AND a.month = c.of_month AND a.person_id = c.person_id AND a.item = c.item;
ALTER TABLE score FORCE ROW LEVEL SECURITY;
ALTER TABLE score_correction FORCE ROW LEVEL SECURITY;
ALTER TABLE score_correction ADD CONSTRAINT score_correction_differs CHECK ((before, target_before) IS DISTINCT FROM (after, target_after));

-- A run that was due long ago derives from the facts what it counts of files of which
-- something was learned since: ten thousand in one transaction, and here it keeps what
-- it has, until its scores are written.
CREATE TABLE score_late_file (
  tenant_id uuid NOT NULL,
  cut_off   timestamptz NOT NULL, -- the run's
  file_id   uuid NOT NULL,
  PRIMARY KEY (tenant_id, cut_off, file_id)
);
SELECT wall('score_late_file');
CREATE TABLE score_late (
  tenant_id uuid NOT NULL,
  cut_off   timestamptz NOT NULL,
  person_id uuid NOT NULL,
  month     date NOT NULL,
  visits    int NOT NULL, -- of those files, credited to him
  PRIMARY KEY (tenant_id, cut_off, person_id, month)
);
SELECT wall('score_late');
