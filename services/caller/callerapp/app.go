// Package callerapp holds the use cases of incoming calls (来电通).
package callerapp

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/caller"
	"github.com/changke/changke/services/caller/internal/callerdb"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/watch"
	"github.com/changke/changke/services/tenant"
)

// CallRang is what watchers are told of.
const CallRang = "call"

// boxTable is what a call's number is sealed for.
const boxTable = "call"

// Guests knows who has a number.
type Guests interface {
	Cards(ctx context.Context, tenant kernel.TenantID, asked []customer.StoreNumber) ([]customer.Card, error)
}

// Deps are what the use cases need; main wires them.
type Deps struct {
	DB      *db.Pool
	Numbers secret.Source
	Clock   kernel.Clock
	Log     *slog.Logger
	Stores  func(ctx context.Context, tenant kernel.TenantID) ([]tenant.Store, error)
	Guests  Guests
}

// App is the use cases.
type App struct{ Deps }

// New makes the use cases.
func New(d Deps) *App { return &App{d} }

// Ring keeps a call and lets it ring on the consoles of its store. The number rests
// boxed, for 35 days; who it is is looked up when a console asks, by the rights of
// who looks. The same call again changes nothing. check says whether it would ring,
// and writes nothing.
func (a *App) Ring(ctx context.Context, grant kernel.Grant, in caller.Ring, check bool, now time.Time) (rang bool, err error) {
	chain := grant.Actor().Tenant
	keys, err := a.Numbers.Keys(ctx, chain)
	if err != nil {
		return false, err
	}
	row := callerdb.InsertCallParams{
		TenantID: chain, CallID: kernel.NewID[kernel.UUID](now), StoreID: in.Store, Source: in.Source, CallNo: in.No, Line: in.Line,
		RungAt: in.At, Rang: in.Rings(now), RecordedAt: now,
	}
	if in.Number != "" {
		row.NumberKey = keys.NumberKey(in.Number)
		if row.NumberBox, err = keys.Seal(in.Number, boxTable, row.CallID); err != nil {
			return false, err
		}
	}
	err = a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		n, err := callerdb.New(tx).InsertCall(ctx, row)
		if err != nil || n == 0 {
			return err
		}
		if rang = row.Rang; rang {
			if err := watch.TellTx(ctx, tx, chain, watch.Change{Kind: CallRang, Store: in.Store, ID: row.CallID}); err != nil {
				return err
			}
		}
		if check {
			return errOnlyChecked
		}
		return audit.WriteTx(ctx, tx, chain, now, audit.Entry{Action: "call.rang", Object: "call", ObjectID: row.CallID.String(), Store: in.Store})
	})
	if errors.Is(err, errOnlyChecked) {
		err = nil
	}
	return rang && err == nil, err
}

// errOnlyChecked rolls back what was only to be checked.
var errOnlyChecked = errors.New("only checked")

// Call is a call and who it is.
type Call struct {
	ID     kernel.UUID
	Store  kernel.StoreID
	At     time.Time
	Line   string
	Masked string // empty: withheld
	customer.Card
}

// Recent lists the calls of the last minutes in the stores that a grant reaches,
// newest first; store zero: in all of them.
func (a *App) Recent(ctx context.Context, grant kernel.Grant, store kernel.StoreID, now time.Time) ([]Call, error) {
	chain := grant.Actor().Tenant
	all, err := a.Stores(ctx, chain)
	if err != nil {
		return nil, err
	}
	p := callerdb.RecentCallsParams{TenantID: chain, Since: now.Add(-caller.ShownFor), MaxRows: caller.MaxShown, StoreIds: []kernel.UUID{}}
	for _, s := range all {
		if grant.Covers(s.ID, false) && (store.IsZero() || s.ID == store) {
			p.StoreIds = append(p.StoreIds, kernel.UUID(s.ID))
		}
	}
	rows, err := callerdb.New(a.DB.Single(chain)).RecentCalls(ctx, p)
	if err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, chain)
	if err != nil {
		return nil, err
	}
	out, asked := make([]Call, len(rows)), []customer.StoreNumber{}
	for i, r := range rows {
		out[i] = Call{ID: r.CallID, Store: r.StoreID, At: r.RungAt, Line: r.Line}
		if r.NumberBox != nil {
			n, err := keys.Open(r.NumberBox, boxTable, r.CallID)
			if err != nil {
				return nil, err
			}
			out[i].Masked = n.Masked()
			asked = append(asked, customer.StoreNumber{Store: r.StoreID, NumberKey: r.NumberKey})
		}
	}
	cards, err := a.Guests.Cards(ctx, chain, asked)
	if err != nil {
		return nil, err
	}
	for i := range out {
		if out[i].Masked != "" {
			out[i].Card, cards = cards[0], cards[1:]
		}
	}
	return out, nil
}

// Forget takes the numbers off calls recorded before a moment: that it rang stays.
func (a *App) Forget(ctx context.Context, id kernel.TenantID, before time.Time) error {
	for {
		n, err := callerdb.New(a.DB.Single(id)).ForgetNumbers(ctx, id, before)
		if err != nil || n == 0 {
			return err
		}
	}
}

// EraseTx takes the numbers of erased guests off their calls (DEL-03).
func (a *App) EraseTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, aliases []customer.Alias) error {
	c := customer.Columns(aliases)
	return callerdb.New(tx).EraseCalls(ctx, id, c.Stores, c.Numbers)
}
