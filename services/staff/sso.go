package staff

import (
	"strconv"
	"strings"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of coming in through the chain's own provider.
var (
	ErrNoSSO          = fault.New(fault.NotFound, "auth.no_sso", "没有找到开通了单点登录的企业，请核对企业代码，或用密码登录。")
	ErrSSOOver        = fault.New(fault.Unauthenticated, "auth.sso_over", "单点登录超过十分钟或换了浏览器，请重新开始。")
	ErrSSOFailed      = fault.New(fault.Unauthenticated, "auth.sso_failed", "企业的登录服务没有确认您的身份，请重试；仍不行请联系企业管理员。")
	ErrSSOUnknown     = fault.New(fault.Forbidden, "auth.sso_unknown_person", "企业账号验证通过，但常客里没有对应的在职员工，请联系企业管理员核对工号或手机号。")
	ErrSSOLinkedOther = fault.New(fault.Forbidden, "auth.sso_linked_other", "这位员工已经绑定了另一个企业账号，请联系企业管理员解除。")
	ErrNotLinked      = fault.New(fault.Conflict, "auth.not_linked", "这位员工还没有用企业单点登录进入过。")
	ErrSSOIssuer      = fault.Fields("auth.sso_issuer", "登录服务地址须是公网上的 https 地址，不带参数。", fault.Violation{Field: "provider.issuer", Message: "登录服务地址须是公网上的 https 地址，不带参数。"})
	ErrSSOUnreachable = fault.Fields("auth.sso_unreachable", "登录服务没有按 OpenID Connect 的规范应答，请核对地址。", fault.Violation{Field: "provider.issuer", Message: "登录服务没有按 OpenID Connect 的规范应答，请核对地址。"})
	ErrSSODomain      = fault.Fields("auth.sso_domain", "按邮箱对应时，请填写 @ 后面的域名。", fault.Violation{Field: "provider.domain", Message: "按邮箱对应时，请填写 @ 后面的域名。"})
)

// The things a claim of the provider can be.
const (
	MatchStaffNo = "staff_no"
	MatchPhone   = "phone"
	MatchEmail   = "email"          // the staff number stands before @
	MatchRecord  = "recorded_email" // the address on the person's record
)

// SSOProvider is a chain's own OpenID provider.
type SSOProvider struct {
	Issuer   string
	ClientID string
	Claim    string // which claim says who it is
	Match    string // what that claim is
	Domain   string // with MatchEmail: what stands behind @
	Enabled  bool
}

// Scopes are what is asked of the provider, so that it gives the claim.
func (p SSOProvider) Scopes() []string {
	return append([]string{"openid", "profile"}, map[string][]string{MatchPhone: {"phone"}, MatchEmail: {"email"}, MatchRecord: {"email"}}[p.Match]...)
}

// Meant is how a claim names somebody: by one of these.
type Meant struct {
	StaffNo string
	Number  kernel.Phone
	Email   Email
}

// Meant reads who is meant from the provider's claims. False: they do not say.
func (p SSOProvider) Meant(claims map[string]any) (m Meant, ok bool) {
	value := claimText(claims[p.Claim])
	// Only an address that the provider vouches for is anybody's.
	verified := claimText(claims["email_verified"]) == "true"
	switch {
	case value == "":
		return m, false
	case p.Match == MatchPhone:
		number, err := kernel.ParsePhone(value)
		return Meant{Number: number}, err == nil
	case p.Match == MatchEmail:
		name, domain, _ := strings.Cut(value, "@")
		return Meant{StaffNo: name}, verified && name != "" && strings.EqualFold(domain, p.Domain)
	case p.Match == MatchRecord:
		email, err := ParseEmail(value)
		return Meant{Email: email}, verified && err == nil && email != ""
	}
	return Meant{StaffNo: value}, true
}

func claimText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case bool:
		return strconv.FormatBool(v)
	case float64: // JSON's numbers
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}
