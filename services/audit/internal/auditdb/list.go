package auditdb

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/kernel"
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

type statement struct{ args []any }

func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

// SQL gives the statement and its parameters; empty: nothing is in reach.
func (l List) SQL() (string, []any) {
	if !l.All && len(l.Stores) == 0 {
		return "", nil
	}
	s := &statement{}
	tenant, tail := s.arg(l.Tenant), " ORDER BY l.line_id DESC LIMIT "+s.arg(l.Limit)
	lines := strings.Join(l.arms(s, tenant, tail), " UNION ALL ")
	return "SELECT l.*, NOT EXISTS (SELECT FROM audit_unsealed u WHERE u.tenant_id = " + tenant + " AND u.line_id = l.line_id) AS sealed FROM (" + lines + ") l" + tail, s.args
}

// CountSQL counts the lines, up to most.
func (l List) CountSQL(most int) (string, []any) {
	if !l.All && len(l.Stores) == 0 {
		return "", nil
	}
	s := &statement{}
	lines := strings.Join(l.arms(s, s.arg(l.Tenant), ""), " UNION ALL ")
	return "SELECT count(*) FROM (SELECT FROM (" + lines + ") l LIMIT " + s.arg(most) + ") n", s.args
}

// arms are the ways in, of which no two give the same line.
func (l List) arms(s *statement, tenant, tail string) []string {
	where := " WHERE l.tenant_id = " + tenant + " AND l.line_id >= " + s.arg(l.From)
	if !l.Before.IsZero() {
		where += " AND l.line_id < " + s.arg(l.Before)
	}
	if l.Topic != "" {
		where += " AND l.topic = " + s.arg(l.Topic)
	}
	if l.Object != "" {
		where += " AND l.object = " + s.arg(l.Object) + " AND l.object_id = " + s.arg(l.ObjectID)
	}
	from := "SELECT " + listColumns + " FROM audit_line l"
	if l.Person == nil && l.Object == "" && !l.All {
		return []string{"(SELECT x.* FROM unnest(" + s.arg(l.Stores) + "::uuid[]) s(id) CROSS JOIN LATERAL (" + from + where + " AND l.store_id = s.id" + tail + ") x)"}
	}
	if !l.All {
		where += " AND l.store_id = ANY (" + s.arg(l.Stores) + "::uuid[])"
	}
	if l.Person == nil {
		return []string{"(" + from + where + tail + ")"}
	}
	person := s.arg(*l.Person)
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
func (l List) Page(ctx context.Context, db DBTX) ([]Listed, error) {
	sql, args := l.SQL()
	if sql == "" {
		return nil, nil
	}
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[listRow])
	if err != nil {
		return nil, err
	}
	out := make([]Listed, len(found))
	for i, r := range found {
		out[i] = Listed{r.Line(), r.Sealed}
	}
	return out, nil
}

// Count counts the lines, up to most.
func (l List) Count(ctx context.Context, db DBTX, most int) (n int64, err error) {
	sql, args := l.CountSQL(most)
	if sql != "" {
		err = db.QueryRow(ctx, sql, args...).Scan(&n)
	}
	return n, err
}
