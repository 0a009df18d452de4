-- Handovers and their steps (HND-02).

-- name: NextNumber :one
-- Numbers of a chain have no gaps: who takes one holds the row until he commits.
INSERT INTO handover_number (tenant_id, last_no) VALUES (sqlc.arg(tenant_id), 1)
ON CONFLICT (tenant_id) DO UPDATE SET last_no = handover_number.last_no + 1
RETURNING last_no;

-- name: InsertHandover :exec
INSERT INTO handover (tenant_id, handover_id, no, store_id, giver_id, receiver_id, kind, scope, cause, state, giver_post, receiver_post, seat, until_on, files, step_on, due_on, requested_by, requested_for, created_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(handover_id), sqlc.arg(no), sqlc.arg(store_id), sqlc.arg(giver_id), sqlc.arg(receiver_id), sqlc.arg(kind), sqlc.arg(scope), sqlc.arg(cause), 'requested',
  sqlc.arg(giver_post), sqlc.arg(receiver_post), sqlc.arg(seat), sqlc.narg(until_on), sqlc.arg(files), sqlc.arg(step_on)::date, sqlc.arg(due_on)::date, sqlc.arg(requested_by), sqlc.narg(requested_for), sqlc.arg(now));

-- name: InsertStep :exec
INSERT INTO handover_step (tenant_id, step_id, handover_id, step, on_date, files, person_id, for_id, at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(step_id), sqlc.arg(handover_id), sqlc.arg(step), sqlc.arg(on_date), sqlc.arg(files), sqlc.narg(person_id), sqlc.narg(for_id), sqlc.arg(now));

-- name: CaseByID :one
SELECT * FROM handover WHERE tenant_id = sqlc.arg(tenant_id) AND handover_id = sqlc.arg(handover_id);

-- name: LockCase :one
-- Held until the transaction ends.
SELECT * FROM handover WHERE tenant_id = sqlc.arg(tenant_id) AND handover_id = sqlc.arg(handover_id) FOR UPDATE;

-- name: CasesByID :many
SELECT * FROM handover WHERE tenant_id = sqlc.arg(tenant_id) AND handover_id = ANY(sqlc.arg(handovers)::uuid[]);

-- name: MoveHandover :execrows
-- A step: takes effect only on a case that stands where it was looked at.
UPDATE handover SET state = sqlc.arg(state), ended = sqlc.arg(ended), seat = sqlc.arg(seat), reason = sqlc.arg(reason), receiver_post = sqlc.arg(receiver_post), files = sqlc.arg(files),
  step_on = sqlc.arg(step_on)::date, due_on = sqlc.narg(due_on)::date, confirmed_on = sqlc.narg(confirmed_on)::date
WHERE tenant_id = sqlc.arg(tenant_id) AND handover_id = sqlc.arg(handover_id) AND state = sqlc.arg(expected);

-- name: Steps :many
SELECT s.step, s.on_date, s.files, s.at, coalesce(p.name, '')::text AS person_name, coalesce(f.name, '')::text AS for_name
FROM handover_step s
LEFT JOIN staff_pub.person p ON p.tenant_id = s.tenant_id AND p.person_id = s.person_id
LEFT JOIN staff_pub.person f ON f.tenant_id = s.tenant_id AND f.person_id = s.for_id
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.handover_id = sqlc.arg(handover_id)
ORDER BY s.step_id;

-- name: HandoversOfTenant :many
-- The newest first, before a number.
SELECT sqlc.embed(h) FROM handover h
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.no < sqlc.arg(before) AND h.state = ANY(sqlc.arg(states)::text[])
ORDER BY h.no DESC LIMIT sqlc.arg(at_most);

-- name: HandoversOfStores :many
-- Of each store no more than the page, by its index; in own_ids those the person has part in.
SELECT sqlc.embed(h) FROM handover h
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.no < sqlc.arg(before) AND h.state = ANY(sqlc.arg(states)::text[])
  AND (h.store_id = ANY(sqlc.arg(store_ids)::uuid[]) OR h.store_id = ANY(sqlc.arg(own_ids)::uuid[]) AND (h.giver_id = sqlc.arg(me) OR h.receiver_id = sqlc.arg(me)))
ORDER BY h.no DESC LIMIT sqlc.arg(at_most);

-- name: HandoversOfPerson :many
-- Those somebody gives or receives.
SELECT sqlc.embed(h) FROM handover h
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.no < sqlc.arg(before) AND h.state = ANY(sqlc.arg(states)::text[])
  AND (h.giver_id = sqlc.arg(person_id) OR h.receiver_id = sqlc.arg(person_id))
ORDER BY h.no DESC LIMIT sqlc.arg(at_most);

-- name: DesksOf :many
-- Cases on head office's desk with files of somebody in a store (HND-05), locked
-- before ties are, as every step does.
SELECT handover_id FROM handover
WHERE tenant_id = sqlc.arg(tenant_id) AND giver_id = sqlc.arg(giver_id) AND store_id = sqlc.arg(store_id) AND state = 'desk'
ORDER BY handover_id FOR UPDATE;

-- name: StoresOfOpen :many
-- Stores with cases that HND-05 may break.
SELECT DISTINCT store_id FROM handover
WHERE tenant_id = sqlc.arg(tenant_id) AND state IN ('requested', 'checked', 'accepted');

-- name: DueHandovers :many
-- Cases that may be broken, cleared or given back on a day, held until the
-- transaction ends, and whether the two work there in a post that may own files.
SELECT sqlc.embed(h),
  EXISTS (SELECT FROM staff_pub.post p WHERE p.tenant_id = h.tenant_id AND p.person_id = h.giver_id AND p.store_id = h.store_id
    AND p.position = ANY(sqlc.arg(positions)::text[]) AND p.from_on <= sqlc.arg(day)::date AND (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date))::bool AS giver_works,
  EXISTS (SELECT FROM staff_pub.post p WHERE p.tenant_id = h.tenant_id AND p.person_id = h.receiver_id AND p.store_id = h.store_id
    AND p.position = ANY(sqlc.arg(positions)::text[]) AND p.from_on <= sqlc.arg(day)::date AND (p.to_on IS NULL OR p.to_on > sqlc.arg(day)::date))::bool AS receiver_works
FROM handover h
WHERE h.tenant_id = sqlc.arg(tenant_id) AND h.handover_id > sqlc.arg(after)
  AND (h.state IN ('requested', 'checked', 'accepted', 'desk') OR h.kind = 'custody' AND h.state IN ('confirmed', 'complete'))
ORDER BY h.handover_id
LIMIT sqlc.arg(at_most)
FOR UPDATE OF h;
