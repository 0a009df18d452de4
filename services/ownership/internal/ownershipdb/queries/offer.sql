-- Offers of public guests (LIF-07, LIF-09, LIF-12, LIF-14).

-- name: InsertOffers :execrows
-- The lists are unnested side by side; a zero decision or maker is none. Fewer rows than
-- ids: a guest is somebody's or has no file any more.
INSERT INTO offer (tenant_id, offer_id, file_id, store_id, person_id, kind, state, offered_on, lapses_on, decision_id, made_by, created_at)
SELECT sqlc.arg(tenant_id), o.offer_id, o.file_id, o.store_id, o.person_id, sqlc.arg(kind), 'pending', o.offered_on, o.lapses_on,
  nullif(o.decision_id, '00000000-0000-0000-0000-000000000000'), sqlc.narg(made_by), sqlc.arg(now)
FROM (
  SELECT unnest(sqlc.arg(offer_ids)::uuid[]) AS offer_id, unnest(sqlc.arg(file_ids)::uuid[]) AS file_id, unnest(sqlc.arg(store_ids)::uuid[]) AS store_id,
    unnest(sqlc.arg(people)::uuid[]) AS person_id, unnest(sqlc.arg(offered_ons)::date[]) AS offered_on, unnest(sqlc.arg(lapses_ons)::date[]) AS lapses_on,
    unnest(sqlc.arg(decision_ids)::uuid[]) AS decision_id
) o
JOIN customer_pub.file f ON f.tenant_id = sqlc.arg(tenant_id) AND f.file_id = o.file_id AND f.owner_id IS NULL AND f.state NOT IN ('ended', 'deleted', 'merged');

-- name: EndOffers :execrows
-- Only those that stand as expected: fewer rows than ids says somebody was faster.
UPDATE offer SET state = sqlc.arg(state), ended_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND offer_id = ANY(sqlc.arg(offer_ids)::uuid[]) AND state = ANY(sqlc.arg(expected)::text[]);

-- name: ConfirmOffer :execrows
UPDATE offer SET state = 'confirmed', revision_id = sqlc.arg(revision_id)::uuid
WHERE tenant_id = sqlc.arg(tenant_id) AND offer_id = sqlc.arg(offer_id) AND state = 'pending';

-- name: Offer :one
SELECT * FROM offer WHERE tenant_id = sqlc.arg(tenant_id) AND offer_id = sqlc.arg(offer_id);

-- name: OpenOfferOfFile :one
-- The open offer of a file. It needs no lock: nobody makes one while the file is held
-- (HoldFiles), and whoever ends it does so from the state in which he read it.
SELECT * FROM offer WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND state IN ('pending', 'confirmed');

-- name: OpenOffersOf :many
-- What waits for a person, oldest first.
SELECT sqlc.embed(o), f.name AS guest_name, f.state AS file_state FROM offer o
JOIN customer_pub.file f ON f.tenant_id = o.tenant_id AND f.file_id = o.file_id
WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.person_id = sqlc.arg(person_id) AND o.state IN ('pending', 'confirmed') AND o.offer_id > sqlc.arg(after)
ORDER BY o.offer_id
LIMIT sqlc.arg(at_most);

-- name: OfferView :one
SELECT sqlc.embed(o), f.name AS guest_name, f.state AS file_state FROM offer o
JOIN customer_pub.file f ON f.tenant_id = o.tenant_id AND f.file_id = o.file_id
WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.offer_id = sqlc.arg(offer_id);

-- name: OffersToLapse :many
-- Open offers whose days are over, in the order of files, and whether the file
-- waits for its review; held until the transaction ends.
SELECT sqlc.embed(o), (f.state = 'submitted')::bool AS submitted FROM offer o
JOIN customer_pub.file f ON f.tenant_id = o.tenant_id AND f.file_id = o.file_id
WHERE o.tenant_id = sqlc.arg(tenant_id) AND o.state IN ('pending', 'confirmed') AND o.file_id > sqlc.arg(after_file) AND o.lapses_on <= sqlc.arg(day)::date
ORDER BY o.file_id
LIMIT sqlc.arg(at_most)
FOR UPDATE OF o;

-- name: OpenOffersMadeOn :many
-- Open offers of adoptions that were made on a day, in the order of files.
SELECT * FROM offer
WHERE tenant_id = sqlc.arg(tenant_id) AND state IN ('pending', 'confirmed') AND kind = 'adoption' AND offered_on = sqlc.arg(offered_on)::date
ORDER BY file_id;

-- name: HeldBy :many
-- The tie that holds, if there is one.
SELECT tie_id FROM tie WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = sqlc.arg(file_id) AND end_on IS NULL;

-- name: EndOffersOfFiles :exec
-- Of files that are owned, erased or ended now.
UPDATE offer SET state = 'gave_way', ended_at = sqlc.arg(now)::timestamptz
WHERE tenant_id = sqlc.arg(tenant_id) AND file_id = ANY(sqlc.arg(file_ids)::uuid[]) AND state = ANY(sqlc.arg(expected)::text[]) AND state IN ('pending', 'confirmed');

-- name: PutOff :exec
UPDATE offer SET lapses_on = sqlc.arg(lapses_on) WHERE tenant_id = sqlc.arg(tenant_id) AND offer_id = sqlc.arg(offer_id) AND state IN ('pending', 'confirmed');
