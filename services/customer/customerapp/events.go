package customerapp

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
)

// What whoever stands to the right is told of guests.
const (
	eventVIP         = "guest.became_vip"
	eventPublic      = "guest.became_public"
	eventBlacklisted = "guest.blacklisted"
)

// Events hears of guests in the transaction that changed them: a port to the right.
type Events interface {
	// Wants reports whether anybody asks for a type, so that nothing is looked up
	// for nobody.
	Wants(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, event string) (bool, error)
	// GuestsTx tells of files of one store.
	GuestsTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, event string, store kernel.StoreID, files []kernel.FileID, now time.Time) error
}

// UseEvents gives the port to who hears of guests; without it nobody does.
func (a *App) UseEvents(e Events) { a.events = e }

// tellTx tells of one guest.
func (a *App) tellTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, event string, store kernel.StoreID, file kernel.FileID, now time.Time) error {
	if a.events == nil {
		return nil
	}
	return a.events.GuestsTx(ctx, tx, id, event, store, []kernel.FileID{file}, now)
}

// tellPublicTx tells of those that nobody owns any more, unless their files end with
// it.
func (a *App) tellPublicTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, owners []customer.Owner) error {
	if a.events == nil {
		return nil
	}
	files := []kernel.FileID{}
	for _, o := range owners {
		if o.Owner == nil && !o.Ends {
			files = append(files, o.File)
		}
	}
	if len(files) == 0 {
		return nil
	}
	wanted, err := a.events.Wants(ctx, tx, id, eventPublic)
	if err != nil || !wanted {
		return err
	}
	stores, err := customerdb.StoresOfPublic(ctx, tx, id, files)
	if err != nil {
		return err
	}
	return a.tellStoresTx(ctx, tx, id, eventPublic, stores, a.Clock.Now())
}

// tellStoresTx tells of the guests of several stores, in the order of the stores.
func (a *App) tellStoresTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, event string, files map[kernel.StoreID][]kernel.FileID, now time.Time) error {
	if a.events == nil {
		return nil
	}
	for _, store := range slices.SortedFunc(maps.Keys(files), func(a, b kernel.StoreID) int { return slices.Compare(a[:], b[:]) }) {
		if err := a.events.GuestsTx(ctx, tx, id, event, store, files[store], now); err != nil {
			return err
		}
	}
	return nil
}
