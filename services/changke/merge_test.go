package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
)

// twins are two approved files of one guest in S01 under two numbers: that of the
// first guest, imported, E0002's, with two visits; and one of E0005, approved
// today, with visits of its number before and after.
type twins struct {
	old, fresh string
	number     string // the second's
}

func (w *world) twins(t testing.TB, c *chain) twins {
	t.Helper()
	in := w.fields(c)
	in.Name = c.guests[0]
	res, err := w.customersOf(c.both).CreateFile(t.Context(), &customerv1.CreateFileRequest{StoreId: c.s01.String(), RequestId: w.uuid(), Fields: in})
	require.NoError(t, err)
	id := res.Customer.Row.Id
	_, err = w.customersOf(c.both).SubmitFile(t.Context(), &customerv1.SubmitFileRequest{Id: id})
	require.NoError(t, err)
	_, err = w.customersOf(c.manager).ReviewFile(t.Context(), &customerv1.ReviewFileRequest{Id: id, Approve: true})
	require.NoError(t, err)
	tw := twins{c.file(0), id, in.Number}
	// Whatever the months so far made of the first guest, he is E0002's.
	w.exec(t, "UPDATE tie SET end_on = greatest(start_on, $3::date) WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL", c.id, tw.old, today.Time())
	w.exec(t, `INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, origin, created_at) VALUES ($1, $2, $3, $4, $5, '2025-12-05', 'appeal', $6)`,
		c.id, kernel.NewID[kernel.UUID](noon), tw.old, c.s01, c.people["E0002"], noon)
	w.exec(t, "UPDATE guest SET owner_id = $2, owned_since = '2025-12-05' WHERE tenant_id = $1 AND file_id = $3", c.id, c.people["E0002"], tw.old)
	w.exec(t, "UPDATE offer SET state = 'declined', ended_at = $3 WHERE tenant_id = $1 AND file_id = $2 AND ended_at IS NULL", c.id, tw.old, noon)
	w.paid(t, c, in.Number, "2026-02-20", visitv1.MealPeriod_MEAL_PERIOD_DINNER) // beside the first number's visit
	w.paid(t, c, in.Number, "2026-02-25", visitv1.MealPeriod_MEAL_PERIOD_LUNCH)  // before the second file's approval
	w.paid(t, c, in.Number, today.String(), visitv1.MealPeriod_MEAL_PERIOD_LUNCH)
	return tw
}

// paid is a bill of a number without a booking.
func (w *world) paid(t testing.TB, c *chain, number, date string, meal visitv1.MealPeriod) {
	t.Helper()
	b := w.bill()
	b.BookingRef, b.Number, b.BusinessDate, b.MealPeriod = "", number, date, meal
	_, err := w.billsOf(c.till).RecordBills(t.Context(), &visitv1.RecordBillsRequest{Bills: []*visitv1.Bill{b}})
	require.NoError(t, err)
}

// held is all that a merging may move, as text.
func (w *world) held(t testing.TB, c *chain) []string {
	return w.texts(t, `
		SELECT 'guest ' || file_id || state || coalesce(approved_on::text, '-') || coalesce(owner_id::text, '-') || coalesce(owned_since::text, '-') || coalesce(merged_into::text, '') || blacklisted FROM guest WHERE tenant_id = $1
		UNION ALL SELECT 'number ' || file_id || encode(number_key, 'hex') FROM file_number WHERE tenant_id = $1
		UNION ALL SELECT 'visits of ' || file_id || encode(number_key, 'hex') || approved_on || until || shared FROM guest_number WHERE tenant_id = $1
		UNION ALL SELECT 'contact ' || file_id || kind || encode(number_key, 'hex') FROM file_contact WHERE tenant_id = $1
		UNION ALL SELECT 'activity ' || file_id || visits || coalesce(last_visit::text, '') FROM guest_visits WHERE tenant_id = $1
		UNION ALL SELECT 'tie ' || file_id || referrer_id || start_on FROM tie WHERE tenant_id = $1 AND end_on IS NULL
		UNION ALL SELECT 'fact ' || file_id || business_date || meal_period || coalesce(credited_to::text, '') || amount_fen FROM visit_pub.fact WHERE tenant_id = $1
		UNION ALL SELECT 'consent ' || file_id || purpose || (array_agg(given ORDER BY consent_id DESC))[1] FROM consent WHERE tenant_id = $1 GROUP BY file_id, purpose
		ORDER BY 1`, c.id)
}

func (w *world) noDrift(t testing.TB, c *chain) {
	t.Helper()
	drift, err := w.prod.visits.Rebuild(context.Background(), c.id, true)
	require.NoError(t, err)
	require.Equal(t, "{0 0 0 0}", fmt.Sprint(drift))
}

// TestTwoFilesBecomeOneAndTwoAgain merges in both directions and for both owners:
// numbers, first approval, visits and owner are those of one guest; undoing gives
// back all that was; the facts agree at every step.
func TestTwoFilesBecomeOneAndTwoAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.a
	tw := w.twins(t, c)
	_, err := w.contactsOf(c.both).AddContact(t.Context(), &customerv1.AddContactRequest{FileId: tw.fresh, Kind: customerv1.ContactKind_CONTACT_KIND_DRIVER, Number: w.number(), Name: "刘师傅"})
	require.NoError(t, err)
	// The second number is an employee's meanwhile (CUS-05).
	w.exec(t, "UPDATE person SET number_key = (SELECT number_key FROM guest WHERE tenant_id = $1 AND file_id = $2) WHERE tenant_id = $1 AND staff_no = 'E0001'", c.id, tw.fresh)
	w.exec(t, "INSERT INTO file_staff_flag (tenant_id, file_id, person_id, flagged_at) SELECT tenant_id, $2, person_id, $3 FROM person WHERE tenant_id = $1 AND staff_no = 'E0001'", c.id, tw.fresh, noon)
	before := w.held(t, c)
	names := map[string]string{}
	w.rows(t, "SELECT staff_no, name FROM person WHERE tenant_id = $1", func(scan func(...any)) {
		var no, name string
		scan(&no, &name)
		names[no] = name
	}, c.id)
	for _, way := range []struct {
		name             string
		survivor, merged string
		owner            customerv1.MergeOwner
		keeps            string // staff number
		was              [2]int32
	}{
		{"OK older stays, its referrer too", tw.old, tw.fresh, customerv1.MergeOwner_MERGE_OWNER_SURVIVOR, "E0002", [2]int32{2, 1}},
		{"OK older stays, the other's referrer", tw.old, tw.fresh, customerv1.MergeOwner_MERGE_OWNER_MERGED, "E0005", [2]int32{2, 1}},
		{"OK newer stays, its referrer too", tw.fresh, tw.old, customerv1.MergeOwner_MERGE_OWNER_SURVIVOR, "E0005", [2]int32{1, 2}},
		{"OK newer stays, the other's referrer", tw.fresh, tw.old, customerv1.MergeOwner_MERGE_OWNER_MERGED, "E0002", [2]int32{1, 2}},
	} {
		preview, err := w.mergesOf(c.hq).PreviewMerge(t.Context(), &customerv1.PreviewMergeRequest{SurvivorId: way.survivor, MergedId: way.merged, Owner: way.owner})
		require.NoError(t, err, way.name)
		require.Equal(t, before, w.held(t, c), "a preview changes nothing")
		e := preview.Effect
		require.Equal(t, []any{"2025-12-05", way.was[0], way.was[1], int32(4), today.String(), names[way.keeps]},
			[]any{e.ApprovedDate, e.SurvivorVisits, e.MergedVisits, e.Visits, e.LastVisitDate, e.OwnerName}, way.name)

		done, err := w.mergesOf(c.hq).MergeFiles(t.Context(), &customerv1.MergeFilesRequest{SurvivorId: way.survivor, MergedId: way.merged, Owner: way.owner, Reason: "客人本人到店确认"})
		require.NoError(t, err, way.name)
		require.Equal(t, e.Visits, done.Effect.Visits)
		w.noDrift(t, c)
		got, err := w.customersOf(c.hq).GetCustomer(t.Context(), &customerv1.GetCustomerRequest{Id: way.survivor})
		require.NoError(t, err)
		require.Equal(t, []any{c.people[way.keeps].String(), "2025-12-05", int32(4)}, []any{got.Customer.Row.OwnerId, got.Customer.Row.ApprovedDate, got.Customer.Row.Visits}, way.name)
		require.Contains(t, got.Customer.StaffMatch, "E0001", "whose number it is, is seen on the one file")
		gone, err := w.customersOf(c.hq).GetCustomer(t.Context(), &customerv1.GetCustomerRequest{Id: way.merged})
		require.NoError(t, err)
		require.Equal(t, []any{customerv1.FileState_FILE_STATE_MERGED, way.survivor, ""}, []any{gone.Customer.Row.State, gone.Customer.Row.MergedIntoId, gone.Customer.Row.OwnerId})
		found, err := w.customersOf(c.hq).ListCustomers(t.Context(), &customerv1.ListCustomersRequest{Query: c.guests[0], StoreId: c.s01.String()})
		require.NoError(t, err)
		require.Len(t, found.Customers, 2, "found by name, leading to the survivor")
		all, err := w.customersOf(c.hq).ListCustomers(t.Context(), &customerv1.ListCustomersRequest{StoreId: c.s01.String()})
		require.NoError(t, err)
		for _, row := range all.Customers {
			require.NotEqual(t, way.merged, row.Id, "not among the store's files")
		}
		told := w.texts(t, "SELECT staff_no || kind FROM inbox JOIN person USING (tenant_id, person_id) WHERE tenant_id = $1 AND kind = 'files_merged' ORDER BY 1", c.id)
		require.Equal(t, []string{"E0002files_merged", "E0005files_merged"}, told)
		require.Equal(t, []string{names[way.keeps]}, w.texts(t, "SELECT p.name FROM decision d JOIN person p ON p.tenant_id = d.tenant_id AND p.person_id = d.to_id WHERE d.tenant_id = $1 AND d.run_id = $2", c.id, done.Id))

		_, err = w.mergesOf(c.hq).UndoMerge(t.Context(), &customerv1.UndoMergeRequest{Id: done.Id})
		require.NoError(t, err, way.name)
		w.noDrift(t, c)
		after := w.held(t, c)
		require.Equal(t, before, after, way.name)
		require.Empty(t, w.texts(t, `SELECT a.file_id::text FROM tie a JOIN tie b ON b.tenant_id = a.tenant_id AND b.file_id = a.file_id AND b.tie_id <> a.tie_id AND b.origin = 'unmerge'
			WHERE a.tenant_id = $1 AND a.file_id IN ($2, $3) AND daterange(greatest(a.start_on, a.resumed_on), a.end_on) && daterange(greatest(b.start_on, b.resumed_on), b.end_on)`,
			c.id, tw.old, tw.fresh), "no day has two owners, or one twice")
		for file, match := range map[string]string{tw.old: "", tw.fresh: names["E0001"] + " E0001"} {
			again, err := w.customersOf(c.hq).GetCustomer(t.Context(), &customerv1.GetCustomerRequest{Id: file})
			require.NoError(t, err)
			require.Equal(t, match, again.Customer.StaffMatch)
		}
		_, err = w.mergesOf(c.hq).UndoMerge(t.Context(), &customerv1.UndoMergeRequest{Id: done.Id})
		require.ErrorContains(t, err, "merge.undone")
		w.exec(t, "DELETE FROM inbox WHERE tenant_id = $1", c.id)
	}
	owners := ownershipv1connect.NewOwnershipServiceClient(w.client(c.hq), w.server.URL)
	lines, err := owners.ListTimeline(t.Context(), &ownershipv1.ListTimelineRequest{FileId: tw.old})
	require.NoError(t, err)
	signed := 0
	for _, l := range lines.Lines {
		if l.Kind == "CUS-10" {
			require.Equal(t, names["H0002"], l.Actor)
			signed++
		}
	}
	require.Positive(t, signed, "what a person decided is signed by him")
}

// TestMergeFollowsNewestMerging: three files become one; only the last merging
// can be undone, and visits that came since go with their number.
func TestMergeFollowsNewestMerging(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.a
	tw, third := w.twins(t, c), w.approvedFile(t, c)
	before := w.held(t, c)
	merge := func(survivor, merged string) string {
		res, err := w.mergesOf(c.hq).MergeFiles(t.Context(), &customerv1.MergeFilesRequest{SurvivorId: survivor, MergedId: merged, Reason: "同一位客人"})
		require.NoError(t, err)
		return res.Id
	}
	undo := func(id string) error {
		_, err := w.mergesOf(c.hq).UndoMerge(t.Context(), &customerv1.UndoMergeRequest{Id: id})
		return err
	}
	first := merge(tw.old, tw.fresh)
	second := merge(third, tw.old)
	require.ErrorContains(t, undo(first), "merge.not_last")
	require.NoError(t, undo(second))
	second = merge(tw.old, third)
	require.ErrorContains(t, undo(first), "merge.not_last")
	require.NoError(t, undo(second))
	w.paid(t, c, tw.number, today.String(), visitv1.MealPeriod_MEAL_PERIOD_DINNER)
	w.noDrift(t, c)
	require.Equal(t, []string{"5"}, w.texts(t, "SELECT visits::text FROM guest_visits WHERE tenant_id = $1 AND file_id = $2", c.id, tw.old))
	require.NoError(t, undo(first))
	require.Equal(t, []string{"2"}, w.texts(t, "SELECT visits::text FROM guest_visits WHERE tenant_id = $1 AND file_id = $2", c.id, tw.old))
	require.Equal(t, []string{"2"}, w.texts(t, "SELECT visits::text FROM guest_visits WHERE tenant_id = $1 AND file_id = $2", c.id, tw.fresh))
	w.noDrift(t, c)
	require.NotEqual(t, before, w.held(t, c))
}

// TestWhatStandsInTheWayOfMerging names what is to be settled first.
func TestWhatStandsInTheWayOfMerging(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.a
	tw := w.twins(t, c)
	try := func(survivor, merged string) error {
		_, err := w.mergesOf(c.hq).MergeFiles(t.Context(), &customerv1.MergeFilesRequest{SurvivorId: survivor, MergedId: merged, Reason: "同一位客人"})
		return err
	}
	before := w.held(t, c)
	draft := w.newFile(t, c).Row.Id
	require.ErrorContains(t, try(tw.old, draft), "merge.no_standing")
	require.ErrorContains(t, try(tw.old, tw.old), "merge.same_file")
	require.ErrorContains(t, try(tw.old, c.file(4)), "merge.other_store")
	require.ErrorContains(t, try(tw.old, w.b.file(0)), "customer.not_found")
	_, err := w.mergesOf(c.hq).MergeFiles(t.Context(), &customerv1.MergeFilesRequest{SurvivorId: tw.old, MergedId: tw.fresh, Reason: " "})
	require.ErrorContains(t, err, "invalid_field")
	_, err = w.mergesOf(c.hq).MergeFiles(t.Context(), &customerv1.MergeFilesRequest{SurvivorId: tw.old, MergedId: c.file(2), Owner: customerv1.MergeOwner_MERGE_OWNER_MERGED, Reason: "同一位客人"})
	require.ErrorContains(t, err, "merge.no_owner", "his tie has ended")

	asked, err := w.deletionsOf(c.manager).RequestDeletion(t.Context(), &customerv1.RequestDeletionRequest{FileId: tw.fresh, Ground: customerv1.DeletionGround_DELETION_GROUND_DUPLICATE, Reason: "与另一份档案是同一位客人"})
	require.NoError(t, err)
	require.ErrorContains(t, try(tw.old, tw.fresh), "merge.open_deletion")
	_, err = w.deletionsOf(c.hq).RefuseDeletion(t.Context(), &customerv1.RefuseDeletionRequest{RequestId: asked.Request.Id, Reason: "改为合并档案"})
	require.NoError(t, err)

	request := w.asked(t, c, customerv1.GuestRequestKind_GUEST_REQUEST_KIND_COPY, false)
	require.ErrorContains(t, try(tw.old, tw.fresh), "merge.open_request")
	_, err = w.rightsOf(c.hq).RefuseGuestRequest(t.Context(), &customerv1.RefuseGuestRequestRequest{RequestId: request, Reason: "回拨后不是本人"})
	require.NoError(t, err)

	clash, err := w.contactsOf(c.rep).AddContact(t.Context(), &customerv1.AddContactRequest{FileId: tw.old, Kind: customerv1.ContactKind_CONTACT_KIND_SECRETARY, Number: tw.number, Name: "王秘书"})
	require.NoError(t, err)
	require.ErrorContains(t, try(tw.old, tw.fresh), "merge.contact_clash")
	_, err = w.contactsOf(c.rep).RemoveContact(t.Context(), &customerv1.RemoveContactRequest{FileId: tw.old, ContactId: clash.Contact.Id})
	require.NoError(t, err)

	w.exec(t, "UPDATE file_revision SET state = 'submitted' WHERE tenant_id = $1 AND file_id = $2", c.id, tw.fresh)
	require.ErrorContains(t, try(tw.old, tw.fresh), "merge.open_revision")
	w.exec(t, "UPDATE file_revision SET state = 'approved' WHERE tenant_id = $1 AND file_id = $2", c.id, tw.fresh)
	for _, waiting := range []struct{ reason, put, settle string }{
		{
			"merge.open_change", `INSERT INTO change_request (tenant_id, request_id, file_id, store_id, state, fields, values_box, requested_by, requested_at, due_at)
				SELECT $1, $4, $2, $3, 'pending', '{employer}', '', $5, $6, $6`, "DELETE FROM change_request WHERE tenant_id = $1 AND request_id = $2",
		}, {
			"merge.open_conflict", `INSERT INTO conflict_case (tenant_id, case_id, store_id, number_key, file_id, holder_id, claim_file_id, claimant_id, texts_box, opened_at, due_at)
				SELECT tenant_id, $4, $3, number_key, file_id, $5, file_id, $5, '', $6, $6 FROM guest WHERE tenant_id = $1 AND file_id = $2`, "DELETE FROM conflict_case WHERE tenant_id = $1 AND case_id = $2",
		}, {
			"merge.open_check", `WITH run AS (INSERT INTO spot_check_run (tenant_id, month, seed, percent, rule_version, approved, drawn, drawn_at) SELECT $1, '2026-02-01', '', 5, 1, 1, 1, $6 RETURNING tenant_id, month)
				INSERT INTO spot_check (tenant_id, month, file_id, store_id, revision_id, approved_on, referrer_id, reviewer_id) SELECT tenant_id, month, $2, $3, $4, '2026-02-01', $5, $5 FROM run`,
			"UPDATE spot_check SET result = 'fine', checked_at = '2026-03-01' WHERE tenant_id = $1 AND revision_id = $2",
		}, {
			"merge.open_offer", `INSERT INTO offer (tenant_id, offer_id, file_id, store_id, person_id, kind, state, offered_on, lapses_on, created_at)
				SELECT $1, $4, $2, $3, $5, 'claim', 'pending', '2026-03-01', '2026-03-08', $6`, "UPDATE offer SET state = 'lapsed', ended_at = '2026-03-08' WHERE tenant_id = $1 AND offer_id = $2",
		},
	} {
		id := kernel.NewID[kernel.UUID](noon)
		w.exec(t, waiting.put, c.id, tw.fresh, c.s01, id, c.people["E0005"], noon)
		require.ErrorContains(t, try(tw.old, tw.fresh), waiting.reason)
		w.exec(t, waiting.settle, c.id, id)
	}

	w.exec(t, "UPDATE guest SET owner_id = $2 WHERE tenant_id = $1 AND file_id = $3", c.id, c.people["H0002"], tw.fresh)
	require.ErrorContains(t, try(tw.old, tw.fresh), "merge.own_guest")
	w.exec(t, "UPDATE guest SET owner_id = $2 WHERE tenant_id = $1 AND file_id = $3", c.id, c.people["E0005"], tw.fresh)

	require.NoError(t, try(tw.old, tw.fresh))
	require.ErrorContains(t, try(tw.old, tw.fresh), "customer.merged")
	_, err = w.customersOf(c.hq).RevealNumber(t.Context(), &customerv1.RevealNumberRequest{Id: tw.fresh, Reason: "核对"})
	require.ErrorContains(t, err, "customer.merged", "nothing is done on a file that is part of another")

	merge := w.texts(t, "SELECT merge_id::text FROM file_merge WHERE tenant_id = $1", c.id)[0]
	contact := w.texts(t, "SELECT contact_id::text FROM file_merge WHERE tenant_id = $1", c.id)[0]
	_, err = w.contactsOf(c.manager).RemoveContact(t.Context(), &customerv1.RemoveContactRequest{FileId: tw.old, ContactId: contact})
	require.NoError(t, err)
	_, err = w.mergesOf(c.hq).UndoMerge(t.Context(), &customerv1.UndoMergeRequest{Id: merge})
	require.ErrorContains(t, err, "merge.numbers_changed")
	w.noDrift(t, c)
	require.NotEmpty(t, before)
}

// TestErasedWithWhatBecamePartOfIt: whichever number the guest comes with, both
// files go (DEL-03).
func TestErasedWithWhatBecamePartOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.a
	tw := w.twins(t, c)
	keys := w.texts(t, "SELECT encode(number_key, 'hex') FROM guest WHERE tenant_id = $1 AND file_id IN ($2, $3)", c.id, tw.old, tw.fresh)
	require.Len(t, keys, 2)
	merge, err := w.mergesOf(c.hq).MergeFiles(t.Context(), &customerv1.MergeFilesRequest{SurvivorId: tw.old, MergedId: tw.fresh, Reason: c.guests[0] + "本人确认"})
	require.NoError(t, err)
	asked, err := w.deletionsOf(c.manager).RequestDeletion(t.Context(), &customerv1.RequestDeletionRequest{FileId: tw.old, Ground: customerv1.DeletionGround_DELETION_GROUND_GUEST_WISH, Reason: "客人要求"})
	require.NoError(t, err)
	_, err = w.deletionsOf(c.hq).CarryOutDeletion(t.Context(), &customerv1.CarryOutDeletionRequest{RequestId: asked.Request.Id})
	require.NoError(t, err)
	for _, line := range strings.Split(w.dump(t), "\n") {
		if strings.Contains(line, c.id.String()) && strings.Contains(line, c.s01.String()) {
			for _, trace := range append(keys, c.guests[0]) {
				require.NotContains(t, line, trace)
			}
		}
	}
	require.Equal(t, []string{"deleted", "deleted"}, w.texts(t, "SELECT state FROM guest WHERE tenant_id = $1 AND file_id IN ($2, $3)", c.id, tw.old, tw.fresh))
	require.Equal(t, []string{"0"}, w.texts(t, "SELECT length(reason_box)::text FROM file_merge WHERE tenant_id = $1", c.id))
	require.Equal(t, []string{"4"}, w.texts(t, "SELECT visits::text FROM guest_visits WHERE tenant_id = $1 AND file_id = $2", c.id, tw.old), "counts stay")
	w.noDrift(t, c)
	_, err = w.mergesOf(c.hq).UndoMerge(t.Context(), &customerv1.UndoMergeRequest{Id: merge.Id})
	require.ErrorContains(t, err, "merge.gone")
}

// TestMergingsThatCross: of those that merge the same two files in both
// directions, while bills of both numbers come and the nightly run works, one
// succeeds, and nothing is lost or counted twice.
func TestMergingsThatCross(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.a
	tw := w.twins(t, c)
	require.NoError(t, w.prod.startWork(t.Context()))
	var wg sync.WaitGroup
	gate := make(chan struct{})
	var mu sync.Mutex
	merged, refused := 0, []string{}
	for i := range 8 {
		wg.Go(func() {
			<-gate
			in := &customerv1.MergeFilesRequest{SurvivorId: tw.old, MergedId: tw.fresh, Reason: "同一位客人"}
			if i%2 == 1 {
				in.SurvivorId, in.MergedId = in.MergedId, in.SurvivorId
			}
			_, err := w.mergesOf(c.hq).MergeFiles(context.Background(), in)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				merged++
				return
			}
			refused = append(refused, err.Error())
		})
	}
	for i := range 40 {
		wg.Go(func() {
			<-gate
			b := w.bill()
			b.BookingRef, b.Number, b.BusinessDate = "", []string{numberBoth, tw.number}[i%2], (today - kernel.BusinessDate(i/4)).String()
			_, err := w.billsOf(c.till).RecordBills(context.Background(), &visitv1.RecordBillsRequest{Bills: []*visitv1.Bill{b}})
			if err != nil {
				mu.Lock()
				refused = append(refused, "bill: "+err.Error())
				mu.Unlock()
			}
		})
	}
	wg.Go(func() {
		<-gate
		w.clock.set(noon.AddDate(0, 0, 1))
		_ = w.prod.ownership.CatchUp(context.Background(), c.id)
	})
	close(gate)
	wg.Wait()
	require.Equal(t, 1, merged, "%v", refused)
	for _, r := range refused {
		require.Contains(t, r, "customer.merged")
	}
	w.noDrift(t, c)
	require.Equal(t, []string{"1"}, w.texts(t, "SELECT count(*)::text FROM tie WHERE tenant_id = $1 AND end_on IS NULL AND file_id IN ($2, $3)", c.id, tw.old, tw.fresh))
	survivor := w.texts(t, "SELECT survivor_id::text FROM file_merge WHERE tenant_id = $1", c.id)[0]
	require.Equal(t, w.texts(t, "SELECT visits::text FROM guest_visits WHERE tenant_id = $1 AND file_id = $2", c.id, survivor),
		w.texts(t, "SELECT count(*)::text FROM visit_pub.fact WHERE tenant_id = $1 AND file_id = $2", c.id, survivor))
}
