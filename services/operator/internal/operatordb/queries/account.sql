-- name: InsertAccount :exec
INSERT INTO operator.account (account_id, login, name, activation_hash, activation_expires_at, created_at)
VALUES (sqlc.arg(account_id), sqlc.arg(login), sqlc.arg(name), sqlc.arg(activation_hash), sqlc.arg(activation_expires_at), sqlc.arg(now));

-- name: Accounts :many
SELECT account_id, login, name, (password_hash IS NOT NULL)::bool AS activated, created_at, disabled_at FROM operator.account ORDER BY login;

-- An account begins anew: neither password nor authenticator count any more.
-- name: ResetAccount :one
UPDATE operator.account SET password_hash = NULL, totp_box = NULL, activation_hash = sqlc.arg(activation_hash),
  activation_expires_at = sqlc.arg(activation_expires_at), disabled_at = NULL
WHERE login = sqlc.arg(login)
RETURNING account_id;

-- name: DisableAccount :one
UPDATE operator.account SET disabled_at = sqlc.arg(now)::timestamptz, activation_hash = NULL, activation_expires_at = NULL
WHERE login = sqlc.arg(login) AND disabled_at IS NULL
RETURNING account_id;

-- name: ActivatingAccount :one
SELECT account_id, login, name, totp_box FROM operator.account
WHERE activation_hash = sqlc.arg(activation_hash) AND activation_expires_at > sqlc.arg(now)::timestamptz AND disabled_at IS NULL;

-- name: SetTOTP :execrows
UPDATE operator.account SET totp_box = sqlc.arg(totp_box)
WHERE account_id = sqlc.arg(account_id) AND activation_hash = sqlc.arg(activation_hash);

-- The one-time code is used up, and the authenticator's code with it.
-- name: Activate :execrows
UPDATE operator.account SET password_hash = sqlc.arg(password_hash)::text, totp_step = sqlc.arg(totp_step),
  activation_hash = NULL, activation_expires_at = NULL
WHERE account_id = sqlc.arg(account_id) AND activation_hash = sqlc.arg(activation_hash) AND totp_box = sqlc.arg(totp_box);

-- name: AccountForLogin :one
SELECT a.account_id, a.login, a.name, a.password_hash, a.totp_box,
  EXISTS (SELECT FROM operator.known_device d WHERE d.account_id = a.account_id AND d.device_hash = sqlc.arg(device_hash)
    AND d.seen_at > sqlc.arg(trusted_since)::timestamptz) AS known
FROM operator.account a WHERE a.login = sqlc.arg(login) AND a.disabled_at IS NULL;

-- A code counts once: of two that come at once with the same, one finds it used.
-- name: UseStep :execrows
UPDATE operator.account SET totp_step = sqlc.arg(totp_step)
WHERE account_id = sqlc.arg(account_id) AND totp_step < sqlc.arg(totp_step) AND disabled_at IS NULL;

-- name: AccountLive :one
SELECT EXISTS (SELECT FROM operator.account WHERE account_id = sqlc.arg(account_id) AND disabled_at IS NULL);

-- name: TOTPBoxes :many
SELECT account_id, totp_box FROM operator.account WHERE totp_box IS NOT NULL;

-- name: ReplaceTOTP :execrows
-- Only the one that was read: a new authenticator stays.
UPDATE operator.account SET totp_box = sqlc.arg(totp_box)
WHERE account_id = sqlc.arg(account_id) AND totp_box = sqlc.arg(was);
