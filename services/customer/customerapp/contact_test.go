package customerapp_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

func (b *bundle) contact(w who, file kernel.FileID, kind customer.ContactKind, n int) (customer.Contact, error) {
	return b.files.AddContact(ctx, w.write(), b.now, file, kind, number(n), "王秘书")
}

// VIS-12: a contact's number may stand on several files and be somebody's own;
// CUS-10: own numbers are exclusive among own numbers.
func TestContacts(t *testing.T) {
	b := setup(t)
	one, two := b.create(b.lina(), east, input("王建国", number(1))), b.create(b.min(), east, input("李建国", number(2)))
	add := func(w who, file kernel.FileID, kind customer.ContactKind, n int, want string) customer.Contact {
		t.Helper()
		c, err := b.contact(w, file, kind, n)
		if want != "" {
			reason(t, err, want)
			return c
		}
		require.NoError(t, err)
		return c
	}
	secretary := add(b.lina(), one.File, customer.ContactSecretary, 9, "")
	require.Equal(t, "138****0009", secretary.Masked)
	add(b.min(), two.File, customer.ContactDriver, 9, "")
	add(b.lina(), one.File, customer.ContactDriver, 9, "contact.on_this_file")
	add(b.lina(), one.File, customer.ContactDriver, 1, "contact.on_this_file")
	add(b.lina(), one.File, customer.ContactFamily, 2, "") // another guest's own
	add(b.lina(), one.File, customer.ContactOwn, 2, "contact.on_this_file")
	add(b.min(), two.File, customer.ContactOwn, 1, "customer.already_on_file")
	add(b.lina(), one.File, customer.ContactOwn, 3, "")
	add(b.min(), two.File, customer.ContactOwn, 3, "customer.already_on_file")
	add(b.min(), two.File, customer.ContactSecretary, 3, "") // somebody's own, another's contact
	b.create(b.min(), east, input("赵建国", number(9)))         // a contact is not on file as a guest
	add(b.min(), one.File, customer.ContactDriver, 8, "customer.not_found")
	_, err := b.files.AddContact(ctx, b.lina().write(), b.now, one.File, customer.ContactDriver, "029-88123456", "")
	require.Equal(t, "number", faultOf(t, err).Violations[0].Field)
	_, err = b.files.AddContact(ctx, b.lina().write(), b.now, one.File, customer.ContactDriver, number(7), "13800001111")
	require.Equal(t, "name", faultOf(t, err).Violations[0].Field)

	list, _, err := b.files.Contacts(ctx, b.lina().read(), one.File)
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, customer.ContactOwn, list[0].Kind)
	require.Empty(t, list[0].Name.Full())
	require.Equal(t, "王秘书", list[1].Name.Full())
	require.Zero(t, b.superCount("SELECT count(*)::int FROM file_contact WHERE name_box LIKE '%' || convert_to('王秘书', 'UTF8') || '%'"), "sealed")

	// Approved: both own numbers bring visits; own ones are a manager's to change.
	b.approve(b.lina(), one.File, b.zhao())
	require.Len(t, b.right.approved, 2)
	add(b.lina(), one.File, customer.ContactOwn, 4, "contact.needs_manager")
	own := add(b.zhao(), one.File, customer.ContactOwn, 4, "")
	require.Len(t, b.right.approved, 3)
	reason(t, b.files.RemoveContact(ctx, b.lina().write(), b.now, one.File, own.ID), "contact.needs_manager")
	require.NoError(t, b.files.RemoveContact(ctx, b.zhao().write(), b.now, one.File, own.ID))
	require.Len(t, b.right.moved, 1, "its visits so far stay the file's")
	b.create(b.min(), east, input("钱建国", number(4)))
	require.NoError(t, b.files.RemoveContact(ctx, b.lina().write(), b.now, one.File, secretary.ID))
	reason(t, b.files.RemoveContact(ctx, b.lina().write(), b.now, one.File, secretary.ID), "contact.not_found")

	keys, err := b.tenants.Keys(ctx, b.a)
	require.NoError(t, err)
	guests, err := b.files.GuestsOfNumber(ctx, b.a, east, keys.NumberKey(kernel.Phone("+86"+number(3))))
	require.NoError(t, err)
	require.Len(t, guests, 1, "files that were never approved are nobody's to book for")
	b.approve(b.min(), two.File, b.zhao())
	guests, err = b.files.GuestsOfNumber(ctx, b.a, east, keys.NumberKey(kernel.Phone("+86"+number(3))))
	require.NoError(t, err)
	require.Len(t, guests, 2)
	require.Equal(t, customer.ContactOwn, guests[0].Kind)
	require.Equal(t, customer.ContactSecretary, guests[1].Kind)
	elsewhere, err := b.files.GuestsOfNumber(ctx, b.a, west, keys.NumberKey(kernel.Phone("+86"+number(3))))
	require.NoError(t, err)
	require.Empty(t, elsewhere)
}

// A contact's number in clear costs what the guest's own does: a reason, a line,
// one of the day.
func TestRevealContact(t *testing.T) {
	b := setup(t)
	one, two := b.create(b.lina(), east, input("王建国", number(1))), b.create(b.lina(), east, input("李建国", number(2)))
	c, err := b.contact(b.lina(), one.File, customer.ContactDriver, 9)
	require.NoError(t, err)
	may := b.lina().may("customer.reveal")
	_, err = b.files.RevealContact(ctx, may, b.now, one.File, c.ID, " ")
	reason(t, err, "invalid_field")
	_, err = b.files.RevealContact(ctx, may, b.now, two.File, c.ID, "请司机把车开过来")
	reason(t, err, "contact.not_found")
	_, err = b.files.RevealContact(ctx, b.min().may("customer.reveal"), b.now, one.File, c.ID, "请司机把车开过来")
	reason(t, err, "customer.not_found")
	require.Zero(t, b.superCount("SELECT count(*)::int FROM number_reveal"))
	got, err := b.files.RevealContact(ctx, may, b.now, one.File, c.ID, "请司机把车开过来")
	require.NoError(t, err)
	require.Equal(t, number(9), got.Value)
	require.Equal(t, 19, got.Left)
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM reveal_reason WHERE file_id = $1", one.File))
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM audit_line WHERE action = 'customer.revealed'"))
	own, err := b.files.Reveal(ctx, may, b.now, one.File, customer.MaskedNumber, "电话确认今晚的包间")
	require.NoError(t, err)
	require.Equal(t, 18, own.Left, "one count for both")
}

// Many add at once: no more than there may be, and an own number to one file.
func TestContactsAtOnce(t *testing.T) {
	b := setup(t)
	files := []kernel.FileID{}
	for i := range 4 {
		files = append(files, b.create(b.lina(), east, input(fmt.Sprintf("王建%s", "国华军民"[i*3:i*3+3]), number(i+1))).File)
	}
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() { _, _ = b.contact(b.lina(), files[i%4], customer.ContactOwn, 100) })
		wg.Go(func() { _, _ = b.contact(b.lina(), files[0], customer.ContactOther, 200+i) })
	}
	wg.Wait()
	require.Equal(t, 1, b.superCount("SELECT count(*)::int FROM file_contact WHERE kind = 'own'"))
	require.Equal(t, 5, b.superCount("SELECT count(*)::int FROM file_number"))
	require.Equal(t, customer.MaxContacts, b.superCount("SELECT count(*)::int FROM file_contact WHERE file_id = $1", files[0]))
	_, err := b.contact(b.as(b.a, rep, staff.ServiceRep, east), files[0], customer.ContactOther, 999)
	reason(t, err, "contact.too_many")
}
