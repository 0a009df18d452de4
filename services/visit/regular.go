package visit

import "github.com/changke/changke/services/kernel"

// Regular is a number that came often enough in a month to meet the VIP standard
// and has no file (建议建档, CUS-01).
type Regular struct {
	Booking   kernel.UUID // the last of its bookings: names the number to who begins a file
	Store     kernel.StoreID
	Masked    string // empty: not known, its bookings were imported
	GuestName string // as told with that booking
	NameShown bool   // whether the caller sees it in clear (ROL-03)
	Bookings  int    // finished ones of the month
	Last      kernel.BusinessDate
	Receivers []Receiver // most often first
}

// Receiver is somebody who received a guest.
type Receiver struct {
	Person   kernel.PersonID
	Name     string
	Bookings int
}
