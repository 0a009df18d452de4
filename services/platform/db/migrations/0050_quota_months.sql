-- +goose Up
-- Months whose scores are final and up to when they know the facts, also those in which
-- nobody had one: what is learned later may give somebody his (QTA-04).
CREATE TABLE score_month (
  tenant_id uuid NOT NULL,
  month     date NOT NULL CHECK (extract(day FROM month) = 1),
  scored_at timestamptz NOT NULL, -- the cut-off of the run that made them final
  PRIMARY KEY (tenant_id, month)
);
SELECT wall('score_month');
ALTER TABLE score NO FORCE ROW LEVEL SECURITY;
ALTER TABLE score_month NO FORCE ROW LEVEL SECURITY;
INSERT INTO score_month (tenant_id, month, scored_at) SELECT tenant_id, month, min(scored_at) FROM score WHERE state = 'final' GROUP BY tenant_id, month;
ALTER TABLE score_month FORCE ROW LEVEL SECURITY;
ALTER TABLE score FORCE ROW LEVEL SECURITY;

-- What the end of a leave was, until it was set anew: what was known of it at a moment
-- (RUL-03).
CREATE TABLE absence_was (
  tenant_id  uuid NOT NULL,
  absence_id uuid NOT NULL,
  until      timestamptz NOT NULL,
  to_on      date, -- null: not known
  PRIMARY KEY (tenant_id, absence_id, until),
  FOREIGN KEY (tenant_id, absence_id) REFERENCES absence (tenant_id, absence_id)
);
SELECT wall_append_only('absence_was');
CREATE OR REPLACE VIEW staff_pub.leave WITH (security_invoker = true) AS
  SELECT tenant_id, person_id, from_on, to_on, recorded_at, ended_at, absence_id FROM absence;
CREATE VIEW staff_pub.leave_was WITH (security_invoker = true) AS
  SELECT tenant_id, absence_id, until, to_on FROM absence_was;
GRANT SELECT ON staff_pub.leave_was TO changke_app;
