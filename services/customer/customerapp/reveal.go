package customerapp

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
)

// Reveal shows a number in clear. Caller, moment and reason are on record
// before it is given away. Faults: customer.not_found, invalid_field at "reason".
func (a *App) Reveal(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, reason string) (kernel.Phone, error) {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) < 2 {
		return "", fault.Field("reason", "", "请写明查看号码的原因。")
	}
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return "", err
	}
	tenantID, person := grant.Actor().Tenant, grant.Person()
	whom := grant.Holder(f.Store, f.OwnedBy(person)).Who()
	store, err := a.Tenants.Store(ctx, tenantID, f.Store)
	if err != nil {
		return "", err
	}
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return "", err
	}
	number, err := open(keys, f.Guest)
	if err != nil {
		return "", err
	}
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		err := q.InsertReveal(ctx, customerdb.InsertRevealParams{TenantID: tenantID, RevealID: kernel.NewID[kernel.UUID](now), FileID: id, PersonID: person, ForID: whom, Now: now, Reason: reason})
		if err != nil {
			return err
		}
		if err := event(ctx, q, tenantID, id, customer.Event{At: now, On: store.BusinessDate(now), Kind: customer.NumberShown, Person: &person, For: whom}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenantID, now, seenLine("customer.revealed", f.Row, person))
	})
	if err != nil {
		return "", err
	}
	return number, nil
}
