package customerapp

import (
	"context"
	"slices"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/secret"
)

// guestFiles are the files of whoever asks by a number, and every number of his
// own on them.
type guestFiles struct {
	files   []customerdb.FilesOfNumberRow
	numbers []kernel.Phone // the one he asked by first
	of      map[kernel.FileID][]kernel.Phone
}

// filesOfGuest finds a guest by any number of his own (DEL-03): who asks by the
// second number of one file is the guest of the first too, and of his files in
// other stores. Numbers of those who book for him (VIS-12) lead to nobody.
func filesOfGuest(ctx context.Context, q *customerdb.Queries, keys *secret.Keys, id kernel.TenantID, asked kernel.Phone) (guestFiles, error) {
	g := guestFiles{numbers: []kernel.Phone{asked}, of: map[kernel.FileID][]kernel.Phone{}}
	for next := 0; next < len(g.numbers); next++ {
		rows, err := q.FilesOfNumber(ctx, id, g.numbers[next].Last4Reversed(), keys.NumberKey(g.numbers[next]))
		if err != nil {
			return g, err
		}
		for _, r := range rows {
			if _, known := g.of[r.FileID]; known {
				continue
			}
			own, err := ownNumbers(ctx, q, keys, id, r)
			if err != nil {
				return g, err
			}
			g.files, g.of[r.FileID] = append(g.files, r), own
			for _, number := range own {
				if !slices.Contains(g.numbers, number) {
					g.numbers = append(g.numbers, number)
				}
			}
		}
	}
	return g, nil
}

// ownNumbers are the main number of a file and the guest's further ones.
func ownNumbers(ctx context.Context, q *customerdb.Queries, keys *secret.Keys, id kernel.TenantID, r customerdb.FilesOfNumberRow) ([]kernel.Phone, error) {
	main, err := keys.Open(r.NumberBox, guestTable, kernel.UUID(r.FileID))
	if err != nil {
		return nil, err
	}
	out := []kernel.Phone{main}
	contacts, err := q.ContactsOfFile(ctx, id, r.FileID)
	if err != nil {
		return nil, err
	}
	for _, c := range contacts {
		if c.Kind != string(customer.ContactOwn) {
			continue
		}
		number, err := keys.Open(c.NumberBox, contactTable, c.ContactID)
		if err != nil {
			return nil, err
		}
		out = append(out, number)
	}
	return out, nil
}
