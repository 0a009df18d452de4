-- +goose Up
-- 今日 says when tonight's guests come: when they sat down, else when they said they
-- would; minutes since the cut-over, null: not said.
CREATE OR REPLACE VIEW visit_pub.booking WITH (security_invoker = true) AS
  SELECT b.tenant_id, b.booking_id, b.store_id, b.number_key, b.business_date, b.meal_period, b.kind, b.state, b.booker_id,
         g.file_id, r.name AS resource_name, b.notice_at IS NOT NULL AS noticed, b.ref, coalesce(b.seated_minute, b.arrive_minute) AS come_minute
  FROM booking b
  LEFT JOIN LATERAL (
    SELECT n.file_id FROM guest_number n
    WHERE n.tenant_id = b.tenant_id AND n.store_id = b.store_id AND n.number_key = b.number_key AND n.until > b.business_date
    ORDER BY n.until LIMIT 1) g ON true
  LEFT JOIN resource r ON r.tenant_id = b.tenant_id AND r.resource_id = b.resource_id;
