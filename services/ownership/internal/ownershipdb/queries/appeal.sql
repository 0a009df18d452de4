-- Appeals against losses (LIF-11).

-- name: Appealed :one
-- Whether a loss of a guest is being appealed: nothing is approved meanwhile
-- (LIF-14).
SELECT EXISTS (SELECT FROM appeal WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state = 'open') AS appealed;

-- name: DropAppeals :exec
-- What was said about guests who are erased goes with them.
DELETE FROM appeal WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(files)::uuid[]);

-- name: LossesOf :many
-- The ties that decisions ended for a person since a day, the newest first, with
-- their appeals.
SELECT t.tie_id, t.file_id, f.store_id, t.referrer_id, t.start_on, t.former_on, t.origin, d.decision_id, d.rule, d.effective_on, d.created_at,
  x.appeal_id, coalesce(x.state, '')::text AS appeal_state, f.owner_id, f.state AS file_state,
  EXISTS (SELECT FROM appeal o WHERE o.tenant_id = t.tenant_id AND o.file_id = t.file_id AND o.state = 'open') AS open
FROM tie t
JOIN decision d ON d.tenant_id = t.tenant_id AND d.decision_id = t.decision_id
JOIN customer_pub.file f ON f.tenant_id = t.tenant_id AND f.file_id = t.file_id
LEFT JOIN appeal x ON x.tenant_id = t.tenant_id AND x.decision_id = d.decision_id
WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.referrer_id = sqlc.arg(referrer_id) AND t.end_on >= sqlc.arg(since)::date AND d.decision_id < sqlc.arg(before)
ORDER BY d.decision_id DESC
LIMIT sqlc.arg(at_most);

-- name: Loss :one
-- One of them, whatever its day.
SELECT t.tie_id, t.file_id, f.store_id, t.referrer_id, t.start_on, t.former_on, t.origin, d.decision_id, d.rule, d.effective_on, d.created_at,
  x.appeal_id, coalesce(x.state, '')::text AS appeal_state, f.owner_id, f.state AS file_state,
  EXISTS (SELECT FROM appeal o WHERE o.tenant_id = t.tenant_id AND o.file_id = t.file_id AND o.state = 'open') AS open
FROM decision d
JOIN tie t ON t.tenant_id = d.tenant_id AND t.file_id = d.file_id AND t.decision_id = d.decision_id
JOIN customer_pub.file f ON f.tenant_id = t.tenant_id AND f.file_id = t.file_id
LEFT JOIN appeal x ON x.tenant_id = t.tenant_id AND x.decision_id = d.decision_id
WHERE d.tenant_id = sqlc.arg(tenant_id) AND d.decision_id = sqlc.arg(decision_id) AND t.referrer_id = sqlc.arg(referrer_id);

-- name: InsertAppeal :exec
INSERT INTO appeal (tenant_id, appeal_id, file_id, store_id, person_id, decision_id, tie_id, state, raised_on, due_on, visits, texts_box, raised_at)
VALUES (sqlc.arg(tenant_id), sqlc.arg(appeal_id), sqlc.arg(file_id), sqlc.arg(store_id), sqlc.arg(person_id), sqlc.arg(decision_id), sqlc.arg(tie_id), 'open',
  sqlc.arg(raised_on), sqlc.arg(due_on), sqlc.arg(visits), sqlc.arg(texts_box), sqlc.arg(now));

-- name: EndAppeal :execrows
-- Of many who end it at once one does.
UPDATE appeal SET state = sqlc.arg(state), texts_box = sqlc.arg(texts_box), ended_at = sqlc.arg(now)::timestamptz, decided_by = sqlc.narg(decided_by), decided_for = sqlc.narg(decided_for)
WHERE tenant_id = sqlc.arg(tenant_id) AND appeal_id = sqlc.arg(appeal_id) AND state = 'open';

-- name: LockAppeal :one
SELECT * FROM appeal WHERE tenant_id = sqlc.arg(tenant_id) AND appeal_id = sqlc.arg(appeal_id) FOR UPDATE;

-- name: Appeal :one
SELECT sqlc.embed(a), f.name AS guest_name, p.name AS person_name, f.owner_id, coalesce(w.name, '')::text AS owner_name, coalesce(b.name, '')::text AS decided_name,
  coalesce(h.name, '')::text AS holder_name, coalesce(o.person_id, '00000000-0000-0000-0000-000000000000')::uuid AS offered_to
FROM appeal a
JOIN customer_pub.file f ON f.tenant_id = a.tenant_id AND f.file_id = a.file_id
JOIN staff_pub.person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
LEFT JOIN staff_pub.person w ON w.tenant_id = a.tenant_id AND w.person_id = f.owner_id
LEFT JOIN staff_pub.person b ON b.tenant_id = a.tenant_id AND b.person_id = a.decided_by
LEFT JOIN staff_pub.person h ON h.tenant_id = a.tenant_id AND h.person_id = a.decided_for
LEFT JOIN offer o ON o.tenant_id = a.tenant_id AND o.file_id = a.file_id AND o.state IN ('pending', 'confirmed')
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.appeal_id = sqlc.arg(appeal_id);

-- name: AppealsPage :many
-- Those of some stores, and in others a person's own: the open ones, or those that
-- ended, the newest first.
SELECT sqlc.embed(a), f.name AS guest_name, p.name AS person_name, f.owner_id, coalesce(w.name, '')::text AS owner_name, coalesce(b.name, '')::text AS decided_name,
  coalesce(h.name, '')::text AS holder_name, coalesce(o.person_id, '00000000-0000-0000-0000-000000000000')::uuid AS offered_to
FROM appeal a
JOIN customer_pub.file f ON f.tenant_id = a.tenant_id AND f.file_id = a.file_id
JOIN staff_pub.person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
LEFT JOIN staff_pub.person w ON w.tenant_id = a.tenant_id AND w.person_id = f.owner_id
LEFT JOIN staff_pub.person b ON b.tenant_id = a.tenant_id AND b.person_id = a.decided_by
LEFT JOIN staff_pub.person h ON h.tenant_id = a.tenant_id AND h.person_id = a.decided_for
LEFT JOIN offer o ON o.tenant_id = a.tenant_id AND o.file_id = a.file_id AND o.state IN ('pending', 'confirmed')
WHERE a.tenant_id = sqlc.arg(tenant_id) AND (a.store_id = ANY(sqlc.arg(store_ids)::uuid[]) OR a.store_id = ANY(sqlc.arg(own_ids)::uuid[]) AND a.person_id = sqlc.arg(me))
  AND (a.state = 'open') = sqlc.arg(open)::bool AND a.appeal_id < sqlc.arg(before)
ORDER BY a.appeal_id DESC
LIMIT sqlc.arg(at_most);

-- name: AppealsOfFile :many
SELECT a.appeal_id, a.person_id, a.raised_at, a.raised_on, p.name FROM appeal a
JOIN staff_pub.person p ON p.tenant_id = a.tenant_id AND p.person_id = a.person_id
WHERE a.tenant_id = sqlc.arg(tenant_id) AND a.file_id = sqlc.arg(file_id)
ORDER BY a.appeal_id DESC;

-- name: GuestVisits :many
-- The counted visits of a guest in some days, each with whose credit it is.
SELECT v.business_date, v.meal_period, v.credited_to, coalesce(p.name, '')::text AS name FROM visit_pub.fact v
LEFT JOIN staff_pub.person p ON p.tenant_id = v.tenant_id AND p.person_id = v.credited_to
WHERE v.tenant_id = sqlc.arg(tenant_id) AND v.file_id = sqlc.arg(file_id) AND v.business_date BETWEEN sqlc.arg(first_on)::date AND sqlc.arg(last_on)::date
ORDER BY v.business_date DESC, v.meal_period DESC
LIMIT 200;

-- name: GuestBookings :many
-- The bookings by a guest's number likewise, each with who made it and whether its
-- notice was sent.
SELECT b.business_date, b.meal_period, b.booker_id, p.name, b.state, b.noticed::bool AS noticed FROM customer_pub.file f
JOIN visit_pub.booking b ON b.tenant_id = f.tenant_id AND b.store_id = f.store_id AND b.number_key = f.number_key
JOIN staff_pub.person p ON p.tenant_id = b.tenant_id AND p.person_id = b.booker_id
WHERE f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = sqlc.arg(file_id) AND b.tenant_id = sqlc.arg(tenant_id) AND b.business_date BETWEEN sqlc.arg(first_on)::date AND sqlc.arg(last_on)::date
ORDER BY b.business_date DESC, b.meal_period DESC
LIMIT 200;

-- name: LastEnd :one
-- The first day on which nobody owned a file after its last tie.
SELECT max(t.end_on)::date AS last_end FROM tie t WHERE t.tenant_id = sqlc.arg(tenant_id) AND t.file_id = sqlc.arg(file_id);

-- name: EndOpenOffer :many
-- The open offer of a file ends, with the revision it may have.
UPDATE offer SET state = 'gave_way', ended_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state IN ('pending', 'confirmed')
RETURNING revision_id, person_id;
