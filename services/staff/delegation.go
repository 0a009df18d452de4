package staff

import (
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Permissions that delegations of others are judged by.
const (
	ReadDelegationsPermission = "delegation.read"
	DelegatePermission        = "delegation.write"
)

// Bounds of a delegation: a longer absence is a change of posts or a new one.
const (
	MaxDelegation      = 92 * 24 * time.Hour  // from beginning to end
	MaxDelegationAhead = 183 * 24 * time.Hour // until it begins
	MaxDelegations     = 20                   // that one holder has given and that have not ended
	DelegationShown    = 92 * 24 * time.Hour  // how long after its end it is listed
)

// Faults of delegations.
var (
	ErrNoDelegation     = fault.New(fault.NotFound, "delegation.not_found", "没有找到这项委托，或者不在您的管理范围内。")
	ErrDelegationEnded  = fault.New(fault.Conflict, "delegation.already_ended", "这项委托已经结束。")
	ErrNoDelegate       = fault.New(fault.Invalid, "delegation.no_delegate", "没有找到这位同事，或者他已离岗、没有在任岗位，请另选一位。")
	ErrNoHolder         = fault.New(fault.NotFound, "delegation.no_holder", "没有找到这位员工，或者不在您的管理范围内。")
	ErrToHimself        = fault.New(fault.Invalid, "delegation.to_himself", "代理人不能是委托人本人，请另选一位。")
	ErrToOneself        = fault.New(fault.Forbidden, "delegation.to_oneself", "不能指定自己为别人的代理人，请由委托人本人或其他有权限的人指定。")
	ErrNotHeld          = fault.New(fault.Forbidden, "delegation.not_held", "只能委托本人现在就有的权限，别人委托来的不能再转委托。")
	ErrBeyondOwn        = fault.New(fault.Forbidden, "delegation.beyond_own", "您自己没有这些权限，不能替别人委托出去，请由委托人本人或企业管理员办理。")
	ErrNotDelegable     = fault.New(fault.Invalid, "delegation.not_delegable", "授权、任命和建档只能由本人来做，不能委托。")
	ErrTooManyDelegated = fault.New(fault.Conflict, "delegation.too_many", "同一个人未结束的委托最多 20 项，请先结束用不到的。")
)

// personal are the rights to hand out rights, and the chain's own decisions:
// held by way of a delegation they could be made to last. What somebody writes
// is his own, whomever he stands in for: the file he builds will be his guest's.
var personal = []string{"customer.write", AppointPermission, EditRolesPermission, DelegatePermission, "support.consent", "chain.export"}

// Delegable reports whether a permission can be delegated at all.
func Delegable(permission string) bool {
	return Known(permission) && !slices.Contains(personal, permission)
}

// Delegation lets somebody act for another (委托代理, ROL-05).
type Delegation struct {
	ID           kernel.UUID
	Holder       kernel.PersonID // whose rights they are
	HolderName   string
	Delegate     kernel.PersonID // who acts
	DelegateName string
	Permissions  []string
	From, Until  time.Time
	CreatedBy    kernel.PersonID // the holder, or who named a delegate for him
	CreatedAt    time.Time
	EndedAt      *time.Time // ended early; may lie ahead when somebody is to leave
}

// End is when it ends or ended.
func (d Delegation) End() time.Time {
	if d.EndedAt != nil && d.EndedAt.Before(d.Until) {
		return *d.EndedAt
	}
	return d.Until
}

// Ended reports whether it is over.
func (d Delegation) Ended(now time.Time) bool { return !now.Before(d.End()) }

// Live reports whether the delegate may act now.
func (d Delegation) Live(now time.Time) bool { return !now.Before(d.From) && !d.Ended(now) }

// CheckPeriod refuses a period that is over, too long or too far ahead.
func (d Delegation) CheckPeriod(now time.Time) error {
	switch {
	case !d.From.Before(d.Until):
		return fault.Field("until_time", "ROL-05", "结束时间要晚于开始时间。")
	case !now.Before(d.Until):
		return fault.Field("until_time", "ROL-05", "结束时间已经过去，请重新选择。")
	case d.Until.Sub(d.From) > MaxDelegation:
		return fault.Field("until_time", "ROL-05", "一次最多委托 92 天，到期可以再委托。")
	case d.From.Sub(now) > MaxDelegationAhead:
		return fault.Field("from_time", "ROL-05", "最早只能提前半年委托。")
	}
	return nil
}

// CheckPermissions refuses permissions that nobody can delegate or that the
// holder does not have now in his own right for everything at one of his places.
func (d Delegation) CheckPermissions(holder Grants) error {
	for _, p := range d.Permissions {
		if !Delegable(p) {
			return ErrNotDelegable
		}
		if g := holder(p).Own(); !g.Tenant() && len(g.Stores()) == 0 {
			return ErrNotHeld
		}
	}
	return nil
}

// MayDelegateFor says whether somebody may name a delegate for another: nobody
// passes on what he may neither do himself nor appoint people to, wherever the
// holder may, nor to himself. posts are the holder's of today. Faults:
// delegation.no_holder (out of reach), delegation.to_oneself, delegation.beyond_own.
func MayDelegateFor(grants Grants, by kernel.PersonID, d Delegation, posts []Post, holder Grants) error {
	for _, p := range posts {
		if !p.Within(grants(DelegatePermission).Own()) {
			return ErrNoHolder
		}
	}
	if len(posts) == 0 {
		return ErrNoHolder
	}
	if d.Delegate == by {
		return ErrToOneself
	}
	for _, permission := range d.Permissions {
		theirs := holder(permission).Own()
		place := Post{TenantWide: theirs.Tenant(), Stores: theirs.Stores()}
		if !holds(grants(permission).Own(), place, false) && !place.Within(grants(AppointPermission).Own()) {
			return ErrBeyondOwn
		}
	}
	return nil
}

// Signature names who acted, and for whom: "B 代 A" (RUL-05).
func Signature(name, holder string) kernel.Words {
	if holder == "" {
		return kernel.Same(name)
	}
	return kernel.Sayf("%s 代 %s", "%s for %s", name, holder)
}

// Colleague is somebody who can be named as delegate.
type Colleague struct {
	ID        kernel.PersonID
	StaffNo   string
	Name      string
	Positions []string // of today
}
