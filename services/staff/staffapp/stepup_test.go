package staffapp_test

import (
	"crypto/rand"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/staff"
)

// A session left open gives no key away: after ten minutes making one asks who
// sits there. Guessing there is guessing at the door.
func TestStepUp(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	b := w.browser()
	_, err := b.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "A1", Password: password})
	require.NoError(t, err)
	create := func() error {
		_, err := b.staff.CreateApiKey(ctx, &staffv1.CreateApiKeyRequest{Label: rand.Text(), Scopes: []string{"bills:write"}, StoreIds: []string{w.one.s01.String()}, ValidDays: 1})
		return err
	}
	prove := func(proof string) error {
		_, err := b.auth.StepUp(ctx, &staffv1.StepUpRequest{Proof: proof})
		return err
	}
	require.NoError(t, create(), "a login is a proof")
	w.now = w.now.Add(staff.ProofLasts)
	require.ErrorContains(t, create(), "auth.step_up_needed")
	require.Equal(t, connect.CodePermissionDenied, connect.CodeOf(create()), "the session goes on")
	_, err = b.staff.ListApiKeys(ctx, &staffv1.ListApiKeysRequest{})
	require.NoError(t, err, "reading needs no proof")

	for range 5 {
		require.ErrorContains(t, prove("guess"), "auth.wrong_proof")
		require.ErrorContains(t, create(), "auth.step_up_needed")
	}
	require.ErrorContains(t, prove(password), "auth.too_many_tries")
	w.now = w.now.Add(time.Minute)
	require.NoError(t, prove(password))
	require.NoError(t, create())

	// The proof is the session's: it goes along under the next token, and to no other device.
	w.now = w.now.Add(staff.TokenLife - staff.ProofLasts)
	require.NoError(t, prove(password), "under the old token")
	w.now = w.now.Add(staff.ProofLasts - time.Minute)
	require.NoError(t, create(), "under the new one")
	other, err := w.Authenticate(ctx, header(w.login(w.one, "A1", "another device")))
	require.NoError(t, err)
	require.True(t, other.Proven)
	w.now = w.now.Add(time.Minute)
	require.ErrorContains(t, create(), "auth.step_up_needed")
}
