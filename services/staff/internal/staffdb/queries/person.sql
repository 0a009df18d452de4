-- name: PeopleAll :many
SELECT person_id, staff_no, name, number_box, entry_on, left_on FROM person
WHERE tenant_id = sqlc.arg(tenant_id) AND staff_no > sqlc.arg(after) AND (left_on IS NULL OR left_on > sqlc.arg(today)::date)
ORDER BY staff_no LIMIT sqlc.arg(page_size);

-- name: PeopleOfStores :many
SELECT p.person_id, p.staff_no, p.name, p.number_box, p.entry_on, p.left_on FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.staff_no > sqlc.arg(after) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
  AND EXISTS (SELECT FROM assignment a WHERE a.tenant_id = p.tenant_id AND a.person_id = p.person_id
    AND a.store_ids && sqlc.arg(stores)::uuid[] AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date))
ORDER BY p.staff_no LIMIT sqlc.arg(page_size);

-- name: Person :one
SELECT person_id, staff_no, name, number_box, entry_on, left_on FROM person
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- Raises the person's version and holds the row: whatever changes somebody's
-- rights begins here, so that changes follow one another.
-- name: ChangePerson :one
UPDATE person SET version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id)
RETURNING person_id, staff_no, name, number_box, entry_on, left_on;

-- name: AssignmentsOf :many
SELECT assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on FROM assignment
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = ANY(sqlc.arg(people)::uuid[]) AND (to_on IS NULL OR to_on > sqlc.arg(today)::date)
ORDER BY from_on, assignment_id;

-- name: Assignment :one
SELECT assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on FROM assignment
WHERE tenant_id = sqlc.arg(tenant_id) AND assignment_id = sqlc.arg(assignment_id);

-- name: EndAssignment :exec
UPDATE assignment SET to_on = sqlc.arg(to_on)::date WHERE tenant_id = sqlc.arg(tenant_id) AND assignment_id = sqlc.arg(assignment_id);

-- A post that would have begun later gets no day at all.
-- name: EndAssignmentsOf :exec
UPDATE assignment SET to_on = greatest(from_on, sqlc.arg(left_on)::date)
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND (to_on IS NULL OR to_on > sqlc.arg(left_on)::date);

-- name: RecordLeaving :exec
UPDATE person SET left_on = sqlc.arg(left_on)::date WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- name: Names :many
SELECT person_id, name FROM person WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = ANY(sqlc.arg(people)::uuid[]);

-- name: PeopleByNo :many
SELECT staff_no, person_id FROM person WHERE tenant_id = sqlc.arg(tenant_id);

-- The day is head office's, from the tenant's row: this runs inside others'
-- transactions, where asking for another connection could wait for ever.
-- name: IsStaffNumber :one
SELECT EXISTS (SELECT FROM person p JOIN tenant t ON t.tenant_id = p.tenant_id
  WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.number_key = sqlc.arg(number_key)
  AND (p.left_on IS NULL OR p.left_on > (sqlc.arg(now)::timestamptz AT TIME ZONE t.zone - interval '4 hours')::date))::boolean;

-- The lists are unnested side by side in one SELECT: sqlc does not know unnest
-- with several of them. Numbers that are not there are empty.
-- name: InsertPeople :exec
INSERT INTO person (tenant_id, person_id, staff_no, name, number_key, number_box, last4_rev, password_hash, entry_on, left_on, import_id, created_at)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(ids)::uuid[]), unnest(sqlc.arg(staff_nos)::text[]), unnest(sqlc.arg(names)::text[]),
  nullif(unnest(sqlc.arg(number_keys)::bytea[]), ''), nullif(unnest(sqlc.arg(number_boxes)::bytea[]), ''), nullif(unnest(sqlc.arg(last4s)::text[]), ''),
  sqlc.narg(password_hash), unnest(sqlc.arg(entries)::date[]), nullif(unnest(sqlc.arg(leavings)::text[]), '')::date, sqlc.narg(import_id), sqlc.arg(now);

-- Lists of stores come as texts ({id,id}): an array of arrays would be flattened.
-- name: InsertAssignments :exec
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, created_at)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(ids)::uuid[]), unnest(sqlc.arg(people)::uuid[]), unnest(sqlc.arg(roles)::text[]),
  unnest(sqlc.arg(positions)::text[]), unnest(sqlc.arg(tenant_wides)::boolean[]), unnest(sqlc.arg(stores)::text[])::uuid[],
  unnest(sqlc.arg(from_ons)::date[]), nullif(unnest(sqlc.arg(to_ons)::text[]), '')::date, sqlc.arg(now);
