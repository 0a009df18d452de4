package staff

import (
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
)

// EscalatedPermission marks those to whom requests go when the ones below are
// away or late (ROL-05): in a store 楼面店总, at head office its lead.
const EscalatedPermission = "request.escalated"

// Step is how far up a request lies (ROL-05): store → 楼面店总 → head office.
type Step uint8

// The steps; the numbers are those in the database.
const (
	StepNone      Step = iota // there is nobody
	StepStore                 // those of the store who handle such requests
	StepStoreHead             // those of the store to whom they are escalated
	StepHQ                    // head office's handlers
	StepHQHead                // those at head office to whom they are escalated
)

// Handler is somebody who may handle requests of one kind by a post of today.
type Handler struct {
	Person    kernel.PersonID
	Name      string
	Position  string
	Stores    []kernel.StoreID // none: head office
	Escalated bool             // holds EscalatedPermission by the same post
	Away      bool             // on long leave, or without an account that lets him in
}

func (h Handler) step() Step {
	step := StepStore
	if len(h.Stores) == 0 {
		step = StepHQ
	}
	if h.Escalated {
		step++
	}
	return step
}

// Standin acts for a handler now, by a live delegation of the permission.
type Standin struct {
	Holder, Person kernel.PersonID
	Name           string
	Away           bool
}

// Desk is everybody who may handle requests of one kind, as they stand now.
type Desk struct {
	Handlers []Handler
	Standins []Standin
}

// Turn is whose turn a request is.
type Turn struct {
	Step Step
	// Escalated: it lies higher than it would with everybody in and in time.
	Escalated bool
	People    []Hand
}

// Hand is one of those whose turn it is.
type Hand struct {
	Person   kernel.PersonID
	Name     string
	Position string          // of the post he handles it by; the holder's for a delegate
	For      kernel.PersonID // zero: in his own right
	ForName  string
}

// Turn says whose turn a request is that was made in a store and concerns some
// people (ROL-04), after so many of its deadlines have passed. It begins with the
// lowest step that has somebody: a handler who is not away, or somebody who
// stands in for one. Each deadline takes it one such step up.
func (d Desk) Turn(store kernel.StoreID, concerned func(kernel.PersonID) bool, passed int) Turn {
	var hands [StepHQHead + 1][]Hand
	lowest := StepHQHead
	for _, h := range d.Handlers {
		if len(h.Stores) > 0 && !slices.Contains(h.Stores, store) {
			continue
		}
		step := h.step()
		lowest = min(lowest, step)
		for _, hand := range d.hands(h, concerned) {
			if !slices.ContainsFunc(hands[step], func(x Hand) bool { return x.Person == hand.Person && x.For == hand.For }) {
				hands[step] = append(hands[step], hand)
			}
		}
	}
	t := Turn{}
	for step, people := range hands {
		if len(people) == 0 {
			continue
		}
		t = Turn{Step: Step(step), Escalated: Step(step) > lowest, People: people}
		if passed--; passed < 0 {
			break
		}
	}
	return t
}

// hands are those who handle a request by one post: its holder and who stands in
// for him, unless away or concerned; of somebody concerned, nobody.
func (d Desk) hands(h Handler, concerned func(kernel.PersonID) bool) (out []Hand) {
	if concerned(h.Person) {
		return nil
	}
	if !h.Away {
		out = append(out, Hand{Person: h.Person, Name: h.Name, Position: h.Position})
	}
	for _, s := range d.Standins {
		if s.Holder == h.Person && !s.Away && !concerned(s.Person) {
			out = append(out, Hand{Person: s.Person, Name: s.Name, Position: h.Position, For: h.Person, ForName: h.Name})
		}
	}
	return out
}

// Answers gives those who answer for a turn that let its time pass: a delegate
// does where the holder is away, else the holder.
func (t Turn) Answers() (out []kernel.PersonID) {
	for _, h := range t.People {
		holder := !h.For.IsZero() && slices.ContainsFunc(t.People, func(x Hand) bool { return x.Person == h.For && x.For.IsZero() })
		if !holder && !slices.Contains(out, h.Person) {
			out = append(out, h.Person)
		}
	}
	return out
}

// Passed counts the deadlines that have passed: the first at due, then one more
// with each period, the time a step has.
func Passed(now, due time.Time, period time.Duration) int {
	if now.Before(due) || period <= 0 {
		return 0
	}
	return 1 + int(now.Sub(due)/period)
}
