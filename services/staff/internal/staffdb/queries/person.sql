-- Where somebody stands on a day: leaving (gone, procedure open), left, away (on
-- leave), here. A chain has some thousand people at most, so a list looks at
-- each and needs no index of its own.
-- name: PeopleAll :many
SELECT p.person_id, p.staff_no, p.name, p.number_box, p.entry_on, p.left_on, (p.password_hash IS NOT NULL)::boolean AS has_password FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.staff_no > sqlc.arg(after)
  AND (strpos(lower(p.staff_no || ' ' || p.name), sqlc.arg(find)::text) > 0 OR p.number_key = sqlc.arg(number_key))
  AND (p.password_hash IS NOT NULL) = ANY(sqlc.arg(accounts)::boolean[])
  AND CASE
    WHEN p.left_on <= sqlc.arg(today)::date AND EXISTS (SELECT FROM leaving l WHERE l.tenant_id = p.tenant_id AND l.person_id = p.person_id AND l.entry_on = p.entry_on AND l.closed_at IS NOT NULL) THEN 'left'
    WHEN p.left_on <= sqlc.arg(today)::date THEN 'leaving'
    WHEN EXISTS (SELECT FROM absence b WHERE b.tenant_id = p.tenant_id AND b.person_id = p.person_id AND b.from_on <= sqlc.arg(today)::date AND (b.to_on IS NULL OR b.to_on > sqlc.arg(today)::date)) THEN 'away'
    ELSE 'here' END = ANY(sqlc.arg(standings)::text[])
ORDER BY p.staff_no LIMIT sqlc.arg(page_size);

-- name: PeopleOfStores :many
SELECT p.person_id, p.staff_no, p.name, p.number_box, p.entry_on, p.left_on, (p.password_hash IS NOT NULL)::boolean AS has_password FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.staff_no > sqlc.arg(after)
  AND EXISTS (SELECT FROM assignment a WHERE a.tenant_id = p.tenant_id AND a.person_id = p.person_id
    AND a.store_ids && sqlc.arg(stores)::uuid[]
    AND CASE WHEN sqlc.narg(worked_on)::date IS NULL THEN a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date OR a.to_on = p.left_on
      ELSE a.from_on <= sqlc.narg(worked_on)::date AND (a.to_on IS NULL OR a.to_on > sqlc.narg(worked_on)::date) AND (p.left_on IS NULL OR p.left_on > sqlc.narg(worked_on)::date) END)
  AND (strpos(lower(p.staff_no || ' ' || p.name), sqlc.arg(find)::text) > 0 OR p.number_key = sqlc.arg(number_key))
  AND (p.password_hash IS NOT NULL) = ANY(sqlc.arg(accounts)::boolean[])
  AND CASE
    WHEN p.left_on <= sqlc.arg(today)::date AND EXISTS (SELECT FROM leaving l WHERE l.tenant_id = p.tenant_id AND l.person_id = p.person_id AND l.entry_on = p.entry_on AND l.closed_at IS NOT NULL) THEN 'left'
    WHEN p.left_on <= sqlc.arg(today)::date THEN 'leaving'
    WHEN EXISTS (SELECT FROM absence b WHERE b.tenant_id = p.tenant_id AND b.person_id = p.person_id AND b.from_on <= sqlc.arg(today)::date AND (b.to_on IS NULL OR b.to_on > sqlc.arg(today)::date)) THEN 'away'
    ELSE 'here' END = ANY(sqlc.arg(standings)::text[])
ORDER BY p.staff_no LIMIT sqlc.arg(page_size);

-- name: Person :one
SELECT person_id, staff_no, name, number_box, entry_on, left_on, (password_hash IS NOT NULL)::boolean AS has_password FROM person
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- Raises the person's version and holds the row: whatever changes somebody's
-- rights begins here, so that changes follow one another.
-- name: ChangePerson :one
UPDATE person SET version = version + 1
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id)
RETURNING person_id, staff_no, name, number_box, entry_on, left_on, (password_hash IS NOT NULL)::boolean AS has_password;

-- Posts of today and to come; of somebody who has left, those he held at the end.
-- name: AssignmentsOf :many
SELECT a.assignment_id, a.person_id, a.role, a.position, a.tenant_wide, a.store_ids, a.from_on, a.to_on, a.reason, a.end_reason
FROM assignment a JOIN person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.person_id = ANY(sqlc.arg(people)::uuid[])
  AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date AND a.to_on > a.from_on OR a.to_on = p.left_on)
ORDER BY a.from_on, a.assignment_id;

-- name: AllAssignmentsOf :many
SELECT assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, reason, end_reason FROM assignment
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id)
ORDER BY from_on DESC, assignment_id DESC LIMIT 500;

-- name: Assignment :one
SELECT assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, reason, end_reason FROM assignment
WHERE tenant_id = sqlc.arg(tenant_id) AND assignment_id = sqlc.arg(assignment_id);

-- name: EndAssignment :exec
UPDATE assignment SET to_on = sqlc.arg(to_on)::date, end_reason = sqlc.arg(end_reason), ended_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND assignment_id = sqlc.arg(assignment_id);

-- A post that would have begun later gets no day at all.
-- name: EndAssignmentsOf :exec
UPDATE assignment SET to_on = greatest(from_on, sqlc.arg(left_on)::date), ended_at = sqlc.arg(now)::timestamptz
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
  AND (p.left_on IS NULL OR p.left_on > ((sqlc.arg(now)::timestamptz AT TIME ZONE t.zone - interval '4 hours')::date + CASE WHEN t.sandbox THEN days_ahead(t.tenant_id) ELSE 0 END)::date))::boolean;

-- The lists are unnested side by side in one SELECT: sqlc does not know unnest
-- with several of them. Numbers that are not there are empty.
-- name: InsertPeople :exec
INSERT INTO person (tenant_id, person_id, staff_no, name, number_key, number_box, last4_rev, password_hash, entry_on, left_on, import_id, created_at)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(ids)::uuid[]), unnest(sqlc.arg(staff_nos)::text[]), unnest(sqlc.arg(names)::text[]),
  nullif(unnest(sqlc.arg(number_keys)::bytea[]), ''), nullif(unnest(sqlc.arg(number_boxes)::bytea[]), ''), nullif(unnest(sqlc.arg(last4s)::text[]), ''),
  sqlc.narg(password_hash), unnest(sqlc.arg(entries)::date[]), nullif(unnest(sqlc.arg(leavings)::text[]), '')::date, sqlc.narg(import_id), sqlc.arg(now);

-- Lists of stores come as texts ({id,id}): an array of arrays would be flattened.
-- name: InsertAssignments :exec
INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, to_on, reason, created_at)
SELECT sqlc.arg(tenant_id), unnest(sqlc.arg(ids)::uuid[]), unnest(sqlc.arg(people)::uuid[]), unnest(sqlc.arg(roles)::text[]),
  unnest(sqlc.arg(positions)::text[]), unnest(sqlc.arg(tenant_wides)::boolean[]), unnest(sqlc.arg(stores)::text[])::uuid[],
  unnest(sqlc.arg(from_ons)::date[]), nullif(unnest(sqlc.arg(to_ons)::text[]), '')::date, unnest(sqlc.arg(reasons)::text[]), sqlc.arg(now);

-- name: UpdatePerson :exec
UPDATE person SET staff_no = sqlc.arg(staff_no), name = sqlc.arg(name), number_key = nullif(sqlc.arg(number_key)::bytea, ''),
  number_box = nullif(sqlc.arg(number_box)::bytea, ''), last4_rev = nullif(sqlc.arg(last4)::text, '')
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- Somebody else employed with that number.
-- name: NumberTaken :one
SELECT EXISTS (SELECT FROM person p
  WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.number_key = sqlc.arg(number_key) AND p.person_id <> sqlc.arg(person_id)
  AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date))::boolean;

-- name: PersonByNo :one
SELECT person_id, staff_no, name, number_box, entry_on, left_on, (password_hash IS NOT NULL)::boolean AS has_password FROM person
WHERE tenant_id = sqlc.arg(tenant_id) AND staff_no = sqlc.arg(staff_no);

-- name: PeopleByNos :many
SELECT p.person_id, p.staff_no, p.name, p.number_key, p.entry_on, p.left_on FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.staff_no = ANY(sqlc.arg(staff_nos)::text[]);

-- name: PostsByNos :many
SELECT p.staff_no, a.from_on, a.position, a.store_ids FROM person p
JOIN assignment a ON a.tenant_id = p.tenant_id AND a.person_id = p.person_id
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.staff_no = ANY(sqlc.arg(staff_nos)::text[]);

-- name: EmployedByNumbers :many
SELECT p.number_key, p.staff_no FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.number_key = ANY(sqlc.arg(number_keys)::bytea[]) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date);
