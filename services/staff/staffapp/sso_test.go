package staffapp_test

import (
	"context"
	"crypto/x509"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/outbound"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

// accounts are those of the chain's provider.
type accounts map[string]*storage.User

func (a accounts) GetUserByID(id string) *storage.User { return a[id] }
func (a accounts) ExampleClientID() string             { return "service" }
func (a accounts) GetUserByUsername(name string) *storage.User {
	for _, u := range a {
		if u.Username == name {
			return u
		}
	}
	return nil
}

// provider is an OpenID provider of a maintained library, over HTTPS, with a
// login page of its own: what a chain would bring along.
type provider struct {
	issuer string
	users  accounts
	server *httptest.Server
}

func newProvider(t *testing.T, callback string) *provider {
	t.Helper()
	p := &provider{users: accounts{}}
	var handler http.Handler
	p.server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.ServeHTTP(w, r) }))
	t.Cleanup(p.server.Close)
	p.issuer = p.server.URL
	storage.RegisterClients(storage.WebClient("changke", "client-secret", callback))
	handler = exampleop.SetupServer(p.issuer, storage.NewStorage(p.users), slog.New(slog.DiscardHandler), false)
	return p
}

func (p *provider) user(id, name, email, phone string, verified bool) {
	p.users[id] = &storage.User{ID: id, Username: name, Password: "at the provider", Email: email, EmailVerified: verified, Phone: phone}
}

// visit signs in at the provider as a browser would and gives what it sends the
// browser back with.
func (p *provider) visit(t *testing.T, address, name string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	var back url.Values
	client := &http.Client{Transport: p.server.Client().Transport, Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/login/sso" {
			back = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page, err := client.Get(address)
	require.NoError(t, err)
	body, err := io.ReadAll(page.Body)
	require.NoError(t, err)
	require.NoError(t, page.Body.Close())
	_, rest, found := strings.Cut(string(body), `name="id" value="`)
	require.True(t, found, "the provider's login page: %s", body)
	id, _, _ := strings.Cut(rest, `"`)
	res, err := client.PostForm(p.issuer+"/login/username", url.Values{"id": {id}, "username": {name}, "password": {"at the provider"}})
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.NotNil(t, back, "sent back")
	return back
}

// ssoWorld is a world whose first chain has a provider.
func ssoWorld(t *testing.T) (*world, *provider, *browser) {
	w := newWorld(t)
	w.now = time.Now() // the provider's tokens are of this moment
	b := w.browser()
	p := newProvider(t, "https://chain.example/login/sso")
	roots := x509.NewCertPool()
	roots.AddCert(p.server.Certificate())
	w.Web = outbound.Client(outbound.Options{Roots: roots, Inner: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	require.False(t, b.enter(t, w, w.one, "A1"))
	b.setSSO(t, p, func(*staffv1.SsoProvider) {})
	return w, p, b
}

func (b *browser) setSSO(t *testing.T, p *provider, change func(*staffv1.SsoProvider)) {
	t.Helper()
	set := &staffv1.SsoProvider{Issuer: p.issuer, ClientId: "changke", Claim: "preferred_username", Match: staffv1.SsoMatch_SSO_MATCH_STAFF_NO, Enabled: true}
	change(set)
	_, err := b.doors.UpdateSsoProvider(t.Context(), &staffv1.UpdateSsoProviderRequest{Provider: set, ClientSecret: "client-secret"})
	require.NoError(t, err)
}

// begin goes off to the provider.
func (b *browser) begin(t *testing.T, code string) (string, error) {
	t.Helper()
	ctx, info := connect.NewClientContext(t.Context())
	info.RequestHeader().Set("Origin", "https://chain.example")
	res, err := b.auth.BeginSso(ctx, &staffv1.BeginSsoRequest{TenantCode: code})
	return res.GetUrl(), err
}

// sso comes in through the provider with one of its accounts.
func (b *browser) sso(t *testing.T, p *provider, name string) (*staffv1.Me, error) {
	t.Helper()
	address, err := b.begin(t, "one")
	require.NoError(t, err)
	back := p.visit(t, address, name)
	res, err := b.auth.FinishSso(t.Context(), &staffv1.FinishSsoRequest{Code: back.Get("code"), State: back.Get("state")})
	return res.GetMe(), err
}

func TestSSO(t *testing.T) {
	w, p, admin := ssoWorld(t)
	ctx := t.Context()
	p.user("u1", "M1", "m1@chain.example", "", true)
	p.user("u2", "nobody", "nobody@chain.example", "", true)
	b := admin.another(t)
	ways, err := b.auth.GetLoginWays(ctx, &staffv1.GetLoginWaysRequest{TenantCode: "one"})
	require.NoError(t, err)
	require.True(t, ways.GetSso())
	for _, code := range []string{"two", "three"} {
		ways, err = b.auth.GetLoginWays(ctx, &staffv1.GetLoginWaysRequest{TenantCode: code})
		require.NoError(t, err)
		require.False(t, ways.GetSso())
		_, err = b.begin(t, code)
		require.ErrorContains(t, err, "auth.no_sso")
	}

	me, err := b.sso(t, p, "M1")
	require.NoError(t, err)
	require.Equal(t, "M1", me.GetPerson().GetStaffNo())
	require.True(t, b.in(t))
	require.Equal(t, staffv1.LoginWay_LOGIN_WAY_SSO, b.security(t).GetSessions()[0].GetWay())
	_, err = admin.another(t).sso(t, p, "nobody")
	require.ErrorContains(t, err, "auth.sso_unknown_person", "nobody is entered by a login")

	// The account stays whose it is, whatever its claim says later.
	p.users["u1"].Username = "R1"
	me, err = admin.another(t).sso(t, p, "R1")
	require.NoError(t, err)
	require.Equal(t, "M1", me.GetPerson().GetStaffNo())
	// And a person has one account there, until an administrator frees him.
	p.user("u3", "M1", "", "", false)
	_, err = admin.another(t).sso(t, p, "M1")
	require.ErrorContains(t, err, "auth.sso_linked_other")
	linked := func() bool {
		res, err := admin.doors.ListSessions(ctx, &staffv1.ListSessionsRequest{PersonId: w.one.people["M1"].String()})
		require.NoError(t, err)
		return res.GetSsoLinked()
	}
	require.True(t, linked())
	_, err = admin.doors.UnlinkSso(ctx, &staffv1.UnlinkSsoRequest{PersonId: w.one.people["M1"].String()})
	require.NoError(t, err)
	require.False(t, linked())
	_, err = admin.doors.UnlinkSso(ctx, &staffv1.UnlinkSsoRequest{PersonId: w.one.people["M1"].String()})
	require.ErrorContains(t, err, "auth.not_linked")
	me, err = admin.another(t).sso(t, p, "M1")
	require.NoError(t, err)
	require.Equal(t, "M1", me.GetPerson().GetStaffNo())

	// Who leaves comes in no more, on the same day.
	_, err = w.RecordLeaving(ctx, w.grant(w.one, "A1", "staff.write"), w.one.people["M1"], kernel.NewDate(w.now.Year(), w.now.Month(), w.now.Day())-1, "")
	require.NoError(t, err)
	_, err = admin.another(t).sso(t, p, "M1")
	require.ErrorContains(t, err, "auth.sso_unknown_person")
}

// What comes back must belong to the login that was begun, in the same browser.
func TestSSOOfSomebodyElse(t *testing.T) {
	w, p, admin := ssoWorld(t)
	p.user("u1", "M1", "", "", false)
	finish := func(b *browser, code, state string) error {
		_, err := b.auth.FinishSso(t.Context(), &staffv1.FinishSsoRequest{Code: code, State: state})
		return err
	}
	victim, thief := admin.another(t), admin.another(t)
	require.ErrorContains(t, finish(victim, "code", "state"), "auth.sso_over", "nothing was begun")
	address, err := thief.begin(t, "one")
	require.NoError(t, err)
	back := p.visit(t, address, "M1")
	require.ErrorContains(t, finish(victim, back.Get("code"), back.Get("state")), "auth.sso_over", "another browser")
	_, err = victim.begin(t, "one")
	require.NoError(t, err)
	require.ErrorContains(t, finish(victim, back.Get("code"), back.Get("state")), "auth.sso_over", "another login's state")
	require.ErrorContains(t, finish(thief, "made up", back.Get("state")), "auth.sso_failed")

	// The code is bound to the verifier and the token to the nonce of its login.
	later, err := victim.begin(t, "one")
	require.NoError(t, err)
	state := func(address string) string {
		u, err := url.Parse(address)
		require.NoError(t, err)
		require.Equal(t, "S256", u.Query().Get("code_challenge_method"))
		require.NotEmpty(t, u.Query().Get("nonce"))
		return u.Query().Get("state")
	}
	require.ErrorContains(t, finish(victim, back.Get("code"), state(later)), "auth.sso_failed", "an injected code")
	require.NoError(t, func() error { _, err := thief.sso(t, p, "M1"); return err }())

	address, err = victim.begin(t, "one")
	require.NoError(t, err)
	back = p.visit(t, address, "M1")
	w.now = w.now.Add(11 * time.Minute)
	require.ErrorContains(t, finish(victim, back.Get("code"), back.Get("state")), "auth.sso_over")
}

func TestSSOByPhoneAndMail(t *testing.T) {
	w, p, admin := ssoWorld(t)
	p.user("u1", "anything", "M1@chain.example", "+86 139 0000 0003", true)
	p.user("u2", "unproven", "M2@chain.example", "13900000099", false)
	admin.setSSO(t, p, func(s *staffv1.SsoProvider) { s.Claim, s.Match = "phone_number", staffv1.SsoMatch_SSO_MATCH_PHONE })
	me, err := admin.another(t).sso(t, p, "anything")
	require.NoError(t, err)
	require.Equal(t, "R1", me.GetPerson().GetStaffNo())
	_, err = admin.another(t).sso(t, p, "unproven")
	require.ErrorContains(t, err, "auth.sso_unknown_person")
	_, err = admin.doors.UnlinkSso(t.Context(), &staffv1.UnlinkSsoRequest{PersonId: w.one.people["R1"].String()})
	require.NoError(t, err)
	admin.setSSO(t, p, func(s *staffv1.SsoProvider) {
		s.Claim, s.Match, s.Domain = "email", staffv1.SsoMatch_SSO_MATCH_EMAIL, "Chain.Example"
	})
	me, err = admin.another(t).sso(t, p, "anything")
	require.NoError(t, err)
	require.Equal(t, "M1", me.GetPerson().GetStaffNo())
	_, err = admin.another(t).sso(t, p, "unproven")
	require.ErrorContains(t, err, "auth.sso_unknown_person")

	// By the address that an administrator keeps on the person's record.
	unlink := func(no string) {
		_, err := admin.doors.UnlinkSso(t.Context(), &staffv1.UnlinkSsoRequest{PersonId: w.one.people[no].String()})
		require.NoError(t, err)
	}
	unlink("M1")
	admin.setSSO(t, p, func(s *staffv1.SsoProvider) {
		s.Claim, s.Match = "email", staffv1.SsoMatch_SSO_MATCH_RECORDED_EMAIL
	})
	_, err = admin.another(t).sso(t, p, "anything")
	require.ErrorContains(t, err, "auth.sso_unknown_person", "nobody has that address")
	write, email := w.grant(w.one, "A1", staff.WritePermission), staff.Email("m1@chain.example")
	details, err := w.UpdatePerson(t.Context(), write.Actor(), write, w.one.people["R1"], staffapp.PersonChange{Email: &email})
	require.NoError(t, err)
	require.Equal(t, "m***@chain.example", details.Email.Masked())
	_, err = w.UpdatePerson(t.Context(), write.Actor(), write, w.one.people["M2"], staffapp.PersonChange{Email: &email})
	require.ErrorIs(t, err, staff.ErrEmailTaken)
	me, err = admin.another(t).sso(t, p, "anything")
	require.NoError(t, err)
	require.Equal(t, "R1", me.GetPerson().GetStaffNo())
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM audit_line WHERE changes::text ILIKE '%chain.example%'"), "no address in the log")
	unlink("R1")
	none := staff.Email("")
	_, err = w.UpdatePerson(t.Context(), write.Actor(), write, w.one.people["R1"], staffapp.PersonChange{Email: &none})
	require.NoError(t, err)
	_, err = admin.another(t).sso(t, p, "anything")
	require.ErrorContains(t, err, "auth.sso_unknown_person")
	admin.setSSO(t, p, func(s *staffv1.SsoProvider) {
		s.Claim, s.Match, s.Domain = "email", staffv1.SsoMatch_SSO_MATCH_EMAIL, "Chain.Example"
	})

	// Whoever has neither password nor authenticator proves himself by coming in again.
	b := admin.another(t)
	_, err = b.sso(t, p, "anything")
	require.NoError(t, err)
	exec(w, w.one, "UPDATE person SET password_hash = NULL WHERE staff_no = 'M1'")
	require.False(t, b.security(t).GetHasPassword())
	_, err = b.auth.StepUp(t.Context(), &staffv1.StepUpRequest{Proof: "x"})
	require.ErrorContains(t, err, "auth.login_again")
	_, err = b.mine.ChangePassword(t.Context(), &staffv1.ChangePasswordRequest{CurrentPassword: "x", NewPassword: "three small fish"})
	require.ErrorContains(t, err, "auth.no_password")
	_, err = b.mine.BeginSecondFactor(t.Context(), &staffv1.BeginSecondFactorRequest{})
	require.NoError(t, err, "just come in")
}

func TestSetSSO(t *testing.T) {
	w, p, admin := ssoWorld(t)
	ctx := t.Context()
	test := func(issuer string) error {
		_, err := admin.doors.TestSsoProvider(ctx, &staffv1.TestSsoProviderRequest{Issuer: issuer})
		return err
	}
	require.NoError(t, test(p.issuer))
	for _, issuer := range []string{"http://login.example", "https://10.0.0.1", "https://169.254.169.254/latest", "https://[::1]", "https://user@login.example", p.issuer + "?a=b", "login"} {
		require.ErrorContains(t, test(issuer), "auth.sso_issuer", issuer)
	}
	require.ErrorContains(t, test(p.issuer+"/elsewhere"), "auth.sso_unreachable")
	for name, change := range map[string]func(*staffv1.SsoProvider){
		"auth.sso_domain":      func(s *staffv1.SsoProvider) { s.Match = staffv1.SsoMatch_SSO_MATCH_EMAIL },
		"auth.sso_unreachable": func(s *staffv1.SsoProvider) { s.Issuer += "/elsewhere" },
	} {
		set := &staffv1.SsoProvider{Issuer: p.issuer, ClientId: "changke", Claim: "preferred_username", Match: staffv1.SsoMatch_SSO_MATCH_STAFF_NO, Enabled: true}
		change(set)
		_, err := admin.doors.UpdateSsoProvider(ctx, &staffv1.UpdateSsoProviderRequest{Provider: set})
		require.ErrorContains(t, err, name)
	}
	got, err := admin.doors.GetSsoProvider(ctx, &staffv1.GetSsoProviderRequest{})
	require.NoError(t, err)
	require.True(t, got.GetHasSecret())
	require.Equal(t, p.issuer, got.GetProvider().GetIssuer())
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM sso_provider WHERE position('client-secret'::bytea IN secret_box) > 0"), "boxed")

	// The secret stays with its issuer and client, and never goes to another.
	set := got.GetProvider()
	set.Claim = "email"
	_, err = admin.doors.UpdateSsoProvider(ctx, &staffv1.UpdateSsoProviderRequest{Provider: set})
	require.NoError(t, err)
	got, err = admin.doors.GetSsoProvider(ctx, &staffv1.GetSsoProviderRequest{})
	require.NoError(t, err)
	require.True(t, got.GetHasSecret())
	set.ClientId, set.Enabled = "other", false
	_, err = admin.doors.UpdateSsoProvider(ctx, &staffv1.UpdateSsoProviderRequest{Provider: set})
	require.NoError(t, err)
	got, err = admin.doors.GetSsoProvider(ctx, &staffv1.GetSsoProviderRequest{})
	require.NoError(t, err)
	require.False(t, got.GetHasSecret())
	ways, err := admin.auth.GetLoginWays(ctx, &staffv1.GetLoginWaysRequest{TenantCode: "one"})
	require.NoError(t, err)
	require.False(t, ways.GetSso(), "turned off")
	_, _, err = w.TestSSO(ctx, kernel.Grant{}, p.issuer)
	require.ErrorIs(t, err, staff.ErrWholeChainLogin)
}

func exec(w *world, c chain, sql string) {
	w.in(c, func(tx pgx.Tx) error {
		_, err := tx.Exec(context.Background(), sql)
		return err
	})
}
