package customer_test

import (
	"testing"

	"github.com/changke/changke/services/customer"
)

// What CheckFile costs beside its look-up.
func BenchmarkCheck(b *testing.B) {
	f := customer.Fields{Name: "王建国", Employer: "长安软件园 3 号楼云上公司", Address: "陕西省西安市雁塔区高新路25号希格玛大厦B座"}.Clean()
	for b.Loop() {
		f.Check(customer.DefaultTemplate(), today, customer.Fields{})
	}
}
