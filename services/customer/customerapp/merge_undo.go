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
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
)

// MergeView is a merging with what its page shows besides.
type MergeView struct {
	customer.Merge
	File     Item // the merged one; its name is empty once it was erased
	ByName   string
	ForName  string
	UndoName string
	Undoable bool // by the caller, as far as the merging itself is concerned
}

// Merges lists what became part of a file, newest first, also what was undone.
// Fault: customer.not_found.
func (a *App) Merges(ctx context.Context, grant kernel.Grant, now time.Time, survivor kernel.FileID) ([]MergeView, customer.Row, error) {
	f, err := a.load(ctx, grant, survivor)
	if err != nil {
		return nil, f.Row, err
	}
	id := grant.Actor().Tenant
	rows, err := a.read(id).MergesOf(ctx, id, survivor)
	if err != nil {
		return nil, f.Row, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, f.Row, err
	}
	files, who := []kernel.FileID{}, []kernel.PersonID{}
	for _, r := range rows {
		files, who = append(files, r.MergedID), append(who, people(r.MergedBy, r.MergedFor, r.UndoneBy)...)
	}
	names, err := a.Staff.Names(ctx, id, who)
	if err != nil {
		return nil, f.Row, err
	}
	guests, err := a.read(id).Rows(ctx, id, customerdb.IDs(files))
	if err != nil {
		return nil, f.Row, err
	}
	shown := make([]customerdb.Guest, len(guests))
	for i, g := range guests {
		shown[i] = g.Guest()
	}
	items, err := a.items(ctx, id, now, shown)
	if err != nil {
		return nil, f.Row, err
	}
	_, mine := grant.Decide(f.Store, f.Concerns)
	out, last := make([]MergeView, len(rows)), false
	for i, r := range rows {
		v := MergeView{Merge: r.Merge()}
		if v.Reason, err = openWords(keys, mergeTable, r.MergeID, r.ReasonBox); err != nil {
			return nil, f.Row, err
		}
		v.ByName = names[v.By]
		if v.For != nil {
			v.ForName = names[*v.For]
		}
		if v.UndoneBy != nil {
			v.UndoName = names[*v.UndoneBy]
		}
		if n := slices.IndexFunc(items, func(i Item) bool { return i.File == r.MergedID }); n >= 0 {
			v.File = items[n]
		}
		v.Undoable = mine && !last && r.UndoneAt == nil && r.StoreID == f.Store
		last = last || r.UndoneAt == nil
		out[i] = v
	}
	return out, f.Row, nil
}

// UndoMerge makes two files again of one, each with its numbers, first approval,
// visits and referrer as before the merging; visits that came since go with their
// number. What the merging did not bring stays the survivor's. Faults:
// merge.not_found, merge.undone, merge.not_last, merge.gone,
// merge.numbers_changed, merge.store_moved, merge.own_guest (ROL-04), those of Unsettled.
func (a *App) UndoMerge(ctx context.Context, grant kernel.Grant, now time.Time, merge kernel.UUID) (kernel.FileID, error) {
	id := grant.Actor().Tenant
	r, err := a.read(id).Merge(ctx, id, merge)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Covers(r.StoreID, false) {
		return kernel.FileID{}, customer.ErrNoMerge
	}
	if err != nil {
		return kernel.FileID{}, err
	}
	p, err := a.policy(ctx, id, r.StoreID, now)
	if err != nil {
		return kernel.FileID{}, err
	}
	m := merging{app: a, id: id, policy: p, in: MergeInput{Survivor: r.SurvivorID, Merged: r.MergedID}, by: grant.Person(), now: now}
	return r.SurvivorID, a.unlocked(func() error {
		return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error { return m.undo(ctx, tx, grant, r) })
	})
}

func (m *merging) undo(ctx context.Context, tx pgx.Tx, grant kernel.Grant, r customerdb.FileMerge) error {
	q := customerdb.New(tx)
	if err := m.app.ownership.HoldTiesTx(ctx, tx, m.id, r.SurvivorID, r.MergedID); err != nil {
		return err
	}
	survivor, merged, err := parts(ctx, q, m.id, r.SurvivorID, r.MergedID)
	if err != nil {
		return err
	}
	whom, ok := grant.Decide(r.StoreID, func(p kernel.PersonID) bool { return survivor.Part().Concerns(p) || merged.Part().Concerns(p) })
	if !ok {
		return customer.ErrMergeOwn
	}
	m.whom = whom.Who()
	switch again, err := q.Merge(ctx, m.id, r.MergeID); {
	case err != nil:
		return err
	case again.UndoneAt != nil:
		return customer.ErrMergeUndone
	case survivor.State == string(customer.Merged):
		return customer.ErrMergeNotLast
	case survivor.ApprovedOn == nil || merged.State != string(customer.Merged):
		return customer.ErrMergeGone
	case survivor.StoreID != r.StoreID: // the store ended meanwhile (HND-08)
		return customer.ErrMergeMoved
	}
	n, err := q.EndMerge(ctx, customerdb.EndMergeParams{TenantID: m.id, MergeID: r.MergeID, UndoneBy: kernel.UUID(m.by), UndoneFor: m.whom, Now: m.now})
	if err != nil {
		return err
	}
	if n == 0 {
		return customer.ErrMergeNotLast
	}
	open, err := q.Unsettled(ctx, customerdb.UnsettledParams{TenantID: m.id, Survivor: r.SurvivorID, Merged: r.MergedID, Files: customerdb.IDs([]kernel.FileID{r.SurvivorID})})
	if err != nil {
		return err
	}
	if err := open.Unsettled(0).Fault(); err != nil {
		return err
	}
	if err := returnNumbers(ctx, q, m.id, r, merged); err != nil {
		return err
	}
	black := survivor.Blacklisted
	if merged.Blacklisted { // then it was the merging that set it, if it was not set before
		black = r.SurvivorBlacklisted
	}
	if err := q.SetSurvivor(ctx, customerdb.SetSurvivorParams{TenantID: m.id, Survivor: r.SurvivorID, ApprovedOn: r.SurvivorApprovedOn, Blacklisted: black}); err != nil {
		return err
	}
	if err := q.SetUnmerged(ctx, r.MergedApprovedOn, m.id, r.MergedID); err != nil {
		return err
	}
	numbers := customer.NumberMerge{ID: r.MergeID, Survivor: r.SurvivorID, Merged: r.MergedID, SurvivorOn: r.SurvivorApprovedOn, MergedOn: r.MergedApprovedOn}
	if err := m.app.visits.UnmergeNumbersTx(ctx, tx, m.id, numbers, m.now); err != nil {
		return err
	}
	ties := m.ties(MergeEffect{ID: r.MergeID, After: r.SurvivorApprovedOn, store: r.StoreID})
	owners, err := m.app.ownership.UnmergeTiesTx(ctx, tx, m.id, ties, m.now)
	if err != nil {
		return err
	}
	return m.lines(ctx, tx, r.StoreID, owners, customer.MergeTakenBack, customer.MergeTakenBack, message.FilesUnmerged, audit.Entry{Action: "customer.unmerged"})
}

// returnNumbers gives numbers and contacts back that the merging moved. Fault:
// merge.numbers_changed when one of the guest's own is the survivor's no more, or
// has become his first.
func returnNumbers(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, r customerdb.FileMerge, merged customerdb.LockMergePartsRow) error {
	own, err := q.OwnContacts(ctx, id, r.SurvivorID, r.Contacts)
	if err != nil {
		return err
	}
	numbers := [][]byte{merged.NumberKey}
	for _, c := range own {
		numbers = append(numbers, c.NumberKey)
	}
	held, err := q.NumbersToReturn(ctx, customerdb.NumbersToReturnParams{TenantID: id, StoreID: r.StoreID, Survivor: r.SurvivorID, NumberKeys: numbers})
	if err != nil {
		return err
	}
	if held.Held != held.Had || held.First {
		return customer.ErrMergeNumbers
	}
	if n, err := q.DeleteContact(ctx, id, r.SurvivorID, r.ContactID); err != nil || n == 0 {
		return errors.Join(err, customer.ErrMergeNumbers)
	}
	if err := q.ReturnContacts(ctx, customerdb.ReturnContactsParams{TenantID: id, Survivor: r.SurvivorID, Merged: r.MergedID, Contacts: r.Contacts}); err != nil {
		return err
	}
	return q.ReturnNumbers(ctx, customerdb.ReturnNumbersParams{TenantID: id, StoreID: r.StoreID, Survivor: r.SurvivorID, Merged: r.MergedID, NumberKeys: numbers})
}
