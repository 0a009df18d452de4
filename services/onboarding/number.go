package onboarding

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/changke/changke/services/customer"
)

var (
	scientific = regexp.MustCompile(`^(\d)(?:\.(\d*))?[eE]\+?(\d{1,2})$`)
	fraction   = regexp.MustCompile(`^(\d+)\.0+$`)
	several    = regexp.MustCompile(`[/,;、，；|]|\d{7,}\s+\d{7,}`)
)

// mendNumber undoes what spreadsheets and people do to a number where only one
// number can be meant: full-width digits, 1.3812345678E+10, 13812345678.0, an
// apostrophe in front. Why says in Chinese what cannot be undone.
func mendNumber(raw string) (number, why, mend string) {
	s := strings.TrimLeft(strings.TrimSpace(norm.NFKC.String(raw)), "'‘’`")
	if m := scientific.FindStringSubmatch(s); m != nil {
		digits, places := m[1]+m[2], 0
		for _, d := range m[3] {
			places = places*10 + int(d-'0')
		}
		// Fewer digits than the number has may be a rounded number: never guessed.
		if len(digits) < places+1 || strings.Trim(digits[places+1:], "0") != "" {
			return "", "号码被表格变成了科学计数，后几位已经丢失", "把这一列设为“文本”格式，重新填写完整的号码"
		}
		return digits[:places+1], "", ""
	}
	if m := fraction.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if several.MatchString(s) {
		return "", "一格里有多个号码", "每位客户只留一个手机号"
	}
	return s, "", ""
}

// MaskedNumber is a number as it stands in a list, masked; what is none shows as
// stars only.
func MaskedNumber(raw string) string {
	text, why, _ := mendNumber(raw)
	if number, found := customer.CheckNumber(text); why == "" && found == nil {
		return number.Masked()
	}
	if raw == "" {
		return ""
	}
	return "****"
}
