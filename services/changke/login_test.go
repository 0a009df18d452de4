package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/known/emptypb"

	authzv1 "github.com/changke/changke/gen/go/changke/authz/v1"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// TestLoginAnswersAlike: nobody learns at the door which chains and people there
// are: every way of being wrong gives the same bytes.
func TestLoginAnswersAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(t, "UPDATE person SET password_hash = NULL WHERE tenant_id = $1 AND staff_no = 'E0003'", w.a.id)
	w.exec(t, "UPDATE person SET left_on = '2026-03-10' WHERE tenant_id = $1 AND staff_no = 'E0004'", w.a.id)
	var first *answer
	for _, c := range []struct{ name, chain, login, password string }{
		{"wrong password", "alpha", "E0002", "wrong"},
		{"unknown person", "alpha", "E9999", password},
		{"unknown chain", "gamma", "E0002", password},
		{"no such chain can be", "a b", "E0002", password},
		{"no password was ever given", "alpha", "E0003", password},
		{"left today", "alpha", "E0004", password},
		{"phone, wrong password", "alpha", "18600000001", "wrong"},
		{"phone of nobody", "alpha", "18699999999", password},
		{"phone of a person of no chain", "gamma", "18600000001", password},
	} {
		a := w.ask(t, w.asIs(t, nobody, false), staffv1connect.AuthServiceLoginProcedure,
			&staffv1.LoginRequest{TenantCode: c.chain, Login: c.login, Password: c.password}, "X-Request-Id", "the-same-for-all")
		a.header.Del("Date")
		require.Equal(t, "auth.wrong_login", a.reason, c.name)
		require.Empty(t, a.header.Values("Set-Cookie"), c.name)
		if first == nil {
			first = &a
		}
		require.Equal(t, string(first.body), string(a.body), c.name)
		require.Equal(t, first.header, a.header, c.name)
		require.Equal(t, first.status, a.status, c.name)
	}
	// The right ones come in, by staff number and by phone, small letters or large.
	for _, c := range [][2]string{{"alpha", "E0002"}, {" ALPHA ", "E0002"}, {"alpha", "186 0000 0001"}} {
		a := w.ask(t, w.asIs(t, nobody, false), staffv1connect.AuthServiceLoginProcedure, &staffv1.LoginRequest{TenantCode: c[0], Login: c[1], Password: password})
		require.Equal(t, "ok", a.code, "%q: %s", c, a)
	}
}

// TestStrangersGuess: two hundred wrong guesses from everywhere make strangers
// wait, and never the person on his own device.
func TestStrangersGuess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	try := func(c *caller, password string) answer {
		return w.ask(t, c, staffv1connect.AuthServiceLoginProcedure, &staffv1.LoginRequest{TenantCode: "alpha", Login: "E0002", Password: password})
	}
	var wrong, wait atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				switch a := try(&caller{}, "guess"); a.reason {
				case "auth.wrong_login":
					wrong.Add(1)
				case "auth.too_many_tries":
					wait.Add(1)
					if a.header.Get("Retry-After") == "" {
						t.Error("no Retry-After")
					}
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 5, wrong.Load(), "passwords that were looked at")
	require.EqualValues(t, 195, wait.Load())

	known := w.asIs(t, w.a.rep, false)
	require.Equal(t, "ok", try(known, password).code, "on his own device")
	require.Equal(t, "auth.too_many_tries", try(&caller{}, password).reason, "elsewhere, even with the password")
	w.clock.set(noon.Add(16 * time.Minute))
	require.Equal(t, "ok", try(&caller{}, password).code, "elsewhere, after a while")
	for i := range 6 {
		a := try(known, "guess")
		require.Equal(t, map[bool]string{true: "auth.wrong_login", false: "auth.too_many_tries"}[i < 5], a.reason, "a stolen device guesses no longer than others")
	}
}

// TestSessionsEnd: a session that has been ended is refused at the next request,
// by every process.
func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	beside := w.beside(t)
	for _, c := range []struct {
		name    string
		staffNo string
		end     func(who *caller)
	}{
		{"logout", "E0002", func(who *caller) {
			_, err := w.authOf(who).Logout(t.Context(), &staffv1.LogoutRequest{})
			require.NoError(t, err)
			require.Empty(t, who.cookies[sessionCookie], "the cookie is taken away")
		}},
		{"revoked", "E0002", func(*caller) {
			w.exec(t, "UPDATE session SET revoked_at = $2 WHERE tenant_id = $1", w.a.id, noon)
		}},
		{"new password", "E0002", func(*caller) {
			require.NoError(t, w.prod.staff.SetPassword(t.Context(), w.a.id, w.a.people["E0002"], password))
		}},
		{"leaves today", "E0002", func(*caller) {
			_, err := w.staffOf(w.login(t, w.a, "H0001")).RecordLeaving(t.Context(), &staffv1.RecordLeavingRequest{PersonId: w.a.people["E0002"].String(), LeftDate: today.String()})
			require.NoError(t, err)
		}},
		{"left by the date", "E0005", func(*caller) {
			w.exec(t, "UPDATE person SET left_on = '2026-03-10' WHERE tenant_id = $1 AND staff_no = 'E0005'", w.a.id)
		}},
		{"idle", "E0001", func(*caller) { w.clock.set(noon.Add(73 * time.Hour)) }},
	} {
		who := w.login(t, w.a, c.staffNo)
		kept := w.asIs(t, who, false)
		for _, p := range []*world{w, beside} {
			_, err := p.authOf(kept).WhoAmI(t.Context(), &staffv1.WhoAmIRequest{})
			require.NoError(t, err, c.name)
		}
		c.end(who)
		for _, p := range []*world{w, beside} {
			_, err := p.authOf(kept).WhoAmI(t.Context(), &staffv1.WhoAmIRequest{})
			require.Equal(t, "unauthenticated", codeOf(err), c.name)
			require.Equal(t, "auth.session_ended", reasonOf(err), c.name)
		}
	}
}

// TestRightsEnd: rights that are taken away count from the next request, in
// every process, whatever it remembers.
func TestRightsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	beside := w.beside(t)
	list := func(p *world, who *caller) string {
		_, err := p.bookingsOf(who).ListBookings(t.Context(), &visitv1.ListBookingsRequest{StoreId: w.a.s01.String()})
		return codeOf(err)
	}
	record := func(p *world) string {
		_, err := p.billsOf(w.a.till).RecordBills(t.Context(), &visitv1.RecordBillsRequest{Bills: []*visitv1.Bill{p.bill()}})
		return codeOf(err)
	}
	both := func(want string, call func(p *world) string, why string) {
		t.Helper()
		for _, p := range []*world{w, beside} {
			require.Equal(t, want, call(p), why)
		}
	}
	change := func(sql string, args ...any) {
		w.exec(t, sql, append([]any{w.a.id}, args...)...)
		w.exec(t, "UPDATE tenant SET policy_version = policy_version + 1 WHERE tenant_id = $1", w.a.id)
	}
	rep := func(p *world) string { return list(p, w.a.rep) }
	both("ok", rep, "before")
	change("DELETE FROM role_policy WHERE tenant_id = $1 AND role = 'service_rep' AND permission = 'booking.read'")
	both("permission_denied", rep, "without the row")
	change("INSERT INTO role_policy (tenant_id, role, permission, reach, effect) VALUES ($1, 'service_rep', 'booking.read', 'where', 'allow')")
	both("ok", rep, "with the row again")
	change("INSERT INTO role_policy (tenant_id, role, permission, reach, effect) VALUES ($1, 'service_rep', 'booking.read', 'where', 'deny')")
	both("permission_denied", rep, "a denial beats what is allowed")
	require.Equal(t, "ok", listOf(t, w, w.b), "the other chain")

	both("ok", record, "before")
	change("DELETE FROM role_policy WHERE tenant_id = $1 AND role = 'scope:bills:write'")
	both("permission_denied", record, "a key's scope without its row")
	change("INSERT INTO role_policy (tenant_id, role, permission, reach, effect) VALUES ($1, 'scope:bills:write', 'bill.record', 'where', 'allow')")
	both("ok", record, "with the row again")
	_, err := w.staffOf(w.a.admin).RevokeApiKey(t.Context(), &staffv1.RevokeApiKeyRequest{KeyId: w.a.till.id})
	require.NoError(t, err)
	both("unauthenticated", record, "revoked")

	// A post ends: the person stays, his rights there are gone.
	manager := func(p *world) string { return list(p, w.a.manager) }
	both("ok", manager, "before")
	post := w.texts(t, "SELECT assignment_id::text FROM assignment WHERE tenant_id = $1 AND person_id = $2", w.a.id, w.a.people["E0001"])[0]
	_, err = w.staffOf(w.a.admin).EndAssignment(t.Context(), &staffv1.EndAssignmentRequest{AssignmentId: post, ToDate: today.String()})
	require.NoError(t, err)
	both("permission_denied", manager, "without a post")
}

func listOf(t *testing.T, w *world, c *chain) string {
	_, err := w.bookingsOf(c.rep).ListBookings(t.Context(), &visitv1.ListBookingsRequest{StoreId: c.s01.String()})
	return codeOf(err)
}

const (
	sessionCookie = "__Host-changke"
	deviceCookie  = "__Host-changke-device"
)

// TestCookies: no script, no plain connection, no other site and no sub-domain
// gets at them.
func TestCookies(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.ask(t, &caller{}, staffv1connect.AuthServiceLoginProcedure, &staffv1.LoginRequest{TenantCode: "alpha", Login: "E0002", Password: password})
	require.Equal(t, "ok", a.code)
	cookies := (&http.Response{Header: a.header}).Cookies()
	var names []string
	for _, c := range cookies {
		names = append(names, c.Name)
		require.True(t, strings.HasPrefix(c.Name, "__Host-"), c.Name)
		require.True(t, c.Secure, c.Name)
		require.True(t, c.HttpOnly, c.Name)
		require.Equal(t, http.SameSiteStrictMode, c.SameSite, c.Name)
		require.Equal(t, "/", c.Path, c.Name)
		require.Empty(t, c.Domain, c.Name)
		require.GreaterOrEqual(t, len(c.Value), 43, "32 random bytes")
		require.Positive(t, c.MaxAge, c.Name)
	}
	require.ElementsMatch(t, []string{sessionCookie, deviceCookie}, names)
	// What the database keeps of them opens nothing.
	for _, c := range cookies {
		require.Empty(t, w.texts(t, "SELECT 'x' FROM session WHERE session::text LIKE '%' || $1 || '%'", c.Value))
	}
	require.Equal(t, "nosniff", a.header.Get("X-Content-Type-Options"))
	require.Contains(t, a.header.Get("Strict-Transport-Security"), "max-age=")
}

// TestCrossSite: what another site makes a browser send is refused before
// anything is done, at the login too.
func TestCrossSite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name   string
		header []string
		ok     bool
	}{
		{"the console's own", []string{"Sec-Fetch-Site", "same-origin", "Origin", w.server.URL}, true},
		{"typed by hand", []string{"Sec-Fetch-Site", "none"}, true},
		{"no browser", nil, true},
		{"cross-site", []string{"Sec-Fetch-Site", "cross-site"}, false},
		{"cross-site with our origin", []string{"Sec-Fetch-Site", "cross-site", "Origin", w.server.URL}, false},
		{"a sub-domain", []string{"Sec-Fetch-Site", "same-site"}, false},
		{"old browser, foreign origin", []string{"Origin", "https://evil.example"}, false},
		{"old browser, no origin to tell", []string{"Origin", "null"}, false},
		{"old browser, our host under another port", []string{"Origin", "https://127.0.0.1:1"}, false},
	} {
		before := w.moment(t)
		a := w.ask(t, w.asIs(t, w.a.rep, false), visitv1connect.BookingServiceCreateBookingProcedure, w.booking(w.a), c.header...)
		in := w.ask(t, &caller{}, staffv1connect.AuthServiceLoginProcedure, &staffv1.LoginRequest{TenantCode: "alpha", Login: "E0002", Password: password}, c.header...)
		if c.ok {
			require.Equal(t, http.StatusOK, a.status, "%s: %s", c.name, a)
			require.Equal(t, http.StatusOK, in.status, c.name)
			continue
		}
		require.Equal(t, http.StatusForbidden, a.status, "%s: %s", c.name, a)
		require.Equal(t, http.StatusForbidden, in.status, c.name)
		require.Empty(t, in.header.Values("Set-Cookie"), c.name)
		require.Empty(t, w.wrote(t, before, w.a.id), c.name)
	}
	// Connect's GET, which passes such checks, is open for nothing.
	for _, m := range methods(t) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+m.procedure()+"?connect=v1&encoding=json&message=%7B%7D", nil)
		require.NoError(t, err)
		res, err := w.client(w.asIs(t, m.by(w.a), false)).Do(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, m.name())
	}
}

// TestNoRule: a method whose option was forgotten, or says nothing, or two
// things, is refused to everybody.
func TestNoRule(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	file := &descriptorpb.FileDescriptorProto{
		Name: proto.String("forgotten.proto"), Package: proto.String("forgotten.v1"), Syntax: proto.String("proto3"),
		Dependency: []string{"google/protobuf/empty.proto"}, Service: []*descriptorpb.ServiceDescriptorProto{{Name: proto.String("S")}},
	}
	rules := []*authzv1.Rule{
		nil,
		{},
		{Audit: true},
		{Public: true, SignedIn: true},
		{Permission: "store.read", Public: true},
		{Permission: "store.read", SignedIn: true},
		{Public: true}, // the last is open, so that the others are not refused for something else
	}
	for i, rule := range rules {
		m := &descriptorpb.MethodDescriptorProto{Name: proto.String("M" + string(rune('0'+i))), InputType: proto.String(".google.protobuf.Empty"), OutputType: proto.String(".google.protobuf.Empty")}
		if rule != nil {
			m.Options = &descriptorpb.MethodOptions{}
			proto.SetExtension(m.Options, authzv1.E_Rule, rule)
		}
		file.Service[0].Method = append(file.Service[0].Method, m)
	}
	desc, err := protodesc.NewFile(file, protoregistry.GlobalFiles)
	require.NoError(t, err)
	carry := rpc.NewInterceptor(rpc.Config{
		Log: w.prod.log, Clock: w.clock, Authenticator: w.prod.staff, Deadline: time.Second,
		Tables: authz.NewTables(w.prod.staff.Policies),
	})
	for i := range rules {
		called := false
		handler := connect.NewUnaryHandlerSimple("/forgotten.v1.S/M", func(_ context.Context, _ *emptypb.Empty) (*emptypb.Empty, error) {
			called = true
			return &emptypb.Empty{}, nil
		}, connect.WithInterceptors(carry), connect.WithSchema(desc.Services().Get(0).Methods().Get(i)))
		body, err := protojson.Marshal(&emptypb.Empty{})
		require.NoError(t, err)
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/forgotten.v1.S/M", strings.NewReader(string(body)))
		req.Header.Set("Content-Type", asJSON)
		for name, value := range w.a.admin.cookies {
			req.AddCookie(&http.Cookie{Name: name, Value: value})
		}
		res := httptest.NewRecorder()
		handler.ServeHTTP(res, req)
		open := i == len(rules)-1
		require.Equal(t, map[bool]int{true: http.StatusOK, false: http.StatusForbidden}[open], res.Code, "%v: %s", rules[i], res.Body)
		require.Equal(t, open, called, "%v", rules[i])
	}
	// And none needs what nobody can have.
	for _, m := range methods(t) {
		if p := m.rule.GetPermission(); p != "" {
			var all []string
			for _, r := range staff.Template() {
				all = append(all, r.Code)
			}
			require.NotZero(t, reach(all, p), "%s needs %s, which nobody has", m.name(), p)
		}
	}
}
