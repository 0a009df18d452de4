-- name: BookingsOfNumber :many
SELECT store_id, business_date, meal_period, kind, state, guest_name, guests, note FROM booking
WHERE tenant_id = sqlc.arg(tenant_id) AND number_key = sqlc.arg(number_key)
ORDER BY business_date, meal_period, store_id LIMIT 10000;

-- name: VisitsOfNumber :many
SELECT v.store_id, v.business_date, v.meal_period, v.bills, v.amount_fen
FROM (SELECT unnest(sqlc.arg(stores)::uuid[]) AS store_id) s
JOIN visit v ON v.tenant_id = sqlc.arg(tenant_id) AND v.store_id = s.store_id AND v.number_key = sqlc.arg(number_key)
ORDER BY v.business_date, v.meal_period, v.store_id LIMIT 10000;
