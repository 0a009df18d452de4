package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
	messagev1 "github.com/changke/changke/gen/go/changke/message/v1"
	"github.com/changke/changke/gen/go/changke/message/v1/messagev1connect"
	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	quotav1 "github.com/changke/changke/gen/go/changke/quota/v1"
	"github.com/changke/changke/gen/go/changke/quota/v1/quotav1connect"
	reportv1 "github.com/changke/changke/gen/go/changke/report/v1"
	"github.com/changke/changke/gen/go/changke/report/v1/reportv1connect"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/gen/go/changke/tenant/v1/tenantv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// thing is a row that somebody may see: in which store it lies, and whose own
// it is. People and posts lie in several stores, or, without any, in none.
type thing struct {
	id     string
	stores []string
	own    bool
}

// held is an assignment as the oracle knows it.
type held struct {
	role   string
	stores []string // none: the whole chain
}

// TestReach gives somebody posts at random, several at once, in the whole chain,
// in one store or in a list of them, and holds every list and get against a
// plain reading of ROL-02: a thing is seen if one of his posts there says so.
func TestReach(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.a
	w.newFile(t, a)
	w.submitted(t, a)
	w.newBooking(t, a)
	_, err := w.openingsOf(a.manager).ApplyAccount(t.Context(), w.form(a))
	require.NoError(t, err)
	w.newAPIKey(t, a)
	// A role of the chain's own, in which bookings reach only as far as one's own.
	mixed, err := w.rolesOf(a.admin).CreateRole(t.Context(), &staffv1.CreateRoleRequest{Name: "混合", Rights: []*staffv1.RoleRight{
		{Permission: "booking.read", Reach: staffv1.RoleReach_ROLE_REACH_OWN},
		{Permission: "message.read", Reach: staffv1.RoleReach_ROLE_REACH_WHERE},
		{Permission: "customer.review", Reach: staffv1.RoleReach_ROLE_REACH_WHERE},
		{Permission: "decision.read", Reach: staffv1.RoleReach_ROLE_REACH_OWN},
	}})
	require.NoError(t, err)
	roles := w.texts(t, "SELECT code FROM role WHERE tenant_id = $1 AND code NOT LIKE 'scope:%' ORDER BY code", a.id)
	roles = append(roles, slices.Repeat([]string{mixed.Role.Summary.Code}, 4)...) // half as likely as all others together
	rights := w.texts(t, "SELECT role || ' ' || permission || ' ' || reach FROM role_policy WHERE tenant_id = $1", a.id)
	s01, s02 := a.s01.String(), a.s02.String()
	places := [][]string{{}, {s01}, {s02}, {s01, s02}}
	scored := map[string]string{"E0001": s01, "E0002": s01, "E0003": s02, "E0004": s02}
	for no, store := range scored {
		w.exec(t, `INSERT INTO score (tenant_id, month, person_id, state, store_id, position, ramp_month, rule_version, customers_target, customers, visits, rooms, banquets, scored_at)
			VALUES ($1, '2026-01-01', $2, 'final', $3::uuid, '客服代表', 0, 1, 2000, 5, 0, 0, 0, $4) ON CONFLICT (tenant_id, month, person_id) DO UPDATE SET store_id = excluded.store_id`, a.id, a.people[no], store, noon)
	}
	people := map[string]*caller{"E0001": a.manager, "E0002": a.rep, "E0003": w.login(t, a, "E0003"), "E0004": w.login(t, a, "E0004")}
	numbers := []string{"E0001", "E0002", "E0003", "E0004"}

	rapid.Check(t, func(rt *rapid.T) {
		no := rapid.SampledFrom(numbers).Draw(rt, "who")
		var posts []held
		for range rapid.IntRange(0, 3).Draw(rt, "posts") {
			posts = append(posts, held{rapid.SampledFrom(roles).Draw(rt, "role"), rapid.SampledFrom(places).Draw(rt, "place")})
		}
		w.exec(t, "DELETE FROM assignment WHERE tenant_id = $1 AND person_id = $2", a.id, a.people[no])
		for _, p := range posts {
			w.exec(t, `INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
				VALUES ($1, $2, $3, $4, '岗', $5, $6::uuid[], '2026-03-01', $7)`, a.id, kernel.NewID[kernel.UUID](noon), a.people[no], p.role, len(p.stores) == 0, p.stores, noon)
		}
		// reaches: everything (or something of his own) of a permission in a store;
		// with no store, in the whole chain.
		reaches := func(permission, store string, own bool) bool {
			return slices.ContainsFunc(posts, func(p held) bool {
				there := len(p.stores) == 0 || slices.Contains(p.stores, store)
				return there && (slices.Contains(rights, p.role+" "+permission+" where") || own && slices.Contains(rights, p.role+" "+permission+" own"))
			})
		}
		may := func(permission string) bool { return reaches(permission, s01, true) || reaches(permission, s02, true) }
		want := func(permission string, things []thing) (out []string) {
			for _, x := range things {
				if slices.ContainsFunc(x.stores, func(s string) bool { return reaches(permission, s, x.own) }) || reaches(permission, "", false) {
					out = append(out, x.id)
				}
			}
			slices.Sort(out)
			return out
		}
		me, who := a.people[no], people[no]
		things := func(sql string, args ...any) (out []thing) {
			w.rows(t, sql, func(scan func(...any)) {
				var x thing
				scan(&x.id, &x.stores, &x.own)
				out = append(out, x)
			}, append([]any{a.id}, args...)...)
			return out
		}
		// check holds what a list shows, by a field of its rows, against the oracle.
		check := func(procedure, permission, rows, field string, req proto.Message, things []thing) {
			got := w.ask(t, who, procedure, req)
			if !may(permission) {
				require.Equal(rt, "permission_denied", got.code, "%s: %s", procedure, got)
				return
			}
			require.Equal(rt, "ok", got.code, "%s: %s", procedure, got)
			require.Equal(rt, strings.Join(want(permission, things), "\n"), strings.Join(fieldOf(rt, got.body, rows, field), "\n"), procedure)
		}
		files := things(`SELECT file_id::text, ARRAY[store_id::text], CASE WHEN approved_on IS NULL THEN writer_id = $2 ELSE coalesce(owner_id = $2, false) END FROM guest WHERE tenant_id = $1`, me)
		check(customerv1connect.CustomerServiceListCustomersProcedure, "customer.read", "customers", "id", &customerv1.ListCustomersRequest{PageSize: 100}, files)
		check(customerv1connect.CustomerServiceListReviewsProcedure, "customer.review", "items", "row.id", &customerv1.ListReviewsRequest{PageSize: 100},
			things(`SELECT file_id::text, ARRAY[store_id::text], false FROM file_revision WHERE tenant_id = $1 AND state = 'submitted'`))
		check(messagev1connect.MessageServiceListMessagesProcedure, "message.read", "messages", "id", &messagev1.ListMessagesRequest{PageSize: 100},
			things(`SELECT message_id::text, ARRAY[store_id::text], false FROM message WHERE tenant_id = $1`))
		check(ownershipv1connect.OwnershipServiceListDecisionsProcedure, "decision.read", "decisions", "id", &ownershipv1.ListDecisionsRequest{PageSize: 100},
			things(`SELECT decision_id::text, ARRAY[store_id::text], coalesce(from_id = $2, false) OR coalesce(to_id = $2, false) FROM decision WHERE tenant_id = $1`, me))
		check(tenantv1connect.TenantServiceListStoresProcedure, "store.read", "stores", "id", &tenantv1.ListStoresRequest{},
			things(`SELECT store_id::text, ARRAY[store_id::text], true FROM store WHERE tenant_id = $1`))
		check(staffv1connect.StaffServiceListPeopleProcedure, "staff.read", "people", "id", &staffv1.ListPeopleRequest{PageSize: 100},
			things(`SELECT p.person_id::text, coalesce((SELECT array_agg(s::text) FROM assignment a, unnest(a.store_ids) s WHERE a.tenant_id = p.tenant_id AND a.person_id = p.person_id), '{}'), false FROM person p WHERE tenant_id = $1`))
		check(staffv1connect.RoleServiceListRoleHoldersProcedure, "role.read", "holders", "personId", &staffv1.ListRoleHoldersRequest{Code: "service_rep", PageSize: 100},
			things(`SELECT person_id::text, store_ids::text[], false FROM assignment WHERE tenant_id = $1 AND role = 'service_rep'`))
		for _, store := range []string{s01, s02} {
			if may("booking.read") && !reaches("booking.read", store, true) {
				continue // a store that does not exist for him
			}
			check(visitv1connect.BookingServiceListBookingsProcedure, "booking.read", "bookings", "id", &visitv1.ListBookingsRequest{StoreId: store, BusinessDate: "2026-02-20"},
				things(`SELECT b.booking_id::text, ARRAY[b.store_id::text], b.booker_id = $2 OR coalesce(g.owner_id = $2, false) FROM booking b
					LEFT JOIN guest_number n ON n.tenant_id = b.tenant_id AND n.number_key = b.number_key AND n.store_id = b.store_id
					LEFT JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id
					WHERE b.tenant_id = $1 AND b.store_id = $3::uuid AND b.business_date = '2026-02-20'`, me, store))
		}
		// Scores: of the stores he reaches; who reaches none has his own.
		scores := things(`SELECT person_id::text, ARRAY[coalesce(store_id::text, '')], false FROM score WHERE tenant_id = $1 AND month = '2026-01-01'`)
		if len(want("score.read", scores)) == 0 && !slices.ContainsFunc(posts, func(p held) bool { return slices.Contains(rights, p.role+" score.read where") }) {
			scores = things(`SELECT person_id::text, ARRAY[$3, $4], true FROM score WHERE tenant_id = $1 AND person_id = $2 AND month = '2026-01-01'`, me, s01, s02)
		}
		check(quotav1connect.ScoreServiceListScoresProcedure, "score.read", "scores", "personId", &quotav1.ListScoresRequest{Month: "2026-01", PageSize: 100}, scores)
		requests := things(`SELECT request_id::text, ARRAY[store_id::text], applied_by = $2 FROM account_request WHERE tenant_id = $1`, me)
		check(staffv1connect.AccountOpeningServiceListStoreAccountsProcedure, "account.apply", "requests", "id", &staffv1.ListStoreAccountsRequest{PageSize: 100}, requests)
		check(staffv1connect.AccountOpeningServiceListAccountRequestsProcedure, "account.open", "requests", "id", &staffv1.ListAccountRequestsRequest{PageSize: 100}, requests)
		check(reportv1connect.ReportServiceGetBoardProcedure, "board.read", "stores", "storeId", &reportv1.GetBoardRequest{},
			things(`SELECT store_id::text, ARRAY[store_id::text], false FROM store WHERE tenant_id = $1`))
		if may("apikey.read") { // of keys over several stores, all have to be in reach
			res, err := w.staffOf(who).ListApiKeys(t.Context(), &staffv1.ListApiKeysRequest{})
			require.NoError(rt, err)
			got, keys := []string{}, []string{}
			for _, k := range res.Keys {
				got = append(got, k.Id)
			}
			for _, k := range things(`SELECT key_id::text, store_ids::text[], false FROM api_key WHERE tenant_id = $1`) {
				if !slices.ContainsFunc(k.stores, func(s string) bool { return !reaches("apikey.read", s, false) }) {
					keys = append(keys, k.id)
				}
			}
			require.ElementsMatch(rt, keys, got, "keys")
		}
		seen := want("customer.read", files)
		if may("today.read") { // what 今日 names is never beyond what the lists show
			res, err := reportv1connect.NewReportServiceClient(w.client(who), w.server.URL, connect.WithProtoJSON()).GetToday(t.Context(), &reportv1.GetTodayRequest{})
			require.NoError(rt, err)
			for _, guest := range res.Today.AtRisk {
				require.Contains(rt, seen, guest.FileId, "at risk on 今日")
			}
			bookings := want("booking.read", things(`SELECT b.booking_id::text, ARRAY[b.store_id::text], b.booker_id = $2 OR coalesce(g.owner_id = $2, false) FROM booking b
				LEFT JOIN guest_number n ON n.tenant_id = b.tenant_id AND n.number_key = b.number_key AND n.store_id = b.store_id
				LEFT JOIN guest g ON g.tenant_id = n.tenant_id AND g.file_id = n.file_id WHERE b.tenant_id = $1`, me))
			for _, b := range res.Today.VipBookings {
				require.Contains(rt, bookings, b.BookingId, "tonight on 今日")
			}
			require.EqualValues(rt, len(want("account.open", slices.DeleteFunc(slices.Clone(requests), func(x thing) bool { return x.own }))), res.Today.Accounts.GetWaiting(), "requests to open")
		}
		for _, f := range files {
			_, err := w.customersOf(who).GetCustomer(t.Context(), &customerv1.GetCustomerRequest{Id: f.id})
			code := map[bool]string{true: "ok", false: "not_found"}[slices.Contains(seen, f.id)]
			if !may("customer.read") {
				code = "permission_denied"
			}
			require.Equal(rt, code, codeOf(err), "get of %s", f.id)
		}
		if may("run.read") { // whose counts are of what he reaches
			res, err := ownershipv1connect.NewOwnershipServiceClient(w.client(who), w.server.URL, connect.WithProtoJSON()).ListRuns(t.Context(), &ownershipv1.ListRunsRequest{PageSize: 100, NotableOnly: true})
			require.NoError(rt, err)
			decided := 0
			for _, r := range res.Runs {
				if r.Kind != string(ownership.KindScore) && r.Kind != string(ownership.KindCorrection) { // which count what is no decision
					decided += int(r.Decided)
				}
			}
			require.Len(rt, want("run.read", things(`SELECT decision_id::text, ARRAY[store_id::text], false FROM decision WHERE tenant_id = $1`)), decided)
		}
	})
}

// fieldOf reads a field of every row of a list's answer, sorted.
func fieldOf(t require.TestingT, body []byte, rows, field string) (out []string) {
	var answer map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(body, &answer))
	var list []map[string]any
	require.NoError(t, json.Unmarshal(orEmpty(answer[rows]), &list))
	for _, row := range list {
		var at any = row
		for _, part := range strings.Split(field, ".") {
			at = at.(map[string]any)[part]
		}
		out = append(out, at.(string))
	}
	slices.Sort(out)
	return out
}

func orEmpty(list json.RawMessage) json.RawMessage {
	if list == nil {
		return json.RawMessage("[]")
	}
	return list
}
