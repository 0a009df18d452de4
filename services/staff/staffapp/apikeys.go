package staffapp

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/internal/staffdb"
)

// APIKeys lists the keys whose stores a grant reaches, newest first, 1,000 at most.
func (a *App) APIKeys(ctx context.Context, grant kernel.Grant) ([]staff.APIKey, error) {
	tenant := grant.Actor().Tenant
	q := staffdb.New(a.DB.Single(tenant))
	if grant.Tenant() {
		rows, err := q.KeysAll(ctx, tenant)
		return as(rows, staffdb.KeysAllRow.Key), err
	}
	rows, err := q.KeysOfStores(ctx, tenant, staffdb.IDs(grant.Stores()))
	return as(rows, func(r staffdb.KeysOfStoresRow) staff.APIKey { return staffdb.KeysAllRow(r).Key() }), err
}

// CreateAPIKey makes a key for some days and gives its secret, which is kept
// nowhere. Fault: staff.unknown_store, also for stores out of reach.
func (a *App) CreateAPIKey(ctx context.Context, grant kernel.Grant, label string, scopes []string, stores []kernel.StoreID, days int) (staff.APIKey, string, error) {
	now := a.Clock.Now()
	tenant, person := grant.Actor().Tenant, grant.Person()
	secret := staff.NewSecret()
	key := staff.APIKey{
		ID: kernel.NewID[kernel.UUID](now), Label: label, Prefix: staff.SecretPrefix(secret), Scopes: scopes, Stores: stores,
		CreatedAt: now, ExpiresAt: now.Add(time.Duration(days) * 24 * time.Hour),
	}
	if !key.Within(grant) {
		return key, "", staff.ErrUnknownStore
	}
	if err := a.knownStores(ctx, tenant, stores); err != nil {
		return key, "", err
	}
	err := a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		if err := staffdb.New(tx).InsertKey(ctx, staffdb.InsertKeyParams{
			TenantID: tenant, KeyID: key.ID, SecretHash: staff.Hash(secret), Prefix: key.Prefix, Label: label, Scopes: scopes,
			StoreIds: stores, CreatedBy: &person, CreatedAt: now, ExpiresAt: key.ExpiresAt,
		}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenant, now, keyLine("apikey.created", key,
			audit.Change{Field: "scopes", After: strings.Join(scopes, " ")}, audit.Change{Field: "stores", After: storeList(stores)}, audit.Change{Field: "expires_at", After: key.ExpiresAt.UTC().Format(time.RFC3339)}))
	})
	return key, secret, err
}

// RevokeAPIKey revokes a key; the very next call with it is refused, by every
// process. A key that is revoked already stays as it is. Fault: apikey.not_found.
func (a *App) RevokeAPIKey(ctx context.Context, grant kernel.Grant, id kernel.UUID) (key staff.APIKey, err error) {
	tenant, now := grant.Actor().Tenant, a.Clock.Now()
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		row, err := q.LockKey(ctx, tenant, id)
		key = staffdb.KeysAllRow(row).Key()
		if errors.Is(err, pgx.ErrNoRows) || err == nil && !key.Within(grant) {
			return staff.ErrNoKey
		}
		if err != nil {
			return err
		}
		if key.RevokedAt != nil {
			return nil
		}
		key.RevokedAt = &now
		if err := q.RevokeKey(ctx, now, tenant, id); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenant, now, keyLine("apikey.revoked", key))
	})
	a.Forget(&kernel.Actor{Key: id})
	return key, err
}
