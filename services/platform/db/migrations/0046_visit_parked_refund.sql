-- +goose Up
-- Whether a refund note waits for its bill stands on its head, so that who asks for
-- those that wait reads them, not every note ever made (VIS-07). Of a bill it never
-- changes, so the updates of bills stay HOT.
ALTER TABLE bill_head ADD COLUMN parked boolean NOT NULL DEFAULT false;
CREATE INDEX bill_head_parked ON bill_head (tenant_id, store_id) WHERE parked;
ALTER TABLE bill_head NO FORCE ROW LEVEL SECURITY;
UPDATE bill_head h SET parked = true
WHERE h.refund_of <> '' AND h.status = 'refund'
  AND NOT EXISTS (SELECT FROM bill_head o WHERE o.tenant_id = h.tenant_id AND o.store_id = h.store_id AND o.source = h.source AND o.bill_no = h.refund_of);
ALTER TABLE bill_head FORCE ROW LEVEL SECURITY;
CREATE OR REPLACE VIEW visit_pub.parked_refund WITH (security_invoker = true) AS
  SELECT h.tenant_id, h.store_id, h.source, h.bill_no,
    (SELECT min(k.recorded_at) FROM bill_revision k
     WHERE k.tenant_id = h.tenant_id AND k.store_id = h.store_id AND k.source = h.source AND k.bill_no = h.bill_no) AS parked_at
  FROM bill_head h
  WHERE h.parked;
