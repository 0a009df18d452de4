package staff_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

var (
	manager, supervisor, head   = kernel.PersonID{1}, kernel.PersonID{2}, kernel.PersonID{3}
	hqDesk, hqLead, rep, nobody = kernel.PersonID{4}, kernel.PersonID{5}, kernel.PersonID{6}, kernel.PersonID{}
)

// desk is a store's reviewers up to head office; away are on long leave.
func desk(away ...kernel.PersonID) staff.Desk {
	d := staff.Desk{Handlers: []staff.Handler{
		{Person: manager, Name: "经理", Stores: []kernel.StoreID{here}},
		{Person: supervisor, Name: "主管", Stores: []kernel.StoreID{here, there}},
		{Person: head, Name: "店总", Stores: []kernel.StoreID{here}, Escalated: true},
		{Person: hqDesk, Name: "专员"},
		{Person: hqLead, Name: "负责人", Escalated: true},
	}}
	for i, h := range d.Handlers {
		d.Handlers[i].Away = slices.Contains(away, h.Person)
	}
	return d
}

func (w want) of(t staff.Turn) bool {
	people := []kernel.PersonID{}
	for _, h := range t.People {
		people = append(people, h.Person)
	}
	return w.step == t.Step && w.escalated == t.Escalated && slices.Equal(w.people, people)
}

type want struct {
	step      staff.Step
	escalated bool
	people    []kernel.PersonID
}

// ROL-05: store → 楼面店总 → head office, when those below are away without a
// delegate, concerned (ROL-04), or late (CUS-03, ACC-02).
func TestTurn(t *testing.T) {
	t.Parallel()
	standin := func(holder, by kernel.PersonID, away bool) staff.Standin {
		return staff.Standin{Holder: holder, Person: by, Name: "代理", Away: away}
	}
	all := []kernel.PersonID{}
	for name, c := range map[string]struct {
		desk      staff.Desk
		store     kernel.StoreID
		concerned []kernel.PersonID
		passed    int
		want      want
	}{
		"OK in the store":                  {desk(), here, nil, 0, want{staff.StepStore, false, []kernel.PersonID{manager, supervisor}}},
		"OK another store's":               {desk(), there, nil, 0, want{staff.StepStore, false, []kernel.PersonID{supervisor}}},
		"OK one is away":                   {desk(manager), here, nil, 0, want{staff.StepStore, false, []kernel.PersonID{supervisor}}},
		"OK both are away":                 {desk(manager, supervisor), here, nil, 0, want{staff.StepStoreHead, true, []kernel.PersonID{head}}},
		"OK no head there":                 {desk(supervisor), there, nil, 0, want{staff.StepHQ, true, []kernel.PersonID{hqDesk}}},
		"OK all of the store are away":     {desk(manager, supervisor, head), here, nil, 0, want{staff.StepHQ, true, []kernel.PersonID{hqDesk}}},
		"OK only the lead is in":           {desk(manager, supervisor, head, hqDesk), here, nil, 0, want{staff.StepHQHead, true, []kernel.PersonID{hqLead}}},
		"OK nobody":                        {desk(manager, supervisor, head, hqDesk, hqLead), here, nil, 0, want{staff.StepNone, false, all}},
		"OK an empty chain":                {staff.Desk{}, here, nil, 3, want{staff.StepNone, false, all}},
		"OK his own file":                  {desk(), here, []kernel.PersonID{manager}, 0, want{staff.StepStore, false, []kernel.PersonID{supervisor}}},
		"OK the only reviewer's own":       {desk(), there, []kernel.PersonID{supervisor}, 0, want{staff.StepHQ, true, []kernel.PersonID{hqDesk}}},
		"OK late":                          {desk(), here, nil, 1, want{staff.StepStoreHead, true, []kernel.PersonID{head}}},
		"OK late again":                    {desk(), here, nil, 2, want{staff.StepHQ, true, []kernel.PersonID{hqDesk}}},
		"OK late for ever":                 {desk(), here, nil, 99, want{staff.StepHQHead, true, []kernel.PersonID{hqLead}}},
		"OK late, the head away":           {desk(head), here, nil, 1, want{staff.StepHQ, true, []kernel.PersonID{hqDesk}}},
		"OK away and late":                 {desk(manager, supervisor), here, nil, 1, want{staff.StepHQ, true, []kernel.PersonID{hqDesk}}},
		"OK a delegate":                    {staff.Desk{Handlers: desk(manager, supervisor).Handlers, Standins: []staff.Standin{standin(manager, rep, false)}}, here, nil, 0, want{staff.StepStore, false, []kernel.PersonID{rep}}},
		"OK his delegate is away too":      {staff.Desk{Handlers: desk(manager, supervisor).Handlers, Standins: []staff.Standin{standin(manager, rep, true)}}, here, nil, 0, want{staff.StepStoreHead, true, []kernel.PersonID{head}}},
		"OK the delegate's own":            {staff.Desk{Handlers: desk(manager, supervisor).Handlers, Standins: []staff.Standin{standin(manager, rep, false)}}, here, []kernel.PersonID{rep}, 0, want{staff.StepStoreHead, true, []kernel.PersonID{head}}},
		"OK the holder's, by his delegate": {staff.Desk{Handlers: desk(supervisor).Handlers, Standins: []staff.Standin{standin(manager, rep, false)}}, here, []kernel.PersonID{manager}, 0, want{staff.StepStoreHead, true, []kernel.PersonID{head}}},
		"OK head office's own requests":    {staff.Desk{Handlers: desk().Handlers[3:]}, here, nil, 0, want{staff.StepHQ, false, []kernel.PersonID{hqDesk}}},
		"OK head office is late":           {staff.Desk{Handlers: desk().Handlers[3:]}, here, nil, 1, want{staff.StepHQHead, true, []kernel.PersonID{hqLead}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := c.desk.Turn(c.store, func(p kernel.PersonID) bool { return slices.Contains(c.concerned, p) }, c.passed)
			require.True(t, c.want.of(got), "%+v", got)
		})
	}
	turn := staff.Desk{Handlers: desk(manager).Handlers[:1], Standins: []staff.Standin{standin(manager, rep, false)}}.Turn(here, func(kernel.PersonID) bool { return false }, 0)
	require.Equal(t, staff.Hand{Person: rep, Name: "代理", For: manager, ForName: "经理"}, turn.People[0])
}

// Whoever is away, concerned or late: nobody is asked who may not decide, more
// deadlines never bring a request down, and it is nobody's turn only when nobody could.
func TestTurnProperty(t *testing.T) {
	t.Parallel()
	people := []kernel.PersonID{manager, supervisor, head, hqDesk, hqLead, rep}
	some := rapid.SliceOfDistinct(rapid.SampledFrom(people), func(p kernel.PersonID) kernel.PersonID { return p })
	rapid.Check(t, func(t *rapid.T) {
		d := desk(some.Draw(t, "away")...)
		d.Handlers = rapid.SliceOf(rapid.SampledFrom(d.Handlers)).Draw(t, "handlers")
		for range rapid.IntRange(0, 4).Draw(t, "standins") {
			s := staff.Standin{Holder: rapid.SampledFrom(people).Draw(t, "holder"), Person: rapid.SampledFrom(people).Draw(t, "standin"), Away: rapid.Bool().Draw(t, "away too")}
			if s.Holder != s.Person {
				d.Standins = append(d.Standins, s)
			}
		}
		list := some.Draw(t, "concerned")
		concerned := func(p kernel.PersonID) bool { return slices.Contains(list, p) }
		store := rapid.SampledFrom([]kernel.StoreID{here, there}).Draw(t, "store")
		before := staff.StepNone
		for passed := range 6 {
			turn := d.Turn(store, concerned, passed)
			require.GreaterOrEqual(t, turn.Step, before)
			before = turn.Step
			require.Equal(t, turn.Step == staff.StepNone, len(turn.People) == 0)
			for _, hand := range turn.People {
				require.False(t, concerned(hand.Person) || concerned(hand.For), "ROL-04")
				post := hand.Person
				if hand.For != nobody {
					post = hand.For
				}
				require.True(t, slices.ContainsFunc(d.Handlers, func(h staff.Handler) bool {
					return h.Person == post && (len(h.Stores) == 0 || slices.Contains(h.Stores, store)) && (hand.For != nobody || !h.Away)
				}))
			}
		}
	})
}

func TestPassed(t *testing.T) {
	t.Parallel()
	due := now
	for want, at := range map[int]time.Time{0: due.Add(-1), 1: due, 2: due.Add(12 * time.Hour), 9: due.Add(96*time.Hour + 1)} {
		require.Equal(t, want, staff.Passed(at, due, 12*time.Hour))
	}
	require.Equal(t, 1, staff.Passed(due.Add(12*time.Hour-1), due, 12*time.Hour))
}
