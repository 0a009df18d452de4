-- +goose Up
-- Who told a guest in person is who gave the first notice of that way: a message may have
-- gone out before, as when a booking went along to another store (HND-08).
CREATE OR REPLACE VIEW visit_pub.unchecked_notice WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.booking_id, b.store_id, b.business_date, b.booker_id, b.entered_by, n.given_by, g.file_id
  FROM booking b
  LEFT JOIN LATERAL (
    SELECT o.given_by FROM booking_notice o
    WHERE o.tenant_id = b.tenant_id AND o.booking_id = b.booking_id AND o.way = 'in_person'
    ORDER BY o.no LIMIT 1) n ON true
  LEFT JOIN LATERAL (
    SELECT o.file_id FROM guest_number o
    WHERE o.tenant_id = b.tenant_id AND o.store_id = b.store_id AND o.number_key = b.number_key AND o.until > b.business_date
    ORDER BY o.until LIMIT 1) g ON true
  WHERE b.notice_way = 'in_person' AND b.checked_at IS NULL AND b.state NOT IN ('cancelled', 'no_show');
