package tenantapp_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/tenant/tenantapp"
)

// noon of 28 February, a month that ends where another does not.
var noon = time.Date(2025, 2, 28, 12, 0, 0, 0, tenant.Shanghai)

type bundle struct {
	*tenantapp.App
	pool   *db.Pool
	master *secret.Master
	now    time.Time
	seeded []kernel.TenantID
}

func setup(t *testing.T) *bundle {
	t.Parallel()
	master, err := secret.MasterFile(t.TempDir() + "/master")
	require.NoError(t, err)
	b := &bundle{pool: testdb.New(t).Pool(t), master: master, now: noon}
	b.App = b.process()
	return b
}

// process is a further server process on the same database and clock.
func (b *bundle) process() *tenantapp.App {
	return tenantapp.New(tenantapp.Deps{
		DB: b.pool, Master: b.master, Log: slog.New(slog.DiscardHandler), Clock: kernel.ClockFunc(func() time.Time { return b.now }),
		Catalogue: tenant.Catalogue{
			{Key: "months", Rule: "LIF-03", Label: "多久未消费", Unit: "个月", Kind: tenant.Int, Min: 1, Max: 24, Default: 3, StoreMayOverride: true},
		},
		SeedRolesTx: func(_ context.Context, _ pgx.Tx, id kernel.TenantID) error {
			b.seeded = append(b.seeded, id)
			return nil
		},
	})
}

func (b *bundle) tenant(t *testing.T, code string) kernel.TenantID {
	t.Helper()
	id, err := b.CreateTenant(t.Context(), b.now, code, code+"连锁")
	require.NoError(t, err)
	return id
}

func (b *bundle) store(t *testing.T, id kernel.TenantID, code string) kernel.StoreID {
	t.Helper()
	s := tenant.Store{ID: kernel.NewID[kernel.StoreID](b.now), Code: code, Name: code + "店", Cutover: tenant.Cutover}
	require.NoError(t, b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		return b.PutStoresTx(t.Context(), tx, id, []tenant.Store{s}, b.now)
	}))
	return s.ID
}

func TestCreateTenant(t *testing.T) {
	b := setup(t)
	id := b.tenant(t, "Demo")
	require.Equal(t, []kernel.TenantID{id}, b.seeded)

	chain, err := b.Chain(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "demo", chain.Code)
	require.Equal(t, tenant.Shanghai.String(), chain.Zone.String())
	found, err := b.TenantByCode(t.Context(), " DEMO")
	require.NoError(t, err)
	require.Equal(t, id, found)
	_, err = b.TenantByCode(t.Context(), "nobody")
	require.ErrorIs(t, err, tenant.ErrNoTenant)

	_, err = b.CreateTenant(t.Context(), b.now, "demo", "另一家")
	require.ErrorIs(t, err, tenant.ErrCodeTaken)
	second := b.tenant(t, "second")
	ids, err := b.TenantIDs(t.Context())
	require.NoError(t, err)
	require.ElementsMatch(t, []kernel.TenantID{id, second}, ids)
}

func TestCreateTenantIsAllOrNothing(t *testing.T) {
	b := setup(t)
	b.SeedRolesTx = func(context.Context, pgx.Tx, kernel.TenantID) error { return errors.New("no roles") }
	_, err := b.CreateTenant(t.Context(), b.now, "demo", "demo")
	require.ErrorContains(t, err, "no roles")
	ids, err := b.TenantIDs(t.Context())
	require.NoError(t, err)
	require.Empty(t, ids)
}

func TestKeys(t *testing.T) {
	b := setup(t)
	one, two := b.tenant(t, "one"), b.tenant(t, "two")
	k, err := b.Keys(t.Context(), one)
	require.NoError(t, err)
	again, err := b.process().Keys(t.Context(), one)
	require.NoError(t, err)
	phone := kernel.Phone("+8613812341234")
	require.Equal(t, k.NumberKey(phone), again.NumberKey(phone), "every process finds the same number")
	other, err := b.Keys(t.Context(), two)
	require.NoError(t, err)
	require.NotEqual(t, k.NumberKey(phone), other.NumberKey(phone), "another chain does not")

	box, err := k.Seal(phone, "person", kernel.UUID{1})
	require.NoError(t, err)
	_, err = other.Open(box, "person", kernel.UUID{1})
	require.Error(t, err)
	_, err = b.Keys(t.Context(), kernel.TenantID{9})
	require.ErrorIs(t, err, tenant.ErrNoTenant)
}

// Two chains may have the same store codes; neither sees the other's.
func TestStoresOfTwoChains(t *testing.T) {
	b := setup(t)
	one, two := b.tenant(t, "one"), b.tenant(t, "two")
	first, namesake := b.store(t, one, "S01"), b.store(t, two, "S01")
	second := b.store(t, one, "S02")

	stores, err := b.Stores(t.Context(), one)
	require.NoError(t, err)
	require.Len(t, stores, 2)
	require.Equal(t, first, stores[0].ID)
	require.Equal(t, tenant.Cutover, stores[0].Cutover)
	_, err = b.Store(t.Context(), one, namesake)
	require.ErrorIs(t, err, tenant.ErrNoStore)

	err = b.pool.InTenant(t.Context(), one, func(tx pgx.Tx) error {
		return b.PutStoresTx(t.Context(), tx, one, []tenant.Store{{ID: kernel.StoreID{7}, Code: "S01"}}, b.now)
	})
	require.ErrorIs(t, err, tenant.ErrStoreTaken)

	actor := &kernel.Actor{Tenant: one, Assignments: []kernel.Assignment{{Role: "r", Stores: []kernel.StoreID{second, namesake}}}}
	within, err := b.StoresWithin(t.Context(), one, kernel.NewGrant(actor, "", func(string) kernel.Reach { return kernel.ReachWhere }))
	require.NoError(t, err)
	require.Len(t, within, 1)
	require.Equal(t, second, within[0].ID)
}

// A reader beside the transaction that enters stores must not keep the old list.
func TestStoresWhileTheyChange(t *testing.T) {
	b := setup(t)
	id := b.tenant(t, "one")
	b.store(t, id, "S01")
	require.NoError(t, b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		err := b.PutStoresTx(t.Context(), tx, id, []tenant.Store{{ID: kernel.StoreID{7}, Code: "S02"}}, b.now)
		require.NoError(t, err)
		before, err := b.Stores(t.Context(), id)
		require.Len(t, before, 1)
		return err
	}))
	after, err := b.Stores(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, after, 2)

	beside := b.process()
	old, err := beside.Stores(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, old, 2)
	b.store(t, id, "S03")
	b.now = b.now.Add(10 * time.Second)
	later, err := beside.Stores(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, later, 3, "another process knows it after a moment")
}

func TestRules(t *testing.T) {
	b := setup(t)
	id := b.tenant(t, "demo")
	store := b.store(t, id, "S01")
	person := kernel.PersonID{1}
	today := kernel.NewDate(2025, time.February, 28)
	months := func(app *tenantapp.App, on kernel.BusinessDate, store kernel.StoreID) [2]int64 {
		r, err := app.Rules(t.Context(), id, on)
		require.NoError(t, err)
		return [2]int64{int64(r.Version), r.Int("months", store)}
	}
	beside := b.process()
	require.Equal(t, [2]int64{1, 3}, months(b.App, kernel.NewDate(1990, time.January, 1), store))
	require.Equal(t, [2]int64{1, 3}, months(beside, today+1, store))

	draft := tenant.Draft{Base: 1, EffectiveOn: today + 1, Values: tenant.Values{"months": 4}, Stores: map[kernel.StoreID]tenant.Values{store: {"months": 6}}}
	set, err := b.PublishRuleSet(t.Context(), id, person, draft)
	require.NoError(t, err)
	require.EqualValues(t, 2, set.Version)
	require.Equal(t, [2]int64{1, 3}, months(b.App, today, store), "the day it was published")
	require.Equal(t, [2]int64{2, 6}, months(b.App, today+1, store))
	require.Equal(t, [2]int64{2, 4}, months(b.App, today+1, kernel.StoreID{}))
	b.now = b.now.Add(time.Minute)
	require.Equal(t, [2]int64{2, 6}, months(beside, today+1, store), "other processes long before the day begins")

	_, err = b.PublishRuleSet(t.Context(), id, person, draft)
	require.ErrorIs(t, err, tenant.ErrVersionChanged)
	b.now = time.Date(2025, 3, 1, 3, 59, 30, 0, tenant.Shanghai) // still the 28th, for half a minute
	_, err = b.PublishRuleSet(t.Context(), id, person, tenant.Draft{Base: 2, EffectiveOn: today + 1})
	require.ErrorIs(t, err, tenant.ErrDatePassed, "too late to reach every process in time")

	sets, err := b.RuleSets(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, sets, 2)
	require.Equal(t, draft.Stores, sets[0].Stores)
	require.Equal(t, &person, sets[0].PublishedBy)
	require.Nil(t, sets[1].PublishedBy)

	err = b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE rule_set SET fields = '{}' WHERE version = 2")
		return err
	})
	require.ErrorContains(t, err, "permission denied", "a published version never changes")
	require.NotEqual(t, id, b.tenant(t, "other"))
}

// Of those who publish from the same version, one wins.
func TestPublishAtOnce(t *testing.T) {
	b := setup(t)
	id := b.tenant(t, "demo")
	draft := tenant.Draft{Base: 1, EffectiveOn: kernel.NewDate(2025, time.March, 1)}
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = b.PublishRuleSet(t.Context(), id, kernel.PersonID{byte(i)}, draft) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
			continue
		}
		require.ErrorIs(t, err, tenant.ErrVersionChanged)
	}
	require.Equal(t, 1, won)
}
