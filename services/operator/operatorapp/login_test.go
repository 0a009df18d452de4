package operatorapp_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
	"github.com/changke/changke/services/operator/operatorapp"
	"github.com/changke/changke/services/platform/totp"
	"github.com/changke/changke/services/staff"
)

func TestActivation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	code, err := w.app.Add(ctx, "Li-Ming ", " 李明 ")
	require.NoError(t, err)
	_, err = w.app.Add(ctx, "li-ming", "另一个")
	require.Equal(t, "operator.login_taken", reason(err))
	for _, bad := range []string{"", "a", "李", "a b", "-a", "ab\x00"} {
		_, err = w.app.Add(ctx, bad, "x")
		require.Equal(t, "invalid_field", reason(err), bad)
	}
	_, err = w.app.BeginActivation(ctx, code+"x")
	require.Equal(t, "operator.bad_activation", reason(err))
	first, err := w.app.BeginActivation(ctx, code)
	require.NoError(t, err)
	second, err := w.app.BeginActivation(ctx, code)
	require.NoError(t, err)
	require.Equal(t, "operator.wrong_code", reason(w.app.Activate(ctx, code, password, w.digits(t, first.Secret))), "the secret was replaced")
	require.Equal(t, "auth.password_short", reason(w.app.Activate(ctx, code, "1234567", w.digits(t, second.Secret))))

	// Two at once with one code: one wins.
	var wins, losses int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			err := w.app.Activate(ctx, code, password, w.digits(t, second.Secret))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				wins++
			} else if reason(err) == "operator.bad_activation" {
				losses++
			}
		})
	}
	all.Wait()
	require.Equal(t, []int{1, 1}, []int{wins, losses})
	_, err = w.app.BeginActivation(ctx, code)
	require.Equal(t, "operator.bad_activation", reason(err), "a code counts once")

	// A code that nobody used runs out to the second.
	late, err := w.app.Add(ctx, "late", "迟")
	require.NoError(t, err)
	w.now = w.now.Add(operator.ActivationLife)
	_, err = w.app.BeginActivation(ctx, late)
	require.Equal(t, "operator.bad_activation", reason(err))
}

func TestLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	secret := w.newOperator(t, "op")
	try := func(login, password, code, device string) error {
		_, err := w.app.Login(ctx, operatorapp.Login{Login: login, Password: password, Code: code, Device: device})
		return err
	}
	code := w.digits(t, secret)
	for _, wrong := range []error{try("op", "wrong", code, "d"), try("op", password, "000000", "d"), try("nobody", password, code, "d"), try("", "", "", "d")} {
		require.Equal(t, "operator.wrong_login", reason(wrong))
	}
	actor, header := w.signIn(t, "OP ", secret)
	require.Equal(t, kernel.ActorOperator, actor.Kind)
	require.True(t, actor.Tenant.IsZero())
	require.Empty(t, actor.Assignments)

	// A code counts once, also for two at once, and none older does afterwards.
	code = w.digits(t, secret)
	var mu sync.Mutex
	var all sync.WaitGroup
	got := map[string]int{}
	for range 4 {
		all.Go(func() {
			err := try("op", password, code, "device")
			mu.Lock()
			defer mu.Unlock()
			got[reason(err)]++
		})
	}
	all.Wait()
	require.Equal(t, map[string]int{"": 1, "operator.wrong_login": 3}, got)

	// Strangers who guess wait; the operator on his own device does not.
	w.now = w.now.Add(time.Hour - time.Second)
	var last error
	for range 6 {
		last = try("op", "guess", "123456", "stranger")
	}
	require.Equal(t, "auth.too_many_tries", reason(last))
	require.NoError(t, try("op", password, w.digits(t, secret), "device"))

	// An hour without a request ends the session, and so do logout and removal.
	_, err := w.app.Desk().Authenticate(ctx, header)
	require.Equal(t, "operator.session_ended", reason(err))
	w.now = w.now.Add(totp.Period)
	actor, header = w.signIn(t, "op", secret)
	require.NoError(t, w.app.Logout(ctx, actor))
	_, err = w.app.Desk().Authenticate(ctx, header)
	require.Equal(t, "operator.session_ended", reason(err))
	_, header = w.signIn(t, "op", secret)
	require.NoError(t, w.app.Remove(ctx, "op"))
	_, err = w.app.Desk().Authenticate(ctx, header)
	require.Equal(t, "operator.session_ended", reason(err))
	require.Equal(t, "operator.wrong_login", reason(try("op", password, w.digits(t, secret), "device")))
	require.Equal(t, "operator.not_found", reason(w.app.Remove(ctx, "op")))

	// Who has lost his authenticator begins anew.
	again, err := w.app.Reset(ctx, "op")
	require.NoError(t, err)
	w.now = w.now.Add(totp.Period)
	require.Equal(t, "operator.wrong_login", reason(try("op", password, w.digits(t, secret), "device")))
	e, err := w.app.BeginActivation(ctx, again)
	require.NoError(t, err)
	require.NoError(t, w.app.Activate(ctx, again, password, w.digits(t, e.Secret)))
	w.now = w.now.Add(totp.Period)
	w.signIn(t, "op", e.Secret)
	_, err = w.app.Reset(ctx, "nobody")
	require.Equal(t, "operator.not_found", reason(err))
}

// TestTokensStayApart: a chain's cookie is none of an operator's, and the other
// way round.
func TestTokensStayApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	secret := w.newOperator(t, "op")
	opened, err := w.app.Login(t.Context(), operatorapp.Login{Login: "op", Password: password, Code: w.digits(t, secret), Device: "d"})
	require.NoError(t, err)
	for _, token := range []string{opened.Token, "support." + opened.Token, "support.", "support." + staff.NewToken()} {
		actor, err := w.app.InChain().Authenticate(t.Context(), withCookie("__Host-changke", token))
		require.Error(t, err, token)
		require.Nil(t, actor)
	}
	actor, err := w.app.InChain().Authenticate(t.Context(), withCookie(operatorapp.SessionCookie, opened.Token))
	require.NoError(t, err)
	require.Nil(t, actor, "an operator's cookie is not looked at inside a chain")
	actor, err = w.app.Desk().Authenticate(t.Context(), withCookie("__Host-changke", opened.Token))
	require.NoError(t, err)
	require.Nil(t, actor)
}

// TestProve: what touches a whole chain wants a code of the last ten minutes; a
// code counts once, and guesses are counted with the logins.
func TestProve(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	secret := w.newOperator(t, "li")
	actor, header := w.signIn(t, "li", secret)
	require.True(t, actor.Proven, "coming in is a proof")
	at := func() *kernel.Actor {
		a, err := w.app.Desk().Authenticate(ctx, header)
		require.NoError(t, err)
		return a
	}
	w.now = w.now.Add(operator.ProofLasts)
	require.False(t, at().Proven)
	require.Equal(t, "operator.wrong_code", reason(w.app.Prove(ctx, actor, "device", "000000")))
	require.False(t, at().Proven)
	code := w.digits(t, secret)
	require.NoError(t, w.app.Prove(ctx, actor, "device", code))
	require.True(t, at().Proven)
	require.Equal(t, "operator.wrong_code", reason(w.app.Prove(ctx, actor, "device", code)), "a code counts once")
	for range 20 {
		if err := w.app.Prove(ctx, actor, "device", "000000"); reason(err) == "auth.too_many_tries" {
			return
		}
	}
	t.Fatal("guessing is not slowed down")
}
