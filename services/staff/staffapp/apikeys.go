package staffapp

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/db"
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

// NewKey is what an administrator says of a key.
type NewKey struct {
	Label          string
	Scopes         []string
	Stores         []kernel.StoreID
	Days           int   // until it expires
	CallsPerMinute int32 // 0: as many as the server allows
}

// CreateAPIKey makes a key and gives its secret, which is kept nowhere. Faults:
// staff.unknown_store, also for stores out of reach, apikey.two_live.
func (a *App) CreateAPIKey(ctx context.Context, grant kernel.Grant, in NewKey) (staff.APIKey, string, error) {
	now, tenant := a.Clock.Now(), grant.Actor().Tenant
	key := staff.APIKey{
		Label: strings.TrimSpace(in.Label), Scopes: in.Scopes, Stores: in.Stores, CallsPerMinute: in.CallsPerMinute,
		ExpiresAt: now.Add(time.Duration(in.Days) * 24 * time.Hour),
	}
	if !key.Within(grant) {
		return key, "", staff.ErrUnknownStore
	}
	if err := a.knownStores(ctx, tenant, in.Stores); err != nil {
		return key, "", err
	}
	var secret string
	err := a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) (err error) {
		key, secret, err = insertKey(ctx, tx, grant, key, now)
		return err
	})
	return key, secret, err
}

// insertKey gives a key its id and secret and writes it into a free slot of its
// label. Fault: apikey.two_live.
func insertKey(ctx context.Context, tx pgx.Tx, grant kernel.Grant, key staff.APIKey, now time.Time) (staff.APIKey, string, error) {
	tenant, person, q := grant.Actor().Tenant, grant.Person(), staffdb.New(tx)
	secret := staff.NewSecret()
	key.ID, key.Prefix, key.CreatedAt = kernel.NewID[kernel.UUID](now), staff.SecretPrefix(secret), now
	if err := q.LeaveSlots(ctx, tenant, key.Label, now); err != nil {
		return key, "", err
	}
	taken, err := q.TakenSlots(ctx, tenant, key.Label)
	if err != nil {
		return key, "", err
	}
	slot, err := staff.FreeSlot(taken)
	if err != nil {
		return key, "", err
	}
	err = q.InsertKey(ctx, staffdb.InsertKeyParams{
		TenantID: tenant, KeyID: key.ID, SecretHash: staff.Hash(secret), Prefix: key.Prefix, Label: key.Label, Scopes: key.Scopes,
		StoreIds: key.Stores, CreatedBy: &person, CreatedAt: now, ExpiresAt: key.ExpiresAt, CallsPerMinute: ownLimit(key.CallsPerMinute), Slot: slot,
	})
	if db.ConstraintName(err) == "api_key_two_live" { // somebody else made one at the same moment
		err = staff.ErrTwoLive
	}
	if err != nil {
		return key, "", err
	}
	return key, secret, audit.WriteTx(ctx, tx, tenant, now, keyLine("apikey.created", key,
		audit.Change{Field: "scopes", After: strings.Join(key.Scopes, " ")}, audit.Change{Field: "stores", After: storeList(key.Stores)}, expiry("", key)))
}

func expiry(before string, key staff.APIKey) audit.Change {
	return audit.Change{Field: "expires_at", Before: before, After: key.ExpiresAt.UTC().Format(time.RFC3339)}
}

// RotateAPIKey makes the successor of a key; the old one lives on for some days
// (0: it ends now), if it does not expire before. Every process learns of the old
// one's new end with its next call. Faults: apikey.not_found, apikey.ended,
// apikey.two_live.
func (a *App) RotateAPIKey(ctx context.Context, grant kernel.Grant, id kernel.UUID, overlapDays, days int) (key, old staff.APIKey, secret string, err error) {
	tenant, now := grant.Actor().Tenant, a.Clock.Now()
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if old, err = lockKey(ctx, q, grant, id); err != nil {
			return err
		}
		if !old.Live(now) {
			return staff.ErrKeyEnded
		}
		before := expiry("", old).After
		if overlapDays == 0 {
			old.RevokedAt = &now
			if err := q.RevokeKey(ctx, now, tenant, id); err != nil {
				return err
			}
		} else if end := now.Add(time.Duration(overlapDays) * 24 * time.Hour); end.Before(old.ExpiresAt) {
			old.ExpiresAt = end
		}
		next := staff.APIKey{Label: old.Label, Scopes: old.Scopes, Stores: old.Stores, CallsPerMinute: old.CallsPerMinute, ExpiresAt: now.Add(time.Duration(days) * 24 * time.Hour)}
		if key, secret, err = insertKey(ctx, tx, grant, next, now); err != nil {
			return err
		}
		old.Successor = &key.ID
		return errors.Join(
			q.ReplaceKey(ctx, staffdb.ReplaceKeyParams{TenantID: tenant, KeyID: id, SuccessorID: &key.ID, ExpiresAt: old.ExpiresAt}),
			a.Tenants.RaisePolicyVersionTx(ctx, tx, tenant),
			audit.WriteTx(ctx, tx, tenant, now, keyLine("apikey.rotated", old, audit.Change{Field: "successor", After: key.ID.String()}, expiry(before, old))),
		)
	})
	a.Forget(&kernel.Actor{Key: id})
	return key, old, secret, err
}

// ownLimit is a key's limit as it is stored; nil: the server's.
func ownLimit(calls int32) *int32 {
	if calls == 0 {
		return nil
	}
	return &calls
}

// SetAPIKeyLimit sets how many calls a minute a key may make; 0: as many as the
// server allows. Every process learns of it with the key's next call. Faults:
// apikey.not_found, apikey.ended.
func (a *App) SetAPIKeyLimit(ctx context.Context, grant kernel.Grant, id kernel.UUID, calls int32) (key staff.APIKey, err error) {
	tenant, now := grant.Actor().Tenant, a.Clock.Now()
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if key, err = lockKey(ctx, q, grant, id); err != nil {
			return err
		}
		if !key.Live(now) {
			return staff.ErrKeyEnded
		}
		change := audit.Change{Field: "calls_per_minute", Before: strconv.Itoa(int(key.CallsPerMinute)), After: strconv.Itoa(int(calls))}
		key.CallsPerMinute = calls
		return oneByOne(
			func() error { return q.SetKeyLimit(ctx, ownLimit(calls), tenant, id) },
			func() error { return a.Tenants.RaisePolicyVersionTx(ctx, tx, tenant) },
			func() error { return audit.WriteTx(ctx, tx, tenant, now, keyLine("apikey.limited", key, change)) },
		)
	})
	a.Forget(&kernel.Actor{Key: id})
	return key, err
}

// RevokeAPIKey revokes a key; the very next call with it is refused, by every
// process: the version of rights that each remembers it under is raised. A key that
// is revoked already stays as it is. Fault: apikey.not_found.
func (a *App) RevokeAPIKey(ctx context.Context, grant kernel.Grant, id kernel.UUID) (key staff.APIKey, err error) {
	tenant, now := grant.Actor().Tenant, a.Clock.Now()
	err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
		q := staffdb.New(tx)
		if key, err = lockKey(ctx, q, grant, id); err != nil {
			return err
		}
		if err := a.Tenants.RaisePolicyVersionTx(ctx, tx, tenant); err != nil || key.RevokedAt != nil {
			return err
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

func lockKey(ctx context.Context, q *staffdb.Queries, grant kernel.Grant, id kernel.UUID) (staff.APIKey, error) {
	row, err := q.LockKey(ctx, grant.Actor().Tenant, id)
	key := staffdb.KeysAllRow(row).Key()
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !key.Within(grant) {
		err = staff.ErrNoKey
	}
	return key, err
}
