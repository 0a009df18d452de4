package customerapp

import (
	"bytes"
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// Review approves or rejects a submitted file. Exactly one decision counts. The
// first approval gives the file its standing from the store's business day on,
// its visits and its referrer, all in one transaction. Faults:
// customer.not_found, customer.not_submitted, customer.already_decided,
// customer.own_file (ROL-04), customer.reason_needed, customer.name_refused,
// customer.changed (not the version that was looked at); of a public file that
// somebody was offered, those of the port BeginTie.
func (a *App) Review(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, d customer.Decision) (View, error) {
	if err := a.decide(ctx, grant, now, id, d); err != nil {
		return View{}, err
	}
	return a.Get(ctx, grant, now, id)
}

func (a *App) decide(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, d customer.Decision) error {
	tenantID, reviewer := grant.Actor().Tenant, grant.Person()
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return err
	}
	switch f.State {
	case customer.Submitted:
	case customer.Approved, customer.Rejected, customer.Ended:
		return customer.ErrAlreadyDecided
	default:
		return customer.ErrNotSubmitted
	}
	if d.Version != 0 && d.Version != f.Version {
		return customer.ErrChanged
	}
	whom, err := customer.Decide(f.Row, f.fields, grant, d)
	if err != nil {
		return err
	}
	p, err := a.policy(ctx, tenantID, f.Store, now)
	if err != nil {
		return err
	}
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return err
	}
	reasons, err := customerdb.SealReasons(keys, f.revision, d.Reasons)
	if err != nil {
		return err
	}
	e := customer.Event{At: now, On: p.today, Kind: customer.FileRejected, Person: &reviewer, For: whom.Who(), Rule: "CUS-03"}
	for _, r := range d.Reasons {
		e.Fields = append(e.Fields, r.Field)
	}
	var begin func(context.Context, pgx.Tx, kernel.FileID, time.Time) error
	if d.Approve && f.cause == customer.CauseAdoption {
		if begin, err = a.ownership.BeginTie(ctx, tenantID, p.today); err != nil {
			return err
		}
	}
	state, approvedOn, until := customer.Rejected, (*kernel.BusinessDate)(nil), new(now.Add(p.reserve))
	if d.Approve {
		state, approvedOn, until, e.Kind = customer.Approved, &p.today, nil, customer.FileApproved
	}
	return a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		if f.cause == customer.CauseAdoption {
			if err := a.ownership.HoldTiesTx(ctx, tx, tenantID, id); err != nil {
				return err
			}
		}
		n, err := q.DecideGuest(ctx, customerdb.DecideGuestParams{TenantID: tenantID, FileID: id, State: string(state), ApprovedOn: approvedOn, Version: f.Version})
		if err != nil {
			return err
		}
		if n == 0 {
			return customer.ErrAlreadyDecided
		}
		if !d.Approve {
			if err := q.MoveClock(ctx, now, tenantID, id); err != nil { // DEL-02
				return err
			}
		}
		if !d.Approve && f.cause == customer.CauseAdoption {
			if err := a.ownership.SendBackTx(ctx, tx, tenantID, id, p.today); err != nil {
				return err
			}
		}
		if err := q.DecideRevision(ctx, customerdb.DecideRevisionParams{
			TenantID: tenantID, RevisionID: f.revision, State: string(state), Now: now, Reviewer: kernel.UUID(reviewer), DecidedFor: whom.Who(), ReasonsBox: reasons, ApprovedOn: approvedOn,
		}); err != nil {
			return err
		}
		switch { // the number that holds is never let go of
		case f.ApprovedOn == nil:
			_, err = q.HoldNumber(ctx, until, tenantID, id)
		case f.newKey != nil:
			err = q.HoldNewNumber(ctx, customerdb.HoldNewNumberParams{ReservedUntil: until, TenantID: tenantID, StoreID: f.Store, NumberKey: f.newKey, FileID: id})
		}
		if err != nil {
			return err
		}
		if d.Approve && f.ApprovedOn != nil {
			if err := a.applyTx(ctx, tx, tenantID, keys, f, p, now); err != nil {
				return err
			}
			if err := q.FinishChange(ctx, tenantID, &f.revision); err != nil {
				return err
			}
			if begin != nil {
				if err := begin(ctx, tx, id, now); err != nil {
					return err
				}
			}
		}
		if d.Approve && f.ApprovedOn == nil {
			if err := a.approveNumbersTx(ctx, tx, tenantID, f, p.today, now); err != nil {
				return err
			}
			if err := a.ownership.TieTx(ctx, tx, tenantID, id, f.Store, f.Writer, p.today, origin, nil, now); err != nil {
				return err
			}
			if err := a.tellTx(ctx, tx, tenantID, eventVIP, f.Store, id, now); err != nil {
				return err
			}
		}
		if err := event(ctx, q, tenantID, id, e); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenantID, now, decided(id, f, state, d))
	})
}

// approveNumbersTx gives the visits of all the guest's own numbers to the file. A
// file that lost its number to a conflict case meanwhile is decided already.
func (a *App) approveNumbersTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, f file, on kernel.BusinessDate, now time.Time) error {
	held, err := customerdb.New(tx).NumbersOfFile(ctx, id, f.File)
	if err != nil {
		return err
	}
	numbers, first := []customer.ApprovedNumber{}, false
	for _, key := range held {
		numbers = append(numbers, customer.ApprovedNumber{Store: f.Store, NumberKey: key, File: f.File, ApprovedOn: on})
		first = first || bytes.Equal(key, f.numberKey)
	}
	if !first {
		return customer.ErrAlreadyDecided
	}
	return a.visits.ApproveNumbersTx(ctx, tx, id, numbers, now)
}

// ReviewItem is a file that waits for a decision.
type ReviewItem struct {
	Item
	Fields     customer.Fields
	Template   int32 // version that judges the fields
	Submitted  time.Time
	Due        time.Time
	WriterName string
	Turn       Turn // whose turn it is
	Decidable  bool // false: the caller's own, or that of whom he acts for (ROL-04)
	Staff      StaffFlag
	Cause      customer.Cause
	Masked     string           // the number as it shall be
	Before     *customer.Fields // those that hold while these wait; nil: a new file
	Changed    []string         // what differs from those; "number" is the number
	Refused    *Refusal         // what this submission answers; nil: it was not refused
}

// Refusal is why a file was sent back, or why a revision was begun.
type Refusal struct {
	Reasons []customer.Reason
	By      kernel.Words // "B 代 A"; empty: nobody reviewed it yet
	At      *time.Time   // nil: as By
}

// maxTotal is how far waiting files are counted.
const maxTotal = 1000

// ListReviews lists the queue of the stores in reach, most urgent first, with
// the next page's token and how many wait in all, at most 1,000. Fault:
// invalid_field at "page_token".
func (a *App) ListReviews(ctx context.Context, grant kernel.Grant, now time.Time, store *kernel.StoreID, size int, token string) ([]ReviewItem, string, int, error) {
	id := grant.Actor().Tenant
	afterDue, afterFile, err := afterReview(id, token)
	if err != nil {
		return nil, "", 0, err
	}
	q, where, limit := a.read(id), reachOf(grant, store), int32(size+1)
	rows, total := []customerdb.ReviewsOfStoresRow{}, int64(0)
	switch stores := customerdb.IDs(where.stores); {
	case where.all:
		found, err := q.ReviewsOfTenant(ctx, customerdb.ReviewsOfTenantParams{TenantID: id, AfterDue: afterDue, AfterFile: afterFile, RowLimit: limit})
		if err != nil {
			return nil, "", 0, err
		}
		for _, r := range found {
			rows = append(rows, customerdb.ReviewsOfStoresRow(r))
		}
		total, err = q.CountReviewsOfTenant(ctx, id, maxTotal)
		if err != nil {
			return nil, "", 0, err
		}
	case len(stores) > 0:
		rows, err = q.ReviewsOfStores(ctx, customerdb.ReviewsOfStoresParams{TenantID: id, Stores: stores, AfterDue: afterDue, AfterFile: afterFile, RowLimit: limit})
		if err != nil {
			return nil, "", 0, err
		}
		total, err = q.CountReviewsOfStores(ctx, id, stores, maxTotal)
		if err != nil {
			return nil, "", 0, err
		}
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		last := rows[size-1]
		next = rpc.PageToken(id, last.DueAt.Format(time.RFC3339Nano), last.FileID.String())
	}
	items, err := a.reviewItems(ctx, grant, now, rows)
	return items, next, int(total), err
}

func (a *App) reviewItems(ctx context.Context, grant kernel.Grant, now time.Time, rows []customerdb.ReviewsOfStoresRow) ([]ReviewItem, error) {
	keys, err := a.Numbers.Keys(ctx, grant.Actor().Tenant)
	if err != nil {
		return nil, err
	}
	guests, people := make([]customerdb.Guest, len(rows)), []kernel.PersonID{}
	for i, r := range rows {
		guests[i], people = r.Guest(), append(people, r.Editor)
		for _, p := range []*kernel.PersonID{r.DecidedBy, r.DecidedFor} {
			if p != nil {
				people = append(people, *p)
			}
		}
	}
	items, err := a.items(ctx, grant.Actor().Tenant, now, guests)
	if err != nil {
		return nil, err
	}
	names, err := a.Staff.Names(ctx, grant.Actor().Tenant, people)
	if err != nil {
		return nil, err
	}
	files, revised := make([]kernel.FileID, len(rows)), []kernel.FileID{}
	for i, r := range rows {
		files[i] = r.FileID
		if r.ApprovedOn != nil {
			revised = append(revised, r.FileID)
		}
	}
	held, err := a.held(ctx, grant.Actor().Tenant, keys, revised)
	if err != nil {
		return nil, err
	}
	flags, err := a.staffFlags(ctx, grant.Actor().Tenant, files, now)
	if err != nil {
		return nil, err
	}
	waiting := make([]customerdb.WaitingRow, len(rows))
	for i, r := range rows {
		waiting[i] = customerdb.WaitingRow{FileID: r.FileID, StoreID: r.StoreID, WriterID: r.WriterID, OwnerID: r.OwnerID, EditorID: r.EditorID, DueAt: *r.DueAt}
	}
	turns, err := a.turns(ctx, grant.Actor().Tenant, now, waiting)
	if err != nil {
		return nil, err
	}
	t, err := a.templateOf(ctx, grant.Actor().Tenant, nil)
	if err != nil {
		return nil, err
	}
	out := make([]ReviewItem, len(rows))
	for i, r := range rows {
		_, decidable := grant.Decide(r.StoreID, items[i].Concerns)
		out[i] = ReviewItem{Item: items[i], WriterName: names[r.Editor], Submitted: *r.SubmittedAt, Due: *r.DueAt, Turn: turns[i], Decidable: decidable, Staff: flags[r.FileID], Cause: customer.Cause(r.Cause)}
		if out[i].Template = t.Version; r.TemplateVersion != nil {
			out[i].Template = *r.TemplateVersion
		}
		if out[i].Fields, err = customerdb.OpenFields(keys, r.RevisionID, r.FieldsBox); err != nil {
			return nil, err
		}
		if out[i].Masked, err = openNew(keys, r.RevisionID, r.NewBox, items[i].Masked); err != nil {
			return nil, err
		}
		reasons, err := customerdb.OpenReasons(keys, r.RevisionID, r.ReasonsBox)
		if err != nil {
			return nil, err
		}
		if len(reasons) > 0 {
			out[i].Refused = &Refusal{reasons, signature(names, r.DecidedBy, r.DecidedFor), r.DecidedAt}
		}
		if before, ok := held[r.FileID]; ok {
			out[i].Before, out[i].Changed = &before, before.Changed(out[i].Fields)
			if r.NewBox != nil {
				out[i].Changed = append(out[i].Changed, numberField)
			}
		}
	}
	return out, nil
}

func afterReview(id kernel.TenantID, token string) (time.Time, kernel.UUID, error) {
	parts, err := rpc.ParsePageToken(id, token, 2)
	if err != nil || parts == nil {
		return time.Time{}, kernel.UUID{}, err
	}
	due, timeErr := time.Parse(time.RFC3339Nano, parts[0])
	file, idErr := kernel.ParseID[kernel.UUID](parts[1])
	if timeErr != nil || idErr != nil {
		return time.Time{}, kernel.UUID{}, errPageToken
	}
	return due, file, nil
}
