package customerapp

import (
	"context"
	"errors"
	"slices"
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

// Revealed is a masked field in clear.
type Revealed struct {
	Value string // as people read it
	Left  int    // how many more the caller may reveal on this business day
}

// revealAct is what the log of acts calls it.
var revealAct = map[customer.Masked]string{
	customer.MaskedNumber: "customer.revealed", customer.MaskedName: "customer.name_seen", customer.MaskedBirthday: "customer.birthday_seen",
}

// Reveal shows a masked field of a file that the grant reaches in clear. Caller,
// moment and reason are on record before it is given away, and it counts against
// the caller's reveals of the day. Faults: customer.not_found,
// customer.reveals_used_up, invalid_field at "reason".
func (a *App) Reveal(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, what customer.Masked, reason string) (Revealed, error) {
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return Revealed{}, err
	}
	return a.reveal(ctx, grant, now, f, what, reason, func(keys *secret.Keys) (string, error) { return f.clear(keys, what) })
}

// RevealContact shows a further number on a file in clear (VIS-12), as Reveal
// does the first. Faults: those of Reveal, contact.not_found.
func (a *App) RevealContact(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, contact kernel.UUID, reason string) (Revealed, error) {
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return Revealed{}, err
	}
	known, err := a.read(grant.Actor().Tenant).ContactsOfFile(ctx, grant.Actor().Tenant, id)
	if err != nil {
		return Revealed{}, err
	}
	i := slices.IndexFunc(known, func(r customerdb.ContactsOfFileRow) bool { return r.ContactID == contact })
	if i < 0 {
		return Revealed{}, customer.ErrNoContact
	}
	return a.reveal(ctx, grant, now, f, customer.MaskedNumber, reason, func(keys *secret.Keys) (string, error) {
		number, err := keys.Open(known[i].NumberBox, contactTable, contact)
		return number.Local(), err
	})
}

// reveal gives a value of a file away once it is on record.
func (a *App) reveal(ctx context.Context, grant kernel.Grant, now time.Time, f file, what customer.Masked, reason string, clear func(*secret.Keys) (string, error)) (Revealed, error) {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) < 2 {
		return Revealed{}, fault.Field("reason", "", "请写明查看的原因。")
	}
	tenantID, person, id := grant.Actor().Tenant, grant.Person(), f.File
	whom := grant.Holder(f.Store, f.OwnedBy(person)).Who()
	store, err := a.Tenants.Store(ctx, tenantID, f.Store)
	if err != nil {
		return Revealed{}, err
	}
	quota, err := a.revealQuota(ctx, tenantID, now)
	if err != nil {
		return Revealed{}, err
	}
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return Revealed{}, err
	}
	var out Revealed
	if out.Value, err = clear(keys); err != nil {
		return Revealed{}, err
	}
	reveal := kernel.NewID[kernel.UUID](now)
	box, err := keys.SealBytes([]byte(reason), customerdb.RevealBox, reveal)
	if err != nil {
		return Revealed{}, err
	}
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		shown, err := q.CountReveal(ctx, customerdb.CountRevealParams{TenantID: tenantID, PersonID: person, BusinessDate: quota.day, Quota: int32(quota.reveals)})
		if errors.Is(err, pgx.ErrNoRows) {
			return customer.ErrRevealsUsedUp(quota.reveals, now, quota.again)
		}
		if err != nil {
			return err
		}
		out.Left = int(quota.reveals) - int(shown)
		e := customer.Event{At: now, On: store.BusinessDate(now), Kind: what.Event(), Person: &person, For: whom}
		return errors.Join(
			q.InsertReveal(ctx, customerdb.InsertRevealParams{TenantID: tenantID, RevealID: reveal, FileID: id, PersonID: person, ForID: whom, Now: now, Field: string(what)}),
			q.InsertRevealReason(ctx, customerdb.InsertRevealReasonParams{TenantID: tenantID, RevealID: reveal, FileID: id, ReasonBox: box}),
			event(ctx, q, tenantID, id, e),
			audit.WriteTx(ctx, tx, tenantID, now, seenLine(revealAct[what], f.Row, person)),
		)
	})
	if err != nil {
		return Revealed{}, err
	}
	return out, nil
}

// clear is a masked field as people read it.
func (f file) clear(keys *secret.Keys, what customer.Masked) (string, error) {
	switch what {
	case customer.MaskedName:
		return f.Name.Full(), nil
	case customer.MaskedBirthday:
		if f.fields.Birthday == nil {
			return "", nil
		}
		return f.fields.Birthday.Text(), nil
	default:
		number, err := open(keys, f.Guest)
		return number.Local(), err
	}
}

// revealQuota is how often somebody may reveal on the chain's business day, and
// when the next begins.
type revealQuota struct {
	reveals int64
	day     kernel.BusinessDate
	again   time.Time
}

func (a *App) revealQuota(ctx context.Context, id kernel.TenantID, now time.Time) (revealQuota, error) {
	chain, err := a.Tenants.Chain(ctx, id)
	if err != nil {
		return revealQuota{}, err
	}
	day := chain.BusinessDate(now)
	rules, err := a.Tenants.Rules(ctx, id, day)
	if err != nil {
		return revealQuota{}, err
	}
	next := (day + 1).Time()
	again := time.Date(next.Year(), next.Month(), next.Day(), 0, int(chain.Cutover.Minutes()), 0, 0, chain.Zone)
	return revealQuota{rules.Int(customer.RuleRevealsPerDay, kernel.StoreID{}), day, again}, nil
}
