package customerapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
)

// mergeTable is what boxes of why two files are one guest's are bound to.
const mergeTable = "file_merge.reason"

// MergeInput says which file becomes part of which, and whose guest he is then.
type MergeInput struct {
	Survivor, Merged kernel.FileID
	FromMerged       bool // the merged file's owner keeps him; false: the survivor's
	Reason           string
}

// MergeEffect is what a merging changes, or would.
type MergeEffect struct {
	ID                           kernel.UUID
	SurvivorOn, MergedOn, After  kernel.BusinessDate // first approvals before, and of the one file
	Visits                       customer.VisitMerge
	Owners                       customer.MergedTies
	Names                        map[kernel.PersonID]string // of the owners
	store                        kernel.StoreID
	contact                      kernel.UUID
	contacts                     []kernel.UUID
	survivorBlack, mergedIsBlack bool
}

// errOnlyTried rolls back what was only to be seen.
var errOnlyTried = errors.New("only tried")

// PreviewMerge says what MergeFiles would change, or what stands in its way; it
// does it and takes it back, so that it can't say anything else.
func (a *App) PreviewMerge(ctx context.Context, grant kernel.Grant, now time.Time, in MergeInput) (MergeEffect, error) {
	e, err := a.mergeFiles(ctx, grant, now, in, false)
	if errors.Is(err, errOnlyTried) {
		err = nil
	}
	return e, err
}

// MergeFiles makes one file of two of the same guest in the same store, in one
// transaction:
//
//   - The survivor's fields hold. The merged file's numbers and contacts become
//     the survivor's, bookings follow their numbers; what the guest agreed to last
//     on either file holds (CUS-11).
//   - First approval is the earlier of both: visits since then count, under
//     whichever number; a meal under several is one visit (VIS-08).
//   - One owner stays (ownership.MergeTiesTx); the other is told. Months that were
//     closed stay closed, credits stay with whoever earned them (HND-03).
//
// Faults: customer.not_found, those of customer.CheckMerge and Unsettled,
// merge.own_guest (ROL-04), merge.no_owner, invalid_field at "reason".
func (a *App) MergeFiles(ctx context.Context, grant kernel.Grant, now time.Time, in MergeInput) (MergeEffect, error) {
	var err error
	if in.Reason, err = customer.MergeReason(in.Reason); err != nil {
		return MergeEffect{}, err
	}
	return a.mergeFiles(ctx, grant, now, in, true)
}

func (a *App) mergeFiles(ctx context.Context, grant kernel.Grant, now time.Time, in MergeInput, keep bool) (e MergeEffect, err error) {
	id := grant.Actor().Tenant
	first, err := a.load(ctx, grant, in.Survivor)
	if err != nil {
		return e, err
	}
	second, err := a.load(ctx, grant, in.Merged)
	if err != nil {
		return e, err
	}
	whom, ok := grant.Decide(first.Store, func(p kernel.PersonID) bool { return first.Concerns(p) || second.Concerns(p) })
	if !ok {
		return e, customer.ErrMergeOwn
	}
	p, err := a.policy(ctx, id, first.Store, now)
	if err != nil {
		return e, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return e, err
	}
	m := merging{app: a, id: id, keys: keys, policy: p, in: in, by: grant.Person(), whom: whom.Who(), now: now}
	err = a.unlocked(func() error {
		return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
			if e, err = m.do(ctx, tx); err == nil && !keep {
				err = errOnlyTried
			}
			return err
		})
	})
	if err != nil && !errors.Is(err, errOnlyTried) {
		return MergeEffect{}, err
	}
	var namesErr error
	e.Names, namesErr = a.Staff.Names(ctx, id, people(e.Owners.SurvivorOwner, e.Owners.MergedOwner, e.Owners.After))
	return e, errors.Join(err, namesErr)
}

// unlocked tries again what the database gave up because it and a nightly run
// waited for each other: the run takes the ties of many files, in no order.
func (a *App) unlocked(do func() error) (err error) {
	for range 3 {
		err = do()
		if pgErr := (*pgconn.PgError)(nil); !errors.As(err, &pgErr) || pgErr.Code != "40P01" {
			break
		}
	}
	return err
}

func people(maybe ...*kernel.PersonID) []kernel.PersonID {
	out := []kernel.PersonID{}
	for _, p := range maybe {
		if p != nil {
			out = append(out, *p)
		}
	}
	return out
}

// merging is one merging on its way.
type merging struct {
	app    *App
	id     kernel.TenantID
	keys   *secret.Keys
	policy policy
	in     MergeInput
	by     kernel.PersonID
	whom   *kernel.PersonID
	now    time.Time
}

// parts locks two files, in one order, and gives them in the order asked for.
// Fault: customer.not_found.
func parts(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, first, second kernel.FileID) (a, b customerdb.LockMergePartsRow, err error) {
	rows, err := q.LockMergeParts(ctx, id, customerdb.IDs([]kernel.FileID{first, second}))
	if err == nil && len(rows) < 2 && first != second {
		err = customer.ErrNotFound
	}
	for _, r := range rows {
		if r.FileID == first {
			a = r
		}
		if r.FileID == second {
			b = r
		}
	}
	return a, b, err
}

func (m *merging) do(ctx context.Context, tx pgx.Tx) (e MergeEffect, err error) {
	q := customerdb.New(tx)
	if err := m.app.ownership.HoldTiesTx(ctx, tx, m.id, m.in.Survivor, m.in.Merged); err != nil {
		return e, err
	}
	survivor, merged, err := parts(ctx, q, m.id, m.in.Survivor, m.in.Merged)
	if err != nil {
		return e, err
	}
	if err := customer.CheckMerge(survivor.Part(), merged.Part()); err != nil {
		return e, err
	}
	open, err := q.Unsettled(ctx, customerdb.UnsettledParams{
		TenantID: m.id, Survivor: m.in.Survivor, Merged: m.in.Merged, Files: customerdb.IDs([]kernel.FileID{m.in.Survivor, m.in.Merged}),
	})
	if err != nil {
		return e, err
	}
	if err := open.Unsettled(1).Fault(); err != nil {
		return e, err
	}
	e = MergeEffect{
		ID: kernel.NewID[kernel.UUID](m.now), SurvivorOn: *survivor.ApprovedOn, MergedOn: *merged.ApprovedOn, After: min(*survivor.ApprovedOn, *merged.ApprovedOn),
		store: survivor.StoreID, survivorBlack: survivor.Blacklisted, mergedIsBlack: merged.Blacklisted,
	}
	if err := m.moveNumbers(ctx, q, merged, &e); err != nil {
		return e, err
	}
	if err := q.SetMerged(ctx, kernel.UUID(m.in.Survivor), m.id, m.in.Merged); err != nil {
		return e, err
	}
	if err := q.SetSurvivor(ctx, customerdb.SetSurvivorParams{
		TenantID: m.id, Survivor: m.in.Survivor, ApprovedOn: e.After, Blacklisted: survivor.Blacklisted || merged.Blacklisted,
	}); err != nil {
		return e, err
	}
	if merged.Blacklisted && !survivor.Blacklisted {
		if err := m.app.tellTx(ctx, tx, m.id, eventBlacklisted, survivor.StoreID, m.in.Survivor, m.now); err != nil {
			return e, err
		}
	}
	e.Visits, err = m.app.visits.MergeNumbersTx(ctx, tx, m.id, customer.NumberMerge{
		ID: e.ID, Survivor: m.in.Survivor, Merged: m.in.Merged, SurvivorOn: e.SurvivorOn, MergedOn: e.MergedOn,
	}, m.now)
	if err != nil {
		return e, err
	}
	e.Owners, err = m.app.ownership.MergeTiesTx(ctx, tx, m.id, m.ties(e), m.now)
	if err != nil {
		return e, err
	}
	return e, m.record(ctx, tx, e)
}

func (m *merging) ties(e MergeEffect) customer.TieMerge {
	return customer.TieMerge{
		ID: e.ID, Survivor: m.in.Survivor, Merged: m.in.Merged, Store: e.store, FromMerged: m.in.FromMerged, On: m.policy.today, RuleVersion: m.policy.version,
		By: m.by, For: m.whom, ApprovedOn: e.After, Visits: e.Visits,
	}
}

// moveNumbers makes the merged file's numbers and contacts the survivor's; its
// first number becomes a further one of the guest's own.
func (m *merging) moveNumbers(ctx context.Context, q *customerdb.Queries, merged customerdb.LockMergePartsRow, e *MergeEffect) (err error) {
	if e.contacts, err = q.MoveContacts(ctx, m.in.Survivor, m.id, m.in.Merged); err != nil {
		return err
	}
	if err := q.MoveFileNumbers(ctx, m.in.Survivor, m.id, m.in.Merged); err != nil {
		return err
	}
	if err := q.CopyStaffFlags(ctx, kernel.UUID(m.in.Survivor), m.id, m.in.Merged); err != nil {
		return err
	}
	number, err := m.keys.Open(merged.NumberBox, guestTable, kernel.UUID(m.in.Merged))
	if err != nil {
		return err
	}
	e.contact = kernel.NewID[kernel.UUID](m.now)
	box, err := m.keys.Seal(number, contactTable, e.contact)
	if err != nil {
		return err
	}
	n, err := q.InsertContact(ctx, customerdb.InsertContactParams{
		TenantID: m.id, ContactID: e.contact, FileID: m.in.Survivor, StoreID: merged.StoreID, Kind: string(customer.ContactOwn), NumberKey: merged.NumberKey, NumberBox: box,
		Writer: kernel.UUID(m.by), Now: m.now,
	})
	if err == nil && n == 0 {
		err = customer.ErrMergeContact
	}
	return err
}

// record writes what is needed to undo it, the timelines' and the log's lines,
// and tells whose guest he was.
func (m *merging) record(ctx context.Context, tx pgx.Tx, e MergeEffect) error {
	q := customerdb.New(tx)
	reason, err := m.keys.SealBytes([]byte(m.in.Reason), mergeTable, e.ID)
	if err != nil {
		return err
	}
	if err := q.InsertMerge(ctx, customerdb.InsertMergeParams{
		TenantID: m.id, MergeID: e.ID, StoreID: e.store, SurvivorID: m.in.Survivor, MergedID: m.in.Merged, ReasonBox: reason, MergedBy: &m.by, MergedFor: m.whom, Now: m.now,
		SurvivorApprovedOn: e.SurvivorOn, MergedApprovedOn: e.MergedOn, SurvivorBlacklisted: e.survivorBlack, ContactID: e.contact, Contacts: e.contacts,
	}); err != nil {
		return err
	}
	return m.lines(ctx, tx, e.store, e.Owners, customer.FilesMerged, customer.MergedInto, message.FilesMerged, audit.Entry{Action: "customer.merged"})
}

// lines writes a line on both timelines and one in the log of acts, and tells
// the owners, but for who did it himself.
func (m *merging) lines(ctx context.Context, tx pgx.Tx, store kernel.StoreID, owners customer.MergedTies, onSurvivor, onMerged customer.EventKind, note message.NoteKind, entry audit.Entry) error {
	q := customerdb.New(tx)
	for file, kind := range map[kernel.FileID]customer.EventKind{m.in.Survivor: onSurvivor, m.in.Merged: onMerged} {
		if err := event(ctx, q, m.id, file, customer.Event{At: m.now, On: m.policy.today, Kind: kind, Person: &m.by, For: m.whom, Rule: customer.RuleMerge}); err != nil {
			return err
		}
	}
	told := map[kernel.PersonID]bool{m.by: true}
	notes := []message.Note{}
	for _, p := range people(owners.SurvivorOwner, owners.MergedOwner, owners.After) {
		if !told[p] {
			told[p] = true
			notes = append(notes, message.Note{Person: p, Kind: note, File: m.in.Survivor, On: m.policy.today})
		}
	}
	if err := m.app.inbox.NoteTx(ctx, tx, m.id, notes, m.now); err != nil {
		return err
	}
	named := func(p *kernel.PersonID) string {
		if p == nil {
			return ""
		}
		return p.String()
	}
	l := line(entry.Action, m.in.Survivor, store, audit.Change{Field: "merged_file", After: m.in.Merged.String()},
		audit.Change{Field: "owner", Before: named(owners.SurvivorOwner), After: named(owners.After)})
	return audit.WriteTx(ctx, tx, m.id, m.now, l)
}
