package customerapp_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/customerapp"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// all walks every page and gives the names, which are unique in these tests.
func (b *bundle) all(w who, in customerapp.ListInput) []string {
	b.t.Helper()
	out := []string{}
	for range 1000 {
		items, next, err := b.files.List(ctx, w.read(), b.now, in)
		require.NoError(b.t, err)
		require.LessOrEqual(b.t, len(items), in.Size)
		for _, i := range items {
			require.NotContains(b.t, out, i.Name.Full(), "twice")
			out = append(out, i.Name.Full())
		}
		if next == "" {
			return out
		}
		in.Token = next
	}
	b.t.Fatal("pages without end")
	return nil
}

func (b *bundle) sorted(w who, in customerapp.ListInput) []string {
	b.t.Helper()
	out := b.all(w, in)
	slices.Sort(out)
	return out
}

func TestReach(t *testing.T) {
	b := setup(t)
	lina, min := b.as(b.a, rep, staff.ServiceRep, east), b.as(b.a, rep2, staff.ServiceRep, east)
	zhao, sun := b.as(b.a, boss, staff.ServiceManager, east), b.as(b.a, hq, staff.HQService)
	approved := b.create(lina, east, input("王大明", number(10001)))
	b.approve(lina, approved.File, zhao)
	b.create(lina, east, input("王二明", number(10002)))
	foreign := b.create(min, east, input("王三明", number(10003)))
	b.create(b.as(b.a, rep2, staff.ServiceRep, west), west, input("王四明", number(10001)))
	b.create(b.as(b.b, rep, staff.ServiceRep, east), east, input("王乙明", number(10001)))

	list := func(s customerapp.Scope, q string) customerapp.ListInput {
		return customerapp.ListInput{Scope: s, Query: q, Size: 1}
	}
	require.Equal(t, []string{"王三明", "王二明", "王四明", "王大明"}, sortedCopy(b.all(sun, list(customerapp.ScopeAll, ""))))
	require.Equal(t, []string{"王三明", "王二明", "王大明"}, b.sorted(zhao, list(customerapp.ScopeAll, "")))
	require.Equal(t, []string{"王二明", "王大明"}, b.sorted(lina, list(customerapp.ScopeAll, "")))
	require.Equal(t, []string{"王大明"}, b.all(lina, list(customerapp.ScopeMine, "")))
	require.Equal(t, []string{"王二明"}, b.all(lina, list(customerapp.ScopeDrafts, "")))
	require.Empty(t, b.all(sun, list(customerapp.ScopeMine, "")))
	require.Empty(t, b.all(sun, list(customerapp.ScopePublic, "")))

	// A rep in one store who is manager of another: the union, each once.
	both := b.as(b.a, rep, staff.ServiceRep, east).and(staff.ServiceManager, west)
	require.Equal(t, []string{"王二明", "王四明", "王大明"}, b.sorted(both, list(customerapp.ScopeAll, "")))
	require.Equal(t, []string{"王四明", "王大明"}, b.sorted(both, list(customerapp.ScopeAll, "001")))
	twice := b.as(b.a, rep, staff.ServiceRep, east).and(staff.ServiceManager, east).and(staff.ServiceManager, east)
	require.Equal(t, []string{"王三明", "王二明", "王大明"}, b.sorted(twice, list(customerapp.ScopeAll, "王")))

	// Searches.
	for q, want := range map[string][]string{
		"王": {"王三明", "王二明", "王四明", "王大明"}, "王二": {"王二明"}, "wd": {"王大明"}, "WSM": {"王三明", "王四明"}, "0001": {"王四明", "王大明"}, "002": {"王二明"},
		number(10003): {"王三明"}, "+86" + number(10001): {"王四明", "王大明"}, "138 0001 0003": {"王三明"}, number(10009): {}, "李": {},
	} {
		require.Equal(t, want, b.sorted(sun, list(customerapp.ScopeAll, q)), q)
	}
	_, _, err := b.files.List(ctx, sun.read(), b.now, list(customerapp.ScopeAll, "12"))
	reason(t, err, "invalid_field")

	// A store asked for is looked at only as far as it is reached.
	in := list(customerapp.ScopeAll, "")
	in.Store = &west
	require.Equal(t, []string{"王四明"}, b.all(sun, in))
	require.Empty(t, b.all(zhao, in))
	in.Store = &east
	require.Equal(t, []string{"王二明", "王大明"}, b.sorted(lina, in))

	// Single gets outside the reach are not found, whatever the reason.
	for _, w := range []who{lina, b.as(b.a, boss, staff.ServiceManager, west), b.as(b.b, hq, staff.HQService), b.as(b.b, rep2, staff.ServiceRep, east)} {
		_, err := b.files.Get(ctx, w.read(), b.now, foreign.File)
		reason(t, err, "customer.not_found")
		_, err = b.files.Find(ctx, w.read(), foreign.File)
		reason(t, err, "customer.not_found")
		_, err = b.files.Reveal(ctx, w.may("customer.reveal"), b.now, foreign.File, customer.MaskedNumber, "回访")
		reason(t, err, "customer.not_found")
	}
	_, err = b.files.Get(ctx, sun.read(), b.now, kernel.NewID[kernel.FileID](start))
	reason(t, err, "customer.not_found")
}

func sortedCopy(in []string) []string { out := slices.Clone(in); slices.Sort(out); return out }

// Page tokens hold a place in one order of one chain.
func TestPageTokens(t *testing.T) {
	b := setup(t)
	sun := b.as(b.a, hq, staff.HQService)
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	for i := range 5 {
		b.create(lina, east, input("王"+string(rune('一'+i))+"明", number(i)))
	}
	in := customerapp.ListInput{Size: 2, Query: "王"}
	_, token, err := b.files.List(ctx, sun.read(), b.now, in)
	require.NoError(t, err)
	in.Token = token
	_, _, err = b.files.List(ctx, b.as(b.b, hq, staff.HQService).read(), b.now, in)
	reason(t, err, "invalid_field")
	in.Query = ""
	_, _, err = b.files.List(ctx, sun.read(), b.now, in)
	reason(t, err, "invalid_field")
	in.Token = "forged"
	_, _, err = b.files.List(ctx, sun.read(), b.now, in)
	reason(t, err, "invalid_field")
	_, _, _, err = b.files.ListReviews(ctx, sun.review(), b.now, nil, 10, token)
	reason(t, err, "invalid_field")
}

// Imported files stand at once: approved, public until tied, stage 2 to be completed.
func TestImportOwnersActivity(t *testing.T) {
	b := setup(t)
	b.now = time.Date(2025, 11, 21, 12, 0, 0, 0, start.Location())
	const n = 250
	put := func(id kernel.TenantID) ([]customer.ImportedFile, error) {
		keys, err := b.tenants.Keys(ctx, id)
		require.NoError(t, err)
		files := make([]customer.ImportedFile, n)
		for i := range files {
			files[i] = customer.ImportedFile{
				File: kernel.NewID[kernel.FileID](b.now), Store: []kernel.StoreID{east, west}[i%2], Name: customer.Name(fmt.Sprintf("客%c%c", '一'+rune(i/50), '一'+rune(i%50))),
				Number: kernel.Phone("+86" + number(i)), Writer: rep, ApprovedOn: kernel.NewDate(2025, 1, 1+i%28),
			}
		}
		return files, b.pool.InTenant(ctx, id, func(tx pgx.Tx) error {
			return b.files.PutFilesTx(ctx, tx, id, keys, kernel.NewID[kernel.UUID](b.now), files, b.now)
		})
	}
	files, err := put(b.a)
	require.NoError(t, err)
	_, err = put(b.b)
	require.NoError(t, err, "the same numbers in another chain")
	_, err = put(b.a)
	reason(t, err, "customer.already_on_file")
	require.Len(t, b.right.approved, 2*n)

	sun := b.as(b.a, hq, staff.HQService)
	v, err := b.files.Get(ctx, sun.read(), b.now, files[0].File)
	require.NoError(t, err)
	require.True(t, v.Imported)
	require.Equal(t, customer.Approved, v.State)
	require.Equal(t, []string{"sex", "how_known", "employer", "job_title", "address", "birthday", "consent"}, v.Missing)
	require.Nil(t, v.Owner)
	require.Equal(t, customer.Dormant, v.Activity)

	// Every third is owned, every fifth came last week.
	last, since := kernel.NewDate(2025, 11, 14), kernel.NewDate(2025, 1, 31)
	var owners []customer.Owner
	for i, f := range files {
		o := customer.Owner{File: f.File}
		if i%3 == 0 {
			o.Owner, o.Since = &f.Writer, &since
		}
		owners = append(owners, o)
		if i%5 == 0 {
			b.right.visits[f.File] = customer.VisitSummary{Last: &last, Count: 7}
		}
	}
	require.NoError(t, b.pool.InTenant(ctx, b.a, func(tx pgx.Tx) error { return b.files.SetOwnerTx(ctx, tx, b.a, owners) }))
	in := customerapp.ListInput{Size: 17}
	require.Len(t, b.all(sun, in), n)
	in.Scope = customerapp.ScopePublic
	require.Len(t, b.all(sun, in), n-(n+2)/3)
	in.Scope = customerapp.ScopeDormant
	require.Len(t, b.all(sun, in), n-n/5)
	in.Query, in.Size = "客一", 100
	require.Len(t, b.all(sun, in), 40)

	rows, err := b.files.Rows(ctx, b.a, []kernel.FileID{files[0].File, files[1].File, kernel.NewID[kernel.FileID](b.now)})
	require.NoError(t, err)
	require.Len(t, rows, 2)
	require.Equal(t, rep, *rows[files[0].File].Owner)
	require.Equal(t, since, *rows[files[0].File].OwnedSince)
	require.Nil(t, rows[files[1].File].Owner)
	require.Equal(t, "138****0000", rows[files[0].File].Masked)
	rows, err = b.files.Rows(ctx, b.b, []kernel.FileID{files[0].File})
	require.NoError(t, err)
	require.Empty(t, rows, "another chain's file is no file")
	require.Zero(t, b.superCount("SELECT count(*)::int FROM guest WHERE tenant_id = $1 AND owner_id IS NOT NULL", b.b))

	// Who loses a file loses sight of it, though he wrote it.
	lina := b.as(b.a, rep, staff.ServiceRep, east)
	_, err = b.files.Get(ctx, lina.read(), b.now, files[0].File)
	require.NoError(t, err)
	_, err = b.files.Get(ctx, lina.read(), b.now, files[2].File)
	reason(t, err, "customer.not_found")
}

// The queue goes by due time, over stores, page by page.
func TestReviewQueue(t *testing.T) {
	b := setup(t)
	for i := range 7 {
		store := []kernel.StoreID{east, west}[i%2]
		lina := b.as(b.a, rep, staff.ServiceRep, store)
		v := b.create(lina, store, input("王"+string(rune('一'+i))+"明", number(i)))
		b.now = start.Add(time.Duration(7-i) * time.Minute)
		_, err := b.files.Submit(ctx, lina.write(), b.now, v.File)
		require.NoError(t, err)
	}
	for _, c := range []struct {
		who  who
		want int
	}{{b.as(b.a, hq, staff.HQService), 7}, {b.as(b.a, boss, staff.ServiceManager, east, west), 7}, {b.as(b.a, boss, staff.ServiceManager, east), 4}, {b.as(b.b, hq, staff.HQService), 0}} {
		var due []time.Time
		token := ""
		for {
			items, next, total, err := b.files.ListReviews(ctx, c.who.review(), b.now, nil, 2, token)
			require.NoError(t, err)
			require.Equal(t, c.want, total)
			for _, i := range items {
				due = append(due, i.Due)
			}
			if token = next; token == "" {
				break
			}
		}
		require.Len(t, due, c.want)
		require.True(t, slices.IsSortedFunc(due, time.Time.Compare))
	}
}
