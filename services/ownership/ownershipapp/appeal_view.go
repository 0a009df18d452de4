package ownershipapp

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// Witness is a meal of a guest that an appeal may refer to: a counted visit, a
// booking, or both.
type Witness struct {
	ownership.Visit
	Counted  bool
	Credited string // name; empty: nobody has the credit
	Booked   string // name of who booked it; empty: nobody did
	State    string // of the booking
	Noticed  bool   // its notice was sent
	Referred bool   // the appeal refers to it
}

// evidenceMonths is how far back from a loss meals are shown.
const evidenceMonths = 4

// evidence lists the meals of a guest around a loss, newest first.
func (a *App) evidence(ctx context.Context, id kernel.TenantID, file kernel.FileID, lostOn, today kernel.BusinessDate) ([]Witness, error) {
	q, from := ownershipdb.New(a.DB.Single(id)), lostOn.MinusMonths(evidenceMonths)
	visits, err := q.GuestVisits(ctx, ownershipdb.GuestVisitsParams{TenantID: id, FileID: file, FirstOn: from, LastOn: today})
	if err != nil {
		return nil, err
	}
	bookings, err := q.GuestBookings(ctx, ownershipdb.GuestBookingsParams{TenantID: id, FileID: file, FirstOn: from, LastOn: today})
	if err != nil {
		return nil, err
	}
	var out []Witness
	for _, v := range visits {
		w := Witness{Visit: ownershipdb.Visits([]kernel.BusinessDate{v.BusinessDate}, []int16{v.MealPeriod}, []kernel.UUID{{}})[0], Counted: true, Credited: v.Name}
		if v.CreditedTo != nil {
			w.By = *v.CreditedTo
		}
		out = append(out, w)
	}
	for _, b := range bookings {
		w := Witness{Visit: ownershipdb.Visits([]kernel.BusinessDate{b.BusinessDate}, []int16{b.MealPeriod}, []kernel.UUID{{}})[0]}
		i := slices.IndexFunc(out, func(x Witness) bool { return x.On == w.On && x.Meal == w.Meal })
		if i < 0 {
			i, out = len(out), append(out, w)
		}
		if out[i].Booked == "" || b.Noticed && !out[i].Noticed {
			out[i].Booked, out[i].State, out[i].Noticed = b.Name, b.State, b.Noticed
		}
	}
	slices.SortStableFunc(out, func(x, y Witness) int { return cmp.Or(cmp.Compare(y.On, x.On), cmp.Compare(y.Meal, x.Meal)) })
	return out, nil
}

// AppealView is an appeal as somebody sees it.
type AppealView struct {
	ownershipdb.AppealRow
	Texts     ownership.AppealTexts
	Loss      Told
	Visits    []Witness // what the appeal refers to, then what else there is; only of one alone
	Decidable bool      // by the caller, at least to refuse it
	NeedsHQ   bool      // to grant it, because of a newer tie
	Shown     bool      // the guest's name, in clear
}

// appealOf is how the rules look at the row.
func appealOf(r ownershipdb.AppealRow) ownership.Appeal {
	x := r.Appeal
	return ownership.Appeal{ID: x.AppealID, File: x.FileID, Store: x.StoreID, Person: x.PersonID, State: ownership.AppealState(x.State), Owner: r.OwnerID, Offered: kernel.PersonID(r.OfferedTo)}
}

// appeal reads one within a grant. Fault: appeal.not_found, also outside it.
func (a *App) appeal(ctx context.Context, grant kernel.Grant, id kernel.UUID) (ownershipdb.AppealRow, error) {
	row, err := ownershipdb.New(a.DB.Single(grant.Actor().Tenant)).Appeal(ctx, grant.Actor().Tenant, id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !appealOf(row).Within(grant) {
		return row, ownership.ErrNoAppeal
	}
	return row, err
}

// GetAppeal is one appeal with the guest's meals. Fault: appeal.not_found.
func (a *App) GetAppeal(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (AppealView, error) {
	row, err := a.appeal(ctx, grant, id)
	if err != nil {
		return AppealView{}, err
	}
	views, err := a.appealViews(ctx, grant, []ownershipdb.AppealRow{row})
	if err != nil {
		return AppealView{}, err
	}
	v := views[0]
	store, err := a.store(ctx, grant.Actor().Tenant, row.Appeal.StoreID)
	if err != nil {
		return v, err
	}
	if v.Visits, err = a.evidence(ctx, grant.Actor().Tenant, row.Appeal.FileID, v.Loss.EffectiveOn, store.BusinessDate(now)); err != nil {
		return v, err
	}
	var refs []ownership.Visit
	if err := json.Unmarshal(row.Appeal.Visits, &refs); err != nil {
		return v, err
	}
	for i, w := range v.Visits {
		v.Visits[i].Referred = slices.ContainsFunc(refs, func(r ownership.Visit) bool { return r.On == w.On && r.Meal == w.Meal })
	}
	return v, nil
}

// SeeAppeal is GetAppeal for somebody who looks at it: what it says of the guest
// leaves its line in the log of acts.
func (a *App) SeeAppeal(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (AppealView, error) {
	v, err := a.GetAppeal(ctx, grant, now, id)
	if err == nil {
		audit.Seen(ctx, appealLine("appeal.viewed", id, v.Appeal.StoreID))
	}
	return v, err
}

// MealsOf lists the meals that an appeal against a loss may refer to.
func (a *App) MealsOf(ctx context.Context, id kernel.TenantID, l LossView, now time.Time) ([]Witness, error) {
	store, err := a.store(ctx, id, l.StoreID)
	if err != nil {
		return nil, err
	}
	return a.evidence(ctx, id, l.FileID, l.EffectiveOn, store.BusinessDate(now))
}

// AppealsAsked says which appeals are listed, before an id.
type AppealsAsked struct {
	Store  kernel.StoreID // zero: all in reach
	Ended  bool
	Before kernel.UUID
	AtMost int
}

// Appeals lists those in reach, newest first: in stores where everything is
// reached all of them, elsewhere the caller's own.
func (a *App) Appeals(ctx context.Context, grant kernel.Grant, asked AppealsAsked) ([]AppealView, error) {
	id := grant.Actor().Tenant
	r, err := a.reach(ctx, grant, asked.Store)
	if err != nil {
		return nil, err
	}
	rows, err := ownershipdb.New(a.DB.Single(id)).AppealsPage(ctx, ownershipdb.AppealsPageParams{
		TenantID: id, StoreIds: r.all, OwnIds: r.own, Me: r.me, Open: !asked.Ended, Before: asked.Before, AtMost: int32(asked.AtMost),
	})
	if err != nil {
		return nil, err
	}
	list := make([]ownershipdb.AppealRow, len(rows))
	for i, x := range rows {
		list[i] = ownershipdb.AppealRow(x)
	}
	return a.appealViews(ctx, grant, list)
}

func (a *App) appealViews(ctx context.Context, grant kernel.Grant, rows []ownershipdb.AppealRow) ([]AppealView, error) {
	id, out, ids := grant.Actor().Tenant, make([]AppealView, len(rows)), make([]kernel.UUID, len(rows))
	for i, r := range rows {
		ids[i] = r.Appeal.DecisionID
	}
	told, err := a.decisions(ctx, id, ids)
	if err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	decide, names := rpc.GrantFor(ctx, decidePermission), rpc.GrantFor(ctx, customer.NamesPermission)
	for i, r := range rows {
		v := AppealView{AppealRow: r, Loss: told[r.Appeal.DecisionID], Shown: r.Appeal.PersonID == grant.Person() || names.Covers(r.Appeal.StoreID, false)}
		if v.Texts, err = ownershipdb.OpenTexts(keys, r.Appeal.AppealID, r.Appeal.TextsBox); err != nil {
			return nil, err
		}
		x := appealOf(r)
		_, refused := x.Decide(decide, false)
		_, granted := x.Decide(decide, true)
		v.Decidable, v.NeedsHQ = refused == nil, errors.Is(granted, ownership.ErrAppealHQ)
		v.Loss.shown = v.Shown
		out[i] = v
	}
	return out, nil
}

// decidePermission is what an appeal is decided by.
const decidePermission = "appeal.decide"
