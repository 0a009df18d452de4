package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/pos"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// TestWebhookChecks: a receiver that does as the guide says passes both checks, and
// each that lacks something fails at the one that is about it.
func TestWebhookChecks(t *testing.T) {
	t.Parallel()
	secret := pos.NewSecret()
	verifier, err := changke.NewVerifier(secret)
	require.NoError(t, err)
	verify := func(r *http.Request, now time.Time) (changke.Event, error) {
		body, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		return verifier.Verify(r.Header, body, now)
	}
	seen := map[string]bool{}
	for _, c := range []struct {
		name           string
		status         func(r *http.Request) int
		answers, prove bool
		says           string
	}{
		{"OK as the guide says", func(r *http.Request) int {
			if _, err := verify(r, time.Now()); err != nil {
				return 400
			}
			return 204
		}, true, true, "推送 4 次"},
		{"Err believes everybody", func(*http.Request) int { return 200 }, true, false, "别人签名的答了 200"},
		{"Err believes what is old", func(r *http.Request) int {
			sent, err := strconv.ParseInt(r.Header.Get("webhook-timestamp"), 10, 64)
			require.NoError(t, err)
			if _, err := verify(r, time.Unix(sent, 0)); err != nil {
				return 400
			}
			return 204
		}, true, false, "时间戳过期的答了 204"},
		{"Err refuses a second time", func(r *http.Request) int {
			event, err := verify(r, time.Now())
			if err != nil {
				return 401
			}
			if seen[event.ID] {
				return 409
			}
			seen[event.ID] = true
			return 200
		}, false, true, "重复的答了 409"},
		{"Err refuses types it does not know", func(r *http.Request) int {
			event, err := verify(r, time.Now())
			if err != nil {
				return 403
			}
			if event.Type != changke.BookingChanged {
				return 422
			}
			return 200
		}, false, true, "类型不认识的答了 422"},
		{"Err sends elsewhere", func(*http.Request) int { return 302 }, false, false, "正常的答了 302"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(c.status(r)) }))
			defer server.Close()
			sent, err := pushes(t.Context(), options{Store: "S01", Webhook: server.URL, WebhookSecret: secret}, "Y-1", "2026-03-10")
			require.NoError(t, err)
			e := &evidence{pushes: sent}
			answers, said := e.hookAnswers()
			proves, also := e.hookProves()
			require.Equal(t, []bool{c.answers, c.prove}, []bool{answers, proves}, "%s %s", said, also)
			require.Contains(t, said.ZH+" "+also.ZH, c.says)
		})
	}

	t.Run("Err no address, nobody there, no secret", func(t *testing.T) {
		sent, err := pushes(t.Context(), options{}, "", "")
		require.NoError(t, err)
		_, said := (&evidence{pushes: sent}).hookAnswers()
		require.Equal(t, "没有给出接收地址", said.ZH)
		sent, err = pushes(t.Context(), options{Webhook: "http://127.0.0.1:9", WebhookSecret: secret}, "", "")
		require.NoError(t, err)
		_, said = (&evidence{pushes: sent}).hookProves()
		require.Equal(t, words{"别人签名的没有应答", "no answer to one signed by another secret"}, said)
		_, err = pushes(t.Context(), options{Webhook: "http://127.0.0.1:9", WebhookSecret: "secret"}, "", "")
		require.ErrorContains(t, err, "--webhook-secret")
	})
}
