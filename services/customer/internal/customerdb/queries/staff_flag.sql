-- Marks the files whose numbers are an employee's (CUS-05). The numbers are
-- looked up store by store, along the key of file_number.
-- name: FlagStaffFiles :many
INSERT INTO file_staff_flag (tenant_id, file_id, person_id, flagged_at)
SELECT h.tenant_id, h.file_id, h.person_id, sqlc.arg(now)
FROM (
  SELECT n.tenant_id, n.file_id, p.person_id
  FROM unnest(sqlc.arg(people)::uuid[]) AS hired(person_id)
  JOIN staff_pub.person p ON p.tenant_id = sqlc.arg(tenant_id) AND p.person_id = hired.person_id
  CROSS JOIN tenant_pub.store s
  JOIN file_number n ON n.tenant_id = s.tenant_id AND n.store_id = s.store_id AND n.number_key = p.number_key
  WHERE s.tenant_id = sqlc.arg(tenant_id)
) h
ON CONFLICT (tenant_id, file_id, person_id) DO NOTHING
RETURNING file_id, (SELECT g.store_id FROM guest g WHERE g.tenant_id = file_staff_flag.tenant_id AND g.file_id = file_staff_flag.file_id)::uuid AS store_id;

-- Of flagged files the employee, while one of the guest's own numbers is his
-- and he is employed.
-- name: StaffFlags :many
SELECT f.file_id, p.name, p.staff_no, f.flagged_at
FROM file_staff_flag f
JOIN guest g ON g.tenant_id = f.tenant_id AND g.file_id = f.file_id
JOIN staff_pub.person p ON p.tenant_id = f.tenant_id AND p.person_id = f.person_id
JOIN file_number n ON n.tenant_id = g.tenant_id AND n.store_id = g.store_id AND n.number_key = p.number_key AND n.file_id = g.file_id
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = ANY(sqlc.arg(files)::uuid[])
  AND (p.left_on IS NULL OR p.left_on > sqlc.arg(today)::date)
ORDER BY f.flagged_at, f.person_id;
