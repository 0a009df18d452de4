package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/stretchr/testify/require"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/message/messageapp"
)

// aNumber is a mainland mobile as people and machines write it, standing by
// itself: not in the middle of an id.
var aNumber = regexp.MustCompile(`(?:^|[^0-9A-Za-z-])((?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?:$|[^0-9A-Za-z-])`)

// aFraction is a sample's value, which a sum of seconds makes of any digits at
// all: 0.08781918600000002 is nobody's number.
var aFraction = regexp.MustCompile(`(?m) \d+\.\d+(?:e[-+]?\d+)?$`)

// TestNumbersStaySecret uses the product, makes everything fail that can, and
// then looks for guests' and employees' numbers wherever something was written:
// logs, answers, metrics, the queue and every column of every table.
func TestNumbersStaySecret(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	failing := &tellingProvider{}
	w.prod.messages.Provider = failing
	w.wellAndBadly(t)
	w.brokenly(t)
	w.jobsThatFail(t, failing)

	var numbers []string
	for i := range w.serial.Load() {
		numbers = append(numbers, fmt.Sprintf("1351%07d", i+1))
	}
	numbers = append(numbers, numberBoth, numberTwo, numberLost, numberS02, casts[0].onlyHere, casts[1].onlyHere, badNumber[3:])
	for i := range 8 {
		numbers = append(numbers, fmt.Sprintf("186%08d", i+1))
	}
	asBytes := map[string]string{}
	for _, n := range numbers {
		asBytes[hex.EncodeToString([]byte(n))] = n
	}
	plain, raw := newWords(numbers), newWords(slices.Collect(maps.Keys(asBytes)))
	look := func(where, text string) {
		t.Helper()
		if found := aNumber.FindStringSubmatch(text); found != nil {
			at := strings.Index(text, found[0])
			t.Errorf("%s shows a number: …%s…", where, text[max(0, at-200):min(len(text), at+200)])
			return
		}
		if n, at := plain.in(text); at >= 0 {
			t.Errorf("%s holds %s: …%s…", where, n, text[max(0, at-200):min(len(text), at+200)])
		} else if n, at := raw.in(text); at >= 0 {
			t.Errorf("%s holds the bytes of %s", where, asBytes[n])
		}
	}
	require.Positive(t, strings.Count(w.logs.String(), `"code":"internal"`), "nothing went wrong: the test looks at too little")
	look("the log", w.logs.String())
	look("an answer", w.heard.String())
	scrape := httptest.NewRecorder()
	promhttp.HandlerFor(w.prod.metrics.registry, promhttp.HandlerOpts{}).ServeHTTP(scrape, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	require.Contains(t, scrape.Body.String(), "changke_")
	look("the metrics", aFraction.ReplaceAllString(scrape.Body.String(), " fraction"))

	names, contents := newWords(w.guestNames(t)), newWords(w.addresses(t))
	hide := func(where, text string, secrets words) {
		t.Helper()
		if s, at := secrets.in(text); at >= 0 {
			t.Errorf("%s holds %s: …%s…", where, s, text[max(0, at-200):min(len(text), at+200)])
		}
	}
	for where, text := range map[string]string{"the log": w.logs.String(), "the metrics": scrape.Body.String()} {
		hide(where, text, names)
		hide(where, text, contents)
	}

	rows := 0
	for _, table := range w.texts(t, `SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`) {
		for _, row := range w.texts(t, "SELECT t::text FROM "+table+" t") {
			look(table, row)
			hide(table, row, contents)
			if !namesRest[table] {
				hide(table, row, names)
			}
			rows++
		}
	}
	require.Greater(t, rows, 1000, "the dump is nearly empty")
	require.Contains(t, strings.Join(w.texts(t, "SELECT t::text FROM river.river_job t"), ""), "message_send", "no job to look at")

	w.auditIsSecret(t)

	// Names are personal data too: no log line has one.
	for _, name := range w.texts(t, "SELECT name FROM guest WHERE name <> '' UNION SELECT name FROM person UNION SELECT guest_name FROM booking WHERE guest_name <> ''") {
		require.NotContains(t, w.logs.String(), name, "the log")
	}
}

// words are looked for all at once, for there are thousands of them and of rows.
type words struct {
	all    map[string]bool
	begins map[string]bool // their first two bytes
	sizes  []int
}

func newWords(list []string) words {
	w := words{map[string]bool{}, map[string]bool{}, nil}
	for _, word := range list {
		w.all[word], w.begins[word[:2]] = true, true
		if !slices.Contains(w.sizes, len(word)) {
			w.sizes = append(w.sizes, len(word))
		}
	}
	return w
}

// in gives a word that a text holds and where, or -1.
func (w words) in(text string) (word string, at int) {
	for at := range len(text) - 1 {
		if !w.begins[text[at:at+2]] {
			continue
		}
		for _, size := range w.sizes {
			if at+size <= len(text) && w.all[text[at:at+size]] {
				return text[at : at+size], at
			}
		}
	}
	return "", -1
}

// namesRest are the tables in which a guest's name may be read: the search, and
// what was booked and told under it.
var namesRest = map[string]bool{"public.guest": true, "public.booking": true, "public.message": true}

// guestNames are the names of everybody on file whom no member of staff is called as.
func (w *world) guestNames(t *testing.T) (out []string) {
	t.Helper()
	for _, name := range w.texts(t, "SELECT name FROM guest EXCEPT SELECT name FROM person EXCEPT SELECT name FROM account_request") {
		if len([]rune(name)) > 2 {
			out = append(out, name)
		}
	}
	require.Greater(t, len(out), 10, "no names to look for")
	return out
}

// addresses are where guests live and work and when they were born, as texts
// would tell it.
func (w *world) addresses(t *testing.T) (out []string) {
	t.Helper()
	seen := map[string]bool{}
	for _, fields := range w.contents(t) {
		texts := []string{}
		for _, field := range []string{"address", "employer"} {
			if s, ok := fields[field].(string); ok {
				texts = append(texts, s)
			}
		}
		texts = append(texts, birthdayTexts(fields)...)
		for _, s := range texts {
			if len([]rune(s)) > 3 && !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	require.Greater(t, len(out), 3, "no addresses to look for")
	return out
}

// birthdayTexts are a file's birthday as people and machines write it.
func birthdayTexts(fields map[string]any) []string {
	day, _ := fields["birthday"].(map[string]any)
	year, told := day["year"].(float64)
	if !told {
		return nil
	}
	month, _ := day["month"].(float64)
	of, _ := day["day"].(float64)
	return []string{fmt.Sprintf("%04.0f-%02.0f-%02.0f", year, month, of), fmt.Sprintf("%.0f年%.0f月%.0f日", year, month, of)}
}

// badNumber has a digit too many, and yet is somebody's.
const badNumber = "+86138100100099"

// wellAndBadly uses numbers everywhere they can be typed, rightly and wrongly.
func (w *world) wellAndBadly(t *testing.T) {
	t.Helper()
	for _, m := range methods(t) {
		w.ask(t, w.asIs(t, m.by(w.a), m.signs), m.procedure(), m.build(t, w, w.a))
	}
	for _, n := range []string{numberTwo, "+86" + numberTwo, "86-" + numberTwo, badNumber, "18600000001", "138 1001 0002", "(029)88881234", numberTwo + "x", "a" + numberTwo} {
		f := w.fields(w.a)
		f.Number = n
		w.ask(t, w.a.rep, customerv1connect.CustomerServiceCreateFileProcedure, &customerv1.CreateFileRequest{StoreId: w.a.s01.String(), RequestId: w.uuid(), Fields: f})
		w.ask(t, w.a.rep, customerv1connect.CustomerServiceCheckFileProcedure, &customerv1.CheckFileRequest{StoreId: w.a.s01.String(), Fields: f})
		f.Name = "魏" + n // a number in the wrong box
		w.ask(t, w.a.rep, customerv1connect.CustomerServiceCheckFileProcedure, &customerv1.CheckFileRequest{StoreId: w.a.s01.String(), Fields: f})
		w.ask(t, w.a.rep, customerv1connect.CustomerServiceCreateFileProcedure, &customerv1.CreateFileRequest{StoreId: w.a.s01.String(), RequestId: w.uuid(), Fields: f})
		w.ask(t, w.a.manager, customerv1connect.CustomerServiceListCustomersProcedure, &customerv1.ListCustomersRequest{Query: n})
		b := w.booking(w.a)
		b.Number = n
		w.ask(t, w.a.rep, visitv1connect.BookingServiceCreateBookingProcedure, b)
		bill := w.bill()
		bill.Number = n
		w.ask(t, w.a.till, visitv1connect.BillServiceRecordBillsProcedure, &visitv1.RecordBillsRequest{Bills: []*visitv1.Bill{bill}})
		w.ask(t, &caller{}, staffv1connect.AuthServiceLoginProcedure, &staffv1.LoginRequest{TenantCode: "alpha", Login: n, Password: n})
		w.ask(t, &caller{}, staffv1connect.AuthServiceLoginProcedure, &staffv1.LoginRequest{TenantCode: n, Login: n, Password: n})
		p := w.person(w.a)
		p.Phone = n
		w.ask(t, w.a.admin, staffv1connect.StaffServiceCreatePersonProcedure, p)
		w.ask(t, w.a.rep, customerv1connect.CustomerServiceGetCustomerProcedure, &customerv1.GetCustomerRequest{Id: n})
		w.post(t, w.a.rep, customerv1connect.CustomerServiceCreateFileProcedure, asJSON, []byte(`{"storeId": `+n+`, "fields": {"number": "`+n+`", "sex": "`+n+`"}}`))
		w.post(t, w.a.rep, customerv1connect.CustomerServiceCreateFileProcedure, asProto, []byte("\x1a\x80"+n))
	}
	file := w.newFile(t, w.a)
	f := w.fields(w.a)
	f.Number = numberTwo // on file already
	w.ask(t, w.a.rep, customerv1connect.CustomerServiceUpdateFileProcedure, &customerv1.UpdateFileRequest{Id: file.Row.Id, Version: file.Version, Fields: f})
	f.Number = w.number()
	w.ask(t, w.a.rep, customerv1connect.CustomerServiceUpdateFileProcedure, &customerv1.UpdateFileRequest{Id: file.Row.Id, Version: file.Version, Fields: f})
}

// brokenly calls everything while the database refuses rows, whose values its
// errors then tell, and while what is stored can't be read.
func (w *world) brokenly(t *testing.T) {
	t.Helper()
	// A method in so many is called at a time: of other services each, so that no
	// call uses up what another's request is about.
	const apart = 32
	all := func(why string) {
		before := strings.Count(w.logs.String(), `"code":"internal"`)
		for first := range apart {
			calls := []func() answer{}
			for i, m := range methods(t) {
				if i%apart != first || m.signs || m.name() == "changke.staff.v1.StaffService.CreatePerson" {
					continue // hashing takes its time
				}
				// The request is made of what is well: only the call meets the damage.
				req, who := m.build(t, w, w.a), w.asIs(t, m.by(w.a), false)
				calls = append(calls, func() answer { return w.ask(t, who, m.procedure(), req) })
			}
			w.exec(t, why)
			for _, call := range calls {
				a := call()
				require.NotContains(t, string(a.body), "SQLSTATE", a)
			}
			w.exec(t, undo[why])
		}
		require.Greater(t, strings.Count(w.logs.String(), `"code":"internal"`), before, "%s broke nothing", why)
	}
	for why := range undo {
		all(why)
	}
}

// undo is damage, and how it is mended. Damages of a kind are done together where calls
// that meet one seldom meet the other: a call tells of the first.
var undo = map[string]string{
	"ALTER TABLE guest ADD CONSTRAINT boom CHECK (name = '') NOT VALID; ALTER TABLE booking ADD CONSTRAINT boom CHECK (guest_name = '-') NOT VALID": "ALTER TABLE guest DROP CONSTRAINT boom; ALTER TABLE booking DROP CONSTRAINT boom",
	"ALTER TABLE message ADD CONSTRAINT boom CHECK (state = '-') NOT VALID":                                                                         "ALTER TABLE message DROP CONSTRAINT boom",
	"ALTER TABLE bill_head RENAME TO lost; ALTER TABLE guest_visits RENAME TO gone; ALTER TABLE guest RENAME number_box TO away":                    "ALTER TABLE lost RENAME TO bill_head; ALTER TABLE gone RENAME TO guest_visits; ALTER TABLE guest RENAME away TO number_box",
	"UPDATE guest SET number_box = '\\x00' || number_box; UPDATE person SET number_box = '\\x00' || number_box":                                     "UPDATE guest SET number_box = substr(number_box, 2); UPDATE person SET number_box = substr(number_box, 2)",
	"UPDATE file_revision SET fields_box = '\\xffff' || fields_box":                                                                                 "UPDATE file_revision SET fields_box = substr(fields_box, 3) WHERE substr(fields_box, 1, 2) = '\\xffff'",
}

// tellingProvider fails and tells the number, as providers do.
type tellingProvider struct{ calls int }

func (p *tellingProvider) Send(_ context.Context, m messageapp.Outgoing) error {
	p.calls++
	return errors.New("MOBILE_NUMBER_ILLEGAL: " + m.Number.E164() + " / " + m.Number.Local())
}

// jobsThatFail works the queue while sending fails and the day's run can't be
// written.
func (w *world) jobsThatFail(t *testing.T, p *tellingProvider) {
	t.Helper()
	w.newBooking(t, w.a)
	w.clock.set(noon.Add(24 * time.Hour))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	require.NoError(t, w.prod.ownership.Plan(ctx, w.clock.Now()))
	w.exec(t, "ALTER TABLE decision ADD CONSTRAINT boom CHECK (rule = '') NOT VALID")
	w.exec(t, "ALTER TABLE run_chunk ADD CONSTRAINT boom CHECK (examined < 0) NOT VALID")
	require.NoError(t, w.prod.jobs.Start(ctx))
	require.Eventually(t, func() bool {
		errs := w.texts(t, "SELECT DISTINCT kind FROM river.river_job WHERE cardinality(errors) > 0")
		return len(errs) == 2
	}, 15*time.Second, 50*time.Millisecond, "both kinds of jobs fail")
	require.NoError(t, w.prod.jobs.Stop(context.WithoutCancel(ctx)))
	require.Positive(t, p.calls)
	w.exec(t, "ALTER TABLE decision DROP CONSTRAINT boom")
	w.exec(t, "ALTER TABLE run_chunk DROP CONSTRAINT boom")
}
