package staffapp

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
	"github.com/changke/changke/services/tenant"
)

// importTable is what the boxes of uploaded lists are bound to.
const importTable = "staff_import"

// rosterKept is how long a list that nobody publishes is kept.
const rosterKept = 7 * 24 * time.Hour

// RosterImport is an uploaded list with its report.
type RosterImport struct {
	ID          kernel.UUID
	FileName    string
	State       string // staged, published, discarded
	Rows        int    // lines with somebody on them
	Fresh       int
	Known       int
	Errors      int
	Findings    []staff.Finding // errors first
	Lines       []staff.RosterLine
	UploadedAt  time.Time
	PublishedAt *time.Time
}

// RosterTemplate is the empty table, as .xlsx, with the stores in reach.
func (a *App) RosterTemplate(ctx context.Context, grant kernel.Grant) ([]byte, error) {
	r, err := a.roster(ctx, grant)
	if err != nil {
		return nil, err
	}
	return template(r)
}

// UploadRoster reads and checks a list and keeps it, boxed, until it is published
// or thrown away, a week at most. One with errors is a draft: its lines are mended
// in place (MendRoster), or another file is uploaded. Faults: those of reading.
func (a *App) UploadRoster(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, fileName string, file []byte) (RosterImport, error) {
	now := a.Clock.Now()
	imp := RosterImport{ID: kernel.NewID[kernel.UUID](now), FileName: plainName(fileName), State: "staged", UploadedAt: now}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return imp, err
	}
	ready, err := a.readRoster(ctx, actor, grant, file)
	if err != nil {
		return imp, err
	}
	box, err := keys.SealBytes(file, importTable, imp.ID)
	if err != nil {
		return imp, err
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if err := a.compare(ctx, q, keys, actor.Tenant, ready, &imp); err != nil {
			return err
		}
		return oneByOne(
			func() error { return q.DiscardOldImports(ctx, actor.Tenant, now.Add(-rosterKept)) },
			func() error {
				return q.InsertStaged(ctx, staffdb.InsertStagedParams{
					TenantID: actor.Tenant, ImportID: imp.ID, FileName: imp.FileName, FileBox: box, Rows: int32(imp.Rows), UploadedBy: &actor.Person, Now: now,
				})
			},
			func() error {
				return audit.WriteTx(ctx, tx, actor.Tenant, now, importLine("import.staff_uploaded", imp.ID, audit.Change{Field: "rows", After: fmt.Sprint(imp.Rows)}))
			},
		)
	})
	return imp, err
}

// StagedRoster gives the newest list that waits to be published, with its report as of now; false: there is none.
func (a *App) StagedRoster(ctx context.Context, actor *kernel.Actor, grant kernel.Grant) (RosterImport, bool, error) {
	row, err := staffdb.New(a.DB.Single(actor.Tenant)).NewestStaged(ctx, actor.Tenant, kernel.UUID(actor.Person), grant.Tenant())
	if errors.Is(err, pgx.ErrNoRows) {
		return RosterImport{}, false, nil
	}
	if err != nil {
		return RosterImport{}, false, err
	}
	imp, err := a.staged(ctx, actor, grant, staffdb.StaffImportRow(row), nil)
	return imp, true, err
}

// PublishRoster enters everybody of a list who is new, all or none. What changed
// since it was uploaded counts; published twice at once, it is published once.
// Faults: import.not_found, import.already_over, import.has_errors.
func (a *App) PublishRoster(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID) (RosterImport, error) {
	row, err := a.importRow(ctx, grant, id)
	if err != nil {
		return RosterImport{}, err
	}
	now := a.Clock.Now()
	imp, err := a.staged(ctx, actor, grant, row, func(tx pgx.Tx, imp *RosterImport, fresh []staff.RosterLine) error {
		q := staffdb.New(tx)
		// Of two who publish at once the second finds its people known, which
		// reads as errors: that it is over comes first.
		if _, err := q.LockStaged(ctx, actor.Tenant, id); errors.Is(err, pgx.ErrNoRows) {
			return staff.ErrImportOver
		} else if err != nil {
			return err
		}
		if imp.Errors > 0 {
			return staff.ErrImportFindings
		}
		n, err := q.EndImport(ctx, staffdb.EndImportParams{State: "published", Added: int32(len(fresh)), PublishedAt: &now, TenantID: actor.Tenant, ImportID: id})
		if err == nil && n == 0 {
			err = staff.ErrImportOver
		}
		if err != nil {
			return err
		}
		people := make([]staff.NewPerson, len(fresh))
		for i, l := range fresh {
			people[i] = staff.NewPerson{
				ID: kernel.NewID[kernel.PersonID](now), StaffNo: l.StaffNo, Name: l.Name, Number: l.Number, EntryOn: l.EntryOn, Posts: []staff.Post{l.Post()}, Import: &id,
			}
		}
		if len(people) > 0 {
			if _, err := a.put(ctx, tx, actor.Tenant, people, nil, now); err != nil {
				return err
			}
		}
		imp.State, imp.PublishedAt = "published", &now
		if err := q.DiscardStaged(ctx, actor.Tenant, kernel.UUID(actor.Person)); err != nil { // earlier tries
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, now, importLine("import.staff_published", id, audit.Change{Field: "people", After: fmt.Sprint(len(people))}))
	})
	return imp, err
}

// DiscardRoster throws a list away. Faults: import.not_found, import.already_over.
func (a *App) DiscardRoster(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID) error {
	if _, err := a.importRow(ctx, grant, id); err != nil {
		return err
	}
	return a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		n, err := q.EndImport(ctx, staffdb.EndImportParams{State: "discarded", TenantID: actor.Tenant, ImportID: id})
		if err == nil && n == 0 {
			err = staff.ErrImportOver
		}
		if err == nil {
			err = q.DiscardStaged(ctx, actor.Tenant, kernel.UUID(actor.Person)) // and earlier tries
		}
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, actor.Tenant, a.Clock.Now(), importLine("import.staff_discarded", id))
	})
}

// importRow finds a list of the caller's own; head office finds everybody's.
func (a *App) importRow(ctx context.Context, grant kernel.Grant, id kernel.UUID) (staffdb.StaffImportRow, error) {
	tenant := grant.Actor().Tenant
	row, err := staffdb.New(a.DB.Single(tenant)).StaffImport(ctx, staffdb.StaffImportParams{TenantID: tenant, ImportID: id, UploadedBy: kernel.UUID(grant.Person()), Everybodys: grant.Tenant()})
	if errors.Is(err, pgx.ErrNoRows) {
		err = staff.ErrNoImport
	}
	if err == nil && row.State != "staged" {
		err = staff.ErrImportOver
	}
	return row, err
}

// staged reads a kept list again and compares it with the chain of now; then,
// in the same transaction, something may be done with those who are new.
func (a *App) staged(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, row staffdb.StaffImportRow, then func(tx pgx.Tx, imp *RosterImport, fresh []staff.RosterLine) error) (imp RosterImport, err error) {
	imp = RosterImport{ID: row.ImportID, FileName: row.FileName, State: row.State, UploadedAt: row.UploadedAt, PublishedAt: row.PublishedAt}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return imp, err
	}
	file, err := keys.OpenBytes(row.FileBox, importTable, row.ImportID)
	if err != nil {
		return imp, err
	}
	ready, err := a.readRoster(ctx, actor, grant, file)
	if err != nil {
		return imp, err
	}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if err := a.compare(ctx, staffdb.New(tx), keys, actor.Tenant, ready, &imp); err != nil || then == nil {
			return err
		}
		fresh := []staff.RosterLine{}
		for _, l := range imp.Lines {
			if !l.Known {
				fresh = append(fresh, l)
			}
		}
		return then(tx, &imp, fresh)
	})
	return imp, err
}

// read is a list that was read: its lines and what is wrong with others.
type read struct {
	lines    []staff.RosterLine
	findings []staff.Finding
	today    kernel.BusinessDate
}

// readRoster reads a list by what the chain has, and checks what the caller may
// give.
func (a *App) readRoster(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, file []byte) (read, error) {
	table, err := readTable(file)
	if err != nil {
		return read{}, err
	}
	r, err := a.roster(ctx, grant)
	if err != nil {
		return read{}, err
	}
	out := read{today: r.Today}
	if out.lines, out.findings, err = r.Read(table); err != nil {
		return read{}, err
	}
	type given struct {
		role  string
		store kernel.StoreID
	}
	asked := map[given]error{}
	for _, l := range out.lines {
		post := l.Post()
		at := given{role: post.Role}
		if l.Store != nil {
			at.store = l.Store.ID
		}
		if _, done := asked[at]; !done {
			asked[at] = a.mayGive(ctx, actor, post, false)
		}
		if asked[at] != nil {
			out.findings = append(out.findings, staff.Finding{Line: l.Line, Column: staff.ColPosition, Value: l.Position.Name, Reason: "您不能在这里安排这个岗位", Mend: "请企业管理员导入这一行"})
		}
	}
	return out, nil
}

// compare holds the lines against who is on the list of staff.
func (a *App) compare(ctx context.Context, q *staffdb.Queries, keys *secret.Keys, id kernel.TenantID, in read, imp *RosterImport) error {
	nos, numbers := []string{}, [][]byte{}
	for _, l := range in.lines {
		if nos = append(nos, l.StaffNo); l.Number != "" {
			numbers = append(numbers, keys.NumberKey(l.Number))
		}
	}
	known, owners := map[string]staffdb.PeopleByNosRow{}, map[string]string{}
	err := errors.Join(
		each(q.PeopleByNos(ctx, id, nos))(func(r staffdb.PeopleByNosRow) { known[r.StaffNo] = r }),
		each(q.EmployedByNumbers(ctx, id, numbers, in.today))(func(r staffdb.EmployedByNumbersRow) {
			owners[string(r.NumberKey)] = r.StaffNo
		}),
	)
	if err != nil {
		return err
	}
	errs, notes := in.findings, []staff.Finding{}
	for i := range in.lines {
		l := &in.lines[i]
		key := ""
		if l.Number != "" {
			key = string(keys.NumberKey(l.Number))
		}
		p, there := known[l.StaffNo]
		switch {
		case there && p.Name != l.Name:
			errs = append(errs, staff.Finding{Line: l.Line, Column: staff.ColNo, Value: l.StaffNo, Reason: "这个工号在系统里是另一个人", Mend: "核对工号和姓名"})
		case there:
			if l.Known = true; p.LeftOn != nil && *p.LeftOn <= in.today {
				notes = append(notes, staff.Finding{Line: l.Line, Reason: "此人已离岗，不会改动", Mend: "复职请在员工页办理", Note: true})
			} else if p.EntryOn != l.EntryOn || key != "" && key != string(p.NumberKey) {
				notes = append(notes, staff.Finding{Line: l.Line, Reason: "与系统里的入职日期或手机号不同，不会改动", Mend: "要改请在员工页修改", Note: true})
			}
		case key != "" && owners[key] != "":
			errs = append(errs, staff.Finding{Line: l.Line, Column: staff.ColPhone, Reason: "手机号已登记在工号 " + owners[key] + " 名下", Mend: "填写本人的手机号，没有就留空"})
		}
		if l.Known {
			imp.Known++
		} else {
			imp.Fresh++
		}
	}
	bad := map[int]bool{}
	for _, f := range errs {
		bad[f.Line] = true
	}
	read := map[int]bool{}
	for _, l := range in.lines {
		read[l.Line] = true
	}
	imp.Rows = len(in.lines)
	for line := range bad {
		if !read[line] {
			imp.Rows++
		}
	}
	imp.Errors, imp.Findings, imp.Lines = len(errs), append(errs, notes...), in.lines
	return nil
}

// roster is what a list is read by: the stores in reach, the chain's posts.
func (a *App) roster(ctx context.Context, grant kernel.Grant) (staff.Roster, error) {
	id := grant.Actor().Tenant
	today, err := a.today(ctx, id)
	if err != nil {
		return staff.Roster{}, err
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return staff.Roster{}, err
	}
	stores = slices.DeleteFunc(slices.Clone(stores), func(s tenant.Store) bool { return !grant.Covers(s.ID, false) })
	positions, err := a.Positions(ctx, id)
	return staff.Roster{
		Stores:    as(stores, func(s tenant.Store) staff.StoreRef { return staff.StoreRef{ID: s.ID, Code: s.Code, Name: s.Name} }),
		Positions: positions, Today: today,
	}, err
}

// importLine is what the log of acts says of a list.
func importLine(action string, id kernel.UUID, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: action, Object: "staff_import", ObjectID: id.String(), Changes: changes}
}

// plainName is a file's name without folders and what cannot be stored.
func plainName(name string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(path.Base(strings.ReplaceAll(name, `\`, "/")), ""), "\x00", "")
}
