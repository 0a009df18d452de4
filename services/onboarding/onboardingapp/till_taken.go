package onboardingapp

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
)

// taken marks lines whose room or table another booking holds by the time they would
// be recorded, one on file or of an earlier line (VIS-10). Lines that are wrong already
// are left out, as they are of recording.
func (a *App) taken(ctx context.Context, tx pgx.Tx, s *stager, t onboarding.TillImport, read *onboarding.TillReader) error {
	if t.Kind != onboarding.TillBookings {
		return nil
	}
	q := onboardingdb.New(tx)
	var claims []onboarding.TillClaim
	places, days := map[kernel.UUID]bool{}, map[kernel.BusinessDate]bool{}
	for from := int32(0); ; {
		rows, err := q.Rows(ctx, onboardingdb.RowsParams{TenantID: s.tenant, ImportID: s.importID, Step: string(t.Kind), FromRow: from, Worst: int16(onboarding.Noted), Most: blockRows})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		lines, err := a.readLines(s, t, read, rows)
		if err != nil {
			return err
		}
		for _, l := range lines {
			c := l.Claim(l.no)
			claims = append(claims, c)
			for _, p := range c.Places {
				places[p.ID], days[c.Date] = true, true
			}
		}
		from = rows[len(rows)-1].RowNo + 1
	}
	held, err := a.Visits.HoldersTx(ctx, tx, s.tenant, slices.Collect(maps.Keys(places)), slices.Collect(maps.Keys(days)))
	if err != nil {
		return err
	}
	seats := onboarding.NewTillSeats(held)
	var all []marked
	for _, c := range claims {
		if refused := seats.Put(c); refused != "" {
			all = append(all, marked{c.Line, t.Mapping.Remark(t.Head, onboarding.Wrong, "place", "VIS-10", refused, "换一个包间、桌位或餐段；或先改占用它的预定，再从“改列的对应”重新检查")})
		}
	}
	return markAll(ctx, q, s, t, false, all)
}
