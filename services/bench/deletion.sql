-- A day of DEL-02 at its barest: one statement for each effect, in the order of
-- files. What an erased file may have left anywhere is looked for, as the product
-- must. Ids rise as the product's do, so that the indexes grow at one end.
BEGIN;
INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at)
VALUES (:chain, '70000000-0000-7000-8000-000000000000', 'DEL-02', :day, 'done', now(), 1, now());

CREATE TEMP TABLE due ON COMMIT DROP AS
SELECT *, ('70000000-0000-7000-8000-' || lpad(to_hex(row_number() OVER (ORDER BY file_id)), 12, '0'))::uuid AS id
FROM (
  SELECT file_id, store_id, writer_id, coalesce(clock_at, created_at) AS clock FROM guest
  WHERE tenant_id = :chain AND warned = 2 AND coalesce(clock_at, created_at) < ((:day - 89) + time '04:00') AT TIME ZONE 'Asia/Shanghai'
    AND approved_on IS NULL AND state IN ('draft', 'stage1', 'stage2', 'rejected')
  ORDER BY file_id FOR UPDATE) g;

INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, evidence, created_at)
SELECT :chain, id, '70000000-0000-7000-8000-000000000000', file_id, store_id, 'DEL-02', 1, :day,
  jsonb_build_object('began', (clock AT TIME ZONE 'Asia/Shanghai')::date, 'days', 90, 'step', 'deleted', 'ends', :day), now() FROM due ORDER BY file_id;

DELETE FROM file_number t USING due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;
DELETE FROM file_revision t USING due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;
DELETE FROM file_staff_flag t USING due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;
DELETE FROM file_contact t USING due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;
DELETE FROM conflict_case t USING due WHERE t.tenant_id = :chain AND due.file_id IN (t.file_id, t.claim_file_id);
DELETE FROM reveal_reason t USING due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;
DELETE FROM change_request t USING due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;
DELETE FROM spot_check_finding t USING due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;
UPDATE deletion_request t SET reason_box = '', refusal_box = '' FROM due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;
UPDATE guest t SET state = 'deleted', name = '', initials = '', sex = 0, number_key = '', number_box = '', last4_rev = '', blacklisted = false, editor_id = NULL, version = version + 1
FROM due WHERE t.tenant_id = :chain AND t.file_id = due.file_id;

INSERT INTO file_event (tenant_id, event_id, file_id, at, business_date, kind, rule)
SELECT :chain, id, file_id, now(), :day, 'file.deleted', 'DEL-02' FROM due ORDER BY id;
INSERT INTO inbox (tenant_id, item_id, person_id, kind, file_id, on_date, at)
SELECT :chain, id, writer_id, 'file_deleted', file_id, :day, now() FROM due ORDER BY id;
COMMIT;
