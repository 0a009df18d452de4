package kernel

// Reach says how far a permission carries at the place of an assignment.
type Reach uint8

// Reaches; a role may give both.
const (
	ReachOwn   Reach = 1 << iota // only what is the person's own
	ReachWhere                   // everything at the place of the assignment
)

// Grant is the answer to "may this actor do this, and where": for each of the
// actor's assignments one bit per reach. It holds no slices of its own, so
// that making one costs no memory.
type Grant struct {
	actor      *Actor
	where, own uint64
}

// NewGrant asks how far a permission reaches for every assignment of the actor
// and keeps the answers.
func NewGrant(actor *Actor, permission string, reach func(role string) Reach) Grant {
	g := Grant{actor: actor}
	for i := range actor.Assignments {
		a := &actor.Assignments[i]
		r := reach(a.Role)
		if a.For != nil {
			r = a.For.reach(permission, r)
		}
		if r&ReachWhere != 0 {
			g.where |= 1 << i
		}
		if r&ReachOwn != 0 {
			g.own |= 1 << i
		}
	}
	return g
}

// Empty means refused.
func (g Grant) Empty() bool { return g.where|g.own == 0 }

// Actor is whom the grant was made for.
func (g Grant) Actor() *Actor { return g.actor }

// Person is the grant's person; what "own" compares with.
func (g Grant) Person() PersonID {
	if g.actor == nil {
		return PersonID{}
	}
	return g.actor.Person
}

// Tenant reports whether the permission reaches the whole chain.
func (g Grant) Tenant() bool { return g.tenantWide(g.where) }

// OwnTenant reports whether own things are reached wherever they lie.
func (g Grant) OwnTenant() bool { return g.tenantWide(g.own) }

// Stores lists the stores in which everything is reached, each once.
func (g Grant) Stores() []StoreID { return g.stores(g.where) }

// OwnIn lists the stores in which only own things are reached, each once.
func (g Grant) OwnIn() []StoreID { return g.stores(g.own) }

// Covers reports whether something in a store is reached; own says whether it
// is the actor's own.
func (g Grant) Covers(store StoreID, own bool) bool {
	return g.covers(g.where, store) || own && g.covers(g.own, store)
}

func (g Grant) tenantWide(bits uint64) bool {
	for i := 0; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 != 0 && g.actor.Assignments[i].TenantWide {
			return true
		}
	}
	return false
}

func (g Grant) stores(bits uint64) []StoreID {
	out, several, seen := []StoreID{}, bits&(bits-1) != 0, map[StoreID]bool{}
	for i := 0; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 == 0 {
			continue
		}
		if !several {
			return append(out, g.actor.Assignments[i].Stores...)
		}
		for _, s := range g.actor.Assignments[i].Stores {
			if !seen[s] {
				seen[s], out = true, append(out, s)
			}
		}
	}
	return out
}

func (g Grant) covers(bits uint64, store StoreID) bool {
	for i := 0; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 == 0 {
			continue
		}
		a := &g.actor.Assignments[i]
		if a.TenantWide {
			return true
		}
		for _, s := range a.Stores {
			if s == store {
				return true
			}
		}
	}
	return false
}

// Holder says for whom something in a store is done: nil when the actor's own
// rights cover it, else the one whose delegation does, of several the first. A
// zero store asks what concerns the whole chain; own is as in Covers.
func (g Grant) Holder(store StoreID, own bool) *Delegated {
	if g.Own().Covers(store, own) {
		return nil
	}
	for i, bits := 0, g.where; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 != 0 && g.actor.Assignments[i].For != nil && g.covers(1<<i, store) {
			return g.actor.Assignments[i].For
		}
	}
	return nil
}

// Own is the grant less what others let the actor do for them.
func (g Grant) Own() Grant { return g.Without(func(PersonID) bool { return true }) }

// Without is the grant less what those let the actor do for them whom a request
// concerns: nobody's delegate approves what he could not approve himself (ROL-04).
func (g Grant) Without(concerned func(holder PersonID) bool) Grant {
	for i, bits := 0, g.where|g.own; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 == 0 {
			continue
		}
		if d := g.actor.Assignments[i].For; d != nil && concerned(d.Holder) {
			g.where &^= 1 << i
			g.own &^= 1 << i
		}
	}
	return g
}

// Decide says whether and for whom the actor may decide a request made in a
// store (ROL-04): never one that concerns himself, and for nobody whom it
// concerns. Whom: nil when he decides in his own right.
func (g Grant) Decide(store StoreID, concerned func(PersonID) bool) (whom *Delegated, ok bool) {
	if g.actor == nil || concerned(g.actor.Person) {
		return nil, false
	}
	g = g.Without(concerned)
	if !g.Covers(store, false) {
		return nil, false
	}
	return g.Holder(store, false), true
}
