package staff

import (
	"strings"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Bounds of a password in characters (OWASP ASVS 5, 6.2.1 and 6.2.9).
const (
	PasswordMin = 8
	PasswordMax = 200
)

// PasswordRules says which passwords are refused, after OWASP ASVS 5 chapter
// 6.2: by length, as too common, as made of what everybody knows of the person.
// There are no rules of composition and no end of a password's life.
type PasswordRules struct {
	// Common reports whether a password is on the list of common ones.
	Common func(password string) bool
}

// Guessable is what everybody knows of a person and tries first.
type Guessable struct {
	Chain   string // name of the chain
	Code    string // code of the chain
	Name    string
	StaffNo string
	Number  kernel.Phone // empty: none
}

// Check refuses a password with a reason that says how to choose a better one.
// It is taken exactly as typed. Faults, all with a violation of the field
// "password": auth.password_short, auth.password_long, auth.password_common,
// auth.password_personal.
func (r PasswordRules) Check(password string, who Guessable) error {
	refuse := func(reason, message string) error {
		return fault.Fields(reason, message, fault.Violation{Field: "password", Rule: "ACC-01", Message: message})
	}
	n := utf8.RuneCountInString(password)
	switch {
	case n < PasswordMin:
		return refuse("auth.password_short", "密码至少 8 个字符，建议 15 个以上；一句自己记得住的话最好。")
	case n > PasswordMax:
		return refuse("auth.password_long", "密码最多 200 个字符。")
	case distinct(password) < 3, r.Common != nil && r.Common(password):
		return refuse("auth.password_common", "这个密码太常见，别人一猜就中，请换一个；几个不相干的词连起来就很好。")
	}
	rest := strings.ToLower(password)
	for _, word := range who.words() {
		rest = strings.ReplaceAll(rest, word, "")
	}
	// Whole words of one's own may be part of a long password, not most of it.
	if left := utf8.RuneCountInString(rest); left < n && left < PasswordMin {
		return refuse("auth.password_personal", "密码里姓名、工号、手机号或企业名称占了大半，别人容易猜到，请换一个。")
	}
	return nil
}

// words are the texts a guesser begins with, in lower case, longest first where
// one holds another.
func (k Guessable) words() (words []string) {
	add := func(texts ...string) {
		for _, t := range texts {
			t = strings.ToLower(strings.TrimSpace(t))
			if least := 3; len(t) >= least && (utf8.RuneCountInString(t) >= least || utf8.RuneCountInString(t) == 2 && len(t) >= 6) {
				words = append(words, t)
			}
		}
	}
	add("changke", "常客", k.Chain, k.Code, k.StaffNo, k.Name, spelt(k.Name))
	if digits := strings.TrimPrefix(k.Number.E164(), "+86"); k.Number != "" {
		add(digits)
		if len(digits) >= 8 {
			add(digits[len(digits)-8:])
		}
	}
	return words
}

// spelt is a Chinese name in pinyin without tones: 李明 → liming.
func spelt(name string) string {
	var b strings.Builder
	for _, s := range pinyin.LazyPinyin(name, pinyin.NewArgs()) {
		b.WriteString(s)
	}
	return b.String()
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}
