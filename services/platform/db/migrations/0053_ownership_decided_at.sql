-- +goose Up
-- When a decision was made: a run of a store that had waited (RUL-07) may take a guest for
-- a month whose scores are final, which their correction names (QTA-04).
CREATE OR REPLACE VIEW ownership_pub.decision WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, rule, effective_on, from_id, to_id, evidence, created_at FROM decision;
