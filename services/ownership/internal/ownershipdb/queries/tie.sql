-- name: OpenTie :one
-- Who owns a file now, held until the transaction ends.
SELECT tie_id, referrer_id, start_on FROM tie
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND end_on IS NULL FOR UPDATE;

-- name: EndTie :execrows
UPDATE tie SET end_on = greatest(start_on, sqlc.arg(end_on)::date), decision_id = sqlc.arg(cause)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND tie_id = sqlc.arg(tie_id) AND end_on IS NULL;
