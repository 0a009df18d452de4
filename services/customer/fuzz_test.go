package customer_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// seeds are what is typed into all fields, besides the corpus of one.
var seeds = []string{"", " ", "0", "138", "1\xff", "\u202e王", "ｘ", "王\x00", "١٢٣", "+", "·", strings.Repeat("1", 5000), strings.Repeat("路", 300), "{}", `{"month":13}`}

func seed(f *testing.F, corpora ...string) {
	f.Helper()
	for _, s := range seeds {
		f.Add(s)
	}
	for _, name := range corpora {
		for _, s := range corpus(f, name) {
			f.Add(s.text)
		}
	}
}

// Whatever is typed as a name: a finding has words and a rule, the normalised
// name is one name, initials and searches come out printable.
func FuzzName(f *testing.F) {
	seed(f, "names")
	f.Fuzz(func(t *testing.T, s string) {
		name := customer.NormalizeName(s)
		if again := customer.NormalizeName(name); utf8.ValidString(s) && again != name {
			t.Fatalf("%q becomes %q, then %q", s, name, again)
		}
		said(t, s, customer.CheckName(name))
		if initials := customer.Initials(name); !utf8.ValidString(initials) {
			t.Fatalf("%q: initials %q", s, initials)
		}
		if search, err := customer.ParseSearch(s); err == nil && !utf8.ValidString(search.From) && utf8.ValidString(s) {
			t.Fatalf("%q: searches from %q", s, search.From)
		}
	})
}

// Whatever is typed as a number: it is refused with words that never repeat it,
// or E.164, which reads as itself.
func FuzzNumber(f *testing.F) {
	seed(f, "numbers", "phs")
	f.Fuzz(func(t *testing.T, s string) {
		for _, phs := range []bool{false, true} {
			number, found := customer.ReadNumber(s, phs, true)
			if (found == nil) == (number == "") {
				t.Fatalf("%q: number %q and finding %+v", s, number.E164(), found)
			}
			if found != nil {
				said(t, s, found)
				continue
			}
			if again, found := customer.ReadNumber(number.E164(), phs, true); found != nil || again != number {
				t.Fatalf("%q is %s, which reads as %q", s, number.E164(), again.E164())
			}
			if strings.Contains(number.String(), number.Local()) {
				t.Fatalf("%q prints itself", s)
			}
		}
	})
}

// Whatever is typed as an employer or address: an answer comes, in words.
func FuzzPlace(f *testing.F) {
	seed(f, "employers", "addresses")
	f.Fuzz(func(t *testing.T, s string) {
		fields := customer.Fields{Employer: s, Address: s}.Clean()
		for _, found := range fields.Check(customer.DefaultTemplate(), today, customer.Fields{}) {
			said(t, s, &found)
		}
	})
}

// Whatever is stored or sent as a date: it is refused, or comes back, and returns
// within a year and a month.
func FuzzDay(f *testing.F) {
	for _, s := range append([]string{
		`"1980-02-29"`, `{"month":2,"day":29}`, `{"lunar":true,"month":12,"day":30}`, `{"lunar":true,"year":2020,"month":4,"leap":true,"day":29}`, `{"year":-1,"month":-1,"day":-1}`, `{"lunar":true,"year":99999999,"month":1,"day":1}`,
	}, seeds...) {
		f.Add(s, int32(20000))
	}
	f.Fuzz(func(t *testing.T, s string, on int32) {
		var d customer.Day
		if json.Unmarshal([]byte(s), &d) != nil {
			return
		}
		if d.Text() == "" || strings.ContainsAny(d.String(), "0123456789") {
			t.Fatalf("%q reads %q and prints %q", s, d.Text(), d.String())
		}
		found := d.Check("birthday", today)
		if found != nil {
			said(t, s, found)
		}
		if !d.Exists() {
			return
		}
		from := kernel.BusinessDate(on%40000 + 40000) // 1970 to 2189
		next := d.Next(from)
		if was, told := d.Solar(); next < from || next > from+385 && (!told || next != was) {
			t.Fatalf("%q from %s returns on %s", s, from, next)
		}
	})
}

// said fails unless a finding has words and a rule and leaves out what was typed.
func said(t *testing.T, s string, found *customer.Finding) {
	t.Helper()
	switch {
	case found == nil:
	case found.Message == "" || found.Rule == "" || found.Field == "":
		t.Fatalf("%q: a finding without words: %+v", s, found)
	case found.Field == "number" && repeats(strings.ReplaceAll(found.Message, "029-88123456", ""), s):
		t.Fatalf("%q is repeated: %s", s, found.Message)
	}
}

// repeats reports whether a sentence holds the number that was typed.
func repeats(sentence, typed string) bool {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, typed)
	return len(digits) > 6 && (strings.Contains(sentence, digits) || strings.Contains(sentence, typed))
}
