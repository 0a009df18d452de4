package handoverapp

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// maxBookingsShown is how many bookings to come a page shows.
const maxBookingsShown = 200

// MoveView is the end of a store with what it moves and what stands in its way.
type MoveView struct {
	handover.Move
	Owners    []MoveOwner
	Inventory handoverdb.MoveInventoryRow
	Twins     int32           // guests with an approved file in both stores
	Bookings  []visit.Leaving // to come, and what becomes of them
	Blocks    []MoveBlock
	Names     map[kernel.PersonID]person
	today     kernel.BusinessDate
}

func (v MoveView) blocked() bool { return len(v.Blocks) > 0 }

// MoveOwner is a referrer of the store, and where his guests go.
type MoveOwner struct {
	handoverdb.MoveOwnersRow
	To       kernel.StoreID
	Receiver kernel.PersonID
	Missing  bool // a store that closes: nobody has said where they go
}

// MoveBlock is a reason against an end, how often, and of whom or what.
type MoveBlock struct {
	Reason handover.MoveBlock
	Count  int32
}

// PreviewMove says what the end of a store would move and what stands in its way; it
// writes nothing. Faults: store_move.not_found, invalid_field.
func (a *App) PreviewMove(ctx context.Context, grant kernel.Grant, now time.Time, m handover.Move) (MoveView, error) {
	s, err := a.checkMove(ctx, grant, now, &m)
	if err != nil {
		return MoveView{Move: m}, err
	}
	return a.viewMove(ctx, grant.Actor().Tenant, now, s, m)
}

// MoveView gives a planned end likewise. Fault: store_move.not_found.
func (a *App) MoveView(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (MoveView, error) {
	m, err := a.move(ctx, grant, id)
	if err != nil {
		return MoveView{Move: m}, err
	}
	s, err := a.Tenants.Store(ctx, grant.Actor().Tenant, m.Store)
	if err != nil {
		return MoveView{Move: m}, err
	}
	return a.viewMove(ctx, grant.Actor().Tenant, now, s, m)
}

func (a *App) viewMove(ctx context.Context, id kernel.TenantID, now time.Time, s tenant.Store, m handover.Move) (v MoveView, err error) {
	q := a.read(id)
	v = MoveView{Move: m, today: s.BusinessDate(now)}
	owners, err := q.MoveOwners(ctx, id, m.Store, v.today)
	if err != nil {
		return v, err
	}
	people := []kernel.PersonID{m.By}
	if m.ApprovedBy != nil {
		people = append(people, *m.ApprovedBy)
	}
	for _, o := range owners {
		x := MoveOwner{MoveOwnersRow: o}
		x.To, x.Receiver = m.Goes(o.ReferrerID)
		x.Missing = m.Kind == handover.CloseStore && !slices.ContainsFunc(m.Lines, func(l handover.MoveLine) bool { return l.Referrer == o.ReferrerID })
		v.Owners, people = append(v.Owners, x), append(people, x.Receiver)
	}
	if v.Names, err = a.names(ctx, id, people...); err != nil {
		return v, err
	}
	if v.Inventory, err = q.MoveInventory(ctx, id, m.Store, m.On); err != nil {
		return v, err
	}
	cols := handoverdb.MoveLineColumns(id, m)
	twins, err := q.MoveTwins(ctx, handoverdb.MoveTwinsParams{Referrers: cols.Referrers, Stores: cols.Stores, ToStore: kernel.UUID(m.To), Targets: handoverdb.UUIDs(v.targets()), TenantID: id, StoreID: m.Store, Now: now})
	if err != nil || !m.Withdrawable() && m.State != "" {
		return v, err
	}
	v.Twins = twins.Approved
	if v.Bookings, err = a.Bookings.Leaving(ctx, id, m.StoreEnd()); err != nil {
		return v, err
	}
	if err := a.bookers(ctx, id, v); err != nil {
		return v, err
	}
	v.Blocks, err = a.blocks(ctx, id, v, twins.Drafts)
	return v, err
}

// bookers adds the names of who took the bookings that are shown.
func (a *App) bookers(ctx context.Context, id kernel.TenantID, v MoveView) error {
	var people []kernel.PersonID
	for _, b := range v.Bookings[:min(len(v.Bookings), maxBookingsShown)] {
		if _, known := v.Names[b.Booker]; !known {
			people = append(people, b.Booker)
		}
	}
	names, err := a.names(ctx, id, people...)
	maps.Copy(v.Names, names)
	return err
}

// blocks are what stands in the way of an end that has not begun.
func (a *App) blocks(ctx context.Context, id kernel.TenantID, v MoveView, drafts int32) ([]MoveBlock, error) {
	missing := int32(0)
	for _, o := range v.Owners {
		if o.Missing {
			missing++
		}
	}
	receivers, err := a.wrongReceivers(ctx, id, v)
	if err != nil {
		return nil, err
	}
	stores, err := a.endingTargets(ctx, id, v)
	shut := int32(0)
	for _, b := range v.Bookings {
		if b.Fate == visit.GoesUnopened {
			shut++
		}
	}
	out := []MoveBlock{}
	for _, b := range []MoveBlock{
		{handover.BlockedByBookings, shut},
		{handover.BlockedByReferrer, missing},
		{handover.BlockedByReceiver, receivers},
		{handover.BlockedByTwin, drafts},
		{handover.BlockedByMove, stores},
		{handover.BlockedByStoreWait, v.Inventory.Waits},
	} {
		if b.Count > 0 {
			out = append(out, b)
		}
	}
	return out, err
}

// wrongReceivers counts receivers who will hold no post there that may own files.
func (a *App) wrongReceivers(ctx context.Context, id kernel.TenantID, v MoveView) (n int32, err error) {
	at := map[kernel.StoreID][]kernel.PersonID{}
	for _, o := range v.Owners {
		if o.Receiver == o.ReferrerID || o.Missing {
			continue
		}
		if to, along := v.Along(o.Receiver); !along || to != o.To {
			at[o.To] = append(at[o.To], o.Receiver)
		}
	}
	s := setting{tenant: id, today: v.On}
	if err := a.rule(ctx, &s, v.On); err != nil {
		return 0, err
	}
	for store, people := range at {
		s.store.ID = store
		present, _, err := posts(ctx, a.read(id), s, people...)
		if err != nil {
			return 0, err
		}
		for _, p := range people {
			if present[p] == "" {
				n++
			}
		}
	}
	return n, nil
}

// ReceiversOfMove gives who could receive today in the stores that a plan names.
func (a *App) ReceiversOfMove(ctx context.Context, id kernel.TenantID, v MoveView) (map[kernel.StoreID][]handoverdb.ReceiversRow, error) {
	s := setting{tenant: id}
	if err := a.rule(ctx, &s, v.today); err != nil {
		return nil, err
	}
	out := map[kernel.StoreID][]handoverdb.ReceiversRow{}
	for _, store := range v.targets() {
		rows, err := a.read(id).Receivers(ctx, handoverdb.ReceiversParams{TenantID: id, StoreID: store, Positions: s.positions, Day: v.today})
		if err != nil {
			return nil, err
		}
		out[store] = rows
	}
	return out, nil
}

// targets are the stores that guests go to.
func (v MoveView) targets() []kernel.StoreID {
	out := []kernel.StoreID{v.To}
	for _, l := range v.Lines {
		if !slices.Contains(out, l.To) {
			out = append(out, l.To)
		}
	}
	return out
}

// endingTargets counts the stores that guests go to and that are closed or end too.
func (a *App) endingTargets(ctx context.Context, id kernel.TenantID, v MoveView) (n int32, err error) {
	targets := v.targets()
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return 0, err
	}
	ending, err := a.read(id).EndingStores(ctx, id, handoverdb.UUIDs(targets))
	for _, s := range stores { // one whose end is approved is both
		if slices.Contains(targets, s.ID) && (s.ClosedOn != nil || slices.Contains(ending, s.ID)) {
			n++
		}
	}
	return n, err
}
