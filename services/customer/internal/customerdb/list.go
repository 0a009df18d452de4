package customerdb

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// List asks for a page of files. This is the one statement that is put together
// from pieces, because path, reach and filter really combine: five ways to
// find, three reaches, two filters. Every combination is an index range that
// ends after Limit rows; the pieces are constants, values are parameters.
type List struct {
	Tenant    kernel.TenantID
	Search    customer.Search
	NumberKey []byte // with SearchNumber

	// The reach: the union of these. None of them: no rows.
	All    bool             // the whole chain
	Stores []kernel.StoreID // everything in these stores
	Own    *Own             // one person's own

	Public bool // only approved files without owner
	After  *Cursor
	Limit  int
}

// Own is a person's own files: of some candidates those that are, in fact,
// owned by or, never approved, written by the person.
type Own struct {
	Person kernel.PersonID
	Files  []kernel.FileID  // candidates, each once
	Stores []kernel.StoreID // where own files are reached; nil: everywhere
	Drafts bool             // only files in writing
	Back   bool             // only those of them that came back with reasons
	Begun  *time.Time       // only those of them never approved whose clock began before it (DEL-02)
	// BySearch walks the range of the search in Stores instead of looking at
	// Files one by one: it ends after a page, or where the text ends to fit.
	BySearch bool
}

// Cursor is the last row of a page in the order of its path.
type Cursor struct {
	Key  string // value of the path's column; empty for the order by file
	File kernel.FileID
}

// pathOf is the column that is searched and sorted by; empty: newest file first.
func pathOf(k customer.SearchKind) string {
	switch k {
	case customer.SearchLast, customer.SearchNumber:
		return "last4_rev"
	case customer.SearchName:
		return "name"
	case customer.SearchInitials:
		return "initials"
	default:
		return ""
	}
}

const listColumns = `g.file_id, g.store_id, g.name, g.sex, g.number_box, g.state, g.owner_id, g.owned_since, g.approved_on, g.imported, g.writer_id, g.editor_id, g.version`

// statement collects the text and its parameters.
type statement struct {
	text strings.Builder
	args []any
}

func (s *statement) arg(v any) string {
	s.args = append(s.args, v)
	return fmt.Sprintf("$%d", len(s.args))
}

func (s *statement) add(parts ...string) {
	for _, p := range parts {
		s.text.WriteString(p)
	}
}

// SQL gives the statement and its parameters; empty: nothing is in reach.
func (l List) SQL() (string, []any) {
	s := &statement{}
	tenant, limit, path := s.arg(l.Tenant), s.arg(l.Limit), pathOf(l.Search.Kind)
	columns, tail, merge := listColumns+", ''::text AS key", " ORDER BY g.file_id DESC LIMIT "+limit, " ORDER BY m.file_id DESC LIMIT "+limit
	if path != "" {
		columns = listColumns + ", g." + path + " AS key"
		tail, merge = " ORDER BY g."+path+", g.file_id LIMIT "+limit, " ORDER BY m.key, m.file_id LIMIT "+limit
	}
	filter := l.filter(s, path)

	s.add("SELECT m.* FROM (")
	arms := 0
	arm := func(parts ...string) {
		if arms > 0 {
			s.add(" UNION ALL ")
		}
		arms++
		s.add("(")
		s.add(parts...)
		s.add(")")
	}
	switch {
	case l.All:
		arm("SELECT ", columns, " FROM guest g WHERE g.tenant_id = ", tenant, filter, tail)
	case len(l.Stores) > 0:
		arm("SELECT x.* FROM unnest(", s.arg(l.Stores), "::uuid[]) s(id) CROSS JOIN LATERAL (SELECT ", columns, " FROM guest g WHERE g.tenant_id = ", tenant,
			" AND g.store_id = s.id", filter, tail, ") x")
	}
	if o := l.Own; o != nil && !l.All {
		own := " AND (g.owner_id = " + s.arg(o.Person) + " OR g.approved_on IS NULL AND g.writer_id = " + s.arg(o.Person) + " OR g.editor_id = " + s.arg(o.Person) + ")"
		if len(l.Stores) > 0 { // the other arm has these
			own += " AND g.store_id <> ALL(" + s.arg(l.Stores) + "::uuid[])"
		}
		if o.Drafts {
			own += " AND g.state IN ('draft', 'stage1', 'stage2', 'rejected')"
		}
		if o.Back {
			own += " AND g.state = 'rejected'"
		}
		if o.Begun != nil {
			own += " AND g.approved_on IS NULL AND coalesce(g.clock_at, g.created_at) < " + s.arg(*o.Begun)
		}
		switch {
		case o.BySearch:
			arm("SELECT x.* FROM unnest(", s.arg(o.Stores), "::uuid[]) s(id) CROSS JOIN LATERAL (SELECT ", columns, " FROM guest g WHERE g.tenant_id = ", tenant,
				" AND g.store_id = s.id", own, filter, tail, ") x")
		default:
			if o.Stores != nil {
				own += " AND g.store_id = ANY(" + s.arg(o.Stores) + "::uuid[])"
			}
			// LIMIT 1 keeps the planner from walking a whole index for a few known files.
			arm("SELECT x.* FROM unnest(", s.arg(o.Files), "::uuid[]) f(id) CROSS JOIN LATERAL (SELECT ", columns, " FROM guest g WHERE g.tenant_id = ", tenant,
				" AND g.file_id = f.id", own, filter, " LIMIT 1) x")
		}
	}
	if arms == 0 {
		return "", nil
	}
	s.add(") m", merge)
	return s.text.String(), s.args
}

// filter is what holds for every arm: the path's range, where the page begins,
// and the scope.
func (l List) filter(s *statement, path string) string {
	f := ""
	switch l.Search.Kind {
	case customer.SearchNone:
	case customer.SearchNumber:
		f = " AND g.last4_rev = " + s.arg(l.Search.Number.Last4Reversed()) + " AND g.number_key = " + s.arg(l.NumberKey)
	case customer.SearchLast, customer.SearchName, customer.SearchInitials:
		f = " AND g." + path + " >= " + s.arg(l.Search.From) + " AND g." + path + " < " + s.arg(l.Search.To)
	}
	if l.After != nil {
		if path == "" {
			f += " AND g.file_id < " + s.arg(l.After.File)
		} else {
			f += " AND (g." + path + ", g.file_id) > (" + s.arg(l.After.Key) + ", " + s.arg(l.After.File) + ")"
		}
	}
	f += " AND g.state <> 'deleted'"
	if l.Public {
		f += " AND g.approved_on IS NOT NULL AND g.owner_id IS NULL"
	}
	return f
}

type listRow struct {
	RowsRow
	Key string
}

// Page runs the statement.
func (l List) Page(ctx context.Context, db DBTX) ([]Guest, error) {
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
	out := make([]Guest, len(found))
	for i, r := range found {
		out[i] = r.Guest()
		out[i].Key = r.Key
	}
	return out, nil
}
