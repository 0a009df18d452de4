package staffapp_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

func TestAuthenticate(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	token := w.login(w.one, "R1", "d")
	a, err := w.Authenticate(ctx, header(token))
	require.NoError(t, err)
	require.Equal(t, kernel.ActorPerson, a.Kind)
	require.Equal(t, w.one.id, a.Tenant)
	require.Equal(t, w.one.people["R1"], a.Person)
	require.Equal(t, "员工R1", a.Name)
	require.EqualValues(t, 1, a.PolicyVersion)
	require.Len(t, a.Assignments, 1, "only the posts of today")
	require.Equal(t, []kernel.StoreID{w.one.s01}, a.Assignments[0].Stores)
	require.Equal(t, staff.ServiceRep, a.Assignments[0].Role)

	none, err := w.Authenticate(ctx, http.Header{})
	require.NoError(t, err)
	require.Nil(t, none)
	for _, bad := range []http.Header{header("nonsense"), header(token + "x")} {
		_, err = w.Authenticate(ctx, bad)
		require.ErrorIs(t, err, staff.ErrSessionEnded)
	}
	w.now = w.now.Add(staff.SessionIdle)
	_, err = w.Authenticate(ctx, header(token))
	require.ErrorIs(t, err, staff.ErrSessionEnded, "idle")
}

// Each way of losing a right counts from the very next request, in every process.
func TestRightsEndAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	beside := w.process()
	write := w.grant(w.one, "A1", "staff.write")
	stores := func(token string) int {
		a, err := beside.Authenticate(ctx, header(token))
		if err != nil {
			require.ErrorIs(t, err, staff.ErrSessionEnded)
			return -1
		}
		return len(a.Assignments)
	}

	r1 := w.login(w.one, "R1", "d")
	require.Equal(t, 1, stores(r1))
	people, err := w.People(ctx, write, staffapp.Find{Store: w.one.s01}, "M1", 1)
	require.NoError(t, err)
	_, err = w.EndAssignment(ctx, write, people[0].Assignments[0].ID, today+1, "")
	require.NoError(t, err)
	require.Equal(t, 1, stores(r1), "the last day is today")
	w.now = time.Date(2025, 3, 1, 3, 59, 0, 0, noon.Location())
	r1 = w.login(w.one, "R1", "d")
	require.Equal(t, 1, stores(r1), "the day ends at 04:00")
	w.now = w.now.Add(time.Minute)
	require.Equal(t, 0, stores(r1))

	m1 := w.login(w.one, "M1", "d")
	namesake := w.login(w.two, "M1", "d")
	_, err = w.RecordLeaving(ctx, write, w.one.people["M1"], today+2, "")
	require.NoError(t, err)
	require.Equal(t, 1, stores(m1), "he works until tomorrow")
	_, err = w.RecordLeaving(ctx, write, w.one.people["M1"], today+1, "")
	require.NoError(t, err)
	require.Equal(t, -1, stores(m1), "ACC-03: at once")
	_, err = w.Login(ctx, staffapp.Login{TenantCode: "one", Typed: "M1", Password: password, Device: "d"})
	require.ErrorIs(t, err, staff.ErrWrongLogin)
	require.Equal(t, 1, stores(namesake))

	m2 := w.login(w.one, "M2", "d")
	require.NoError(t, w.SetPassword(ctx, w.one.id, w.one.people["M2"], "another one"))
	require.Equal(t, -1, stores(m2), "a new password ends sessions")
}

func TestRolesChange(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	beside := w.process()
	token := w.login(w.one, "M1", "d")
	can := func() bool {
		a, err := beside.Authenticate(ctx, header(token))
		require.NoError(t, err)
		_, grants, err := beside.Grants(ctx, a)
		require.NoError(t, err)
		return !grants("customer.review").Empty()
	}
	require.True(t, can())
	role := staff.Role{Code: staff.ServiceManager, Name: "客服经理", Rights: []staff.Right{{Permission: "customer.read"}}}
	w.in(w.one, func(tx pgx.Tx) error { return w.PutRolesTx(ctx, tx, w.one.id, []staff.Role{role}) })
	require.False(t, can())
	namesake, err := w.Authenticate(ctx, header(w.login(w.two, "M1", "d")))
	require.NoError(t, err)
	require.EqualValues(t, 1, namesake.PolicyVersion)
	_, grants, err := w.Grants(ctx, namesake)
	require.NoError(t, err)
	require.False(t, grants("customer.review").Empty(), "the other chain's roles stay")
}

func TestBrowser(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	b := w.browser()
	_, err := b.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.Equal(t, connect.CodeUnauthenticated, connect.CodeOf(err))

	ctx2, call := connect.NewClientContext(ctx)
	res, err := b.auth.Login(ctx2, &staffv1.LoginRequest{TenantCode: "one", Login: "M1", Password: password})
	require.NoError(t, err)
	cookies := (&http.Response{Header: call.ResponseHeader()}).Cookies()
	require.Len(t, cookies, 2)
	for _, c := range cookies {
		require.True(t, c.Secure && c.HttpOnly && c.Path == "/" && c.Domain == "" && c.SameSite == http.SameSiteStrictMode, c.String())
		require.Regexp(t, "^__Host-changke", c.Name)
	}
	me := res.GetMe()
	require.Equal(t, "M1", me.GetPerson().GetStaffNo())
	require.Equal(t, "139****0002", me.GetPerson().GetMaskedPhone())
	require.Equal(t, "连锁one", me.GetTenantName())
	require.Equal(t, "2025-02-28", me.GetBusinessDate())
	rights := map[string]*staffv1.Right{}
	for _, r := range me.GetRights() {
		rights[r.GetPermission()] = r
	}
	require.Equal(t, []string{w.one.s01.String()}, rights["customer.review"].GetStoreIds())
	require.False(t, rights["customer.review"].GetTenantWide())
	require.NotContains(t, rights, "staff.write")

	again, err := b.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.NoError(t, err)
	require.Equal(t, me.GetPerson().GetId(), again.GetMe().GetPerson().GetId())
	_, err = b.staff.ListApiKeys(ctx, &staffv1.ListApiKeysRequest{})
	require.Equal(t, connect.CodePermissionDenied, connect.CodeOf(err))
	_, err = b.auth.Logout(ctx, &staffv1.LogoutRequest{})
	require.NoError(t, err)
	_, err = b.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
	require.Equal(t, connect.CodeUnauthenticated, connect.CodeOf(err))

	_, err = b.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "M1", Password: "guess"})
	require.Equal(t, connect.CodeUnauthenticated, connect.CodeOf(err))
	_, err = b.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "M1", Password: password})
	require.NoError(t, err, "a cookie that ended is no hindrance at the door")
	require.Equal(t, 1, count(t, w, w.one, "SELECT count(*) FROM known_device"), "it is the same device")
}

// A session goes on under new tokens for 14 days, also when several requests
// come at the turn, and a logout ends every token it has had.
func TestTokensAreReplaced(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	b := w.browser()
	_, err := b.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "M1", Password: password})
	require.NoError(t, err)
	token := func() string {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url, nil)
		require.NoError(t, err)
		for _, c := range b.jar.Cookies(req.URL) {
			if c.Name == staffapp.SessionCookie {
				return c.Value
			}
		}
		return ""
	}
	who := func() error {
		_, err := b.auth.WhoAmI(ctx, &staffv1.WhoAmIRequest{})
		return err
	}
	first := token()
	w.now = w.now.Add(staff.TokenLife - time.Second)
	require.NoError(t, who())
	require.Equal(t, first, token())
	w.now = w.now.Add(time.Second)
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = who() })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	second := token()
	require.NotEqual(t, first, second)
	require.Equal(t, 2, count(t, w, w.one, "SELECT count(*) FROM session WHERE person_id = '"+w.one.people["M1"].String()+"'"), "one new token")

	_, err = w.Authenticate(ctx, header(first))
	require.NoError(t, err, "the old one serves requests under way")
	w.now = w.now.Add(staff.TokenOverlap)
	_, err = w.Authenticate(ctx, header(first))
	require.ErrorIs(t, err, staff.ErrSessionEnded)
	require.NoError(t, who())

	for w.now.Before(noon.Add(staff.SessionLife - staff.TokenLife)) {
		w.now = w.now.Add(staff.TokenLife)
		require.NoError(t, who())
	}
	before := token()
	w.now = w.now.Add(staff.TokenLife - 2*time.Minute)
	require.NoError(t, who())
	require.NotEqual(t, second, before)
	w.now = noon.Add(staff.SessionLife)
	require.Equal(t, connect.CodeUnauthenticated, connect.CodeOf(who()), "14 days after the login it is over, however busy")

	_, err = b.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "M1", Password: password})
	require.NoError(t, err)
	old := token()
	w.now = w.now.Add(staff.TokenLife)
	require.NoError(t, who())
	_, err = b.auth.Logout(ctx, &staffv1.LogoutRequest{})
	require.NoError(t, err)
	_, err = w.Authenticate(ctx, header(old))
	require.ErrorIs(t, err, staff.ErrSessionEnded, "also the token in its overlap")
}
