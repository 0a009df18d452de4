package staffapp_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

func bearer(secret string) http.Header {
	return http.Header{"Authorization": {"Bearer " + secret}}
}

func TestAPIKey(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	write := w.grant(w.one, "A1", "apikey.write")
	key, secret, err := w.CreateAPIKey(ctx, write, staffapp.NewKey{Label: "友谊店 收银", Scopes: []string{"bills:write", "bookings:write"}, Stores: []kernel.StoreID{w.one.s01}, Days: 30})
	require.NoError(t, err)
	require.Equal(t, secret[:12], key.Prefix)

	a, err := w.Authenticate(ctx, bearer(secret))
	require.NoError(t, err)
	require.Equal(t, kernel.ActorKey, a.Kind)
	require.Equal(t, key.ID, a.Key)
	_, grants, err := w.Grants(ctx, a)
	require.NoError(t, err)
	require.True(t, grants("bill.record").Covers(w.one.s01, false))
	require.False(t, grants("bill.record").Covers(w.one.s02, false))
	require.True(t, grants("customer.lookup").Empty())
	require.True(t, grants("customer.read").Empty())

	for name, h := range map[string]http.Header{
		"unknown": bearer(staff.NewSecret()), "typo": bearer(secret[:20] + "!" + secret[21:]), "basic": {"Authorization": {"Basic eA=="}},
	} {
		_, err := w.Authenticate(ctx, h)
		require.Error(t, err, name)
	}
	closed := w.process()
	closed.DB = nil
	_, err = closed.Authenticate(ctx, bearer(secret[:20]+"!"+secret[21:]))
	require.ErrorIs(t, err, staff.ErrKeyTypo, "seen without the database")

	keys, err := w.APIKeys(ctx, w.grant(w.two, "A1", "apikey.read"))
	require.NoError(t, err)
	require.Empty(t, keys)
	keys, err = w.APIKeys(ctx, write)
	require.NoError(t, err)
	require.Len(t, keys, 1)
	_, _, err = w.CreateAPIKey(ctx, write, staffapp.NewKey{Label: "x", Scopes: []string{"bills:write"}, Stores: []kernel.StoreID{w.two.s01}, Days: 30})
	require.ErrorIs(t, err, staff.ErrUnknownStore)

	w.now = w.now.Add(30*24*time.Hour - time.Second)
	_, err = w.Authenticate(ctx, bearer(secret))
	require.NoError(t, err)
	w.now = w.now.Add(time.Second)
	_, err = w.Authenticate(ctx, bearer(secret))
	require.ErrorIs(t, err, staff.ErrBadKey, "expired, though remembered")
}

// What a process remembers of a key does no harm: the work's own entry into the
// tenant finds out, and after forgetting it is refused or judged anew.
func TestAPIKeyEndsAtOnce(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	beside := w.process()
	write := w.grant(w.one, "A1", "apikey.write")
	key, secret, err := w.CreateAPIKey(ctx, write, staffapp.NewKey{Label: "x", Scopes: []string{"bills:write"}, Stores: []kernel.StoreID{w.one.s01}, Days: 30})
	require.NoError(t, err)
	work := func() error {
		a, err := beside.Authenticate(ctx, bearer(secret))
		if err != nil {
			return err
		}
		guarded := db.WithGuard(ctx, db.Guard{Key: a.Key, PolicyVersion: a.PolicyVersion})
		err = w.pool.InTenant(guarded, a.Tenant, func(pgx.Tx) error { return nil })
		if err != nil {
			beside.Forget(a)
		}
		return err
	}
	require.NoError(t, work())
	w.in(w.one, func(tx pgx.Tx) error { return w.tenants.RaisePolicyVersionTx(ctx, tx, w.one.id) })
	require.ErrorIs(t, work(), db.ErrStale)
	require.NoError(t, work(), "judged by the new roles")

	_, err = w.RevokeAPIKey(ctx, w.grant(w.two, "A1", "apikey.write"), key.ID)
	require.ErrorIs(t, err, staff.ErrNoKey)
	revoked, err := w.RevokeAPIKey(ctx, write, key.ID)
	require.NoError(t, err)
	w.now = w.now.Add(time.Hour)
	again, err := w.RevokeAPIKey(ctx, write, key.ID)
	require.NoError(t, err)
	require.True(t, revoked.RevokedAt.Equal(*again.RevokedAt), "it stays as it is")
	require.ErrorIs(t, work(), db.ErrStale)
	require.ErrorIs(t, work(), staff.ErrBadKey)
}

func TestAPIKeyServer(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	b := w.browser()
	_, err := b.auth.Login(ctx, &staffv1.LoginRequest{TenantCode: "one", Login: "A1", Password: password})
	require.NoError(t, err)
	made, err := b.staff.CreateApiKey(ctx, &staffv1.CreateApiKeyRequest{Label: "收银", Scopes: []string{"bills:write"}, StoreIds: []string{w.one.s01.String()}, ValidDays: 1})
	require.NoError(t, err)
	require.NoError(t, staff.CheckSecret(made.GetSecret()))
	list, err := b.staff.ListApiKeys(ctx, &staffv1.ListApiKeysRequest{})
	require.NoError(t, err)
	require.Equal(t, made.GetKey().GetId(), list.GetKeys()[0].GetId())
	require.Nil(t, list.GetKeys()[0].GetRevokeTime())
	revoked, err := b.staff.RevokeApiKey(ctx, &staffv1.RevokeApiKeyRequest{KeyId: made.GetKey().GetId()})
	require.NoError(t, err)
	require.NotNil(t, revoked.GetKey().GetRevokeTime())
	_, err = b.staff.RevokeApiKey(ctx, &staffv1.RevokeApiKeyRequest{KeyId: w.one.s01.String()})
	require.Equal(t, connect.CodeNotFound, connect.CodeOf(err))
}

func (w *world) newKey(write kernel.Grant, label string, calls int32) (staff.APIKey, string, error) {
	return w.CreateAPIKey(w.t.Context(), write, staffapp.NewKey{
		Label: label, Scopes: []string{"bills:write"}, Stores: []kernel.StoreID{w.one.s01}, Days: 30, CallsPerMinute: calls,
	})
}

func TestTwoLiveKeys(t *testing.T) {
	w := newWorld(t)
	write := w.grant(w.one, "A1", "apikey.write")
	first, _, err := w.newKey(write, "till", 0)
	require.NoError(t, err)
	_, _, err = w.newKey(write, " till ", 0)
	require.NoError(t, err)
	_, _, err = w.newKey(write, "till", 0)
	require.ErrorIs(t, err, staff.ErrTwoLive)
	_, _, err = w.newKey(write, "other till", 0)
	require.NoError(t, err)
	_, err = w.RevokeAPIKey(t.Context(), write, first.ID)
	require.NoError(t, err)
	_, _, err = w.newKey(write, "till", 0)
	require.NoError(t, err, "one has ended")
	w.now = w.now.Add(31 * 24 * time.Hour)
	for range 2 {
		_, _, err = w.newKey(write, "till", 0)
		require.NoError(t, err, "all have expired")
	}

	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, _, errs[i] = w.newKey(write, "at once", 0) })
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else {
			require.ErrorIs(t, err, staff.ErrTwoLive)
		}
	}
	require.LessOrEqual(t, made, 2)
	require.Positive(t, made)
}

// The successor opens at once, the old key until its new end, in processes that
// remember it with its old one too.
func TestRotateKey(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	beside := w.process()
	write := w.grant(w.one, "A1", "apikey.write")
	old, oldSecret, err := w.newKey(write, "till", 90)
	require.NoError(t, err)
	works := func(app *staffapp.App, secret string) error {
		for range 2 {
			a, err := app.Authenticate(ctx, bearer(secret))
			if err != nil {
				return err
			}
			guarded := db.WithGuard(ctx, db.Guard{Key: a.Key, PolicyVersion: a.PolicyVersion})
			if err = w.pool.InTenant(guarded, a.Tenant, func(pgx.Tx) error { return nil }); err == nil {
				return nil
			}
			app.Forget(a)
		}
		return db.ErrStale
	}
	require.NoError(t, works(beside, oldSecret), "remembered")

	_, _, _, err = w.RotateAPIKey(ctx, w.grant(w.two, "A1", "apikey.write"), old.ID, 7, 365)
	require.ErrorIs(t, err, staff.ErrNoKey)
	key, ended, secret, err := w.RotateAPIKey(ctx, write, old.ID, 7, 365)
	require.NoError(t, err)
	require.Equal(t, w.now.Add(7*24*time.Hour), ended.ExpiresAt)
	require.Equal(t, key.ID, *ended.Successor)
	require.Equal(t, []any{old.Label, old.Scopes, old.Stores, old.CallsPerMinute}, []any{key.Label, key.Scopes, key.Stores, key.CallsPerMinute})
	for _, app := range []*staffapp.App{w.App, beside} {
		require.NoError(t, works(app, secret))
		require.NoError(t, works(app, oldSecret))
	}
	_, _, _, err = w.RotateAPIKey(ctx, write, old.ID, 7, 365)
	require.ErrorIs(t, err, staff.ErrTwoLive, "two live already")

	w.now = w.now.Add(7 * 24 * time.Hour)
	for _, app := range []*staffapp.App{w.App, beside} {
		require.ErrorIs(t, works(app, oldSecret), staff.ErrBadKey)
		require.NoError(t, works(app, secret))
	}
	_, _, _, err = w.RotateAPIKey(ctx, write, old.ID, 7, 365)
	require.ErrorIs(t, err, staff.ErrKeyEnded)
	_, ended, _, err = w.RotateAPIKey(ctx, write, key.ID, 0, 365)
	require.NoError(t, err)
	require.NotNil(t, ended.RevokedAt, "no overlap: it ends now")
	require.ErrorIs(t, works(beside, secret), staff.ErrBadKey)
}

func TestKeyLimit(t *testing.T) {
	w := newWorld(t)
	write := w.grant(w.one, "A1", "apikey.write")
	_, secret, err := w.newKey(write, "till", 3)
	require.NoError(t, err)
	call := func() error {
		_, err := w.Authenticate(t.Context(), bearer(secret))
		return err
	}
	for range 3 {
		require.NoError(t, call())
	}
	var f *fault.Fault
	require.ErrorAs(t, call(), &f)
	require.Equal(t, "apikey.too_many_calls", f.Reason)
	require.Equal(t, fault.TooMany, f.Kind)
	require.Equal(t, 20*time.Second, f.RetryAfter)
	require.Equal(t, fault.Limit{Name: "key.calls_per_minute", Value: 3, Reset: time.Minute}, *f.Limit)
	w.in(w.one, func(tx pgx.Tx) error { return w.tenants.RaisePolicyVersionTx(t.Context(), tx, w.one.id) })
	w.Forget(&kernel.Actor{Key: kernel.UUID{}})
	require.Error(t, call(), "what is counted outlives what is cached")
	w.now = w.now.Add(f.RetryAfter)
	require.NoError(t, call(), "when it said")
	require.Error(t, call())

	_, greedy, err := w.newKey(write, "greedy", 1_000_000)
	require.NoError(t, err)
	for range staff.DefaultKeyCalls {
		_, err = w.Authenticate(t.Context(), bearer(greedy))
		require.NoError(t, err)
	}
	_, err = w.Authenticate(t.Context(), bearer(greedy))
	require.ErrorAs(t, err, &f)
	require.EqualValues(t, staff.DefaultKeyCalls, f.Limit.Value, "no key has more than the server allows")
}

// TestSetKeyLimit: a key's limit can be changed while it is in use; each process
// goes by it once it has entered the tenant.
func TestSetKeyLimit(t *testing.T) {
	w := newWorld(t)
	write := w.grant(w.one, "A1", "apikey.write")
	key, secret, err := w.newKey(write, "till", 3)
	require.NoError(t, err)
	_, err = w.SetAPIKeyLimit(t.Context(), w.grant(w.two, "A1", "apikey.write"), key.ID, 600)
	require.ErrorIs(t, err, staff.ErrNoKey)
	taken := func() (n int) {
		w.now = w.now.Add(time.Minute)
		for ; n < 100; n++ {
			if _, err := w.Authenticate(t.Context(), bearer(secret)); err != nil {
				var f *fault.Fault
				require.ErrorAs(t, err, &f)
				require.Equal(t, fault.TooMany, f.Kind)
				break
			}
		}
		return n
	}
	require.Equal(t, 3, taken())
	key, err = w.SetAPIKeyLimit(t.Context(), write, key.ID, 10)
	require.NoError(t, err)
	require.EqualValues(t, 10, key.CallsPerMinute)
	require.Equal(t, 10, taken())
	_, err = w.SetAPIKeyLimit(t.Context(), write, key.ID, 0)
	require.NoError(t, err)
	require.Equal(t, 100, taken(), "the server's")
	require.Equal(t, 2, count(t, w, w.one, "SELECT count(*) FROM audit_line WHERE action = 'apikey.limited'"))
	_, err = w.RevokeAPIKey(t.Context(), write, key.ID)
	require.NoError(t, err)
	_, err = w.SetAPIKeyLimit(t.Context(), write, key.ID, 10)
	require.ErrorIs(t, err, staff.ErrKeyEnded)
}

// A key in use writes once a minute, however many calls and processes there are.
func TestKeyLastUse(t *testing.T) {
	w := newWorld(t)
	beside := w.process()
	write := w.grant(w.one, "A1", "apikey.write")
	key, secret, err := w.newKey(write, "till", 0)
	require.NoError(t, err)
	used := func() *time.Time {
		keys, err := w.APIKeys(t.Context(), w.grant(w.one, "A1", "apikey.read"))
		require.NoError(t, err)
		require.Equal(t, key.ID, keys[0].ID)
		return keys[0].UsedAt
	}
	require.Nil(t, used(), "never")
	call := func() {
		for _, app := range []*staffapp.App{w.App, beside} {
			_, err := app.Authenticate(t.Context(), bearer(secret))
			require.NoError(t, err)
		}
	}
	first := w.now
	call()
	require.True(t, first.Equal(*used()))
	w.now = first.Add(59 * time.Second)
	call()
	require.True(t, first.Equal(*used()), "within the minute nothing is written")
	w.now = first.Add(time.Minute)
	call()
	require.True(t, w.now.Equal(*used()))
}
