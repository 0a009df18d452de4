package operator

import (
	"crypto/sha256"
	"regexp"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// How long operators' credentials live.
const (
	SessionLife    = 12 * time.Hour      // from the login on, whatever happens
	SessionIdle    = time.Hour           // without a request
	SeenEvery      = time.Minute         // how exactly the last request is remembered
	ProofLasts     = 10 * time.Minute    // how long a proof counts for what touches a whole chain
	ActivationLife = 72 * time.Hour      // of a one-time code
	DeviceTrusted  = 30 * 24 * time.Hour // tries on it are counted apart
)

// Issuer is under what an authenticator app lists the account.
const Issuer = "常客 平台运营"

// Faults of coming in.
var (
	// ErrWrongLogin is the one answer for an unknown login, an account without a
	// password, a wrong password and a wrong or used code.
	ErrWrongLogin    = fault.New(fault.Unauthenticated, "operator.wrong_login", "账号、密码或动态码不正确。动态码每 30 秒更换，且只能使用一次。")
	ErrSessionEnded  = fault.New(fault.Unauthenticated, "operator.session_ended", "登录已失效，请重新登录。")
	ErrBadActivation = fault.New(fault.Invalid, "operator.bad_activation", "激活码无效、已使用或已过期。请在服务器上运行 changke operator reset 重新生成。")
	ErrWrongCode     = fault.New(fault.Invalid, "operator.wrong_code", "动态码不正确，请确认手机时间准确后，输入当前显示的 6 位数字。")
	ErrLoginTaken    = fault.New(fault.Exists, "operator.login_taken", "这个账号名已经有人使用。")
	ErrNoAccount     = fault.New(fault.NotFound, "operator.not_found", "没有这个运营账号。")
	ErrBadLogin      = fault.Field("login", "", "账号名用小写字母、数字和短横线，2 至 40 位。")
	ErrNoName        = fault.Field("name", "", "请填写姓名。")
)

// Account is an operator's.
type Account struct {
	ID    kernel.UUID
	Login string
	Name  string
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)

// NewAccount checks who is to be entered. Faults: invalid_field.
func NewAccount(id kernel.UUID, login, name string) (Account, error) {
	a := Account{ID: id, Login: strings.ToLower(strings.TrimSpace(login)), Name: strings.TrimSpace(name)}
	if !loginForm.MatchString(a.Login) {
		return a, ErrBadLogin
	}
	if a.Name == "" {
		return a, ErrNoName
	}
	return a, nil
}

// Session is what a request's look-up by token gives.
type Session struct {
	Account
	Session    kernel.UUID
	SeenAt     time.Time
	ProvenAt   time.Time // by coming in, or by a code since
	ExpiresAt  time.Time
	RevokedAt  *time.Time
	DisabledAt *time.Time
}

// Live reports whether the session still lets its operator in.
func (s Session) Live(now time.Time) bool {
	return s.RevokedAt == nil && s.DisabledAt == nil && now.Before(s.ExpiresAt) && now.Sub(s.SeenAt) < SessionIdle
}

// Actor is the session's operator as the caller of a request: of no chain, known
// in logs by what he signs in with.
func (s Session) Actor(now time.Time) *kernel.Actor {
	return &kernel.Actor{Kind: kernel.ActorOperator, Operator: s.ID, Name: s.Login, Session: s.Session, Proven: now.Sub(s.ProvenAt) < ProofLasts}
}

// Bucket names where tries are counted: those on a device the operator has come
// in from apart from everybody else's, unknown logins by what was typed.
func Bucket(account kernel.UUID, typed string, device []byte, known bool) []byte {
	h := sha256.New()
	switch {
	case account.IsZero():
		h.Write([]byte("typed\x00" + typed))
	case known:
		h.Write([]byte("device\x00"))
		h.Write(account[:])
		h.Write(device)
	default:
		h.Write([]byte("account\x00"))
		h.Write(account[:])
	}
	return h.Sum(nil)
}
