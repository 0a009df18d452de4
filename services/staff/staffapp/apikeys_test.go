package staffapp_test

import (
	"net/http"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/staff"
)

func bearer(secret string) http.Header {
	return http.Header{"Authorization": {"Bearer " + secret}}
}

func TestAPIKey(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	write := w.grant(w.one, "A1", "apikey.write")
	key, secret, err := w.CreateAPIKey(ctx, write, "友谊店 收银", []string{"bills:write", "bookings:write"}, []kernel.StoreID{w.one.s01}, 30)
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
	_, _, err = w.CreateAPIKey(ctx, write, "x", []string{"bills:write"}, []kernel.StoreID{w.two.s01}, 30)
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
	key, secret, err := w.CreateAPIKey(ctx, write, "x", []string{"bills:write"}, []kernel.StoreID{w.one.s01}, 30)
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
