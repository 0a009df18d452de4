package staffapp_test

import (
	"testing"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
)

// The tenant's service stands here because it needs people to call it.
func TestTenantServer(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	admin, manager := w.browser(), w.browser()
	_, err := admin.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "A1", Password: password})
	require.NoError(t, err)
	_, err = manager.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "M1", Password: password})
	require.NoError(t, err)

	all, err := admin.chain.ListStores(ctx, &tenantv1.ListStoresRequest{})
	require.NoError(t, err)
	require.Len(t, all.GetStores(), 2)
	require.Equal(t, w.one.s01.String(), all.GetStores()[0].GetId())
	require.EqualValues(t, 240, all.GetStores()[0].GetCutoverMinutes())
	own, err := manager.chain.ListStores(ctx, &tenantv1.ListStoresRequest{})
	require.NoError(t, err)
	require.Len(t, own.GetStores(), 1)

	draft := &tenantv1.PublishRuleSetRequest{
		BaseVersion: 1, EffectiveDate: "2025-03-01", Values: map[string]int64{"months": 4},
		Stores: []*tenantv1.StoreValues{{StoreId: w.one.s02.String(), Values: map[string]int64{"months": 6}}},
	}
	_, err = manager.chain.PublishRuleSet(ctx, draft)
	require.Equal(t, connect.CodePermissionDenied, connect.CodeOf(err))
	published, err := admin.chain.PublishRuleSet(ctx, draft)
	require.NoError(t, err)
	require.EqualValues(t, 2, published.GetRuleSet().GetVersion())
	_, err = admin.chain.PublishRuleSet(ctx, draft)
	require.Equal(t, connect.CodeFailedPrecondition, connect.CodeOf(err))
	for name, change := range map[string]func(d *tenantv1.PublishRuleSetRequest){
		"a day that is none":  func(d *tenantv1.PublishRuleSetRequest) { d.EffectiveDate = "2025-02-31" },
		"today":               func(d *tenantv1.PublishRuleSetRequest) { d.EffectiveDate = "2025-02-28" },
		"out of range":        func(d *tenantv1.PublishRuleSetRequest) { d.Values = map[string]int64{"months": 99} },
		"unknown key":         func(d *tenantv1.PublishRuleSetRequest) { d.Values = map[string]int64{"' OR 1=1": 1} },
		"a store twice":       func(d *tenantv1.PublishRuleSetRequest) { d.Stores = append(draft.Stores, draft.Stores...) },
		"another chain's":     func(d *tenantv1.PublishRuleSetRequest) { d.Stores[0].StoreId = w.two.s01.String() },
		"not a store at all ": func(d *tenantv1.PublishRuleSetRequest) { d.Stores[0].StoreId = "x" },
	} {
		bad := &tenantv1.PublishRuleSetRequest{
			BaseVersion: 2, EffectiveDate: "2025-03-02", Stores: []*tenantv1.StoreValues{{StoreId: w.one.s02.String()}},
		}
		change(bad)
		_, err := admin.chain.PublishRuleSet(ctx, bad)
		require.Equal(t, connect.CodeInvalidArgument, connect.CodeOf(err), name)
	}

	list, err := manager.chain.ListRuleSets(ctx, &tenantv1.ListRuleSetsRequest{})
	require.NoError(t, err)
	require.Len(t, list.GetFields(), len(tenant.RuleFields)+len(staff.RuleFields)+2)
	phs := list.GetFields()[len(tenant.RuleFields)+len(staff.RuleFields)]
	require.Equal(t, tenantv1.FieldKind_FIELD_KIND_BOOL, phs.GetKind())
	require.EqualValues(t, 1, phs.GetMax())
	require.Len(t, list.GetRuleSets(), 2)
	require.Equal(t, "员工A1", list.GetRuleSets()[0].GetPublishedBy())
	require.Empty(t, list.GetRuleSets()[0].GetStores(), "a store that is not his")
	list, err = admin.chain.ListRuleSets(ctx, &tenantv1.ListRuleSetsRequest{})
	require.NoError(t, err)
	require.EqualValues(t, 6, list.GetRuleSets()[0].GetStores()[0].GetValues()["months"])
	require.Equal(t, "system", list.GetRuleSets()[1].GetPublishedBy())
}
