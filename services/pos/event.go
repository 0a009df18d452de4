package pos

import (
	"encoding/json"
	"slices"
	"time"
)

// EventType is what webhooks are told of; the texts are the interface's.
type EventType string

// The types.
const (
	BookingChanged   EventType = "booking.changed"
	GuestVIP         EventType = "guest.became_vip"    // the file was approved for the first time (CUS-03), here or in the former system
	GuestPublic      EventType = "guest.became_public" // nobody's guest any more (LIF-03 to LIF-05 and others)
	GuestBlacklisted EventType = "guest.blacklisted"   // BLK-01
	Ping             EventType = "ping"                // a test
)

// EventTypes are those that a webhook can ask for.
func EventTypes() []EventType {
	return []EventType{BookingChanged, GuestVIP, GuestPublic, GuestBlacklisted}
}

// Asks reports whether a webhook may ask for it.
func (t EventType) Asks() bool { return slices.Contains(EventTypes(), t) }

// MaxGuests is how many guests one event tells of: a month's end makes many public
// at once.
const MaxGuests = 500

// BookingData is what booking.changed says: ids, codes, dates and the state, no name
// and no number. Whoever may know more asks with his key.
type BookingData struct {
	BookingID    string `json:"booking_id"`
	StoreCode    string `json:"store_code"`
	Ref          string `json:"ref"`
	State        string `json:"state"` // requested, confirmed, seated, finished, cancelled, no_show
	BusinessDate string `json:"business_date"`
	MealPeriod   int16  `json:"meal_period"` // 1 lunch, 2 tea, 3 dinner, 4 supper
}

// GuestsData is what the events of guests say: the ids of their files in a store.
type GuestsData struct {
	StoreCode string   `json:"store_code"`
	GuestIDs  []string `json:"guest_ids"`
}

// PingData is what a test says.
type PingData struct {
	WebhookID string `json:"webhook_id"`
}

// Body is an event as it is sent.
func Body(t EventType, at time.Time, data any) (string, error) {
	raw, err := json.Marshal(struct {
		Type      EventType `json:"type"`
		Timestamp string    `json:"timestamp"`
		Data      any       `json:"data"`
	}{t, at.UTC().Format(time.RFC3339Nano), data})
	return string(raw), err
}
