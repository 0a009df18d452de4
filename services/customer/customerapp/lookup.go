package customerapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
)

// LookUp tells a counter who has a number in a store, in one round trip together
// with the line of the look in the log of acts: without it nothing is shown. The
// line names the file, else the fingerprint of the number.
func (a *App) LookUp(ctx context.Context, id kernel.TenantID, store kernel.StoreID, number kernel.Phone, now time.Time) (customer.Card, error) {
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return customer.Card{}, err
	}
	key := keys.NumberKey(number)
	b, row := &pgx.Batch{}, &customerdb.CardRow{}
	customerdb.QueueCard(b, id, store, key, row)
	line := audit.Entry{Action: "customer.looked_up", Object: "customer", ObjectID: audit.Fingerprint(keys, number.E164()), Store: store}
	if err := audit.QueueSeen(ctx, b, id, now, line, customerdb.FileOfNumber, id, store, key); err != nil {
		return customer.Card{}, err
	}
	if err := a.DB.Single(id).Together(ctx, b); err != nil {
		return customer.Card{}, err
	}
	return openCard(row, keys)
}

// Cards tells who has numbers, each in its store, in the order asked for; whoever
// shows them leaves the line.
func (a *App) Cards(ctx context.Context, id kernel.TenantID, asked []customer.StoreNumber) ([]customer.Card, error) {
	if len(asked) == 0 {
		return nil, nil
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, err
	}
	b, rows := &pgx.Batch{}, make([]customerdb.CardRow, len(asked))
	for i, n := range asked {
		customerdb.QueueCard(b, id, n.Store, n.NumberKey, &rows[i])
	}
	if err := a.DB.Single(id).Together(ctx, b); err != nil {
		return nil, err
	}
	cards := make([]customer.Card, len(rows))
	for i := range rows {
		if cards[i], err = openCard(&rows[i], keys); err != nil {
			return nil, err
		}
	}
	return cards, nil
}

func openCard(row *customerdb.CardRow, keys customerdb.Boxes) (customer.Card, error) {
	if !row.Known() {
		return row.Card, nil
	}
	fields, err := customerdb.OpenFields(keys, row.Revision, row.Fields)
	row.Taboos, row.Salutation = fields.Taboos, customer.Salutation(row.Name, row.Sex)
	return row.Card, err
}
