package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	authzv1 "github.com/changke/changke/gen/go/changke/authz/v1"
	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

var update = flag.Bool("update", false, "write testdata/matrix.golden anew")

// method is one RPC as its descriptor declares it.
type method struct {
	desc protoreflect.MethodDescriptor
	rule *authzv1.Rule
	sample
}

func (m method) name() string { return string(m.desc.FullName()) }

func (m method) procedure() string {
	return "/" + string(m.desc.Parent().FullName()) + "/" + string(m.desc.Name())
}

// methods lists every RPC of ours by name, from the descriptors that are linked
// into the program: a new one can't be forgotten.
func methods(t testing.TB) (out []method) {
	t.Helper()
	served := []string{}
	protoregistry.GlobalFiles.RangeFiles(func(f protoreflect.FileDescriptor) bool {
		if !strings.HasPrefix(string(f.Package()), "changke.") {
			return true
		}
		for i := range f.Services().Len() {
			s := f.Services().Get(i)
			served = append(served, string(s.FullName()))
			for j := range s.Methods().Len() {
				m := method{desc: s.Methods().Get(j)}
				m.rule, _ = proto.GetExtension(m.desc.Options(), authzv1.E_Rule).(*authzv1.Rule)
				sample, ok := samples[m.name()]
				require.True(t, ok, "%s is not in the table of samples", m.name())
				require.False(t, m.desc.IsStreamingClient() || m.desc.IsStreamingServer(), "%s streams: the matrix must learn how", m.name())
				m.sample = sample
				out = append(out, m)
			}
		}
		return true
	})
	require.ElementsMatch(t, serviceNames(), served, "what the server speaks and what the descriptors say")
	require.Len(t, samples, len(out), "the table has methods that do not exist")
	slices.SortFunc(out, func(a, b method) int { return strings.Compare(a.name(), b.name()) })
	return out
}

// column is one kind of caller.
type column struct {
	title string
	who   func(m method, a, b *chain) *caller // nil: there is nobody of that kind
}

var columns = []column{
	{"may", func(m method, a, _ *chain) *caller { return m.by(a) }},
	{"no login", func(method, *chain, *chain) *caller { return nobody }},
	{"wrong role", func(m method, a, _ *chain) *caller {
		for _, c := range []*caller{a.rep, a.manager, a.admin, a.hq} {
			if m.rule.GetPermission() != "" && reach(rolesOf(c), m.rule.GetPermission()) == 0 {
				return c
			}
		}
		return nil
	}},
	{"other tenant", func(m method, _, b *chain) *caller { return m.by(b) }},
	{"other store", func(_ method, a, _ *chain) *caller { return a.chief }},
	{"other post", func(_ method, a, _ *chain) *caller { return a.both }},
	{"key, wrong scope", func(_ method, a, _ *chain) *caller { return a.wrongTill }},
	{"key, other store", func(_ method, a, _ *chain) *caller { return a.till2 }},
}

// rolesOf tells which roles a caller of the world holds, in S01 and elsewhere.
func rolesOf(c *caller) []string {
	switch c.staffNo {
	case "E0001":
		return []string{staff.ServiceManager}
	case "E0002":
		return []string{staff.ServiceRep}
	case "E0005":
		return []string{staff.ServiceRep, staff.ServiceManager}
	case "E0006":
		return []string{staff.Admin, staff.HQService, staff.ServiceManager, staff.ServiceRep}
	case "H0001":
		return []string{staff.Admin}
	case "H0002":
		return []string{staff.HQService}
	}
	return []string{staff.ScopeRole(strings.TrimPrefix(c.name, "key "))}
}

// reach says how far roles carry a permission, by the template every chain
// begins with: what the product should do, not what it does.
func reach(roles []string, permission string) (r kernel.Reach) {
	for _, role := range staff.Template() {
		for _, right := range role.Rights {
			if slices.Contains(roles, role.Code) && right.Permission == permission {
				if right.Own {
					r |= kernel.ReachOwn
				} else {
					r |= kernel.ReachWhere
				}
			}
		}
	}
	return r
}

// TestMatrix calls every RPC as every kind of caller, on objects of S01, and
// holds what comes back against the rules, the answers' bytes against everything
// that is not the caller's, and the outcome against testdata/matrix.golden.
func TestMatrix(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var golden strings.Builder
	fmt.Fprintf(&golden, "%-62s %-18s", "every call is about S01 of one chain", "needs")
	for _, c := range columns {
		fmt.Fprintf(&golden, " %-18s", c.title)
	}
	golden.WriteString("\n")
	for _, m := range methods(t) {
		needs := m.rule.GetPermission()
		if m.rule.GetPublic() {
			needs = "nothing"
		} else if m.rule.GetSignedIn() {
			needs = "a login"
		}
		line := fmt.Sprintf("%-62s %-18s", m.name(), needs)
		t.Run(m.name(), func(t *testing.T) {
			for _, cell := range w.cells(t, m) {
				line += fmt.Sprintf(" %-18s", cell)
			}
		})
		golden.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	const path = "testdata/matrix.golden"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(golden.String()), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), golden.String(), "go test ./services/changke -run TestMatrix -update writes it anew; read the difference")
}

// cells gives the codes of one line.
func (w *world) cells(t *testing.T, m method) (cells []string) {
	type call struct {
		who *caller
		req proto.Message
	}
	calls := make([]call, len(columns))
	for i, col := range columns {
		if who := col.who(m, w.a, w.b); who != nil {
			calls[i] = call{w.asIs(t, who, m.signs), m.build(t, w, w.a)}
		}
	}
	seen := w.traces(t)
	cells = make([]string, len(columns))
	for i, col := range slices.Backward(columns) { // who may comes last: his call changes things
		c := calls[i]
		if c.who == nil {
			cells[i] = "-"
			continue
		}
		before := w.snapshot(t, w.a.id)
		a := w.ask(t, c.who, m.procedure(), c.req)
		wrote := changed(before, w.snapshot(t, w.a.id))
		cells[i] = a.code
		at := m.name() + " as " + col.title + " (" + c.who.name + "): " + a.String()

		if col.title == "may" {
			require.Equal(t, "ok", a.code, at)
			if strings.HasPrefix(string(m.desc.Name()), "Get") || strings.HasPrefix(string(m.desc.Name()), "List") {
				cells[i] += found(a, seen.chainA)
			}
			continue
		}
		w.judge(t, m, col.title, c.who, a, len(wrote) > 0, at)
		if m.rule.GetPermission() == "" {
			continue // what comes back is the caller's own
		}
		for _, trace := range seen.notFor(m, col.title, w.ownOf(t, m, c.who)) {
			require.False(t, strings.Contains(string(a.body), trace) && !strings.Contains(text(t, c.req), trace), "%s\nshows %q", at, trace)
		}
	}
	return cells
}

// found marks answers that show something, without which looking for what they
// must not show would prove nothing.
func found(a answer, traces []string) string {
	if slices.ContainsFunc(traces, func(s string) bool { return strings.Contains(string(a.body), s) }) {
		return " (rows)"
	}
	return ""
}

func text(t testing.TB, m proto.Message) string {
	b, err := protojson.Marshal(m)
	require.NoError(t, err)
	return string(b)
}

// judge says whether a code may be the answer to a kind of caller.
func (w *world) judge(t *testing.T, m method, col string, who *caller, a answer, wrote bool, at string) {
	permission := m.rule.GetPermission()
	switch {
	case m.rule.GetPublic():
		require.Equal(t, "ok", a.code, at)
		return
	case col == "no login" || m.rule.GetSignedIn() && who.key != "":
		require.Equal(t, "unauthenticated", a.code, at)
	case m.rule.GetSignedIn():
		require.Equal(t, "ok", a.code, at)
		return
	case reach(rolesOf(who), permission) == 0:
		require.Equal(t, "permission_denied", a.code, at)
	case col == "other post" && reach([]string{staff.ServiceRep}, permission)&kernel.ReachWhere != 0:
		require.Equal(t, "ok", a.code, at) // he may there, by his other post
		return
	case col == "other post" && m.makes:
		require.Equal(t, "ok", a.code, at)
		return
	case a.code == "invalid_argument": // a store that does not exist for him
		require.Contains(t, []string{"staff.unknown_store", "rules.unknown_key"}, a.reason, at)
	default:
		require.Contains(t, []string{"ok", "not_found", "permission_denied"}, a.code, at)
	}
	require.False(t, wrote, "%s\nwrote into S01's chain", at)
}

// ownOf is what somebody sees of S01 by a post that reaches only his own: the
// store itself, the files he wrote, and what another method shows him.
func (w *world) ownOf(t testing.TB, m method, c *caller) []string {
	var other answer
	if m.through != "" {
		at := strings.LastIndex(m.through, ".")
		other = w.ask(t, c, "/"+m.through[:at]+"/"+m.through[at+1:], samples[m.through].build(t, w, w.a))
	}
	return append(w.texts(t, `SELECT name FROM guest WHERE tenant_id = $1 AND writer_id = $2 UNION SELECT file_id::text FROM guest WHERE tenant_id = $1 AND writer_id = $2`,
		w.a.id, w.a.people[c.staffNo]), w.a.s01.String(), casts[0].stores[0], string(other.body))
}

// asIs is a caller with the same credentials and cookies of his own, or with a
// session of its own for calls that end it.
func (w *world) asIs(t testing.TB, c *caller, fresh bool) *caller {
	if fresh && c.staffNo != "" {
		chain := w.a
		if strings.HasPrefix(c.name, w.b.code) {
			chain = w.b
		}
		return w.login(t, chain, c.staffNo)
	}
	cookies := map[string]string{}
	for k, v := range c.cookies {
		cookies[k] = v
	}
	return &caller{name: c.name, staffNo: c.staffNo, key: c.key, cookies: cookies}
}

// TestForeignObjectInOwnStore: a request that names the caller's own store and
// something else's id is refused as well, without a trace of what that is.
func TestForeignObjectInOwnStore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := w.traces(t)
	elsewhere := func(store kernel.StoreID) *staffv1.NewAssignment {
		return &staffv1.NewAssignment{Role: staff.ServiceRep, Position: "客服代表", StoreIds: []string{store.String()}, FromDate: "2026-03-01"}
	}
	for _, who := range []struct {
		title        string
		chief, admin *caller // may everything in the store
		store        kernel.StoreID
	}{
		{"other tenant", w.b.manager, w.b.admin, w.b.s01},
		{"other store", w.a.chief, w.a.chief, w.a.s02},
	} {
		for _, c := range []struct {
			procedure string
			caller    *caller
			req       proto.Message
		}{
			{staffv1connect.StaffServiceAssignPersonProcedure, who.admin, &staffv1.AssignPersonRequest{PersonId: w.newPerson(t, w.a).Id, Assignment: elsewhere(who.store)}},
			{customerv1connect.CustomerServiceCheckFileProcedure, who.chief, &customerv1.CheckFileRequest{StoreId: who.store.String(), FileId: w.a.file(1), Fields: &customerv1.FileFields{Number: numberTwo}}},
			{visitv1connect.BookingServiceCreateBookingProcedure, who.chief, func() proto.Message {
				b := w.booking(w.a)
				b.StoreId, b.Kind, b.ResourceId = who.store.String(), visitv1.BookingKind_BOOKING_KIND_ROOM, w.a.room.String()
				return b
			}()},
			{ownershipv1connect.OwnershipServiceListDecisionsProcedure, who.chief, &ownershipv1.ListDecisionsRequest{
				StoreId: who.store.String(), RunId: w.texts(t, "SELECT run_id::text FROM decision WHERE tenant_id = $1 AND store_id = $2", w.a.id, w.a.s01)[0],
			}},
		} {
			before := w.snapshot(t, kernel.TenantID{})
			a := w.ask(t, c.caller, c.procedure, c.req)
			at := c.procedure + " as " + who.title + ": " + a.String()
			if c.procedure != ownershipv1connect.OwnershipServiceListDecisionsProcedure { // an empty list
				require.Contains(t, []string{"not_found", "invalid_argument"}, a.code, at)
			}
			require.Empty(t, changed(before, w.snapshot(t, kernel.TenantID{})), at)
			for _, trace := range seen.notFor(method{}, who.title, nil) {
				require.False(t, strings.Contains(string(a.body), trace) && !strings.Contains(text(t, c.req), trace), "%s\nshows %q", at, trace)
			}
		}
	}
}
