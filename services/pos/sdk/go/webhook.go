package changke

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Tolerance is how far a webhook's clock and ours may be apart.
const Tolerance = 5 * time.Minute

// Why an event is not taken.
var (
	ErrNotSigned = errors.New("changke: the webhook is not signed by any of the secrets")
	ErrStale     = errors.New("changke: the webhook's timestamp is more than five minutes away: an old one sent again, or a clock is wrong")
)

// Types of events.
const (
	BookingChanged   = "booking.changed"
	GuestBecameVIP   = "guest.became_vip"
	GuestPublicized  = "guest.became_public"
	GuestBlacklisted = "guest.blacklisted"
	Ping             = "ping" // a test from the console
)

// Verifier proves that webhooks are the chain's (Standard Webhooks).
type Verifier struct{ keys [][]byte }

// NewVerifier takes the webhook's secrets (whsec_…): one, or while it is rotated the
// new and the old one.
func NewVerifier(secrets ...string) (*Verifier, error) {
	v := &Verifier{}
	for _, s := range secrets {
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(s, "whsec_"))
		if err != nil || len(key) < 16 {
			return nil, errors.New("changke: a webhook's secret is whsec_ and base64; copy it anew from the console")
		}
		v.keys = append(v.keys, key)
	}
	if len(v.keys) == 0 {
		return nil, errors.New("changke: a verifier needs a webhook's secret")
	}
	return v, nil
}

// String never shows the secrets.
func (v *Verifier) String() string { return fmt.Sprintf("changke.Verifier(%d secrets)", len(v.keys)) }

// GoString never shows them either.
func (v *Verifier) GoString() string { return v.String() }

// Event is what a webhook says.
type Event struct {
	ID   string          // the same for every try: whoever has handled it answers 200 and does nothing
	Type string          // a type unknown to you is accepted and passed over
	Time time.Time       // when it happened
	Data json.RawMessage // see Booking and Guests
}

// BookingData is what booking.changed says.
type BookingData struct {
	BookingID    string `json:"booking_id"`
	StoreCode    string `json:"store_code"`
	Ref          string `json:"ref"`
	State        string `json:"state"` // requested, confirmed, seated, finished, cancelled, no_show
	BusinessDate string `json:"business_date"`
	MealPeriod   int    `json:"meal_period"` // 1 lunch, 2 tea, 3 dinner, 4 supper
}

// GuestsData is what the events of guests say.
type GuestsData struct {
	StoreCode string   `json:"store_code"`
	GuestIDs  []string `json:"guest_ids"` // of their files, up to 500
}

// Booking reads the data of booking.changed.
func (e Event) Booking() (d BookingData, err error) { return d, json.Unmarshal(e.Data, &d) }

// Guests reads the data of the events of guests.
func (e Event) Guests() (d GuestsData, err error) { return d, json.Unmarshal(e.Data, &d) }

// Verify proves a request: its headers, its body byte for byte as it came, and the
// time now. Comparing takes the same time whatever is wrong. Errors: ErrNotSigned,
// ErrStale: answer 400 and do nothing.
func (v *Verifier) Verify(h http.Header, body []byte, now time.Time) (Event, error) {
	id, stamp := h.Get("webhook-id"), h.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if id == "" || err != nil || !v.signed(h.Get("webhook-signature"), id+"."+stamp+".", body) {
		return Event{}, ErrNotSigned
	}
	if away := now.Sub(time.Unix(seconds, 0)); away > Tolerance || away < -Tolerance {
		return Event{}, ErrStale
	}
	var e struct {
		Type      string          `json:"type"`
		Timestamp time.Time       `json:"timestamp"`
		Data      json.RawMessage `json:"data"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		return Event{}, fmt.Errorf("changke: a signed webhook that is no event: %w", err)
	}
	return Event{ID: id, Type: e.Type, Time: e.Timestamp, Data: e.Data}, nil
}

// signed reports whether any signature is that of any secret. All are looked at.
func (v *Verifier) signed(header, head string, body []byte) bool {
	found := false
	for given := range strings.FieldsSeq(header) {
		version, text, _ := strings.Cut(given, ",")
		signature, err := base64.StdEncoding.DecodeString(text)
		if version != "v1" || err != nil {
			continue // a kind that came later
		}
		for _, key := range v.keys {
			mac := hmac.New(sha256.New, key)
			mac.Write([]byte(head))
			mac.Write(body)
			if hmac.Equal(mac.Sum(nil), signature) {
				found = true
			}
		}
	}
	return found
}
