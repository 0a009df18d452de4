package posapp_test

import (
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
)

// The till learns how to address a guest and what he must not eat, and nothing else;
// each look leaves its line.
func TestLookupGuest(t *testing.T) {
	h := newHouse(t)
	file := h.file(h.a, east, guest, zhou)
	till := h.vendor(h.a, east, "customers:lookup")
	look := func(v vendor, store, number string) (*posv1.LookupGuestResponse, error) {
		return v.LookupGuest(ctx, &posv1.LookupGuestRequest{StoreCode: store, Number: number})
	}
	res, err := look(till, "S01", "138 1234 1234")
	require.NoError(t, err)
	require.JSONEq(t, `{"salutation":"欧阳先生","guestClass":"GUEST_CLASS_OWNED","allergies":"花生过敏","referrerName":"周敏"}`, protojson.Format(res))

	res, err = look(till, "S01", "13900000000")
	require.NoError(t, err)
	require.JSONEq(t, `{"guestClass":"GUEST_CLASS_UNKNOWN"}`, protojson.Format(res))
	_, err = look(till, "S02", "13812341234")
	require.Equal(t, "store.not_found", reason(err), "a store outside the key")
	_, err = look(till, "S01", "12")
	require.Equal(t, "pos.bad_number", reason(err))
	res, err = look(h.vendor(h.b, east, "customers:lookup"), "S01", "13812341234")
	require.NoError(t, err)
	require.Equal(t, posv1.GuestClass_GUEST_CLASS_UNKNOWN, res.GetGuestClass(), "another chain's guest")
	res, err = look(h.vendor(h.a, west, "customers:lookup"), "S02", "13812341234")
	require.NoError(t, err)
	require.Empty(t, res.GetSalutation(), "another store's guest")
	_, err = look(h.vendor(h.a, east, "bills:write"), "S01", "13812341234")
	require.Equal(t, connect.CodePermissionDenied, connect.CodeOf(err))

	lines := rows[string](h, h.a, "SELECT object_id FROM audit_line WHERE action = 'customer.looked_up' AND actor_kind = 'key' ORDER BY line_id")
	require.Len(t, lines, 3)
	require.Contains(t, lines, file.String())
	for _, of := range lines {
		require.True(t, of == file.String() || strings.HasPrefix(of, "fp:") && len(of) == 15, "no number in a line: %s", of)
	}
	require.Equal(t, []int64{3}, rows[int64](h, h.a, "SELECT count(*) FROM audit_unsealed u JOIN audit_line l USING (tenant_id, line_id) WHERE l.action = 'customer.looked_up'"))

	// The blacklist is the whole chain's (BLK-01).
	h.in(h.a, h.exec("UPDATE guest SET blacklisted = true, owner_id = NULL, owned_since = NULL"))
	res, err = look(till, "S01", "13812341234")
	require.NoError(t, err)
	require.JSONEq(t, `{"salutation":"欧阳先生","guestClass":"GUEST_CLASS_PUBLIC","allergies":"花生过敏","blacklisted":true}`, protojson.Format(res))
	res, err = look(h.vendor(h.a, west, "customers:lookup"), "S02", "13812341234")
	require.NoError(t, err)
	require.JSONEq(t, `{"guestClass":"GUEST_CLASS_UNKNOWN","blacklisted":true}`, protojson.Format(res))
}

// A call rings once, on the consoles of its store, and is kept.
func TestRingCall(t *testing.T) {
	h := newHouse(t)
	h.file(h.a, east, guest, zhou)
	pbx := h.vendor(h.a, east, "callers:write")
	ring := func(req *posv1.RingCallRequest) bool {
		req.StoreCode, req.Source = "S01", "pbx"
		res, err := pbx.RingCall(ctx, req)
		require.NoError(t, err)
		return res.GetRang()
	}
	require.True(t, ring(&posv1.RingCallRequest{CallId: "1", Number: "13812341234", Line: "8001", ValidateOnly: true}))
	require.Equal(t, []int64{0}, rows[int64](h, h.a, "SELECT count(*) FROM call"), "only checked")
	require.True(t, ring(&posv1.RingCallRequest{CallId: "1", Number: "13812341234", Line: "8001"}))
	require.False(t, ring(&posv1.RingCallRequest{CallId: "1", Number: "13812341234", Line: "8001", ValidateOnly: true}), "the same call")
	require.False(t, ring(&posv1.RingCallRequest{CallId: "1", Number: "13812341234", Line: "8001"}), "the same call")
	require.False(t, ring(&posv1.RingCallRequest{CallId: "2", Number: "13812341234", RingTime: timestamppb.New(noon.Add(-6 * 60e9))}), "reported late")
	require.True(t, ring(&posv1.RingCallRequest{CallId: "3", RingTime: timestamppb.New(noon.Add(1e9))}), "withheld")
	require.Equal(t, []int64{3}, rows[int64](h, h.a, "SELECT count(*) FROM call"))

	grant := h.table.Grant(&kernel.Actor{Kind: kernel.ActorPerson, Tenant: h.a, Person: li, Assignments: []kernel.Assignment{{Role: staff.ServiceManager, Stores: []kernel.StoreID{east}}}}, "caller.screen")
	calls, err := h.calls.Recent(ctx, grant, kernel.StoreID{}, noon)
	require.NoError(t, err)
	require.Len(t, calls, 2)
	require.Equal(t, "", calls[0].Masked)
	require.Equal(t, "138****1234", calls[1].Masked)
	require.Equal(t, "周敏", calls[1].OwnerName)
	other := h.table.Grant(&kernel.Actor{Kind: kernel.ActorPerson, Tenant: h.a, Person: li, Assignments: []kernel.Assignment{{Role: staff.ServiceManager, Stores: []kernel.StoreID{west}}}}, "caller.screen")
	calls, err = h.calls.Recent(ctx, other, kernel.StoreID{}, noon)
	require.NoError(t, err)
	require.Empty(t, calls)

	require.NoError(t, h.pos.Clean(ctx, noon.AddDate(0, 0, 36)))
	require.Equal(t, []int64{0}, rows[int64](h, h.a, "SELECT count(*) FROM call WHERE number_key IS NOT NULL OR number_box IS NOT NULL"))
	require.Equal(t, []int64{3}, rows[int64](h, h.a, "SELECT count(*) FROM call"), "that it rang stays")
}
