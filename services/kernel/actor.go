package kernel

// ActorKind says what sort of caller acts.
type ActorKind uint8

// The kinds of actors.
const (
	ActorNone     ActorKind = iota // nobody is logged in
	ActorPerson                    // a staff member with a session
	ActorKey                       // a POS vendor's API key (ROL-06)
	ActorSystem                    // a job; written as system:LIF-03@v7 (RUL-05)
	ActorOperator                  // the platform's operator at his own desk: of no chain
	ActorSupport                   // an operator whom a chain lets look into it for a while
)

// Actor is who calls: a person with the assignments he holds today and those he
// may act with for others (ROL-05), or an API key with its scopes as roles. It
// is made anew for every request.
type Actor struct {
	Kind          ActorKind
	Tenant        TenantID
	Person        PersonID // zero for keys and jobs
	Name          string   // for the audit line; a key's label for keys
	Session       UUID     // zero for keys and jobs
	Key           UUID     // zero for people
	Operator      UUID     // zero for everybody but the platform's operators
	PolicyVersion int64    // the tenant's version of roles this actor was made under
	Proven        bool     // has proven himself a short while ago; see the method option step_up
	Enrolling     bool     // must set up a second factor before anything else; see the option enrolling
	Assignments   []Assignment
}

// MaxAssignments bounds how many assignments may act at once: a Grant keeps one
// bit for each.
const MaxAssignments = 64

// Assignment gives a role at a place (ROL-02). Rights never carry from one
// place into another: they are looked up assignment by assignment.
//
// With For it is somebody else's, of this very moment, limited to what he lets
// the actor do for him (ROL-05).
type Assignment struct {
	ID         UUID
	Role       string // the tenant's role code, e.g. service_manager
	Position   string // the post in words, e.g. 客服经理
	TenantWide bool   // bound to no store: head office
	Stores     []StoreID
	For        *Delegated // nil: the actor's own
}

// Delegated says for whom an assignment is held, and what of it (委托代理).
type Delegated struct {
	ID          UUID // the delegation
	Holder      PersonID
	HolderName  string
	Permissions []string
}

// Who is the holder; nil without a delegation: the act is the actor's own.
func (d *Delegated) Who() *PersonID {
	if d == nil {
		return nil
	}
	return &d.Holder
}

// reach narrows what an assignment's role gives to what its holder delegated:
// of the permissions named what reaches everything at the place. What is only
// the holder's own is nobody else's to act on.
func (d *Delegated) reach(permission string, r Reach) Reach {
	for _, p := range d.Permissions {
		if p == permission {
			return r & ReachWhere
		}
	}
	return 0
}
