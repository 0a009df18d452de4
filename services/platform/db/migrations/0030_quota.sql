-- +goose Up
-- What a person was to reach in a month and what was counted (QTA-01 to 05). A
-- row is made anew each day while it is provisional and never once it is final.
-- Targets are hundredths; null: the item was not assessed. No foreign key: a
-- hundred thousand rows of a night need no second look at who they are of.
CREATE TABLE score (
  tenant_id        uuid NOT NULL,
  month            date NOT NULL CHECK (extract(day FROM month) = 1),
  person_id        uuid NOT NULL,
  state            text NOT NULL CHECK (state IN ('provisional', 'final')),
  store_id         uuid, -- of the last post held in the month; null: head office
  position         text NOT NULL, -- that post in words
  ramp_month       smallint NOT NULL, -- 1 to 8 on the ramp; 0: the floor counts, or it has not begun
  rule_version     int NOT NULL,
  customers_target int,
  customers        int NOT NULL,
  visits_target    int,
  visits           int NOT NULL,
  rooms_target     int,
  rooms            int NOT NULL,
  banquets_target  int,
  banquets         int NOT NULL,
  scored_at        timestamptz NOT NULL, -- facts learned up to then
  PRIMARY KEY (tenant_id, month, person_id)
);
SELECT wall('score');
CREATE INDEX score_store ON score (tenant_id, month, store_id, person_id);

-- What facts that were learned after a score was final change in it: a line of a
-- later month that names the month it corrects (QTA-04). The score stays.
CREATE TABLE score_correction (
  tenant_id  uuid NOT NULL,
  month      date NOT NULL, -- whose statement shows it
  person_id  uuid NOT NULL,
  of_month   date NOT NULL, -- whose score it corrects
  item       text NOT NULL CHECK (item IN ('customers', 'visits', 'rooms', 'banquets')),
  before     int NOT NULL,  -- counted, with earlier corrections
  after      int NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, month, person_id, of_month, item),
  FOREIGN KEY (tenant_id, of_month, person_id) REFERENCES score (tenant_id, month, person_id),
  CHECK (of_month < month),
  CHECK (before <> after)
);
SELECT wall_append_only('score_correction');
CREATE INDEX score_correction_of ON score_correction (tenant_id, of_month, person_id, item, month DESC);

-- Posts of a person with the employment they lie in: entry and leaving are those
-- of that time, also of somebody who has come back since.
CREATE VIEW staff_pub.stay WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.person_id, p.staff_no, p.name, a.position, a.tenant_wide, a.store_ids, a.from_on, a.to_on, a.assignment_id,
    coalesce(l.entry_on, p.entry_on) AS entry_on, coalesce(l.left_on, p.left_on) AS left_on
  FROM assignment a
  JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
  LEFT JOIN leaving l ON l.tenant_id = a.tenant_id AND l.person_id = a.person_id AND a.from_on >= l.entry_on AND a.from_on < l.left_on;
CREATE VIEW staff_pub.leave WITH (security_invoker = true) AS
  SELECT tenant_id, person_id, from_on, to_on FROM absence;
GRANT SELECT ON staff_pub.stay, staff_pub.leave TO changke_app;

-- Bookings that took place and whose notice was sent, by who made them.
CREATE VIEW visit_pub.booked WITH (security_invoker = true) AS
  SELECT tenant_id, booking_id, store_id, booker_id, business_date, kind
  FROM booking WHERE state = 'finished' AND notice_at IS NOT NULL;
GRANT SELECT ON visit_pub.booked TO changke_app;
CREATE INDEX booking_booker ON booking (tenant_id, booker_id, business_date) WHERE kind <> 'hall';

-- What somebody has lost, and whom he had at the end of a month that has passed.
CREATE INDEX tie_ended ON tie (tenant_id, referrer_id, end_on) WHERE end_on IS NOT NULL;
