package staffapp

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// Find says which people a list shows.
type Find struct {
	Store  kernel.StoreID // zero: all in reach
	Text   string         // part of name or staff number, or a whole phone number
	Filter PeopleFilter
	// WorkedOn, with a store, finds those who worked there on a day, wherever they are
	// now; nil: those who do, or did when they left.
	WorkedOn *kernel.BusinessDate
}

// PeopleFilter narrows a list of people; the zero value is all who are employed.
type PeopleFilter uint8

// The filters of a list of people.
const (
	Employed PeopleFilter = iota
	OnLeave
	Left
	LeavingOpen
	WithoutAccount
	Everybody
)

// standings are what SQL calls where somebody stands, filter by filter.
var standings = map[PeopleFilter][]string{
	Employed: {"here", "away"}, OnLeave: {"away"}, Left: {"left", "leaving"}, LeavingOpen: {"leaving"},
	WithoutAccount: {"here", "away"}, Everybody: {"here", "away", "left", "leaving"},
}

// People lists those who work in reach of a grant or in one of its stores, by
// staff number: at most size of them, after a staff number, with their posts of
// today and to come as far as the grant reaches.
func (a *App) People(ctx context.Context, grant kernel.Grant, find Find, after string, size int32) ([]staff.Person, error) {
	tenant := grant.Actor().Tenant
	today, err := a.today(ctx, tenant)
	if err != nil {
		return nil, err
	}
	all := staffdb.PeopleAllParams{
		TenantID: tenant, After: after, Today: today, PageSize: size, Find: strings.ToLower(strings.TrimSpace(find.Text)),
		NumberKey: []byte{}, Accounts: []bool{false, true}, Standings: standings[find.Filter],
	}
	if find.Filter == WithoutAccount {
		all.Accounts = []bool{false}
	}
	if number, err := kernel.ParsePhone(find.Text); err == nil {
		keys, err := a.Numbers.Keys(ctx, tenant)
		if err != nil {
			return nil, err
		}
		all.NumberKey = keys.NumberKey(number)
	}
	q := staffdb.New(a.DB.Single(tenant))
	if grant.Tenant() && find.Store.IsZero() {
		rows, err := q.PeopleAll(ctx, all)
		if err != nil {
			return nil, err
		}
		return a.withPosts(ctx, q, tenant, today, grant, as(rows, func(r staffdb.PeopleAllRow) staffdb.PersonRow { return staffdb.PersonRow(r) }))
	}
	stores := grant.Stores()
	if !find.Store.IsZero() {
		stores = []kernel.StoreID{find.Store}
		if !grant.Covers(find.Store, false) {
			return []staff.Person{}, nil
		}
	}
	rows, err := q.PeopleOfStores(ctx, staffdb.PeopleOfStoresParams{
		TenantID: tenant, After: after, Today: today, PageSize: size, Stores: staffdb.IDs(stores),
		Find: all.Find, NumberKey: all.NumberKey, Accounts: all.Accounts, Standings: all.Standings, WorkedOn: find.WorkedOn,
	})
	if err != nil {
		return nil, err
	}
	return a.withPosts(ctx, q, tenant, today, grant, as(rows, func(r staffdb.PeopleOfStoresRow) staffdb.PersonRow { return staffdb.PersonRow(r) }))
}

// Self is the actor's own person with all his posts.
func (a *App) Self(ctx context.Context, tenant kernel.TenantID, person kernel.PersonID) (staff.Person, error) {
	today, err := a.today(ctx, tenant)
	if err != nil {
		return staff.Person{}, err
	}
	q := staffdb.New(a.DB.Single(tenant))
	row, err := q.Person(ctx, tenant, person)
	if errors.Is(err, pgx.ErrNoRows) {
		return staff.Person{}, staff.ErrNotFound
	}
	if err != nil {
		return staff.Person{}, err
	}
	return a.person(ctx, q, tenant, today, row)
}

// person completes a row with the number and all posts of today and to come.
func (a *App) person(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, today kernel.BusinessDate, row staffdb.PersonRow) (staff.Person, error) {
	people, err := a.fill(ctx, q, tenant, today, []staffdb.PersonRow{row})
	if err != nil {
		return staff.Person{}, err
	}
	return people[0], nil
}

func (a *App) withPosts(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, today kernel.BusinessDate, grant kernel.Grant, rows []staffdb.PersonRow) ([]staff.Person, error) {
	people, err := a.fill(ctx, q, tenant, today, rows)
	for i := range people {
		people[i] = people[i].Seen(grant)
	}
	return people, err
}

func (a *App) fill(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, today kernel.BusinessDate, rows []staffdb.PersonRow) ([]staff.Person, error) {
	keys, err := a.Numbers.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	people, at, ids := []staff.Person{}, map[kernel.PersonID]int{}, []kernel.PersonID{}
	for i, r := range rows {
		p, err := r.Person(func(box []byte, id kernel.PersonID) (kernel.Phone, error) {
			return keys.Open(box, numberTable, kernel.UUID(id))
		})
		if err != nil {
			return nil, err
		}
		people, at[r.PersonID], ids = append(people, p), i, append(ids, r.PersonID)
	}
	for i := range people {
		if people[i].Left(today) {
			people[i].Account = staff.AccountDisabled
		}
	}
	return people, errors.Join(
		each(q.AssignmentsOf(ctx, tenant, staffdb.IDs(ids), today))(func(r staffdb.AssignmentsOfRow) {
			p := &people[at[r.PersonID]]
			p.Assignments = append(p.Assignments, staffdb.AssignmentRow(r).Assignment())
		}),
		each(q.AbsencesOn(ctx, tenant, staffdb.IDs(ids), today))(func(r staffdb.AbsencesOnRow) {
			people[at[r.PersonID]].Absence = new(staffdb.AbsencesOfRow(r).Absence()) // the earliest comes last
		}),
		each(q.ClosedLeavings(ctx, tenant, staffdb.IDs(ids)))(func(id kernel.PersonID) { people[at[id]].LeavingClosed = true }),
		each(q.CodesOf(ctx, tenant, staffdb.IDs(ids)))(func(r staffdb.CodesOfRow) {
			p := &people[at[r.PersonID]]
			p.CodeExpiresAt = &r.ExpiresAt
			if p.Account == staff.AccountNone {
				p.Account = staff.AccountOpened
			}
		}),
	)
}

// each does something with every row that a query gave.
func each[R any](rows []R, err error) func(do func(R)) error {
	return func(do func(R)) error {
		for _, r := range rows {
			do(r)
		}
		return err
	}
}

// numberTable is what the boxes of people's numbers are bound to.
const numberTable = "person"

// Names gives the names of people; unknown ids are left out.
func (a *App) Names(ctx context.Context, tenant kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error) {
	return names(ctx, staffdb.New(a.DB.Single(tenant)), tenant, people)
}

// NamesTx is Names in a transaction.
func (a *App) NamesTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error) {
	return names(ctx, staffdb.New(tx), tenant, people)
}

func names(ctx context.Context, q *staffdb.Queries, tenant kernel.TenantID, people []kernel.PersonID) (map[kernel.PersonID]string, error) {
	out := map[kernel.PersonID]string{}
	if len(people) == 0 {
		return out, nil
	}
	rows, err := q.Names(ctx, tenant, staffdb.IDs(people))
	for _, r := range rows {
		out[r.PersonID] = r.Name
	}
	return out, err
}

// PeopleByNoTx gives everybody of the chain by staff number, also who has left.
func (a *App) PeopleByNoTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID) (map[string]kernel.PersonID, error) {
	rows, err := staffdb.New(tx).PeopleByNo(ctx, tenant)
	out := make(map[string]kernel.PersonID, len(rows))
	for _, r := range rows {
		out[r.StaffNo] = r.PersonID
	}
	return out, err
}

// PostsByNo gives every post that those of these staff numbers hold or held, who
// are the chain's; of a post its beginning, position and stores.
func (a *App) PostsByNo(ctx context.Context, tenant kernel.TenantID, nos []string) (map[string][]staff.Post, error) {
	rows, err := staffdb.New(a.DB.Single(tenant)).PostsByNos(ctx, tenant, nos)
	out := make(map[string][]staff.Post, len(nos))
	for _, r := range rows {
		out[r.StaffNo] = append(out[r.StaffNo], staff.Post{From: r.FromOn, Position: r.Position, Stores: r.StoreIds})
	}
	return out, err
}

// IsStaffNumberTx reports whether a number belongs to somebody employed in the
// chain (CUS-05).
func (a *App) IsStaffNumberTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, numberKey []byte) (bool, error) {
	return staffdb.New(tx).IsStaffNumber(ctx, tenant, numberKey, a.Clock.Now())
}

func as[A, B any](in []A, f func(A) B) []B {
	out := make([]B, len(in))
	for i, v := range in {
		out[i] = f(v)
	}
	return out
}

// mended translates the violations that a caller can mend.
func mended(err error) error {
	switch db.ConstraintName(err) {
	case "person_tenant_id_staff_no_key":
		return staff.ErrNumberTaken
	case "assignment_tenant_id_role_fkey":
		return staff.ErrUnknownRole
	case "assignment_check":
		return staff.ErrNoPlace
	case "assignment_check1":
		return staff.ErrDateOrder
	}
	return err
}
