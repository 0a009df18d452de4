package staffapp_test

import (
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/platform/totp"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// enter begins a login and reports whether a second factor has to follow.
func (b *browser) enter(t *testing.T, w *world, c chain, typed string) bool {
	t.Helper()
	res, err := b.auth.Login(t.Context(), &staffv1.LoginRequest{TenantCode: c.code, Login: typed, Password: password})
	require.NoError(t, err)
	require.Equal(t, res.GetSecondFactorNeeded(), res.GetMe() == nil)
	return res.GetSecondFactorNeeded()
}

func (b *browser) finish(t *testing.T, code string) (*staffv1.FinishLoginResponse, error) {
	t.Helper()
	return b.auth.FinishLogin(t.Context(), &staffv1.FinishLoginRequest{Code: code})
}

// enrol sets a second factor up and gives its secret and recovery codes.
func (b *browser) enrol(t *testing.T, w *world) (key string, codes []string) {
	t.Helper()
	begun, err := b.mine.BeginSecondFactor(t.Context(), &staffv1.BeginSecondFactorRequest{})
	require.NoError(t, err)
	done, err := b.mine.ConfirmSecondFactor(t.Context(), &staffv1.ConfirmSecondFactorRequest{Code: shown(t, begun.GetSecret(), w.now)})
	require.NoError(t, err)
	require.Len(t, done.GetRecoveryCodes(), staff.RecoveryCodes)
	return begun.GetSecret(), done.GetRecoveryCodes()
}

// shown is what the authenticator shows at a moment.
func shown(t *testing.T, key string, at time.Time) string {
	t.Helper()
	code, err := totp.Code(key, at)
	require.NoError(t, err)
	return code
}

func TestSecondFactor(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	b := w.browser()
	require.False(t, b.enter(t, w, w.one, "A1"))
	who, err := b.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.NoError(t, err)
	require.Equal(t, w.now.AddDate(0, 0, 14).Unix(), who.GetMe().GetSecondFactorDueTime().GetSeconds(), "head office is asked for one")
	require.Equal(t, staffv1.ProofKind_PROOF_KIND_PASSWORD, who.GetMe().GetProof())

	confirm := func(code string) error {
		_, err := b.mine.ConfirmSecondFactor(ctx, &staffv1.ConfirmSecondFactorRequest{Code: code})
		return err
	}
	require.ErrorContains(t, confirm("000000"), "auth.no_factor_begun")
	first, err := b.mine.BeginSecondFactor(ctx, &staffv1.BeginSecondFactorRequest{})
	require.NoError(t, err)
	uri, err := url.Parse(first.GetUri())
	require.NoError(t, err)
	require.Equal(t, first.GetSecret(), uri.Query().Get("secret"))
	require.Equal(t, "常客 连锁one", uri.Query().Get("issuer"))
	second, err := b.mine.BeginSecondFactor(ctx, &staffv1.BeginSecondFactorRequest{})
	require.NoError(t, err)
	require.ErrorContains(t, confirm(shown(t, first.GetSecret(), w.now)), "auth.wrong_proof", "the first secret was begun anew")
	require.NoError(t, confirm(shown(t, second.GetSecret(), w.now)))
	require.ErrorContains(t, confirm(shown(t, second.GetSecret(), w.now)), "auth.no_factor_begun", "once")
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM second_factor WHERE position(convert_to('"+second.GetSecret()+"', 'UTF8') IN secret_box) > 0"), "boxed")
	key := second.GetSecret()

	// From now on the password is half of a login.
	other := w.browser()
	require.True(t, other.enter(t, w, w.one, "A1"))
	_, err = other.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.Equal(t, connect.CodeUnauthenticated, connect.CodeOf(err), "half a login opens nothing")
	_, err = other.finish(t, shown(t, key, w.now))
	require.ErrorContains(t, err, "auth.wrong_proof", "the code that confirmed it is used up")
	_, err = b.finish(t, shown(t, key, w.now.Add(totp.Period)))
	require.ErrorContains(t, err, "auth.login_over", "another device has no half")
	w.now = w.now.Add(totp.Period)
	res, err := other.finish(t, shown(t, key, w.now))
	require.NoError(t, err)
	require.True(t, res.GetMe().GetSecondFactor())
	require.Nil(t, res.GetMe().GetSecondFactorDueTime())
	require.Equal(t, staffv1.ProofKind_PROOF_KIND_CODE, res.GetMe().GetProof())
	_, err = other.finish(t, shown(t, key, w.now.Add(totp.Period)))
	require.ErrorContains(t, err, "auth.login_over", "a half counts once")

	require.True(t, other.enter(t, w, w.one, "A1"))
	w.now = w.now.Add(staff.HalfLife)
	_, err = other.finish(t, shown(t, key, w.now))
	require.ErrorContains(t, err, "auth.login_over", "five minutes have passed")

	// Who knows the password guesses codes no further, and the owner still comes in.
	thief := w.browser()
	for range 5 {
		require.True(t, thief.enter(t, w, w.one, "A1"))
		_, err = thief.finish(t, "123456")
		require.ErrorContains(t, err, "auth.wrong_proof")
		w.now = w.now.Add(16 * time.Minute)
	}
	require.True(t, thief.enter(t, w, w.one, "A1"))
	for range 5 {
		_, err = thief.finish(t, "123456")
	}
	require.ErrorContains(t, err, "auth.too_many_tries")
	require.True(t, other.enter(t, w, w.one, "A1"))
	_, err = other.finish(t, shown(t, key, w.now))
	require.NoError(t, err, "on his own device")

	// A session proves itself with a code now, and the password is not enough.
	w.now = w.now.Add(staff.ProofLasts)
	_, err = other.auth.StepUp(ctx, &staffv1.StepUpRequest{Proof: password})
	require.ErrorContains(t, err, "auth.wrong_proof")
	_, err = other.auth.StepUp(ctx, &staffv1.StepUpRequest{Proof: shown(t, key, w.now)})
	require.NoError(t, err)
	_, err = other.mine.DisableSecondFactor(ctx, &staffv1.DisableSecondFactorRequest{})
	require.ErrorContains(t, err, "auth.second_factor_required")
}

func TestRecoveryCodes(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	b := w.browser()
	b.enter(t, w, w.one, "M1")
	_, codes := b.enrol(t, w)
	require.Equal(t, staff.RecoveryCodes, count(t, w, w.one, "SELECT count(*) FROM recovery_code WHERE octet_length(code_hash) = 32"), "hashed")

	other := w.browser()
	other.enter(t, w, w.one, "M1")
	res, err := other.finish(t, " "+strings.ToUpper(codes[3])+" ")
	require.NoError(t, err, "as it was written down")
	require.EqualValues(t, 9, res.GetRecoveryCodesLeft())
	other.enter(t, w, w.one, "M1")
	_, err = other.finish(t, codes[3])
	require.ErrorContains(t, err, "auth.wrong_proof", "once")

	// New ones void the old.
	renewed, err := b.mine.RenewRecoveryCodes(ctx, &staffv1.RenewRecoveryCodesRequest{})
	require.NoError(t, err)
	_, err = other.finish(t, codes[4])
	require.ErrorContains(t, err, "auth.wrong_proof")
	_, err = other.finish(t, renewed.GetRecoveryCodes()[0])
	require.NoError(t, err)

	// Without the chain asking for it he may do without.
	_, err = b.mine.DisableSecondFactor(ctx, &staffv1.DisableSecondFactorRequest{})
	require.NoError(t, err)
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM recovery_code"))
	require.False(t, w.browser().enter(t, w, w.one, "M1"))
	for _, call := range []func() error{
		func() error {
			_, err := b.mine.DisableSecondFactor(ctx, &staffv1.DisableSecondFactorRequest{})
			return err
		},
		func() error {
			_, err := b.mine.RenewRecoveryCodes(ctx, &staffv1.RenewRecoveryCodesRequest{})
			return err
		},
	} {
		require.ErrorContains(t, call(), "auth.no_second_factor")
	}
}

// Logins at once with the same code are one login.
func TestACodeCountsOnce(t *testing.T) {
	w := newWorld(t)
	b := w.browser()
	b.enter(t, w, w.one, "M1")
	key, codes := b.enrol(t, w)
	w.now = w.now.Add(totp.Period)
	for name, code := range map[string]string{"of the phone": shown(t, key, w.now), "on paper": codes[0]} {
		halves := make([]string, 3)
		for i := range halves {
			o, err := w.Login(t.Context(), staffapp.Login{TenantCode: "one", Typed: "M1", Password: password, Device: "d"})
			require.NoError(t, err)
			require.Empty(t, o.Token)
			halves[i] = o.Half
		}
		var wg sync.WaitGroup
		reasons := make([]string, len(halves))
		for i, half := range halves {
			wg.Go(func() {
				_, _, err := w.FinishLogin(t.Context(), staffapp.SecondStep{Half: half, Code: code, Device: "d"})
				reasons[i] = reason(err)
			})
		}
		wg.Wait()
		counts := map[string]int{}
		for _, r := range reasons {
			counts[r]++
		}
		require.Equal(t, map[string]int{"in": 1, "auth.wrong_proof 0s": 2}, counts, name)
	}
}

// When the days of grace are over, head office can do nothing else before it has
// set a second factor up; others are not asked.
func TestHeadOfficeNeedsASecondFactor(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	admin, manager := w.browser(), w.browser()
	admin.enter(t, w, w.one, "A1")
	w.now = w.now.AddDate(0, 0, 14)
	admin.enter(t, w, w.one, "A1")
	manager.enter(t, w, w.one, "M1")
	list := func(b *browser) error {
		_, err := b.staff.ListPeople(ctx, &staffv1.ListPeopleRequest{})
		return err
	}
	require.NoError(t, list(manager))
	require.ErrorContains(t, list(admin), "auth.second_factor_needed")
	who, err := admin.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.NoError(t, err)
	require.True(t, who.GetMe().GetSecondFactorOverdue())
	admin.enrol(t, w)
	require.NoError(t, list(admin))

	// An administrator helps somebody who lost phone and codes; he has a day.
	other := w.browser()
	other.enter(t, w, w.two, "A1")
	other.enrol(t, w)
	_, err = admin.doors.ResetSecondFactor(ctx, &staffv1.ResetSecondFactorRequest{PersonId: w.one.people["A1"].String()})
	require.ErrorContains(t, err, "auth.not_for_oneself")
	_, err = admin.doors.ResetSecondFactor(ctx, &staffv1.ResetSecondFactorRequest{PersonId: w.two.people["A1"].String()})
	require.ErrorContains(t, err, "staff.not_found", "the other chain's")
	_, err = admin.doors.ResetSecondFactor(ctx, &staffv1.ResetSecondFactorRequest{PersonId: w.one.people["M1"].String()})
	require.ErrorContains(t, err, "auth.no_second_factor")
	manager.enrol(t, w)
	_, err = admin.doors.ResetSecondFactor(ctx, &staffv1.ResetSecondFactorRequest{PersonId: w.one.people["M1"].String()})
	require.NoError(t, err)
	require.ErrorContains(t, list(manager), "auth.session_ended")
	require.False(t, manager.enter(t, w, w.one, "M1"))
	require.NoError(t, list(other))

	// The chain may ask nobody.
	for _, p := range []*staffv1.LoginPolicy{{OfficeNeedsFactor: false, GraceDays: 3}} {
		_, err = admin.doors.UpdateLoginPolicy(ctx, &staffv1.UpdateLoginPolicyRequest{Policy: p})
		require.NoError(t, err)
		got, err := admin.doors.GetLoginPolicy(ctx, &staffv1.GetLoginPolicyRequest{})
		require.NoError(t, err)
		require.EqualValues(t, 3, got.GetPolicy().GetGraceDays())
	}
	_, err = admin.mine.DisableSecondFactor(ctx, &staffv1.DisableSecondFactorRequest{})
	require.NoError(t, err)
	require.NoError(t, list(admin))
}
