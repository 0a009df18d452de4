// Package staffdb is the SQL of people, posts, roles, sessions and keys.
package staffdb

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/staff"
)

// The two entries into a tenant that only a credential names. Nothing found
// means no tenant, and then row level security shows no row.
const (
	enterByToken  = "SELECT set_config('app.tenant_id', (SELECT tenant_id FROM session_by_token($1))::text, true)"
	enterBySecret = "SELECT set_config('app.tenant_id', (SELECT tenant_id FROM api_key_by_secret($1))::text, true)"
)

// FindSession looks a session up by its token's hash in one round trip: entry,
// then everything a request needs, with what others delegated (ROL-05). False:
// there is none.
func FindSession(ctx context.Context, pool *db.Pool, hash []byte, now time.Time) (staff.Session, bool, error) {
	var rows []SessionByTokenRow
	var delegated []DelegatedByTokenRow
	b := &pgx.Batch{}
	b.Queue(enterByToken, hash)
	queue(b, &rows, sessionByToken, now, hash)
	queue(b, &delegated, delegatedByToken, now, hash, kernel.MaxAssignments)
	if err := pool.Batch(ctx, b).Close(); err != nil || len(rows) == 0 {
		return staff.Session{}, false, err
	}
	r := rows[0]
	s := staff.Session{
		Tenant: r.TenantID, ID: r.SessionID, Person: r.PersonID, Name: r.Name, PolicyVersion: r.PolicyVersion,
		CreatedAt: r.CreatedAt, SeenAt: r.SeenAt, ProvenAt: r.ProvenAt, FactorDue: r.FactorDue, ExpiresAt: r.ExpiresAt, RevokedAt: r.RevokedAt, LeftOn: r.LeftOn, Today: r.Today,
	}
	for _, r := range rows {
		if r.AssignmentID != nil {
			s.Assignments = append(s.Assignments, kernel.Assignment{
				ID: *r.AssignmentID, Role: *r.Role, Position: *r.Position, TenantWide: *r.TenantWide, Stores: r.StoreIds,
			})
		}
	}
	s.Assignments = withDelegated(s.Assignments, delegated)
	return s, true, nil
}

// withDelegated puts what others delegated behind somebody's own posts, as far
// as there is room: nobody loses his own rights to what he was given.
func withDelegated(posts []kernel.Assignment, rows []DelegatedByTokenRow) []kernel.Assignment {
	var d *kernel.Delegated
	for _, r := range rows {
		if len(posts) == kernel.MaxAssignments {
			break
		}
		if d == nil || d.ID != r.DelegationID {
			d = &kernel.Delegated{ID: r.DelegationID, Holder: r.HolderID, HolderName: r.HolderName, Permissions: r.Permissions}
		}
		posts = append(posts, kernel.Assignment{ID: r.AssignmentID, Role: r.Role, Position: r.Position, TenantWide: r.TenantWide, Stores: r.StoreIds, For: d})
	}
	return posts
}

// FindKey looks an API key up by its secret's hash in one round trip, with the
// tenant and its version of roles. False: there is none.
func FindKey(ctx context.Context, pool *db.Pool, hash []byte) (staff.APIKey, kernel.TenantID, int64, bool, error) {
	var rows []KeyBySecretRow
	b := &pgx.Batch{}
	b.Queue(enterBySecret, hash)
	queue(b, &rows, keyBySecret, hash)
	if err := pool.Batch(ctx, b).Close(); err != nil || len(rows) == 0 {
		return staff.APIKey{}, kernel.TenantID{}, 0, false, err
	}
	r := rows[0]
	key := KeysAllRow{
		KeyID: r.KeyID, Label: r.Label, Prefix: r.Prefix, Scopes: r.Scopes, StoreIds: r.StoreIds,
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, RevokedAt: r.RevokedAt, CallsPerMinute: r.CallsPerMinute,
	}.Key()
	return key, r.TenantID, r.PolicyVersion, true, nil
}

// queue adds a statement whose rows are read into a list when the batch closes.
func queue[Row any](b *pgx.Batch, found *[]Row, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*found, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Row])
		return err
	})
}

// Key gives the row its meaning.
func (r KeysAllRow) Key() staff.APIKey {
	k := staff.APIKey{
		ID: r.KeyID, Label: r.Label, Prefix: r.Prefix, Scopes: r.Scopes, Stores: r.StoreIds,
		CreatedAt: r.CreatedAt, ExpiresAt: r.ExpiresAt, RevokedAt: r.RevokedAt, UsedAt: r.UsedAt, Successor: r.SuccessorID,
	}
	if r.CallsPerMinute != nil {
		k.CallsPerMinute = *r.CallsPerMinute
	}
	return k
}

// Person gives the row its meaning; open reads the number's box.
func (r PersonRow) Person(open func(box []byte, id kernel.PersonID) (kernel.Phone, error)) (staff.Person, error) {
	p := staff.Person{
		ID: r.PersonID, StaffNo: r.StaffNo, Name: r.Name, EntryOn: r.EntryOn, LeftOn: r.LeftOn, Assignments: []staff.Assignment{},
		Account: staff.AccountNone,
	}
	if r.HasPassword {
		p.Account = staff.AccountActive
	}
	if len(r.NumberBox) == 0 {
		return p, nil
	}
	var err error
	p.Number, err = open(r.NumberBox, r.PersonID)
	return p, err
}

// Assignment gives the row its meaning.
func (r AssignmentRow) Assignment() staff.Assignment {
	return staff.Assignment{ID: r.AssignmentID, Person: r.PersonID, Post: staff.Post{
		Role: r.Role, Position: r.Position, TenantWide: r.TenantWide, Stores: r.StoreIds, From: r.FromOn, To: r.ToOn,
		Reason: r.Reason, EndReason: r.EndReason,
	}}
}

// Absence gives the row its meaning.
func (r AbsencesOfRow) Absence() staff.Absence {
	return staff.Absence{ID: r.AbsenceID, From: r.FromOn, To: r.ToOn, Kind: staff.AbsenceKind(r.Kind), Reason: r.Reason}
}

// Request gives the row its meaning; open reads the number's box.
func (r RequestRow) Request(open func(box []byte, id kernel.UUID) (kernel.Phone, error)) (staff.AccountRequest, error) {
	number, err := open(r.NumberBox, r.RequestID)
	return staff.AccountRequest{
		AccountForm: staff.AccountForm{
			Store: r.StoreID, StaffNo: r.StaffNo, Name: r.Name, Position: r.Position, EntryOn: r.EntryOn, Number: number, Reason: r.Reason,
		},
		ID: r.RequestID, Person: r.PersonID, State: staff.RequestState(r.State), AppliedBy: *r.AppliedBy, AppliedAt: r.AppliedAt, DueAt: r.DueAt,
		LateAt: r.LateAt, DecidedBy: r.DecidedBy, DecidedFor: r.DecidedFor, DecidedAt: r.DecidedAt, Refusal: r.Refusal, Account: staff.AccountNone,
	}, err
}

// NewPeople spreads people over the columns of InsertPeople; seal gives a
// number's key and box. All of them have the same import.
func NewPeople(tenant kernel.TenantID, now time.Time, people []staff.NewPerson, seal func(n kernel.Phone, id kernel.PersonID) (key, box []byte, err error)) (InsertPeopleParams, error) {
	p := InsertPeopleParams{TenantID: tenant, Now: now}
	for _, n := range people {
		key, box := []byte{}, []byte{}
		if n.Number != "" {
			var err error
			if key, box, err = seal(n.Number, n.ID); err != nil {
				return p, err
			}
		}
		p.Ids = append(p.Ids, kernel.UUID(n.ID))
		p.StaffNos = append(p.StaffNos, n.StaffNo)
		p.Names = append(p.Names, n.Name)
		p.NumberKeys = append(p.NumberKeys, key)
		p.NumberBoxes = append(p.NumberBoxes, box)
		p.Last4s = append(p.Last4s, n.Number.Last4Reversed())
		p.Entries = append(p.Entries, n.EntryOn)
		p.Leavings = append(p.Leavings, dateText(n.LeftOn))
		p.ImportID = n.Import
	}
	return p, nil
}

// GivePosts enters posts, and holds their roles meanwhile so that none is deleted
// under them. Fault: staff.unknown_role.
func (q *Queries) GivePosts(ctx context.Context, tenant kernel.TenantID, now time.Time, posts []staff.Assignment) error {
	in := NewAssignments(tenant, now, posts)
	roles := slices.Compact(slices.Sorted(slices.Values(in.Roles)))
	there, err := q.HoldRoles(ctx, tenant, roles)
	if err != nil {
		return err
	}
	if len(there) < len(roles) {
		return staff.ErrUnknownRole
	}
	return q.InsertAssignments(ctx, in)
}

// NewAssignments spreads posts over the columns of InsertAssignments.
func NewAssignments(tenant kernel.TenantID, now time.Time, posts []staff.Assignment) InsertAssignmentsParams {
	p := InsertAssignmentsParams{TenantID: tenant, Now: now}
	for _, a := range posts {
		stores := make([]string, len(a.Stores))
		for i, s := range a.Stores {
			stores[i] = s.String()
		}
		p.Ids = append(p.Ids, a.ID)
		p.People = append(p.People, kernel.UUID(a.Person))
		p.Roles = append(p.Roles, a.Role)
		p.Positions = append(p.Positions, a.Position)
		p.TenantWides = append(p.TenantWides, a.TenantWide)
		p.Stores = append(p.Stores, "{"+strings.Join(stores, ",")+"}")
		p.FromOns = append(p.FromOns, a.From)
		p.ToOns = append(p.ToOns, dateText(a.To))
		p.Reasons = append(p.Reasons, a.Reason)
	}
	return p
}

func dateText(d *kernel.BusinessDate) string {
	if d == nil {
		return ""
	}
	return d.String()
}

// NewPolicies spreads the rights of roles over the columns of InsertPolicies.
func NewPolicies(tenant kernel.TenantID, roles []staff.Role) InsertPoliciesParams {
	p := InsertPoliciesParams{TenantID: tenant}
	for _, role := range roles {
		for _, right := range role.Rights {
			reach, effect := "where", "allow"
			if right.Own {
				reach = "own"
			}
			if right.Denied {
				effect = "deny"
			}
			p.Roles = append(p.Roles, role.Code)
			p.Permissions = append(p.Permissions, right.Permission)
			p.Reaches = append(p.Reaches, reach)
			p.Effects = append(p.Effects, effect)
		}
	}
	return p
}

// Roles gives roles their rights as they are stored: of several rows of one
// permission the one that counts, as casbin does: deny before allow, where
// before own.
func Roles(roles []RolesRow, policies []RolePoliciesRow) []staff.Role {
	rights := map[string]map[string]staff.Right{}
	for _, p := range policies {
		of := rights[p.Role]
		if of == nil {
			of = map[string]staff.Right{}
			rights[p.Role] = of
		}
		right := staff.Right{Permission: p.Permission, Own: p.Reach == "own" && p.Effect == "allow", Denied: p.Effect == "deny"}
		if was, there := of[p.Permission]; there {
			right.Own, right.Denied = was.Own && right.Own, was.Denied || right.Denied
		}
		of[p.Permission] = right
	}
	out := make([]staff.Role, len(roles))
	for i, r := range roles {
		out[i] = staff.Role{Code: r.Code, Name: r.Name, Version: r.Version}
		for _, permission := range slices.Sorted(maps.Keys(rights[r.Code])) {
			out[i].Rights = append(out[i].Rights, rights[r.Code][permission])
		}
	}
	return out
}

// IDs are person ids as SQL lists them.
func IDs[I ~[16]byte](ids []I) []kernel.UUID {
	out := make([]kernel.UUID, len(ids))
	for i, id := range ids {
		out[i] = kernel.UUID(id)
	}
	return out
}

// Delegation gives the row its meaning.
func (r DelegationRow) Delegation() staff.Delegation {
	return staff.Delegation{
		ID: r.DelegationID, Holder: r.HolderID, HolderName: r.HolderName, Delegate: r.DelegateID, DelegateName: r.DelegateName,
		Permissions: r.Permissions, From: r.FromAt, Until: r.UntilAt, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt, EndedAt: r.EndedAt,
	}
}

// Colleague gives the row its meaning.
func (r ColleaguesRow) Colleague() staff.Colleague {
	return staff.Colleague{ID: r.PersonID, StaffNo: r.StaffNo, Name: r.Name, Positions: r.Positions}
}
