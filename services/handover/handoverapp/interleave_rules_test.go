package handoverapp_test

import (
	"maps"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// always is what no row of the chain may be, whatever happened, over all history.
var always = map[string]string{
	"two owners on one day": `SELECT a.file_id::text FROM tie a JOIN tie b ON a.tenant_id = b.tenant_id AND a.file_id = b.file_id AND a.tie_id < b.tie_id
		WHERE a.tenant_id = $1 AND daterange(greatest(a.start_on, a.resumed_on), a.end_on) && daterange(greatest(b.start_on, b.resumed_on), b.end_on)`,
	"nobody's, and no decision of that day made him so": `SELECT x.file_id::text FROM (
			SELECT t.*, lead(greatest(start_on, resumed_on)) OVER (PARTITION BY file_id ORDER BY greatest(start_on, resumed_on), end_on NULLS LAST, created_at, tie_id) AS next FROM tie t WHERE t.tenant_id = $1) x
		LEFT JOIN decision d ON d.tenant_id = x.tenant_id AND d.decision_id = x.decision_id
		WHERE x.end_on IS NOT NULL AND (x.next IS NULL OR x.next > x.end_on) AND (d.decision_id IS NULL OR d.to_id IS NOT NULL OR d.rule NOT IN ('LIF-03', 'LIF-04', 'LIF-05', 'RUL-09')
			OR d.file_id <> x.file_id OR d.from_id IS DISTINCT FROM x.referrer_id OR greatest(d.effective_on, x.start_on) <> x.end_on)
			AND NOT EXISTS (SELECT FROM guest g WHERE g.tenant_id = x.tenant_id AND g.file_id = x.file_id AND g.state = 'merged')`,
	"somebody's, and nothing gave him to him": `SELECT t.file_id::text FROM tie t WHERE t.tenant_id = $1 AND t.origin <> 'import'
		AND NOT EXISTS (SELECT FROM offer o WHERE o.tenant_id = t.tenant_id AND o.file_id = t.file_id AND o.person_id = t.referrer_id AND o.kind = t.origin AND o.state = 'done')
		AND NOT EXISTS (SELECT FROM decision d WHERE d.tenant_id = t.tenant_id AND d.file_id = t.file_id AND d.to_id = t.referrer_id
			AND (t.origin, d.rule) IN (('handover', 'HND-02'), ('handover', 'HND-08'), ('appeal', 'LIF-11'), ('correction', 'RUL-09'), ('merge', 'CUS-10')))`,
	"a rule took what was in handover": `SELECT t.file_id::text FROM tie t JOIN decision d ON d.tenant_id = t.tenant_id AND d.decision_id = t.decision_id JOIN tie_hold h ON h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id
		WHERE t.tenant_id = $1 AND d.rule IN ('LIF-03', 'LIF-04', 'LIF-05', 'RUL-09') AND d.to_id IS NULL AND h.from_on <= d.effective_on AND (h.to_on IS NULL OR h.to_on > d.effective_on)`,
	"decided twice": `SELECT file_id::text FROM decision WHERE tenant_id = $1 AND rule IN ('LIF-03', 'LIF-04', 'LIF-05', 'LIF-07', 'LIF-07-TIE', 'LIF-13') GROUP BY file_id, rule, effective_on HAVING count(*) > 1`,
	"somebody's, and offered to somebody": `SELECT o.file_id::text FROM offer o JOIN tie t ON t.tenant_id = o.tenant_id AND t.file_id = o.file_id AND t.end_on IS NULL
		WHERE o.tenant_id = $1 AND o.state IN ('pending', 'confirmed')`,
	"being checked, and offered to nobody": `SELECT r.file_id::text FROM file_revision r WHERE r.tenant_id = $1 AND r.cause = 'adoption' AND r.state <> 'approved'
		AND NOT EXISTS (SELECT FROM offer o WHERE o.tenant_id = r.tenant_id AND o.revision_id = r.revision_id AND o.state = 'confirmed')`,
	"passed on, and still the giver's": `SELECT f.file_id::text FROM handover c JOIN handover_file f USING (tenant_id, handover_id) JOIN tie t ON t.tenant_id = f.tenant_id AND t.tie_id = f.former_tie
		WHERE c.tenant_id = $1 AND c.confirmed_on IS NOT NULL AND t.end_on IS NULL`,
	"given back, and still the keeper's": `SELECT f.file_id::text FROM handover c JOIN handover_file f USING (tenant_id, handover_id) JOIN tie t ON t.tenant_id = f.tenant_id AND t.tie_id = f.tie_id
		WHERE c.tenant_id = $1 AND c.ended = 'given_back' AND t.end_on IS NULL`,
	"gone for good, and still somebody's referrer": `SELECT t.file_id::text FROM leaving l JOIN tie t ON t.tenant_id = l.tenant_id AND t.referrer_id = l.person_id AND t.end_on IS NULL
		WHERE l.tenant_id = $1 AND l.closed_at IS NOT NULL`,
	"nobody's from its first day on": `SELECT g.file_id::text FROM guest g WHERE g.tenant_id = $1 AND g.approved_on IS NOT NULL
		AND NOT EXISTS (SELECT FROM tie t WHERE t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.start_on = g.approved_on)`,
	"list row and tie differ": `SELECT g.file_id::text FROM guest g LEFT JOIN tie t ON t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.end_on IS NULL
		WHERE g.tenant_id = $1 AND (g.owner_id IS DISTINCT FROM t.referrer_id OR t.store_id <> g.store_id)`,
	"in another store than its number": `SELECT g.file_id::text FROM guest g JOIN file_number n ON n.tenant_id = g.tenant_id AND n.file_id = g.file_id
		JOIN guest_visits v ON v.tenant_id = g.tenant_id AND v.file_id = g.file_id WHERE g.tenant_id = $1 AND (n.store_id <> g.store_id OR v.store_id <> g.store_id)`,
	"held by nothing that is under way": `SELECT h.file_id::text FROM tie_hold h
		LEFT JOIN handover c ON c.tenant_id = h.tenant_id AND c.handover_id = h.hold_id AND c.state IN ('requested', 'checked', 'accepted', 'desk')
		LEFT JOIN store_move m ON m.tenant_id = h.tenant_id AND m.move_id = h.hold_id AND m.state = 'moving'
		WHERE h.tenant_id = $1 AND h.to_on IS NULL AND c.handover_id IS NULL AND m.move_id IS NULL`,
	"a hold and its tie differ": `SELECT t.tie_id::text FROM tie t FULL JOIN (SELECT * FROM tie_hold WHERE to_on IS NULL) h ON h.tenant_id = t.tenant_id AND h.tie_id = t.tie_id
		WHERE coalesce(t.tenant_id, h.tenant_id) = $1 AND (t.end_on IS NULL AND t.hold_id IS DISTINCT FROM h.hold_id OR t.end_on IS NOT NULL AND h.tie_id IS NOT NULL)`,
	"what has ended was changed": "SELECT concat_ws(' ', what, was, now) FROM watched WHERE tenant_id = $1 AND what <> 'handover'",
	"a case went where no step leads": `SELECT was || ' ' || now FROM watched WHERE tenant_id = $1 AND what = 'handover' AND (was, now) NOT IN (
		('requested', 'checked'), ('checked', 'accepted'), ('accepted', 'confirmed'), ('confirmed', 'complete'), ('confirmed', 'ended'), ('complete', 'ended'), ('desk', 'ended'),
		('requested', 'ended'), ('requested', 'desk'), ('checked', 'ended'), ('checked', 'desk'), ('accepted', 'ended'), ('accepted', 'desk'))`,
	"decided, and not done": `SELECT d.rule FROM decision d WHERE d.tenant_id = $1 AND d.rule IN ('LIF-03', 'LIF-04', 'LIF-05', 'HND-02')
		AND NOT EXISTS (SELECT FROM tie t WHERE t.tenant_id = d.tenant_id AND t.decision_id = d.decision_id AND t.file_id = d.file_id AND t.referrer_id = d.from_id)`,
	"two ways to somebody at once": `SELECT file_id::text FROM offer WHERE tenant_id = $1 AND state IN ('pending', 'confirmed') GROUP BY file_id HAVING count(*) > 1`,
	"an appeal decided twice":      `SELECT appeal_id::text FROM appeal WHERE tenant_id = $1 GROUP BY appeal_id HAVING count(*) > 1`,
	"numbers with gaps":            `SELECT max(no)::text FROM handover WHERE tenant_id = $1 HAVING max(no) <> count(*)`,
	"a booking left behind": `SELECT b.booking_id::text FROM booking b JOIN store_move m ON m.tenant_id = b.tenant_id AND m.store_id = b.store_id
		WHERE b.tenant_id = $1 AND m.state = 'done' AND b.business_date >= m.on_date AND b.state IN ('requested', 'confirmed')`,
	"a booking in one store with a place in another": `SELECT b.booking_id::text FROM booking b JOIN booking_place p USING (tenant_id, booking_id) JOIN resource x ON x.tenant_id = p.tenant_id AND x.resource_id = p.resource_id
		WHERE b.tenant_id = $1 AND x.store_id <> b.store_id`,
	"a booking and its last fact differ": `SELECT b.booking_id::text FROM booking b WHERE b.tenant_id = $1
		AND b.state IS DISTINCT FROM (SELECT c.state FROM booking_change c WHERE c.tenant_id = b.tenant_id AND c.booking_id = b.booking_id ORDER BY c.no DESC LIMIT 1)`,
	"people and guests in two stores": `SELECT m.move_id::text FROM store_move m WHERE m.tenant_id = $1 AND m.state = 'done'
		AND EXISTS (SELECT FROM guest g WHERE g.tenant_id = m.tenant_id AND g.store_id = m.store_id)`,
}

// check says what must hold at every moment.
func (c *chain) check(t require.TestingT) {
	for _, what := range slices.Sorted(maps.Keys(always)) {
		require.Empty(t, c.texts(always[what], c.id), what)
	}
}

// watch keeps, from now on, each change of a tie, offer or appeal that has ended, and
// the states that cases go through: what is written over tells nothing any more.
func (w *world) watch() {
	w.exec("CREATE TABLE watched (tenant_id uuid NOT NULL, what text NOT NULL, was text, now text)")
	w.exec(`CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
		INSERT INTO watched VALUES (OLD.tenant_id, TG_TABLE_NAME, to_jsonb(OLD)->>'state', to_jsonb(NEW)->>'state'); RETURN NULL; END $$`)
	for _, on := range []string{
		"ON tie FOR EACH ROW WHEN (OLD.end_on IS NOT NULL)", "ON offer FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)", "ON appeal FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL)",
		"OF state ON handover FOR EACH ROW",
	} {
		w.exec("CREATE TRIGGER watch AFTER UPDATE " + on + " EXECUTE FUNCTION watch()")
	}
}

// rest is what there is none of once the days of every clock are over.
var rest = map[string]string{
	"in handover for ever": "SELECT file_id::text FROM tie WHERE tenant_id = $1 AND hold_id IS NOT NULL AND end_on IS NULL AND start_on <= $2::date",
	"offered for ever":     "SELECT o.file_id::text FROM offer o JOIN guest g USING (tenant_id, file_id) WHERE o.tenant_id = $1 AND o.state IN ('pending', 'confirmed') AND g.state <> 'submitted' AND o.offered_on < $2::date - 10",
	"his who works there no more": `SELECT t.file_id::text FROM tie t WHERE t.tenant_id = $1 AND t.end_on IS NULL AND t.start_on < $2::date - 10
		AND NOT EXISTS (SELECT FROM assignment a WHERE a.tenant_id = t.tenant_id AND a.person_id = t.referrer_id AND t.store_id = ANY(a.store_ids) AND (a.to_on IS NULL OR a.to_on > $2::date - 8))`,
}

// rested says what must hold once everything has come to rest.
func (p *play) rested(r *rapid.T) {
	p.check(r)
	for _, what := range slices.Sorted(maps.Keys(rest)) {
		require.Empty(r, p.texts(rest[what], p.id, p.day.String()), what)
	}
}

// reached says how often the plays came to what they are about.
func (w *world) reached() []string {
	return w.texts(`SELECT what || ' ' || count(*) FROM (
		SELECT rule || CASE WHEN to_id IS NULL THEN '' ELSE ' to' END AS what FROM decision UNION ALL SELECT 'tie by ' || origin FROM tie
		UNION ALL SELECT 'offer ' || kind || ' ' || state FROM offer UNION ALL SELECT 'appeal ' || state FROM appeal UNION ALL SELECT 'correction ' || effect || ' ' || state FROM correction
		UNION ALL SELECT 'case ' || state || ' ' || ended FROM handover UNION ALL SELECT 'store ' || kind || ' ' || state FROM store_move UNION ALL SELECT 'leaving closed' FROM leaving WHERE closed_at IS NOT NULL) x
		GROUP BY what ORDER BY what`)
}
