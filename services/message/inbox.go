package message

import "github.com/changke/changke/services/kernel"

// NoteKind is what the system tells a member of staff; the texts are those in
// the database, the words stand in the console.
type NoteKind string

// The kinds.
const (
	FileEnds        NoteKind = "file_ends"          // DEL-02, first warning
	FileEndsSoon    NoteKind = "file_ends_soon"     // DEL-02, last warning
	FileDeleted     NoteKind = "file_deleted"       // DEL-02
	DeletionDecided NoteKind = "deletion_decided"   // DEL-01
	FilesMerged     NoteKind = "files_merged"       // another file of the same guest became part of this one (CUS-10)
	FilesUnmerged   NoteKind = "files_unmerged"     // two files again
	Correction      NoteKind = "correction"         // DEL-03: a guest asks for it
	GuestLost       NoteKind = "guest_lost"         // LIF-03, 04, 05: a guest of his is public now
	GuestReturned   NoteKind = "guest_returned"     // RUL-09: a guest taken from him is his again
	GuestOffered    NoteKind = "guest_offered"      // LIF-07: a public guest waits for him to confirm
	GuestAssigned   NoteKind = "guest_assigned"     // LIF-12: a manager assigned him one, to confirm
	GuestAtRisk     NoteKind = "guest_at_risk"      // LIF-10, first warning
	GuestAtRiskSoon NoteKind = "guest_at_risk_soon" // LIF-10, last warning
	AppealRaised    NoteKind = "appeal_raised"      // LIF-11: who lost the guest before contests it
	AppealDecided   NoteKind = "appeal_decided"     // LIF-11
	OfferLapsed     NoteKind = "offer_lapsed"       // LIF-14: he did not
	BookingGiven    NoteKind = "booking_given"      // VIS-13: a booking of the day is his now
	BookingTaken    NoteKind = "booking_taken"      // VIS-13: a booking of the day is another's now
	NoticeDoubted   NoteKind = "notice_doubted"     // VIS-03: an inspector doubts that the guest was told in person
	RefundParked    NoteKind = "refund_parked"      // VIS-07: a refund of the day has waited a day for its bill

	// HND-02: of a handover, which Handover names.
	HandoverBegun     NoteKind = "handover_begun"      // somebody began to hand his guests over for him
	HandoverOffered   NoteKind = "handover_offered"    // guests wait for him to accept
	HandoverReceived  NoteKind = "handover_received"   // they are his; he goes through the files
	HandoverMoved     NoteKind = "handover_moved"      // they are the receiver's now
	HandoverBroken    NoteKind = "handover_broken"     // HND-05
	HandoverOffice    NoteKind = "handover_office"     // it lies with head office, and it is his turn
	CustodyOver       NoteKind = "custody_over"        // HND-08
	StoreMoved        NoteKind = "store_moved"         // his guests went to another store with its own's end (HND-08)
	StoreMovePlanned  NoteKind = "store_move_planned"  // a store is to end on the day, and he may approve it (HND-08)
	BookingsMoved     NoteKind = "bookings_moved"      // bookings of his went to another store with its own's end (HND-08)
	BookingsCalledOff NoteKind = "bookings_called_off" // bookings of his were called off as the store closes (HND-08)
	WebhookFailed     NoteKind = "webhook_failed"      // a webhook accepted nothing for days and was switched off
)

// Said is a decision in words, with the rule and the version of the rule set that it was
// taken under.
type Said struct {
	kernel.Words
	Rule    string
	Version int32
}

// Note is an item of somebody's inbox: ids and dates, never what it names.
type Note struct {
	Person kernel.PersonID
	Kind   NoteKind
	File   kernel.FileID
	On     kernel.BusinessDate // the day it is about; zero: none
	// Decision is the one it tells of, in whose words it reads; zero: none. More
	// counts the others of the same run that this item tells him with it.
	Decision kernel.UUID
	More     int
	Handover kernel.UUID // the handover it is about, instead of a file; zero: none
}
