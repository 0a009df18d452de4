package staff

import "github.com/changke/changke/services/kernel"

// Grants answers how far somebody's rights carry, permission by permission.
type Grants func(permission string) kernel.Grant

// MayGive says whether the holder of grants may give a role to somebody at the
// post's place. He must be able to write there, and hold every right of the
// role there himself, not by a delegation, which can't be passed on (ROL-05), or
// the right to appoint. For himself the right to appoint does not count: nobody
// widens his own rights. Faults: staff.unknown_store,
// staff.role_beyond_own.
func MayGive(grants Grants, role Role, post Post, toSelf bool) error {
	if !post.Within(grants(WritePermission)) {
		if post.TenantWide {
			return ErrRoleBeyondOwn
		}
		return ErrUnknownStore // also for stores he can't see
	}
	if !toSelf && post.Within(grants(AppointPermission)) {
		return nil
	}
	for _, r := range role.Rights {
		if !r.Denied && !holds(grants(r.Permission).Own(), post, r.Own) {
			return ErrRoleBeyondOwn
		}
	}
	return nil
}

// holds reports whether a grant reaches the post's whole place; own things are
// also held by whoever holds everything there.
func holds(g kernel.Grant, post Post, own bool) bool {
	if post.TenantWide {
		return g.Tenant() || own && g.OwnTenant()
	}
	for _, s := range post.Stores {
		if !g.Covers(s, own) {
			return false
		}
	}
	return true
}
