package customerapp

import (
	"context"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/platform/rpc"
)

// unmask puts back what the caller cannot see of a file and therefore did not
// change (ROL-03): a name sent as it was masked, a birthday that was left out of
// what he got. What he wrote himself stands.
func (f file) unmask(ctx context.Context, in customer.Fields) customer.Fields {
	names, review := rpc.GrantFor(ctx, customer.NamesPermission), rpc.GrantFor(ctx, reviewPermission)
	if !f.NameShown(names, review) && (in.Name.Full() == f.fields.Name.Masked() || in.Name.Full() == f.holds().Name.Masked()) {
		in.Name = f.fields.Name
	}
	if !f.BirthdayShown(names, review) && in.Birthday == nil {
		in.Birthday = f.fields.Birthday
	}
	return in
}
