-- +goose Up
-- What a score counts is what was known at its run's cut-off (RUL-03), whenever the
-- run is worked: score.scored_at is that moment. So posts, employments and leaves tell
-- when they were recorded, and bookings what they were at any moment.
CREATE OR REPLACE VIEW staff_pub.stay WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.person_id, p.staff_no, p.name, a.position, a.tenant_wide, a.store_ids, a.from_on, a.to_on, a.assignment_id,
    coalesce(l.entry_on, p.entry_on) AS entry_on, coalesce(l.left_on, p.left_on) AS left_on,
    a.created_at AS recorded_at, a.ended_at, l.recorded_at AS left_at
  FROM assignment a
  JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
  LEFT JOIN leaving l ON l.tenant_id = a.tenant_id AND l.person_id = a.person_id AND a.from_on >= l.entry_on AND a.from_on < l.left_on;
ALTER TABLE absence ADD COLUMN ended_at timestamptz; -- when to_on was last set; null: with the leave, or never
CREATE OR REPLACE VIEW staff_pub.leave WITH (security_invoker = true) AS
  SELECT tenant_id, person_id, from_on, to_on, recorded_at, ended_at FROM absence;

-- What rooms and banquets were after each change: who made them, for which day, and
-- whether they count. A change holds no kind: that of a booking is its place's.
CREATE VIEW visit_pub.booked_change WITH (security_invoker = true) AS
  SELECT c.tenant_id, c.booking_id, c.no, c.booker_id, c.business_date, b.kind, c.state = 'finished' AND c.noticed AS counts, c.recorded_at
  FROM booking_change c
  JOIN booking b ON b.tenant_id = c.tenant_id AND b.booking_id = c.booking_id
  WHERE b.kind <> 'hall';
GRANT SELECT ON visit_pub.booked_change TO changke_app;
CREATE INDEX booking_change_recorded ON booking_change (tenant_id, recorded_at);

-- Which store's a file was, by its numbers: until the day on which it went to another
-- (HND-08); infinity: it is.
CREATE VIEW visit_pub.place WITH (security_invoker = true) AS
  SELECT tenant_id, file_id, store_id, max(until) AS until FROM guest_number GROUP BY tenant_id, file_id, store_id;
GRANT SELECT ON visit_pub.place TO changke_app;
