package customerdb

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
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

const listColumns = `g.file_id, g.store_id, g.name, g.sex, g.number_box, g.state, g.owner_id, g.owned_since, g.approved_on, g.imported, g.writer_id, g.editor_id, g.version, g.merged_into`

// SQL gives the statement and its parameters; empty: nothing is in reach.
func (l List) SQL() (string, db.Args) {
	var args db.Args
	tenant, limit, path := args.Add(l.Tenant), args.Add(l.Limit), pathOf(l.Search.Kind)
	columns, tail, merge := listColumns+", ''::text AS key", " ORDER BY g.file_id DESC LIMIT "+limit, " ORDER BY m.file_id DESC LIMIT "+limit
	if path != "" {
		columns = listColumns + ", g." + path + " AS key"
		tail, merge = " ORDER BY g."+path+", g.file_id LIMIT "+limit, " ORDER BY m.key, m.file_id LIMIT "+limit
	}
	filter := l.filter(&args, path)

	var arms []string
	arm := func(parts ...string) { arms = append(arms, "("+strings.Join(parts, "")+")") }
	switch {
	case l.All:
		arm("SELECT ", columns, " FROM guest g WHERE g.tenant_id = ", tenant, filter, tail)
	case len(l.Stores) > 0:
		arm("SELECT x.* FROM unnest(", args.Add(l.Stores), "::uuid[]) s(id) CROSS JOIN LATERAL (SELECT ", columns, " FROM guest g WHERE g.tenant_id = ", tenant,
			" AND g.store_id = s.id", filter, tail, ") x")
	}
	if o := l.Own; o != nil && !l.All {
		own := " AND (g.owner_id = " + args.Add(o.Person) + " OR g.approved_on IS NULL AND g.writer_id = " + args.Add(o.Person) + " OR g.editor_id = " + args.Add(o.Person) + ")"
		if len(l.Stores) > 0 { // the other arm has these
			own += " AND g.store_id <> ALL(" + args.Add(l.Stores) + "::uuid[])"
		}
		if o.Drafts {
			own += " AND g.state IN ('draft', 'stage1', 'stage2', 'rejected')"
		}
		if o.Back {
			own += " AND g.state = 'rejected'"
		}
		if o.Begun != nil {
			own += " AND g.approved_on IS NULL AND coalesce(g.clock_at, g.created_at) < " + args.Add(*o.Begun)
		}
		switch {
		case o.BySearch:
			arm("SELECT x.* FROM unnest(", args.Add(o.Stores), "::uuid[]) s(id) CROSS JOIN LATERAL (SELECT ", columns, " FROM guest g WHERE g.tenant_id = ", tenant,
				" AND g.store_id = s.id", own, filter, tail, ") x")
		default:
			if o.Stores != nil {
				own += " AND g.store_id = ANY(" + args.Add(o.Stores) + "::uuid[])"
			}
			// LIMIT 1 keeps the planner from walking a whole index for a few known files.
			arm("SELECT x.* FROM unnest(", args.Add(o.Files), "::uuid[]) f(id) CROSS JOIN LATERAL (SELECT ", columns, " FROM guest g WHERE g.tenant_id = ", tenant,
				" AND g.file_id = f.id", own, filter, " LIMIT 1) x")
		}
	}
	if len(arms) == 0 {
		return "", nil
	}
	return "SELECT m.* FROM (" + strings.Join(arms, " UNION ALL ") + ") m" + merge, args
}

// filter is what holds for every arm: the path's range, where the page begins,
// and the scope.
func (l List) filter(args *db.Args, path string) string {
	f := ""
	switch l.Search.Kind {
	case customer.SearchNone:
	case customer.SearchNumber:
		f = " AND g.last4_rev = " + args.Add(l.Search.Number.Last4Reversed()) + " AND g.number_key = " + args.Add(l.NumberKey)
	case customer.SearchLast, customer.SearchName, customer.SearchInitials:
		f = " AND g." + path + " >= " + args.Add(l.Search.From) + " AND g." + path + " < " + args.Add(l.Search.To)
	}
	if l.After != nil {
		if path == "" {
			f += " AND g.file_id < " + args.Add(l.After.File)
		} else {
			f += " AND (g." + path + ", g.file_id) > (" + args.Add(l.After.Key) + ", " + args.Add(l.After.File) + ")"
		}
	}
	if l.Search.Kind == customer.SearchNone { // a merged file is found by its name and number only: it leads to the survivor
		f += " AND g.state NOT IN ('deleted', 'merged')"
	} else {
		f += " AND g.state <> 'deleted'"
	}
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
func (l List) Page(ctx context.Context, q DBTX) ([]Guest, error) {
	if l.All || l.Own == nil || l.Own.BySearch || l.Search.Kind != customer.SearchNone {
		return l.page(ctx, q)
	}
	// Newest first, so the newest candidates are looked at first: somebody owns a
	// thousand files, a page shows twenty.
	candidates := l.candidates()
	for n := l.Limit; ; n *= 8 {
		looked, own := candidates[:min(n, len(candidates))], *l.Own
		own.Files, l.Own = looked, &own
		found, err := l.page(ctx, q)
		if err != nil || len(looked) == len(candidates) {
			return found, err
		}
		// Among files older than those looked at there may be more of his.
		if len(found) == l.Limit && !older(found[len(found)-1].File, looked[len(looked)-1]) {
			return found, nil
		}
	}
}

// candidates are the own files that may stand on the page, newest first.
func (l List) candidates() []kernel.FileID {
	files := slices.Clone(l.Own.Files)
	slices.SortFunc(files, func(a, b kernel.FileID) int { return bytes.Compare(b[:], a[:]) })
	if l.After != nil {
		files = slices.DeleteFunc(files, func(f kernel.FileID) bool { return !older(f, l.After.File) })
	}
	return files
}

// older says whether a file comes after another in the order of a list.
func older(f, than kernel.FileID) bool { return bytes.Compare(f[:], than[:]) < 0 }

func (l List) page(ctx context.Context, q DBTX) ([]Guest, error) {
	sql, args := l.SQL()
	found, err := db.Rows[listRow](ctx, q, sql, args)
	out := make([]Guest, len(found))
	for i, r := range found {
		out[i] = r.Guest()
		out[i].Key = r.Key
	}
	return out, err
}
