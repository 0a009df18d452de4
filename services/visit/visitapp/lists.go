package visitapp

import (
	"context"
	"strings"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

const (
	maxBookings = 2000 // a line each on the day's board
	lastDate    = "9999-12-31"
)

// Line is a booking as screens show it.
type Line struct {
	visitdb.Booking
	Resource  string                // name of the first room or table
	Places    []visitdb.PlacesOfRow // all of them, the first first
	File      *kernel.FileID
	Masked    string // 138****1234; empty: nobody told it
	Owner     string // name of the guest's referrer; empty: none
	Booker    string
	Entered   string            // name of who entered it; empty: imported
	Former    string            // name of who was its booker before a correction; empty: none
	Corrected string            // name of who corrected it
	Checked   string            // name of who checked that the guest was told in person; empty: nobody
	For       string            // name of whose delegate that was; empty: in his own right
	Contact   *customer.Contact // who booked for the guest; nil: himself
	Explained kernel.Words      // whom the visit is or would be credited to, and why
	Left      *time.Time        // when it was finished; nil: not yet, or imported
	Cutover   time.Duration
	order     int32 // of its first place on screens
	ownerID   *kernel.PersonID
	nameShown bool // whether the caller of the method sees the guest's name in clear
}

// within says what reaching a booking means (ROL-02): own is the booker's and
// the referrer's.
func (l Line) within(g kernel.Grant) bool {
	return g.Covers(l.StoreID, l.own(g.Person()))
}

func (l Line) own(me kernel.PersonID) bool {
	return l.BookerID == me || l.ownerID != nil && *l.ownerID == me
}

// places names all places.
func (l Line) places() string {
	names := make([]string, len(l.Places))
	for i, p := range l.Places {
		names[i] = p.Name
	}
	return strings.Join(names, "、")
}

// booking gives one booking inside the grant.
func (a *App) booking(ctx context.Context, grant kernel.Grant, id kernel.UUID) (Line, error) {
	chain := grant.Actor().Tenant
	rows, err := visitdb.New(a.DB.Single(chain)).BookingsOfVisit(ctx, chain, id)
	if err != nil {
		return Line{}, err
	}
	all := make([]visitdb.BookingsOfDayRow, len(rows))
	for i, r := range rows {
		all[i] = visitdb.BookingsOfDayRow(r)
	}
	lines, err := a.lines(ctx, chain, all)
	if err != nil {
		return Line{}, err
	}
	for _, l := range lines {
		if l.BookingID == id && l.within(grant) {
			return l, nil
		}
	}
	return Line{}, visit.ErrNotFound
}

// Day is a store's bookings of one business day.
type Day struct {
	Date  kernel.BusinessDate
	Lines []Line
	Meals []visit.Meal      // the store's hours today (VIS-10)
	Now   tenant.MealPeriod // which of them it is now
}

// Bookings lists those bookings of a store's business day that the grant
// reaches, by meal period and time; nil = today. Fault: store.not_found.
func (a *App) Bookings(ctx context.Context, grant kernel.Grant, id kernel.StoreID, date *kernel.BusinessDate, now time.Time) (Day, error) {
	chain := grant.Actor().Tenant
	if !grant.Covers(id, true) {
		return Day{}, visit.ErrNoStore
	}
	store, err := a.Stores.Store(ctx, chain, id)
	if err != nil {
		return Day{}, err
	}
	today := store.BusinessDate(now)
	rules, err := a.Stores.Rules(ctx, chain, today)
	if err != nil {
		return Day{}, err
	}
	day := Day{Date: today, Meals: visit.Meals(store, rules, today)}
	day.Now = visit.MealAt(now, store, day.Meals)
	if date != nil {
		day.Date = *date
	}
	rows, err := visitdb.New(a.DB.Single(chain)).BookingsOfDay(ctx, visitdb.BookingsOfDayParams{TenantID: chain, StoreID: id, BusinessDate: day.Date, MaxRows: maxBookings})
	if err != nil {
		return Day{}, err
	}
	all, err := a.lines(ctx, chain, rows)
	if err != nil {
		return Day{}, err
	}
	day.Lines = all[:0]
	for _, l := range all {
		if l.within(grant) {
			day.Lines = append(day.Lines, l)
		}
	}
	return day, nil
}

// lines fills bookings with names, numbers and explanations. All bookings of a
// visit must be among the rows, or its credit is explained wrongly.
func (a *App) lines(ctx context.Context, chain kernel.TenantID, rows []visitdb.BookingsOfDayRow) ([]Line, error) {
	files := []kernel.FileID{}
	for _, r := range rows {
		if !r.GuestFile.IsZero() {
			files = append(files, kernel.FileID(r.GuestFile))
		}
	}
	guests, err := a.Guests.Rows(ctx, chain, files)
	if err != nil {
		return nil, err
	}
	contacts := []kernel.UUID{}
	for _, r := range rows {
		if r.Booking.ContactID != nil {
			contacts = append(contacts, *r.Booking.ContactID)
		}
	}
	called, err := a.Guests.ContactsByID(ctx, chain, contacts)
	if err != nil {
		return nil, err
	}
	people, ids := []kernel.PersonID{}, []kernel.UUID{}
	seatings, bills := map[visit.Key][]visit.Seating{}, map[visit.Key]int{}
	for _, r := range rows {
		people = append(people, r.Booking.BookerID)
		for _, p := range []*kernel.PersonID{r.Booking.EnteredBy, r.Booking.FormerBookerID, r.Booking.CorrectedBy, r.Booking.CheckedBy, r.Booking.CheckedFor} {
			if p != nil {
				people = append(people, *p)
			}
		}
		ids = append(ids, r.Booking.BookingID)
		if k := visitOf(r); k.Number != "" {
			seatings[k] = append(seatings[k], seatingOf(r.Booking))
			bills[k] += int(r.VisitBills)
		}
	}
	for _, g := range guests {
		if g.Owner != nil {
			people = append(people, *g.Owner)
		}
	}
	names, err := a.Names(ctx, chain, people)
	if err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, chain)
	if err != nil {
		return nil, err
	}
	stores, err := a.byID(ctx, chain)
	if err != nil {
		return nil, err
	}
	places, err := a.placesOf(ctx, chain, ids)
	if err != nil {
		return nil, err
	}
	shown := rpc.GrantFor(ctx, customer.NamesPermission)
	lines := make([]Line, len(rows))
	for i, r := range rows {
		b := r.Booking
		l := Line{Booking: b, Resource: r.ResourceName, Booker: names[b.BookerID], Cutover: stores[b.StoreID].ClockOn(b.BusinessDate).Cutover, Places: places[b.BookingID]}
		if len(l.Places) > 0 {
			l.order = l.Places[0].Place
		}
		if g, ok := guests[kernel.FileID(r.GuestFile)]; ok {
			l.File, l.Masked, l.ownerID = &g.File, g.Masked, g.Owner
			if g.Owner != nil {
				l.Owner = names[*g.Owner]
			}
		}
		if b.ContactID != nil {
			if c, ok := called[*b.ContactID]; ok {
				l.Contact = &c
			}
		}
		// Who booked wrote the name himself.
		l.nameShown = b.BookerID == shown.Person() || shown.Covers(b.StoreID, l.own(shown.Person()))
		if left := r.FinishedAt; left.Unix() != 0 {
			l.Left = &left
		}
		if b.NumberBox != nil {
			number, err := keys.Open(b.NumberBox, boxTable, b.BookingID)
			if err != nil {
				return nil, err
			}
			l.Masked = number.Masked()
		}
		about := toldOf(b)
		if b.CheckedBy != nil {
			l.Checked = names[*b.CheckedBy]
		}
		if b.CheckedFor != nil {
			l.For = names[*b.CheckedFor]
		}
		l.Entered, l.Former, l.Corrected = names[about.Entered], names[about.Former], names[about.ByWhom]
		l.Explained = visit.ExplainBooking(about, seatings[visitOf(r)], bills[visitOf(r)], func(p kernel.PersonID) string { return names[p] })
		lines[i] = l
	}
	return lines, nil
}

// visitOf is the visit that a booking bears on: a guest's whose file is known is
// one under all his numbers (VIS-08).
func visitOf(r visitdb.BookingsOfDayRow) visit.Key {
	b := r.Booking
	k := visitdb.KeyOf(b.StoreID, b.NumberKey, b.BusinessDate, b.MealPeriod)
	if !r.GuestFile.IsZero() {
		k.Number = visit.NumberKey(r.GuestFile.String())
	}
	return k
}

// placesOf gives the places of bookings.
func (a *App) placesOf(ctx context.Context, chain kernel.TenantID, bookings []kernel.UUID) (map[kernel.UUID][]visitdb.PlacesOfRow, error) {
	out := map[kernel.UUID][]visitdb.PlacesOfRow{}
	if len(bookings) == 0 {
		return out, nil
	}
	rows, err := visitdb.New(a.DB.Single(chain)).PlacesOf(ctx, chain, bookings)
	for _, r := range rows {
		out[r.BookingID] = append(out[r.BookingID], r)
	}
	return out, err
}

// toldOf is what explains a booking's credit.
func toldOf(b visitdb.Booking) visit.Told {
	t := visit.Told{Seating: seatingOf(b), Known: b.NumberKey != nil, InPerson: b.NoticeWay != nil && visit.NoticeWay(*b.NoticeWay) == visit.InPerson, Held: b.CheckHeld}
	for to, from := range map[*kernel.PersonID]*kernel.PersonID{&t.Entered: b.EnteredBy, &t.Former: b.FormerBookerID, &t.ByWhom: b.CorrectedBy} {
		if from != nil {
			*to = *from
		}
	}
	return t
}

func seatingOf(b visitdb.Booking) visit.Seating {
	return visit.Seating{Ref: b.Ref, Booker: b.BookerID, State: visit.State(b.State), Minute: b.SeatedMinute, Noticed: b.NoticeAt != nil}
}

func (a *App) byID(ctx context.Context, chain kernel.TenantID) (map[kernel.StoreID]tenant.Store, error) {
	stores, err := a.Stores.Stores(ctx, chain)
	out := make(map[kernel.StoreID]tenant.Store, len(stores))
	for _, s := range stores {
		out[s.ID] = s
	}
	return out, err
}

// Place is where a page of visits ended.
type Place struct {
	Date kernel.BusinessDate
	Meal tenant.MealPeriod
}

// VisitLine is a visit as the file's page shows it.
type VisitLine struct {
	visitdb.VisitsOfFileRow
	Credited  string // name of who gets the credit; empty: nobody
	Explained kernel.Words
}

// Visits lists the visits of a file inside the grant, newest first, after a
// place (nil: from the newest); more says that older ones exist. Fault:
// customer.not_found.
func (a *App) Visits(ctx context.Context, grant kernel.Grant, file kernel.FileID, after *Place, limit int32) (lines []VisitLine, more bool, err error) {
	var guest customer.Row
	if guest, err = a.Guests.Find(ctx, grant, file); err != nil {
		return nil, false, err
	}
	chain := grant.Actor().Tenant
	if after == nil {
		last, _ := kernel.ParseDate(lastDate)
		after = &Place{Date: last}
	}
	rows, err := visitdb.New(a.DB.Single(chain)).VisitsOfFile(ctx, visitdb.VisitsOfFileParams{
		TenantID: chain, FileID: guest.File, BeforeDate: after.Date, BeforeMeal: int16(after.Meal), MaxRows: limit + 1,
	})
	if err != nil {
		return nil, false, err
	}
	if more = len(rows) > int(limit); more {
		rows = rows[:limit]
	}
	people := []kernel.PersonID{}
	for _, r := range rows {
		if r.CreditedTo != nil {
			people = append(people, *r.CreditedTo)
		}
	}
	names, err := a.Names(ctx, chain, people)
	if err != nil {
		return nil, false, err
	}
	for _, r := range rows {
		l := VisitLine{VisitsOfFileRow: r}
		if r.CreditedTo != nil {
			l.Credited = names[*r.CreditedTo]
		}
		l.Explained = visit.ExplainVisit(r.Counted, l.Credited, r.BookingRef, int(r.Bills))
		lines = append(lines, l)
	}
	return lines, more, nil
}
