-- name: OutcomeEvents :many
SELECT d.effective_on, d.rule, d.file_id, s.code AS store_code, f.number_key, l.staff_no AS from_no, w.staff_no AS to_no, d.evidence
FROM ownership_pub.decision d
JOIN customer_pub.file f USING (tenant_id, file_id)
JOIN tenant_pub.store s ON s.tenant_id = d.tenant_id AND s.store_id = d.store_id
LEFT JOIN staff_pub.person l ON l.tenant_id = d.tenant_id AND l.person_id = d.from_id
LEFT JOIN staff_pub.person w ON w.tenant_id = d.tenant_id AND w.person_id = d.to_id
WHERE d.tenant_id = @tenant_id;

-- name: OutcomeAdoptions :many
-- The ties that began with an adoption (LIF-08).
SELECT t.start_on, s.code AS store_code, f.number_key, w.staff_no AS to_no
FROM ownership_pub.tie t
JOIN customer_pub.file f USING (tenant_id, file_id)
JOIN tenant_pub.store s ON s.tenant_id = t.tenant_id AND s.store_id = t.store_id
JOIN staff_pub.person w ON w.tenant_id = t.tenant_id AND w.person_id = t.referrer_id
WHERE t.tenant_id = @tenant_id AND t.origin = 'adoption';

-- name: StaffNumbers :many
SELECT person_id, staff_no FROM staff_pub.person WHERE tenant_id = @tenant_id;

-- name: OutcomeFiles :many
-- With the owner at the end of a day.
SELECT f.file_id, f.store_id, s.code AS store_code, f.number_key, f.approved_on, o.staff_no AS owner_no, a.last_visit, a.visits
FROM customer_pub.file f
JOIN tenant_pub.store s USING (tenant_id, store_id)
LEFT JOIN ownership_pub.tie t ON t.tenant_id = f.tenant_id AND t.file_id = f.file_id AND t.start_on <= @day::date AND (t.end_on IS NULL OR t.end_on > @day::date)
LEFT JOIN staff_pub.person o ON o.tenant_id = f.tenant_id AND o.person_id = t.referrer_id
LEFT JOIN visit_pub.guest_activity a ON a.tenant_id = f.tenant_id AND a.file_id = f.file_id
WHERE f.tenant_id = @tenant_id AND f.approved_on IS NOT NULL;
