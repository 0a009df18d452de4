package visitapp

import (
	"context"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// BillView is a bill, or a refund note, as screens show it.
type BillView struct {
	visitdb.BillsOfDayRow
	Detail     visit.Detail
	File       *kernel.FileID // nil: no guest known, or none approved
	Masked     string         // 138****1234 of the file; empty: none
	Way        visit.LinkWay
	Ref        string       // the booking it belongs to or names; empty: none
	Booking    *kernel.UUID // nil: not known here
	Explained  kernel.Words
	AfterMonth bool // its first revision came after its month was over (RUL-09)

	unlinked   visit.Unlinked
	candidates []visit.Candidate
}

// mealKey is a meal of a store.
type mealKey struct {
	date kernel.BusinessDate
	meal tenant.MealPeriod
}

// billViews fills bills of one store with guests, bookings and explanations.
func (a *App) billViews(ctx context.Context, chain kernel.TenantID, store tenant.Store, rows []visitdb.BillsOfDayRow) ([]BillView, error) {
	if len(rows) == 0 {
		return nil, nil
	}
	q := visitdb.New(a.DB.Single(chain))
	out := make([]BillView, len(rows))
	var days, guestDays []kernel.BusinessDate
	var refs []string
	var guests [][]byte
	for i, r := range rows {
		out[i].BillsOfDayRow = r
		if d, err := visit.ParseDetail(r.Detail); err != nil {
			return nil, err
		} else if d != nil {
			out[i].Detail = *d
		}
		if !slices.Contains(days, r.OwnDate) {
			days = append(days, r.OwnDate)
		}
		if r.BillHead.BookingRef != "" {
			refs = append(refs, r.BillHead.BookingRef)
		}
		guests, guestDays = append(guests, r.BillHead.NumberKey), append(guestDays, r.BillHead.BusinessDate)
	}
	near, err := a.candidates(ctx, q, chain, store.ID, days)
	if err != nil {
		return nil, err
	}
	named, err := q.BookingsByRefs(ctx, chain, store.ID, refs)
	if err != nil {
		return nil, err
	}
	if err := a.billGuests(ctx, q, chain, store.ID, guests, guestDays, out); err != nil {
		return nil, err
	}
	bookings := map[string]kernel.UUID{}
	for _, b := range named {
		bookings[b.Ref] = b.BookingID
	}
	for i := range out {
		v := &out[i]
		v.AfterMonth = v.ImportID == nil && store.BusinessDate(v.FirstAt).Month() > v.OwnDate.Month()
		v.link(near[mealKey{v.OwnDate, tenant.MealPeriod(v.OwnMeal)}], bookings)
	}
	return out, nil
}

// link finds the booking of a bill among those of its meal (VIS-06).
func (v *BillView) link(near []visit.Candidate, bookings map[string]kernel.UUID) {
	h := v.BillHead
	id, known := bookings[h.BookingRef]
	v.Ref, v.candidates = h.BookingRef, near
	v.unlinked = visit.Unlinked{
		Status: visit.Status(h.Status), Note: h.RefundOf != "", LinkNo: h.LinkNo, BookingRef: h.BookingRef, RefKnown: known,
		Number: visit.NumberKey(v.OwnNumber), Table: v.Detail.Table,
	}
	if known {
		v.Booking = &id
	}
	way, fits := visit.Link(v.unlinked, near)
	if v.Way = way; fits != nil {
		v.Ref, v.Booking = fits.Ref, &fits.ID
	}
	v.Explained = visit.ExplainLink(way, v.unlinked, v.Ref)
}

// billGuests fills in whose the bills are, as they are counted.
func (a *App) billGuests(ctx context.Context, q *visitdb.Queries, chain kernel.TenantID, store kernel.StoreID, numbers [][]byte, days []kernel.BusinessDate, into []BillView) error {
	found, err := q.FilesOfNumbers(ctx, visitdb.FilesOfNumbersParams{TenantID: chain, StoreID: store, NumberKeys: numbers, Dates: days})
	if err != nil {
		return err
	}
	files := []kernel.FileID{}
	for _, f := range found {
		files = append(files, f.FileID)
	}
	rows, err := a.Guests.Rows(ctx, chain, files)
	for _, f := range found {
		if g, ok := rows[f.FileID]; ok {
			into[f.N-1].File, into[f.N-1].Masked = &g.File, g.Masked
		}
	}
	return err
}

// candidates are the bookings of a store's days, by meal.
func (a *App) candidates(ctx context.Context, q *visitdb.Queries, chain kernel.TenantID, store kernel.StoreID, days []kernel.BusinessDate) (map[mealKey][]visit.Candidate, error) {
	rows, err := q.Candidates(ctx, chain, days, store)
	out := map[mealKey][]visit.Candidate{}
	for _, r := range rows {
		k := mealKey{r.BusinessDate, tenant.MealPeriod(r.MealPeriod)}
		out[k] = append(out[k], visit.Candidate{
			ID: r.BookingID, Ref: r.Ref, Number: visit.NumberKey(r.NumberKey), Places: r.Places, State: visit.State(r.State),
			Minute: r.SeatedMinute, Booker: r.BookerID, Date: k.date, Meal: k.meal,
		})
	}
	return out, err
}

// Proposal is a booking that a bill may belong to, as screens show it.
type Proposal struct {
	visit.Candidate
	Booker             string
	SameNumber, SameAt bool
	Masked             string
	Seated             string // HH:MM; empty: not seated
}

// proposals are the bookings that bills may belong to, most likely first, so many of each.
func (a *App) proposals(ctx context.Context, chain kernel.TenantID, store tenant.Store, bills []BillView, most int) ([][]Proposal, error) {
	people := []kernel.PersonID{}
	out := make([][]Proposal, len(bills))
	var numbers [][]byte
	var days []kernel.BusinessDate
	for i, v := range bills {
		for _, c := range visit.Propose(v.unlinked, v.candidates, most) {
			p := Proposal{Candidate: c, SameNumber: v.unlinked.Number != "" && v.unlinked.Number == c.Number, SameAt: c.At(v.unlinked.Table)}
			if c.Minute != nil {
				p.Seated = visit.Clock(*c.Minute, store.ClockOn(c.Date).Cutover)
			}
			out[i] = append(out[i], p)
			people, numbers, days = append(people, c.Booker), append(numbers, c.Number.Bytes()), append(days, c.Date)
		}
	}
	names, err := a.Names(ctx, chain, people)
	if err != nil {
		return nil, err
	}
	guests := make([]BillView, len(numbers))
	if err := a.billGuests(ctx, visitdb.New(a.DB.Single(chain)), chain, store.ID, numbers, days, guests); err != nil {
		return nil, err
	}
	n := 0
	for i := range out {
		for j := range out[i] {
			out[i][j].Booker, out[i][j].Masked = names[out[i][j].Candidate.Booker], guests[n].Masked
			n++
		}
	}
	return out, nil
}
