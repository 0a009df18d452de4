package staffapp

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// People lists those who work in reach of a grant or in one of its stores, by
// staff number: at most size of them, after a staff number, with their posts of
// today and to come as far as the grant reaches. Who has left is not listed.
func (a *App) People(ctx context.Context, grant kernel.Grant, store kernel.StoreID, after string, size int32) ([]staff.Person, error) {
	tenant := grant.Actor().Tenant
	today, err := a.today(ctx, tenant)
	if err != nil {
		return nil, err
	}
	q := staffdb.New(a.DB.Single(tenant))
	if grant.Tenant() && store.IsZero() {
		rows, err := q.PeopleAll(ctx, staffdb.PeopleAllParams{TenantID: tenant, After: after, Today: today, PageSize: size})
		if err != nil {
			return nil, err
		}
		return a.withPosts(ctx, q, tenant, today, grant, as(rows, func(r staffdb.PeopleAllRow) staffdb.PersonRow { return staffdb.PersonRow(r) }))
	}
	stores := grant.Stores()
	if !store.IsZero() {
		stores = []kernel.StoreID{store}
		if !grant.Covers(store, false) {
			return []staff.Person{}, nil
		}
	}
	rows, err := q.PeopleOfStores(ctx, staffdb.PeopleOfStoresParams{TenantID: tenant, After: after, Today: today, PageSize: size, Stores: staffdb.IDs(stores)})
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
	posts, err := q.AssignmentsOf(ctx, tenant, staffdb.IDs(ids), today)
	if err != nil {
		return nil, err
	}
	for _, r := range posts {
		p := &people[at[r.PersonID]]
		p.Assignments = append(p.Assignments, staffdb.AssignmentRow(r).Assignment())
	}
	return people, nil
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
