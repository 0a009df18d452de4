-- The look-up of every request of a person. It runs behind the entry by token
-- in one batch, so the tenant is the one that entry found. The tenant's version
-- of roles and the posts of today come along: no second round trip.
-- name: SessionByToken :many
SELECT s.tenant_id, s.session_id, s.person_id, p.name, t.policy_version, s.created_at, s.seen_at, s.proven_at, s.expires_at, s.revoked_at, p.left_on,
  coalesce(s.way <> 'sso' AND coalesce(l.office_needs_factor, true) AND f.confirmed_at IS NULL AND f.due_at <= sqlc.arg(now)::timestamptz, false)::boolean AS factor_due,
  ((sqlc.arg(now)::timestamptz AT TIME ZONE t.zone - interval '4 hours')::date + CASE WHEN t.sandbox THEN days_ahead(t.tenant_id) ELSE 0 END)::date AS today,
  a.assignment_id, a.role, a.position, a.tenant_wide, a.store_ids
FROM session s
JOIN tenant t ON t.tenant_id = s.tenant_id
JOIN person p ON p.tenant_id = s.tenant_id AND p.person_id = s.person_id
LEFT JOIN second_factor f ON f.tenant_id = s.tenant_id AND f.person_id = s.person_id
LEFT JOIN login_policy l ON l.tenant_id = s.tenant_id
LEFT JOIN assignment a ON a.tenant_id = s.tenant_id AND a.person_id = s.person_id
  AND a.from_on <= ((sqlc.arg(now)::timestamptz AT TIME ZONE t.zone - interval '4 hours')::date + CASE WHEN t.sandbox THEN days_ahead(t.tenant_id) ELSE 0 END)::date
  AND (a.to_on IS NULL OR a.to_on > ((sqlc.arg(now)::timestamptz AT TIME ZONE t.zone - interval '4 hours')::date + CASE WHEN t.sandbox THEN days_ahead(t.tenant_id) ELSE 0 END)::date)
WHERE s.tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid AND s.token_hash = sqlc.arg(token_hash)
ORDER BY a.assignment_id;

-- name: InsertSession :exec
INSERT INTO session (tenant_id, session_id, token_hash, person_id, device_hash, device, address, way, created_at, seen_at, proven_at, expires_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(session_id), sqlc.arg(token_hash), sqlc.arg(person_id), sqlc.arg(device_hash), sqlc.arg(device), sqlc.arg(address), sqlc.arg(way),
  sqlc.arg(now), sqlc.arg(now), sqlc.arg(now), sqlc.arg(expires_at));

-- name: TouchSession :exec
UPDATE session SET seen_at = sqlc.arg(now) WHERE tenant_id = sqlc.arg(tenant_id) AND session_id = sqlc.arg(session_id);

-- The session goes on under a new token; the old one serves out its overlap. Of
-- requests that come at once only one finds the old end unchanged.
-- name: ReplaceToken :execrows
WITH old AS (
  UPDATE session s SET expires_at = sqlc.arg(overlap_end)
  WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.session_id = sqlc.arg(session_id) AND s.revoked_at IS NULL AND s.expires_at = sqlc.arg(expires_at)
  RETURNING s.person_id, s.device_hash, s.device, s.address, s.way, s.proven_at
)
INSERT INTO session (tenant_id, session_id, token_hash, person_id, device_hash, device, address, way, created_at, seen_at, proven_at, expires_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(new_id), sqlc.arg(token_hash), old.person_id, old.device_hash, old.device, old.address, old.way, sqlc.arg(now), sqlc.arg(now), old.proven_at, sqlc.arg(expires_at)
FROM old;

-- By device, so that a token in its overlap ends with the one that replaced it.
-- name: EndSession :exec
UPDATE session s SET revoked_at = sqlc.arg(now)::timestamptz
FROM session this
WHERE s.tenant_id = sqlc.arg(tenant_id) AND this.tenant_id = s.tenant_id AND this.session_id = sqlc.arg(session_id)
  AND s.person_id = this.person_id AND s.device_hash = this.device_hash AND s.revoked_at IS NULL;

-- name: EndSessionsOf :exec
UPDATE session SET revoked_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND revoked_at IS NULL;

-- name: DropOldSessions :exec
DELETE FROM session WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND expires_at < sqlc.arg(before);

-- What a proof is compared with: the person's password, or his second factor if
-- he has one; and where his tries are counted: by the session's device.
-- name: SessionProof :one
SELECT s.device_hash, s.way, p.password_hash, f.secret_box FROM session s JOIN person p ON p.tenant_id = s.tenant_id AND p.person_id = s.person_id
LEFT JOIN second_factor f ON f.tenant_id = s.tenant_id AND f.person_id = s.person_id
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.session_id = sqlc.arg(session_id);

-- By device, so that a token in its overlap is proven with the one that replaced it.
-- name: ProveSession :exec
UPDATE session s SET proven_at = sqlc.arg(now)
FROM session this
WHERE s.tenant_id = sqlc.arg(tenant_id) AND this.tenant_id = s.tenant_id AND this.session_id = sqlc.arg(session_id)
  AND s.person_id = this.person_id AND s.device_hash = this.device_hash AND s.revoked_at IS NULL;

-- One line for each device that is signed in, with its newest token.
-- name: LiveSessions :many
SELECT DISTINCT ON (s.device_hash) s.session_id, s.device_hash, s.device, s.address, s.way, s.seen_at, coalesce(k.known_at, s.created_at)::timestamptz AS known_at
FROM session s LEFT JOIN known_device k ON k.tenant_id = s.tenant_id AND k.person_id = s.person_id AND k.device_hash = s.device_hash
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.person_id = sqlc.arg(person_id) AND s.revoked_at IS NULL
  AND s.expires_at > sqlc.arg(now)::timestamptz AND s.seen_at > sqlc.arg(idle_since)::timestamptz
ORDER BY s.device_hash, s.created_at DESC;

-- Ends a person's session with every token of its device, which is a stranger's
-- from then on: what was lost may be in other hands.
-- name: EndSessionOf :execrows
WITH this AS (
  SELECT t.device_hash FROM session t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.person_id = sqlc.arg(person_id) AND t.session_id = sqlc.arg(session_id)
), forgotten AS (
  DELETE FROM known_device k USING this WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.person_id = sqlc.arg(person_id) AND k.device_hash = this.device_hash
)
UPDATE session s SET revoked_at = sqlc.arg(now)::timestamptz FROM this
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.person_id = sqlc.arg(person_id) AND s.device_hash = this.device_hash AND s.revoked_at IS NULL;

-- Ends all of a person's sessions but those on the device of one.
-- name: EndOtherSessions :exec
WITH this AS (
  SELECT t.device_hash FROM session t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.person_id = sqlc.arg(person_id) AND t.session_id = sqlc.arg(session_id)
), forgotten AS (
  DELETE FROM known_device k USING this WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.person_id = sqlc.arg(person_id) AND k.device_hash <> this.device_hash
)
UPDATE session s SET revoked_at = sqlc.arg(now)::timestamptz FROM this
WHERE s.tenant_id = sqlc.arg(tenant_id) AND s.person_id = sqlc.arg(person_id) AND s.device_hash <> this.device_hash AND s.revoked_at IS NULL;

-- Devices that came in and that the person has not been asked about yet, but for
-- the one he asks from.
-- name: NewDevices :many
SELECT k.device, k.address, k.known_at FROM known_device k
WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.person_id = sqlc.arg(person_id) AND k.told_at IS NULL
  AND k.device_hash <> (SELECT t.device_hash FROM session t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.session_id = sqlc.arg(session_id))
ORDER BY k.known_at DESC LIMIT 5;

-- name: TellDevices :exec
UPDATE known_device k SET told_at = sqlc.arg(now)::timestamptz
WHERE k.tenant_id = sqlc.arg(tenant_id) AND k.person_id = sqlc.arg(person_id) AND k.told_at IS NULL
  AND k.device_hash <> (SELECT t.device_hash FROM session t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.session_id = sqlc.arg(session_id));
