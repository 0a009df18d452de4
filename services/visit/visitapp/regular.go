package visitapp

import (
	"context"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// BookedBy counts the bookings of guests' numbers that people took since a day,
// in the order asked for: customer's port.
func (a *App) BookedBy(ctx context.Context, id kernel.TenantID, asked []customer.BookedBy, since kernel.BusinessDate) ([]int, error) {
	p := visitdb.BookedByParams{TenantID: id, Since: since, Stores: []kernel.UUID{}, NumberKeys: [][]byte{}, People: []kernel.UUID{}}
	for _, x := range asked {
		p.Stores, p.NumberKeys, p.People = append(p.Stores, kernel.UUID(x.Store)), append(p.NumberKeys, x.NumberKey), append(p.People, kernel.UUID(x.Person))
	}
	rows, err := visitdb.New(a.DB.Single(id)).BookedBy(ctx, p)
	out := make([]int, len(asked))
	for _, r := range rows {
		out[r.N-1] = int(r.Bookings)
	}
	return out, err
}
