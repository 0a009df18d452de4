-- +goose Up
-- A number belongs to a file for a time: when it is given up its visits stay the
-- file's, and another file may have it from then on. until is the first day no
-- longer.
ALTER TABLE guest_number
  ADD COLUMN until date NOT NULL DEFAULT 'infinity',
  ADD CHECK (approved_on < until),
  DROP CONSTRAINT guest_number_pkey,
  ADD PRIMARY KEY (tenant_id, store_id, number_key, until);
CREATE OR REPLACE VIEW visit_pub.fact WITH (security_invoker = true) AS
  SELECT v.tenant_id, v.store_id, g.file_id, v.business_date, v.meal_period, v.credited_to, v.amount_fen, v.changed_at
  FROM guest_number g
  JOIN visit v USING (tenant_id, store_id, number_key)
  WHERE v.business_date >= g.approved_on AND v.business_date < g.until;
-- A booking is that file's which holds its number on the day, or holds it next.
CREATE OR REPLACE VIEW visit_pub.booking WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.booking_id, b.store_id, b.number_key, b.business_date, b.meal_period, b.kind, b.state, b.booker_id,
         g.file_id, r.name AS resource_name, b.notice_at IS NOT NULL AS noticed
  FROM booking b
  LEFT JOIN LATERAL (
    SELECT n.file_id FROM guest_number n
    WHERE n.tenant_id = b.tenant_id AND n.store_id = b.store_id AND n.number_key = b.number_key AND n.until > b.business_date
    ORDER BY n.until LIMIT 1) g ON true
  LEFT JOIN resource r ON r.tenant_id = b.tenant_id AND r.resource_id = b.resource_id;
