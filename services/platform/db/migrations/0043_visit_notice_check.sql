-- +goose Up
-- What an inspector found of a notice that was told in person (VIS-03): at most
-- one finding, by nobody who told it, took the booking or has the guest.
ALTER TABLE booking
  ADD COLUMN checked_at timestamptz, -- null: not checked
  ADD COLUMN checked_by uuid,
  ADD COLUMN checked_for uuid, -- whose delegate that was; null: in his own right
  ADD COLUMN check_held boolean, -- false: the inspector doubts it
  ADD COLUMN check_note text NOT NULL DEFAULT '',
  ADD CHECK ((checked_at IS NULL) = (checked_by IS NULL) AND (checked_at IS NULL) = (check_held IS NULL));
CREATE INDEX booking_unchecked ON booking (tenant_id, store_id, business_date, booking_id) WHERE notice_way = 'in_person' AND checked_at IS NULL;

-- Notices told in person that nobody has checked, with who told the guest.
CREATE VIEW visit_pub.unchecked_notice WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.booking_id, b.store_id, b.business_date, b.booker_id, b.entered_by, n.given_by, g.file_id
  FROM booking b
  LEFT JOIN booking_notice n ON n.tenant_id = b.tenant_id AND n.booking_id = b.booking_id AND n.no = 1
  LEFT JOIN LATERAL (
    SELECT o.file_id FROM guest_number o
    WHERE o.tenant_id = b.tenant_id AND o.store_id = b.store_id AND o.number_key = b.number_key AND o.until > b.business_date
    ORDER BY o.until LIMIT 1) g ON true
  WHERE b.notice_way = 'in_person' AND b.checked_at IS NULL AND b.state NOT IN ('cancelled', 'no_show');
GRANT SELECT ON visit_pub.unchecked_notice TO changke_app;

-- Refund notes whose bill is not known, with when the first word of them came
-- (VIS-07).
CREATE VIEW visit_pub.parked_refund WITH (security_invoker = true) AS
  SELECT k.tenant_id, k.store_id, k.source, k.bill_no, min(k.recorded_at) AS parked_at
  FROM bill_revision k
  JOIN bill_head h ON h.tenant_id = k.tenant_id AND h.store_id = k.store_id AND h.source = k.source AND h.bill_no = k.bill_no
  WHERE k.refund_of <> '' AND h.status = 'refund'
    AND NOT EXISTS (SELECT FROM bill_head o WHERE o.tenant_id = h.tenant_id AND o.store_id = h.store_id AND o.source = h.source AND o.bill_no = h.refund_of)
  GROUP BY k.tenant_id, k.store_id, k.source, k.bill_no;
GRANT SELECT ON visit_pub.parked_refund TO changke_app;
