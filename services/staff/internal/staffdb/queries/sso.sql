-- name: SSOProvider :one
SELECT issuer, client_id, secret_box, claim, match, domain, enabled FROM sso_provider WHERE tenant_id = sqlc.arg(tenant_id);

-- name: PutSSOProvider :exec
INSERT INTO sso_provider (tenant_id, issuer, client_id, secret_box, claim, match, domain, enabled)
VALUES (sqlc.arg(tenant_id), sqlc.arg(issuer), sqlc.arg(client_id), sqlc.narg(secret_box), sqlc.arg(claim), sqlc.arg(match), sqlc.arg(domain), sqlc.arg(enabled))
ON CONFLICT (tenant_id) DO UPDATE SET issuer = excluded.issuer, client_id = excluded.client_id, secret_box = excluded.secret_box, claim = excluded.claim,
  match = excluded.match, domain = excluded.domain, enabled = excluded.enabled;

-- name: SSOLink :one
SELECT person_id FROM sso_link WHERE tenant_id = sqlc.arg(tenant_id) AND issuer = sqlc.arg(issuer) AND subject = sqlc.arg(subject);

-- name: InsertSSOLink :exec
INSERT INTO sso_link (tenant_id, issuer, subject, person_id, linked_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(issuer), sqlc.arg(subject), sqlc.arg(person_id), sqlc.arg(now));

-- name: HasSSOLink :one
SELECT EXISTS (SELECT FROM sso_link WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id))::boolean;

-- name: DropSSOLinks :execrows
DELETE FROM sso_link WHERE tenant_id = sqlc.arg(tenant_id) AND person_id = sqlc.arg(person_id);

-- Who may be meant by a claim: whoever works in the chain today and holds a post.
-- name: PeopleForSSO :many
SELECT p.person_id FROM person p
WHERE p.tenant_id = sqlc.arg(tenant_id) AND (p.staff_no = sqlc.arg(staff_no) OR p.number_key = sqlc.arg(number_key)
    OR p.person_id = (SELECT e.person_id FROM person_email e WHERE e.tenant_id = sqlc.arg(tenant_id) AND e.email_key = sqlc.arg(email_key))) AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
  AND EXISTS (SELECT FROM assignment a WHERE a.tenant_id = p.tenant_id AND a.person_id = p.person_id
    AND a.from_on <= sqlc.arg(today)::date AND (a.to_on IS NULL OR a.to_on > sqlc.arg(today)::date))
LIMIT 2;
