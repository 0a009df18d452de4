package main

import (
	"slices"
	"testing"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
)

// Staff of the chain are no VIP guests, in any of its stores, whichever way
// their number comes to a file; the other chain knows nothing of them (CUS-05).
func TestStaffAreNoGuests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, ctx := w.a, t.Context()
	hired := w.person(a)
	_, err := w.staffOf(a.admin).CreatePerson(ctx, hired)
	require.NoError(t, err)
	create := func(c *chain, as *caller, store string, number string) error {
		f := w.fields(c)
		f.Number = number
		_, err := w.customersOf(as).CreateFile(ctx, &customerv1.CreateFileRequest{StoreId: store, RequestId: w.uuid(), Fields: f})
		return err
	}
	files := func() string {
		return w.texts(t, "SELECT count(*)::text FROM guest WHERE tenant_id = $1", a.id)[0]
	}
	before := files()

	for number, whose := range map[string]string{hired.Phone: "a colleague of the store", "+86 " + hired.Phone: "written otherwise", "18600000008": "head office's"} {
		for as, store := range map[*caller]string{a.rep: a.s01.String(), a.chief: a.s02.String()} {
			err := create(a, as, store, number)
			require.Equal(t, "customer.staff_number", reasonOf(err), whose)
			require.Equal(t, connect.CodeFailedPrecondition, connect.CodeOf(err), whose)
		}
		checked, err := w.customersOf(a.rep).CheckFile(ctx, &customerv1.CheckFileRequest{StoreId: a.s01.String(), Fields: &customerv1.FileFields{Number: number}})
		require.NoError(t, err)
		require.Len(t, checked.Findings, 1, whose)
		require.Equal(t, "CUS-05", checked.Findings[0].Rule)
		require.NotContains(t, checked.Findings[0].Message, hired.Name, "nobody learns whose number it is")
	}
	require.Equal(t, before, files(), "nothing half done")
	require.NoError(t, create(w.b, w.b.rep, w.b.s01.String(), hired.Phone), "the other chain's guest")

	// A file's number can't become a colleague's.
	made := w.newFile(t, a)
	changed := w.fields(a)
	changed.Number = hired.Phone
	_, err = w.customersOf(a.rep).UpdateFile(ctx, &customerv1.UpdateFileRequest{Id: made.Row.Id, Version: made.Version, Fields: changed})
	require.Equal(t, "customer.staff_number", reasonOf(err))
	got, err := w.customersOf(a.rep).GetCustomer(ctx, &customerv1.GetCustomerRequest{Id: made.Row.Id})
	require.NoError(t, err)
	require.Equal(t, made.Version, got.Customer.Version)
}

// A guest who is hired later stays a guest until a person decides: the file says
// so to whoever reads and reviews it, and on its timeline (CUS-05).
func TestGuestHiredLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, ctx := w.a, t.Context()
	guest := func() (file, number string) {
		f := w.fields(a)
		res, err := w.customersOf(a.rep).CreateFile(ctx, &customerv1.CreateFileRequest{StoreId: a.s01.String(), RequestId: w.uuid(), Fields: f})
		require.NoError(t, err)
		return res.Customer.Row.Id, f.Number
	}
	match := func(file string) string {
		res, err := w.customersOf(a.manager).GetCustomer(ctx, &customerv1.GetCustomerRequest{Id: file})
		require.NoError(t, err)
		return res.Customer.StaffMatch
	}
	submitted, number := guest()
	_, err := w.customersOf(a.rep).SubmitFile(ctx, &customerv1.SubmitFileRequest{Id: submitted})
	require.NoError(t, err)
	require.Empty(t, match(submitted))

	hired := w.person(a)
	hired.Phone = number
	_, err = w.staffOf(a.admin).CreatePerson(ctx, hired)
	require.NoError(t, err)
	require.Equal(t, hired.Name+" "+hired.StaffNo, match(submitted))
	queue, err := w.customersOf(a.manager).ListReviews(ctx, &customerv1.ListReviewsRequest{StoreId: a.s01.String()})
	require.NoError(t, err)
	told := 0
	for _, item := range queue.Items {
		if item.Row.Id == submitted {
			require.Equal(t, hired.Name+" "+hired.StaffNo, item.StaffMatch)
			told++
		}
	}
	require.Equal(t, 1, told)
	lines, err := ownershipv1connect.NewOwnershipServiceClient(w.client(a.manager), w.server.URL).ListTimeline(ctx, &ownershipv1.ListTimelineRequest{FileId: submitted})
	require.NoError(t, err)
	flagged := slices.IndexFunc(lines.Lines, func(l *ownershipv1.TimelineLine) bool { return l.Kind == "file.flagged" })
	require.GreaterOrEqual(t, flagged, 0)
	require.Equal(t, "CUS-05", lines.Lines[flagged].Rule)
	_, err = w.customersOf(a.manager).ReviewFile(ctx, &customerv1.ReviewFileRequest{Id: submitted, Approve: true})
	require.NoError(t, err, "the reviewer decides")

	// A colleague who takes a guest's number is found too; a draft with it can't
	// be submitted any more.
	draft, number := guest()
	other := w.person(a)
	made, err := w.staffOf(a.admin).CreatePerson(ctx, other)
	require.NoError(t, err)
	_, err = w.staffOf(a.admin).UpdatePerson(ctx, &staffv1.UpdatePersonRequest{PersonId: made.Person.Id, Phone: &number})
	require.NoError(t, err)
	require.Equal(t, other.Name+" "+other.StaffNo, match(draft))
	_, err = w.customersOf(a.rep).SubmitFile(ctx, &customerv1.SubmitFileRequest{Id: draft})
	require.Equal(t, "customer.staff_number", reasonOf(err))
}
