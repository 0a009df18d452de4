-- name: RuleSets :many
SELECT version, effective_on, fields, stores, published_by, published_at, note, withdraws FROM rule_set
WHERE tenant_id = sqlc.arg(tenant_id)
ORDER BY version DESC;

-- name: InsertRuleSet :exec
INSERT INTO rule_set (tenant_id, version, effective_on, fields, stores, published_by, published_at, note, withdraws)
VALUES (sqlc.arg(tenant_id), sqlc.arg(version), sqlc.arg(effective_on), sqlc.arg(fields), sqlc.arg(stores), sqlc.narg(published_by), sqlc.arg(published_at),
  sqlc.arg(note), sqlc.narg(withdraws));
