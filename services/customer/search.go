package customer

import (
	"strings"
	"unicode"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// SearchKind is what a text in the search box means.
type SearchKind uint8

// The meanings, each with an index of its own.
const (
	SearchNone     SearchKind = iota // nothing typed
	SearchLast                       // the last three or four digits
	SearchNumber                     // a whole number
	SearchName                       // the beginning of a name
	SearchInitials                   // the beginning of the 拼音首字母
)

// String names the kind, for the log of acts: how somebody searched may be kept,
// what for may not.
func (k SearchKind) String() string {
	return [...]string{"none", "last_digits", "number", "name", "initials"}[k]
}

// Search is a search, ready for an index: the values from From up to, not
// including, To in byte order.
type Search struct {
	Kind     SearchKind
	From, To string       // SearchLast: digits from the end; SearchName, SearchInitials: prefix
	Number   kernel.Phone // SearchNumber
}

// beyond sorts behind every character a name may have.
const beyond = "\U0010FFFF"

func prefix(kind SearchKind, p string) Search { return Search{Kind: kind, From: p, To: p + beyond} }

// ParseSearch finds out what somebody means. Digits that are neither an end of
// a number nor a whole one are a fault: an empty list would say that there is
// no such guest.
func ParseSearch(query string) (Search, error) {
	q := NormalizeName(query)
	digits, plus, onlyDigits := digitsOf(q)
	switch {
	case q == "":
		return Search{}, nil
	case onlyDigits && digits != "":
		return searchDigits(q, digits, plus)
	case strings.ContainsFunc(q, unicode.IsControl):
	case strings.ContainsFunc(q, isHan):
		return prefix(SearchName, q), nil
	case !strings.ContainsFunc(q, func(r rune) bool { return !unicode.IsLetter(r) && r != ' ' && r != '.' && r != '\'' && r != '-' }):
		var b strings.Builder
		for _, r := range q {
			if unicode.IsLetter(r) {
				b.WriteRune(unicode.ToLower(r))
			}
		}
		if b.Len() > 0 {
			return prefix(SearchInitials, b.String()), nil
		}
	}
	return Search{}, fault.Field("query", "", "请输入号码后 3–4 位、完整号码、姓名或拼音首字母。")
}

func searchDigits(q, digits string, plus bool) (Search, error) {
	if plus && !strings.HasPrefix(q, "+") && len(digits) <= 2 {
		digits, plus = "00"+digits, false // the end of a number, not the way abroad
	}
	if n := len(digits); !plus && (n == 3 || n == 4) {
		reversed := make([]byte, n)
		for i := range n {
			reversed[n-1-i] = digits[i]
		}
		return prefix(SearchLast, string(reversed)), nil
	}
	if phone, refused := CheckNumber(q); refused == nil {
		return Search{Kind: SearchNumber, Number: phone}, nil
	}
	// An imported file may have a number that CUS-07 would refuse.
	if phone, err := kernel.ParsePhone(q); err == nil {
		return Search{Kind: SearchNumber, Number: phone}, nil
	}
	return Search{}, fault.Field("query", "", "请输入号码后 3–4 位，或完整号码。")
}
