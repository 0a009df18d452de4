package staff

import (
	"regexp"
	"strings"

	"golang.org/x/text/width"

	"github.com/changke/changke/services/kernel/fault"
)

// ErrEmailTaken says that an address is another person's.
var ErrEmailTaken = fault.Fields("staff.email_taken", "这个邮箱已经登记在另一位员工名下，请核对。", fault.Violation{Field: "email", Message: "这个邮箱已经登记在另一位员工名下，请核对。"})

// Email is an address at work in small letters, by which the chain's own sign-in
// can name somebody; empty: none. It masks itself.
type Email string

var emailForm = regexp.MustCompile(`^[^\s@]{1,64}@[^\s@]+\.[^\s@.]+$`)

// ParseEmail reads an address as people write it; empty: none. Fault: a field
// fault of email.
func ParseEmail(text string) (Email, error) {
	text = strings.ToLower(strings.TrimSpace(width.Narrow.String(text)))
	if text == "" {
		return "", nil
	}
	if len(text) > 254 || !emailForm.MatchString(text) {
		return "", fault.Field("email", "", "请填完整的邮箱，例如 zhoumin@example.com。")
	}
	return Email(text), nil
}

// Masked is z***@example.com.
func (e Email) Masked() string {
	name, domain, ok := strings.Cut(string(e), "@")
	if !ok {
		return ""
	}
	return string([]rune(name)[:1]) + "***@" + domain
}

// String masks: an address never stands in a log or an error.
func (e Email) String() string { return e.Masked() }
