package staff

import (
	"crypto/rand"
	"math/big"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of accounts (ACC-01).
var (
	ErrNoRequest     = fault.New(fault.NotFound, "account.request_not_found", "没有找到这份开户申请，或者不在您的管理范围内。")
	ErrDecided       = fault.New(fault.Conflict, "account.already_decided", "这份申请刚刚已经有人处理，请刷新查看结果。")
	ErrOwnRequest    = fault.New(fault.Forbidden, "account.own_request", "自己的申请要由别人处理，代理人也不能代办。")
	ErrActive        = fault.New(fault.Exists, "account.already_active", "这位员工的账号已经开通并激活；忘记密码请用“重置密码”。")
	ErrRequested     = fault.New(fault.Exists, "account.already_requested", "这个工号已有一份申请在等总部处理，请勿重复申请。")
	ErrOtherPerson   = fault.Field("staff_no", "ACC-01", "这个工号登记的是另一位员工，或不是本店员工，请核对工号和姓名。")
	ErrUnknownPost   = fault.Field("position", "ROL-01", "没有这个岗位，请从列表中选择。")
	ErrHeadPosition  = fault.Field("position", "ACC-01", "门店只能为门店岗位申请账号，总部岗位由企业管理员开通。")
	ErrGivesRights   = fault.New(fault.Forbidden, "account.role_beyond", "这个岗位能管理员工或权限，只能由企业管理员开通。")
	ErrNoAccount     = fault.New(fault.Conflict, "account.none", "这位员工还没有开通账号，请先由门店申请。")
	ErrOwnCode       = fault.New(fault.Forbidden, "account.own_code", "不能给自己发激活码，请让别人代办。")
	ErrNoPhone       = fault.New(fault.Conflict, "account.no_phone", "这位员工没有登记手机号，短信无法送达；请先登记手机号，或改为打印激活码。")
	ErrNoStoreForSMS = fault.New(fault.Conflict, "account.no_store", "这位员工没有门店任职，激活码不能发短信，请改为打印。")
	ErrWrongCode     = fault.New(fault.Unauthenticated, "account.wrong_code", "企业代码、工号或激活码不正确，或者激活码已经用过、过期。请核对；仍不行请让门店经理重新发送。")
	ErrTooManyCodes  = fault.New(fault.TooMany, "account.too_many_codes", "今天已经给这位员工发过多次激活码，请先让他查看短信，明天再试。")
)

// RequestState is how far a request for an account has come; the texts are those
// in the database.
type RequestState string

// The states of a request. All but Pending are final.
const (
	Pending   RequestState = "pending"
	Opened    RequestState = "opened"
	Refused   RequestState = "refused"
	Withdrawn RequestState = "withdrawn"
)

// AccountForm is form 1 (ACC-01).
type AccountForm struct {
	Store    kernel.StoreID
	StaffNo  string
	Name     string
	Position string
	EntryOn  kernel.BusinessDate
	Number   kernel.Phone
	Reason   string
}

// AccountRequest is a store's request for an account.
type AccountRequest struct {
	AccountForm
	ID          kernel.UUID
	Person      *kernel.PersonID // nil: he is not on the list of staff yet
	State       RequestState
	AppliedBy   kernel.PersonID
	AppliedAt   time.Time
	DueAt       time.Time
	LateAt      *time.Time
	DecidedBy   *kernel.PersonID
	DecidedFor  *kernel.PersonID // the holder, when a delegate decided
	DecidedAt   *time.Time
	Refusal     string
	Account     AccountState
	AppliedName string
	DecidedName string     // "B 代 A" for a delegate
	Turn        *Turn      // whose turn it is; nil: it is decided
	NextAt      *time.Time // when it goes further up; nil: nobody is above
}

// Concerns reports whether somebody may not decide the request: he applied, or
// it is for him (ROL-04).
func (r AccountRequest) Concerns(p kernel.PersonID) bool {
	return p == r.AppliedBy || r.Person != nil && p == *r.Person
}

// AccountState is how far somebody's account has come.
type AccountState uint8

// The states of an account.
const (
	AccountNone     AccountState = iota + 1
	AccountOpened                // not activated yet
	AccountActive                // has a password
	AccountDisabled              // has left (ACC-03)
)

// givesRights are permissions that lead to others: an account whose role has
// one is opened by whoever may appoint, not on a store's request.
var givesRights = []string{WritePermission, AppointPermission, EditRolesPermission, OpenPermission, "apikey.write", "session.end", "support.consent"}

// Permissions of accounts.
const (
	ApplyPermission = "account.apply"
	OpenPermission  = "account.open"
)

// OnRequest reports whether an account with a role may be opened because a store
// asks for it.
func (r Role) OnRequest() bool {
	return !slices.ContainsFunc(r.Rights, func(right Right) bool { return slices.Contains(givesRights, right.Permission) })
}

const (
	// CodeLasts is how long a one-time code can be used.
	CodeLasts = 72 * time.Hour

	// CodesADay is how many codes a person can be sent within 24 hours.
	CodesADay = 5

	codeLength  = 10                                // 49 bits, with tries counted
	codeLetters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789" // none that looks like another
)

// NewCode makes a one-time code of two groups, K7QMA-X3RTP.
func NewCode() string {
	b := make([]byte, 0, codeLength+1)
	for i := range codeLength {
		if i == codeLength/2 {
			b = append(b, '-')
		}
		n, _ := rand.Int(rand.Reader, big.NewInt(int64(len(codeLetters))))
		b = append(b, codeLetters[n.Int64()])
	}
	return string(b)
}

// PlainCode brings a code as people type it into the form that is hashed: wide
// letters, small ones, spaces and dashes make no difference.
func PlainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '—' || r == '\u3000' {
			return -1
		}
		return r
	}, strings.ToUpper(width.Narrow.String(typed)))
}

// ActivationBucket names where tries of codes are counted: apart from logins,
// by what was typed.
func ActivationBucket(tenantCode, staffNo string) []byte {
	return Bucket(kernel.PersonID{}, "activate\x00"+tenantCode+"\x00"+staffNo, nil, false)
}

// Fits says whether a form is about a person who is on the list of staff
// already. Faults: account.other_person, staff.has_left, account.already_active.
func (f AccountForm) Fits(p Person, today kernel.BusinessDate) error {
	here := slices.ContainsFunc(p.Assignments, func(a Assignment) bool { return slices.Contains(a.Stores, f.Store) })
	elsewhere := slices.ContainsFunc(p.Assignments, func(a Assignment) bool { return a.TenantWide })
	switch {
	case p.Name != f.Name || !here || elsewhere:
		return ErrOtherPerson
	case p.Left(today):
		return ErrHasLeft
	case p.Account == AccountActive:
		return ErrActive
	}
	return nil
}
