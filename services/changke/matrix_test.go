package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
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
	"github.com/changke/changke/services/operator"
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
				require.True(t, ok, "%s is not in the table of samples: say there how to call it", m.name())
				if sample.by == nil {
					sample.by = usual(m.rule.GetPermission())
				}
				require.False(t, m.desc.IsStreamingClient(), "%s streams upwards: the matrix must learn how", m.name())
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

var template = sync.OnceValue(staff.Template)

// reach says how far roles carry a permission, by the template every chain
// begins with: what the product should do, not what it does.
func reach(roles []string, permission string) (r kernel.Reach) {
	if slices.Contains(roles, operator.SupportRole) && slices.Contains(operator.SupportPermissions, permission) {
		r |= kernel.ReachWhere
	}
	for _, role := range template() {
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

// spot says where the holder of a role stands to the thing a call is about.
type spot struct{ title string }

var (
	sameStore  = spot{"in S01"}
	otherStore = spot{"in S02"}
	otherChain = spot{"in another chain"}
	anywhere   = []spot{sameStore, otherStore, otherChain}
)

// column is one kind of caller: who he is at each place.
type column struct {
	short     string // at the head of the column
	title     string
	roles     []string // at his place
	elsewhere []string // what "in S01" he holds in S02 besides
	who       map[spot]*caller
}

// everyone is the grid's columns: each role of the template, a person who holds
// two, each scope of a key, nobody. In its own chain head office's roles are
// held for the whole chain, "in S02" they are bound to that store like others.
func (w *world) everyone(t *testing.T) (out []column) {
	t.Helper()
	heads := map[string]bool{}
	for _, p := range staff.TemplatePositions() {
		heads[p.Role] = heads[p.Role] || p.HeadOffice
	}
	short := map[string]string{
		"hq_head": "head", staff.HQService: "hq", "area_manager": "area", "floor_manager": "floor", staff.ServiceManager: "mgr",
		"service_supervisor": "sup", staff.ServiceRep: "rep", "referrer": "refer", "front_desk": "desk", "inspector": "insp",
	}
	for i, role := range staff.Template() {
		col := column{short: cmp.Or(short[role.Code], role.Code), title: role.Name, roles: []string{role.Code}, who: map[spot]*caller{}}
		if scope, ok := strings.CutPrefix(role.Code, staff.ScopeRole("")); ok {
			col.short, col.title = "k"+strconv.Itoa(i), "key "+scope
			for at, c := range map[spot]*chain{sameStore: w.a, otherStore: w.a, otherChain: w.b} {
				store := map[bool]kernel.StoreID{true: c.s02, false: c.s01}[at == otherStore]
				col.who[at] = w.newKey(t, c, store, scope)
			}
			out = append(out, col)
			continue
		}
		for at, c := range map[spot]*chain{sameStore: w.a, otherStore: w.a, otherChain: w.b} {
			stores := []kernel.StoreID{c.s01}
			if at == otherStore {
				stores = []kernel.StoreID{c.s02}
			} else if heads[role.Code] {
				stores = []kernel.StoreID{}
			}
			col.who[at] = w.holder(t, c, fmt.Sprintf("%c%02d", at.title[len(at.title)-1], i), role.Code, stores)
		}
		out = append(out, col)
	}
	return append(out,
		column{"its", "客服代表 of S01 whose own the thing is", []string{staff.ServiceRep}, nil, map[spot]*caller{sameStore: w.a.rep}},
		column{"both", "客服代表 in S01, 客服经理 in S02", []string{staff.ServiceRep}, []string{staff.ServiceManager}, map[spot]*caller{sameStore: w.a.both}},
		column{"supp", "the platform's operator, looking in by the chain's consent", []string{operator.SupportRole}, nil, map[spot]*caller{sameStore: w.a.support}},
		column{"oper", "the platform's operator at his own desk", nil, nil, map[spot]*caller{sameStore: w.a.operator}},
		column{"none", "nobody", nil, nil, map[spot]*caller{sameStore: nobody}},
	)
}

// holder enters somebody with one role and lets him come in.
func (w *world) holder(t *testing.T, c *chain, no, role string, stores []kernel.StoreID) *caller {
	t.Helper()
	id := kernel.NewID[kernel.PersonID](noon)
	w.exec(t, `INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at, password_hash)
		SELECT $1, $2, $3, $4, '2026-03-01', $5, (SELECT password_hash FROM person WHERE tenant_id = $1 AND staff_no = 'E0001')`, c.id, id, no, w.guestName(c), noon)
	w.exec(t, `INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
		VALUES ($1, $2, $3, $4, '测试岗', $5, $6, '2026-03-01', $7)`, c.id, kernel.NewID[kernel.UUID](noon), id, role, len(stores) == 0, stores, noon)
	c.people[no] = id
	return w.login(t, c, no)
}

const legend = `Every call is about S01 of one chain; the lines say where its caller works, the
columns what he is there. What came back, and what explains it:
  all    done: his role reaches everything there, and he was shown S01's
  may    done: likewise; the answer shows nothing that could give S01 away
  own    done: his role reaches only his own there, and nothing else was shown
  his    done, but only with what is at his own place: nothing of S01 shown or changed
  oper   done: the operator's own desk, which shows no guest
  self   done: every signed-in person may, about himself     open   done: anybody may
  no     refused: no such right                              login  refused: nobody is signed in
  gone   not found, as if it did not exist                   bad    a store that does not exist for him
  rule   refused for the thing's own sake, by a rule: only its writer edits a draft

`

// TestMatrix calls every RPC as the holder of every role, here and elsewhere, on
// objects of S01, and holds what comes back against the rules, the answers'
// bytes against everything that is not the caller's, and the outcome against
// testdata/matrix.golden. An allow that nothing explains fails.
func TestMatrix(t *testing.T) {
	t.Parallel()
	all := methods(t)
	parts, head := make([]string, len(all)), ""
	t.Run("in", func(t *testing.T) {
		spread(t, 2, func(t *testing.T, w *world) func(t *testing.T, i int, m method) {
			columns := w.everyone(t)
			return func(t *testing.T, i int, m method) {
				parts[i] = w.lines(t, m, columns)
				if i == 0 {
					for _, col := range columns {
						head += fmt.Sprintf("  %-6s %s\n", col.short, col.title)
					}
				}
			}
		})
	})
	got := legend + head + strings.Join(parts, "")
	const path = "testdata/matrix.golden"
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), got, "go test ./services/changke -run TestMatrix -update writes it anew; read the difference")
}

// spread takes every method in one of so many worlds, which live beside each
// other: a long test of all methods, each of which stands by itself.
func spread(t *testing.T, worlds int, in func(t *testing.T, w *world) func(t *testing.T, i int, m method)) {
	all := methods(t)
	for part := range worlds {
		t.Run(fmt.Sprintf("world %d of %d", part+1, worlds), func(t *testing.T) {
			t.Parallel()
			each := in(t, newWorld(t))
			for i := part; i < len(all); i += worlds {
				t.Run(all[i].name(), func(t *testing.T) { each(t, i, all[i]) })
			}
		})
	}
}

// needs says in words what a method asks of its caller.
func (m method) needs() string {
	switch {
	case m.rule.GetPublic():
		return "nothing"
	case m.rule.GetSignedIn():
		return "a login"
	case m.rule.GetOperator():
		return "the operator"
	}
	return m.rule.GetPermission()
}

// asks reports whether it matters where the caller works.
func (m method) asks(at spot) bool { return m.rule.GetPermission() != "" || at == sameStore }

// keepsHis reports whether a table holds what a caller handed in himself: a list
// of staff with mistakes waits for its uploader, whatever place it names.
func (m method) keepsHis(table string) bool {
	return table == "staff_import" && strings.HasSuffix(m.name(), ".UploadStaff")
}

// lines are one method's part of the file.
func (w *world) lines(t *testing.T, m method, columns []column) string {
	cells := w.cells(t, m, columns)
	var out strings.Builder
	fmt.Fprintf(&out, "\n%s needs %s", strings.TrimPrefix(m.name(), "changke."), m.needs())
	if m.rule.GetStepUp() {
		out.WriteString(", proven anew")
	}
	head := fmt.Sprintf("  %-18s", "")
	for _, col := range columns {
		head += fmt.Sprintf(" %-5s", col.short)
	}
	out.WriteString("\n" + strings.TrimRight(head, " "))
	for _, at := range slices.DeleteFunc(slices.Clone(anywhere), func(at spot) bool { return !m.asks(at) }) {
		line := fmt.Sprintf("  %-18s", at.title)
		for i := range columns {
			line += fmt.Sprintf(" %-5s", cells[at][i])
		}
		out.WriteString("\n" + strings.TrimRight(line, " "))
	}
	return out.String() + "\n"
}

// cells calls a method as everyone: first those who must change nothing, all
// with one request, then those who may, each with a thing of its own.
func (w *world) cells(t *testing.T, m method, columns []column) map[spot][]string {
	cells := map[spot][]string{}
	for _, at := range anywhere {
		cells[at] = make([]string, len(columns))
	}
	mayChange := func(at spot, col column) bool {
		person := col.who[at].staffNo != "" || col.who[at] == w.a.support && m.rule.GetSupport()
		return m.rule.GetPublic() || m.rule.GetOperator() && col.who[at].desk || m.rule.GetSignedIn() && person || at == sameStore && reach(col.roles, m.rule.GetPermission()) != 0
	}
	req := m.build(t, w, w.a)
	seen := w.traces(t)
	before := w.moment(t)
	var refused []string
	for i, col := range columns {
		for _, at := range anywhere {
			if who := col.who[at]; who != nil && !mayChange(at, col) && m.asks(at) {
				a := w.ask(t, w.asIs(t, who, m.signs), m.procedure(), req)
				cells[at][i] = w.judge(t, m, at, col, a, req, seen)
				refused = append(refused, who.name+" "+a.code)
			}
		}
	}
	require.Empty(t, slices.DeleteFunc(w.wrote(t, before, w.a.id), m.keepsHis), "%s wrote into S01's chain for one of %v", m.name(), refused)
	for i, col := range columns {
		for _, at := range anywhere {
			if who := col.who[at]; who != nil && mayChange(at, col) && m.asks(at) {
				req := m.build(t, w, w.a)
				if far := reach(col.roles, m.rule.GetPermission()); far == kernel.ReachOwn {
					seen = w.traces(t) // of what is new, too
				}
				a := w.ask(t, w.asIs(t, who, m.signs), m.procedure(), req)
				cells[at][i] = w.judge(t, m, at, col, a, req, seen)
			}
		}
	}
	return cells
}

// judge holds an answer against what the caller may do, and gives its code.
func (w *world) judge(t *testing.T, m method, at spot, col column, a answer, req proto.Message, seen traces) string {
	who, permission := col.who[at], m.rule.GetPermission()
	said := m.name() + " as " + col.title + " " + at.title + ": " + a.String()
	shows := func(traces []string, but func(trace string) bool) {
		asked := text(t, req)
		for _, trace := range traces {
			require.True(t, strings.Contains(asked, trace) || but != nil && but(trace), "%s\nshows %q", said, trace)
		}
	}
	far := reach(col.roles, permission)
	switch {
	case slices.Contains(m.ends, a.reason):
		shows(seen.chainA.in(a.body), nil)
		return "rule"
	case m.rule.GetPublic():
		require.Equal(t, "ok", a.code, said)
		return "open"
	case m.rule.GetOperator() && who.desk:
		require.Equal(t, "ok", a.code, said)
		shows(shown(a.body, w.texts(t, "SELECT unnest(ARRAY[name, file_id::text]) FROM guest UNION SELECT name FROM person")), nil)
		return "oper"
	case who == nobody || who.desk || m.rule.GetOperator() || m.rule.GetSignedIn() && (who.key != "" || who == w.a.support && !m.rule.GetSupport()):
		require.Equal(t, "unauthenticated", a.code, said)
		shows(seen.chainA.in(a.body), nil)
		return "login"
	case m.rule.GetSignedIn() && m.mine && a.code == "not_found" && m.by(w.a) != who:
		shows(seen.chainA.in(a.body), nil)
		return "gone"
	case m.rule.GetSignedIn():
		require.Equal(t, "ok", a.code, said)
		return "self"
	case far == 0 && reach(col.elsewhere, permission) != 0: // asked in, but has nothing of S01
		at = otherStore
		shows(seen.s01.in(a.body), nil)
	case far == 0:
		require.Equal(t, "permission_denied", a.code, said)
		shows(seen.chainA.in(a.body), nil)
		return "no"
	case a.code == "failed_precondition" && at == sameStore:
		return "rule"
	case at == sameStore && far&kernel.ReachWhere != 0:
		require.Equal(t, "ok", a.code, said)
		if len(seen.chainA.in(a.body)) > 0 {
			return "all"
		}
		return "may"
	case at == sameStore:
		if col.short == "its" {
			if m.by(w.a) == who {
				require.Equal(t, "ok", a.code, said)
			}
			shows(shown(a.body, w.othersOf(t, who)), nil)
			break
		}
		own := w.ownOf(t, m, who)
		if !m.makes {
			shows(seen.s01.in(a.body), func(trace string) bool {
				return slices.ContainsFunc(own, func(own string) bool { return strings.Contains(own, trace) })
			})
		}
	case at == otherStore:
		shows(seen.s01.in(a.body), nil)
	default:
		shows(seen.chainA.in(a.body), nil)
	}
	switch a.code {
	case "ok":
		return map[bool]string{true: "own", false: "his"}[at == sameStore]
	case "not_found":
		return "gone"
	case "permission_denied":
		return "no"
	case "invalid_argument":
		require.Contains(t, []string{"staff.unknown_store", "rules.unknown_key"}, a.reason, said)
		return "bad"
	}
	require.Fail(t, "nothing explains this answer", said)
	return a.code
}

func text(t testing.TB, m proto.Message) string {
	b, err := protojson.Marshal(m)
	require.NoError(t, err)
	return string(b)
}

// ownOf is what somebody sees of S01 by a post that reaches only his own: the
// store itself, himself, the files he wrote, conflict cases he has part in with the
// other of the two and whose turn they are (CUS-10), and what another method shows him.
func (w *world) ownOf(t testing.TB, m method, c *caller) []string {
	var other answer
	if m.through != "" {
		at := strings.LastIndex(m.through, ".")
		other = w.ask(t, c, "/"+m.through[:at]+"/"+m.through[at+1:], samples[m.through].build(t, w, w.a))
	}
	me := w.a.people[c.staffNo]
	return append(w.texts(t, `SELECT name FROM guest WHERE tenant_id = $1 AND writer_id = $2 UNION SELECT file_id::text FROM guest WHERE tenant_id = $1 AND writer_id = $2
		UNION SELECT name FROM person WHERE tenant_id = $1 AND person_id = $2
		UNION SELECT unnest(ARRAY[c.case_id::text, p.name, p.person_id::text]) FROM conflict_case c JOIN person p ON p.tenant_id = c.tenant_id AND (p.person_id IN (c.holder_id, c.claimant_id, c.ended_by)
			OR EXISTS (SELECT FROM assignment a WHERE a.tenant_id = p.tenant_id AND a.person_id = p.person_id AND a.role IN ('service_manager', 'floor_manager', 'hq_service', 'hq_head')))
			WHERE c.tenant_id = $1 AND $2 IN (c.holder_id, c.claimant_id)`, w.a.id, me),
		me.String(), w.a.s01.String(), casts[0].stores[0], string(other.body))
}

// othersOf are the guests of S01 that somebody neither wrote nor ever owned.
func (w *world) othersOf(t testing.TB, c *caller) []string {
	return w.texts(t, `SELECT unnest(ARRAY[name, file_id::text]) FROM guest g WHERE tenant_id = $1 AND store_id = $2 AND writer_id <> $3
		AND NOT EXISTS (SELECT FROM tie t WHERE t.tenant_id = g.tenant_id AND t.file_id = g.file_id AND t.referrer_id = $3)`, w.a.id, w.a.s01, w.a.people[c.staffNo])
}

// asIs is a caller with the same credentials and cookies of his own, or with a
// session of its own for calls that end it.
func (w *world) asIs(t testing.TB, c *caller, fresh bool) *caller {
	if fresh && c.desk {
		return w.atDesk(t)
	}
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
	return &caller{name: c.name, staffNo: c.staffNo, key: c.key, desk: c.desk, cookies: cookies}
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
		spot
		chief, admin *caller // may everything in the store
		store        kernel.StoreID
	}{
		{otherChain, w.b.manager, w.b.admin, w.b.s01},
		{otherStore, w.a.chief, w.a.chief, w.a.s02},
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
			before := w.moment(t)
			a := w.ask(t, c.caller, c.procedure, c.req)
			at := c.procedure + " as " + who.title + ": " + a.String()
			if c.procedure != ownershipv1connect.OwnershipServiceListDecisionsProcedure { // an empty list
				require.Contains(t, []string{"not_found", "invalid_argument"}, a.code, at)
			}
			require.Empty(t, w.wrote(t, before, kernel.TenantID{}), at)
			for _, trace := range map[spot]marks{otherChain: seen.chainA, otherStore: seen.s01}[who.spot].in(a.body) {
				require.Contains(t, text(t, c.req), trace, "%s\nshows %q", at, trace)
			}
		}
	}
}
