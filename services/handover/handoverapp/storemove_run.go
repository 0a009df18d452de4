package handoverapp

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/staff"
)

// filesAtOnce bounds the files of a store that ends which one transaction moves.
const filesAtOnce = 500

// bookingsAtOnce bounds the bookings to come that one transaction takes out of it.
const bookingsAtOnce = 50

// movePiece carries the end of a store a piece further (HND-08), as part of the day's
// run of HND-05, which alone works at a time: first posts and open cases, then files
// block by block. Where it stands is in its row, so that a piece that was cut off has
// not been. False: nothing is due.
func (a *App) movePiece(ctx context.Context, tx pgx.Tx, s setting) (ownership.Piece, bool, error) {
	if p, due, err := a.bookingsPiece(ctx, tx, s); err != nil || due {
		return p, due, err
	}
	q := handoverdb.New(tx)
	row, err := q.DueMove(ctx, s.tenant, s.today)
	if err != nil || len(row) == 0 {
		return ownership.Piece{}, false, err
	}
	m, err := readMove(ctx, q, s.tenant, row[0].MoveID)
	if err != nil {
		return ownership.Piece{}, false, err
	}
	digest := sha256.New()
	p := ownership.Piece{More: true}
	if m.State == handover.MoveApproved {
		err = a.startMoveTx(ctx, tx, s, m)
	} else {
		var after kernel.FileID
		if row[0].AfterFile != nil {
			after = *row[0].AfterFile
		}
		p.Examined, p.Decided, err = a.moveBlockTx(ctx, tx, s, m, after)
	}
	_, _ = fmt.Fprintf(digest, "%s %s %d %d\n", m.Store, m.State, p.Examined, p.Decided) // a hash never fails
	p.Digest = digest.Sum(nil)
	return p, true, err
}

// bookingsPiece lets a block of bookings to come leave a store that ends. Guests are
// told at once; so a store that closes calls its bookings off soon after the approval,
// and one that merges takes them along on its day. False: none is left.
func (a *App) bookingsPiece(ctx context.Context, tx pgx.Tx, s setting) (p ownership.Piece, due bool, err error) {
	q := handoverdb.New(tx)
	row, err := q.DueBookings(ctx, s.tenant)
	if err != nil || len(row) == 0 {
		return p, false, err
	}
	m := row[0].Move()
	left, err := a.Bookings.LeaveTx(ctx, tx, s.tenant, m.StoreEnd(), bookingsAtOnce, s.now)
	if err != nil {
		return p, false, err
	}
	n, err := q.BookingsLeft(ctx, handoverdb.BookingsLeftParams{TenantID: s.tenant, MoveID: m.ID, Bookings: left.Bookings, Unplaced: left.Unplaced, Untold: left.Untold})
	if err == nil && n == 0 {
		err = handover.ErrMoveOver
	}
	digest := sha256.New()
	_, _ = fmt.Fprintf(digest, "%s bookings %d\n", m.Store, left.Bookings) // a hash never fails
	return ownership.Piece{Examined: int(left.Bookings), Decided: int(left.Bookings), More: true, Digest: digest.Sum(nil)}, true, err
}

// startMoveTx ends the store's posts and the cases that can't go on. The store is
// closed already, unless somebody opened it again meanwhile.
func (a *App) startMoveTx(ctx context.Context, tx pgx.Tx, s setting, m handover.Move) error {
	if err := a.Tenants.CloseStoreTx(ctx, tx, s.tenant, m.Store, m.On, m.Reason, s.now); err != nil {
		return err
	}
	posts := staff.StoreMove{Store: m.Store, Where: map[kernel.PersonID]kernel.StoreID{}, On: s.today, Reason: m.Reason}
	if m.Kind == handover.MergeStores {
		posts.To = &m.To
	}
	for _, l := range m.Lines {
		if to, along := m.Along(l.Referrer); along {
			posts.Where[l.Referrer] = to
		}
	}
	people, err := a.Staff.MoveStoreTx(ctx, tx, s.tenant, posts, s.now)
	if err != nil {
		return err
	}
	if err := a.endCasesTx(ctx, tx, s, m); err != nil {
		return err
	}
	files, err := a.Files.CountFilesToMoveTx(ctx, tx, s.tenant, m.Store)
	if err != nil {
		return err
	}
	n, err := handoverdb.New(tx).StartMove(ctx, handoverdb.StartMoveParams{TenantID: s.tenant, MoveID: m.ID, Day: s.today, Files: files, People: int32(people)})
	if err == nil && n == 0 {
		err = handover.ErrMoveOver
	}
	return err
}

// endCasesTx lets the cases of a store go on where both sides go to the same store.
// Others end: their files are the giver's, and go his way; in custody they stay the
// receiver's, and go his.
func (a *App) endCasesTx(ctx context.Context, tx pgx.Tx, s setting, m handover.Move) error {
	q := handoverdb.New(tx)
	cases, err := q.CasesOfStore(ctx, s.tenant, m.Store)
	if err != nil {
		return err
	}
	for _, c := range cases {
		h := c.Handover.Handover()
		if to, on := m.GoesOn(h.Giver, h.Receiver); on {
			if err := q.MoveCase(ctx, kernel.UUID(to), s.tenant, h.ID); err != nil {
				return err
			}
			continue
		}
		if h.State.Moved() {
			err = a.overTx(ctx, tx, s, h, handover.StoreClosed)
		} else {
			_, err = a.breakTx(ctx, tx, s, h, h.State, handover.StoreClosed, who{}, true)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// moveBlockTx moves the files after one. After the last the end is done, unless some
// wait for a file of the other store that is not approved yet: they are tried again
// the next day, and in handover until then, so that no rule ends their ties.
func (a *App) moveBlockTx(ctx context.Context, tx pgx.Tx, s setting, m handover.Move, after kernel.FileID) (examined, decided int, err error) {
	q := handoverdb.New(tx)
	files, err := a.Files.FilesToMoveTx(ctx, tx, s.tenant, m.Store, after, filesAtOnce)
	if err != nil {
		return 0, 0, err
	}
	if after.IsZero() {
		m.Doubles, m.Stuck = 0, 0 // counted anew on each day's pass
	}
	b := moveBlock{app: a, tx: tx, s: s, m: m, to: map[kernel.StoreID][]customer.Moving{}}
	for _, f := range files {
		to := m.To
		if f.Owner != nil {
			to, _ = m.Goes(*f.Owner)
		}
		b.to[to] = append(b.to[to], f)
	}
	for _, to := range slices.SortedFunc(maps.Keys(b.to), kernel.StoreID.Compare) {
		if err := b.move(ctx, to); err != nil {
			return 0, 0, err
		}
	}
	p := handoverdb.AdvanceMoveParams{
		TenantID: s.tenant, MoveID: m.ID, Moved: b.moved, Ties: int32(b.ties.Kept), Passed: int32(b.ties.Passed), Doubles: m.Doubles + b.doubles, Stuck: m.Stuck + b.stuck,
	}
	over := len(files) < filesAtOnce
	if over {
		p.LookedOn = &s.today
	} else {
		p.AfterFile = &files[len(files)-1].File
	}
	if n, err := q.AdvanceMove(ctx, p); err != nil || n == 0 {
		return 0, 0, errors.Join(err, overIf(n == 0))
	}
	if over && p.Stuck == 0 {
		if _, err := q.EndMove(ctx, s.now, s.tenant, m.ID); err != nil {
			return 0, 0, err
		}
		if err := a.ownership.TellStoreMoveTx(ctx, tx, s.tenant, m.ID, s.today, s.now); err != nil {
			return 0, 0, err
		}
	}
	return len(files), int(b.moved), nil
}

func overIf(yes bool) error {
	if yes {
		return handover.ErrMoveOver
	}
	return nil
}

// moveBlock is a block of files on its way to one or more stores.
type moveBlock struct {
	app                   *App
	tx                    pgx.Tx
	s                     setting
	m                     handover.Move
	to                    map[kernel.StoreID][]customer.Moving
	moved, doubles, stuck int32
	ties                  ownership.StoreMoved
}

// move takes the files of a block that go to one store there. Of a guest who has an
// approved file there that one goes on, with his referrer here where it has none; a
// draft stays behind one there is, and lapses like any (DEL-02).
func (b *moveBlock) move(ctx context.Context, to kernel.StoreID) error {
	all := b.to[to]
	ids := make([]kernel.FileID, len(all))
	for i, f := range all {
		ids[i] = f.File
	}
	twins, err := b.app.Files.TwinsTx(ctx, b.tx, b.s.tenant, ids, to, b.s.now)
	if err != nil {
		return err
	}
	gone, movers, taken := []kernel.FileID{}, []ownership.StoreMover{}, map[kernel.FileID]bool{}
	for _, f := range all {
		mover := ownership.StoreMover{File: f.File}
		if f.Owner != nil {
			if _, receiver := b.m.Goes(*f.Owner); receiver != *f.Owner {
				mover.Receiver = &receiver
			}
		}
		t, double := twins[f.File]
		switch {
		case !double:
			gone = append(gone, f.File)
		case t.Approved:
			b.doubles++
			mover.Twin, mover.TwinFree = &t.Twin, t.Owner == nil && !taken[t.Twin]
			taken[t.Twin] = true
		case f.Approved:
			b.stuck++
			mover.Waits = true
		default:
			b.doubles++
			continue
		}
		movers = append(movers, mover)
	}
	if err := b.app.Files.MoveStoreTx(ctx, b.tx, b.s.tenant, customer.StoreMove{From: b.m.Store, To: to, On: b.s.today, Files: gone}, b.s.now); err != nil {
		return err
	}
	done, err := b.app.ownership.MoveStoreTx(ctx, b.tx, b.s.tenant, ownership.StoreMove{
		ID: b.m.ID, From: b.m.Store, To: to, Names: [2]string{b.s.stores[b.m.Store], b.s.stores[to]}, Merged: b.m.Kind == handover.MergeStores, On: b.s.today, RuleVersion: b.s.version,
	}, movers, b.s.now)
	b.moved += int32(len(gone))
	b.ties.Kept, b.ties.Passed, b.ties.Ended = b.ties.Kept+done.Kept, b.ties.Passed+done.Passed, b.ties.Ended+done.Ended
	return err
}
