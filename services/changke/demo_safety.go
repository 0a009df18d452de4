package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// demoTill is the till of the demo's bills; it fell silent so many days ago.
const (
	demoTill    = "pos"
	demoSilence = 3
)

// demoOutage lets the first store's till tell the totals of a week and then be
// silent (RUL-07), and brings two bills that were found on paper: their guests
// were taken before they were known (RUL-09). It has to be done before today is
// played.
func (p *product) demoOutage(ctx context.Context, id kernel.TenantID) error {
	stores, err := p.tenants.Stores(ctx, id)
	if err != nil {
		return err
	}
	store, now := stores[0], p.clock.Now()
	today, err := p.demoDay(ctx, id)
	if err != nil {
		return err
	}
	keys, err := p.tenants.Keys(ctx, id)
	if err != nil {
		return err
	}
	var late []visit.Bill
	for i, g := range storyLate {
		day := today - kernel.BusinessDate(g.ago) - 4
		late = append(late, visit.Bill{
			BillKey:  visit.BillKey{Store: store.ID, Source: demoTill, No: fmt.Sprintf("P%06d", i+1)},
			Revision: 1, Number: visit.NumberKey(keys.NumberKey(kernel.Phone("+86" + g.phone))), Date: day, Meal: tenant.Lunch,
			ClosedAt: day.At(13*time.Hour+20*time.Minute, store.Zone), Amount: kernel.Fen(31800 + 4600*int64(i)), Status: visit.Paid,
		})
	}
	if _, err := p.visits.RecordBills(ctx, id, late, now); err != nil {
		return err
	}
	manager, err := p.demoActor(ctx, id, storyManager, "day.declare")
	if err != nil {
		return err
	}
	var totals []visit.DayTotal
	for day := today - demoSilence - 7; day < today-demoSilence; day++ {
		tills, err := p.visits.Totals(ctx, manager, store.ID, day)
		if err != nil {
			return err
		}
		told := visit.DayTotal{Store: store.ID, Date: day, Source: demoTill}
		for _, t := range tills {
			if t.Source == demoTill {
				told.DaySum = t.Held
			}
		}
		totals = append(totals, told)
	}
	return p.visits.TellTotals(ctx, manager, nil, totals, now)
}

// demoPool puts public guests of the first store on their way: two offered to the
// waiter, one whom he has claimed (LIF-09, LIF-12).
func (p *product) demoPool(ctx context.Context, id kernel.TenantID, store tenant.Store) error {
	now := p.clock.Now()
	assign, err := p.demoActor(ctx, id, storyManager, "pool.assign")
	if err != nil {
		return err
	}
	claim, err := p.demoActor(ctx, id, storyTeller, "pool.claim")
	if err != nil {
		return err
	}
	if offers, err := p.ownership.MyOffers(ctx, claim.Actor(), kernel.UUID{}, 1); err != nil || len(offers) > 0 { // the start before got this far
		return err
	}
	public, _, err := p.ownership.Pool(ctx, assign, now, ownershipapp.PoolAsked{Store: store.ID, Offered: new(false), Before: store.BusinessDate(now) + 1, AtMost: 50})
	if err != nil {
		return err
	}
	teller, left := claim.Person(), 3
	for _, g := range public {
		if left == 0 {
			break
		}
		if g.PublicOn >= store.BusinessDate(now)-7 { // the story's own
			continue
		}
		if left == 1 {
			_, err = p.ownership.Claim(ctx, claim, now, g.FileID)
		} else {
			_, err = p.ownership.Assign(ctx, assign, now, g.FileID, teller)
		}
		if declined(err) {
			continue
		}
		if err != nil {
			return err
		}
		left--
	}
	return nil
}

// declined reports whether a rule stands against what the demo tried.
func declined(err error) bool {
	var f *fault.Fault
	return errors.As(err, &f) && f.Kind == fault.Conflict
}

// newest comes after every id.
var newest = kernel.UUID{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// demoAppeals contests two of the waiter's losses; the second is granted (LIF-11).
func (p *product) demoAppeals(ctx context.Context, id kernel.TenantID) error {
	now := p.clock.Now()
	own, err := p.demoActor(ctx, id, storyTeller, "appeal.read")
	if err != nil {
		return err
	}
	decide, err := p.demoActor(ctx, id, storyManager, "appeal.decide")
	if err != nil {
		return err
	}
	losses, err := p.ownership.Losses(ctx, own, now, newest, 50)
	if err != nil {
		return err
	}
	for _, a := range []struct {
		guest       storyGuest
		says, grant string
	}{
		{storyAppealed, "这位客人上周来过两次，都由我安排在大厅靠窗的位置，结账时报了他爱人的手机号，请核对当天的预定。", ""},
		{storyRestored, "客人出差三个月，期间每周都和我通电话，回来第一顿饭就订在我们店。", "查了通话记录和本周的预定，情况属实，恢复维系。"},
	} {
		for _, l := range losses {
			if l.Refused != nil || l.Decision.GuestName != a.guest.name {
				continue
			}
			appeal, err := p.ownership.Raise(ctx, own, now.Add(-2*time.Hour), l.DecisionID, a.says, []ownership.Visit{})
			if err == nil && a.grant != "" {
				err = p.ownership.DecideAppeal(ctx, decide, now.Add(-time.Hour), appeal, true, a.grant)
			}
			if err != nil && !declined(err) {
				return err
			}
		}
	}
	return nil
}
