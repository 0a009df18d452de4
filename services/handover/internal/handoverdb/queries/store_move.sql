-- Stores that end (HND-08).

-- name: InsertMove :exec
INSERT INTO store_move (tenant_id, move_id, kind, store_id, to_store_id, on_date, state, reason, planned_by, planned_for, planned_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(move_id), sqlc.arg(kind), sqlc.arg(store_id), sqlc.arg(to_store_id), sqlc.arg(on_date), 'planned', sqlc.arg(reason), sqlc.arg(planned_by), sqlc.narg(planned_for), sqlc.arg(now));

-- name: InsertMoveLines :exec
INSERT INTO store_move_line (tenant_id, move_id, referrer_id, to_store_id, receiver_id)
SELECT sqlc.arg(tenant_id), sqlc.arg(move_id), l.referrer_id, l.to_store_id, l.receiver_id
FROM (SELECT unnest(sqlc.arg(referrers)::uuid[]) AS referrer_id, unnest(sqlc.arg(stores)::uuid[]) AS to_store_id, unnest(sqlc.arg(receivers)::uuid[]) AS receiver_id) l;

-- name: Move :one
SELECT * FROM store_move WHERE tenant_id = sqlc.arg(tenant_id) AND move_id = sqlc.arg(move_id);

-- name: Moves :many
-- The newest first, before one.
SELECT * FROM store_move WHERE tenant_id = sqlc.arg(tenant_id) AND (planned_at, move_id) < (sqlc.arg(before_at)::timestamptz, sqlc.arg(before_id)::uuid)
ORDER BY planned_at DESC, move_id DESC LIMIT sqlc.arg(at_most);

-- name: MoveLines :many
SELECT referrer_id, to_store_id, receiver_id FROM store_move_line
WHERE tenant_id = sqlc.arg(tenant_id) AND move_id = sqlc.arg(move_id) ORDER BY referrer_id;

-- name: ApproveMove :execrows
UPDATE store_move SET state = 'approved', approved_by = sqlc.arg(approved_by)::uuid, approved_for = sqlc.narg(approved_for), approved_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND move_id = sqlc.arg(move_id) AND state = 'planned';

-- name: WithdrawMove :execrows
UPDATE store_move SET state = 'withdrawn', withdrawn_by = sqlc.arg(withdrawn_by)::uuid, ended_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND move_id = sqlc.arg(move_id) AND state = sqlc.arg(expected) AND state IN ('planned', 'approved');

-- name: DueMove :many
-- The first end of a store that is due on a day and does not wait for the store's runs
-- to catch up (RUL-07, RUL-08); of one whose files are stuck, once a day.
SELECT m.* FROM store_move m
WHERE m.tenant_id = sqlc.arg(tenant_id) AND m.state IN ('approved', 'moving') AND m.on_date <= sqlc.arg(day)::date
  AND (m.looked_on IS NULL OR m.looked_on < sqlc.arg(day)::date)
  AND NOT EXISTS (SELECT FROM ownership_pub.wait w WHERE w.tenant_id = m.tenant_id AND w.store_id = m.store_id)
ORDER BY m.on_date, m.move_id LIMIT 1 FOR UPDATE;

-- name: DueBookings :many
-- The first end of a store with bookings to come that shall leave it: of a closing from
-- the approval on, so that their guests know in time, of a merging on its day.
SELECT m.* FROM store_move m
WHERE m.tenant_id = sqlc.arg(tenant_id) AND m.state IN ('approved', 'moving') AND (m.state = 'moving' OR m.kind = 'close')
  AND EXISTS (SELECT FROM visit_pub.booking b WHERE b.tenant_id = m.tenant_id AND b.store_id = m.store_id AND b.business_date >= m.on_date AND b.state IN ('requested', 'confirmed'))
ORDER BY m.on_date, m.move_id LIMIT 1 FOR UPDATE;

-- name: BookingsLeft :execrows
UPDATE store_move SET bookings = bookings + sqlc.arg(bookings), unplaced = unplaced + sqlc.arg(unplaced), untold = untold + sqlc.arg(untold)
WHERE tenant_id = sqlc.arg(tenant_id) AND move_id = sqlc.arg(move_id) AND state IN ('approved', 'moving');

-- name: StartMove :execrows
UPDATE store_move SET state = 'moving', moved_on = sqlc.arg(day)::date, files = sqlc.arg(files), people = sqlc.arg(people)
WHERE tenant_id = sqlc.arg(tenant_id) AND move_id = sqlc.arg(move_id) AND state = 'approved';

-- name: AdvanceMove :execrows
-- A block is done.
UPDATE store_move SET after_file = sqlc.narg(after_file), looked_on = sqlc.narg(looked_on)::date, moved = moved + sqlc.arg(moved), ties = ties + sqlc.arg(ties), passed = passed + sqlc.arg(passed),
  doubles = sqlc.arg(doubles), stuck = sqlc.arg(stuck)
WHERE tenant_id = sqlc.arg(tenant_id) AND move_id = sqlc.arg(move_id) AND state = 'moving';

-- name: EndMove :execrows
UPDATE store_move SET state = 'done', after_file = NULL, ended_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND move_id = sqlc.arg(move_id) AND state = 'moving';

-- name: CasesOfStore :many
-- The cases of a store whose files are in handover or in custody.
SELECT sqlc.embed(h) FROM handover h
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id)
  AND (h.state IN ('requested', 'checked', 'accepted', 'desk') OR h.kind = 'custody' AND h.state IN ('confirmed', 'complete'))
ORDER BY h.handover_id FOR UPDATE;

-- name: EndOfStore :many
-- How far the end of a store has come that is approved. It goes on only when whoever asked
-- is done.
SELECT state FROM store_move
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = sqlc.arg(store_id) AND state IN ('approved', 'moving') FOR SHARE;

-- name: MoveCase :exec
UPDATE handover SET store_id = sqlc.arg(to_store)::uuid WHERE tenant_id = sqlc.arg(tenant_id) AND handover_id = sqlc.arg(handover_id);

-- name: MoveOwners :many
-- Who owns how many files in a store, and whether he works there in a post on a day.
SELECT t.referrer_id, n.staff_no, n.name, n.left_on, count(*)::int AS files, (count(*) FILTER (WHERE t.held))::int AS held,
  coalesce((SELECT min(p.position) FROM staff_pub.post p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = t.referrer_id AND p.store_id = sqlc.arg(store_id)
    AND p.from_on <= sqlc.arg(day)::date AND (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date)), '')::text AS position
FROM ownership_pub.tie t
JOIN staff_pub.person n ON n.tenant_id = t.tenant_id AND n.person_id = t.referrer_id
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.store_id = sqlc.arg(store_id) AND t.end_on IS NULL
GROUP BY t.referrer_id, n.staff_no, n.name, n.left_on ORDER BY n.staff_no;

-- name: MoveInventory :one
-- What a store has that its end moves, and what stands in the way.
SELECT
  (SELECT count(*) FROM customer_pub.file f WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.store_id = sqlc.arg(store_id) AND f.approved_on IS NOT NULL AND f.owner_id IS NULL AND f.state NOT IN ('deleted', 'merged', 'ended'))::int AS public,
  (SELECT count(*) FROM customer_pub.file f WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.store_id = sqlc.arg(store_id) AND f.approved_on IS NULL AND f.state NOT IN ('deleted', 'merged', 'ended'))::int AS drafts,
  (SELECT count(*) FROM customer_pub.review r WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.store_id = sqlc.arg(store_id))::int AS reviews,
  (SELECT count(*) FROM ownership_pub.offer o WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.store_id = sqlc.arg(store_id))::int AS offers,
  (SELECT count(*) FROM ownership_pub.appeal a WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.store_id = sqlc.arg(store_id))::int AS appeals,
  (SELECT count(*) FROM customer_pub.conflict c WHERE c.tenant_id = sqlc.arg(tenant_id) AND c.store_id = sqlc.arg(store_id))::int AS conflicts,
  (SELECT count(*) FROM handover h WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id) AND h.state IN ('requested', 'checked', 'accepted', 'desk'))::int AS cases,
  (SELECT count(*) FROM handover h WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.store_id = sqlc.arg(store_id) AND h.kind = 'custody' AND h.state IN ('confirmed', 'complete'))::int AS custodies,
  (SELECT count(DISTINCT p.person_id) FROM staff_pub.post p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.store_id = sqlc.arg(store_id) AND (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date))::int AS people,
  (SELECT count(*) FROM ownership_pub.wait w WHERE w.tenant_id = sqlc.arg(tenant_id) AND w.store_id = sqlc.arg(store_id))::int AS waits;

-- name: MoveTwins :one
-- Guests with a file in both stores (CUS-10): approved there, or not yet. Of owners
-- in lines the store of the line is looked at; targets are all of them.
SELECT (count(*) FILTER (WHERE t.approved_on IS NOT NULL))::int AS approved, (count(*) FILTER (WHERE t.approved_on IS NULL AND f.approved_on IS NOT NULL))::int AS drafts
FROM customer_pub.number a
JOIN customer_pub.file f ON f.tenant_id = a.tenant_id AND f.file_id = a.file_id AND f.store_id = a.store_id
LEFT JOIN (SELECT unnest(sqlc.arg(referrers)::uuid[]) AS referrer_id, unnest(sqlc.arg(stores)::uuid[]) AS to_store) l ON l.referrer_id = f.owner_id
JOIN customer_pub.number b ON b.tenant_id = a.tenant_id AND b.store_id = ANY(sqlc.arg(targets)::uuid[]) AND b.store_id = coalesce(l.to_store, sqlc.arg(to_store)::uuid) AND b.number_key = a.number_key
JOIN customer_pub.file t ON t.tenant_id = b.tenant_id AND t.file_id = b.file_id AND t.store_id = b.store_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.store_id = sqlc.arg(store_id) AND (b.reserved_until IS NULL OR b.reserved_until >= sqlc.arg(now)::timestamptz);

-- name: EndingStores :many
-- Which of some stores are about to end.
SELECT store_id FROM store_move
WHERE tenant_id = sqlc.arg(tenant_id) AND store_id = ANY(sqlc.arg(stores)::uuid[]) AND state IN ('planned', 'approved', 'moving');
