package auditdb

import (
	"context"
	"strings"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
)

// List asks for lines, newest first. The statement is put together from pieces,
// because reach and filters really combine: each way in walks one index from
// its end and stops after Limit lines. The pieces are constants, values are
// parameters.
type List struct {
	Tenant kernel.TenantID
	All    bool             // the whole chain; else only lines of Stores
	Stores []kernel.StoreID // also the filter by store

	Person   *kernel.UUID // who did it, or in whose name it was done
	Topic    string
	Object   string
	ObjectID string // with Object
	From     kernel.UUID
	Before   kernel.UUID // not included; zero: the newest
	Limit    int
}

// Listed is a line of a list.
type Listed struct {
	audit.Line
	Sealed bool
}

const listColumns = "l.line_id, l.at, l.actor_kind, l.actor_id, l.actor_name, l.for_person, l.topic, l.action, l.object, l.object_id, l.store_id, l.address, l.session_id, l.request_id, l.changes"

// SQL gives the statement and its parameters; empty: nothing is in reach.
func (l List) SQL() (string, db.Args) {
	if !l.All && len(l.Stores) == 0 {
		return "", nil
	}
	var s db.Args
	tenant, tail := s.Add(l.Tenant), " ORDER BY l.line_id DESC LIMIT "+s.Add(l.Limit)
	lines := strings.Join(l.arms(&s, tenant, tail), " UNION ALL ")
	return "SELECT l.*, NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.tenant_id = " + tenant + " AND u.line_id = l.line_id) AS sealed FROM (" + lines + ") l" + tail, s
}

// CountSQL counts the lines, up to most.
func (l List) CountSQL(most int) (string, db.Args) {
	if !l.All && len(l.Stores) == 0 {
		return "", nil
	}
	var s db.Args
	lines := strings.Join(l.arms(&s, s.Add(l.Tenant), ""), " UNION ALL ")
	return "SELECT count(*) FROM (SELECT FROM (" + lines + ") l LIMIT " + s.Add(most) + ") n", s
}

// arms are the ways in, of which no two give the same line.
func (l List) arms(s *db.Args, tenant, tail string) []string {
	where := " WHERE l.tenant_id = " + tenant + " AND l.line_id >= " + s.Add(l.From)
	if !l.Before.IsZero() {
		where += " AND l.line_id < " + s.Add(l.Before)
	}
	if l.Topic != "" {
		where += " AND l.topic = " + s.Add(l.Topic)
	}
	if l.Object != "" {
		where += " AND l.object = " + s.Add(l.Object) + " AND l.object_id = " + s.Add(l.ObjectID)
	}
	from := "SELECT " + listColumns + " FROM audit_line l"
	if l.Person == nil && l.Object == "" && !l.All {
		return []string{"(SELECT x.* FROM unnest(" + s.Add(l.Stores) + "::uuid[]) s(id) CROSS JOIN LATERAL (" + from + where + " AND l.store_id = s.id" + tail + ") x)"}
	}
	if !l.All {
		where += " AND l.store_id = ANY (" + s.Add(l.Stores) + "::uuid[])"
	}
	if l.Person == nil {
		return []string{"(" + from + where + tail + ")"}
	}
	person := s.Add(*l.Person)
	return []string{
		"(" + from + where + " AND l.actor_id = " + person + tail + ")",
		"(" + from + where + " AND l.for_person = " + person + " AND l.actor_id IS DISTINCT FROM " + person + tail + ")",
	}
}

type listRow struct {
	LinesOfRow
	Sealed bool
}

// Page runs the statement.
func (l List) Page(ctx context.Context, q DBTX) ([]Listed, error) {
	sql, args := l.SQL()
	found, err := db.Rows[listRow](ctx, q, sql, args)
	out := make([]Listed, len(found))
	for i, r := range found {
		out[i] = Listed{r.Line(), r.Sealed}
	}
	return out, err
}

// Count counts the lines, up to most.
func (l List) Count(ctx context.Context, q DBTX, most int) (n int64, err error) {
	sql, args := l.CountSQL(most)
	if sql != "" {
		err = q.QueryRow(ctx, sql, args...).Scan(&n)
	}
	return n, err
}
