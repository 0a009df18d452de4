package handoverapp

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// setting is what a step needs from the store and its rules; it is read before a
// transaction begins.
type setting struct {
	tenant    kernel.TenantID
	store     tenant.Store
	today     kernel.BusinessDate
	now       time.Time
	positions []string                  // that may own files
	accept    int                       // days a step may take
	desk      int                       // days on head office's desk
	version   int32                     // of the rule set
	stores    map[kernel.StoreID]string // names, for a piece of a run
	office    staff.Desk                // who may handle cases at head office; of steps that take one there
}

func (a *App) setting(ctx context.Context, id kernel.TenantID, store kernel.StoreID, now time.Time) (s setting, err error) {
	s = setting{tenant: id, now: now}
	if s.store, err = a.Tenants.Store(ctx, id, store); err != nil {
		return s, err
	}
	s.today = s.store.BusinessDate(now)
	return s, a.rule(ctx, &s, s.today)
}

func (a *App) rule(ctx context.Context, s *setting, on kernel.BusinessDate) error {
	rules, err := a.Tenants.Rules(ctx, s.tenant, on)
	if err != nil {
		return err
	}
	chain := kernel.StoreID{}
	s.positions, s.version = a.Owning(rules), rules.Version
	s.accept, s.desk = int(rules.Int(handover.KeyAcceptDays, chain)), int(rules.Int(handover.KeyDeskDays, chain))
	return nil
}

// forOffice is a setting of a step that may take a case to head office, so that those
// whose turn it is then are told.
func (a *App) forOffice(ctx context.Context, id kernel.TenantID, store kernel.StoreID, now time.Time) (setting, error) {
	s, err := a.setting(ctx, id, store, now)
	if err != nil {
		return s, err
	}
	s.office, err = a.officeDesk(ctx, id, now, store)
	return s, err
}

// officeDesk gives who may handle the cases of some stores at head office.
func (a *App) officeDesk(ctx context.Context, id kernel.TenantID, now time.Time, stores ...kernel.StoreID) (staff.Desk, error) {
	return a.Staff.Desk(ctx, id, customer.CarryOutPermission, stores, now)
}

// find reads a case that a grant reaches. Fault: handover.not_found.
func (a *App) find(ctx context.Context, grant kernel.Grant, handoverID kernel.UUID) (handoverdb.Handover, error) {
	row, err := a.read(grant.Actor().Tenant).CaseByID(ctx, grant.Actor().Tenant, handoverID)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !row.Handover().Within(grant) {
		return row, handover.ErrNotFound
	}
	return row, err
}

// posts gives the posts that people hold in a store on a day and that may own
// files; last: of whoever holds none any more, the last one.
func posts(ctx context.Context, q *handoverdb.Queries, s setting, people ...kernel.PersonID) (now, last map[kernel.PersonID]string, err error) {
	now, last = map[kernel.PersonID]string{}, map[kernel.PersonID]string{}
	rows, err := q.PostsIn(ctx, handoverdb.PostsInParams{TenantID: s.tenant, StoreID: s.store.ID, People: handoverdb.UUIDs(people), Positions: s.positions, Day: s.today})
	for _, r := range rows {
		if last[r.PersonID] = r.Position; r.Holds {
			now[r.PersonID] = r.Position
		}
	}
	return now, last, err
}

// who did a step: a person, for whom, or nobody.
type who struct {
	person *kernel.PersonID
	holder *kernel.PersonID
}

func by(g kernel.Grant, whom *kernel.Delegated) who {
	p := g.Person()
	return who{&p, whom.Who()}
}

// move takes a case a step on, in a transaction: of many who try one does. Fault:
// handover.over.
func move(ctx context.Context, q *handoverdb.Queries, id kernel.TenantID, from handover.State, h handover.Handover) error {
	n, err := q.MoveHandover(ctx, handoverdb.MoveHandoverParams{
		TenantID: id, HandoverID: h.ID, State: string(h.State), Ended: string(h.End), Seat: h.Seat, Reason: h.Reason, ReceiverPost: h.ReceiverPost, Files: h.Files,
		StepOn: h.StepOn, DueOn: h.DueOn, ConfirmedOn: h.ConfirmedOn, Expected: string(from),
	})
	if err == nil && n == 0 {
		err = handover.ErrOver
	}
	return err
}

// step writes down what was done.
func step(ctx context.Context, q *handoverdb.Queries, id kernel.TenantID, h handover.Handover, act handover.Act, on kernel.BusinessDate, w who, now time.Time) error {
	return q.InsertStep(ctx, handoverdb.InsertStepParams{
		TenantID: id, StepID: kernel.NewID[kernel.UUID](now), HandoverID: h.ID, Step: string(act), OnDate: on, Files: h.Files, PersonID: w.person, ForID: w.holder, Now: now,
	})
}

// line is what the log of acts says of a case.
func line(action string, h handover.Handover) audit.Entry {
	return audit.Entry{
		Action: action, Object: "handover", ObjectID: h.ID.String(), Store: h.Store, Own: h.Part(h.By),
		Changes: []audit.Change{{Field: "no", After: strconv.Itoa(int(h.No))}, {Field: "files", After: strconv.Itoa(int(h.Files))}},
	}
}

// decided is the line of what head office decided: for none of those it concerns.
func decided(action string, h handover.Handover) audit.Entry {
	e := line(action, h)
	e.Own, e.Concerned = false, h.Concerns
	return e
}

// tell puts a case into inboxes.
func (a *App) tell(ctx context.Context, tx pgx.Tx, id kernel.TenantID, h handover.Handover, on kernel.BusinessDate, now time.Time, kind message.NoteKind, people ...kernel.PersonID) error {
	notes := make([]message.Note, len(people))
	for i, p := range people {
		notes[i] = message.Note{Person: p, Kind: kind, On: on, Handover: h.ID}
	}
	return a.Messages.NoteTx(ctx, tx, id, notes, now)
}

// tellOffice tells those at head office whose turn a case is that came there, but for
// whoever brought it.
func (a *App) tellOffice(ctx context.Context, tx pgx.Tx, s setting, h handover.Handover, did who) error {
	people := slices.DeleteFunc(s.turn(h.Store, h.Concerns), func(p kernel.PersonID) bool { return did.person != nil && *did.person == p })
	return a.tell(ctx, tx, s.tenant, h, s.today, s.now, message.HandoverOffice, people...)
}

// alone reports whether those who have part in a case are all who could check it at
// head office (ROL-04): it would only wait until it is broken (HND-05).
func (s setting) alone(h handover.Handover) bool {
	anybody := s.turn(h.Store, func(kernel.PersonID) bool { return false })
	return len(anybody) > 0 && len(s.turn(h.Store, h.Concerns)) == 0
}

// turn are those whose turn at head office something of a store is, each once.
func (s setting) turn(store kernel.StoreID, concerned func(kernel.PersonID) bool) (people []kernel.PersonID) {
	for _, hand := range s.office.Turn(store, concerned, 0).People {
		if !slices.Contains(people, hand.Person) {
			people = append(people, hand.Person)
		}
	}
	return people
}
