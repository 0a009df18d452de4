package ownershipapp

import (
	"context"
	"encoding/json"
	"errors"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
)

// decideAdoption is LIF-07 over a chunk: a decision and an offer for whoever
// received a public guest most, a decision alone where several did (LIF-07-TIE).
// A file that somebody is checking already, for an earlier offer, is left to him.
func (a *App) decideAdoption(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	q, m, receptions, least := ownershipdb.New(tx), c.month(), make(map[kernel.StoreID]int, len(c.stores)), math.MaxInt32
	for _, s := range c.stores {
		receptions[s.ID] = ownership.Receptions(c.rules, s.ID)
		least = min(least, receptions[s.ID])
	}
	if err := ownershipdb.Room(ctx, tx); err != nil {
		return nil, err
	}
	rows, err := q.AdoptionCandidates(ctx, ownershipdb.AdoptionCandidatesParams{
		TenantID: c.tenant, CutOff: c.CutOff, AfterFile: c.after, FirstOn: m.First(), LastOn: m.Last(), Least: int32(least), AtMost: int32(a.chunkSize(c.kind())),
		Stores: c.within(),
	})
	if err != nil {
		return nil, err
	}
	var unsure []kernel.FileID
	for _, r := range rows {
		if r.Unsure {
			unsure = append(unsure, r.FileID)
		}
	}
	known, err := a.counted(ctx, tx, c, unsure)
	if err != nil {
		return nil, err
	}
	visits, people := make([][]ownership.Visit, len(rows)), []kernel.PersonID{}
	for i, r := range rows {
		visits[i] = ownershipdb.Visits(r.Days, r.Meals, r.Credits)
		if r.Unsure {
			visits[i] = known[r.FileID]
		}
		for _, v := range visits[i] {
			people = append(people, v.By)
		}
	}
	worked, err := postsOf(ctx, q, c.tenant, distinct(people), a.Owning(c.rules), c.CutOff)
	if err != nil {
		return nil, err
	}
	o := &outcome{}
	for i, r := range rows {
		evidence, err := (*ownership.AdoptionEvidence)(nil), ownership.ErrNoStore
		if n, ok := receptions[r.StoreID]; ok {
			may := func(p kernel.PersonID) bool { return worked.works(p, r.StoreID, m.Last()) }
			evidence, err = ownership.Adoption(m, r.PublicOn, visits[i], may, n)
		}
		open := ownership.Offer{Kind: ownership.OfferKind(r.OfferKind), State: ownership.OfferState(r.OfferState)}
		if !open.GivesWay(ownership.OfferAdoption, r.Submitted) {
			evidence = nil
		}
		d, failed := o.adopt(c, r, evidence)
		if failed != nil {
			return nil, failed
		}
		if err := verdict(o, d, evidence, err); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// adopt makes the decision on a file and the offer that follows from it.
func (o *outcome) adopt(c *chunk, r ownershipdb.AdoptionCandidatesRow, e *ownership.AdoptionEvidence) (d ownershipdb.Decision, err error) {
	d = ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](c.now), File: r.FileID, Store: r.StoreID}
	if e == nil {
		return d, nil
	}
	if d.Visits, err = json.Marshal(e.Seen); err != nil {
		return d, err
	}
	if e.Tied() {
		d.Rule = ownership.RuleTied
		return d, nil
	}
	d.To = e.Receiver
	store := c.byID[r.StoreID]
	// The days to confirm begin when the run did: nobody could before, not even
	// where months were missed.
	offer := ownership.NewOffer(kernel.NewID[kernel.UUID](c.now), ownership.OfferAdoption, r.FileID, r.StoreID, e.Receiver, max(c.PeriodOn, store.BusinessDate(c.CutOff)), ownership.OfferDays(c.rules))
	o.offers, o.made = append(o.offers, offer), append(o.made, d.ID)
	if !r.OfferID.IsZero() {
		if o.gaveWay == nil {
			o.gaveWay = map[ownership.OfferState][]kernel.UUID{}
		}
		state := ownership.OfferState(r.OfferState)
		o.gaveWay[state] = append(o.gaveWay[state], r.OfferID)
		if r.OfferRevision != nil {
			o.dropped = append(o.dropped, *r.OfferRevision)
		}
	}
	return d, nil
}

// decideLapse is LIF-14 over a chunk.
func (a *App) decideLapse(ctx context.Context, tx pgx.Tx, c *chunk) (*outcome, error) {
	rows, err := ownershipdb.New(tx).OffersToLapse(ctx, ownershipdb.OffersToLapseParams{TenantID: c.tenant, AfterFile: c.after, Day: c.PeriodOn, AtMost: int32(a.ChunkSize)})
	if err != nil {
		return nil, err
	}
	o := &outcome{}
	for _, r := range rows {
		offer := r.Offer.Offer()
		evidence := ownership.Lapse(c.PeriodOn, offer, r.Submitted)
		if evidence != nil {
			o.lapsed = append(o.lapsed, offer)
			if r.Offer.RevisionID != nil {
				o.dropped = append(o.dropped, *r.Offer.RevisionID)
			}
		}
		d := ownershipdb.Decision{ID: kernel.NewID[kernel.UUID](c.now), File: offer.File, Store: offer.Store, From: offer.Person}
		if err := verdict(o, d, evidence, nil); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// writeOffers makes the offers of a chunk and ends those that give way or lapse.
func (a *App) writeOffers(ctx context.Context, tx pgx.Tx, c *chunk, o *outcome) error {
	q := ownershipdb.New(tx)
	p := ownershipdb.OfferColumns(o.offers, o.made)
	if len(o.offers) > 0 {
		if err := q.HoldFiles(ctx, c.tenant, p.FileIds); err != nil {
			return err
		}
	}
	end := func(ids []kernel.UUID, state ownership.OfferState, expected ...ownership.OfferState) error {
		if len(ids) == 0 {
			return nil
		}
		p := ownershipdb.EndOffersParams{TenantID: c.tenant, OfferIds: ids, State: string(state), Now: c.now}
		for _, e := range expected {
			p.Expected = append(p.Expected, string(e))
		}
		n, err := q.EndOffers(ctx, p)
		if err == nil && n != int64(len(ids)) {
			err = errors.New("an offer was confirmed or ended by somebody else meanwhile") // the chunk is tried again without it
		}
		return err
	}
	// As they stood: of one that was taken on meanwhile the revision would stay open.
	for _, state := range []ownership.OfferState{ownership.OfferPending, ownership.OfferConfirmed} {
		if err := end(o.gaveWay[state], ownership.OfferGaveWay, state); err != nil {
			return err
		}
	}
	lapsed := make([]kernel.UUID, len(o.lapsed))
	for i, l := range o.lapsed {
		lapsed[i] = l.ID
	}
	if err := end(lapsed, ownership.OfferLapsed, ownership.OfferPending, ownership.OfferConfirmed); err != nil {
		return err
	}
	if len(o.dropped) > 0 {
		if err := a.Files.DropRevisionsTx(ctx, tx, c.tenant, o.dropped); err != nil {
			return err
		}
	}
	if len(o.offers) == 0 {
		return nil
	}
	p.TenantID, p.Kind, p.Now = c.tenant, string(ownership.OfferAdoption), c.now
	n, err := q.InsertOffers(ctx, p)
	if err == nil && n != int64(len(o.offers)) {
		err = errors.New("a guest became somebody's meanwhile") // as above
	}
	return err
}

// tellTx puts what a chunk decided into the inboxes of whom it concerns: one item
// a person, with the first of his guests and the number of the others.
func (a *App) tellTx(ctx context.Context, tx pgx.Tx, c *chunk, o *outcome) error {
	kind, told := message.GuestLost, func(d ownershipdb.Decision) kernel.PersonID { return d.From }
	switch c.kind() {
	case ownership.KindDormancy, ownership.KindShare, ownership.KindAway:
	case ownership.KindAdoption:
		kind, told = message.GuestOffered, func(d ownershipdb.Decision) kernel.PersonID { return d.To }
	case ownership.KindLapse:
		kind = message.OfferLapsed
	default:
		return nil
	}
	at, notes := map[kernel.PersonID]int{}, []message.Note{}
	for _, d := range o.decisions {
		who := told(d)
		if who.IsZero() {
			continue
		}
		if i, again := at[who]; again {
			notes[i].More++
			continue
		}
		at[who] = len(notes)
		notes = append(notes, message.Note{Person: who, Kind: kind, File: d.File, On: c.PeriodOn, Decision: d.ID})
	}
	return a.Inbox.NoteTx(ctx, tx, c.tenant, notes, c.now)
}
