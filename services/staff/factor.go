package staff

import (
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of second factors and devices.
var (
	ErrLoginOver       = fault.New(fault.Unauthenticated, "auth.login_over", "登录已超过五分钟或换了设备，请重新输入密码登录。")
	ErrNoFactorBegun   = fault.New(fault.Conflict, "auth.no_factor_begun", "绑定已经重新开始，请用最新的二维码再扫一次。")
	ErrNoFactor        = fault.New(fault.Conflict, "auth.no_second_factor", "还没有设置两步验证。")
	ErrFactorRequired  = fault.New(fault.Forbidden, "auth.second_factor_required", "企业要求总部账号使用两步验证，不能关闭；换手机请重新绑定。")
	ErrNoPassword      = fault.New(fault.Conflict, "auth.no_password", "您的账号通过企业单点登录进入，没有密码。")
	ErrSamePassword    = fault.Fields("auth.password_same", "新密码与当前密码相同，请换一个。", fault.Violation{Field: "new_password", Message: "新密码与当前密码相同，请换一个。"})
	ErrLoginAgain      = fault.New(fault.Forbidden, "auth.login_again", "请退出后重新用企业单点登录，登录后十分钟内可以办理；也可以先设置两步验证。")
	ErrNoSession       = fault.New(fault.NotFound, "auth.session_not_found", "这台设备的登录已经结束。")
	ErrNotForOneself   = fault.New(fault.Forbidden, "auth.not_for_oneself", "不能重置自己的两步验证；换手机请在“我的账号”里重新绑定。")
	ErrWholeChainLogin = fault.New(fault.Forbidden, "auth.whole_chain", "登录安全是全企业的设置，须由负责全企业的管理员修改。")
)

const (
	// HalfLife is how long a login waits for its second factor.
	HalfLife = 5 * time.Minute
	// RecoveryCodes is how many codes are made at a time.
	RecoveryCodes = 10
	// ResetGrace is how long somebody whose factor was reset may do without.
	ResetGrace = 24 * time.Hour
)

// The ways in which a session is opened.
const (
	WayPassword = "password"
	WayFactor   = "second_factor"
	WaySSO      = "sso"
)

// LoginPolicy says who in a chain needs a second factor.
type LoginPolicy struct {
	OfficeNeedsFactor bool // whoever works for the whole chain
	GraceDays         int  // from his first login on
}

// DefaultLoginPolicy is that of a chain that has set none.
var DefaultLoginPolicy = LoginPolicy{OfficeNeedsFactor: true, GraceDays: 14}

// recoveryLetters are easy to tell apart on paper: no 0, 1, i, l, o, u.
const recoveryLetters = "23456789abcdefghjkmnpqrstvwxyz"

// NewRecoveryCodes makes codes like k7mq-x2vd-93ha: 58 bits each.
func NewRecoveryCodes() []string {
	codes := make([]string, RecoveryCodes)
	for i := range codes {
		var b strings.Builder
		for n := 0; n < 12; {
			var one [1]byte
			_, _ = rand.Read(one[:])
			if int(one[0]) >= 256/len(recoveryLetters)*len(recoveryLetters) {
				continue // every letter as likely as the next
			}
			if n > 0 && n%4 == 0 {
				b.WriteByte('-')
			}
			b.WriteByte(recoveryLetters[int(one[0])%len(recoveryLetters)])
			n++
		}
		codes[i] = b.String()
	}
	return codes
}

// TypedCode is a code as it was meant: without blanks and dashes, small letters.
func TypedCode(typed string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -\t　", r) {
			return -1
		}
		return r
	}, typed))
}

// CodeBucket names where tries of a second factor are counted, apart from those
// of the password: who knows the password gets no further ones.
func CodeBucket(person kernel.PersonID, device []byte, known bool) []byte {
	h := sha256.New()
	h.Write([]byte("code\x00"))
	h.Write(Bucket(person, "", device, known))
	return h.Sum(nil)
}

// Asks reports whether the policy wants a second factor of somebody, by the
// posts that are his own.
func (p LoginPolicy) Asks(actor *kernel.Actor) bool {
	for _, a := range actor.Assignments {
		if p.OfficeNeedsFactor && a.TenantWide && a.For == nil {
			return true
		}
	}
	return false
}
