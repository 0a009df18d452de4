package kernel_test

import (
	"strings"
	"testing"

	"github.com/changke/changke/services/kernel"
)

// Whatever people type, a number that is accepted is E.164, reads again as
// itself, and its masked form gives at most the head and the last four away.
func FuzzParsePhone(f *testing.F) {
	for _, s := range []string{"13812341234", "+852 5123 4567", "(029)8832-1234", "００８６１３８", "+", "0", "1\u00a03"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := kernel.ParsePhone(s)
		if err != nil {
			return
		}
		e := p.E164()
		if e[0] != '+' || len(e) < 9 || len(e) > 16 || strings.Trim(e[1:], "0123456789") != "" {
			t.Fatalf("%q gave %q", s, e)
		}
		again, err := kernel.ParsePhone(e)
		if err != nil || again != p {
			t.Fatalf("%q reads as %q, that as %q (%v)", s, e, again.E164(), err)
		}
		if !strings.Contains(p.Masked(), "****") || strings.Contains(p.Masked(), e[1:]) {
			t.Fatalf("%q is masked as %q", e, p.Masked())
		}
	})
}
