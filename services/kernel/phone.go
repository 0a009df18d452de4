package kernel

import (
	"errors"
	"log/slog"
	"strings"
)

// Phone is a number in E.164 form (+8613812341234). It prints itself masked:
// logs, errors and %v can never give a guest's number away; only E164 does.
type Phone string

// ErrBadPhone says that a text has not the shape of a telephone number.
var ErrBadPhone = errors.New("not a phone number")

// ParsePhone brings a number as people write it into E.164: spaces, dashes and
// brackets fall away, eleven digits beginning with 1 are a mainland mobile, one
// 0 begins a mainland area code, anything else needs its + or 00. Whether the number may stand on a VIP file
// is CUS-07 and decided in customer.
func ParsePhone(s string) (Phone, error) {
	var b strings.Builder
	for i, r := range strings.TrimSpace(s) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= '０' && r <= '９': // full-width digits of Chinese input methods
			b.WriteRune(r - '０' + '0')
		case (r == '+' || r == '＋') && i == 0:
			b.WriteRune('+')
		case strings.ContainsRune(" -()（）－\u00a0\u3000", r):
		default:
			return "", ErrBadPhone
		}
	}
	d := b.String()
	switch {
	case len(d) == 11 && d[0] == '1':
		d = "+86" + d
	case strings.HasPrefix(d, "00"):
		d = "+" + d[2:]
	case len(d) >= 10 && len(d) <= 12 && d[0] == '0': // a fixed line with its area code
		d = "+86" + d[1:]
	}
	if len(d) < 9 || len(d) > 16 || d[0] != '+' || d[1] == '0' || strings.Contains(d[1:], "+") {
		return "", ErrBadPhone
	}
	return Phone(d), nil
}

// E164 is the number itself. Whoever calls it must have a reason that is logged.
func (p Phone) E164() string { return string(p) }

// Local is the number as people of mainland China write it: without +86, a fixed
// line with the 0 of its area code.
func (p Phone) Local() string {
	d, mainland := strings.CutPrefix(string(p), "+86")
	if mainland && d != "" && (d[0] != '1' || len(d) != 11) {
		return "0" + d
	}
	return d
}

// Masked shows enough to recognise a number and too little to call it:
// 138****1234, +852****5678.
func (p Phone) Masked() string {
	l := p.Local()
	head := 3
	if strings.HasPrefix(l, "+") {
		head = 4
	}
	if len(l) < head+4 {
		return "****"
	}
	return l[:head] + "****" + l[len(l)-4:]
}

// Last4Reversed is what the search by last digits runs on: 4321 for …1234, a
// prefix of it finds numbers from the first digit typed from the end.
func (p Phone) Last4Reversed() string {
	n := len(p)
	if n < 4 {
		return ""
	}
	return string([]byte{p[n-1], p[n-2], p[n-3], p[n-4]})
}

// String is Masked.
func (p Phone) String() string { return p.Masked() }

// GoString is Masked, so that %#v leaks nothing either.
func (p Phone) GoString() string { return p.Masked() }

// LogValue is Masked.
func (p Phone) LogValue() slog.Value { return slog.StringValue(p.Masked()) }

// MarshalText is Masked: a number never travels inside JSON by accident.
func (p Phone) MarshalText() ([]byte, error) { return []byte(p.Masked()), nil }
