package customerapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
)

// Item is a file in a list, with what other contexts know of it.
type Item struct {
	customer.Row
	OwnerName string
	Today     kernel.BusinessDate // of the store
	Activity  customer.Activity   // today
	Visits    customer.VisitSummary
	EndsOn    *kernel.BusinessDate // the day DEL-02 deletes it; nil: it does not, or was not asked for
	// Whether the caller of the method sees them in clear.
	NameShown, BirthdayShown bool
}

// View is one file with everything on it.
type View struct {
	Item
	Fields     customer.Fields
	Template   int32 // version that judges the fields
	StoreName  string
	WriterName string
	Missing    []string             // required fields that are empty, stage 1 first
	SafeUntil  *kernel.BusinessDate // nil: public
	Due        *time.Time           // nil unless submitted
	Turn       *Turn                // whose turn the review is; nil unless submitted
	Reasons    []customer.Reason    // of the last rejection
	Staff      StaffFlag            // whose number it is (CUS-05)
	Revision   *Revision            // the open one of a file with a standing; nil: none is open
	EndedOn    *kernel.BusinessDate // the day its standing ended (CUS-12)
	Change     *customer.Change     // the newest that is not over or was refused; nil: none
	Reporter   string               // who reported it
}

// Get gives one file that a grant reaches. Fault: customer.not_found.
func (a *App) Get(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID) (View, error) {
	f, err := a.look(ctx, grant, id)
	if err != nil {
		return View{}, err
	}
	tenantID := grant.Actor().Tenant
	items, err := a.items(ctx, tenantID, now, []customerdb.Guest{f.Guest})
	if err != nil {
		return View{}, err
	}
	if err := a.withEnds(ctx, tenantID, now, items); err != nil {
		return View{}, err
	}
	store, err := a.Tenants.Store(ctx, tenantID, f.Store)
	if err != nil {
		return View{}, err
	}
	names, err := a.Staff.Names(ctx, tenantID, []kernel.PersonID{f.Writer})
	if err != nil {
		return View{}, err
	}
	t, err := a.templateOf(ctx, tenantID, f.template)
	if err != nil {
		return View{}, err
	}
	v := View{Item: items[0], Fields: f.holds(), EndedOn: f.endedOn, Template: t.Version, StoreName: store.Name, WriterName: names[f.Writer], Missing: append(f.holds().Missing(t, 1), f.holds().Missing(t, 2)...)}
	flags, err := a.staffFlags(ctx, tenantID, []kernel.FileID{id}, now)
	if err != nil {
		return View{}, err
	}
	v.Staff = flags[id]
	if f.State == customer.Submitted {
		v.Due = f.due
		waiting := customerdb.WaitingRow{FileID: id, StoreID: f.Store, WriterID: f.Writer, OwnerID: f.Owner, EditorID: f.Editor, DueAt: *f.due}
		turns, err := a.turns(ctx, tenantID, now, []customerdb.WaitingRow{waiting})
		if err != nil {
			return View{}, err
		}
		v.Turn = &turns[0]
	}
	if f.State == customer.Rejected {
		v.Reasons = f.reasons
	}
	if v.Revision, err = a.revision(ctx, grant, f); err != nil {
		return View{}, err
	}
	if err := a.withChange(ctx, tenantID, &v); err != nil {
		return View{}, err
	}
	if f.OwnedSince != nil {
		if v.SafeUntil, err = a.ownership.SafeUntil(ctx, tenantID, id, f.Store, v.Visits.Last, store.BusinessDate(now)); err != nil {
			return View{}, err
		}
	}
	return v, nil
}

// items fills rows with what the page shows besides: masked numbers, owners'
// names, activity, and what of it the caller sees in clear. Other contexts are asked once for all rows.
func (a *App) items(ctx context.Context, id kernel.TenantID, now time.Time, guests []customerdb.Guest) ([]Item, error) {
	out := make([]Item, len(guests))
	if len(guests) == 0 {
		return out, nil
	}
	seen, err := a.seen(ctx, id, now, guests)
	if err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	owners := []kernel.PersonID{}
	for _, g := range guests {
		if g.Owner != nil {
			owners = append(owners, *g.Owner)
		}
	}
	names, err := a.Staff.Names(ctx, id, owners)
	if err != nil {
		return nil, err
	}
	shown, review := rpc.GrantFor(ctx, customer.NamesPermission), rpc.GrantFor(ctx, reviewPermission)
	for i, g := range guests {
		if out[i], err = item(keys, g); err != nil {
			return nil, err
		}
		out[i].NameShown, out[i].BirthdayShown = g.NameShown(shown, review), g.BirthdayShown(shown, review)
		out[i].Today, out[i].Visits, out[i].Activity = seen[i].today, seen[i].visits, seen[i].activity
		if g.Owner != nil {
			out[i].OwnerName = names[*g.Owner]
		}
	}
	return out, nil
}

// item masks a row's number.
func item(keys *secret.Keys, g customerdb.Guest) (Item, error) {
	number, err := open(keys, g)
	g.Masked = number.Masked()
	return Item{Row: g.Row}, err
}

type seen struct {
	today    kernel.BusinessDate
	visits   customer.VisitSummary
	activity customer.Activity
}

// seen says of each row when the guest came last and whether that is lately
// (LIF-01).
func (a *App) seen(ctx context.Context, id kernel.TenantID, now time.Time, guests []customerdb.Guest) ([]seen, error) {
	approved := []kernel.FileID{}
	for _, g := range guests {
		if g.ApprovedOn != nil {
			approved = append(approved, g.File)
		}
	}
	visits, err := a.visits.LastVisits(ctx, id, approved)
	if err != nil {
		return nil, err
	}
	days, err := a.days(ctx, id, now)
	if err != nil {
		return nil, err
	}
	out := make([]seen, len(guests))
	rules := map[kernel.BusinessDate]tenant.Rules{}
	for i, g := range guests {
		today := days[g.Store]
		r, ok := rules[today]
		if !ok {
			if r, err = a.Tenants.Rules(ctx, id, today); err != nil {
				return nil, err
			}
			rules[today] = r
		}
		v := visits[g.File]
		out[i] = seen{today, v, customer.ActivityOn(today, g.ApprovedOn, v.Last, int(r.Int(customer.RuleActivityMonths, g.Store)))}
	}
	return out, nil
}

// days is the business day of each store at a moment.
func (a *App) days(ctx context.Context, id kernel.TenantID, now time.Time) (map[kernel.StoreID]kernel.BusinessDate, error) {
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make(map[kernel.StoreID]kernel.BusinessDate, len(stores))
	for _, s := range stores {
		out[s.ID] = s.BusinessDate(now)
	}
	return out, nil
}
