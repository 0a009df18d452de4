-- name: InsertRequest :exec
INSERT INTO account_request (tenant_id, request_id, store_id, person_id, staff_no, name, position, entry_on, number_key, number_box, reason, state, applied_by, applied_at, due_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(request_id), sqlc.arg(store_id), sqlc.narg(for_person), sqlc.arg(staff_no), sqlc.arg(name), sqlc.arg(position), sqlc.arg(entry_on),
  sqlc.arg(number_key), sqlc.arg(number_box), sqlc.arg(reason), 'pending', sqlc.arg(applied_by), sqlc.arg(now), sqlc.arg(due_at));

-- name: Request :one
SELECT r.request_id, r.store_id, r.person_id, r.staff_no, r.name, r.position, r.entry_on, r.number_box, r.reason, r.state,
  r.applied_by, r.applied_at, r.due_at, r.late_at, r.decided_by, r.decided_for, r.decided_at, r.refusal
FROM account_request r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.request_id = sqlc.arg(request_id);

-- Decides a request that waits, once: of two at the same time one finds it so.
-- name: DecideRequest :execrows
UPDATE account_request SET state = sqlc.arg(state), decided_by = sqlc.arg(decided_by), decided_for = sqlc.narg(decided_for), decided_at = sqlc.arg(now)::timestamptz,
  refusal = sqlc.arg(refusal)
WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id) AND state = 'pending';

-- Marks a request late that still waits past its hours, and says whether it was
-- marked before (ACC-02).
-- name: MarkLate :one
UPDATE account_request r SET late_at = coalesce(r.late_at, sqlc.arg(now)::timestamptz)
FROM (
  SELECT o.tenant_id, o.request_id, (o.late_at IS NOT NULL)::boolean AS was_late FROM account_request o
  WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.request_id = sqlc.arg(request_id) FOR UPDATE
) o
WHERE r.tenant_id = o.tenant_id AND r.request_id = o.request_id AND r.state = 'pending' AND r.due_at <= sqlc.arg(now)::timestamptz
RETURNING o.was_late;

-- name: InsertServiceRecords :exec
INSERT INTO service_record (tenant_id, request_id, person_id, kind, at)
SELECT sqlc.arg(tenant_id), sqlc.arg(request_id), unnest(sqlc.arg(people)::uuid[]), 'account_late', sqlc.arg(now)
ON CONFLICT DO NOTHING;

-- name: LateOf :one
SELECT count(*)::int FROM service_record WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND at >= sqlc.arg(since);

-- The stores of a list are those in reach: the whole chain is all of them.
-- name: WaitingRequests :many
SELECT r.request_id, r.store_id, r.person_id, r.staff_no, r.name, r.position, r.entry_on, r.number_box, r.reason, r.state,
  r.applied_by, r.applied_at, r.due_at, r.late_at, r.decided_by, r.decided_for, r.decided_at, r.refusal
FROM account_request r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.state = 'pending' AND r.store_id = ANY(sqlc.arg(stores)::uuid[])
  AND (r.due_at, r.request_id) > (sqlc.arg(after_due)::timestamptz, sqlc.arg(after_id)::uuid)
ORDER BY r.due_at, r.request_id LIMIT sqlc.arg(page_size);

-- name: DecidedRequests :many
SELECT r.request_id, r.store_id, r.person_id, r.staff_no, r.name, r.position, r.entry_on, r.number_box, r.reason, r.state,
  r.applied_by, r.applied_at, r.due_at, r.late_at, r.decided_by, r.decided_for, r.decided_at, r.refusal
FROM account_request r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.state <> 'pending' AND r.store_id = ANY(sqlc.arg(stores)::uuid[]) AND r.request_id < sqlc.arg(before)
ORDER BY r.request_id DESC LIMIT sqlc.arg(page_size);

-- name: RequestsOfStores :many
SELECT r.request_id, r.store_id, r.person_id, r.staff_no, r.name, r.position, r.entry_on, r.number_box, r.reason, r.state,
  r.applied_by, r.applied_at, r.due_at, r.late_at, r.decided_by, r.decided_for, r.decided_at, r.refusal
FROM account_request r
WHERE r.tenant_id = sqlc.arg(tenant_id) AND r.store_id = ANY(sqlc.arg(stores)::uuid[]) AND r.request_id < sqlc.arg(before)
ORDER BY r.request_id DESC LIMIT sqlc.arg(page_size);

-- name: WaitsFor :one
SELECT EXISTS (SELECT FROM account_request WHERE tenant_id = sqlc.arg(tenant_id) AND staff_no = sqlc.arg(staff_no) AND state = 'pending')::boolean;

-- Withdraws what waits for somebody who has left.
-- name: WithdrawRequestsOf :exec
UPDATE account_request SET state = 'withdrawn', decided_at = sqlc.arg(now)::timestamptz, decided_by = sqlc.narg(decided_by)
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND state = 'pending';

-- name: VoidCodes :execrows
UPDATE activation SET voided_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND used_at IS NULL AND voided_at IS NULL;

-- name: InsertCode :exec
INSERT INTO activation (tenant_id, activation_id, person_id, code_hash, issued_by, issued_at, expires_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(activation_id), sqlc.arg(person_id), sqlc.arg(code_hash), sqlc.arg(issued_by), sqlc.arg(now), sqlc.arg(expires_at));

-- name: CodesOf :many
SELECT person_id, expires_at FROM activation
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = ANY(sqlc.arg(people)::uuid[]) AND used_at IS NULL AND voided_at IS NULL;

-- name: CodeToUse :one
SELECT c.activation_id, c.person_id, c.code_hash, p.name FROM activation c
JOIN person p ON p.tenant_id = c.tenant_id AND p.person_id = c.person_id
WHERE c.tenant_id = sqlc.arg(tenant_id) AND p.staff_no = sqlc.arg(staff_no) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
  AND c.used_at IS NULL AND c.voided_at IS NULL AND c.expires_at > sqlc.arg(now)::timestamptz;

-- name: UseCode :execrows
UPDATE activation SET used_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND activation_id = sqlc.arg(activation_id) AND used_at IS NULL AND voided_at IS NULL AND expires_at > sqlc.arg(now)::timestamptz;

-- name: SetRequestPerson :exec
UPDATE account_request SET person_id = sqlc.arg(for_person) WHERE tenant_id = sqlc.arg(tenant_id) AND request_id = sqlc.arg(request_id);

-- name: AccountsOf :many
SELECT person_id, (password_hash IS NOT NULL)::boolean AS has_password, left_on FROM person
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = ANY(sqlc.arg(people)::uuid[]);

-- name: CodesSince :one
SELECT count(*)::int FROM activation WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND issued_at > sqlc.arg(since);
