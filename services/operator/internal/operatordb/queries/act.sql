-- name: InsertAct :exec
INSERT INTO operator.act (act_id, account_id, at, action, tenant_id, tenant_code, object_id)
VALUES (sqlc.arg(act_id), sqlc.arg(account_id), sqlc.arg(at), sqlc.arg(action), nullif(sqlc.arg(tenant_id)::uuid, '00000000-0000-0000-0000-000000000000'), sqlc.arg(tenant_code), sqlc.arg(object_id));

-- name: Acts :many
SELECT c.act_id, c.at, c.action, c.tenant_code, a.name FROM operator.act c JOIN operator.account a USING (account_id)
WHERE c.act_id < sqlc.arg(before)::uuid ORDER BY c.act_id DESC LIMIT sqlc.arg(page_size);

-- name: InsertOwnSupport :exec
INSERT INTO operator.support (access_id, account_id, tenant_id) VALUES (sqlc.arg(access_id), sqlc.arg(account_id), sqlc.arg(tenant_id));

-- name: OwnSupport :many
SELECT access_id, tenant_id FROM operator.support WHERE account_id = sqlc.arg(account_id) ORDER BY access_id DESC LIMIT 50;
