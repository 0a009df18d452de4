package customerapp_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

const settle = 2 * 24 * time.Hour

// claims has 周敏 claim the guest of a number.
func (b *bundle) claims(n int) (customerapp.ConflictView, error) {
	return b.files.OpenConflict(ctx, b.as(b.a, rep2, staff.ServiceRep, east).write(), b.now, east, request(), input("王建国", number(n)), "他一直由我接待")
}

func (b *bundle) claimed(n int) customerapp.ConflictView {
	b.t.Helper()
	v, err := b.claims(n)
	require.NoError(b.t, err)
	return v
}

// owner is who owns a file.
func (b *bundle) owner(file kernel.FileID) kernel.PersonID {
	v, err := b.files.Get(ctx, b.as(b.a, hq, staff.HQService).read(), b.now, file)
	require.NoError(b.t, err)
	require.NotNil(b.t, v.Owner)
	return *v.Owner
}

func (b *bundle) hold(w who, file kernel.FileID) customer.Hold {
	b.t.Helper()
	h, err := b.files.Hold(ctx, w.read(), b.now, file)
	require.NoError(b.t, err)
	return h
}

func (b *bundle) lina() who { return b.as(b.a, rep, staff.ServiceRep, east) }
func (b *bundle) min() who  { return b.as(b.a, rep2, staff.ServiceRep, east) }
func (b *bundle) zhao() who { return b.as(b.a, boss, staff.ServiceManager, east) }

// CUS-10: who comes second learns since when, claims, and the two settle it: the
// tie of an approved file goes over.
func TestConflictSettled(t *testing.T) {
	b := setup(t)
	v := b.create(b.lina(), east, input("王建国", number(1)))
	b.approve(b.lina(), v.File, b.zhao())
	b.now = b.now.Add(30 * 24 * time.Hour)

	c := b.claimed(1)
	require.Equal(t, "李娜", c.HolderName, "the two must be able to talk")
	require.True(t, c.ByMe)
	require.Empty(t, c.GuestName, "nothing else of the other's file")
	require.Nil(t, c.File)
	require.Equal(t, b.now.Add(settle), c.Due.In(b.now.Location()))
	require.Equal(t, customer.HoldInConflict, b.hold(b.min(), *c.ClaimFile).State)
	_, err := b.claims(1)
	reason(t, err, "conflict.open_already")

	seen, _, err := b.files.Conflicts(ctx, b.lina().may("conflict.read"), b.now, nil, false, 50, "")
	require.NoError(t, err)
	require.Len(t, seen, 1)
	require.True(t, seen[0].Mine)
	require.Equal(t, "他一直由我接待", seen[0].Texts.Claim)
	_, err = b.files.Answer(ctx, b.min().may("conflict.read"), b.now, c.ID, "不是这样")
	reason(t, err, "conflict.not_holder")
	_, err = b.files.Answer(ctx, b.lina().may("conflict.read"), b.now, c.ID, "去年起就是我的客人")
	require.NoError(t, err)
	_, err = b.files.Decide(ctx, b.zhao().may("conflict.decide"), b.now, c.ID, customer.Claimant, "消费都由周敏接待")
	reason(t, err, "conflict.too_early")
	_, err = b.files.Yield(ctx, b.zhao().may("conflict.read"), b.now, c.ID)
	reason(t, err, "conflict.no_part")
	_, err = b.files.Conflict(ctx, b.as(b.a, hq, staff.ServiceRep, east).may("conflict.read"), b.now, c.ID)
	reason(t, err, "conflict.not_found")
	_, err = b.files.Conflict(ctx, b.as(b.b, boss, staff.ServiceManager, east).may("conflict.read"), b.now, c.ID)
	reason(t, err, "conflict.not_found")

	done, err := b.files.Yield(ctx, b.lina().may("conflict.read"), b.now, c.ID)
	require.NoError(t, err)
	require.Equal(t, customer.Claimant, done.Outcome)
	require.Equal(t, "去年起就是我的客人", done.Texts.Answer)
	require.Equal(t, rep2, b.owner(v.File))
	require.Equal(t, 1, b.right.moves)
	_, err = b.files.Yield(ctx, b.min().may("conflict.read"), b.now, c.ID)
	reason(t, err, "conflict.over")
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM file_event WHERE kind = 'conflict.moved' AND rule = 'CUS-10'"))
	require.Zero(t, b.superCount("SELECT count(*)::int FROM conflict_case WHERE texts_box LIKE '%' || convert_to('接待', 'UTF8') || '%'"), "what they say is sealed")
	ended, _, err := b.files.Conflicts(ctx, b.zhao().may("conflict.read"), b.now, nil, true, 50, "")
	require.NoError(t, err)
	require.Len(t, ended, 1)
}

// What was never approved changes hands with its number; its text stays its
// writer's, and a file in review comes back.
func TestConflictOverDrafts(t *testing.T) {
	b := setup(t)
	v := b.create(b.lina(), east, input("王建国", number(1)))
	c := b.claimed(1)
	b.now = b.now.Add(8 * 24 * time.Hour) // longer than a draft holds its number
	_, err := b.files.Create(ctx, b.as(b.a, boss, staff.ServiceManager, east).write(), b.now, east, request(), input("王建国", number(1)))
	reason(t, err, "customer.already_on_file")
	_, err = b.files.Submit(ctx, b.lina().write(), b.now, v.File)
	require.NoError(t, err)
	_, err = b.files.Decide(ctx, b.zhao().may("conflict.decide"), b.now, c.ID, customer.Claimant, "消费都由周敏接待")
	require.NoError(t, err)
	back, err := b.files.Get(ctx, b.lina().read(), b.now, v.File)
	require.NoError(t, err)
	require.Equal(t, customer.Rejected, back.State)
	require.Equal(t, "number", back.Reasons[0].Field)
	require.Equal(t, "王建国", back.Fields.Name.Full(), "the text stays")
	require.Equal(t, customer.HoldTaken, b.hold(b.lina(), v.File).State)
	require.Equal(t, customer.HoldHeld, b.hold(b.min(), *c.ClaimFile).State)
	_, err = b.files.Submit(ctx, b.lina().write(), b.now, v.File)
	reason(t, err, "customer.already_on_file")
	b.approve(b.min(), *c.ClaimFile, b.zhao())
	require.Equal(t, rep2, b.owner(*c.ClaimFile))

	// The claimant gives way: the draft begins its seven days anew.
	w := b.create(b.lina(), east, input("李建国", number(2)))
	c = b.claimed(2)
	_, err = b.files.Yield(ctx, b.min().may("conflict.read"), b.now, c.ID)
	require.NoError(t, err)
	require.Equal(t, b.now.Add(7*24*time.Hour), b.hold(b.lina(), w.File).Until.In(b.now.Location()))
	require.Equal(t, customer.HoldTaken, b.hold(b.min(), *c.ClaimFile).State)

	// Whoever gives his file another number gives way too.
	c = b.claimed(2)
	_, err = b.files.Update(ctx, b.lina().write(), b.now, w.File, w.Version, input("李建国", number(3)))
	require.NoError(t, err)
	require.Equal(t, customer.HoldHeld, b.hold(b.min(), *c.ClaimFile).State)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_number WHERE file_id = $1", w.File))
}

// A number that an approved file only wants in its open revision is all that is
// claimed (CUS-12): the guest, his tie and his own number stay, whoever ends it.
func TestConflictOverNewNumber(t *testing.T) {
	b := setup(t)
	c := b.crew()
	v := b.opened(c, 1, []string{"number", "job_title"}, customerapp.Input{Number: number(2), Fields: customer.Fields{JobTitle: "总经理"}})
	held := func(n int) int {
		keys, err := b.tenants.Keys(ctx, b.a)
		require.NoError(t, err)
		return b.superCount("SELECT count(*)::int FROM file_number WHERE file_id = $1 AND number_key = $2", v.File, keys.NumberKey(kernel.Phone("+86"+number(n))))
	}
	lapses := func() int {
		return b.superCount("SELECT count(*)::int FROM file_number WHERE file_id = $1 AND reserved_until IS NOT NULL", v.File)
	}

	kept := b.claimed(2)
	require.Zero(t, lapses(), "it waits for the case")
	_, err := b.files.Yield(ctx, b.min().may("conflict.read"), b.now, kept.ID)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{held(1), held(2)})
	require.Equal(t, 1, lapses(), "the change has its time anew, the guest's own number is his for good")

	_, err = b.files.Submit(ctx, c.lina.write(), b.now, v.File)
	require.NoError(t, err)
	lost := b.claimed(2)
	_, err = b.files.Yield(ctx, c.lina.may("conflict.read"), b.now, lost.ID)
	require.NoError(t, err)
	require.Zero(t, b.right.moves, "no tie moves")
	require.Equal(t, rep, b.owner(v.File))
	require.Equal(t, []int{1, 0}, []int{held(1), held(2)})
	require.Equal(t, customer.HoldHeld, b.hold(b.min(), *lost.ClaimFile).State)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_event WHERE file_id = $1 AND kind = 'conflict.number_gone'", v.File))
	v, err = b.files.Get(ctx, c.lina.read(), b.now, v.File)
	require.NoError(t, err)
	require.Equal(t, customer.Rejected, v.State, "back to who finishes the change")
	require.Equal(t, []string{"job_title"}, v.Revision.Changed)
	require.Equal(t, "138****0001", v.Revision.Masked)
	_, err = b.files.Submit(ctx, c.lina.write(), b.now, v.File)
	require.NoError(t, err)
	v, err = b.files.Review(ctx, c.zhao.review(), b.now, v.File, customer.Decision{Approve: true})
	require.NoError(t, err)
	require.Equal(t, "总经理", v.Fields.JobTitle)
	require.Equal(t, "138****0001", v.Masked)
	require.Empty(t, b.right.moved)
	b.approve(b.min(), *lost.ClaimFile, b.zhao())
}

func TestConflictRefused(t *testing.T) {
	b := setup(t)
	_, err := b.claims(1)
	reason(t, err, "conflict.not_on_file")
	b.create(b.min(), east, input("王建国", number(1)))
	_, err = b.claims(1)
	reason(t, err, "conflict.own_guest")
	v := b.create(b.lina(), east, input("王建国", number(2)))
	b.approve(b.lina(), v.File, b.zhao())
	b.exec("UPDATE guest SET owner_id = NULL, owned_since = NULL WHERE file_id = $1", v.File)
	_, err = b.claims(2)
	reason(t, err, "conflict.public_guest")
	_, err = b.files.OpenConflict(ctx, b.min().write(), b.now, east, request(), input("王建国", number(2)), " ")
	require.Equal(t, "reason", faultOf(t, err).Violations[0].Field)
	require.Zero(t, b.superCount("SELECT count(*)::int FROM conflict_case"))
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM guest"), "nothing half done")
}

// Many claim at once: one case. The two and the manager end it at once: one end.
func TestConflictOnce(t *testing.T) {
	b := setup(t)
	v := b.create(b.lina(), east, input("王建国", number(1)))
	b.approve(b.lina(), v.File, b.zhao())
	var wg sync.WaitGroup
	var mu sync.Mutex
	opened := []customerapp.ConflictView{}
	for range 12 {
		wg.Go(func() {
			c, err := b.claims(1)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				opened = append(opened, c)
				return
			}
			reason(t, err, "conflict.open_already")
		})
	}
	wg.Wait()
	require.Len(t, opened, 1)
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM guest"), "who came too late left no draft")

	b.now = b.now.Add(settle)
	ends := 0
	for i := range 24 {
		wg.Go(func() {
			var err error
			switch i % 4 {
			case 0:
				_, err = b.files.Yield(ctx, b.lina().may("conflict.read"), b.now, opened[0].ID)
			case 1:
				_, err = b.files.Yield(ctx, b.min().may("conflict.read"), b.now, opened[0].ID)
			default:
				side := []customer.Side{customer.Holder, customer.Claimant}[i%2]
				_, err = b.files.Decide(ctx, b.zhao().may("conflict.decide"), b.now, opened[0].ID, side, "按消费记录")
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				ends++
				return
			}
			reason(t, err, "conflict.over")
		})
	}
	wg.Wait()
	require.Equal(t, 1, ends)
	end, err := b.files.Conflict(ctx, b.zhao().may("conflict.read"), b.now, opened[0].ID)
	require.NoError(t, err)
	want := map[customer.Side]kernel.PersonID{customer.Holder: rep, customer.Claimant: rep2}[end.Outcome]
	require.Equal(t, want, b.owner(v.File))
	require.Equal(t, 2, b.superCount("SELECT count(*)::int FROM file_event WHERE kind IN ('conflict.kept', 'conflict.moved')"))
}

// ROL-04: a manager who is one of the two does not decide; 楼面店总 does, and
// after as long again head office.
func TestConflictTurn(t *testing.T) {
	b := setup(t)
	b.appoint(boss, staff.ServiceManager, east)
	b.appoint(hq, "floor_manager", east)
	v := b.create(b.zhao(), east, input("王建国", number(1)))
	c := b.claimed(1)
	b.create(b.lina(), east, input("李建国", number(2)))
	other := b.claimed(2)
	n, err := b.files.EscalateConflicts(ctx, b.a, b.now)
	require.NoError(t, err)
	require.Zero(t, n)
	b.now = b.now.Add(settle)
	n, err = b.files.EscalateConflicts(ctx, b.a, b.now)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = b.files.EscalateConflicts(ctx, b.a, b.now)
	require.NoError(t, err)
	require.Zero(t, n, "again changes nothing")
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_event WHERE file_id = $1 AND kind = 'conflict.to_store_head'", v.File))
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM customer_pub.conflict WHERE escalated_to = ARRAY[$1::uuid]", boss))
	_, err = b.files.Decide(ctx, b.zhao().may("conflict.decide"), b.now, c.ID, customer.Holder, "是我的客人")
	reason(t, err, "conflict.own_case")
	sun := b.as(b.a, hq, "floor_manager", east)
	mine, err := b.files.Conflict(ctx, sun.may("conflict.decide"), b.now, c.ID)
	require.NoError(t, err)
	require.True(t, mine.Decidable)
	require.Equal(t, "孙平", mine.Turn.People[0].Name)
	done, err := b.files.Decide(ctx, sun.may("conflict.decide"), b.now, c.ID, customer.Holder, "一直由他接待")
	require.NoError(t, err)
	require.Equal(t, "孙平", done.EndedBy)
	_, err = b.files.Decide(ctx, b.zhao().may("conflict.decide"), b.now, other.ID, customer.Holder, "一直由她接待")
	require.NoError(t, err)
}

// A draft's hold runs out at its hour without anybody freeing it: fifty who enter
// the number then and its writer who takes it again meet one row.
func TestLapsedOnce(t *testing.T) {
	b := setup(t)
	v := b.create(b.lina(), east, input("王建国", number(1)))
	require.Equal(t, customer.HoldHeld, b.hold(b.lina(), v.File).State)
	b.now = b.now.Add(7*24*time.Hour + time.Second)
	require.Equal(t, customer.HoldLapsed, b.hold(b.lina(), v.File).State)
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := 0
	for i := range 50 {
		wg.Go(func() {
			var err error
			if i%10 == 0 {
				_, err = b.files.HoldAgain(ctx, b.lina().write(), b.now, v.File)
			} else {
				_, err = b.files.Create(ctx, b.min().write(), b.now, east, request(), input("王建国", number(1)))
			}
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
				return
			}
			reason(t, err, "customer.already_on_file")
		})
	}
	wg.Wait()
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_number"))
	h := b.hold(b.lina(), v.File)
	if b.superCount("SELECT count(*)::int FROM guest") == 1 {
		require.GreaterOrEqual(t, won, 1) // he may take it as often as he likes
		require.Equal(t, customer.HoldHeld, h.State)
		return
	}
	require.Equal(t, 1, won)
	require.Equal(t, customer.HoldTaken, h.State)
	require.Equal(t, kernel.NewDate(2025, 3, 6), *h.Since)
	got, err := b.files.Get(ctx, b.lina().read(), b.now, v.File)
	require.NoError(t, err)
	require.Equal(t, "科技路5号", got.Fields.Address, "its writer keeps the text")
	_, err = b.files.HoldAgain(ctx, b.min().write(), b.now, v.File)
	reason(t, err, "customer.not_found")
}
