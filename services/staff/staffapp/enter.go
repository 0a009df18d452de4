package staffapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// PutPeopleTx enters people with the history of their posts and without
// passwords. It hashes and seals their numbers, so the tenant's keys must have
// been asked for before the transaction. All have the same import. Faults:
// staff.number_taken, staff.unknown_role, staff.no_place, staff.date_order.
func (a *App) PutPeopleTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, people []staff.NewPerson, now time.Time) error {
	_, err := a.put(ctx, tx, tenant, people, nil, now)
	return err
}

func (a *App) put(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, people []staff.NewPerson, passwordHash *string, now time.Time) ([]staff.Assignment, error) {
	keys, err := a.Numbers.Keys(ctx, tenant)
	if err != nil {
		return nil, err
	}
	rows, err := staffdb.NewPeople(tenant, now, people, func(n kernel.Phone, id kernel.PersonID) ([]byte, []byte, error) {
		box, err := keys.Seal(n, numberTable, kernel.UUID(id))
		return keys.NumberKey(n), box, err
	})
	if err != nil {
		return nil, err
	}
	rows.PasswordHash = passwordHash
	var posts []staff.Assignment
	for _, p := range people {
		for _, post := range p.Posts {
			posts = append(posts, staff.Assignment{ID: kernel.NewID[kernel.UUID](now), Person: p.ID, Post: post})
		}
	}
	q := staffdb.New(tx)
	if err := q.InsertPeople(ctx, rows); err != nil {
		return nil, mended(err)
	}
	return posts, mended(q.InsertAssignments(ctx, staffdb.NewAssignments(tenant, now, posts)))
}

// CreatePerson enters a person with a first post and a first password. Faults:
// those of MayGive, staff.unknown_role, staff.number_taken, staff.phone_taken.
func (a *App) CreatePerson(ctx context.Context, actor *kernel.Actor, p staff.NewPerson, password string) (staff.Person, error) {
	if err := a.mayGive(ctx, actor, p.Posts[0], false); err != nil {
		return staff.Person{}, err
	}
	if err := a.CheckPassword(ctx, actor.Tenant, staff.Person{Name: p.Name, StaffNo: p.StaffNo, Number: p.Number}, password); err != nil {
		return staff.Person{}, err
	}
	hash, err := a.hasher.hash(ctx, password)
	if err != nil {
		return staff.Person{}, err
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return staff.Person{}, err
	}
	now := a.Clock.Now()
	p.ID = kernel.NewID[kernel.PersonID](now)
	out := staff.Person{ID: p.ID, StaffNo: p.StaffNo, Name: p.Name, Number: p.Number, EntryOn: p.EntryOn}
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		if p.Number != "" {
			taken, err := a.IsStaffNumberTx(ctx, tx, actor.Tenant, keys.NumberKey(p.Number))
			if err != nil {
				return err
			}
			if taken {
				return staff.ErrPhoneTaken
			}
		}
		var err error
		if out.Assignments, err = a.put(ctx, tx, actor.Tenant, []staff.NewPerson{p}, &hash, now); err != nil {
			return err
		}
		first := p.Posts[0]
		return audit.WriteTx(ctx, tx, actor.Tenant, now, personLine("person.created", p.ID, storeOf(first.Stores), postChanges(first)...))
	})
	return out, err
}

// AssignPerson gives a person a further post. Faults: staff.not_found (also for
// people out of reach), staff.has_left, those of MayGive.
func (a *App) AssignPerson(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.PersonID, post staff.Post) (staff.Person, error) {
	if err := a.mayGive(ctx, actor, post, id == actor.Person); err != nil {
		return staff.Person{}, err
	}
	return a.change(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		if p.LeftOn != nil && *p.LeftOn <= max(today, post.From) {
			return staff.ErrHasLeft
		}
		if len(p.Assignments) >= kernel.MaxAssignments {
			return staff.ErrTooMany
		}
		now := a.Clock.Now()
		added := staff.Assignment{ID: kernel.NewID[kernel.UUID](now), Person: id, Post: post}
		if err := q.InsertAssignments(ctx, staffdb.NewAssignments(grant.Actor().Tenant, now, []staff.Assignment{added})); err != nil {
			return mended(err)
		}
		return audit.WriteTx(ctx, tx, grant.Actor().Tenant, now, personLine("person.assigned", id, storeOf(post.Stores), postChanges(post)...))
	})
}

// change loads and locks a person in reach, raises his version, applies a change
// and gives him as he is afterwards, as far as the grant reaches. In reach is
// whom the grant meets in one of his posts; without any post, only head office.
func (a *App) change(ctx context.Context, grant kernel.Grant, id kernel.PersonID, apply func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error) (after staff.Person, err error) {
	tenant := grant.Actor().Tenant
	today, err := a.today(ctx, tenant)
	if err != nil {
		return after, err
	}
	if _, err := a.Numbers.Keys(ctx, tenant); err != nil { // before the transaction
		return after, err
	}
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		row, err := q.ChangePerson(ctx, tenant, id)
		if errors.Is(err, pgx.ErrNoRows) {
			return staff.ErrNotFound
		}
		if err != nil {
			return err
		}
		p, err := a.person(ctx, q, tenant, today, staffdb.PersonRow(row))
		if err != nil {
			return err
		}
		if !grant.Tenant() && len(p.Seen(grant).Assignments) == 0 {
			return staff.ErrNotFound
		}
		if err := apply(tx, q, p, today); err != nil {
			return err
		}
		now, err := q.Person(ctx, tenant, id)
		if err != nil {
			return err
		}
		after, err = a.person(ctx, q, tenant, today, now)
		return err
	})
	return after.Seen(grant), err
}
