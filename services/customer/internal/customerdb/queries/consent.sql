-- What guests agreed to (CUS-11).

-- name: InsertConsent :exec
INSERT INTO consent (tenant_id, consent_id, file_id, purpose, given, text_version, how, recorded_by, recorded_for, at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(consent_id), sqlc.arg(file_id), sqlc.arg(purpose), sqlc.arg(given),
  coalesce((SELECT max(t.version) FROM consent_text t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.purpose = sqlc.arg(purpose)), 0),
  sqlc.arg(how), sqlc.narg(recorded_by), sqlc.narg(recorded_for), sqlc.arg(now));

-- name: LockState :one
-- Keeps two lines about one guest in one order.
SELECT state FROM guest WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) FOR UPDATE;

-- What a guest said on a file that became part of another is said there: his
-- newest word holds, on whichever file.

-- name: ConsentStanding :many
WITH RECURSIVE part AS (
  SELECT g.file_id FROM guest g WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id)
  UNION
  SELECT m.file_id FROM part p JOIN guest m ON m.tenant_id = sqlc.arg(tenant_id) AND m.merged_into = p.file_id
)
SELECT DISTINCT ON (c.purpose) c.purpose, c.given, c.text_version, c.how, c.recorded_by, c.recorded_for, c.at
FROM part p
JOIN consent c ON c.tenant_id = sqlc.arg(tenant_id) AND c.file_id = p.file_id
ORDER BY c.purpose, c.consent_id DESC;

-- name: ConsentOfNumber :many
-- The same of whoever has a number in a store.
WITH RECURSIVE part AS (
  SELECT n.file_id FROM file_number n
  WHERE n.tenant_id = sqlc.arg(tenant_id) AND n.store_id = sqlc.arg(store_id) AND n.number_key = sqlc.arg(number_key)
  UNION
  SELECT m.file_id FROM part p JOIN guest m ON m.tenant_id = sqlc.arg(tenant_id) AND m.merged_into = p.file_id
)
SELECT DISTINCT ON (c.purpose) c.purpose, c.given, c.text_version, c.how, c.recorded_by, c.recorded_for, c.at
FROM part p
JOIN consent c ON c.tenant_id = sqlc.arg(tenant_id) AND c.file_id = p.file_id
ORDER BY c.purpose, c.consent_id DESC;

-- name: Consents :many
WITH RECURSIVE part AS (
  SELECT g.file_id FROM guest g WHERE g.tenant_id = sqlc.arg(tenant_id) AND g.file_id = sqlc.arg(file_id)
  UNION
  SELECT m.file_id FROM part p JOIN guest m ON m.tenant_id = sqlc.arg(tenant_id) AND m.merged_into = p.file_id
)
SELECT c.purpose, c.given, c.text_version, c.how, c.recorded_by, c.recorded_for, c.at
FROM part p
JOIN consent c ON c.tenant_id = sqlc.arg(tenant_id) AND c.file_id = p.file_id
ORDER BY c.consent_id DESC LIMIT 100;

-- name: ConsentTexts :many
SELECT purpose, version, body, published_by, published_at FROM consent_text
WHERE tenant_id = sqlc.arg(tenant_id) ORDER BY purpose, version DESC;

-- name: InsertConsentText :execrows
-- Follows exactly the version that was read.
INSERT INTO consent_text (tenant_id, purpose, version, body, published_by, published_at)
SELECT sqlc.arg(tenant_id), sqlc.arg(purpose), sqlc.arg(after)::int + 1, sqlc.arg(body), sqlc.arg(published_by)::uuid, sqlc.arg(now)
WHERE sqlc.arg(after)::int = coalesce((SELECT max(t.version) FROM consent_text t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.purpose = sqlc.arg(purpose)), 0)
ON CONFLICT DO NOTHING;
