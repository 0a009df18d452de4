package customerapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
)

// openCase is a case as it was read.
type openCase struct {
	customer.Conflict
	id              kernel.UUID
	file, claimFile kernel.FileID
	key             []byte
	row             customerdb.ConflictRow
}

func caseOf(r customerdb.ConflictRow) openCase {
	return openCase{
		Conflict: customer.Conflict{
			Store: r.StoreID, State: customer.ConflictState(r.State), Holder: r.HolderID, Claimant: r.ClaimantID, Due: r.DueAt,
			Guest: customer.Row{File: r.FileID, Store: r.StoreID, Owner: r.OwnerID, Writer: r.WriterID, ApprovedOn: r.ApprovedOn, State: customer.State(r.FileState)},
		},
		id: r.CaseID, file: r.FileID, claimFile: r.ClaimFileID, key: r.NumberKey, row: r,
	}
}

// loadConflict reads a case that a grant reaches. Fault: conflict.not_found, also
// for what lies outside.
func (a *App) loadConflict(ctx context.Context, grant kernel.Grant, id kernel.UUID) (openCase, error) {
	row, err := a.read(grant.Actor().Tenant).Conflict(ctx, grant.Actor().Tenant, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return openCase{}, customer.ErrNoConflict
	}
	if err != nil {
		return openCase{}, err
	}
	c := caseOf(row)
	if !c.Within(grant) {
		return openCase{}, customer.ErrNoConflict
	}
	return c, nil
}

// ConflictView is a case as one of those sees it who have part in it or may
// decide it.
type ConflictView struct {
	customer.Conflict
	ID                       kernel.UUID
	StoreName                string
	Masked                   string
	Outcome                  customer.Side
	HolderName, ClaimantName string
	Since                    kernel.BusinessDate // on file since
	GuestName                string              // on the holder's file; empty: not the reader's to see
	ClaimedName              string              // as the claimant wrote it; empty: not the reader's to see
	File, ClaimFile          *kernel.FileID      // nil: not the reader's to see
	Texts                    customer.ConflictTexts
	Opened                   time.Time
	Ended                    *time.Time
	EndedBy                  string
	Turn                     *Turn // nil unless with the manager
	Manager                  bool  // the time to settle is over
	ByMe, Mine               bool  // the reader claims; holds
	Decidable                bool
	HolderBookings           int
	ClaimantBookings         int
}

// Conflict gives one case. Fault: conflict.not_found.
func (a *App) Conflict(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (ConflictView, error) {
	c, err := a.loadConflict(ctx, grant, id)
	if err != nil {
		return ConflictView{}, err
	}
	out, err := a.conflictViews(ctx, grant, now, []openCase{c})
	if err != nil {
		return ConflictView{}, err
	}
	return out[0], nil
}

// everything is when pages begin that show the newest first.
var everything = kernel.UUID(slices.Repeat([]byte{0xff}, 16))

// Conflicts lists the cases that somebody has part in or that lie in his reach:
// open ones by due time, or those that ended, newest first; with the next page's
// token. Fault: invalid_field at "page_token".
func (a *App) Conflicts(ctx context.Context, grant kernel.Grant, now time.Time, store *kernel.StoreID, ended bool, size int, token string) ([]ConflictView, string, error) {
	id := grant.Actor().Tenant
	at, after, err := afterReview(id, token)
	if err != nil {
		return nil, "", err
	}
	p := customerdb.OpenConflictsParams{
		TenantID: id, AfterAt: at, AfterCase: after, Everywhere: grant.Tenant(), Stores: customerdb.IDs(grant.Stores()), Me: grant.Person(), RowLimit: int32(size + 1),
	}
	if store != nil {
		p.OnlyStore = kernel.UUID(*store)
	}
	cases := []openCase{}
	if ended {
		if token == "" {
			at, after = distant, everything
		}
		rows, err := a.read(id).EndedConflicts(ctx, customerdb.EndedConflictsParams{
			TenantID: id, BeforeAt: at, BeforeCase: after, Everywhere: p.Everywhere, Stores: p.Stores, Me: p.Me, OnlyStore: p.OnlyStore, RowLimit: p.RowLimit,
		})
		if err != nil {
			return nil, "", err
		}
		for _, r := range rows {
			cases = append(cases, caseOf(customerdb.ConflictRow(r)))
		}
	} else {
		rows, err := a.read(id).OpenConflicts(ctx, p)
		if err != nil {
			return nil, "", err
		}
		for _, r := range rows {
			cases = append(cases, caseOf(customerdb.ConflictRow(r)))
		}
	}
	next := ""
	if len(cases) > size {
		cases = cases[:size]
		last := cases[size-1]
		at := last.Due
		if ended {
			at = *last.row.EndedAt
		}
		next = rpc.PageToken(id, at.Format(time.RFC3339Nano), last.id.String())
	}
	out, err := a.conflictViews(ctx, grant, now, cases)
	return out, next, err
}

// evidenceMonths is how far back bookings are counted for a case.
const evidenceMonths = 3

func (a *App) conflictViews(ctx context.Context, grant kernel.Grant, now time.Time, cases []openCase) ([]ConflictView, error) {
	out := make([]ConflictView, len(cases))
	if len(cases) == 0 {
		return out, nil
	}
	id, me := grant.Actor().Tenant, grant.Person()
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	list, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	stores := map[kernel.StoreID]tenant.Store{}
	for _, s := range list {
		stores[s.ID] = s
	}
	people, asked := []kernel.PersonID{}, []customer.BookedBy{}
	due := []customerdb.DueConflictsRow{}
	for _, c := range cases {
		people = append(people, c.Holder, c.Claimant)
		if c.row.EndedBy != nil {
			people = append(people, *c.row.EndedBy)
		}
		asked = append(asked, customer.BookedBy{Store: c.Store, NumberKey: c.key, Person: c.Holder}, customer.BookedBy{Store: c.Store, NumberKey: c.key, Person: c.Claimant})
		if c.WithManager(now) {
			due = append(due, customerdb.DueConflictsRow{CaseID: c.id, StoreID: c.Store, HolderID: c.Holder, ClaimantID: c.Claimant, DueAt: c.Due, OwnerID: c.Guest.Owner})
		}
	}
	names, err := a.Staff.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	booked, err := a.visits.BookedBy(ctx, id, asked, stores[cases[0].Store].BusinessDate(now).MinusMonths(evidenceMonths))
	if err != nil {
		return nil, err
	}
	turns, err := a.conflictTurns(ctx, id, now, due)
	if err != nil {
		return nil, err
	}
	shown, review := rpc.GrantFor(ctx, customer.NamesPermission), rpc.GrantFor(ctx, reviewPermission)
	told := func(file customer.Row, name string) string { // masked for who sees no names in clear
		if file.OwnedBy(me) || file.NameShown(shown, review) {
			return name
		}
		return customer.Name(name).Masked()
	}
	for i, c := range cases {
		number, err := keys.Open(c.row.NumberBox, guestTable, kernel.UUID(c.claimFile))
		if err != nil {
			return nil, err
		}
		texts, err := customerdb.OpenTexts(keys, c.id, c.row.TextsBox)
		if err != nil {
			return nil, err
		}
		_, cannot := c.Decide(grant, now)
		v := ConflictView{
			Conflict: c.Conflict, ID: c.id, StoreName: stores[c.Store].Name, Masked: number.Masked(), Outcome: customer.Side(c.row.Outcome),
			HolderName: names[c.Holder], ClaimantName: names[c.Claimant], Since: stores[c.Store].BusinessDate(c.row.FileCreatedAt),
			Texts: texts, Opened: c.row.OpenedAt, Ended: c.row.EndedAt, Manager: c.WithManager(now), ByMe: c.Claimant == me, Mine: c.Holder == me, Decidable: cannot == nil,
			HolderBookings: booked[2*i], ClaimantBookings: booked[2*i+1],
		}
		if c.Guest.ApprovedOn != nil {
			v.Since = *c.Guest.ApprovedOn
		}
		if whole := grant.Covers(c.Store, false); whole || c.Guest.OwnedBy(me) {
			v.File, v.GuestName = &cases[i].file, told(c.Guest, c.row.GuestName)
		}
		if grant.Covers(c.Store, false) || v.ByMe {
			v.ClaimFile, v.ClaimedName = &cases[i].claimFile, told(customer.Row{Store: c.Store, Writer: c.Claimant}, c.row.ClaimedName)
		}
		if c.row.EndedBy != nil {
			v.EndedBy = names[*c.row.EndedBy]
		}
		if v.Manager {
			v.Turn, turns = &turns[0], turns[1:]
		}
		out[i] = v
	}
	return out, nil
}
