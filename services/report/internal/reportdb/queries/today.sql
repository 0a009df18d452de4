-- What needs a person now. Stores come side by side with their business day or
-- limit, and whether everything there is reached or only the person's own.

-- name: ReviewsWaiting :one
-- Submitted files that a person may review: never those he or, where he only
-- acts for somebody, that one wrote or owns (ROL-04); how many have been
-- escalated to him, how many to others, and to whom (ROL-05).
SELECT count(*)::int AS waiting, (count(*) FILTER (WHERE r.due_at < sqlc.arg(now)))::int AS late, coalesce(min(r.due_at), sqlc.arg(now))::timestamptz AS next_due,
  (count(*) FILTER (WHERE sqlc.arg(me)::uuid = ANY(r.escalated_to)))::int AS to_me,
  (count(*) FILTER (WHERE sqlc.arg(me)::uuid = ANY(r.escalated_to) AND r.due_at < sqlc.arg(now)))::int AS to_me_late,
  (count(*) FILTER (WHERE r.escalated > 0 AND sqlc.arg(me)::uuid <> ALL(r.escalated_to)))::int AS to_others,
  coalesce((SELECT string_agg(DISTINCT p.name, '、') FROM staff_pub.person p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = ANY(
    SELECT unnest(x.escalated_to) FROM customer_pub.review x
    WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND x.escalated > 0 AND sqlc.arg(me)::uuid <> ALL(x.escalated_to))), '')::text AS others
FROM (SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(holders)::uuid[]) AS holder_id) s
JOIN customer_pub.review r ON r.store_id = s.store_id
JOIN customer_pub.file f ON f.tenant_id = r.tenant_id AND f.file_id = r.file_id
WHERE r.tenant_id = sqlc.arg(tenant_id)
  AND r.writer_id NOT IN (sqlc.arg(me), s.holder_id) AND (f.owner_id IS NULL OR f.owner_id NOT IN (sqlc.arg(me), s.holder_id));

-- name: AtRisk :many
-- Ties whose clock began before the store's limit, most urgent first, with how
-- many there are in all. The clock of one that was taken over begins no sooner than
-- the store's go-live (RUL-06).
SELECT c.file_id, c.store_id, c.start_on, c.last_visit, c.total, f.name, p.name AS owner_name, o.name AS store_name
FROM (
  SELECT t.tenant_id, t.file_id, t.store_id, t.referrer_id, k.start_on, a.last_visit, (count(*) OVER ())::int AS total
  FROM (
    SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(limits)::date[]) AS before, unnest(sqlc.arg(lives)::date[]) AS live_on, unnest(sqlc.arg(own)::bool[]) AS own
  ) s
  JOIN ownership_pub.tie t ON t.store_id = s.store_id
  CROSS JOIN LATERAL (SELECT CASE WHEN t.origin = sqlc.arg(imported)::text THEN greatest(t.start_on, s.live_on) ELSE t.start_on END::date AS start_on) k
  LEFT JOIN visit_pub.guest_activity a ON a.tenant_id = t.tenant_id AND a.file_id = t.file_id
  WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.end_on IS NULL AND NOT t.held AND k.start_on < s.before AND t.start_on < s.before AND (a.last_visit IS NULL OR a.last_visit < s.before)
    AND (NOT s.own OR t.referrer_id = sqlc.arg(me))
  ORDER BY greatest(k.start_on, a.last_visit), t.file_id
  LIMIT 20
) c
JOIN customer_pub.file f ON f.tenant_id = c.tenant_id AND f.file_id = c.file_id
JOIN staff_pub.person p ON p.tenant_id = c.tenant_id AND p.person_id = c.referrer_id
JOIN tenant_pub.store o ON o.tenant_id = c.tenant_id AND o.store_id = c.store_id
ORDER BY greatest(c.start_on, c.last_visit), c.file_id;

-- name: VipBookings :many
-- Bookings of the day by guests on file, meal by meal as they come; own: booked by
-- the person or for his guest.
SELECT b.booking_id, b.file_id, f.name, f.owner_id, b.booker_id, b.store_id, b.meal_period, coalesce(b.resource_name, '')::text AS resource_name, coalesce(p.name, '')::text AS owner_name, o.name AS store_name, b.state, b.come_minute
FROM (
  SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(days)::date[]) AS day, unnest(sqlc.arg(own)::bool[]) AS own
) s
JOIN visit_pub.booking b ON b.store_id = s.store_id AND b.business_date = s.day
JOIN customer_pub.file f ON f.tenant_id = b.tenant_id AND f.file_id = b.file_id
JOIN tenant_pub.store o ON o.tenant_id = b.tenant_id AND o.store_id = b.store_id
LEFT JOIN staff_pub.person p ON p.tenant_id = f.tenant_id AND p.person_id = f.owner_id
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.state IN ('requested', 'confirmed', 'seated', 'finished')
  AND (NOT s.own OR b.booker_id = sqlc.arg(me) OR f.owner_id = sqlc.arg(me))
ORDER BY b.meal_period, b.come_minute, o.code, b.booking_id
LIMIT 50;

-- name: BookingsToday :one
SELECT count(*)::int
FROM (
  SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(days)::date[]) AS day, unnest(sqlc.arg(own)::bool[]) AS own
) s
JOIN visit_pub.booking b ON b.store_id = s.store_id AND b.business_date = s.day
LEFT JOIN customer_pub.file f ON f.tenant_id = b.tenant_id AND f.file_id = b.file_id
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.state IN ('requested', 'confirmed', 'seated', 'finished')
  AND (NOT s.own OR b.booker_id = sqlc.arg(me) OR f.owner_id = sqlc.arg(me));

-- name: NoticesMissing :one
-- Today's bookings whose guest could be told and has not been: without a notice
-- they are credited to nobody (VIS-03).
SELECT count(*)::int
FROM (
  SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(days)::date[]) AS day, unnest(sqlc.arg(own)::bool[]) AS own
) s
JOIN visit_pub.booking b ON b.store_id = s.store_id AND b.business_date = s.day
LEFT JOIN customer_pub.file f ON f.tenant_id = b.tenant_id AND f.file_id = b.file_id
WHERE b.tenant_id = sqlc.arg(tenant_id) AND b.state IN ('requested', 'confirmed', 'seated') AND NOT b.noticed AND b.number_key IS NOT NULL
  AND (NOT s.own OR b.booker_id = sqlc.arg(me) OR f.owner_id = sqlc.arg(me));

-- name: NoticesToCheck :one
-- Notices told in person that the person may check (VIS-03): none that he told,
-- whose booking is his, or of a guest of his.
SELECT count(*)::int
FROM visit_pub.unchecked_notice n
LEFT JOIN customer_pub.file f ON f.tenant_id = n.tenant_id AND f.file_id = n.file_id
WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = ANY(sqlc.arg(store_ids)::uuid[])
  AND (sqlc.arg(me)::uuid = ANY (ARRAY[n.booker_id, n.entered_by, n.given_by, f.owner_id])) IS NOT TRUE;

-- name: RefundsParked :one
-- Refunds whose bill never came (VIS-07); late: for longer than a day.
SELECT count(*)::int AS parked, (count(*) FILTER (WHERE parked_at < sqlc.arg(late_before)::timestamptz))::int AS late
FROM visit_pub.parked_refund WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(store_ids)::uuid[]);

-- name: OwnDrafts :one
SELECT count(*)::int FROM customer_pub.unfinished WHERE tenant_id = sqlc.arg(tenant_id) AND writer_id = sqlc.arg(me);

-- name: ReleasedSince :one
-- Guests who became public after a day; own: whom the person lost.
SELECT count(*)::int
FROM (
  SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(days)::date[]) AS day, unnest(sqlc.arg(own)::bool[]) AS own
) s
JOIN ownership_pub.decision d ON d.store_id = s.store_id AND d.effective_on > s.day
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.from_id IS NOT NULL AND d.to_id IS NULL
  AND (NOT s.own OR d.from_id = sqlc.arg(me));

-- name: MyMonth :one
SELECT
  (SELECT count(*) FROM ownership_pub.tie t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.referrer_id = sqlc.arg(me) AND t.end_on IS NULL)::int AS customers,
  (SELECT count(*) FROM visit_pub.fact v
   WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.credited_to = sqlc.arg(me)
     AND v.business_date BETWEEN sqlc.arg(first_day)::date AND sqlc.arg(today)::date)::int AS visits;

-- name: ChangesWaiting :one
-- Reported changes that wait for head office (CHG-01); never a person's own
-- (ROL-04).
SELECT count(*)::int AS waiting, (count(*) FILTER (WHERE due_at < sqlc.arg(now)))::int AS late, coalesce(min(due_at), sqlc.arg(now))::timestamptz AS next_due
FROM customer_pub.change
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND requested_by <> sqlc.arg(me)::uuid;

-- name: DeletionsWaiting :one
-- Requests to delete files likewise (DEL-01).
SELECT count(*)::int AS waiting, (count(*) FILTER (WHERE due_at < sqlc.arg(now)))::int AS late, coalesce(min(due_at), sqlc.arg(now))::timestamptz AS next_due
FROM customer_pub.deletion_request
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND state = 'pending' AND asked_by <> sqlc.arg(me)::uuid;

-- name: GuestRequestsOpen :one
-- Guests' own requests that are open, of the whole chain (DEL-03).
SELECT count(*)::int AS waiting, (count(*) FILTER (WHERE due_at < sqlc.arg(now)))::int AS late, coalesce(min(due_at), sqlc.arg(now))::timestamptz AS next_due
FROM customer_pub.guest_request
WHERE tenant_id = sqlc.arg(tenant_id) AND state IN ('received', 'verified');

-- name: HandoversToday :one
-- Handovers whose next step is a person's: those he is to accept or whose files he
-- has still to go through (HND-02), with how many files; and those of some stores
-- that wait for head office and do not concern him (ROL-04), with the first day on
-- which one is broken (HND-05).
SELECT (count(*) FILTER (WHERE h.receiver_id = sqlc.arg(me) AND h.state = 'checked'))::int AS to_accept,
  (count(*) FILTER (WHERE h.receiver_id = sqlc.arg(me) AND h.state = 'complete' AND c.files_left > 0))::int AS to_check,
  coalesce(sum(c.files_left) FILTER (WHERE h.receiver_id = sqlc.arg(me) AND h.state = 'complete'), 0)::int AS files_left,
  (count(*) FILTER (WHERE w.office))::int AS office,
  coalesce((min(h.due_on) FILTER (WHERE w.office OR h.receiver_id = sqlc.arg(me) AND h.state = 'checked'))::text, '')::text AS due_on
FROM handover_pub.handover h
CROSS JOIN LATERAL (SELECT h.state IN ('requested', 'accepted', 'confirmed', 'desk') AND h.store_id = ANY(sqlc.arg(store_ids)::uuid[])
  AND sqlc.arg(me)::uuid NOT IN (h.giver_id, h.receiver_id, h.requested_by, coalesce(h.requested_for, h.giver_id)) AS office) w
LEFT JOIN LATERAL (
  SELECT count(*) AS files_left FROM handover_pub.file f
  JOIN ownership_pub.tie t ON t.tenant_id = f.tenant_id AND t.tie_id = f.tie_id AND t.end_on IS NULL
  LEFT JOIN customer_pub.revision r ON r.tenant_id = f.tenant_id AND r.revision_id = f.revision_id
  WHERE f.tenant_id = h.tenant_id AND f.handover_id = h.handover_id AND coalesce(r.state, '') NOT IN ('approved', 'submitted')
) c ON h.state = 'complete' AND h.receiver_id = sqlc.arg(me)
WHERE h.tenant_id = sqlc.arg(tenant_id) AND (w.office OR h.receiver_id = sqlc.arg(me) AND h.state IN ('checked', 'complete'));

-- name: AccountsWaiting :one
-- Requests for accounts that a person may open; never his own (ROL-04).
SELECT count(*)::int AS waiting, (count(*) FILTER (WHERE due_at < sqlc.arg(now)))::int AS late, coalesce(min(due_at), sqlc.arg(now))::timestamptz AS next_due
FROM staff_pub.account_request
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND state = 'pending' AND applied_by <> sqlc.arg(me)::uuid;

-- name: AccountsOfStores :one
-- What became of the requests of stores: opened and not activated, refused lately.
SELECT (count(*) FILTER (WHERE state = 'opened' AND NOT activated))::int AS not_activated, (count(*) FILTER (WHERE state = 'refused' AND decided_at > sqlc.arg(since)))::int AS refused
FROM staff_pub.account_request
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND state IN ('opened', 'refused');

-- name: ConflictsToday :one
-- Conflict cases a person has part in and may still settle, the soonest, and
-- those of some stores that wait for a decision and do not concern him (ROL-04).
SELECT (count(*) FILTER (WHERE c.due_at > sqlc.arg(now) AND (c.holder_id = sqlc.arg(me) OR c.claimant_id = sqlc.arg(me))))::int AS own,
  coalesce(min(c.due_at) FILTER (WHERE c.due_at > sqlc.arg(now) AND (c.holder_id = sqlc.arg(me) OR c.claimant_id = sqlc.arg(me))), sqlc.arg(now))::timestamptz AS next_due,
  (count(*) FILTER (WHERE c.due_at <= sqlc.arg(now) AND c.store_id = ANY(sqlc.arg(store_ids)::uuid[])
    AND c.holder_id <> sqlc.arg(me) AND c.claimant_id <> sqlc.arg(me)))::int AS to_decide
FROM customer_pub.conflict c
WHERE c.tenant_id = sqlc.arg(tenant_id);

-- name: OffersWaiting :one
-- Public guests offered to a person, to be confirmed or submitted (LIF-08).
SELECT count(*)::int AS waiting, coalesce(min(o.lapses_on), '1970-01-01')::date AS lapses_on FROM ownership_pub.offer o
JOIN customer_pub.file f ON f.tenant_id = o.tenant_id AND f.file_id = o.file_id
WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.person_id = sqlc.arg(me)::uuid AND (o.state = 'pending' OR f.state <> 'submitted');

-- name: AppealsToDecide :one
-- Open appeals of some stores; never a person's own, nor about his guests (ROL-04).
-- Stores come side by side with their business day.
SELECT count(*)::int AS waiting, (count(*) FILTER (WHERE a.due_on < s.day))::int AS late
FROM (SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(days)::date[]) AS day) s
JOIN ownership_pub.appeal a ON a.store_id = s.store_id
JOIN customer_pub.file f ON f.tenant_id = a.tenant_id AND f.file_id = a.file_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.person_id <> sqlc.arg(me)::uuid AND (f.owner_id IS NULL OR f.owner_id <> sqlc.arg(me)::uuid);

-- name: CorrectionsWaiting :one
-- Proposed corrections of some stores; never those that concern the person (ROL-04).
SELECT count(*)::int FROM ownership_pub.correction c
WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.store_id = ANY(sqlc.arg(store_ids)::uuid[]) AND c.person_id IS DISTINCT FROM sqlc.arg(me)::uuid
  AND NOT (c.decided || c.now) @> jsonb_build_array(jsonb_build_object('from', sqlc.arg(me)::uuid))
  AND NOT (c.decided || c.now) @> jsonb_build_array(jsonb_build_object('to', sqlc.arg(me)::uuid));

-- name: SharedAway :many
-- Ties whose referrer was told that LIF-04 is about to end them, with the visits of
-- the month so far; first_on is its first day, acts_on the day after its last.
SELECT w.file_id, w.store_id, f.name, p.name AS owner_name, o.name AS store_name, v.visits, v.others
FROM (SELECT unnest(sqlc.arg(store_ids)::uuid[]) AS store_id, unnest(sqlc.arg(own)::bool[]) AS own) s
JOIN ownership_pub.warning w ON w.store_id = s.store_id
JOIN ownership_pub.tie t ON t.tenant_id = w.tenant_id AND t.file_id = w.file_id AND t.end_on IS NULL AND t.referrer_id = w.person_id
JOIN customer_pub.file f ON f.tenant_id = w.tenant_id AND f.file_id = w.file_id
JOIN staff_pub.person p ON p.tenant_id = w.tenant_id AND p.person_id = w.person_id
JOIN tenant_pub.store o ON o.tenant_id = w.tenant_id AND o.store_id = w.store_id
CROSS JOIN LATERAL (
  SELECT count(*)::int AS visits, (count(*) FILTER (WHERE x.credited_to IS DISTINCT FROM t.referrer_id))::int AS others FROM visit_pub.fact x
  WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.file_id = w.file_id AND x.business_date >= greatest(t.start_on, sqlc.arg(first_on)::date) AND x.business_date < sqlc.arg(acts_on)::date
) v
WHERE w.tenant_id = sqlc.arg(tenant_id) AND w.rule = 'LIF-04' AND w.acts_on = sqlc.arg(acts_on)::date AND (NOT s.own OR w.person_id = sqlc.arg(me))
ORDER BY v.others DESC, w.file_id
LIMIT 40;
