package auditapp

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	trail "github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/authz"
)

// people of the world: who acts, and for whom.
var (
	wang, li = kernel.NewID[kernel.PersonID](noon), kernel.NewID[kernel.PersonID](noon)
	s01, s02 = kernel.NewID[kernel.StoreID](noon), kernel.NewID[kernel.StoreID](noon)
	file     = kernel.NewID[kernel.FileID](noon)
)

// reader is somebody who reads the log of some stores, or of the whole chain.
func (w *world) reader(stores ...kernel.StoreID) kernel.Grant {
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: w.a, Person: wang, Assignments: []kernel.Assignment{{Role: "r", TenantWide: len(stores) == 0, Stores: stores}}}
	return kernel.NewGrant(actor, "audit.read", func(string) kernel.Reach { return kernel.ReachWhere })
}

// by writes a line as a person, maybe in somebody's name.
func (w *world) by(t *testing.T, person kernel.PersonID, holder *kernel.PersonID, e trail.Entry) {
	t.Helper()
	w.now = w.now.Add(time.Minute)
	ctx := trail.As(t.Context(), &kernel.Actor{Kind: kernel.ActorPerson, Tenant: w.a, Person: person})
	require.NoError(t, w.DB.InTenant(ctx, w.a, func(tx pgx.Tx) error { return trail.WriteTx(ctx, tx, w.a, w.now, e) }))
	if holder != nil {
		w.exec(t, "UPDATE audit_line SET for_person = $1 WHERE line_id = (SELECT max(line_id::text)::uuid FROM audit_line)", *holder)
	}
}

func newReaders(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	rights := []authz.Policy{}
	w.Tables = authz.NewTables(func(context.Context, kernel.TenantID) ([]authz.Policy, int64, error) { return rights, 0, nil })
	for i, s := range []kernel.StoreID{s01, s02} {
		w.exec(t, "INSERT INTO store (tenant_id, store_id, code, name, created_at) VALUES ($1, $2, $3, $4, $5)", w.a, s, []string{"S01", "S02"}[i], []string{"友谊店", "高新店"}[i], noon)
	}
	for i, p := range []kernel.PersonID{wang, li} {
		w.exec(t, "INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) VALUES ($1, $2, $3, $4, '2025-01-01', $5)", w.a, p, []string{"E1", "E2"}[i], []string{"=王芳", "李强"}[i], noon)
	}
	w.exec(t, "INSERT INTO role (tenant_id, code, name) VALUES ($1, 'service_rep', '客服代表')", w.a)
	w.by(t, wang, &li, trail.Entry{Action: "customer.approved", Object: "customer", ObjectID: file.String(), Store: s01, Changes: []trail.Change{{Field: "state", Before: "submitted", After: "approved"}, {Field: "birthday", Before: "fp:aa", After: "fp:bb"}}})
	w.by(t, li, nil, trail.Entry{Action: "customer.viewed", Object: "customer", ObjectID: file.String(), Store: s01, Topic: trail.TopicView})
	w.by(t, li, nil, trail.Entry{Action: "booking.created", Object: "booking", ObjectID: "b", Store: s02})
	w.by(t, wang, nil, trail.Entry{Action: "person.assigned", Object: "person", ObjectID: li.String(), Changes: []trail.Change{{Field: "role", After: "service_rep"}, {Field: "stores", After: s01.String() + " " + s02.String()}, {Field: "store:" + s01.String() + ":x", After: "1"}}})
	w.write(t, w.b, changed("x", "", "other chain"))
	return w
}

func actions(lines []Line) (out []string) {
	for _, l := range lines {
		out = append(out, l.Action)
	}
	return out
}

// TestLines: reach, filters and pages (ROL-02).
func TestLines(t *testing.T) {
	t.Parallel()
	w := newReaders(t)
	ctx := t.Context()
	all := []string{"person.assigned", "booking.created", "customer.viewed", "customer.approved"}
	wangID, second := kernel.UUID(wang), noon.Add(2*time.Minute)
	for name, c := range map[string]struct {
		grant  kernel.Grant
		filter Filter
		want   []string
	}{
		"all":                      {w.reader(), Filter{}, all},
		"a store's reader":         {w.reader(s01), Filter{}, all[2:]},
		"two stores'":              {w.reader(s01, s02), Filter{}, all[1:]},
		"another store's":          {w.reader(kernel.NewID[kernel.StoreID](noon)), Filter{}, nil},
		"a store":                  {w.reader(), Filter{Store: &s02}, all[1:2]},
		"a store out of reach":     {w.reader(s01), Filter{Store: &s02}, nil},
		"who and for whom":         {w.reader(), Filter{Person: new(kernel.UUID(li))}, all[1:]},
		"who, in reach":            {w.reader(s01), Filter{Person: &wangID}, all[3:]},
		"a topic":                  {w.reader(), Filter{Topic: "view"}, all[2:3]},
		"an object":                {w.reader(), Filter{Object: "customer", ObjectID: file.String()}, all[2:]},
		"an object out of reach":   {w.reader(s02), Filter{Object: "customer", ObjectID: file.String()}, nil},
		"from a moment":            {w.reader(), Filter{From: second}, all[:3]},
		"until a moment":           {w.reader(), Filter{Until: second}, all[3:]},
		"from, until, who, object": {w.reader(), Filter{From: noon, Until: second, Person: &wangID, Object: "customer", ObjectID: file.String()}, all[3:]},
	} {
		lines, next, err := w.Lines(ctx, c.grant, c.filter, 10, "")
		require.NoError(t, err, name)
		require.Equal(t, c.want, actions(lines), name)
		require.Empty(t, next, name)
	}
	var paged []string
	token := ""
	for more := true; more; more = token != "" {
		lines, next, err := w.Lines(ctx, w.reader(), Filter{}, 1, token)
		require.NoError(t, err)
		paged, token = append(paged, actions(lines)...), next
	}
	require.Equal(t, all, paged)
	_, _, err := w.Lines(ctx, w.reader(), Filter{Object: "customer"}, 10, "")
	require.ErrorContains(t, err, "invalid_field")
	_, _, err = w.Lines(ctx, w.reader(), Filter{}, 10, "forged")
	require.ErrorContains(t, err, "invalid_field")
}

// TestNames: ids read as what they are called today; guests' names are for who
// may read guests.
func TestNames(t *testing.T) {
	t.Parallel()
	w := newReaders(t)
	lines, _, err := w.Lines(t.Context(), w.reader(), Filter{}, 10, "")
	require.NoError(t, err)
	approved, assigned := lines[3], lines[0]
	require.Equal(t, []string{"=王芳", "李强", "友谊店", ""}, []string{approved.ActorName, approved.ForName, approved.StoreName, approved.ObjectName})
	require.Equal(t, "已通过", approved.Changes[0].After.ZH)
	require.Contains(t, approved.Changes[1].After.ZH, "指纹 bb")
	require.Equal(t, []string{"李强", "客服代表", "友谊店、高新店", "友谊店 规则 x"}, []string{assigned.ObjectName, assigned.Changes[0].After.ZH, assigned.Changes[1].After.ZH, assigned.Changes[2].Text.ZH})
	require.False(t, approved.Sealed)
	w.seal(t)
	w.by(t, li, nil, trail.Entry{Action: "booking.created", Object: "booking", ObjectID: "b", Store: s02})
	lines, _, err = w.Lines(t.Context(), w.reader(), Filter{}, 10, "")
	require.NoError(t, err)
	require.Equal(t, []bool{false, true}, []bool{lines[0].Sealed, lines[1].Sealed})
}

// TestExport: pages one behind the other are one file, which no spreadsheet runs.
func TestExport(t *testing.T) {
	t.Parallel()
	w := newReaders(t)
	p, err := w.Export(t.Context(), w.reader(), Filter{}, false, "")
	require.NoError(t, err)
	require.Equal(t, []any{4, int64(4), ""}, []any{p.Rows, p.Total, p.Next})
	text, marked := strings.CutPrefix(string(p.Data), "\ufeff")
	require.True(t, marked)
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 5)
	require.Equal(t, []string{"2026-03-10 12:01:00", "'=王芳", "李强", "审核通过了客户档案"}, rows[4][:4])
	require.Contains(t, rows[4][7], "状态：待审核 → 已通过")

	p, err = w.Export(t.Context(), w.reader(s02), Filter{}, true, "")
	require.NoError(t, err)
	var line map[string]any
	require.NoError(t, json.Unmarshal(p.Data, &line))
	require.Equal(t, []any{"booking.created", "高新店", false}, []any{line["action"], line["store_name"], line["sealed"]})
	for _, c := range []struct{ in, want string }{{"=1+1", "'=1+1"}, {"@SUM", "'@SUM"}, {"-1", "'-1"}, {"\t=1", "'\t=1"}, {"10.0.0.1", "10.0.0.1"}, {"", ""}} {
		require.Equal(t, c.want, plain(c.in))
	}
}
