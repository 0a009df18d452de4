package visitapp

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// Notice is a notice that was given.
type Notice struct {
	Way visit.NoticeWay
	At  time.Time
	By  string // name
}

// Opened is one booking with everything on its sheet.
type Opened struct {
	Line
	Heed    *customer.Heed // nil: no file, or not the caller's to see
	Notices []Notice
	// MayCheck: whether the caller may check that the guest was told in person.
	MayCheck bool
}

// Open gives one booking with what its page shows. Fault: booking.not_found.
func (a *App) Open(ctx context.Context, grant kernel.Grant, id kernel.UUID) (Opened, error) {
	chain := grant.Actor().Tenant
	line, err := a.booking(ctx, grant, id)
	if err != nil {
		return Opened{}, err
	}
	out := Opened{Line: line}
	heeds, err := a.heeds(ctx, chain, []Line{line})
	if err != nil {
		return out, err
	}
	out.Heed = heeds[id]
	rows, err := visitdb.New(a.DB.Single(chain)).NoticesOf(ctx, chain, id)
	if err != nil {
		return out, err
	}
	people := []kernel.PersonID{}
	for _, r := range rows {
		if r.GivenBy != nil {
			people = append(people, *r.GivenBy)
		}
	}
	names, err := a.Names(ctx, chain, people)
	for _, r := range rows {
		n := Notice{visit.NoticeWay(r.Way), r.At, ""}
		if r.GivenBy != nil {
			n.By = names[*r.GivenBy]
		}
		out.Notices = append(out.Notices, n)
	}
	out.MayCheck = line.checkable(rpc.GrantFor(ctx, CheckPermission), tellerOf(rows))
	return out, err
}

// heeds tells of the guests of bookings, by booking, what the house should know,
// where the caller may see their files.
func (a *App) heeds(ctx context.Context, chain kernel.TenantID, lines []Line) (map[kernel.UUID]*customer.Heed, error) {
	sees := rpc.GrantFor(ctx, customer.ReadPermission)
	var files []kernel.FileID
	for _, l := range lines {
		if l.File != nil && l.seenBy(sees) {
			files = append(files, *l.File)
		}
	}
	heeds, err := a.Guests.Heeds(ctx, chain, files)
	out := map[kernel.UUID]*customer.Heed{}
	for _, l := range lines {
		if l.File == nil || !l.seenBy(sees) {
			continue
		}
		if h, ok := heeds[*l.File]; ok {
			out[l.BookingID] = &h
		}
	}
	return out, err
}

// seenBy reports whether a grant reaches the guest's file: his referrer's own.
func (l Line) seenBy(g kernel.Grant) bool {
	return g.Covers(l.StoreID, l.ownerID != nil && *l.ownerID == g.Person())
}

// ShiftLine is a booking on the sheet for the talk before a shift.
type ShiftLine struct {
	Line
	Heed *customer.Heed
}

// Shift lists who comes in a meal period of a store's day, by place and time;
// nil = today. Fault: store.not_found.
func (a *App) Shift(ctx context.Context, grant kernel.Grant, store kernel.StoreID, date *kernel.BusinessDate, meal tenant.MealPeriod, now time.Time) (kernel.BusinessDate, []ShiftLine, error) {
	day, err := a.Bookings(ctx, grant, store, date, now)
	if err != nil {
		return 0, nil, err
	}
	lines := slices.DeleteFunc(day.Lines, func(l Line) bool {
		s := visit.State(l.State)
		return tenant.MealPeriod(l.MealPeriod) != meal || s == visit.Cancelled || s == visit.NoShow
	})
	slices.SortStableFunc(lines, func(a, b Line) int {
		return cmp.Or(cmp.Compare(kindOrder[visit.Kind(a.Kind)], kindOrder[visit.Kind(b.Kind)]), cmp.Compare(a.order, b.order), cmp.Compare(a.Resource, b.Resource), compareMinutes(a.ArriveMinute, b.ArriveMinute))
	})
	heeds, err := a.heeds(ctx, grant.Actor().Tenant, lines)
	out := make([]ShiftLine, len(lines))
	for i, l := range lines {
		out[i] = ShiftLine{l, heeds[l.BookingID]}
	}
	return day.Date, out, err
}

var kindOrder = map[visit.Kind]int{visit.Room: 1, visit.Banquet: 2, visit.Hall: 3}

// compareMinutes orders times, those not said last.
func compareMinutes(a, b *int32) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*a, *b)
}
