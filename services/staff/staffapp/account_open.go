package staffapp

import (
	"context"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// OpenAccount opens an account that a store asked for (ACC-01): it enters the
// person if he is new, gives him the post if he does not hold it, and issues his
// code. Of two who open at once, one does. Faults: account.request_not_found,
// account.already_decided, account.own_request, account.role_beyond,
// staff.has_left, staff.phone_taken.
func (a *App) OpenAccount(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID, printed bool) (staff.AccountRequest, *Issued, error) {
	r, whom, err := a.requestToDecide(ctx, grant, id)
	if err != nil {
		return r, nil, err
	}
	post, err := a.postOnRequest(ctx, actor, r)
	if err != nil {
		return r, nil, err
	}
	today, err := a.today(ctx, actor.Tenant)
	if err != nil {
		return r, nil, err
	}
	code, err := a.newCode(ctx, actor, printed)
	if err != nil {
		return r, nil, err
	}
	var issued *Issued
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if err := a.decideTx(ctx, q, grant, id, staff.Opened, "", whom); err != nil {
			return err
		}
		p, err := a.personOnRequest(ctx, tx, q, code.keys, actor.Tenant, r, post, today)
		if err != nil {
			return err
		}
		if err := q.SetRequestPerson(ctx, &p.ID, actor.Tenant, id); err != nil {
			return err
		}
		if err := a.noteRequest(ctx, tx, actor.Tenant, "account.opened", r, audit.Change{Field: "person_id", After: p.ID.String()}, audit.Change{Field: "role", After: post.Role}); err != nil {
			return err
		}
		if p.Account == staff.AccountActive {
			return nil // he has got a password meanwhile
		}
		issued, err = a.issue(ctx, tx, q, actor, p, code)
		return err
	})
	if err != nil {
		return r, nil, err
	}
	r, err = a.request(ctx, grant, id)
	return r, issued, err
}

// postOnRequest is the post that a request asks for. A role that leads to other
// rights is given by whoever may appoint only.
func (a *App) postOnRequest(ctx context.Context, actor *kernel.Actor, r staff.AccountRequest) (staff.Post, error) {
	position, err := a.position(ctx, actor.Tenant, r.Position)
	if err != nil {
		return staff.Post{}, err
	}
	today, err := a.today(ctx, actor.Tenant)
	if err != nil {
		return staff.Post{}, err
	}
	post := staff.Post{Role: position.Role, Position: r.Position, Stores: []kernel.StoreID{r.Store}, From: max(r.EntryOn, today), Reason: r.Reason}
	if r.EntryOn < today {
		post.From = r.EntryOn
	}
	return post, a.onRequest(ctx, actor, post)
}

// onRequest checks that a post's role may be had on a store's request, or that
// the actor may appoint. Fault: account.role_beyond.
func (a *App) onRequest(ctx context.Context, actor *kernel.Actor, post staff.Post) error {
	roles, err := a.Roles(ctx, actor)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(roles, func(r staff.Role) bool { return r.Code == post.Role })
	if at < 0 {
		return staff.ErrUnknownRole
	}
	if roles[at].OnRequest() && !post.TenantWide {
		return nil
	}
	_, grants, err := a.Grants(ctx, actor)
	if err == nil && !post.Within(grants(staff.AppointPermission)) {
		err = staff.ErrGivesRights
	}
	return err
}

// personOnRequest finds or enters whom a request is for, with the number of the
// form and the post.
func (a *App) personOnRequest(ctx context.Context, tx pgx.Tx, q *staffdb.Queries, keys *secret.Keys, tenant kernel.TenantID, r staff.AccountRequest, post staff.Post, today kernel.BusinessDate) (staff.Person, error) {
	row, err := q.PersonByNo(ctx, tenant, r.StaffNo)
	if errors.Is(err, pgx.ErrNoRows) {
		return a.enterOnRequest(ctx, tx, q, keys, tenant, r, post, today)
	}
	if err != nil {
		return staff.Person{}, err
	}
	locked, err := q.ChangePerson(ctx, tenant, row.PersonID)
	if err != nil {
		return staff.Person{}, err
	}
	p, err := a.person(ctx, q, tenant, today, staffdb.PersonRow(locked))
	if err != nil {
		return p, err
	}
	if p.Account == staff.AccountActive {
		return p, nil
	}
	if p.Left(today) {
		return p, staff.ErrHasLeft
	}
	if p.Number != r.Number {
		next := p
		next.Number = r.Number
		if err := a.write(ctx, q, keys, tenant, p, next, today); err != nil {
			return p, err
		}
		if err := a.note(ctx, tx, tenant, "person.changed", p.ID, storeOf(post.Stores), changed(keys, p, next)...); err != nil {
			return p, err
		}
		p = next
	}
	if !slices.ContainsFunc(p.Assignments, func(a staff.Assignment) bool { return slices.Contains(a.Stores, r.Store) }) {
		return p, a.give(ctx, tx, q, tenant, p, today, post)
	}
	return p, nil
}

func (a *App) enterOnRequest(ctx context.Context, tx pgx.Tx, q *staffdb.Queries, keys *secret.Keys, tenant kernel.TenantID, r staff.AccountRequest, post staff.Post, today kernel.BusinessDate) (staff.Person, error) {
	now := a.Clock.Now()
	n := staff.NewPerson{ID: kernel.NewID[kernel.PersonID](now), StaffNo: r.StaffNo, Name: r.Name, Number: r.Number, EntryOn: r.EntryOn, Posts: []staff.Post{post}}
	taken, err := q.NumberTaken(ctx, staffdb.NumberTakenParams{TenantID: tenant, NumberKey: keys.NumberKey(r.Number), PersonID: n.ID, Today: today})
	if err == nil && taken {
		err = staff.ErrPhoneTaken
	}
	if err != nil {
		return staff.Person{}, err
	}
	posts, err := a.put(ctx, tx, tenant, []staff.NewPerson{n}, nil, now)
	if err != nil {
		return staff.Person{}, err
	}
	p := staff.Person{ID: n.ID, StaffNo: n.StaffNo, Name: n.Name, Number: n.Number, EntryOn: n.EntryOn, Assignments: posts, Account: staff.AccountNone}
	return p, a.note(ctx, tx, tenant, "person.created", p.ID, storeOf(post.Stores), postChanges(post)...)
}
