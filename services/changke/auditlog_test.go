package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	reportv1 "github.com/changke/changke/gen/go/changke/report/v1"
	"github.com/changke/changke/gen/go/changke/report/v1/reportv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/kernel"
	platformaudit "github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant/tenantapp"
)

// unaudited are methods that change something and leave no line, and why.
var unaudited = map[string]string{
	"changke.visit.v1.BillService.RecordBills": "a bill's revisions are append-only facts that say when and from which till they came; a line for each of a store's bills would tell nothing more",
}

// linesOf are methods that leave another number of lines than one.
var linesOf = map[string]int{
	"changke.operator.v1.OperatorAuthService.LoginOperator": 0, // the operators' own log
	"changke.operator.v1.OperatorAuthService.Activate":      0,
	"changke.customer.v1.ConflictService.OpenConflict":      2, // the case and the draft that waits for it
	"changke.staff.v1.StaffService.RotateApiKey":            2, // the new key's and the old one's: each is found by its own
}

// auditLine is what the tests look at of a line.
type auditLine struct{ Action, Topic, Text string }

func (w *world) auditLines(t testing.TB) (out []auditLine) {
	w.rows(t, "SELECT action, topic, l::text FROM audit_line l ORDER BY line_id", func(scan func(...any)) {
		var l auditLine
		scan(&l.Action, &l.Topic, &l.Text)
		out = append(out, l)
	})
	return out
}

// TestEveryActLeavesALine calls every method well. One whose option says audit
// leaves exactly its line, under a name that has words; any other leaves none
// and changes nothing, but those that say why.
func TestEveryActLeavesALine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var wordless []string
	for _, m := range methods(t) {
		if m.rule.GetOperator() {
			continue // the operators' own log, in their schema
		}
		req, who := m.build(t, w, w.a), w.asIs(t, m.by(w.a), m.signs)
		before, began := w.auditLines(t), w.moment(t)
		a := w.ask(t, who, m.procedure(), req)
		if slices.Contains(m.ends, a.reason) {
			continue
		}
		require.Equal(t, "ok", a.code, "%s: %s", m.name(), a)
		seen := map[string]bool{}
		for _, l := range before {
			seen[l.Text] = true
		}
		left := slices.DeleteFunc(w.auditLines(t), func(l auditLine) bool { return seen[l.Text] })
		want := 0
		if m.rule.GetAudit() {
			want = 1
			if n, ok := linesOf[m.name()]; ok {
				want = n
			}
		} else if wrote := w.wrote(t, began, w.a.id); len(wrote) > 0 {
			require.Contains(t, unaudited, m.name(), "changes %v: its option must say audit", wrote)
		}
		if len(left) != want {
			t.Errorf("%s leaves %d lines, not %d: %+v", m.name(), len(left), want, left)
		}
		for _, l := range left {
			if audit.ActionText(l.Action).ZH == l.Action {
				wordless = append(wordless, l.Action+" of "+m.name())
			}
			if !slices.ContainsFunc(audit.Topics, func(t audit.Topic) bool { return t.Code == l.Topic }) {
				t.Errorf("nobody can filter by the topic %q of %s", l.Topic, l.Action)
			}
		}
	}
	require.Empty(t, wordless, "say in services/audit/words.go how these read")
	for name, why := range unaudited {
		require.NotEmpty(t, why)
		require.Contains(t, samples, name)
	}
}

// aDate is a birthday as people and machines write it.
var aDate = regexp.MustCompile(`(?:19|20)\d\d-?\d\d-?\d\d`)

var aFingerprint = regexp.MustCompile(`fp:[0-9a-f]{12}`)

// contents opens every revision of every file: the fields by their names.
func (w *world) contents(t *testing.T) (out []map[string]any) {
	t.Helper()
	w.rows(t, "SELECT tenant_id, revision_id, fields_box FROM file_revision", func(scan func(...any)) {
		var tenant kernel.TenantID
		var revision kernel.UUID
		var box []byte
		scan(&tenant, &revision, &box)
		keys, err := w.prod.tenants.Keys(t.Context(), tenant)
		require.NoError(t, err)
		raw, err := keys.OpenBytes(box, "file_revision", revision)
		require.NoError(t, err)
		fields := map[string]any{}
		require.NoError(t, json.Unmarshal(raw, &fields))
		out = append(out, fields)
	})
	return out
}

// auditIsSecret looks at every line there is: of what somebody wrote into a file
// no line holds a word.
func (w *world) auditIsSecret(t *testing.T) {
	t.Helper()
	lines := w.auditLines(t)
	require.Greater(t, len(lines), 100, "nothing to look at")
	var secrets []string
	secrets = append(secrets, w.texts(t, "SELECT DISTINCT name FROM guest UNION SELECT name FROM person UNION SELECT guest_name FROM booking WHERE guest_name <> ''")...)
	for _, fields := range w.contents(t) {
		for name, v := range fields {
			if s, ok := v.(string); ok && s != "" && name != "name" {
				secrets = append(secrets, s)
			}
		}
		secrets = append(secrets, birthdayTexts(fields)...)
	}
	slices.Sort(secrets)
	secrets = slices.Compact(secrets)
	require.Contains(t, secrets, "1985-06-01", "birthdays are looked for")
	for _, l := range lines {
		for _, s := range secrets {
			if len([]rune(s)) > 1 && strings.Contains(l.Text, s) {
				t.Errorf("a line of the log of acts holds %q: %s", s, l.Text)
			}
		}
		if strings.HasPrefix(l.Action, "customer.") && l.Action != "customer.listed" {
			_, changes, _ := strings.Cut(l.Text, "[{")
			require.NotRegexp(t, aDate, uuids.ReplaceAllString(aFingerprint.ReplaceAllString(changes, ""), ""), l.Text)
		}
	}
}

// TestSealedByJobs: however often it is handed out, each chain has one job; it
// seals what waits, also after a night without any process, and the day's check
// finds that everything holds.
func TestSealedByJobs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	waiting := func() int { return len(w.texts(t, "SELECT line_id::text FROM audit_unsealed")) }
	require.Positive(t, waiting())
	for range 3 {
		require.NoError(t, w.prod.audits.Hand(ctx))
	}
	require.Len(t, w.texts(t, "SELECT args::text FROM river.river_job WHERE kind = 'audit_seal'"), 2, "one for each chain")
	require.NoError(t, w.prod.jobs.Start(ctx))
	t.Cleanup(func() { _ = w.prod.jobs.Stop(context.WithoutCancel(ctx)) })
	require.Eventually(t, func() bool { return waiting() == 0 }, 15*time.Second, 20*time.Millisecond)
	require.Eventually(t, func() bool {
		require.NoError(t, w.prod.audits.Hand(ctx)) // the next minute's
		return len(w.texts(t, "SELECT 1::text FROM audit_check WHERE finding = '' AND through_block > 0")) == 2
	}, 15*time.Second, 20*time.Millisecond)

	w.clock.set(noon.Add(36 * time.Hour))
	w.login(t, w.a, "E0001")
	require.Positive(t, waiting())
	require.Eventually(t, func() bool {
		require.NoError(t, w.prod.audits.Hand(ctx))
		return waiting() == 0 && len(w.texts(t, "SELECT 1::text FROM audit_check WHERE checked_at = $1", w.clock.Now())) == 2
	}, 15*time.Second, 20*time.Millisecond)

	var out strings.Builder
	tenants := tenantapp.New(tenantapp.Deps{DB: w.pool, Clock: w.clock, Log: slog.New(w.logs.handler()), Catalogue: catalogue})
	require.NoError(t, verifyCmd{Tenant: "all"}.verify(ctx, &out, tenants, w.prod.audits, nil))
	kept := filepath.Join(t.TempDir(), "anchors")
	require.NoError(t, os.WriteFile(kept, []byte(out.String()), 0o600))
	anchors, err := verifyCmd{Against: kept}.anchors()
	require.NoError(t, err)
	require.Len(t, anchors, 2)
	w.exec(t, "UPDATE audit_line SET address = '10.9.9.9' WHERE line_id = (SELECT line_ids[1] FROM audit_block WHERE tenant_id = $1 AND no = 1)", w.b.id)
	out.Reset()
	require.ErrorIs(t, verifyCmd{Tenant: "all"}.verify(ctx, &out, tenants, w.prod.audits, anchors), errLogBroken)
	require.Regexp(t, `(?m)^alpha: block [2-9]`, out.String())
	require.Regexp(t, `(?m)^beta: BROKEN: block 1, line [0-9a-f-]{36}: changed`, out.String())
}

// TestActsForOthers: a line says whose delegation was used (ROL-05), and nobody's
// where one's own right sufficed.
func TestActsForOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.exec(t, `INSERT INTO delegation (tenant_id, delegation_id, holder_id, delegate_id, permissions, from_at, until_at, created_by, created_at)
		VALUES ($1, $2, $3, $4, '{customer.read}', $5, $6, $3, $5)`, w.a.id, kernel.NewID[kernel.UUID](noon), w.a.people["E0001"], w.a.people["E0002"], noon, noon.Add(time.Hour))
	for guest, want := range map[int]string{0: "", 1: w.a.people["E0001"].String()} { // his own, and the manager's
		_, err := w.customersOf(w.a.rep).GetCustomer(t.Context(), &customerv1.GetCustomerRequest{Id: w.a.file(guest)})
		require.NoError(t, err)
		require.Equal(t, []string{w.a.people["E0002"].String() + " for " + want}, w.texts(t,
			"SELECT actor_id || ' for ' || coalesce(for_person::text, '') FROM audit_line WHERE action = 'customer.viewed' AND object_id = $1", w.a.file(guest)))
	}
}

// TestBoardIsOneView: a board that reads itself anew while it is open is one look
// at what it names; later, or by somebody else, it is another.
func TestBoardIsOneView(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lines := func(action string) int {
		return len(slices.DeleteFunc(w.auditLines(t), func(l auditLine) bool { return l.Action != action }))
	}
	look := func(who *caller) {
		for range 3 {
			require.Equal(t, "ok", w.ask(t, who, reportv1connect.ReportServiceGetTodayProcedure, &reportv1.GetTodayRequest{}).code)
			require.Equal(t, "ok", w.ask(t, who, visitv1connect.BookingServiceListBookingsProcedure, &visitv1.ListBookingsRequest{StoreId: w.a.s01.String()}).code)
		}
	}
	look(w.a.manager)
	require.Equal(t, []int{1, 1}, []int{lines("today.viewed"), lines("booking.board_viewed")})
	look(w.a.rep)
	require.Equal(t, []int{2, 2}, []int{lines("today.viewed"), lines("booking.board_viewed")})
	w.clock.set(noon.Add(platformaudit.ViewLasts + time.Minute))
	look(w.a.manager)
	require.Equal(t, []int{3, 3}, []int{lines("today.viewed"), lines("booking.board_viewed")})
	require.Equal(t, "ok", w.ask(t, w.a.manager, visitv1connect.BookingServiceListBookingsProcedure, &visitv1.ListBookingsRequest{StoreId: w.a.s01.String(), BusinessDate: "2026-02-20"}).code)
	require.Equal(t, 4, lines("booking.board_viewed"), "another day")
}
