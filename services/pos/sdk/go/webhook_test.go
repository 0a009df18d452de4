package changke_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/pos"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// The server's own signing is what is proven against.
func TestWebhooks(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC)
	id := kernel.NewID[kernel.UUID](now)
	fresh, old, other := pos.NewSecret(), pos.NewSecret(), pos.NewSecret()
	body, err := pos.Body(pos.BookingChanged, now, pos.BookingData{StoreCode: "S01", Ref: "B-1", State: "seated", BusinessDate: "2026-03-03", MealPeriod: 3})
	require.NoError(t, err)
	signed := func(at time.Time, secrets ...string) http.Header {
		return http.Header{"Webhook-Id": {id.String()}, "Webhook-Timestamp": {strconv.FormatInt(at.Unix(), 10)}, "Webhook-Signature": {pos.Sign(secrets, id, at, body)}}
	}
	v, err := changke.NewVerifier(fresh, old)
	require.NoError(t, err)

	e, err := v.Verify(signed(now, fresh), []byte(body), now.Add(4*time.Minute))
	require.NoError(t, err)
	require.Equal(t, id.String(), e.ID)
	require.Equal(t, changke.BookingChanged, e.Type)
	require.True(t, now.Equal(e.Time))
	b, err := e.Booking()
	require.NoError(t, err)
	require.Equal(t, changke.BookingData{StoreCode: "S01", Ref: "B-1", State: "seated", BusinessDate: "2026-03-03", MealPeriod: 3}, b)

	for name, secrets := range map[string][]string{"the old secret while it is rotated": {old}, "both": {other, fresh}} {
		_, err := v.Verify(signed(now, secrets...), []byte(body), now)
		require.NoError(t, err, name)
	}
	moved := signed(now, fresh)
	moved.Set("webhook-timestamp", strconv.FormatInt(now.Unix()+1, 10))
	renamed := signed(now, fresh)
	renamed.Set("webhook-id", kernel.NewID[kernel.UUID](now).String())
	later := signed(now, fresh)
	later.Set("webhook-signature", strings.Replace(later.Get("webhook-signature"), "v1,", "v2,", 1))
	for name, c := range map[string]struct {
		header http.Header
		body   string
		at     time.Time
		want   error
	}{
		"another secret":  {signed(now, other), body, now, changke.ErrNotSigned},
		"another body":    {signed(now, fresh), body + " ", now, changke.ErrNotSigned},
		"another time":    {moved, body, now, changke.ErrNotSigned},
		"another id":      {renamed, body, now, changke.ErrNotSigned},
		"another version": {later, body, now, changke.ErrNotSigned},
		"no headers":      {http.Header{}, body, now, changke.ErrNotSigned},
		"too old":         {signed(now, fresh), body, now.Add(changke.Tolerance + time.Second), changke.ErrStale},
		"too new":         {signed(now, fresh), body, now.Add(-changke.Tolerance - time.Second), changke.ErrStale},
	} {
		_, err := v.Verify(c.header, []byte(c.body), c.at)
		require.ErrorIs(t, err, c.want, name)
	}
	require.NotContains(t, fmt.Sprintf("%v %+v %#v", v, v, v), strings.TrimPrefix(fresh, "whsec_"))
	for _, bad := range [][]string{nil, {"whsec_"}, {"whsec_%%%"}} {
		_, err := changke.NewVerifier(bad...)
		require.Error(t, err)
	}
}
