package visitdb

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// each runs a query and calls fn for every row, scanned into dest.
func each(ctx context.Context, q DBTX, sql string, args, dest []any, fn func() error) error {
	rows, err := q.Query(ctx, sql, args...) //nolint:rowserrcheck // ForEachRow closes and checks
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, dest, fn)
	return err
}

// Columns that unnest turns into rows again: one array a column, one round
// trip and one plan for any number of rows.

type keyColumns struct {
	stores  []kernel.StoreID
	numbers [][]byte
	dates   []time.Time
	meals   []int16
}

func (c *keyColumns) add(k visit.Key) {
	c.stores = append(c.stores, k.Store)
	c.numbers = append(c.numbers, k.Number.Bytes())
	c.dates = append(c.dates, k.Date.Time())
	c.meals = append(c.meals, int16(k.Meal))
}

// visitKeys are the columns of the keys that name a visit, each once, in order.
func visitKeys(keys []visit.Key) keyColumns {
	sorted := slices.Clone(keys)
	slices.SortFunc(sorted, visit.Key.Compare)
	var c keyColumns
	for _, k := range slices.Compact(sorted) {
		if k.Number != "" {
			c.add(k)
		}
	}
	return c
}

type refColumns struct {
	stores []kernel.StoreID
	refs   []string
}

func refsOf(refs []Ref) (c refColumns) {
	for _, r := range refs {
		c.stores = append(c.stores, r.Store)
		c.refs = append(c.refs, r.Ref)
	}
	return c
}

type billColumns struct {
	stores  []kernel.StoreID
	sources []string
	nos     []string
}

func (c *billColumns) add(k visit.BillKey) {
	c.stores = append(c.stores, k.Store)
	c.sources = append(c.sources, k.Source)
	c.nos = append(c.nos, k.No)
}

func billsOf(bills []visit.BillKey) (c billColumns) {
	for _, k := range bills {
		c.add(k)
	}
	return c
}

// KeyOf is a visit's key from its columns.
func KeyOf(store kernel.StoreID, number []byte, date kernel.BusinessDate, meal int16) visit.Key {
	return visit.Key{Store: store, Number: visit.NumberKey(number), Date: date, Meal: tenant.MealPeriod(meal)}
}

// IDs brings typed ids into the array type that sqlc knows.
func IDs[T ~[16]byte](in []T) []kernel.UUID {
	out := make([]kernel.UUID, len(in))
	for i, id := range in {
		out[i] = kernel.UUID(id)
	}
	return out
}
