package ownershipapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/tenant"
)

// taking is a public guest whom somebody takes on, or is to.
type taking struct {
	id    kernel.TenantID
	file  ownershipdb.PoolFileRow
	store tenant.Store
	rules tenant.Rules
	today kernel.BusinessDate
}

// taking reads a guest within a grant. Fault: pool.not_found, also outside it.
func (a *App) taking(ctx context.Context, grant kernel.Grant, now time.Time, file kernel.FileID) (t taking, err error) {
	t.id = grant.Actor().Tenant
	t.file, err = ownershipdb.New(a.DB.Single(t.id)).PoolFile(ctx, t.id, file)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && (t.file.ApprovedOn == nil || !grant.Covers(t.file.StoreID, false)) {
		return t, ownership.ErrNoPool
	}
	if err != nil {
		return t, err
	}
	if t.store, t.rules, err = a.at(ctx, t.id, t.file.StoreID, now); err != nil {
		return t, err
	}
	t.today = t.store.BusinessDate(now)
	return t, nil
}

// Claim takes a public guest on for the caller (LIF-09): an offer that he confirms
// with it, so that he checks the file and submits it. The guest is his once it is
// approved. An own claim that is open is a retry. Faults: pool.not_found, those of
// TakeFacts.Take, customer.revision_open.
func (a *App) Claim(ctx context.Context, grant kernel.Grant, now time.Time, file kernel.FileID) (ownership.Offer, error) {
	t, err := a.taking(ctx, grant, now, file)
	if err != nil {
		return ownership.Offer{}, err
	}
	me := grant.Person()
	open, err := a.Files.Adoption(ctx, t.id, file, me, now)
	if err != nil {
		return ownership.Offer{}, err
	}
	return a.take(ctx, t, ownership.OfferClaim, me, grant, now, func(tx pgx.Tx, o *ownership.Offer) error {
		revision, err := open(ctx, tx)
		if err != nil {
			return err
		}
		o.State = ownership.OfferConfirmed
		_, err = ownershipdb.New(tx).ConfirmOffer(ctx, revision, t.id, o.ID)
		return err
	})
}

// Assign offers a public guest to somebody of the store, who confirms as he does an
// adoption (LIF-12) and is told. To the same again is a retry. Faults:
// pool.not_found, pool.assign_self, those of TakeFacts.Take.
func (a *App) Assign(ctx context.Context, grant kernel.Grant, now time.Time, file kernel.FileID, to kernel.PersonID) (ownership.Offer, error) {
	t, err := a.taking(ctx, grant, now, file)
	if err != nil {
		return ownership.Offer{}, err
	}
	if to == grant.Person() {
		return ownership.Offer{}, ownership.ErrAssignSelf
	}
	return a.take(ctx, t, ownership.OfferAssignment, to, grant, now, func(tx pgx.Tx, o *ownership.Offer) error {
		return a.Inbox.NoteTx(ctx, tx, t.id, []message.Note{{Person: to, Kind: message.GuestAssigned, File: file, On: o.LapsesOn - 1}}, now)
	})
}

// take makes an offer to a person, and goes on with it in the same transaction. Of
// several at once the database lets one make the guest's open offer (LIF-14).
func (a *App) take(ctx context.Context, t taking, kind ownership.OfferKind, to kernel.PersonID, grant kernel.Grant, now time.Time, then func(pgx.Tx, *ownership.Offer) error) (o ownership.Offer, err error) {
	o = ownership.NewOffer(kernel.NewID[kernel.UUID](now), kind, t.file.FileID, t.file.StoreID, to, t.today, ownership.OfferDays(t.rules))
	err = a.DB.InTenant(ctx, t.id, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		if err := q.HoldFiles(ctx, t.id, []kernel.UUID{kernel.UUID(o.File)}); err != nil {
			return err
		}
		row, err := q.OpenOfferOfFile(ctx, t.id, o.File)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		facts := ownership.TakeFacts{State: t.file.State, Offered: err == nil}
		if facts.Offered && row.PersonID == to && row.Kind == string(kind) {
			o = row.Offer()
			return nil
		}
		if facts.OfferFacts, err = a.offerFacts(ctx, q, t.id, o, a.Owning(t.rules), t.today); err != nil {
			return err
		}
		if facts.Appealed, err = q.Appealed(ctx, t.id, o.File); err != nil {
			return err
		}
		if facts.Handover, err = q.InHandover(ctx, t.id, o.File); err != nil {
			return err
		}
		if err := facts.Take(); err != nil {
			return err
		}
		p := ownershipdb.OfferColumns([]ownership.Offer{o}, nil)
		p.TenantID, p.Kind, p.Now, p.MadeBy = t.id, string(kind), now, new(grant.Person())
		n, err := q.InsertOffers(ctx, p)
		switch {
		case db.ConstraintName(err) == "offer_one_open": // an adoption's, made meanwhile
			return ownership.ErrOfferOpen
		case err != nil:
			return err
		case n == 0:
			return ownership.ErrOfferPublic
		}
		if err := then(tx, &o); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, t.id, now, takenLine(o))
	})
	return o, err
}

func takenLine(o ownership.Offer) audit.Entry {
	action := "offer.claimed"
	if o.Kind == ownership.OfferAssignment {
		action = "offer.assigned"
	}
	line := offerLine(action, o, "")
	line.Changes = append(line.Changes, audit.Change{Field: "person", After: o.Person.String()})
	return line
}

// Assignee is somebody whom a guest may be assigned to, with what he carries.
type Assignee struct {
	ownershipdb.AssigneesRow
	Load ownership.Workload
}

// Assignees lists those of a guest's store who may own him, who has most room
// first (LIF-12). Fault: pool.not_found.
func (a *App) Assignees(ctx context.Context, grant kernel.Grant, now time.Time, file kernel.FileID) ([]Assignee, error) {
	t, err := a.taking(ctx, grant, now, file)
	if err != nil {
		return nil, err
	}
	rows, err := ownershipdb.New(a.DB.Single(t.id)).Assignees(ctx, ownershipdb.AssigneesParams{
		TenantID: t.id, StoreID: kernel.UUID(t.store.ID), FileID: file, Positions: a.Owning(t.rules), Day: t.today,
		ActiveSince: t.today.MinusMonths(int(t.rules.Int(customer.RuleActivityMonths, t.store.ID))), YearSince: t.today.MinusMonths(ownership.PoolMonths),
	})
	if err != nil {
		return nil, err
	}
	loads := map[kernel.PersonID]ownership.Workload{}
	if a.Loads != nil {
		if loads, err = a.Loads(ctx, t.id, t.store.ID); err != nil {
			return nil, err
		}
	}
	out := make([]Assignee, 0, len(rows))
	for _, r := range rows {
		if r.PersonID != grant.Person() {
			out = append(out, Assignee{AssigneesRow: r, Load: loads[r.PersonID]})
		}
	}
	slices.SortStableFunc(out, func(x, y Assignee) int {
		return int(y.Load.Room(int(y.Customers)) - x.Load.Room(int(x.Customers)))
	})
	return out, nil
}
