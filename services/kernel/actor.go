package kernel

// ActorKind says what sort of caller acts.
type ActorKind uint8

// The kinds of actors.
const (
	ActorNone   ActorKind = iota // nobody is logged in
	ActorPerson                  // a staff member with a session
	ActorKey                     // a POS vendor's API key (ROL-06)
	ActorSystem                  // a job; written as system:LIF-03@v7 (RUL-05)
)

// Actor is who calls: a person with the assignments he holds today, or an API
// key with its scopes as roles. It is made anew for every request.
type Actor struct {
	Kind          ActorKind
	Tenant        TenantID
	Person        PersonID // zero for keys and jobs
	Name          string   // for the audit line; a key's label for keys
	Session       UUID     // zero for keys and jobs
	Key           UUID     // zero for people
	PolicyVersion int64    // the tenant's version of roles this actor was made under
	Assignments   []Assignment
}

// MaxAssignments bounds how many assignments may act at once: a Grant keeps one
// bit for each.
const MaxAssignments = 64

// Assignment gives a role at a place (ROL-02). Rights never carry from one
// place into another: they are looked up assignment by assignment.
type Assignment struct {
	ID         UUID
	Role       string // the tenant's role code, e.g. service_manager
	Position   string // the post in words, e.g. 客服经理
	TenantWide bool   // bound to no store: head office
	Stores     []StoreID
}

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

// NewGrant asks reach for every assignment of the actor and keeps the answers.
func NewGrant(actor *Actor, reach func(role string) Reach) Grant {
	g := Grant{actor: actor}
	for i := range actor.Assignments {
		r := reach(actor.Assignments[i].Role)
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

// Stores lists the stores in which everything is reached.
func (g Grant) Stores() []StoreID { return g.stores(g.where) }

// OwnIn lists the stores in which only own things are reached.
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
	out := []StoreID{}
	for i := 0; bits != 0; i, bits = i+1, bits>>1 {
		if bits&1 != 0 {
			out = append(out, g.actor.Assignments[i].Stores...)
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
