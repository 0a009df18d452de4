package customerapp

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
)

// What boxes of guests' requests are bound to.
const (
	requestTable = "guest_request"
	noteTable    = "guest_request.note"
	refusalTable = "guest_request.refusal"
)

// ReceiveInput is a guest's request as it came in.
type ReceiveInput struct {
	Client  kernel.UUID // made by the client: a retry makes no second request
	Kind    customer.GuestRequestKind
	Number  string
	Channel string
	Store   *kernel.StoreID // nil: at head office
	Note    string
}

// received is a request ready to be written.
type received struct {
	id, client kernel.UUID
	kind       customer.GuestRequestKind
	number     kernel.Phone
	channel    string
	store      *kernel.StoreID
	note       string
	by         kernel.PersonID
	due        time.Time
}

// ReceiveGuestRequest records what a guest asks for by law (DEL-03): of the whole
// chain, so it takes a right that reaches all of it. The same client id gives
// the same request. Faults: guest_request.not_found (no such reach),
// invalid_field at "number", store.not_found, guest_request.client_reused.
func (a *App) ReceiveGuestRequest(ctx context.Context, grant kernel.Grant, now time.Time, in ReceiveInput) (GuestRequestView, error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return GuestRequestView{}, customer.ErrNoGuestRequest
	}
	number, err := parseGuestNumber(in.Number)
	if err != nil {
		return GuestRequestView{}, err
	}
	if in.Store != nil {
		if _, err := a.Tenants.Store(ctx, id, *in.Store); err != nil {
			return GuestRequestView{}, err
		}
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return GuestRequestView{}, err
	}
	r := received{
		id: kernel.NewID[kernel.UUID](now), client: in.Client, kind: in.Kind, number: number, channel: in.Channel, store: in.Store, note: strings.TrimSpace(in.Note),
		by: grant.Person(), due: a.legalDue(ctx, id, now),
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		err := a.receiveTx(ctx, tx, keys, id, r, now)
		if !errors.Is(err, errAgain) {
			return err
		}
		made, err := customerdb.New(tx).GuestRequestByClient(ctx, id, in.Client)
		if err == nil && *made.ReceivedBy != r.by {
			err = customer.ErrRequestIDReused
		}
		r.id = made.RequestID
		return err
	})
	if err != nil {
		return GuestRequestView{}, err
	}
	return a.guestRequest(ctx, grant, r.id)
}

// errAgain says that a request was made before.
var errAgain = errors.New("made before")

// parseGuestNumber reads a number as people write it: an imported file may hold
// one that CUS-07 would refuse today.
func parseGuestNumber(s string) (kernel.Phone, error) {
	number, refused := customer.CheckNumber(s)
	if refused == nil {
		return number, nil
	}
	if number, err := kernel.ParsePhone(s); err == nil {
		return number, nil
	}
	return "", fault.Field("number", refused.Rule, refused.Message)
}

// legalDue is when a request received now is due under the rules of the day.
func (a *App) legalDue(ctx context.Context, id kernel.TenantID, now time.Time) time.Time {
	days := int64(15)
	if chain, err := a.Tenants.Chain(ctx, id); err == nil {
		if rules, err := a.Tenants.Rules(ctx, id, chain.BusinessDate(now)); err == nil {
			days = rules.Int(customer.RuleLegalDays, kernel.StoreID{})
		}
	}
	return customer.GuestRequestDue(now, days)
}

func (a *App) receiveTx(ctx context.Context, tx pgx.Tx, keys *secret.Keys, id kernel.TenantID, r received, now time.Time) error {
	box, err := keys.Seal(r.number, requestTable, r.id)
	if err != nil {
		return err
	}
	note, err := keys.SealBytes([]byte(r.note), noteTable, r.id)
	if err != nil {
		return err
	}
	n, err := customerdb.New(tx).InsertGuestRequest(ctx, customerdb.InsertGuestRequestParams{
		TenantID: id, RequestID: r.id, Kind: string(r.kind), NumberKey: keys.NumberKey(r.number), NumberBox: box, NoteBox: note, Channel: r.channel,
		StoreID: (*kernel.UUID)(r.store), ClientID: r.client, ReceivedBy: kernel.UUID(r.by), Now: now, DueAt: r.due,
	})
	if err == nil && n == 0 {
		err = errAgain
	}
	if err != nil {
		return err
	}
	return audit.WriteTx(ctx, tx, id, now, guestLine("received", r.id, audit.Change{Field: "kind", After: string(r.kind)}))
}

// guestLine is what the log of acts says of a guest's request.
func guestLine(what string, request kernel.UUID, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: "guest_request." + what, Object: "guest_request", ObjectID: request.String(), Changes: changes}
}

// VerifyGuestRequest records how it was made sure who asks. Faults:
// guest_request.not_found, guest_request.already_moved.
func (a *App) VerifyGuestRequest(ctx context.Context, grant kernel.Grant, now time.Time, request kernel.UUID, identity string) (GuestRequestView, error) {
	id := grant.Actor().Tenant
	if _, err := a.guestRow(ctx, grant, request); err != nil {
		return GuestRequestView{}, err
	}
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		n, err := customerdb.New(tx).VerifyGuestRequest(ctx, customerdb.VerifyGuestRequestParams{
			TenantID: id, RequestID: request, Identity: identity, VerifiedBy: kernel.UUID(grant.Person()), Now: now,
		})
		if err == nil && n == 0 {
			err = customer.ErrGuestRequestMoved
		}
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, guestLine("verified", request, audit.Change{Field: "identity", After: identity}))
	})
	if err != nil {
		return GuestRequestView{}, err
	}
	return a.guestRequest(ctx, grant, request)
}

// RefuseGuestRequest refuses a request with a reason. Faults:
// guest_request.not_found, guest_request.already_moved, invalid_field at "reason".
func (a *App) RefuseGuestRequest(ctx context.Context, grant kernel.Grant, now time.Time, request kernel.UUID, reason string) (GuestRequestView, error) {
	if reason = strings.TrimSpace(reason); utf8.RuneCountInString(reason) < 2 || utf8.RuneCountInString(reason) > maxWords {
		return GuestRequestView{}, customer.ErrDeletionReason
	}
	r, err := a.guestRow(ctx, grant, request)
	if err != nil {
		return GuestRequestView{}, err
	}
	keys, err := a.Numbers.Keys(ctx, grant.Actor().Tenant)
	if err != nil {
		return GuestRequestView{}, err
	}
	box, err := keys.SealBytes([]byte(reason), refusalTable, request)
	if err != nil {
		return GuestRequestView{}, err
	}
	err = a.endGuestRequest(ctx, grant, now, r, customer.GuestRefused, box, nil)
	if err != nil {
		return GuestRequestView{}, err
	}
	return a.guestRequest(ctx, grant, request)
}

// CarryOutGuestRequest carries out a verified correction or erasure. An erasure
// takes the guest out of every store of the chain, also where he has no file. A
// correction tells the referrer of each file; with what shall be otherwise, by
// field, it opens their changes too, which he finishes and submits as always
// (CHG-01). Faults: guest_request.not_found, guest_request.not_verified,
// guest_request.already_moved, guest_request.own_request, guest_request.is_copy,
// customer.revision_open, invalid_field at "corrections".
func (a *App) CarryOutGuestRequest(ctx context.Context, grant kernel.Grant, now time.Time, request kernel.UUID, corrections []customer.Reason) (GuestRequestView, error) {
	r, err := a.guestRow(ctx, grant, request)
	if err != nil {
		return GuestRequestView{}, err
	}
	view := r.Request()
	_, ok := grant.Decide(kernel.StoreID{}, view.Concerns)
	switch {
	case view.Kind == customer.AskCopy:
		return GuestRequestView{}, customer.ErrIsCopy
	case view.State == customer.GuestReceived:
		return GuestRequestView{}, customer.ErrNotVerified
	case view.State != customer.GuestVerified:
		return GuestRequestView{}, customer.ErrGuestRequestMoved
	case !ok:
		return GuestRequestView{}, customer.ErrOwnGuestRequest
	}
	id := grant.Actor().Tenant
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return GuestRequestView{}, err
	}
	number, err := keys.Open(r.NumberBox, requestTable, request)
	if err != nil {
		return GuestRequestView{}, err
	}
	if err := a.checkCorrections(ctx, id, view.Kind, corrections); err != nil {
		return GuestRequestView{}, err
	}
	day, stores, err := a.storeDays(ctx, id, now)
	if err != nil {
		return GuestRequestView{}, err
	}
	guest, err := filesOfGuest(ctx, a.read(id), keys, id, number)
	if err != nil {
		return GuestRequestView{}, err
	}
	changes, err := a.corrections(ctx, grant, guest.files, corrections, now)
	if err != nil {
		return GuestRequestView{}, err
	}
	err = a.endGuestRequest(ctx, grant, now, r, customer.GuestDone, []byte{}, func(tx pgx.Tx) (int, error) {
		if view.Kind == customer.AskCorrection {
			return len(changes), a.correctTx(ctx, tx, grant, changes, day, now)
		}
		// Looked up once more: a file begun meanwhile goes too.
		guest, err := filesOfGuest(ctx, customerdb.New(tx), keys, id, number)
		if err != nil {
			return 0, err
		}
		me, e := grant.Person(), Erasure{Rule: customer.RuleGuestsWish, Day: day}
		e.Person = &me
		for _, f := range guest.files {
			e.Files = append(e.Files, f.FileID)
		}
		for _, s := range stores {
			for _, n := range guest.numbers {
				e.Numbers = append(e.Numbers, customer.StoreNumber{Store: s.ID, NumberKey: keys.NumberKey(n)})
			}
		}
		gone, err := a.EraseTx(ctx, tx, id, e, now)
		return len(gone), err
	})
	if err != nil {
		return GuestRequestView{}, err
	}
	return a.guestRequest(ctx, grant, request)
}

// endGuestRequest moves a request on if it is still as it was read, does what
// goes with it, and leaves its line.
func (a *App) endGuestRequest(ctx context.Context, grant kernel.Grant, now time.Time, r customerdb.GuestRequest, state customer.GuestRequestState, refusal []byte, act func(pgx.Tx) (int, error)) error {
	id := grant.Actor().Tenant
	expected := []string{string(customer.GuestVerified)}
	if state == customer.GuestRefused {
		expected = append(expected, string(customer.GuestReceived))
	}
	whom, _ := grant.Decide(kernel.StoreID{}, r.Request().Concerns)
	p := customerdb.DecideGuestRequestParams{
		TenantID: id, RequestID: r.RequestID, State: string(state), DecidedBy: kernel.UUID(grant.Person()), DecidedFor: whom.Who(), Now: now, RefusalBox: refusal, Expected: expected,
	}
	return a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		if _, err := q.LockGuestRequest(ctx, id, r.RequestID); err != nil {
			return err
		}
		n, err := q.DecideGuestRequest(ctx, p)
		if err == nil && n == 0 {
			err = customer.ErrGuestRequestMoved
		}
		if err != nil {
			return err
		}
		entry := guestLine(string(state), r.RequestID, audit.Change{Field: "kind", After: r.Kind})
		if act != nil {
			files, err := act(tx)
			if err != nil {
				return err
			}
			if err := q.CountGuestFiles(ctx, int32(files), id, r.RequestID); err != nil {
				return err
			}
			if r.Kind == string(customer.AskCopy) {
				entry.Topic = audit.TopicExport
			}
		}
		return audit.WriteTx(ctx, tx, id, now, entry)
	})
}
