package visit

import (
	"encoding/base32"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// NumberKey is what a guest's number is found by (secret.Keys.NumberKey), as a
// comparable value; empty = unknown guest. It is no number and gives none away.
type NumberKey string

// Bytes is the key as the database keeps it; nil = unknown.
func (k NumberKey) Bytes() []byte {
	if k == "" {
		return nil
	}
	return []byte(k)
}

// Kind is what is booked (VIS-10); the texts are those in the database.
type Kind string

// The kinds.
const (
	Hall    Kind = "hall"    // 散台
	Room    Kind = "room"    // 包间
	Banquet Kind = "banquet" // 包席
)

// Valid reports whether it is one of the three.
func (k Kind) Valid() bool { return k == Hall || k == Room || k == Banquet }

// State is where a booking stands (VIS-09).
type State string

// The states; the texts are those in the database and in import files.
const (
	Requested State = "requested"
	Confirmed State = "confirmed"
	Seated    State = "seated"
	Finished  State = "finished"
	Cancelled State = "cancelled"
	NoShow    State = "no_show"
)

// Open reports whether the guests are still to come or to leave.
func (s State) Open() bool { return s == Requested || s == Confirmed || s == Seated }

// Valid reports whether it is one of the six.
func (s State) Valid() bool { return s.Open() || s == Finished || s == Cancelled || s == NoShow }

// Act is something done to a booking.
type Act uint8

// The acts.
const (
	ActConfirm Act = iota + 1
	ActSeat
	ActFinish
	ActCancel
	ActNoShow
)

// acts is the transition table (VIS-09): guests who sit can only leave, and
// what has ended stays as it ended.
var acts = map[Act]struct {
	from []State
	to   State
}{
	ActConfirm: {[]State{Requested}, Confirmed},
	ActSeat:    {[]State{Requested, Confirmed}, Seated},
	ActFinish:  {[]State{Seated}, Finished},
	ActCancel:  {[]State{Requested, Confirmed}, Cancelled},
	ActNoShow:  {[]State{Requested, Confirmed}, NoShow},
}

// Next gives the state after an act, or booking.wrong_state.
func (s State) Next(a Act) (State, error) {
	if t := acts[a]; slices.Contains(t.from, s) {
		return t.to, nil
	}
	return s, ErrWrongState
}

// ImportedBooking is a booking as another system knows it: what bears on
// visits, without the number itself.
type ImportedBooking struct {
	Store        kernel.StoreID
	Ref          string
	Number       NumberKey // empty: the other system did not know the guest
	Booker       kernel.PersonID
	Date         kernel.BusinessDate
	Meal         tenant.MealPeriod
	Kind         Kind
	State        State
	SeatedMinute *int32 // since the cut-over; nil: not seated or not known
	Noticed      bool   // its notice was sent
	Import       kernel.UUID
}

// Key is the visit the booking makes or would make.
func (b ImportedBooking) Key() Key { return Key{b.Store, b.Number, b.Date, b.Meal} }

// Same reports whether nothing that bears on visits differs.
func (b ImportedBooking) Same(o ImportedBooking) bool {
	minutes := b.SeatedMinute == nil && o.SeatedMinute == nil ||
		b.SeatedMinute != nil && o.SeatedMinute != nil && *b.SeatedMinute == *o.SeatedMinute
	return minutes && b.Key() == o.Key() && b.Booker == o.Booker && b.Kind == o.Kind && b.State == o.State && b.Noticed == o.Noticed
}

// RefOf makes a booking's reference from its id, as people read it out: B and
// 13 letters and digits without 0, 1, 8 and 9. It is unique in its store by the
// database; the id's 62 random bits make a clash a curiosity.
func RefOf(id kernel.UUID) string {
	return "B" + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id[8:])
}

// MinuteOf is a wall-clock time as minutes since the store's cut-over, so that
// 23:59 comes before 00:10 (VIS-08).
func MinuteOf(wall, cutover time.Duration) int32 {
	return int32(((wall - cutover + 24*time.Hour) % (24 * time.Hour)) / time.Minute)
}

// MinuteAt is the moment now as minutes since the store's cut-over.
func MinuteAt(now time.Time, s tenant.Store) int32 {
	clock := s.ClockOn(s.BusinessDate(now))
	l := now.In(clock.Zone)
	return MinuteOf(time.Duration(l.Hour())*time.Hour+time.Duration(l.Minute())*time.Minute, clock.Cutover)
}

// ParseMinute reads HH:MM of the store's clock as minutes since the cut-over.
func ParseMinute(hhmm string, cutover time.Duration) (int32, error) {
	t, err := time.Parse("15:04", hhmm)
	if err != nil || len(hhmm) != 5 {
		return 0, errBadTime
	}
	return MinuteOf(time.Duration(t.Hour())*time.Hour+time.Duration(t.Minute())*time.Minute, cutover), nil
}

// Clock is the reverse of ParseMinute: HH:MM of the store's clock.
func Clock(minute int32, cutover time.Duration) string {
	return time.Unix(0, 0).UTC().Add(cutover + time.Duration(minute)*time.Minute).Format("15:04")
}
