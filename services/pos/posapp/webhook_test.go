package posapp_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/posapp"
)

// receiver is a vendor's end of a webhook.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	status int
	got    []sent
}

type sent struct {
	id, at, signatures, body string
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, sent{req.Header.Get("webhook-id"), req.Header.Get("webhook-timestamp"), req.Header.Get("webhook-signature"), string(body)})
		w.WriteHeader(r.status)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) answers(status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.status = status
}

func (r *receiver) take() []sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	got := r.got
	r.got = nil
	return got
}

// verifies does what Standard Webhooks ask of a receiver.
func (s sent) verifies(t *testing.T, secret string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	require.NoError(t, err)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(s.id + "." + s.at + "." + s.body))
	for _, sig := range strings.Split(s.signatures, " ") {
		if sig == "v1,"+base64.StdEncoding.EncodeToString(mac.Sum(nil)) {
			return true
		}
	}
	return false
}

// work makes the tries that are due at a moment, in the order of their jobs, without
// the queue's own clock.
func (h *house) work(now time.Time) (n int) {
	h.t.Helper()
	h.at(now)
	for {
		type job struct {
			ID   int64
			Args []byte
		}
		var due []job
		h.in(h.a, func(tx pgx.Tx) error {
			r, err := tx.Query(ctx, "SELECT id, args FROM river.river_job WHERE kind = 'webhook_deliver' AND state IN ('available', 'scheduled') AND (state = 'available' OR scheduled_at <= $1) ORDER BY id LIMIT 1", now)
			require.NoError(h.t, err)
			due, err = pgx.CollectRows(r, pgx.RowToStructByPos[job])
			return err
		})
		if len(due) == 0 {
			return n
		}
		var args posapp.DeliverArgs
		require.NoError(h.t, json.Unmarshal(due[0].Args, &args))
		require.NoError(h.t, h.pos.DeliverOnce(ctx, args))
		h.in(h.a, h.exec("DELETE FROM river.river_job WHERE id = $1", due[0].ID))
		n++
	}
}

func (h *house) hook(url string, events ...pos.EventType) (pos.Webhook, string) {
	w, secret, err := h.pos.CreateWebhook(ctx, h.admin(h.a, "webhook.write"), posapp.NewWebhook{Label: "收银", URL: url, Events: events}, noon)
	require.NoError(h.t, err)
	return w, secret
}

func TestWebhookTellsOfABooking(t *testing.T) {
	h := newHouse(t)
	r := newReceiver(t)
	hook, secret := h.hook(r.URL, pos.BookingChanged)
	v := h.vendor(h.a, east, "bookings:write")
	_, err := v.UpsertBooking(ctx, booking("R1", confirmed))
	require.NoError(t, err)
	require.Equal(t, 1, h.work(noon))
	got := r.take()
	require.Len(t, got, 1)
	require.True(t, got[0].verifies(t, secret))
	var body struct {
		Type string
		Data pos.BookingData
	}
	require.NoError(t, json.Unmarshal([]byte(got[0].body), &body))
	require.Equal(t, "booking.changed", body.Type)
	require.Equal(t, pos.BookingData{BookingID: body.Data.BookingID, StoreCode: "S01", Ref: "R1", State: "confirmed", BusinessDate: "2025-03-03", MealPeriod: 3}, body.Data)
	for _, personal := range []string{"138", "1234", "欧阳", "周敏"} {
		require.NotContains(t, got[0].body, personal)
	}

	// While one secret takes over both sign; then the old one no longer.
	_, second, err := h.pos.RotateSecret(ctx, h.admin(h.a, "webhook.write"), hook.ID, 24*time.Hour, noon)
	require.NoError(t, err)
	_, _, err = h.pos.RotateSecret(ctx, h.admin(h.a, "webhook.write"), hook.ID, 24*time.Hour, noon)
	require.ErrorIs(t, err, pos.ErrTwoSecrets)
	_, err = h.pos.PingWebhook(ctx, h.admin(h.a, "webhook.write"), hook.ID, noon)
	require.NoError(t, err)
	require.Equal(t, 1, h.work(noon))
	ping := r.take()[0]
	require.True(t, ping.verifies(t, secret) && ping.verifies(t, second))
	_, err = h.pos.PingWebhook(ctx, h.admin(h.a, "webhook.write"), hook.ID, noon.Add(25*time.Hour))
	require.NoError(t, err)
	h.work(noon.Add(25 * time.Hour))
	ping = r.take()[0]
	require.True(t, !ping.verifies(t, secret) && ping.verifies(t, second))

	// What is done again changes nothing and tells nobody; another chain hears nothing.
	h.at(noon)
	_, err = v.UpsertBooking(ctx, booking("R1", confirmed))
	require.NoError(t, err)
	_, err = h.vendor(h.b, east, "bookings:write").UpsertBooking(ctx, booking("R1", confirmed))
	require.NoError(t, err)
	require.Zero(t, h.work(noon))
	_, err = h.pos.PingWebhook(ctx, h.admin(h.b, "webhook.write"), hook.ID, noon)
	require.ErrorIs(t, err, pos.ErrNoWebhook)
}

// What is not accepted is tried again for more than a day; after days of it the
// webhook is switched off, and its administrators are told.
func TestWebhookThatFails(t *testing.T) {
	h := newHouse(t)
	r := newReceiver(t)
	hook, _ := h.hook(r.URL, pos.BookingChanged)
	r.answers(http.StatusInternalServerError)
	v := h.vendor(h.a, east, "bookings:write")
	_, err := v.UpsertBooking(ctx, booking("R1", confirmed))
	require.NoError(t, err)
	now := noon
	tries := h.work(now)
	for range 9 {
		next := rows[*time.Time](h, h.a, "SELECT next_at FROM webhook_delivery")[0]
		if next == nil {
			break
		}
		now = *next
		tries += h.work(now)
	}
	require.Equal(t, 10, tries)
	require.Greater(t, now.Sub(noon), 24*time.Hour)
	got := r.take()
	require.Len(t, got, 10)
	require.Equal(t, got[0].id, got[9].id, "one event, one id")
	require.Equal(t, []string{"failed"}, rows[string](h, h.a, "SELECT state FROM webhook"), "three days of nothing")
	require.Equal(t, []string{"webhook_failed"}, rows[string](h, h.a, "SELECT kind FROM inbox"))

	list, more, err := h.pos.Deliveries(ctx, h.admin(h.a, "webhook.read"), hook.ID, true, kernel.UUID{}, 20)
	require.NoError(t, err)
	require.False(t, more)
	require.Len(t, list, 1)
	require.Len(t, list[0].Tries, 10)
	require.Equal(t, int32(500), list[0].Tries[0].Status)
	_, err = h.pos.Replay(ctx, h.admin(h.a, "webhook.write"), list[0].ID, now)
	require.ErrorIs(t, err, pos.ErrWebhookOff)
	_, err = h.pos.SwitchWebhook(ctx, h.admin(h.a, "webhook.write"), hook.ID, true, now)
	require.NoError(t, err)
	r.answers(http.StatusOK)
	again, err := h.pos.Replay(ctx, h.admin(h.a, "webhook.write"), list[0].ID, now)
	require.NoError(t, err)
	require.Equal(t, 1, h.work(now))
	require.Equal(t, got[0].id, r.take()[0].id, "sent again under its own id")
	both, _, err := h.pos.Deliveries(ctx, h.admin(h.a, "webhook.read"), hook.ID, false, kernel.UUID{}, 20)
	require.NoError(t, err)
	require.Len(t, both, 2)
	require.Equal(t, again.ID, both[0].ID)
	require.Nil(t, both[1].Replay, "the first was sent by itself")
	for _, d := range []pos.Delivery{again, both[0]} {
		require.NotNil(t, d.Replay)
		require.True(t, d.Replay.OfAt.Equal(noon) && d.Replay.At.Equal(now))
		require.Equal(t, []any{list[0].ID, "李娜"}, []any{d.Replay.Of, d.Replay.By})
	}
	require.Equal(t, []bool{true}, rows[bool](h, h.a, "SELECT failing_since IS NULL AND state = 'active' FROM webhook"))

	require.NoError(t, h.pos.Clean(ctx, now.AddDate(0, 0, 36)))
	require.Equal(t, []int64{0}, rows[int64](h, h.a, "SELECT (SELECT count(*) FROM webhook_event) + (SELECT count(*) FROM webhook_delivery) + (SELECT count(*) FROM webhook_try)"))
}

// Nothing is sent to where only this machine and its neighbours may go, and redirects
// lead nowhere.
func TestWebhookStaysOnThePublicInternet(t *testing.T) {
	h := newHouse(t)
	for _, url := range []string{"http://pos.example.com/x", "ftp://x", "https://user@pos.example.com", "https://", "pos.example.com"} {
		_, _, err := h.pos.CreateWebhook(ctx, h.admin(h.a, "webhook.write"), posapp.NewWebhook{Label: "x", URL: url, Events: []pos.EventType{pos.BookingChanged}}, noon)
		require.ErrorIs(t, err, pos.ErrBadURL, url)
	}
	inner, _ := h.hook("https://10.0.0.1/x", pos.BookingChanged)
	_, err := h.pos.PingWebhook(ctx, h.admin(h.a, "webhook.write"), inner.ID, noon)
	require.NoError(t, err)
	h.work(noon)
	list, _, err := h.pos.Deliveries(ctx, h.admin(h.a, "webhook.read"), inner.ID, false, kernel.UUID{}, 20)
	require.NoError(t, err)
	require.Equal(t, "not_public", list[0].Tries[0].Error)
	require.Equal(t, pos.Failed, list[0].State)

	elsewhere := newReceiver(t)
	moved := httptest.NewTLSServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	t.Cleanup(moved.Close)
	hook, _ := h.hook(moved.URL, pos.BookingChanged)
	_, err = h.pos.PingWebhook(ctx, h.admin(h.a, "webhook.write"), hook.ID, noon)
	require.NoError(t, err)
	h.work(noon)
	list, _, err = h.pos.Deliveries(ctx, h.admin(h.a, "webhook.read"), hook.ID, false, kernel.UUID{}, 20)
	require.NoError(t, err)
	require.Equal(t, int32(307), list[0].Tries[0].Status)
	require.Empty(t, elsewhere.take())
}

// Guests that become public in one go are one event for each store.
func TestWebhookTellsOfGuests(t *testing.T) {
	h := newHouse(t)
	r := newReceiver(t)
	h.hook(r.URL, pos.GuestPublic)
	one, two := h.file(h.a, east, guest, zhou), h.file(h.a, east, "+8613812340000", zhou)
	gone := h.file(h.a, east, "+8613812349999", zhou)
	h.in(h.a, func(tx pgx.Tx) error {
		return h.files.SetOwnerTx(ctx, tx, h.a, []customer.Owner{{File: one}, {File: two}, {File: gone, Ends: true}})
	})
	require.Equal(t, 1, h.work(noon))
	got := r.take()
	var body struct {
		Type string
		Data pos.GuestsData
	}
	require.NoError(t, json.Unmarshal([]byte(got[0].body), &body))
	require.Equal(t, "guest.became_public", body.Type)
	require.ElementsMatch(t, []string{one.String(), two.String()}, body.Data.GuestIDs)
	require.Equal(t, "S01", body.Data.StoreCode)
}

// Guests who came with a list of the former system are told of like those whose files
// were approved here, and those whom it had on a blacklist are too, once (BLK-02).
func TestWebhookTellsOfGuestsTakenOver(t *testing.T) {
	h := newHouse(t)
	r := newReceiver(t)
	h.hook(r.URL, pos.GuestVIP, pos.GuestBlacklisted)
	file := h.file(h.a, east, guest, zhou)
	for range 2 {
		h.in(h.a, func(tx pgx.Tx) error { return h.files.TakeOverBlacklistedTx(ctx, tx, h.a, file, noon) })
	}
	require.Equal(t, 2, h.work(noon))
	var told []string
	for _, s := range r.take() {
		var body struct {
			Type string
			Data pos.GuestsData
		}
		require.NoError(t, json.Unmarshal([]byte(s.body), &body))
		require.Equal(t, pos.GuestsData{StoreCode: "S01", GuestIDs: []string{file.String()}}, body.Data)
		told = append(told, body.Type)
	}
	require.Equal(t, []string{"guest.became_vip", "guest.blacklisted"}, told)
}

// The queue itself carries a delivery to its end.
func TestWebhookByTheQueue(t *testing.T) {
	h := newHouse(t)
	r := newReceiver(t)
	hook, _ := h.hook(r.URL, pos.BookingChanged)
	require.NoError(t, h.queue.Start(ctx))
	t.Cleanup(func() { _ = h.queue.Stop(ctx) })
	_, err := h.pos.PingWebhook(ctx, h.admin(h.a, "webhook.write"), hook.ID, noon)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		list, _, err := h.pos.Deliveries(ctx, h.admin(h.a, "webhook.read"), hook.ID, false, kernel.UUID{}, 20)
		return err == nil && list[0].State == pos.Accepted
	}, 30*time.Second, 20*time.Millisecond)
	require.Equal(t, []string{"completed"}, rows[string](h, h.a, "SELECT state::text FROM river.river_job WHERE kind = 'webhook_deliver'"))
}
