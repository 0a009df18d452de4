package customerapp

import (
	"sync"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rate"
)

// How many different numbers one person may look up while typing. Nobody types
// so many; whoever tries out lists learns nothing more (CUS-10).
const (
	numbersAMinute = 20
	numbersADay    = 200
)

// asked remembers what people look up while typing, in this process and for a
// day. The zero value is ready.
type asked struct {
	mu     sync.Mutex
	day    kernel.BusinessDate
	people map[askedBy]*askedOf
}

type askedBy struct {
	tenant kernel.TenantID
	person kernel.PersonID
}

type askedOf struct {
	last   kernel.Phone // asking again for the one in the form is free
	today  int
	bucket rate.Bucket
}

// may reports whether a person may look up a number now, and counts it.
func (a *asked) may(id kernel.TenantID, person kernel.PersonID, day kernel.BusinessDate, number kernel.Phone, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.people == nil || day > a.day {
		a.day, a.people = day, map[askedBy]*askedOf{}
	}
	by := askedBy{id, person}
	of := a.people[by]
	if of == nil {
		of = &askedOf{}
		a.people[by] = of
	}
	if of.last == number {
		return true
	}
	if of.today >= numbersADay {
		return false
	}
	if ok, _, _ := of.bucket.Take(now, numbersAMinute); !ok {
		return false
	}
	of.last = number
	of.today++
	return true
}
