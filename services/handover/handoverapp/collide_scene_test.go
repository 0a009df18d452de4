package handoverapp_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// today is the day of all plays: the first of a month, so that every kind of run may
// be due.
const today = "2026-04-01"

// scene is how a guest stands as two acts meet, and what may be done then. The first
// acts are those that the scene is about: each meets all the others, which meet one
// another in the long plays only.
type scene struct {
	name  string
	about int
	set   func(c *guestOf)
	acts  []act
}

// guestOf is a chain with the guest of a scene: the giver's since December.
type guestOf struct {
	*chain
	stage                            *stage
	file, twin                       kernel.FileID // his file, and a second one of his
	loss, offer, appeal, wrong, slip kernel.UUID
}

// guest makes the scene's guest, in a chain of his own.
func (h *house) guest(t *testing.T) *guestOf {
	t.Helper()
	h.at(today)
	h.chains++
	c := &guestOf{chain: h.chain(fmt.Sprintf("chain%d", h.chains)), stage: h.stage}
	_, err := h.staff.Tables.For(h.t.Context(), c.id, 0) // or who is stopped as he reads them holds up the other, in no lock of the database
	require.NoError(h.t, err)
	files := c.files("2025-12-05", 2)
	slices.SortFunc(files, kernel.FileID.Compare) // a run tells of the first
	c.file, c.twin = files[0], files[1]
	h.of.set(c)
	return c
}

// scenes are what a guest goes through.
var scenes = []scene{
	{"public", 2, set(lost, received), []act{claims, adoption, claimsToo, contests, merged}},
	{"offered", 1, set(lost, received, offered, ripe), []act{takesOn, declines, lapse, adoption, contests, merged}},
	{"claimed", 1, set(lost, received, claimed, ripe), []act{submits, declines, lapse, adoption, contests}},
	{"submitted", 1, set(lost, received, claimed, submitted, ripe), []act{approves, claimsToo, declines, lapse, adoption, contests, goes}},
	{"contested", 1, set(lost, received, contested), []act{granted, takesBack, claims, adoption, merged}},
	{"contested and claimed", 1, set(lost, claimed, submitted, ripe, contested), []act{granted, takesBack, approves, declines, lapse}},
	{"contested and another's", 1, set(lost, claimed, submitted, approved, seen, contested), []act{granted, takesBack, givesAway, share, merged}},
	{"to be given back", 1, set(lost, received, wronged), []act{corrected, dismissed, claims, adoption, contests, merged}},
	{"to be given back and claimed", 1, set(lost, claimed, submitted, wronged), []act{corrected, approves, declines}},
	{"contested by who leaves", 1, set(lost, parted, contested), []act{granted, gone}},
	{"to be given back to who leaves", 1, set(lost, parted, wronged), []act{corrected, gone}},
	{"asleep", 2, set(), []act{dormancy, begins, beginsOther, mergedAway}},
	{"others'", 1, set(received), []act{share, begins, merged}},
	{"left behind", 1, set(left), []act{away, begins, closes}},
	{"requested", 1, set(requested, late), []act{withdraws, checks, rejects, broken}},
	{"checked", 1, set(requested, checked, late), []act{accepts, refuses, withdraws, broken}},
	{"accepted", 1, set(requested, checked, accepted, late), []act{confirms, rejectsLate, withdraws, broken, merged, goes}},
	{"confirmed", 1, set(requested, checked, accepted, confirmed), []act{sends, merged}},
	{"in custody", 1, set(entrusted), []act{broken, merged, mergedAway, givesAway}},
	{"in a store that merges", 1, set(merging), []act{ends, begins, mergedAway}},
	{"accepted in a store that merges", 1, set(requested, checked, accepted, merging), []act{ends, confirms, withdraws}},
	{"submitted in a store that merges", 1, set(lost, claimed, submitted, merging), []act{ends, approves, declines, contests}},
}

func set(each ...func(c *guestOf)) func(c *guestOf) {
	return func(c *guestOf) {
		for _, f := range each {
			f(c)
		}
	}
}

// must is a step on the way to a scene.
func must(a act) func(c *guestOf) {
	return func(c *guestOf) { require.NoError(c.t, a.do(context.Background(), c), a.name) }
}

// How a guest comes to stand as he does.
var (
	claimed   = must(claims)
	submitted = must(submits)
	approved  = must(approves)
	contested = must(contests)
	requested = must(begins)
	checked   = must(checks)
	accepted  = must(accepts)
	confirmed = must(confirms)
)

// lost: LIF-03 took him from the giver a month ago, and says so only now.
func lost(c *guestOf) {
	c.loss = kernel.NewID[kernel.UUID](c.clock.Now())
	c.exec(`INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
		VALUES ($1, $2, gen_random_uuid(), $3, $4, 'LIF-03', 1, '2026-03-01', $5, '{}', $6)`, c.id, c.loss, c.file, c.store, c.giver, c.clock.Now())
	c.exec("UPDATE tie SET end_on = '2026-03-01', decision_id = $3 WHERE tenant_id = $1 AND file_id = $2", c.id, c.file, c.loss)
	c.exec("UPDATE guest SET owner_id = NULL, owned_since = NULL WHERE tenant_id = $1 AND file_id = $2", c.id, c.file)
}

// received: the third received him often enough in March to adopt him, or to share
// him away from whose he is.
func received(c *guestOf) {
	for _, day := range []string{"2026-03-20", "2026-03-21"} {
		require.NoError(c.t, c.visited(context.Background(), c.file, c.third, date(c.t, day), c.clock.Now()))
	}
}

// seen: so did he since somebody else has him, as if that were since the 10th.
func seen(c *guestOf) {
	c.exec("UPDATE tie SET start_on = '2026-03-10' WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL", c.id, c.file)
	c.exec("UPDATE guest SET owned_since = '2026-03-10' WHERE tenant_id = $1 AND file_id = $2", c.id, c.file)
	received(c)
}

// parted: the twin is the third's, so that the giver, who lost the guest, has none.
func parted(c *guestOf) {
	c.exec("UPDATE tie SET referrer_id = $3 WHERE tenant_id = $1 AND file_id = $2", c.id, c.twin, c.third)
	c.exec("UPDATE guest SET owner_id = $3 WHERE tenant_id = $1 AND file_id = $2", c.id, c.twin, c.third)
}

func offered(c *guestOf) {
	o, err := c.ownership.Assign(context.Background(), c.office(), c.clock.Now(), c.file, c.receiver)
	require.NoError(c.t, err)
	c.offer = o.ID
}

// ripe: the days of the offer are over.
func ripe(c *guestOf) {
	c.exec("UPDATE offer SET offered_on = $2::date - 7, lapses_on = $2 WHERE tenant_id = $1", c.id, today)
}

// wronged: the loss should not have been.
func wronged(c *guestOf) {
	c.wrong = kernel.NewID[kernel.UUID](c.clock.Now())
	c.exec(`INSERT INTO correction (tenant_id, correction_id, file_id, store_id, month, run_id, found_on, effect, person_id, decided, now, digest, state, created_at)
		VALUES ($1, $2, $3, $4, '2026-03-01', gen_random_uuid(), '2026-03-31', 'restore', $5, '[]', '[]', '\x00', 'proposed', $6)`, c.id, c.wrong, c.file, c.store, c.giver, c.clock.Now())
}

// left: the giver works there no more since a week and a day.
func left(c *guestOf) { c.leaves(c.giver, "2026-03-24") }

// late: a step waits for too long.
func late(c *guestOf) {
	c.exec("UPDATE handover SET due_on = $2, step_on = $2::date - 7 WHERE tenant_id = $1", c.id, today)
}

// entrusted: the receiver has him in custody until today.
func entrusted(c *guestOf) {
	until := date(c.t, today) + 3
	c.slip = c.through(c.begin(some(c.file), func(r *handover.Request) { r.Kind, r.Until = handover.Custody, &until }), handover.Complete).ID
	c.exec("UPDATE handover SET until_on = $2 WHERE tenant_id = $1", c.id, today)
}

// merging: his store is another's from today on.
func merging(c *guestOf) {
	c.at("2026-03-31")
	c.chain.ends(handover.MergeStores, c.second("S02", "高新店"), today)
	c.at(today)
}

func anybody(c *guestOf, p kernel.PersonID) kernel.Grant { return c.grant(p, kernel.ReachWhere) }

func done[T any](_ T, err error) error { return err }

// What is done to him.
var (
	claims = act{name: "the receiver claims", do: func(ctx context.Context, c *guestOf) (err error) {
		o, err := c.ownership.Claim(ctx, anybody(c, c.receiver), c.clock.Now(), c.file)
		c.offer = o.ID
		return err
	}}
	claimsToo = act{name: "the third claims", do: func(ctx context.Context, c *guestOf) error {
		return done(c.ownership.Claim(ctx, anybody(c, c.third), c.clock.Now(), c.file))
	}}
	takesOn = act{name: "taken on", do: func(ctx context.Context, c *guestOf) error {
		return done(c.ownership.Confirm(ctx, c.own(c.receiver).Actor(), c.clock.Now(), c.offer))
	}}
	declines = act{name: "declined", do: func(ctx context.Context, c *guestOf) error {
		return done(c.ownership.Decline(ctx, c.own(c.receiver).Actor(), c.clock.Now(), c.offer))
	}}
	// As customerapp.Submit does, of a file that has everything.
	submits = act{name: "submitted", do: func(ctx context.Context, c *guestOf) error {
		return c.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error {
			tag, err := tx.Exec(ctx, "UPDATE guest SET state = 'submitted', version = version + 1 WHERE file_id = $1 AND state IN ('draft', 'stage1', 'stage2', 'rejected')", c.file)
			if err == nil && tag.RowsAffected() == 0 {
				err = customer.ErrChanged
			}
			if err != nil {
				return err
			}
			_, err = tx.Exec(ctx, "UPDATE file_revision SET state = 'submitted', submitted_at = $2::timestamptz, due_at = $2::timestamptz + interval '12 hours' WHERE file_id = $1 AND state <> 'approved'", c.file, c.clock.Now())
			return err
		})
	}}
	approves = act{name: "approved", do: func(ctx context.Context, c *guestOf) error {
		return done(c.customers.Review(ctx, anybody(c, c.manager), c.clock.Now(), c.file, customer.Decision{Approve: true}))
	}}
	contests = act{name: "contested", do: func(ctx context.Context, c *guestOf) (err error) {
		c.appeal, err = c.ownership.Raise(ctx, anybody(c, c.giver), c.clock.Now(), c.loss, "客人当天来过", nil)
		return err
	}}
	granted = act{name: "granted", do: func(ctx context.Context, c *guestOf) error {
		return c.ownership.DecideAppeal(ctx, c.office(), c.clock.Now(), c.appeal, true, "核实过")
	}}
	takesBack = act{name: "the appeal taken back", do: func(ctx context.Context, c *guestOf) error {
		return c.ownership.Withdraw(ctx, anybody(c, c.giver), c.clock.Now(), c.appeal)
	}}
	corrected = act{name: "corrected", do: func(ctx context.Context, c *guestOf) error {
		return done(c.ownership.ConfirmCorrection(ctx, c.office(), c.wrong, "核实过"))
	}}
	dismissed = act{name: "not corrected", do: func(ctx context.Context, c *guestOf) error {
		return done(c.ownership.DismissCorrection(ctx, c.office(), c.wrong, "核实过"))
	}}
	merged     = act{name: "the twin merged into him", do: merge(false)}
	mergedAway = act{name: "merged into the twin", do: merge(true)}

	begins      = act{name: "handed over", do: handsOver(func(c *guestOf) (giver, receiver kernel.PersonID) { return c.giver, c.receiver })}
	givesAway   = act{name: "handed on", do: handsOver(func(c *guestOf) (giver, receiver kernel.PersonID) { return c.receiver, c.third })}
	beginsOther = act{name: "handed to the third", do: handsOver(func(c *guestOf) (giver, receiver kernel.PersonID) { return c.giver, c.third })}
	checks      = act{name: "checked", do: func(ctx context.Context, c *guestOf) error {
		return done(c.app.Check(ctx, c.office(), c.clock.Now(), c.slip, true, "一席", ""))
	}}
	rejects = act{name: "sent back", do: func(ctx context.Context, c *guestOf) error {
		return done(c.app.Check(ctx, c.office(), c.clock.Now(), c.slip, false, "", "不对"))
	}}
	rejectsLate = act{name: "sent back", do: func(ctx context.Context, c *guestOf) error {
		return done(c.app.Confirm(ctx, c.office(), c.clock.Now(), c.slip, false, "不对"))
	}}
	accepts = act{name: "accepted", do: func(ctx context.Context, c *guestOf) error {
		return done(c.app.Answer(ctx, c.own(c.receiver), c.clock.Now(), c.slip, true, ""))
	}}
	refuses = act{name: "refused", do: func(ctx context.Context, c *guestOf) error {
		return done(c.app.Answer(ctx, c.own(c.receiver), c.clock.Now(), c.slip, false, "不要"))
	}}
	confirms = act{name: "confirmed", do: func(ctx context.Context, c *guestOf) error {
		return done(c.app.Confirm(ctx, c.office(), c.clock.Now(), c.slip, true, ""))
	}}
	sends = act{name: "sent", do: func(ctx context.Context, c *guestOf) error {
		return done(c.app.Send(ctx, c.office(), c.clock.Now(), c.slip))
	}}
	withdraws = act{name: "withdrawn", do: func(ctx context.Context, c *guestOf) error {
		return done(c.app.Withdraw(ctx, anybody(c, c.manager), c.clock.Now(), c.slip, "撤回"))
	}}
	closes = act{name: "the giver's leaving closed", do: func(ctx context.Context, c *guestOf) error {
		return done(c.staff.CloseLeaving(ctx, c.office(), c.giver))
	}}
	goes = act{name: "the receiver left for good", do: leavesForGood(func(c *guestOf) kernel.PersonID { return c.receiver })}
	gone = act{name: "the giver left for good", do: leavesForGood(func(c *guestOf) kernel.PersonID { return c.giver })}

	lapse    = act{name: "LIF-14", run: ownership.KindLapse}
	adoption = act{name: "LIF-07", run: ownership.KindAdoption}
	share    = act{name: "LIF-04", run: ownership.KindShare}
	away     = act{name: "LIF-05", run: ownership.KindAway}
	dormancy = act{name: "LIF-03", run: ownership.KindDormancy}
	broken   = act{name: "HND-05", run: ownership.KindHandover}
	ends     = act{name: "the store's end", run: ownership.KindHandover}
)

func handsOver(people func(c *guestOf) (giver, receiver kernel.PersonID)) func(context.Context, *guestOf) error {
	return func(ctx context.Context, c *guestOf) error {
		giver, receiver := people(c)
		h, err := c.app.Request(ctx, anybody(c, c.manager), c.clock.Now(), handover.Request{
			Store: c.store, Giver: giver, Receiver: receiver, Kind: handover.OtherPost, Cause: handover.Leaving, Files: []kernel.FileID{c.file},
		})
		if err == nil {
			c.slip = h.ID
		}
		return err
	}
}

// leavesForGood ends somebody's posts and closes his leaving.
func leavesForGood(who func(c *guestOf) kernel.PersonID) func(context.Context, *guestOf) error {
	return func(ctx context.Context, c *guestOf) error {
		err := c.pool.InTenant(ctx, c.id, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, "UPDATE person SET left_on = $2::date WHERE person_id = $1", who(c), today); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "UPDATE assignment SET to_on = $2::date, ended_at = $3 WHERE person_id = $1", who(c), today, c.clock.Now())
			return err
		})
		if err != nil {
			return err
		}
		return done(c.staff.CloseLeaving(ctx, c.office(), who(c)))
	}
}

// merge makes one file of the two, with the owner of the one that goes.
func merge(into bool) func(context.Context, *guestOf) error {
	return func(ctx context.Context, c *guestOf) error {
		in := customerapp.MergeInput{Survivor: c.file, Merged: c.twin, FromMerged: true, Reason: "同一位客人"}
		if into {
			in.Survivor, in.Merged, in.FromMerged = c.twin, c.file, false
		}
		return done(c.customers.MergeFiles(ctx, c.office(), c.clock.Now(), in))
	}
}

// due lets one kind of run be due, and no other.
func (c *guestOf) due(k ownership.Kind) {
	c.ownership.Kinds = []ownership.Kind{k}
	last := "2026-03-31"
	if k.Monthly() {
		last = "2026-03-01"
	}
	c.exec(`INSERT INTO period_run (tenant_id, run_id, kind, period_on, state, cut_off, rule_version, started_at, ended_at)
		VALUES ($1, gen_random_uuid(), $2, $3, 'done', $4, 1, $4, $4)`, c.id, string(k), last, c.clock.Now())
}

// outcome is everything that tells whose the guest is and came to be, without ids: of
// what has the same outcome the same must hold.
func (c *guestOf) outcome() string {
	lines := c.texts(`
		SELECT concat_ws(' ', 'file', file_id, state, owner_id, owned_since, (SELECT code FROM store s WHERE s.store_id = guest.store_id)) FROM guest WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'tie', t.file_id, t.referrer_id, t.origin, t.start_on, 'again', t.resumed_on, 'to', t.end_on, d.rule, CASE WHEN t.hold_id IS NOT NULL THEN 'held' END, (SELECT code FROM store s WHERE s.store_id = t.store_id))
			FROM tie t LEFT JOIN decision d ON d.tenant_id = t.tenant_id AND d.decision_id = t.decision_id WHERE t.tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'hold', file_id, giver_id, from_on, to_on) FROM tie_hold WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'offer', file_id, kind, person_id, state, (SELECT code FROM store s WHERE s.store_id = offer.store_id)) FROM offer WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'revision', file_id, cause, state) FROM file_revision WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'appeal', file_id, person_id, state, (SELECT code FROM store s WHERE s.store_id = appeal.store_id)) FROM appeal WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'correction', file_id, effect, state) FROM correction WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'decision', file_id, rule, from_id, 'to', to_id, effective_on) FROM decision WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'case', giver_id, receiver_id, state, ended, confirmed_on, (SELECT code FROM store s WHERE s.store_id = handover.store_id)) FROM handover WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'step', step) FROM handover_step WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'told', person_id, kind, file_id) FROM inbox WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'message', template) FROM message WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'written over', what, was, now) FROM watched WHERE tenant_id = $1
		UNION ALL SELECT concat_ws(' ', 'leaving', person_id, closed_at IS NOT NULL) FROM leaving WHERE tenant_id = $1`, c.id)
	names := strings.NewReplacer(c.file.String(), "F", c.twin.String(), "G", c.giver.String(), "giver", c.receiver.String(), "receiver", c.third.String(), "third",
		c.manager.String(), "manager", c.hq.String(), "office", c.hqTo.String(), "second")
	for i, l := range lines {
		lines[i] = names.Replace(l)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
