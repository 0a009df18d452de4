-- +goose Up
-- Why head office let a run go on or not, and why a correction was settled, are
-- words of people: they rest sealed like all others. What was said before goes.
ALTER TABLE brake DROP COLUMN reason, ADD COLUMN reason_box bytea;
ALTER TABLE correction DROP COLUMN reason, ADD COLUMN reason_box bytea;

-- Runs of stores that catch up share day and rule with the chain's own, so a page
-- of runs goes on after a lane; and who sees some stores only is told how many
-- corrections a run proposed there.
DROP INDEX period_run_period;
CREATE INDEX period_run_period ON period_run (tenant_id, period_on DESC, kind DESC, lane DESC);
CREATE INDEX correction_run ON correction (tenant_id, run_id, store_id);

-- Guests led to their tables (代位人数, QTA-01), by who seated them first.
CREATE VIEW visit_pub.led WITH (security_invoker = true) AS
  SELECT c.tenant_id, c.booking_id, b.store_id, c.changed_by AS person_id, c.business_date, b.guests
  FROM booking_change c
  JOIN booking b ON b.tenant_id = c.tenant_id AND b.booking_id = c.booking_id AND b.state IN ('seated', 'finished')
  WHERE c.state = 'seated' AND c.changed_by IS NOT NULL
    AND NOT EXISTS (SELECT FROM booking_change e WHERE e.tenant_id = c.tenant_id AND e.booking_id = c.booking_id AND e.state = 'seated' AND e.no < c.no);
GRANT SELECT ON visit_pub.led TO changke_app;
CREATE INDEX booking_change_led ON booking_change (tenant_id, changed_by, business_date) WHERE state = 'seated' AND changed_by IS NOT NULL;
