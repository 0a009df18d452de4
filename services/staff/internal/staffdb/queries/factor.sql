-- name: SecondFactor :one
SELECT due_at, pending_box, secret_box, confirmed_at, last_step FROM second_factor
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- Who works for the whole chain is asked for a second factor from his first
-- login on; the day stays, however often he comes.
-- name: AskForFactor :exec
INSERT INTO second_factor (tenant_id, person_id, due_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(person_id), sqlc.arg(now)::timestamptz + make_interval(hours => 24 * coalesce((SELECT l.grace_days FROM login_policy l WHERE l.tenant_id = sqlc.arg(tenant_id)), sqlc.arg(grace_days)::int))
WHERE coalesce((SELECT l.office_needs_factor FROM login_policy l WHERE l.tenant_id = sqlc.arg(tenant_id)), true)
  AND EXISTS (SELECT FROM assignment a WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.person_id = sqlc.arg(person_id) AND a.tenant_wide
    AND a.from_on <= sqlc.arg(today)::date AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date))
ON CONFLICT (tenant_id, person_id) DO UPDATE SET due_at = excluded.due_at WHERE second_factor.due_at IS NULL AND second_factor.confirmed_at IS NULL;

-- name: PutPendingFactor :exec
INSERT INTO second_factor (tenant_id, person_id, pending_box) VALUES (sqlc.arg(tenant_id), sqlc.arg(person_id), sqlc.arg(pending_box)::bytea)
ON CONFLICT (tenant_id, person_id) DO UPDATE SET pending_box = excluded.pending_box;

-- The secret that was shown comes into force, with the code that proved it used
-- up. None: another was begun meanwhile.
-- name: ConfirmFactor :execrows
UPDATE second_factor SET secret_box = pending_box, pending_box = NULL, confirmed_at = sqlc.arg(now)::timestamptz, last_step = sqlc.arg(step)
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND pending_box = sqlc.arg(pending_box)::bytea;

-- A code counts once: of two requests with the same one, one finds a later step.
-- name: UseStep :execrows
UPDATE second_factor SET last_step = sqlc.arg(step)
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND confirmed_at IS NOT NULL AND last_step < sqlc.arg(step);

-- name: DropFactor :execrows
UPDATE second_factor SET secret_box = NULL, confirmed_at = NULL, pending_box = NULL, last_step = 0, due_at = sqlc.narg(due_at)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND confirmed_at IS NOT NULL;

-- name: DropRecoveryCodes :exec
DELETE FROM recovery_code WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- name: InsertRecoveryCodes :exec
INSERT INTO recovery_code (tenant_id, person_id, code_hash) SELECT sqlc.arg(tenant_id), sqlc.arg(person_id), unnest(sqlc.arg(hashes)::bytea[]);

-- name: UseRecoveryCode :execrows
UPDATE recovery_code SET used_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND code_hash = sqlc.arg(code_hash) AND used_at IS NULL;

-- name: RecoveryCodesLeft :one
SELECT count(*) FROM recovery_code WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id) AND used_at IS NULL;

-- name: InsertHalfSession :exec
INSERT INTO half_session (tenant_id, token_hash, person_id, device_hash, expires_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(token_hash), sqlc.arg(person_id), sqlc.arg(device_hash), sqlc.arg(expires_at));

-- name: HalfSession :one
SELECT person_id FROM half_session
WHERE tenant_id = sqlc.arg(tenant_id) AND token_hash = sqlc.arg(token_hash) AND device_hash = sqlc.arg(device_hash) AND expires_at > sqlc.arg(now)::timestamptz;

-- name: DropHalfSession :execrows
DELETE FROM half_session WHERE tenant_id = sqlc.arg(tenant_id) AND token_hash = sqlc.arg(token_hash);

-- name: DropOldHalfSessions :exec
DELETE FROM half_session WHERE tenant_id = sqlc.arg(tenant_id) AND expires_at < sqlc.arg(now)::timestamptz;

-- Whether a person of the chain works there today, and on a known device: what a
-- login by other ways than the password needs to know.
-- name: PersonForLogin :one
SELECT p.person_id, EXISTS (SELECT FROM known_device k WHERE k.tenant_id = p.tenant_id AND k.person_id = p.person_id AND k.device_hash = sqlc.arg(device_hash) AND k.seen_at > sqlc.arg(trusted_since))::boolean AS known
FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = sqlc.arg(person_id) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date);

-- name: LoginPolicy :one
SELECT office_needs_factor, grace_days FROM login_policy WHERE tenant_id = sqlc.arg(tenant_id);

-- name: PutLoginPolicy :exec
INSERT INTO login_policy (tenant_id, office_needs_factor, grace_days) VALUES (sqlc.arg(tenant_id), sqlc.arg(office_needs_factor), sqlc.arg(grace_days))
ON CONFLICT (tenant_id) DO UPDATE SET office_needs_factor = excluded.office_needs_factor, grace_days = excluded.grace_days;
