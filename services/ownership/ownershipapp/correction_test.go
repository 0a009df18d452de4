package ownershipapp_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/visit"
)

// proposed lists what waits in a chain for its manager, the third person.
func (c *chain) proposed(t *testing.T) []ownershipapp.CorrectionView {
	t.Helper()
	all, err := c.app.Corrections(t.Context(), c.grantOf(c.people[2], kernel.ReachWhere, c.stores...), kernel.StoreID{}, false, lastID, 50)
	require.NoError(t, err)
	return all
}

// lastID is after every id.
var lastID = kernel.UUID{0xff}

// wronged plays a chain until a guest was taken from its first person by LIF-04 for
// January, and it is learned on 2 February that he had come to him twice more.
func wronged(t *testing.T, code string) (*chain, guest, ownershipapp.CorrectionView) {
	t.Helper()
	c := newWorld(t).work().chain(code, 1)
	g := c.file(0, "2025-01-01")
	c.received(g, c.people[1], visit.Finished, days(t, "2025-01", 7)...)
	c.catchUp(c, "2025-02-01")
	require.False(t, c.owned(g))
	before := c.decisions(g)
	c.catchUp(c, "2025-02-02")
	c.received(g, c.people[0], visit.Finished, days(t, "2025-01", 8, 9)...)
	require.Empty(t, c.proposed(t))
	c.catchUp(c, "2025-02-03")
	require.Equal(t, before, c.decisions(g), "nothing that was decided changes")
	found := c.proposed(t)
	require.Len(t, found, 1)
	require.Equal(t, "1月的决定重算后不成立，客户应仍由王五维系。", found[0].Sentence.ZH)
	require.Len(t, found[0].Decided, 1)
	require.Contains(t, found[0].Decided[0].Sentence.ZH, "1月来1次，1次不由王五接待")
	return c, g, found[0]
}

// TestCorrected: confirmed by a person whom it does not concern, once, it counts
// from that day on; timeline and inbox say so, the past stays as it was (RUL-09).
func TestCorrected(t *testing.T) {
	t.Parallel()
	c, g, found := wronged(t, "corrected")
	ctx := t.Context()
	manager := c.grantOf(c.people[2], kernel.ReachWhere, c.stores...)
	_, err := c.app.ConfirmCorrection(ctx, c.grantOf(c.people[0], kernel.ReachWhere, c.stores...), found.CorrectionID, "本人的客户")
	require.ErrorIs(t, err, ownership.ErrCorrectionOwn)
	_, err = c.app.ConfirmCorrection(ctx, c.grantOf(c.people[2], kernel.ReachWhere, kernel.StoreID{1}), found.CorrectionID, "别的门店")
	require.ErrorIs(t, err, ownership.ErrNoCorrection)
	_, err = c.app.ConfirmCorrection(ctx, manager, found.CorrectionID, " ")
	require.ErrorContains(t, err, "请写明理由")
	var done atomic.Int32
	var wait sync.WaitGroup
	for range 4 { // at the same moment: one of them
		wait.Go(func() {
			if _, err := c.app.ConfirmCorrection(ctx, manager, found.CorrectionID, "漏传的账单已补"); err == nil {
				done.Add(1)
			}
		})
	}
	wait.Wait()
	require.EqualValues(t, 1, done.Load())
	require.True(t, c.owned(g))
	require.Equal(t, []string{"2025-01-01 2025-02-01 import", "2025-02-03  correction"},
		c.texts("SELECT start_on || ' ' || coalesce(end_on::text, '') || ' ' || origin FROM tie WHERE tenant_id = $1 AND file_id = $2 ORDER BY start_on", c.id, g.file))
	require.Equal(t, []string{"guest_lost", "guest_returned"}, c.texts("SELECT kind FROM inbox WHERE tenant_id = $1 AND person_id = $2 ORDER BY at", c.id, c.people[0]))
	lines, err := c.app.Timeline(ctx, c.grantOf(c.people[2], kernel.ReachWhere), g.file, lastID, 20)
	require.NoError(t, err)
	require.Contains(t, texts(lines), "RUL-09 赵敏 按补到的消费重算1月，不该转走：2月3日起恢复由王五维系。")
	c.catchUp(c, "2025-02-10")
	require.Empty(t, c.proposed(t), "the same difference is proposed once")
	_, err = c.app.DismissCorrection(ctx, manager, found.CorrectionID, "又不要了")
	require.ErrorIs(t, err, ownership.ErrCorrectionOver)
}

func texts(lines []ownershipapp.Line) (out []string) {
	for _, l := range lines {
		out = append(out, l.Kind+" "+l.Actor.ZH+" "+l.Text.ZH)
	}
	return out
}

// TestCorrectionOfTheOwned: a guest who has another referrer by now is head
// office's to give back; and what later facts take away is proposed no more.
func TestCorrectionOfTheOwned(t *testing.T) {
	t.Parallel()
	c, g, found := wronged(t, "owned")
	ctx := t.Context()
	c.in(func(tx pgx.Tx) error {
		return c.app.TieTx(ctx, tx, c.id, g.file, g.store, c.people[1], date(t, "2025-02-03"), string(ownership.OfferClaim), nil, c.clock.Now())
	})
	_, err := c.app.ConfirmCorrection(ctx, c.grantOf(c.people[2], kernel.ReachWhere, c.stores...), found.CorrectionID, "漏传的账单已补")
	require.ErrorIs(t, err, ownership.ErrCorrectionOwned)
	require.Len(t, c.proposed(t), 1, "nothing half done")
	_, err = c.app.ConfirmCorrection(ctx, c.grantOf(c.people[2], kernel.ReachWhere), found.CorrectionID, "总部核实")
	require.NoError(t, err)
	require.Equal(t, []string{c.people[0].String()}, c.texts("SELECT referrer_id::text FROM tie WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL", c.id, g.file))

	c, g, _ = wronged(t, "gone")
	c.received(g, c.people[0], visit.Cancelled, days(t, "2025-01", 8, 9)...)
	c.catchUp(c, "2025-02-04")
	require.Empty(t, c.proposed(t))
}

// TestReleaseAndOffer: a guest that others received in bills learned later becomes
// public with a person's word, and is offered to whom he should have been.
func TestReleaseAndOffer(t *testing.T) {
	t.Parallel()
	c := newWorld(t).work().chain("release", 1)
	kept, public := c.file(0, "2025-01-01"), c.file(0, "2025-01-01")
	c.received(kept, c.people[0], visit.Finished, days(t, "2025-02", 5)...)
	c.received(public, c.people[1], visit.Finished, days(t, "2025-01", 7)...)
	c.catchUp(c, "2025-03-02")
	c.received(kept, c.people[1], visit.Finished, days(t, "2025-02", 6, 7)...)
	c.received(public, c.people[1], visit.Finished, days(t, "2025-02", 8, 9)...)
	c.catchUp(c, "2025-03-03")
	found := c.proposed(t)
	require.Len(t, found, 2)
	manager := c.grantOf(c.people[2], kernel.ReachWhere, c.stores...)
	for _, f := range found {
		_, err := c.app.ConfirmCorrection(t.Context(), manager, f.CorrectionID, "漏传的账单已补")
		require.NoError(t, err, f.Effect)
	}
	require.False(t, c.owned(kept))
	offers, err := c.app.MyOffers(t.Context(), c.mine(1).Actor(), kernel.UUID{}, 10)
	require.NoError(t, err)
	require.Len(t, offers, 1)
	require.Equal(t, public.file, offers[0].File)
	require.Contains(t, offers[0].Why.ZH, "李国接待最多")
}

// TestPreviewMonth: the running month as its close would decide it today; nothing
// is written, and it is what the close then decides.
func TestPreviewMonth(t *testing.T) {
	t.Parallel()
	c := newWorld(t).work().chain("preview", 2)
	lost, kept, far := c.file(0, "2025-01-01"), c.file(0, "2025-01-01"), c.file(1, "2025-01-01")
	c.received(lost, c.people[1], visit.Finished, days(t, "2025-01", 7, 8)...)
	c.received(kept, c.people[0], visit.Finished, days(t, "2025-01", 7, 8)...)
	c.received(far, c.people[1], visit.Finished, days(t, "2025-01", 7)...)
	c.catchUp(c, "2025-01-20")
	see := func(g kernel.Grant) []string {
		p, err := c.app.PreviewMonth(t.Context(), g, c.stores[0], c.clock.Now())
		require.NoError(t, err)
		require.Equal(t, "2025-02-01", p.Effective.String())
		var out []string
		for _, d := range p.Decisions {
			out = append(out, d.Rule+" "+d.FileID.String()+" "+d.FromName+" "+d.ToName)
		}
		return out
	}
	want := []string{"LIF-04 " + lost.file.String() + " 王五 "}
	require.Equal(t, want, see(c.grantOf(c.people[2], kernel.ReachWhere, c.stores[0])))
	require.Equal(t, want, see(c.mine(0)), "what he would lose himself")
	require.Empty(t, see(c.mine(1)))
	_, err := c.app.PreviewMonth(t.Context(), c.grantOf(c.people[2], kernel.ReachWhere, c.stores[1]), c.stores[0], c.clock.Now())
	require.ErrorContains(t, err, "门店")
	require.Empty(t, c.decisions(lost))
	c.catchUp(c, "2025-02-01")
	require.False(t, c.owned(lost))
	require.True(t, c.owned(kept))
}
