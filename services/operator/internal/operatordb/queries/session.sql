-- name: InsertSession :exec
INSERT INTO operator.session (session_id, account_id, token_hash, created_at, seen_at, proven_at, expires_at)
VALUES (sqlc.arg(session_id), sqlc.arg(account_id), sqlc.arg(token_hash), sqlc.arg(now), sqlc.arg(now), sqlc.arg(now), sqlc.arg(expires_at));

-- name: SessionByToken :one
SELECT s.session_id, s.account_id, a.login, a.name, s.seen_at, s.proven_at, s.expires_at, s.revoked_at, a.disabled_at
FROM operator.session s JOIN operator.account a USING (account_id) WHERE s.token_hash = sqlc.arg(token_hash);

-- Whose code it has to be, and what his tries on this device are counted by.
-- name: AccountToProve :one
SELECT a.totp_box, EXISTS (SELECT FROM operator.known_device d WHERE d.account_id = a.account_id AND d.device_hash = sqlc.arg(device_hash) AND d.seen_at > sqlc.arg(trusted_since))::boolean AS known
FROM operator.account a WHERE a.account_id = sqlc.arg(account_id);

-- name: ProveSession :exec
UPDATE operator.session SET proven_at = sqlc.arg(now) WHERE session_id = sqlc.arg(session_id);

-- name: TouchSession :exec
UPDATE operator.session SET seen_at = sqlc.arg(now) WHERE session_id = sqlc.arg(session_id);

-- name: EndSession :exec
UPDATE operator.session SET revoked_at = sqlc.arg(now)::timestamptz WHERE session_id = sqlc.arg(session_id) AND revoked_at IS NULL;

-- name: EndSessionsOf :exec
UPDATE operator.session SET revoked_at = sqlc.arg(now)::timestamptz WHERE account_id = sqlc.arg(account_id) AND revoked_at IS NULL;

-- name: DropOldSessions :exec
DELETE FROM operator.session WHERE account_id = sqlc.arg(account_id) AND expires_at < sqlc.arg(now)::timestamptz;

-- name: KnowDevice :exec
INSERT INTO operator.known_device (account_id, device_hash, seen_at) VALUES (sqlc.arg(account_id), sqlc.arg(device_hash), sqlc.arg(now))
ON CONFLICT (account_id, device_hash) DO UPDATE SET seen_at = excluded.seen_at;

-- Inserting locks the bucket, so that a hundred tries at once are a hundred.
-- name: LockTries :one
INSERT INTO operator.login_failure (bucket, failed_at, failures) VALUES (sqlc.arg(bucket), sqlc.arg(now), 0)
ON CONFLICT (bucket) DO UPDATE SET failures = operator.login_failure.failures
RETURNING failures, failed_at;

-- name: ChargeTries :exec
UPDATE operator.login_failure SET failures = sqlc.arg(failures), failed_at = sqlc.arg(failed_at) WHERE bucket = sqlc.arg(bucket);

-- name: ClearTries :exec
DELETE FROM operator.login_failure WHERE bucket = sqlc.arg(bucket);

-- name: DropOldTries :exec
DELETE FROM operator.login_failure WHERE failed_at < sqlc.arg(before)::timestamptz;
