package ownershipapp

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/platform/audit"
)

// maxReason bounds the words of a person who settles a correction.
const maxReason = 200

// ConfirmCorrection carries a proposed correction out, from today on (RUL-09): the
// tie begins again, ends, or the guest is offered, with a decision that a person
// signs. What was decided stays as it was. Nobody decides on what concerns himself
// (ROL-04), and a guest who has another referrer by now is head office's. Faults:
// correction.not_found, correction.over, correction.own, correction.moot,
// correction.in_handover, correction.appealed, correction.not_in_post,
// correction.owned, invalid_field.
func (a *App) ConfirmCorrection(ctx context.Context, grant kernel.Grant, correction kernel.UUID, reason string) (CorrectionView, error) {
	return a.settle(ctx, grant, correction, reason, ownership.CorrectionConfirmed)
}

// DismissCorrection leaves everything as it was decided. Faults:
// correction.not_found, correction.over, correction.own, invalid_field.
func (a *App) DismissCorrection(ctx context.Context, grant kernel.Grant, correction kernel.UUID, reason string) (CorrectionView, error) {
	return a.settle(ctx, grant, correction, reason, ownership.CorrectionDismissed)
}

func (a *App) settle(ctx context.Context, grant kernel.Grant, correction kernel.UUID, reason string, to ownership.CorrectionState) (CorrectionView, error) {
	id, now := grant.Actor().Tenant, a.Clock.Now()
	if reason = strings.TrimSpace(reason); reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return CorrectionView{}, fault.Field("reason", "RUL-09", "请写明理由，最多 200 字。")
	}
	row, err := a.correction(ctx, grant, correction)
	if err != nil {
		return CorrectionView{}, err
	}
	d, err := differenceOf(row)
	if err != nil {
		return CorrectionView{}, err
	}
	whom, ok := grant.Decide(row.StoreID, d.Concerns)
	if !ok {
		return CorrectionView{}, ownership.ErrCorrectionOwn
	}
	store, err := a.store(ctx, id, row.StoreID)
	if err != nil {
		return CorrectionView{}, err
	}
	today := store.BusinessDate(now)
	rules, err := a.Tenants.Rules(ctx, id, today)
	if err != nil {
		return CorrectionView{}, err
	}
	expected := []string{string(ownership.CorrectionProposed)}
	if to == ownership.CorrectionDismissed {
		expected = append(expected, string(ownership.CorrectionNoted))
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return CorrectionView{}, err
	}
	box, err := keys.SealBytes([]byte(reason), ownershipdb.CorrectionBox, correction)
	if err != nil {
		return CorrectionView{}, err
	}
	var behalf *kernel.PersonID
	if whom != nil {
		behalf = &whom.Holder
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := ownershipdb.New(tx)
		n, err := q.SettleCorrection(ctx, ownershipdb.SettleCorrectionParams{
			State: string(to), SettledBy: kernel.UUID(grant.Person()), SettledFor: behalf, Now: now, ReasonBox: box, TenantID: id, CorrectionID: correction, Expected: expected,
		})
		if err == nil && n == 0 {
			err = ownership.ErrCorrectionOver
		}
		if err != nil {
			return err
		}
		if to == ownership.CorrectionConfirmed {
			act := &correcting{App: a, tx: tx, q: q, tenant: id, row: row, d: d, today: today, now: now, by: grant.Person(), behalf: behalf, version: rules.Version, owning: a.Owning(rules)}
			facts, err := act.facts(ctx, grant.Tenant())
			if err != nil {
				return err
			}
			if err := d.Confirm(facts); err != nil {
				return err
			}
			if err := act.carryOut(ctx, facts, ownership.OfferDays(rules)); err != nil {
				return err
			}
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{
			Action: "correction." + string(to), Object: "customer", ObjectID: row.FileID.String(), Store: row.StoreID, Concerned: d.Concerns,
			Changes: []audit.Change{{Field: "month", After: d.Month.String()}, {Field: "effect", After: string(d.Effect)}},
		})
	})
	if err != nil {
		return CorrectionView{}, err
	}
	return a.correctionView(ctx, id, correction)
}

// correcting is a correction that is being carried out.
type correcting struct {
	*App
	tx      pgx.Tx
	q       *ownershipdb.Queries
	tenant  kernel.TenantID
	row     ownershipdb.CorrectionOfIDRow
	d       ownership.Difference
	today   kernel.BusinessDate
	now     time.Time
	by      kernel.PersonID
	behalf  *kernel.PersonID
	version int32
	owning  []string // posts that may own files
}

// facts are how the file stands now; its ties are held until the transaction ends.
func (c *correcting) facts(ctx context.Context, all bool) (f ownership.CorrectionFacts, err error) {
	f.All = all
	if err := c.q.HoldFiles(ctx, c.tenant, []kernel.UUID{kernel.UUID(c.row.FileID)}); err != nil {
		return f, err
	}
	if f.Held, err = c.q.InHandover(ctx, c.tenant, c.row.FileID); err != nil {
		return f, err
	}
	tie, err := openTie(ctx, c.q, c.tenant, c.row.FileID)
	if err != nil {
		return f, err
	}
	if tie != nil {
		f.Owner = tie.ReferrerID
	}
	offer, err := c.q.OpenOfferOfFile(ctx, c.tenant, c.row.FileID)
	if err == nil {
		f.Offer = new(offer.Offer())
	} else if err = ignoreNoRows(err); err != nil {
		return f, err
	}
	file, err := c.q.FileToCorrect(ctx, c.tenant, c.row.FileID)
	if err != nil {
		return f, err
	}
	f.Ended, f.Submitted, f.Appealed, f.OfferFor = !file.Standing, file.Submitted, file.Appealed, file.OfferFor
	f.Newer, err = c.q.TiesSince(ctx, ownershipdb.TiesSinceParams{TenantID: c.tenant, FileID: c.row.FileID, Since: c.row.FoundOn, MadeAfter: c.row.CreatedAt})
	if err != nil {
		return f, err
	}
	worked, err := postsOf(ctx, c.q, c.tenant, []kernel.PersonID{c.d.Person}, c.owning, c.now)
	f.Works = worked.works(c.d.Person, c.row.StoreID, c.today)
	return f, err
}

// carryOut does it and says so in a decision, which timeline, card and inbox show.
func (c *correcting) carryOut(ctx context.Context, f ownership.CorrectionFacts, offerDays int) error {
	decision := kernel.NewID[kernel.UUID](c.now)
	from, to := person(f.Owner), (*kernel.PersonID)(nil)
	var err error
	switch c.d.Effect {
	case ownership.EffectRestore:
		to = &c.d.Person
		if err = c.dropOffer(ctx, f.Offer); err == nil {
			err = c.MoveTieTx(ctx, c.tx, c.tenant, c.row.FileID, c.row.StoreID, c.d.Person, c.today, string(ownership.OriginCorrection), decision, c.now)
		}
		if err == nil {
			err = c.stillWorks(ctx, c.q, c.tenant, c.d.Person, c.row.StoreID, c.today, c.owning, ownership.ErrCorrectionPost)
		}
	case ownership.EffectRelease:
		err = c.EndTieTx(ctx, c.tx, c.tenant, c.row.FileID, c.today, decision)
	case ownership.EffectOffer:
		to = &c.d.Person
		if err = c.dropOffer(ctx, f.Offer); err == nil {
			o := ownership.NewOffer(kernel.NewID[kernel.UUID](c.now), ownership.OfferAdoption, c.row.FileID, c.row.StoreID, c.d.Person, c.today, offerDays)
			p := ownershipdb.OfferColumns([]ownership.Offer{o}, []kernel.UUID{decision})
			p.TenantID, p.Kind, p.MadeBy, p.Now = c.tenant, string(o.Kind), &c.by, c.now
			_, err = c.q.InsertOffers(ctx, p) // held, and nobody's
		}
	case ownership.EffectWithdraw:
		from = &c.d.Person
		err = c.dropOffer(ctx, f.Offer)
	case ownership.EffectNone:
	}
	if err != nil {
		return err
	}
	evidence, err := json.Marshal(ownership.CorrectionEvidence{
		Correction: c.row.CorrectionID, Month: c.d.Month, Until: c.d.Until(), Effect: c.d.Effect, Rules: c.d.Rules(), By: c.by, For: c.behalf, Causes: c.d.Causes, OfferFor: c.d.OfferFor(),
	})
	if err != nil {
		return err
	}
	var visits []byte
	if late := c.d.Late(); len(late) > 0 {
		if visits, err = json.Marshal(late); err != nil {
			return err
		}
	}
	err = c.q.InsertDecision(ctx, ownershipdb.InsertDecisionParams{
		TenantID: c.tenant, DecisionID: decision, RunID: c.row.CorrectionID, FileID: c.row.FileID, StoreID: c.row.StoreID, Rule: string(ownership.KindCorrection), RuleVersion: c.version,
		EffectiveOn: c.today, FromID: from, ToID: to, Evidence: evidence, CreatedAt: c.now, Visits: visits,
	})
	if err != nil {
		return err
	}
	return c.tell(ctx, decision, from, to)
}

// dropOffer ends an open offer that goes before nothing any more, with the
// revision in which somebody was checking the file.
func (c *correcting) dropOffer(ctx context.Context, o *ownership.Offer) error {
	if o == nil {
		return nil
	}
	row, err := c.q.Offer(ctx, c.tenant, o.ID)
	if err != nil {
		return err
	}
	n, err := c.q.EndOffers(ctx, ownershipdb.EndOffersParams{TenantID: c.tenant, OfferIds: []kernel.UUID{o.ID}, State: string(ownership.OfferGaveWay), Now: c.now, Expected: []string{string(o.State)}})
	if err == nil && n == 0 {
		err = ownership.ErrOfferOver
	}
	if err == nil && row.RevisionID != nil {
		err = c.Files.DropRevisionsTx(ctx, c.tx, c.tenant, []kernel.UUID{*row.RevisionID})
	}
	return err
}

// tell puts it into the inboxes of whom it concerns.
func (c *correcting) tell(ctx context.Context, decision kernel.UUID, from, to *kernel.PersonID) error {
	note := message.Note{File: c.row.FileID, On: c.today, Decision: decision}
	var notes []message.Note
	add := func(who *kernel.PersonID, kind message.NoteKind) {
		if who != nil {
			n := note
			n.Person, n.Kind = *who, kind
			notes = append(notes, n)
		}
	}
	switch c.d.Effect {
	case ownership.EffectRestore:
		add(from, message.GuestLost)
		add(to, message.GuestReturned)
	case ownership.EffectRelease:
		add(from, message.GuestLost)
	case ownership.EffectOffer:
		add(to, message.GuestOffered)
	case ownership.EffectWithdraw:
		add(from, message.OfferLapsed)
	case ownership.EffectNone:
	}
	return c.Inbox.NoteTx(ctx, c.tx, c.tenant, notes, c.now)
}

func person(p kernel.PersonID) *kernel.PersonID {
	if p.IsZero() {
		return nil
	}
	return &p
}

// ignoreNoRows is an error but for there being nothing.
func ignoreNoRows(err error) error {
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	return err
}

// correction reads one within a grant. Fault: correction.not_found.
func (a *App) correction(ctx context.Context, grant kernel.Grant, correction kernel.UUID) (row ownershipdb.CorrectionOfIDRow, err error) {
	id := grant.Actor().Tenant
	row, err = ownershipdb.New(a.DB.Single(id)).CorrectionOfID(ctx, id, correction)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Covers(row.StoreID, false) {
		err = ownership.ErrNoCorrection
	}
	return row, err
}

// differenceOf reads what a correction keeps.
func differenceOf(r ownershipdb.CorrectionOfIDRow) (ownership.Difference, error) {
	d, err := difference(r.Month, r.Effect, r.PersonID, r.Decided, r.Now)
	if r.CorrectedAt != nil {
		d.After = 1
	}
	return d, errors.Join(err, json.Unmarshal(r.Causes, &d.Causes))
}

func difference(month kernel.BusinessDate, effect string, person *kernel.PersonID, decided, now []byte) (ownership.Difference, error) {
	d := ownership.Difference{Month: month.Month(), Effect: ownership.Effect(effect)}
	if person != nil {
		d.Person = *person
	}
	return d, errors.Join(json.Unmarshal(decided, &d.Decided), json.Unmarshal(now, &d.Now))
}
