package staffapp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
)

func (b *browser) in(t *testing.T) bool {
	t.Helper()
	_, err := b.auth.WhoAmI(t.Context(), &staffv1.WhoAmIRequest{})
	return err == nil
}

func (b *browser) security(t *testing.T) *staffv1.GetAccountSecurityResponse {
	t.Helper()
	res, err := b.mine.GetAccountSecurity(t.Context(), &staffv1.GetAccountSecurityRequest{})
	require.NoError(t, err)
	return res
}

func TestSessionsOfOnesOwn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	phone, desk, lost, namesake := w.browser(), w.browser(), w.browser(), w.browser()
	for _, b := range []*browser{phone, desk, lost} {
		require.False(t, b.enter(t, w, w.one, "M1"))
	}
	namesake.enter(t, w, w.two, "M1")
	list := phone.security(t).GetSessions()
	require.Len(t, list, 3)
	current, others := "", []string{}
	for _, s := range list {
		if s.GetCurrent() {
			current = s.GetId()
		} else {
			others = append(others, s.GetId())
		}
		require.Equal(t, staffv1.LoginWay_LOGIN_WAY_PASSWORD, s.GetWay())
		require.Equal(t, "127.0.0.1", s.GetAddress())
	}
	require.Len(t, others, 2)

	// The first device is no news; of the others he is told until he says he knows.
	who, err := phone.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.NoError(t, err)
	require.Len(t, who.GetMe().GetNewDevices(), 2)
	who, err = lost.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.NoError(t, err)
	require.Len(t, who.GetMe().GetNewDevices(), 1, "not of the one he sits at")
	_, err = phone.mine.AcknowledgeDevices(ctx, &staffv1.AcknowledgeDevicesRequest{})
	require.NoError(t, err)
	who, err = phone.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.NoError(t, err)
	require.Empty(t, who.GetMe().GetNewDevices())

	end := func(b *browser, id string) error {
		_, err := b.mine.EndMySession(ctx, &staffv1.EndMySessionRequest{SessionId: id})
		return err
	}
	require.ErrorContains(t, end(namesake, others[0]), "auth.session_not_found", "another person's")
	require.NoError(t, end(phone, others[0]))
	require.ErrorContains(t, end(phone, others[0]), "auth.session_not_found")
	require.Len(t, phone.security(t).GetSessions(), 2)
	require.NotEqual(t, desk.in(t), lost.in(t), "one of the two has ended, at its next request")
	_, err = phone.mine.EndMyOtherSessions(ctx, &staffv1.EndMyOtherSessionsRequest{})
	require.NoError(t, err)
	require.False(t, desk.in(t) || lost.in(t))
	require.True(t, phone.in(t))
	require.True(t, namesake.in(t))
	require.Equal(t, 1, count(t, w, w.one, "SELECT count(*) FROM known_device"), "what was ended is a stranger's device now")
	require.NoError(t, end(phone, current))
	require.False(t, phone.in(t))
}

func TestSessionsOfOthers(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	admin, one, two := w.browser(), w.browser(), w.browser()
	admin.enter(t, w, w.one, "A1")
	one.enter(t, w, w.one, "M1")
	two.enter(t, w, w.one, "M1")
	m1 := w.one.people["M1"].String()
	res, err := admin.doors.ListSessions(ctx, &staffv1.ListSessionsRequest{PersonId: m1})
	require.NoError(t, err)
	require.Len(t, res.GetSessions(), 2)
	_, err = admin.doors.EndSessions(ctx, &staffv1.EndSessionsRequest{PersonId: w.one.people["R1"].String(), SessionId: res.GetSessions()[0].GetId()})
	require.ErrorContains(t, err, "auth.session_not_found", "it is not his")
	_, err = admin.doors.EndSessions(ctx, &staffv1.EndSessionsRequest{PersonId: m1, SessionId: res.GetSessions()[0].GetId()})
	require.NoError(t, err)
	require.NotEqual(t, one.in(t), two.in(t))
	_, err = admin.doors.EndSessions(ctx, &staffv1.EndSessionsRequest{PersonId: m1})
	require.NoError(t, err)
	require.False(t, one.in(t) || two.in(t))
	one.enter(t, w, w.one, "M1")
	_, err = one.doors.ListSessions(ctx, &staffv1.ListSessionsRequest{PersonId: m1})
	require.ErrorContains(t, err, "auth.not_allowed")
	_, err = admin.doors.ListSessions(ctx, &staffv1.ListSessionsRequest{PersonId: w.two.people["M1"].String()})
	require.ErrorContains(t, err, "staff.not_found")
}

func TestChangePassword(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	here, there := w.browser(), w.browser()
	here.enter(t, w, w.one, "M1")
	there.enter(t, w, w.one, "M1")
	change := func(current, wanted string) error {
		_, err := here.mine.ChangePassword(ctx, &staffv1.ChangePasswordRequest{CurrentPassword: current, NewPassword: wanted})
		return err
	}
	for _, c := range []struct{ current, wanted, reason string }{
		{"guess", "三条小鱼在茶壶里", "auth.wrong_proof"},
		{password, password, "auth.password_same"},
		{password, "short", "auth.password_short"},
		{password, "13900000002", "auth.password_personal"},
		{password, "abababababab", "auth.password_common"},
	} {
		require.ErrorContains(t, change(c.current, c.wanted), c.reason)
	}
	require.ErrorContains(t, change(password, "三条小鱼在茶壶里"), "auth.too_many_tries", "tries count as logins do")
	w.now = w.now.Add(time.Minute)
	require.NoError(t, change(password, " 三条小鱼 在茶壶里 "))
	require.True(t, here.in(t))
	require.False(t, there.in(t), "other devices are out")
	_, err := there.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "M1", Password: password})
	require.ErrorContains(t, err, "auth.wrong_login")
	_, err = there.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "M1", Password: " 三条小鱼 在茶壶里 "})
	require.NoError(t, err, "exactly as it was set")
}
