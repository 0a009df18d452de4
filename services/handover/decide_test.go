package handover_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
)

const day kernel.BusinessDate = 20000

// TestTurn is whose turn each state of HND-02 is, and which states hold the files
// (HND-06).
func TestTurn(t *testing.T) {
	t.Parallel()
	for state, want := range map[handover.State]struct {
		turn         handover.Side
		holds, moved bool
	}{
		handover.Requested: {handover.HeadOffice, true, false},
		handover.Checked:   {handover.Receiver, true, false},
		handover.Accepted:  {handover.HeadOffice, true, false},
		handover.Confirmed: {handover.HeadOffice, false, true},
		handover.Complete:  {handover.Receiver, false, true},
		handover.Desk:      {handover.HeadOffice, true, false},
		handover.Ended:     {handover.Nobody, false, false},
	} {
		h := handover.Handover{State: state}
		require.Equal(t, want.turn, h.Turn(1), state)
		require.Equal(t, want.holds, state.Holds(), state)
		require.Equal(t, want.moved, state.Moved(), state)
		require.False(t, want.holds && want.moved, "in handover and moved: %s", state)
	}
	require.Equal(t, handover.Nobody, handover.Handover{State: handover.Complete}.Turn(0))
}

// TestBroken is HND-05 at its edges.
func TestBroken(t *testing.T) {
	t.Parallel()
	due := handover.Due(day, 7)
	require.Equal(t, day+7, *due)
	for name, x := range map[string]struct {
		state handover.State
		on    kernel.BusinessDate
		works bool
		want  handover.End
	}{
		"the last day":          {handover.Checked, day + 6, true, ""},
		"the first too late":    {handover.Checked, day + 7, true, handover.Expired},
		"head office too":       {handover.Requested, day + 9, true, handover.Expired},
		"the receiver left":     {handover.Accepted, day, false, handover.ReceiverLeft},
		"left and late":         {handover.Accepted, day + 8, false, handover.ReceiverLeft},
		"before the step began": {handover.Accepted, day - 1, false, ""},
		"moved already":         {handover.Confirmed, day + 30, false, ""},
		"on the desk":           {handover.Desk, day + 30, false, ""},
	} {
		h := handover.Handover{State: x.state, StepOn: day, DueOn: due}
		require.Equal(t, x.want, h.Broken(x.on, x.works), name)
	}
	require.Equal(t, handover.Ended, handover.Home(true))
	require.Equal(t, handover.Desk, handover.Home(false))
	desk := handover.Handover{State: handover.Desk, DueOn: due}
	require.False(t, desk.Cleared(day+6))
	require.True(t, desk.Cleared(day+7))
	require.False(t, handover.Handover{State: handover.Ended}.Cleared(day+7))
}

// TestCustody is HND-08: back on its day, earlier when who has the files is gone,
// never to somebody who is gone.
func TestCustody(t *testing.T) {
	t.Parallel()
	until, since := day+10, day
	h := handover.Handover{Kind: handover.Custody, State: handover.Complete, Until: &until, ConfirmedOn: &since}
	for name, x := range map[string]struct {
		on              kernel.BusinessDate
		giver, receiver bool
		back, keeps     bool
	}{
		"the day before":      {day + 9, true, true, false, false},
		"its day":             {day + 10, true, true, true, false},
		"the receiver left":   {day + 3, true, false, true, false},
		"the giver left":      {day + 10, false, true, false, true},
		"the giver left, yet": {day + 9, false, true, false, false},
		"the first day":       {day, true, false, false, false},
	} {
		require.Equal(t, x.back, h.GivesBack(x.on, x.giver, x.receiver), name)
		require.Equal(t, x.keeps, h.Keeps(x.on, x.giver), name)
	}
	h.Kind, h.Until = handover.OtherPost, nil
	require.False(t, h.GivesBack(day+400, true, true), "no custody")
	require.False(t, h.Keeps(day+400, false))
}

// TestConcerns: who has part in a case, or began it, decides nothing of it (ROL-04).
func TestConcerns(t *testing.T) {
	t.Parallel()
	p := make([]kernel.PersonID, 5)
	for i := range p {
		p[i][0] = byte(i + 1)
	}
	h := handover.Handover{Giver: p[0], Receiver: p[1], By: p[2], For: &p[3], State: handover.Accepted}
	for i := range p {
		require.Equal(t, i < 4, h.Concerns(p[i]))
		require.Equal(t, i < 2, h.Part(p[i]))
		require.Equal(t, i < 2, h.Sees(p[i]))
	}
	h.State = handover.Checked
	require.False(t, h.Sees(p[1]), "not before he accepted")
	h.State = handover.Complete
	require.False(t, h.Sees(p[0]), "no longer his")
}
