package ownershipapp_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
)

// drafts enters files that nobody submits, so many a day from a day on, begun at
// noon by the first person.
func (c *chain) drafts(from string, perDay, days int) []kernel.FileID {
	c.t.Helper()
	var out []kernel.FileID
	for day := range days {
		for range perDay {
			c.numbers++
			f := kernel.NewID[kernel.FileID](c.clock.Now())
			out = append(out, f)
			c.exec(`WITH g AS (
				INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, state, writer_id, request_id, created_at)
				SELECT $1, $2, $3, '张三', 'zs', sha256(int4send($5)), 'box', '4321', 'stage1', $4, $2, ($6::date + $7::int + time '12:00') AT TIME ZONE 'Asia/Shanghai'
				RETURNING *)
			, n AS (INSERT INTO file_number (tenant_id, store_id, number_key, file_id) SELECT tenant_id, store_id, number_key, file_id FROM g)
			INSERT INTO file_revision (tenant_id, revision_id, file_id, store_id, no, cause, state, fields_box, writer_id, created_at)
			SELECT tenant_id, file_id, file_id, store_id, 1, 'new', 'stage1', 'box', writer_id, created_at FROM g`,
				c.id, f, c.stores[0], c.people[0], c.numbers, from, day)
		}
	}
	return out
}

// idled says of drafts what their writer was told, with the days it was about,
// what the timeline has, and whether anything is left.
func (c *chain) idled(files []kernel.FileID) []string {
	c.t.Helper()
	return c.texts(`SELECT concat_ws(' ',
		(SELECT string_agg(i.kind || ' ' || d.effective_on, ' ' ORDER BY d.effective_on) FROM decision d
			JOIN inbox i ON i.tenant_id = d.tenant_id AND i.file_id = d.file_id AND i.kind = CASE d.evidence ->> 'step' WHEN 'warned' THEN 'file_ends' WHEN 'warned_last' THEN 'file_ends_soon' ELSE 'file_deleted' END
			WHERE d.tenant_id = g.tenant_id AND d.file_id = g.file_id),
		(SELECT string_agg(g.state || ' ' || e.business_date, ' ') FROM file_event e WHERE e.tenant_id = g.tenant_id AND e.file_id = g.file_id AND e.kind = 'file.deleted'),
		CASE WHEN g.name || g.last4_rev = '' AND g.number_key || g.number_box = '' AND NOT EXISTS (SELECT FROM file_number n WHERE n.tenant_id = g.tenant_id AND n.file_id = g.file_id)
			AND NOT EXISTS (SELECT FROM file_revision r WHERE r.tenant_id = g.tenant_id AND r.file_id = g.file_id) THEN 'gone' ELSE 'there' END)
		FROM unnest($2::uuid[]) WITH ORDINALITY f(id, n) JOIN guest g ON g.tenant_id = $1 AND g.file_id = f.id ORDER BY f.n`, c.id, files)
}

// TestIncompleteAfterOutage: days on which the system was off are caught up, in
// order, and nobody loses a file unwarned: the days a warning comes late are added
// (DEL-02). So it is with files that were older than 90 days when it first ran.
func TestIncompleteAfterOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t).work()
	c := w.chain("outage", 1)
	old, young := c.drafts("2024-06-01", 1, 1), c.drafts("2025-01-01", 1, 1)
	w.exec("INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at, ended_at) VALUES ($1, $2, 'LIF-13', '2024-12-31', 'done', '2024-12-31', 1, '2024-12-31', '2024-12-31')",
		c.id, kernel.NewID[kernel.UUID](w.clock.Now())) // a chain that ran before DEL-02 was in it
	for _, s := range []struct{ day, old, young string }{
		{"2025-01-01", "file_ends 2025-01-01 there", "there"},
		{"2025-01-23", "file_ends 2025-01-01 there", "there"},
		{"2025-01-24", "file_ends 2025-01-01 file_ends_soon 2025-01-24 there", "there"},
		{"2025-01-30", "file_ends 2025-01-01 file_ends_soon 2025-01-24 there", "there"},
		{"2025-01-31", "file_ends 2025-01-01 file_ends_soon 2025-01-24 file_deleted 2025-01-31 deleted 2025-01-31 gone", "there"},
		// Day 60 is 2 March; the system was off until the 12th.
		{"2025-03-12", "", "file_ends 2025-03-02 there"},
		{"2025-04-03", "", "file_ends 2025-03-02 there"},
		// 23 days after the warning; off again until the 10th.
		{"2025-04-10", "", "file_ends 2025-03-02 file_ends_soon 2025-04-04 there"},
		{"2025-04-16", "", "file_ends 2025-03-02 file_ends_soon 2025-04-04 there"},
		// Off once more: nobody has to be told first.
		{"2025-06-30", "", "file_ends 2025-03-02 file_ends_soon 2025-04-04 file_deleted 2025-04-17 deleted 2025-04-17 gone"},
	} {
		w.catchUp(c, s.day)
		if s.old != "" {
			require.Equal(t, []string{s.old}, c.idled(old), s.day)
		}
		require.Equal(t, []string{s.young}, c.idled(young), s.day)
	}
	require.Equal(t, []string{"181"}, c.texts("SELECT count(*)::text FROM period_run WHERE tenant_id = $1 AND kind = 'DEL-02' AND state = 'done'", c.id), "each day once")
}
