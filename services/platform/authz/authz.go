// Package authz answers "may this role do that, and how far" from a table that
// casbin fills. Asking casbin on every call would cost some 30 µs and grow with
// the policies; its cached enforcers keep allowing after a role is removed. So for
// each version of a tenant's policies every cell is asked of an enforcer over
// exactly these rows, and table and version are swapped together, never changed.
package authz

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/casbin/casbin/v2"
	"github.com/casbin/casbin/v2/model"
	"golang.org/x/sync/singleflight"

	"github.com/changke/changke/services/kernel"
)

// Policy is one row: role, permission, reach (own, where), effect (allow, deny).
type Policy struct{ Role, Permission, Reach, Effect string }

// Deny wins over allow, and an empty request is refused: casbin's own default
// lets an all-empty request pass an empty policy.
const casbinModel = `
[request_definition]
r = role, permission, reach
[policy_definition]
p = role, permission, reach, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.role != "" && r.permission != "" && r.reach != "" && r.role == p.role && r.permission == p.permission && (r.reach == p.reach || p.eft == "deny")
`

var reaches = []struct {
	name string
	bit  kernel.Reach
}{{"own", kernel.ReachOwn}, {"where", kernel.ReachWhere}}

// Table is a tenant's policies, compiled.
type Table struct {
	permissions map[string]int
	roles       map[string][]kernel.Reach // by permission's number
}

// NewEnforcer builds casbin's enforcer over policies.
func NewEnforcer(policies []Policy) (*casbin.Enforcer, error) {
	m, err := model.NewModelFromString(casbinModel)
	if err != nil {
		return nil, err
	}
	e, err := casbin.NewEnforcer(m)
	if err != nil {
		return nil, err
	}
	for _, p := range policies {
		if p.Role == "" || p.Permission == "" || p.Reach == "" || p.Effect != "allow" && p.Effect != "deny" {
			return nil, fmt.Errorf("authz: not a policy: %+v", p)
		}
		if _, err := e.AddPolicy(p.Role, p.Permission, p.Reach, p.Effect); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// Compile asks casbin for every role with every permission it has rows of, in
// each reach.
func Compile(policies []Policy) (*Table, error) {
	t := &Table{permissions: map[string]int{}, roles: map[string][]kernel.Reach{}}
	ofRole := map[string][]Policy{}
	for _, p := range policies {
		if _, ok := t.permissions[p.Permission]; !ok {
			t.permissions[p.Permission] = len(t.permissions)
		}
		ofRole[p.Role] = append(ofRole[p.Role], p)
	}
	for role, rows := range ofRole {
		answers, err := asked.of(role, rows)
		if err != nil {
			return nil, err
		}
		cells := make([]kernel.Reach, len(t.permissions))
		for permission, reach := range answers {
			cells[t.permissions[permission]] = reach
		}
		t.roles[role] = cells
	}
	return t, nil
}

// ask asks casbin about a role, of an enforcer over the role's own rows: casbin
// looks at every row it has, and one of another role never matches, so the answers
// are the same in a fraction of the time.
func ask(role string, rows []Policy) (map[string]kernel.Reach, error) {
	e, err := NewEnforcer(rows)
	if err != nil {
		return nil, err
	}
	answers := map[string]kernel.Reach{}
	for _, p := range rows {
		for _, reach := range reaches {
			ok, err := e.Enforce(role, p.Permission, reach.name)
			if err != nil {
				return nil, err
			}
			if ok {
				answers[p.Permission] |= reach.bit
			}
		}
	}
	return answers, nil
}

// book keeps casbin's answers about a role by all of its rows: roles are the same
// in most chains, and who edits one leaves the others as they are.
type book struct {
	mu      sync.Mutex
	answers map[string]map[string]kernel.Reach
}

// mostRoles is from how many on a book begins anew: a few MB.
const mostRoles = 1000

var asked = book{answers: map[string]map[string]kernel.Reach{}}

func (b *book) of(role string, rows []Policy) (map[string]kernel.Reach, error) {
	key := fmt.Sprintf("%q", rows)
	b.mu.Lock()
	answers, ok := b.answers[key]
	b.mu.Unlock()
	if ok {
		return answers, nil
	}
	answers, err := ask(role, rows)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.answers) >= mostRoles {
		clear(b.answers)
	}
	b.answers[key] = answers
	return answers, nil
}

// Reach says how far a role's permission carries; 0 = not at all.
func (t *Table) Reach(role, permission string) kernel.Reach {
	i, ok := t.permissions[permission]
	if !ok {
		return 0
	}
	cells := t.roles[role]
	if cells == nil {
		return 0
	}
	return cells[i]
}

// Grant looks a permission up in every assignment of an actor.
func (t *Table) Grant(actor *kernel.Actor, permission string) kernel.Grant {
	i, ok := t.permissions[permission]
	if !ok || len(actor.Assignments) > kernel.MaxAssignments {
		return kernel.Grant{}
	}
	return kernel.NewGrant(actor, permission, func(role string) kernel.Reach {
		if cells := t.roles[role]; cells != nil {
			return cells[i]
		}
		return 0
	})
}

// Permissions lists the permissions that occur, in no order.
func (t *Table) Permissions() []string {
	out := make([]string, 0, len(t.permissions))
	for p := range t.permissions {
		out = append(out, p)
	}
	return out
}

// Loader reads a tenant's policies and their version in one snapshot.
type Loader func(ctx context.Context, tenant kernel.TenantID) ([]Policy, int64, error)

// Tables keeps the newest table of each tenant in this process. The version a
// request's actor was made under decides: an older table is rebuilt before the
// request is answered, so a revocation counts from the next request with any
// number of processes.
type Tables struct {
	load     Loader
	mu       sync.RWMutex
	slots    map[kernel.TenantID]*atomic.Pointer[versioned]
	rebuilds singleflight.Group
}

type versioned struct {
	table   *Table
	version int64
}

// rebuildAtMost bounds a rebuild, lest one that hangs holds up all who come after.
const rebuildAtMost = 10 * time.Second

// NewTables makes an empty set.
func NewTables(load Loader) *Tables {
	return &Tables{load: load, slots: map[kernel.TenantID]*atomic.Pointer[versioned]{}}
}

// For gives the table of a tenant at a version or newer. An error means: refuse.
func (ts *Tables) For(ctx context.Context, tenant kernel.TenantID, version int64) (*Table, error) {
	s := ts.slot(tenant)
	if c := s.Load(); c != nil && c.version >= version {
		return c.table, nil
	}
	return ts.rebuilt(ctx, s, tenant, version)
}

// rebuilt waits for the one rebuild of a version, as long as its request may. It goes
// on when whoever began it gives up, for the others; who needs a newer version begins
// another, since what is read already may be older.
func (ts *Tables) rebuilt(ctx context.Context, s *atomic.Pointer[versioned], tenant kernel.TenantID, version int64) (*Table, error) {
	done := ts.rebuilds.DoChan(fmt.Sprint(tenant, version), func() (any, error) {
		ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), rebuildAtMost)
		defer stop()
		policies, got, err := ts.load(ctx, tenant)
		if err != nil {
			return nil, err
		}
		table, err := Compile(policies)
		if err != nil {
			return nil, err
		}
		c, newer := s.Load(), &versioned{table, got}
		for (c == nil || c.version < got) && !s.CompareAndSwap(c, newer) {
			c = s.Load()
		}
		return table, nil
	})
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case r := <-done:
		table, _ := r.Val.(*Table)
		return table, r.Err
	}
}

func (ts *Tables) slot(tenant kernel.TenantID) *atomic.Pointer[versioned] {
	ts.mu.RLock()
	s := ts.slots[tenant]
	ts.mu.RUnlock()
	if s != nil {
		return s
	}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if ts.slots[tenant] == nil {
		ts.slots[tenant] = &atomic.Pointer[versioned]{}
	}
	return ts.slots[tenant]
}
