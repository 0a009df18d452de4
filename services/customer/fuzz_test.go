package customer_test

import (
	"testing"
	"unicode/utf8"

	"github.com/changke/changke/services/customer"
)

// Whatever is typed into a field: a finding has words and a rule, an accepted
// number is a mobile's E.164, initials and searches come out printable.
func FuzzFields(f *testing.F) {
	for _, s := range []string{"张建国", "小王", "欧阳", "阿依古丽·买买提", "John Smith", "13812341234", "029-88321234", "4008001234", "zjg", "\xff", "先生"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if found := customer.CheckName(s); found != nil && (found.Message == "" || found.Rule == "") {
			t.Fatalf("%q: a finding without words: %+v", s, found)
		}
		number, found := customer.CheckNumber(s)
		if (found == nil) == (number == "") {
			t.Fatalf("%q: number %q and finding %+v", s, number.E164(), found)
		}
		if initials := customer.Initials(s); !utf8.ValidString(initials) {
			t.Fatalf("%q: initials %q", s, initials)
		}
		if search, err := customer.ParseSearch(s); err == nil && !utf8.ValidString(search.From) && utf8.ValidString(s) {
			t.Fatalf("%q: searches from %q", s, search.From)
		}
	})
}
