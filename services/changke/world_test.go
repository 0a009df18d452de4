package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// The world's day: long enough after the first files that LIF-03 has acted.
var (
	today  = kernel.NewDate(2026, time.March, 10)
	noon   = today.At(12*time.Hour, tenant.Shanghai)
	dayOne = kernel.NewDate(2025, time.December, 5)
)

const (
	password  = "pässwort 密码 12"
	masterKey = "a master key for tests, 32 bytes"
)

// cheap is what a password's hash costs where it is not the point: the usual 30 ms
// would be a tenth of all that these tests do.
var cheap = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// world is the whole product in one process over a database of its own: the API
// on a TLS server, and two chains that are alike in everything people type:
// store codes, staff numbers, guests' numbers, booking references and bill
// numbers. Only names and ids tell them apart. The clock stands still.
type world struct {
	clock  *walkingClock
	super  *pgx.Conn // past row level security, for looking and for breaking things
	past   *pgx.Conn // likewise, with what stood when traces were last taken
	appURL string    // the database, as the server connects
	pool   *db.Pool
	prod   *product
	tables []string // see tenantTables
	stores []string // see storeTables
	noted  bool     // see keepJournal

	ofChain, ofStore idBook // see traces

	server *httptest.Server
	logs   *logBook // what is logged
	heard  *logBook // what raw calls were answered
	a, b   *chain
	serial atomic.Int64 // for things that must be new

	operator kernel.UUID // the platform's operator
	totp     string      // the secret of his authenticator
}

// chain is one tenant with who works there, signed in, and its tills.
type chain struct {
	code   string
	id     kernel.TenantID
	s01    kernel.StoreID
	s02    kernel.StoreID
	people map[string]kernel.PersonID // by staff number
	room   kernel.UUID                // a room of S01
	files  map[string]kernel.FileID   // by guest's name
	guests []string                   // names of the guests of S01, then S02

	admin   *caller // 企业管理员, H0001
	hq      *caller // 总部客服专员, H0002
	manager *caller // 客服经理 of S01, E0001
	rep     *caller // 客服代表 of S01, E0002
	chief   *caller // every role there is, but in S02 alone, E0006
	both    *caller // 客服代表 in S01, 客服经理 in S02, E0005

	till                *caller // key of S01 that may record bills
	till2               *caller // key of S02 that may record bills
	wrongTill           *caller // key of S01 that may do something else
	lookup, switchboard *caller // keys of S01 that may look guests up, and report calls

	operator *caller // the platform's, at his own desk
	support  *caller // the same, inside this chain by its consent
}

// cast is what the chains differ in.
type cast struct {
	code, name string
	stores     [2]string
	people     [8]string // E0001…E0006, H0001, H0002
	guests     [6]string // 4 of S01, 2 of S02
	room       string
	onlyHere   string // number of the fourth guest
}

var casts = []cast{
	{
		"alpha", "甲天餐饮",
		[2]string{"友谊店", "高新店"},
		[8]string{"赵明远", "钱思齐", "孙立诚", "周子墨", "吴若曦", "郑一鸣", "王海东", "冯晓岚"},
		[6]string{"秦安然", "许知夏", "何以南", "尤清和", "吕清扬", "施若水"},
		"牡丹厅", "13640040006",
	},
	{
		"beta", "乙地茶楼",
		[2]string{"湖滨店", "河坊店"},
		[8]string{"陈书瑶", "褚云飞", "卫青禾", "蒋天佑", "沈清越", "韩冬阳", "杨柳依", "朱文轩"},
		[6]string{"张恒远", "孔维新", "曹锦程", "金玉堂", "严思远", "华晨曦"},
		"西湖厅", "13730030007",
	},
}

// Numbers of guests; the same in both chains but for the fourth. The first guest
// is on file in both stores of each.
const (
	numberBoth = "13810010001"
	numberTwo  = "13810010002" // never came: his tie has ended
	numberLost = "13810010003" // likewise
	numberS02  = "13920020009" // only in S02
)

// firstWorld is what all worlds begin as: built once, for its two chains live
// through a winter day by day.
var firstWorld struct {
	testdb.Origin
	*world
}

// newWorld gives a world of the test's own: a file of 200 lines and some 1,500 rows.
func newWorld(t *testing.T) *world {
	t.Helper()
	d := firstWorld.New(t, func(d *testdb.Database) { firstWorld.world = buildWorld(t, d) })
	w := openWorld(t, d)
	first := firstWorld.world
	w.operator, w.totp, w.a, w.b = first.operator, first.totp, first.a.again(), first.b.again()
	w.serial.Store(first.serial.Load())
	w.logs.lines.WriteString(first.logs.String())
	return w
}

// openWorld starts the product over a database.
func openWorld(t *testing.T, d *testdb.Database) *world {
	t.Helper()
	w := &world{clock: &walkingClock{}, super: d.Super(t), past: d.Super(t), appURL: d.AppURL, pool: d.Pool(t), logs: &logBook{}, heard: &logBook{}}
	w.clock.set(noon)
	master, err := secret.NewMaster(base64.StdEncoding.EncodeToString([]byte(masterKey)))
	require.NoError(t, err)
	w.prod, err = newProduct(productDeps{
		pool: w.pool, master: master, clock: w.clock, log: slog.New(w.logs.handler()), work: true, exports: t.TempDir(), replays: true, hashing: cheap,
		// All but LIF-04: of the two visits of the first guest one is nobody's.
		kinds: slices.DeleteFunc(slices.Clone(ownership.Kinds), func(k ownership.Kind) bool { return k == ownership.KindShare }),
	})
	require.NoError(t, err)
	w.server = w.serve(t, w.prod)
	return w
}

// buildWorld makes what worlds begin as, and leaves the database to be copied.
func buildWorld(t *testing.T, d *testdb.Database) *world {
	t.Helper()
	ctx := t.Context()
	w := openWorld(t, d)
	w.newOperator(t)
	w.a, w.b = w.newChain(t, casts[0]), w.newChain(t, casts[1])

	require.NoError(t, w.prod.jobs.Start(ctx))
	for _, c := range []*chain{w.a, w.b} {
		require.NoError(t, w.prod.ownership.CatchUp(ctx, c.id))
	}
	require.NoError(t, w.prod.jobs.Stop(context.WithoutCancel(ctx)))
	w.server.Close()
	w.pool.Close()
	for _, c := range []*pgx.Conn{w.super, w.past} {
		require.NoError(t, c.Close(ctx))
	}
	return w
}

// again is the same chain in another world: callers keep cookies of their own.
func (c *chain) again() *chain {
	out := *c
	out.people, out.files = maps.Clone(c.people), maps.Clone(c.files)
	for _, who := range []**caller{&out.admin, &out.hq, &out.manager, &out.rep, &out.chief, &out.both, &out.till, &out.till2, &out.wrongTill, &out.lookup, &out.switchboard, &out.operator, &out.support} {
		old := *who
		*who = &caller{name: old.name, staffNo: old.staffNo, id: old.id, key: old.key, desk: old.desk, cookies: maps.Clone(old.cookies)}
	}
	return &out
}

// beside is a second process of the server over the same database.
func (w *world) beside(t *testing.T) *world {
	t.Helper()
	p, err := newProduct(w.prod.productDeps)
	require.NoError(t, err)
	other := &world{clock: w.clock, super: w.super, pool: w.pool, prod: p, server: w.serve(t, p), logs: w.logs, heard: w.heard, a: w.a, b: w.b}
	other.serial.Store(1_000_000)
	return other
}

// serve puts a product on a TLS server, as `changke serve` does.
func (w *world) serve(t *testing.T, p *product) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	require.NoError(t, p.route(mux))
	s := httptest.NewUnstartedServer(secure(mux, true))
	s.EnableHTTP2 = true // for gRPC
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

func (w *world) newChain(t *testing.T, as cast) *chain {
	t.Helper()
	ctx := t.Context()
	id, err := w.prod.tenants.CreateTenant(ctx, noon, as.code, as.name)
	require.NoError(t, err)
	// Whoever calls everything looks behind more masks in a day than people do.
	// Nobody loses a guest for who received him: his few visits are for other tests.
	w.exec(t, `UPDATE rule_set SET fields = fields || '{"customer.reveals_per_day": 1000, "lifecycle.others_min_visits": 31}' WHERE tenant_id = $1`, id)
	findings, err := w.prod.onboarding.Import(ctx, id, as.exported(), nil)
	require.NoError(t, err)
	require.Empty(t, findings)

	c := &chain{code: as.code, id: id, guests: as.guests[:], people: map[string]kernel.PersonID{}, files: map[string]kernel.FileID{}}
	stores, err := w.prod.tenants.Stores(ctx, id)
	require.NoError(t, err)
	for _, s := range stores {
		switch s.Code {
		case "S01":
			c.s01 = s.ID
		case "S02":
			c.s02 = s.ID
		}
	}
	w.appoint(t, c, as)
	c.room = kernel.NewID[kernel.UUID](noon)
	w.exec(t, "INSERT INTO resource (tenant_id, resource_id, store_id, kind, name, capacity) VALUES ($1, $2, $3, 'room', $4, 12)", id, c.room, c.s01, as.room)
	w.exec(t, "INSERT INTO resource (tenant_id, resource_id, store_id, kind, name, capacity) VALUES ($1, $2, $3, 'room', $4, 8)", id, kernel.NewID[kernel.UUID](noon), c.s02, "二店"+as.room)
	w.rows(t, "SELECT staff_no, person_id FROM person WHERE tenant_id = $1", func(scan func(...any)) {
		var no string
		var person kernel.PersonID
		scan(&no, &person)
		c.people[no] = person
	}, id)
	w.rows(t, "SELECT name, file_id FROM guest WHERE tenant_id = $1", func(scan func(...any)) {
		var name string
		var file kernel.FileID
		scan(&name, &file)
		c.files[name] = file
	}, id)

	// One hash for all: it is bound to nobody.
	require.NoError(t, w.prod.staff.SetPassword(ctx, id, c.people["E0001"], password))
	w.exec(t, "UPDATE person SET password_hash = (SELECT password_hash FROM person WHERE tenant_id = $1 AND staff_no = 'E0001') WHERE tenant_id = $1", id)
	for no, at := range map[string]**caller{"E0001": &c.manager, "E0002": &c.rep, "E0005": &c.both, "E0006": &c.chief, "H0001": &c.admin, "H0002": &c.hq} {
		*at = w.login(t, c, no)
	}
	c.operator, c.support = w.atDesk(t), w.looksIn(t, c)
	c.till = w.newKey(t, c, c.s01, "bills:write")
	c.till2 = w.newKey(t, c, c.s02, "bills:write")
	c.wrongTill = w.newKey(t, c, c.s01, "bookings:write")
	c.lookup = w.newKey(t, c, c.s01, "customers:lookup")
	c.switchboard = w.newKey(t, c, c.s01, "callers:write")
	return c
}

// appoint enters the people whose posts no import can express.
func (w *world) appoint(t *testing.T, c *chain, as cast) {
	t.Helper()
	post := func(role string, stores ...kernel.StoreID) staff.Post {
		return staff.Post{Role: role, Position: "测试岗", TenantWide: len(stores) == 0, Stores: stores, From: dayOne}
	}
	people := []staff.NewPerson{
		{StaffNo: "E0005", Name: as.people[4], Posts: []staff.Post{post(staff.ServiceRep, c.s01), post(staff.ServiceManager, c.s02)}},
		{StaffNo: "E0006", Name: as.people[5]},
		{StaffNo: "H0001", Name: as.people[6], Posts: []staff.Post{post(staff.Admin)}},
		{StaffNo: "H0002", Name: as.people[7], Posts: []staff.Post{post(staff.HQService)}},
	}
	for _, r := range staff.Template() {
		if !r.IsScope() {
			people[1].Posts = append(people[1].Posts, post(r.Code, c.s02))
		}
	}
	for i := range people {
		people[i].ID, people[i].EntryOn = kernel.NewID[kernel.PersonID](noon), dayOne
		people[i].Number = kernel.Phone(fmt.Sprintf("+861860000%04d", 5+i))
	}
	_, err := w.prod.tenants.Keys(t.Context(), c.id)
	require.NoError(t, err)
	require.NoError(t, w.pool.InTenant(t.Context(), c.id, func(tx pgx.Tx) error {
		return w.prod.staff.PutPeopleTx(t.Context(), tx, c.id, people, noon)
	}))
}

// newKey makes an API key of a store.
func (w *world) newKey(t *testing.T, c *chain, store kernel.StoreID, scope string) *caller {
	t.Helper()
	res, err := w.staffOf(c.admin).CreateApiKey(t.Context(), &staffv1.CreateApiKeyRequest{
		Label: fmt.Sprintf("收银 %s %d", scope, w.serial.Add(1)), Scopes: []string{scope}, StoreIds: []string{store.String()}, ValidDays: 30,
	})
	require.NoError(t, err)
	return &caller{name: "key " + scope, key: res.Secret, id: res.Key.Id}
}

// exported is the chain as its former system gives it.
func (as cast) exported() fstest.MapFS {
	file := func(lines ...string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(strings.Join(lines, "\n") + "\n")}
	}
	staffLine := func(i int, store, position string) string {
		return fmt.Sprintf("E%04d,%s,186%08d,%s,%s,2025-01-01,", i+1, as.people[i], i+1, store, position)
	}
	guest := func(i int, store, number, referrer string) string {
		return fmt.Sprintf("%s,%s,%s,%s,2025-12-05", store, number, as.guests[i], referrer)
	}
	booking := func(ref, store, number, booker, how string) string {
		return fmt.Sprintf("%s,%s,%s,%s,2026-02-20,dinner,%s", ref, store, number, booker, how)
	}
	bill := func(store, no, ref, number string) string {
		return fmt.Sprintf("%s,pos,%s,1,%s,%s,2026-02-20,dinner,2026-02-20T20:40:00+08:00,48800,paid", store, no, ref, number)
	}
	return fstest.MapFS{
		"span.json":  file(`{"tenant": "` + as.code + `", "timezone": "Asia/Shanghai", "from": "2025-12-05", "to": "2026-03-09"}`),
		"stores.csv": file("store_code,name", "S01,"+as.stores[0], "S02,"+as.stores[1]),
		"staff.csv": file("staff_no,name,phone,store_code,position,entry_date,left_date",
			staffLine(0, "S01", "客服经理"), staffLine(1, "S01", "客服代表"), staffLine(2, "S02", "客服经理"), staffLine(3, "S02", "客服代表")),
		"staff_moves.csv": file("staff_no,date,store_code,position"),
		"customers.csv": file("store_code,phone,name,referrer_no,approved_date",
			guest(0, "S01", numberBoth, "E0002"), guest(1, "S01", numberTwo, "E0001"), guest(2, "S01", numberLost, "E0002"), guest(3, "S01", as.onlyHere, "E0002"),
			guest(4, "S02", numberBoth, "E0004"), guest(5, "S02", numberS02, "E0003")),
		"bookings.csv": file("booking_ref,store_code,phone,booker_no,business_date,meal_period,kind,state,seated_time,notice_sent",
			booking("B000001", "S01", numberBoth, "E0002", "hall,finished,18:10,1"), booking("B000002", "S01", numberTwo, "E0001", "room,cancelled,,1"),
			booking("B000001", "S02", numberS02, "E0004", "hall,finished,18:10,1")),
		"bills.csv": file("store_code,source,bill_no,revision,booking_ref,phone,business_date,meal_period,closed_time,amount_fen,status",
			bill("S01", "N000001", "B000001", ""), bill("S01", "N000002", "", as.onlyHere),
			"S01,pos,N000003,1,,"+numberBoth+",2026-02-21,lunch,2026-02-21T12:40:00+08:00,9900,paid", bill("S02", "N000001", "B000001", ""), bill("S02", "N000002", "", numberBoth)),
	}
}

// number gives a guest's number that nobody has yet.
func (w *world) number() string { return fmt.Sprintf("1351%07d", w.serial.Add(1)) }

// uuid gives a request id.
func (w *world) uuid() string { return kernel.NewID[kernel.UUID](noon).String() }

// guestName gives a name of two characters behind a surname that only one chain
// has, so that it is never somebody's of the other.
func (w *world) guestName(c *chain) string {
	given := []rune("安博长成德恩方光海鸿嘉景君可乐礼明宁平奇仁如山诗书泰文熙晓心雅雨元云泽志")
	n := int(w.serial.Add(1))
	surnames := []rune(map[*chain]string{w.a: "魏卢汪", w.b: "陶毕祁"}[c])
	return string(surnames[n/len(given)/len(given)%len(surnames)]) + string(given[n%len(given)]) + string(given[n/len(given)%len(given)])
}

// exec changes something past every rule.
func (w *world) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	_, err := w.super.Exec(context.Background(), sql, args...)
	require.NoError(t, err)
}

// rows reads past row level security.
func (w *world) rows(t testing.TB, sql string, each func(scan func(...any)), args ...any) {
	t.Helper()
	rows, err := w.super.Query(context.Background(), sql, args...)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		each(func(dest ...any) { require.NoError(t, rows.Scan(dest...)) })
	}
	require.NoError(t, rows.Err())
}

// texts reads one column of text.
func (w *world) texts(t testing.TB, sql string, args ...any) (out []string) {
	t.Helper()
	w.rows(t, sql, func(scan func(...any)) {
		var s string
		scan(&s)
		out = append(out, s)
	}, args...)
	return out
}

// logBook keeps every line that is logged, at every level.
type logBook struct {
	mu    sync.Mutex
	lines strings.Builder
}

// Write implements io.Writer.
func (l *logBook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.Write(p)
}

func (l *logBook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines.String()
}

func (l *logBook) handler() slog.Handler {
	return slog.NewJSONHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})
}
