package staffapp

import (
	"context"
	"errors"
	"strings"
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
	if err := q.GivePosts(ctx, tenant, now, posts); err != nil {
		return nil, mended(err)
	}
	return posts, a.flag(ctx, tx, tenant, hired(rows), now)
}

// hired are those of the people just entered whose numbers are known.
func hired(rows staffdb.InsertPeopleParams) (out []staff.Hired) {
	for i, key := range rows.NumberKeys {
		if len(key) > 0 && rows.Leavings[i] == "" {
			out = append(out, staff.Hired{Person: kernel.PersonID(rows.Ids[i]), NumberKey: key})
		}
	}
	return out
}

// flag marks the files of guests who are employees now (CUS-05).
func (a *App) flag(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, hired []staff.Hired, now time.Time) error {
	if len(hired) == 0 || a.ports.FlagStaffNumbersTx == nil {
		return nil
	}
	return a.ports.FlagStaffNumbersTx(ctx, tx, tenant, hired, now)
}

// CreatePerson enters a person with a first post and, unless it is empty, a
// first password; without one he gets his account by a code. Faults:
// those of MayGive, staff.unknown_role, staff.number_taken, staff.phone_taken.
func (a *App) CreatePerson(ctx context.Context, actor *kernel.Actor, p staff.NewPerson, password string) (staff.Person, error) {
	if err := a.mayGive(ctx, actor, p.Posts[0], false); err != nil {
		return staff.Person{}, err
	}
	hash, err := a.firstHash(ctx, actor.Tenant, p, password)
	if err != nil {
		return staff.Person{}, err
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	if err != nil {
		return staff.Person{}, err
	}
	now := a.Clock.Now()
	p.ID = kernel.NewID[kernel.PersonID](now)
	out := staff.Person{ID: p.ID, StaffNo: p.StaffNo, Name: p.Name, Number: p.Number, EntryOn: p.EntryOn, Account: staff.AccountNone}
	if hash != nil {
		out.Account = staff.AccountActive
	}
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
		out.Assignments, err = a.put(ctx, tx, actor.Tenant, []staff.NewPerson{p}, hash, now)
		if err != nil {
			return err
		}
		return a.note(ctx, tx, actor.Tenant, "person.created", p.ID, storeOf(p.Posts[0].Stores), postChanges(p.Posts[0])...)
	})
	return out, err
}

// firstHash is a first password's, or nil.
func (a *App) firstHash(ctx context.Context, tenant kernel.TenantID, p staff.NewPerson, password string) (*string, error) {
	if password == "" {
		return nil, nil
	}
	if err := a.CheckPassword(ctx, tenant, staff.Person{Name: p.Name, StaffNo: p.StaffNo, Number: p.Number}, password); err != nil {
		return nil, err
	}
	hash, err := a.hasher.hash(ctx, password)
	return &hash, err
}

// AssignPerson gives a person a further post. Faults: staff.not_found (also for
// people out of reach), staff.has_left, those of MayGive.
func (a *App) AssignPerson(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.PersonID, post staff.Post) (staff.Person, error) {
	if err := a.mayGive(ctx, actor, post, id == actor.Person); err != nil {
		return staff.Person{}, err
	}
	return a.change(ctx, grant, id, func(tx pgx.Tx, q *staffdb.Queries, p staff.Person, today kernel.BusinessDate) error {
		return a.give(ctx, tx, q, actor.Tenant, p, today, post)
	})
}

// give gives a person who is locked a post.
func (a *App) give(ctx context.Context, tx pgx.Tx, q *staffdb.Queries, tenant kernel.TenantID, p staff.Person, today kernel.BusinessDate, post staff.Post) error {
	if p.Left(max(today, post.From)) {
		return staff.ErrHasLeft
	}
	if len(p.Assignments) >= kernel.MaxAssignments {
		return staff.ErrTooMany
	}
	now := a.Clock.Now()
	added := staff.Assignment{ID: kernel.NewID[kernel.UUID](now), Person: p.ID, Post: post}
	if err := q.GivePosts(ctx, tenant, now, []staff.Assignment{added}); err != nil {
		return mended(err)
	}
	return a.note(ctx, tx, tenant, "person.assigned", p.ID, storeOf(post.Stores), postChanges(post)...)
}

// note writes the line of an act on a person in the log of acts.
func (a *App) note(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, action string, person kernel.PersonID, store kernel.StoreID, changes ...audit.Change) error {
	line := personLine(action, person, store, changes...)
	if strings.HasPrefix(action, "absence.") || strings.HasPrefix(action, "leaving.") {
		line.Topic = "person"
	}
	return audit.WriteTx(ctx, tx, tenant, a.Clock.Now(), line)
}

func dateOr(d *kernel.BusinessDate) string {
	if d == nil {
		return ""
	}
	return d.String()
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
