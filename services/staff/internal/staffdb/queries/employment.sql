-- Keeps the end of the running period beside the person, also of one that came
-- with an import.
-- name: KeepLeaving :exec
INSERT INTO leaving (tenant_id, person_id, entry_on, left_on, reason, recorded_by, recorded_at)
SELECT p.tenant_id, p.person_id, p.entry_on, p.left_on, sqlc.arg(reason), sqlc.narg(recorded_by), sqlc.arg(now)
FROM person p WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = sqlc.arg(person_id) AND p.left_on IS NOT NULL
ON CONFLICT (tenant_id, person_id, entry_on) DO UPDATE
SET left_on = excluded.left_on, reason = excluded.reason, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at
WHERE leaving.left_on <> excluded.left_on OR excluded.reason <> '';

-- name: HoldLeaver :exec
-- Whoever gives him a guest meanwhile has done so, or waits: a tie's reference to its
-- referrer holds this row against it.
SELECT FROM person WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) FOR UPDATE;

-- name: CloseLeaving :execrows
UPDATE leaving l SET closed_by = sqlc.arg(closed_by), closed_at = sqlc.arg(now)::timestamptz
FROM person p
WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.person_id = sqlc.arg(person_id) AND l.closed_at IS NULL
  AND p.tenant_id = l.tenant_id AND p.person_id = l.person_id AND p.entry_on = l.entry_on AND p.left_on = l.left_on;

-- The earlier period stays in leaving; the password of then counts no longer.
-- name: Reenter :exec
UPDATE person SET entry_on = sqlc.arg(entry_on), left_on = NULL, password_hash = NULL
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- name: LeavingsOf :many
SELECT l.entry_on, l.left_on, l.reason, l.recorded_at, l.closed_at, coalesce(c.name, '')::text AS closed_name
FROM leaving l LEFT JOIN person c ON c.tenant_id = l.tenant_id AND c.person_id = l.closed_by
WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.person_id = sqlc.arg(person_id)
ORDER BY l.entry_on DESC LIMIT 100;

-- name: ClosedLeavings :many
SELECT l.person_id FROM leaving l JOIN person p ON p.tenant_id = l.tenant_id AND p.person_id = l.person_id AND p.entry_on = l.entry_on
WHERE l.tenant_id = sqlc.arg(tenant_id) AND l.person_id = ANY(sqlc.arg(people)::uuid[]) AND l.closed_at IS NOT NULL;

-- name: InsertAbsence :exec
INSERT INTO absence (tenant_id, absence_id, person_id, from_on, to_on, kind, reason, recorded_by, recorded_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(absence_id), sqlc.arg(person_id), sqlc.arg(from_on), sqlc.narg(to_on), sqlc.arg(kind), sqlc.arg(reason), sqlc.arg(recorded_by), sqlc.arg(now));

-- name: AbsencesOf :many
SELECT absence_id, person_id, from_on, to_on, kind, reason FROM absence
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id)
ORDER BY from_on DESC, absence_id DESC LIMIT 200;

-- Of today and to come.
-- name: AbsencesOn :many
SELECT absence_id, person_id, from_on, to_on, kind, reason FROM absence
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = ANY(sqlc.arg(people)::uuid[]) AND (to_on IS NULL OR to_on > sqlc.arg(today)::date)
ORDER BY from_on DESC, absence_id DESC;

-- name: PersonOfAbsence :one
SELECT person_id FROM absence WHERE tenant_id = sqlc.arg(tenant_id) AND absence_id = sqlc.arg(absence_id);

-- name: EndAbsence :exec
-- What the end was until now stays known (RUL-03).
WITH was AS (
  INSERT INTO absence_was (tenant_id, absence_id, until, to_on)
  SELECT x.tenant_id, x.absence_id, sqlc.arg(now)::timestamptz, x.to_on FROM absence x WHERE x.tenant_id = sqlc.arg(tenant_id) AND x.absence_id = sqlc.arg(absence_id)
  ON CONFLICT DO NOTHING
)
UPDATE absence a SET to_on = sqlc.arg(to_on)::date, ended_at = sqlc.arg(now)::timestamptz WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.absence_id = sqlc.arg(absence_id);
