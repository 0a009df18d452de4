-- A month's scores at their barest: what is counted, in one statement, with the
-- targets of one post for everybody.
INSERT INTO score (tenant_id, month, person_id, state, store_id, position, ramp_month, rule_version,
  customers_target, customers, visits_target, visits, rooms_target, rooms, banquets_target, banquets, scored_at)
SELECT :chain, :first, p.person_id, 'provisional', p.store_ids[1], p.position, 0, 1, 2000, coalesce(c.n, 0), 4000, coalesce(v.n, 0), NULL, coalesce(b.rooms, 0), 200, coalesce(b.banquets, 0), now()
FROM assignment p
LEFT JOIN (
  SELECT v.credited_to, count(*) AS n FROM guest_number g JOIN visit v USING (tenant_id, store_id, number_key)
  WHERE v.tenant_id = :chain AND v.business_date >= :first AND v.business_date < :next AND v.business_date >= g.approved_on AND v.business_date < g.until AND v.credited_to IS NOT NULL
  GROUP BY 1
) v ON v.credited_to = p.person_id
LEFT JOIN (
  SELECT referrer_id, count(*) AS n FROM tie WHERE tenant_id = :chain AND start_on < :next AND (end_on IS NULL OR end_on >= :next) GROUP BY 1
) c ON c.referrer_id = p.person_id
LEFT JOIN (
  SELECT booker_id, count(*) FILTER (WHERE kind = 'room') AS rooms, count(*) FILTER (WHERE kind = 'banquet') AS banquets FROM booking
  WHERE tenant_id = :chain AND kind <> 'hall' AND state = 'finished' AND notice_at IS NOT NULL AND business_date >= :first AND business_date < :next GROUP BY 1
) b ON b.booker_id = p.person_id
WHERE p.tenant_id = :chain AND p.to_on IS NULL;
