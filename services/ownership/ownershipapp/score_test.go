package ownershipapp_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/quotaapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// scoring lets scores be made and nothing else.
func scoring(w *world, d *ownershipapp.Deps) {
	d.Kinds = []ownership.Kind{ownership.KindScore}
	d.Scores = quotaapp.New(quotaapp.Deps{DB: w.pool, Clock: w.clock, Log: d.Log, Tenants: w.tenants, Visits: w.visits})
}

// A version that moves the final day before the day it takes effect on leaves no month
// without its final scores: the days of a month are those of its first (QTA-04).
func TestFinalDayMoved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scoring).work()
	c := w.chain("moved", 1)
	c.file(0, "2025-05-20")
	w.catchUp(c, "2025-07-02")
	_, err := w.tenants.PublishRuleSet(context.Background(), c.id, c.people[0], tenant.Draft{
		Base: 1, EffectiveOn: date(t, "2025-07-04"), Values: tenant.Values{quota.KeyFinalDay: 3},
	})
	require.NoError(t, err)
	w.catchUp(c, "2025-08-20")
	require.Equal(t, []string{"2025-05-01 final 07-02", "2025-06-01 final 07-05", "2025-07-01 final 08-03"}, c.texts(`SELECT month || ' ' || state || ' ' || to_char(scored_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD')
		FROM score WHERE tenant_id = $1 AND person_id = $2 ORDER BY month`, c.id, c.people[0]))
}

// Scores that an outage delays count what was known as they were due, not what was
// learned until they were made (RUL-03); the rest corrects them (QTA-04).
func TestScoresAfterAnOutage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, scoring).work()
	c := w.chain("late", 1)
	g := c.file(0, "2025-05-20")
	w.catchUp(c, "2025-06-02")
	w.at("2025-06-20")
	c.received(g, c.people[0], visit.Finished, date(t, "2025-06-19"))
	w.at("2025-07-06")
	c.received(g, c.people[0], visit.Finished, date(t, "2025-06-29")) // after June was to be final
	w.catchUp(c, "2025-07-20")
	scores := func(m string) []string {
		return c.texts(`SELECT s.state || ' ' || s.visits || ' ' || s.customers || ' ' || to_char(s.scored_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI')
			FROM score s WHERE s.tenant_id = $1 AND s.person_id = $2 AND s.month = ($3 || '-01')::date`, c.id, c.people[0], m)
	}
	require.Equal(t, []string{"final 1 1 07-05 05:00"}, scores("2025-06"))
	require.Equal(t, []string{"07-05 05:00 07-20 05:00"}, c.texts(`SELECT to_char(cut_off AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI') || ' ' || to_char(started_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI')
		FROM period_run WHERE tenant_id = $1 AND kind = 'QTA-04' AND period_on = '2025-07-05'`, c.id))
	w.catchUp(c, "2025-08-06")
	require.Equal(t, []string{"final 1 1 07-05 05:00"}, scores("2025-06"), "nothing is rewritten")
	require.Equal(t, []string{"2025-07-01 visits 1 2"}, c.texts("SELECT month || ' ' || item || ' ' || before || ' ' || after FROM score_correction WHERE tenant_id = $1", c.id))
}

// TestScoresWithoutFiles: a store that is live has scores from its first whole month
// on, also before the first guest has a file; the month before go-live is nobody's
// (RUL-06, QTA-04).
func TestScoresWithoutFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, guarded(ownership.KindScore, ownership.KindDormancy), func(w *world, d *ownershipapp.Deps) {
		d.Scores = quotaapp.New(quotaapp.Deps{DB: w.pool, Clock: w.clock, Log: d.Log, Tenants: w.tenants, Visits: w.visits, FromGoLive: true})
	}).work()
	c := w.chain("nofile", 1)
	c.live("2025-06-01", 0)
	w.catchUp(c, "2025-07-06")
	c.file(0, "2025-07-10")
	w.catchUp(c, "2025-08-06")
	require.Equal(t, []string{"2025-06 final 0", "2025-07 final 1"},
		c.texts("SELECT to_char(month, 'YYYY-MM') || ' ' || state || ' ' || customers FROM score WHERE tenant_id = $1 AND person_id = $2 ORDER BY 1", c.id, c.people[0]))
}

// TestLiveSinceEver: a chain that was live before there was a go-live, and had no guest
// yet, begins with its first and not in the year that stands there (RUL-06).
func TestLiveSinceEver(t *testing.T) {
	t.Parallel()
	w := newWorld(t, guarded(ownership.KindDormancy)).work()
	c := w.chain("ever", 1)
	c.live("2000-01-01", 0)
	w.at("2025-07-06")
	require.NoError(t, w.app.Plan(t.Context(), w.clock.Now()))
	require.Empty(t, c.texts("SELECT kind FROM period_run WHERE tenant_id = $1", c.id))
	c.file(0, "2025-07-08")
	w.catchUp(c, "2025-07-09")
	require.Equal(t, []string{"2025-07-08"}, c.texts("SELECT min(period_on)::text FROM period_run WHERE tenant_id = $1", c.id))
}
