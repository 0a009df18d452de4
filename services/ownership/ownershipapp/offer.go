package ownershipapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
)

// OfferView is an offer as whom it waits for sees it.
type OfferView struct {
	ownership.Offer
	GuestName string
	FileState customer.State
	Why       message.Said // the decision that made it; empty: a person did
}

// MyOffers lists what waits for the caller to confirm, or to check and submit,
// after an id, oldest first.
func (a *App) MyOffers(ctx context.Context, actor *kernel.Actor, after kernel.UUID, atMost int) ([]OfferView, error) {
	id := actor.Tenant
	rows, err := ownershipdb.New(a.DB.Single(id)).OpenOffersOf(ctx, ownershipdb.OpenOffersOfParams{TenantID: id, PersonID: actor.Person, After: after, AtMost: int32(atMost)})
	if err != nil {
		return nil, err
	}
	return a.offerViews(ctx, id, rows)
}

// offerViews adds to offers the words of the decisions that made them.
func (a *App) offerViews(ctx context.Context, id kernel.TenantID, rows []ownershipdb.OpenOffersOfRow) ([]OfferView, error) {
	var decisions []kernel.UUID
	for _, r := range rows {
		if r.Offer.DecisionID != nil {
			decisions = append(decisions, *r.Offer.DecisionID)
		}
	}
	words, err := a.Words(ctx, id, decisions)
	out := make([]OfferView, len(rows))
	for i, r := range rows {
		out[i] = OfferView{Offer: r.Offer.Offer(), GuestName: r.GuestName, FileState: customer.State(r.FileState)}
		if r.Offer.DecisionID != nil {
			out[i].Why = words[*r.Offer.DecisionID]
		}
	}
	return out, err
}

// offerView is one offer as it stands now.
func (a *App) offerView(ctx context.Context, id kernel.TenantID, offer kernel.UUID) (OfferView, error) {
	row, err := ownershipdb.New(a.DB.Single(id)).OfferView(ctx, id, offer)
	if err != nil {
		return OfferView{}, err
	}
	views, err := a.offerViews(ctx, id, []ownershipdb.OpenOffersOfRow{ownershipdb.OpenOffersOfRow(row)})
	if err != nil {
		return OfferView{}, err
	}
	return views[0], nil
}

// offerOf reads an offer made to the caller. Fault: offer.not_found.
func (a *App) offerOf(ctx context.Context, actor *kernel.Actor, offer kernel.UUID) (ownershipdb.Offer, error) {
	row, err := ownershipdb.New(a.DB.Single(actor.Tenant)).Offer(ctx, actor.Tenant, offer)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && row.PersonID != actor.Person {
		return row, ownership.ErrNoOffer
	}
	return row, err
}

// Confirm takes an offer on (LIF-08): the revision is opened in which the caller
// checks the file, submits it, and which is reviewed; the guest stays public until
// then. It asks for no right but the post that the guest needs. One confirmed
// already is a retry. Faults: offer.not_found, offer.over,
// offer.not_public, offer.not_in_post, customer.revision_open.
func (a *App) Confirm(ctx context.Context, actor *kernel.Actor, now time.Time, offer kernel.UUID) (ownership.Offer, error) {
	id := actor.Tenant
	row, err := a.offerOf(ctx, actor, offer)
	o := row.Offer()
	if err != nil || o.State == ownership.OfferConfirmed {
		return o, err
	}
	store, err := a.store(ctx, id, o.Store)
	if err != nil {
		return o, err
	}
	today := store.BusinessDate(now)
	rules, err := a.Tenants.Rules(ctx, id, today)
	if err != nil {
		return o, err
	}
	open, err := a.Files.Adoption(ctx, id, o.File, o.Person, now)
	if err != nil {
		return o, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		if err := a.HoldTiesTx(ctx, tx, id, o.File); err != nil {
			return err
		}
		facts, err := a.offerFacts(ctx, q, id, o, a.Owning(rules), today)
		if err != nil {
			return err
		}
		if err := o.Confirm(actor.Person, facts); err != nil {
			return err
		}
		revision, err := open(ctx, tx)
		if err != nil {
			return err
		}
		n, err := q.ConfirmOffer(ctx, revision, id, offer)
		if err == nil && n == 0 {
			err = ownership.ErrOfferOver
		}
		if err != nil {
			return err
		}
		o.State = ownership.OfferConfirmed
		return audit.WriteTx(ctx, tx, id, now, offerLine("offer.confirmed", o, ownership.OfferPending))
	})
	return o, err
}

// Decline ends an offer that the caller does not want, with the revision of one
// he had confirmed. Faults: offer.not_found, offer.over (also: the file waits for
// its review).
func (a *App) Decline(ctx context.Context, actor *kernel.Actor, now time.Time, offer kernel.UUID) (ownership.Offer, error) {
	id := actor.Tenant
	row, err := a.offerOf(ctx, actor, offer)
	o := row.Offer()
	if err != nil || o.State == ownership.OfferDeclined {
		return o, err
	}
	if !o.State.Open() {
		return o, ownership.ErrOfferOver
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		before := o.State
		if err := a.HoldTiesTx(ctx, tx, id, o.File); err != nil {
			return err
		}
		n, err := ownershipdb.New(tx).EndOffers(ctx, ownershipdb.EndOffersParams{
			TenantID: id, OfferIds: []kernel.UUID{offer}, State: string(ownership.OfferDeclined), Now: now, Expected: []string{string(before)},
		})
		if err == nil && n == 0 {
			err = ownership.ErrOfferOver
		}
		if err == nil && row.RevisionID != nil {
			err = a.Files.DropRevisionsTx(ctx, tx, id, []kernel.UUID{*row.RevisionID})
		}
		if err != nil {
			return err
		}
		o.State = ownership.OfferDeclined
		return audit.WriteTx(ctx, tx, id, now, offerLine("offer.declined", o, before))
	})
	return o, err
}

// BeginTie prepares the tie of a public file that is approved, on a day, for whom
// it was offered to (LIF-08): a port of customer, for the review. The returned
// function writes it, once the file's ties are held. Faults: offer.over, offer.not_public, offer.not_in_post, pool.appealed (LIF-14).
func (a *App) BeginTie(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) (func(context.Context, pgx.Tx, kernel.FileID, time.Time) error, error) {
	rules, err := a.Tenants.Rules(ctx, id, on)
	if err != nil {
		return nil, err
	}
	positions := a.Owning(rules)
	return func(ctx context.Context, tx pgx.Tx, file kernel.FileID, now time.Time) error {
		q := ownershipdb.New(tx)
		row, err := q.OpenOfferOfFile(ctx, id, file)
		if errors.Is(err, pgx.ErrNoRows) {
			return ownership.ErrOfferOver
		}
		if err != nil {
			return err
		}
		o := row.Offer()
		facts, err := a.offerFacts(ctx, q, id, o, positions, on)
		if err != nil {
			return err
		}
		if appealed, err := q.Appealed(ctx, id, file); err != nil {
			return err
		} else if appealed {
			return ownership.ErrAppealed
		}
		if err := o.Begin(facts); err != nil {
			return err
		}
		n, err := q.EndOffers(ctx, ownershipdb.EndOffersParams{
			TenantID: id, OfferIds: []kernel.UUID{o.ID}, State: string(ownership.OfferDone), Now: now, Expected: []string{string(ownership.OfferConfirmed)},
		})
		if err == nil && n == 0 {
			err = ownership.ErrOfferOver
		}
		if err != nil {
			return err
		}
		tie := ownership.NewTie{File: file, Store: o.Store, Referrer: o.Person, Start: on}
		if err := a.TiesTx(ctx, tx, id, []ownership.NewTie{tie}, ownership.Origin(o.Kind), nil, now); err != nil {
			return err
		}
		return a.stillWorks(ctx, q, id, tie.Referrer, tie.Store, on, positions, ownership.ErrOfferPost)
	}, nil
}

// SendBackTx gives whom a public file was offered to days anew, from the one on which
// the review sent it back (LIF-14): a port of customer.
func (a *App) SendBackTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, on kernel.BusinessDate) error {
	rules, err := a.Tenants.Rules(ctx, id, on)
	if err != nil {
		return err
	}
	q := ownershipdb.New(tx)
	row, err := q.OpenOfferOfFile(ctx, id, file)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return q.PutOff(ctx, row.Offer().SentBack(on, ownership.OfferDays(rules)).LapsesOn, id, row.OfferID)
}

// offerFacts are how file and person stand on a day.
func (a *App) offerFacts(ctx context.Context, q *ownershipdb.Queries, id kernel.TenantID, o ownership.Offer, positions []string, on kernel.BusinessDate) (f ownership.OfferFacts, err error) {
	held, err := q.HeldBy(ctx, id, o.File)
	if err != nil {
		return f, err
	}
	f.Public = len(held) == 0
	worked, err := postsOf(ctx, q, id, []kernel.PersonID{o.Person}, positions, a.Clock.Now())
	f.Works = worked.works(o.Person, o.Store, on)
	return f, err
}

// endOffersTx ends offers of files that are nobody's to take any more.
func (a *App) endOffersTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, files []kernel.UUID, now time.Time, expected ...ownership.OfferState) error {
	states := make([]string, len(expected))
	for i, s := range expected {
		states[i] = string(s)
	}
	return ownershipdb.New(tx).EndOffersOfFiles(ctx, ownershipdb.EndOffersOfFilesParams{TenantID: id, FileIds: files, Expected: states, Now: now})
}

func offerLine(action string, o ownership.Offer, before ownership.OfferState) audit.Entry {
	return audit.Entry{
		Action: action, Object: "customer", ObjectID: o.File.String(), Store: o.Store,
		Changes: []audit.Change{{Field: "offer", After: string(o.Kind)}, {Field: "state", Before: string(before), After: string(o.State)}},
	}
}

// Adoptions lists the adoptions offered on a day that are still open, in the order
// of files: for a replay, which plays those who confirm them.
func (a *App) Adoptions(ctx context.Context, id kernel.TenantID, on kernel.BusinessDate) ([]ownership.Offer, error) {
	rows, err := ownershipdb.New(a.DB.Single(id)).OpenOffersMadeOn(ctx, id, on)
	out := make([]ownership.Offer, len(rows))
	for i, r := range rows {
		out[i] = r.Offer()
	}
	return out, err
}
