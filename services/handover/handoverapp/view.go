package handoverapp

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
)

// View is a case as people see it.
type View struct {
	handover.Handover
	GiverAs, ReceiverAs person
	ByName, ForName     string
	Today               kernel.BusinessDate // in its store
	Moved               int32               // the receiver's by it, and still his
	Approved, Submitted int32
	Messages            int32
	Created             time.Time
}

// Left is how many files the receiver has still to go through.
func (v View) Left() int { return int(v.Moved - v.Approved) }

// person is a member of staff as he stands on a slip.
type person struct {
	name, no string
	left     *kernel.BusinessDate
}

func (a *App) names(ctx context.Context, id kernel.TenantID, people ...kernel.PersonID) (map[kernel.PersonID]person, error) {
	rows, err := a.read(id).PersonNames(ctx, id, handoverdb.UUIDs(people))
	out := make(map[kernel.PersonID]person, len(rows))
	for _, r := range rows {
		out[r.PersonID] = person{r.Name, r.StaffNo, r.LeftOn}
	}
	return out, err
}

// Filter is which cases are listed.
type Filter uint8

// The filters.
const (
	Running   Filter = iota // not ended
	ForOffice               // waiting for head office
	Mine                    // given or received by the caller
	Over                    // ended
	Every
)

func (f Filter) states() (out []string) {
	for _, s := range []handover.State{handover.Requested, handover.Checked, handover.Accepted, handover.Confirmed, handover.Complete, handover.Desk, handover.Ended} {
		office := handover.Handover{State: s}.Turn(0) == handover.HeadOffice
		if f == Every || f == Mine || f == Over && s == handover.Ended || f == Running && s != handover.Ended || f == ForOffice && office {
			out = append(out, string(s))
		}
	}
	return out
}

// List lists cases in reach before a number, newest first; 0: from the newest.
func (a *App) List(ctx context.Context, grant kernel.Grant, now time.Time, store *kernel.StoreID, f Filter, before int32, atMost int) ([]View, error) {
	id, q := grant.Actor().Tenant, a.read(grant.Actor().Tenant)
	if before == 0 {
		before = math.MaxInt32
	}
	var rows []handoverdb.Handover
	switch {
	case f == Mine:
		found, err := q.HandoversOfPerson(ctx, handoverdb.HandoversOfPersonParams{TenantID: id, Before: before, States: f.states(), PersonID: grant.Person(), AtMost: int32(atMost)})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			rows = append(rows, r.Handover)
		}
	case store == nil && grant.Tenant():
		found, err := q.HandoversOfTenant(ctx, handoverdb.HandoversOfTenantParams{TenantID: id, Before: before, States: f.states(), AtMost: int32(atMost)})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			rows = append(rows, r.Handover)
		}
	default:
		where, own := grant.Stores(), grant.OwnIn()
		if store != nil {
			where, own = []kernel.StoreID{}, []kernel.StoreID{}
			if grant.Covers(*store, false) {
				where = append(where, *store)
			} else if grant.Covers(*store, true) {
				own = append(own, *store)
			}
		}
		found, err := q.HandoversOfStores(ctx, handoverdb.HandoversOfStoresParams{
			TenantID: id, Before: before, States: f.states(), StoreIds: handoverdb.UUIDs(where), OwnIds: handoverdb.UUIDs(own), Me: grant.Person(), AtMost: int32(atMost),
		})
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			rows = append(rows, r.Handover)
		}
	}
	return a.views(ctx, id, now, rows)
}

// Get gives one case. Fault: handover.not_found.
func (a *App) Get(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.UUID) (View, error) {
	row, err := a.find(ctx, grant, id)
	if err != nil {
		return View{}, err
	}
	return a.view(ctx, grant.Actor().Tenant, now, row)
}

// Words names cases for the inbox, which says only that something happened with one: a
// port of message.
func (a *App) Words(ctx context.Context, id kernel.TenantID, cases []kernel.UUID) (map[kernel.UUID]kernel.Words, error) {
	rows, err := a.read(id).CasesByID(ctx, id, cases)
	if err != nil {
		return nil, err
	}
	people := []kernel.PersonID{}
	for _, r := range rows {
		people = append(people, r.GiverID, r.ReceiverID)
	}
	names, err := a.names(ctx, id, people...)
	out := make(map[kernel.UUID]kernel.Words, len(rows))
	for _, r := range rows {
		out[r.HandoverID] = r.Handover().Told(names[r.GiverID].name, names[r.ReceiverID].name)
	}
	return out, err
}

// again is a case after a step of the caller's.
func (a *App) again(ctx context.Context, id kernel.TenantID, now time.Time, handoverID kernel.UUID) (View, error) {
	row, err := a.read(id).CaseByID(ctx, id, handoverID)
	if err != nil {
		return View{}, err
	}
	return a.view(ctx, id, now, row)
}

func (a *App) view(ctx context.Context, id kernel.TenantID, now time.Time, row handoverdb.Handover) (View, error) {
	views, err := a.views(ctx, id, now, []handoverdb.Handover{row})
	if err != nil {
		return View{}, err
	}
	return views[0], nil
}

func (a *App) views(ctx context.Context, id kernel.TenantID, now time.Time, rows []handoverdb.Handover) ([]View, error) {
	people, cases := []kernel.PersonID{}, []kernel.UUID{}
	out := make([]View, len(rows))
	for i, r := range rows {
		h := r.Handover()
		out[i] = View{Handover: h, Created: r.CreatedAt}
		people, cases = append(people, h.Giver, h.Receiver, h.By), append(cases, h.ID)
		if h.For != nil {
			people = append(people, *h.For)
		}
	}
	names, err := a.names(ctx, id, people...)
	if err != nil {
		return nil, err
	}
	counts, err := a.read(id).Progress(ctx, id, cases)
	if err != nil {
		return nil, err
	}
	of := make(map[kernel.UUID]handoverdb.ProgressRow, len(counts))
	for _, c := range counts {
		of[c.HandoverID] = c
	}
	stores, err := a.Tenants.Stores(ctx, id)
	if err != nil {
		return nil, err
	}
	today := map[kernel.StoreID]kernel.BusinessDate{}
	for _, s := range stores {
		today[s.ID] = s.BusinessDate(now)
	}
	for i := range out {
		v := &out[i]
		c := of[v.ID]
		v.GiverAs, v.ReceiverAs, v.ByName, v.Today = names[v.Giver], names[v.Receiver], names[v.By].name, today[v.Store]
		v.Moved, v.Approved, v.Submitted, v.Messages = c.Held, c.Approved, c.Submitted, c.Messages
		if v.For != nil {
			v.ForName = names[*v.For].name
		}
	}
	return out, nil
}

// FileState is how a file of a case stands.
type FileState uint8

// The states.
const (
	FileHeld FileState = iota + 1
	FileToCheck
	FileChecking
	FileSubmitted
	FileApproved
	FileGone
)

// FileView is a file of a case as people see it.
type FileView struct {
	File      kernel.FileID
	Row       customer.Row
	Known     bool // the file is still there
	State     FileState
	Since     kernel.BusinessDate
	LastVisit *kernel.BusinessDate
	Message   *message.State
}

// Named reports whether a guest is named in full to a grant: by right in his store, as
// his own, also once a broken case gave him back, or by having part in the case (own).
func (f FileView) Named(names kernel.Grant, own bool) bool {
	return f.Known && (f.Row.Within(names) || names.Covers(f.Row.Store, own && f.State != FileGone))
}

// stateOf tells how a file of a case stands, by the tie it hangs on.
func stateOf(h handover.Handover, r handoverdb.FilesPageRow) FileState {
	switch {
	case !r.Holds, h.State == handover.Ended:
		return FileGone
	case r.TieID == nil && h.State.Holds():
		return FileHeld
	case r.TieID == nil: // another rule was faster than the confirmation
		return FileGone
	}
	switch r.Checking {
	case "":
		return FileToCheck
	case string(customer.Submitted):
		return FileSubmitted
	case string(customer.Approved):
		return FileApproved
	}
	return FileChecking
}

// FilesOf lists the files of a case after one. Fault: handover.not_found.
func (a *App) FilesOf(ctx context.Context, grant kernel.Grant, id kernel.UUID, after kernel.FileID, atMost int) (handover.Handover, []FileView, error) {
	row, err := a.find(ctx, grant, id)
	h := row.Handover()
	if err != nil {
		return h, nil, err
	}
	tenantID := grant.Actor().Tenant
	rows, err := a.read(tenantID).FilesPage(ctx, handoverdb.FilesPageParams{TenantID: tenantID, HandoverID: id, After: after, AtMost: int32(atMost)})
	if err != nil {
		return h, nil, err
	}
	views, err := a.fileViews(ctx, tenantID, h, rows)
	return h, views, err
}

// fileOf is one of them. Fault: handover.file_not_found.
func (a *App) fileOf(ctx context.Context, id kernel.TenantID, h handover.Handover, file kernel.FileID) (FileView, error) {
	row, err := a.read(id).FileOf(ctx, id, h.ID, file)
	if errors.Is(err, pgx.ErrNoRows) {
		return FileView{}, handover.ErrNotInCase
	}
	if err != nil {
		return FileView{}, err
	}
	views, err := a.fileViews(ctx, id, h, []handoverdb.FilesPageRow{handoverdb.FilesPageRow(row)})
	if err != nil {
		return FileView{}, err
	}
	return views[0], nil
}

func (a *App) fileViews(ctx context.Context, id kernel.TenantID, h handover.Handover, rows []handoverdb.FilesPageRow) ([]FileView, error) {
	files, messages := make([]kernel.FileID, len(rows)), []kernel.UUID{}
	for i, r := range rows {
		if files[i] = r.FileID; r.MessageID != nil {
			messages = append(messages, *r.MessageID)
		}
	}
	known, err := a.Files.Rows(ctx, id, files)
	if err != nil {
		return nil, err
	}
	states, err := a.Messages.States(ctx, id, messages)
	if err != nil {
		return nil, err
	}
	visits, err := a.read(id).LastVisits(ctx, id, handoverdb.UUIDs(files))
	if err != nil {
		return nil, err
	}
	last := map[kernel.FileID]*kernel.BusinessDate{}
	for _, v := range visits {
		last[v.FileID] = v.LastVisit
	}
	out := make([]FileView, len(rows))
	for i, r := range rows {
		row, ok := known[r.FileID]
		out[i] = FileView{File: r.FileID, Row: row, Known: ok, State: stateOf(h, r), Since: r.SinceOn, LastVisit: last[r.FileID]}
		if r.MessageID != nil {
			if s, ok := states[*r.MessageID]; ok {
				out[i].Message = &s
			}
		}
	}
	return out, nil
}
