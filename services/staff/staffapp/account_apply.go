package staffapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// requestTable is what the boxes of numbers on requests are bound to.
const requestTable = "account_request"

// ApplyAccount asks head office to open an account for a member of a store's
// staff (ACC-01); the hours begin to run by the clock. Faults:
// staff.unknown_store, account.head_office_position, account.other_person,
// staff.has_left, staff.phone_taken, account.already_active,
// account.already_requested.
func (a *App) ApplyAccount(ctx context.Context, grant kernel.Grant, in staff.AccountForm) (staff.AccountRequest, error) {
	tenant, now := grant.Actor().Tenant, a.Clock.Now()
	if !grant.Covers(in.Store, false) {
		return staff.AccountRequest{}, staff.ErrUnknownStore
	}
	if err := a.knownStores(ctx, tenant, []kernel.StoreID{in.Store}); err != nil {
		return staff.AccountRequest{}, err
	}
	position, err := a.position(ctx, tenant, in.Position)
	if err != nil {
		return staff.AccountRequest{}, err
	}
	if position.HeadOffice {
		return staff.AccountRequest{}, staff.ErrHeadPosition
	}
	today, err := a.today(ctx, tenant)
	if err != nil {
		return staff.AccountRequest{}, err
	}
	hours, err := a.openHours(ctx, tenant, today)
	if err != nil {
		return staff.AccountRequest{}, err
	}
	keys, err := a.Numbers.Keys(ctx, tenant)
	if err != nil {
		return staff.AccountRequest{}, err
	}
	r := staff.AccountRequest{
		AccountForm: in, ID: kernel.NewID[kernel.UUID](now), State: staff.Pending, AppliedBy: grant.Person(), AppliedAt: now,
		DueAt: now.Add(time.Duration(hours) * time.Hour), Account: staff.AccountNone, AppliedName: grant.Actor().Name,
	}
	box, err := keys.Seal(in.Number, requestTable, r.ID)
	if err != nil {
		return staff.AccountRequest{}, err
	}
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if r.Person, err = a.applicable(ctx, q, tenant, today, in, keys.NumberKey(in.Number)); err != nil {
			return err
		}
		err := q.InsertRequest(ctx, staffdb.InsertRequestParams{
			TenantID: tenant, RequestID: r.ID, StoreID: in.Store, ForPerson: r.Person, StaffNo: in.StaffNo, Name: in.Name, Position: in.Position, EntryOn: in.EntryOn,
			NumberKey: keys.NumberKey(in.Number), NumberBox: box, Reason: in.Reason, AppliedBy: &r.AppliedBy, Now: now, DueAt: r.DueAt,
		})
		if db.ConstraintName(err) == "account_request_open" {
			return staff.ErrRequested
		}
		if err != nil {
			return err
		}
		if err := a.ports.InsertJobTx(ctx, tx, LateArgs{Tenant: tenant, Request: r.ID}, &river.InsertOpts{ScheduledAt: r.DueAt}); err != nil {
			return err
		}
		return a.noteRequest(ctx, tx, tenant, "account.applied", r, audit.Change{Field: "staff_no", After: in.StaffNo})
	})
	return r, err
}

// applicable finds whom a form is for; nil: he is not on the list of staff yet.
func (a *App) applicable(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, today kernel.BusinessDate, in staff.AccountForm, numberKey []byte) (*kernel.PersonID, error) {
	var id kernel.PersonID
	row, err := q.PersonByNo(ctx, tenant, in.StaffNo)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
	case err != nil:
		return nil, err
	default:
		p, err := a.person(ctx, q, tenant, today, staffdb.PersonRow(row))
		if err != nil {
			return nil, err
		}
		if err := in.Fits(p, today); err != nil {
			return nil, err
		}
		id = p.ID
	}
	taken, err := q.NumberTaken(ctx, staffdb.NumberTakenParams{TenantID: tenant, NumberKey: numberKey, PersonID: id, Today: today})
	if err == nil && taken {
		err = staff.ErrPhoneTaken
	}
	if err != nil || id.IsZero() {
		return nil, err
	}
	return &id, nil
}

// WithdrawAccount takes back a request that waits. Faults:
// account.request_not_found, account.already_decided.
func (a *App) WithdrawAccount(ctx context.Context, grant kernel.Grant, id kernel.UUID) (staff.AccountRequest, error) {
	return a.decide(ctx, grant, id, staff.Withdrawn, "", nil)
}

// RefuseAccount refuses a request with a reason. Faults:
// account.request_not_found, account.already_decided, account.own_request.
func (a *App) RefuseAccount(ctx context.Context, grant kernel.Grant, id kernel.UUID, reason string) (staff.AccountRequest, error) {
	r, whom, err := a.requestToDecide(ctx, grant, id)
	if err != nil {
		return r, err
	}
	return a.decide(ctx, grant, r.ID, staff.Refused, reason, whom)
}

// requestToDecide loads a request that the grant's actor may open or refuse, and
// says for whom he does (ROL-04, ROL-05).
func (a *App) requestToDecide(ctx context.Context, grant kernel.Grant, id kernel.UUID) (staff.AccountRequest, *kernel.Delegated, error) {
	r, err := a.request(ctx, grant, id)
	if err != nil {
		return r, nil, err
	}
	whom, ok := grant.Decide(r.Store, r.Concerns)
	if !ok {
		return r, nil, staff.ErrOwnRequest
	}
	return r, whom, nil
}

// request loads a request in reach. Fault: account.request_not_found.
func (a *App) request(ctx context.Context, grant kernel.Grant, id kernel.UUID) (staff.AccountRequest, error) {
	tenant := grant.Actor().Tenant
	row, err := staffdb.New(a.DB.Single(tenant)).Request(ctx, tenant, id)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Covers(row.StoreID, false) {
		return staff.AccountRequest{}, staff.ErrNoRequest
	}
	if err != nil {
		return staff.AccountRequest{}, err
	}
	rs, err := a.requests(ctx, tenant, []staffdb.RequestRow{row})
	if err != nil {
		return staff.AccountRequest{}, err
	}
	return rs[0], nil
}

// decide ends a request without opening it.
func (a *App) decide(ctx context.Context, grant kernel.Grant, id kernel.UUID, state staff.RequestState, refusal string, whom *kernel.Delegated) (staff.AccountRequest, error) {
	tenant := grant.Actor().Tenant
	r, err := a.request(ctx, grant, id)
	if err != nil {
		return r, err
	}
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		if err := a.decideTx(ctx, staffdb.New(tx), grant, id, state, refusal, whom); err != nil {
			return err
		}
		return a.noteRequest(ctx, tx, tenant, "account."+string(state), r, audit.Change{Field: "state", Before: string(r.State), After: string(state)})
	})
	if err != nil {
		return r, err
	}
	return a.request(ctx, grant, id)
}

// decideTx moves a request on if it still waits. Fault: account.already_decided.
func (a *App) decideTx(ctx context.Context, q *staffdb.Queries, grant kernel.Grant, id kernel.UUID, state staff.RequestState, refusal string, whom *kernel.Delegated) error {
	by := grant.Person()
	p := staffdb.DecideRequestParams{TenantID: grant.Actor().Tenant, RequestID: id, State: string(state), DecidedBy: &by, Now: a.Clock.Now(), Refusal: refusal}
	if whom != nil {
		p.DecidedFor = &whom.Holder
	}
	n, err := q.DecideRequest(ctx, p)
	if err == nil && n == 0 {
		err = staff.ErrDecided
	}
	return err
}

// noteRequest writes the line of an act on a request.
func (a *App) noteRequest(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, action string, r staff.AccountRequest, changes ...audit.Change) error {
	return audit.WriteTx(ctx, tx, tenant, a.Clock.Now(), audit.Entry{Action: action, Object: "account_request", ObjectID: r.ID.String(), Store: r.Store, Changes: changes})
}

// openHours is how long a request may wait under the rules of a day.
func (a *App) openHours(ctx context.Context, tenant kernel.TenantID, today kernel.BusinessDate) (int64, error) {
	rules, err := a.Tenants.Rules(ctx, tenant, today)
	if err != nil {
		return 0, err
	}
	return rules.Int(staff.RuleOpenHours, kernel.StoreID{}), nil
}
