-- +goose Up
-- A difference goes on from its month until the guest stands again as he does in fact
-- (RUL-09), and says what was learned late.
ALTER TABLE correction
  ADD COLUMN ended_on date,                       -- that day; null: the next may go on with it
  ADD COLUMN causes   jsonb NOT NULL DEFAULT '[]';
CREATE INDEX correction_going_on ON correction (tenant_id, file_id) WHERE state IN ('proposed', 'noted') AND ended_on IS NULL;

-- How many wait in a store, for what people see of a day.
CREATE VIEW ownership_pub.correction WITH (security_invoker = true) AS
  SELECT tenant_id, correction_id, file_id, store_id, person_id, decided, now FROM correction WHERE state = 'proposed';
GRANT SELECT ON ownership_pub.correction TO changke_app;
