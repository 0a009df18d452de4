package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

//go:embed trial_fixture.sql
var trialFixtureSQL string

const (
	triedFiles  = 100_000
	triedMonths = 12
)

// trial measures how long a year of a chain of a hundred thousand files takes to be
// played under other rules (RUL-04), from the call that begins it to its end.
func (b *bench) trial(ctx context.Context) error {
	w, err := b.chainWorld(ctx, "trial", trialFixtureSQL, min(b.scale, triedFiles))
	if err != nil {
		return err
	}
	var told string
	all, disturbed, err := b.interleave(ctx, b.onCopy(w, func(ctx context.Context, database string) (took float64, err error) {
		took, told, err = b.tryRules(ctx, w, database)
		return took, err
	}))
	if err != nil {
		return err
	}
	b.report(result{
		name: "trial_12_months", value: all.side(0), unit: "s", bar: bar{atMost: 30, of: "value"},
		more: fmt.Sprintf("%d files; %s; rounds %s", w.files, told, all.spread(func(r []float64) float64 { return r[0] })),
	}, disturbed)
	return b.drop(ctx, workDatabase)
}

// tryRules drafts shorter terms and tries them.
func (b *bench) tryRules(ctx context.Context, w world, database string) (took float64, told string, err error) {
	noon := closedOn.At(12*time.Hour, tenant.Shanghai)
	p, err := b.newProduct(ctx, database, 8, kernel.ClockFunc(func() time.Time { return noon }))
	if err != nil {
		return 0, "", err
	}
	defer p.pool.Close()
	by := acting(w.chain, 0, kernel.Assignment{Role: staff.Admin, TenantWide: true})
	edits := []tenant.Edit{{Key: ownership.KeyDormantMonths, Value: new(int64(2))}, {Key: ownership.KeyOthersPercent, Value: new(int64(60))}}
	if _, err := p.tenants.SaveRuleDraft(ctx, w.chain, by.Person(), tenant.RuleDraft{Base: 1, Edits: edits}); err != nil {
		return 0, "", err
	}
	if err := p.jobs.Start(context.WithoutCancel(ctx)); err != nil {
		return 0, "", err
	}
	start := time.Now()
	t, err := p.ownership.StartTrial(ctx, by, triedMonths)
	for err == nil && ownership.TrialState(t.State).Going() {
		select {
		case <-time.After(20 * time.Millisecond):
			t, err = p.ownership.Trial(ctx, by, t.TrialID)
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	took = time.Since(start).Seconds()
	if err == nil && ownership.TrialState(t.State) != ownership.TrialDone {
		err = fmt.Errorf("the trial is %s: %s", t.State, t.Error)
	}
	if err == nil && t.Differing == 0 {
		err = errors.New("nothing differs under other rules")
	}
	told = fmt.Sprintf("%s to %s, %d tried, %d differ, %d set aside", t.FromOn, t.ToOn, t.Tried, t.Differing, t.SetAside)
	return took, told, errors.Join(err, p.jobs.Stop(context.WithoutCancel(ctx)))
}
