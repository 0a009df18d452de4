package tenantapp

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant/internal/tenantdb"
)

// boxBlock is how many rows one transaction of a rotation looks at.
const boxBlock = 500

// Rotation is how far a chain's boxes are under its newest data key.
type Rotation struct {
	Version int32
	Boxes   int64      // sealed anew so far
	Ended   *time.Time // nil: it goes on
	Looked  bool       // all of it was looked over; what was held meanwhile, and the end, come a little later
}

// Rewrap wraps the chain's keys under the master key where the one before it
// still does. All or none; keys themselves stay.
func (a *App) Rewrap(ctx context.Context, id kernel.TenantID) (changed int, err error) {
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		if err := q.LockTenant(ctx, id); err != nil {
			return err
		}
		rows, err := q.Keys(ctx, id)
		if err != nil {
			return err
		}
		for _, r := range rows {
			wrapped, other, err := a.Master.Rewrap(id, r.Purpose, r.Wrapped)
			if err != nil {
				return err
			}
			if !other {
				continue
			}
			changed++
			if err := q.RewrapKey(ctx, tenantdb.RewrapKeyParams{TenantID: id, Purpose: r.Purpose, Version: r.Version, Wrapped: wrapped}); err != nil {
				return err
			}
		}
		return nil
	})
	return changed, err
}

// BeginRotation gives the chain a new data key, from now on the one that writes,
// unless a rotation begun before has not ended: then that one goes on.
func (a *App) BeginRotation(ctx context.Context, id kernel.TenantID) (Rotation, error) {
	key, err := a.Master.NewTenantKey(id, secret.Box)
	if err != nil {
		return Rotation{}, err
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		if err := q.LockTenant(ctx, id); err != nil {
			return err
		}
		open, err := q.Rotation(ctx, id)
		if err == nil && open.EndedAt == nil || err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		rows, err := q.Keys(ctx, id)
		if err != nil {
			return err
		}
		version, now := int32(len(rows)), a.Clock.Now() // one of them is the look-up key
		return errors.Join(
			q.InsertKeyVersion(ctx, tenantdb.InsertKeyVersionParams{TenantID: id, Version: version, Wrapped: key, Now: now}),
			q.BeginRotation(ctx, id, version, now),
		)
	})
	if err != nil {
		return Rotation{}, err
	}
	if _, err := a.readKeys(ctx, id); err != nil {
		return Rotation{}, err
	}
	return a.Rotation(ctx, id)
}

// Rotation says how far the chain's newest rotation is; version 0: there was none.
func (a *App) Rotation(ctx context.Context, id kernel.TenantID) (Rotation, error) {
	r, err := tenantdb.New(a.DB.Single(id)).Rotation(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return Rotation{}, nil
	}
	return Rotation{Version: r.Version, Boxes: r.Boxes, Ended: r.EndedAt}, err
}

// Reseal seals the next block of boxes anew under the newest data key, where the
// rotation stands, and moves it on, in one transaction: killed at any moment it
// goes on there. A row that somebody holds is left to the next look; behind the
// last column everything is looked over, and the rotation ends only when no
// older box is left and every process has had time to learn of the new key.
func (a *App) Reseal(ctx context.Context, id kernel.TenantID, columns []db.BoxColumn) (Rotation, error) {
	keys, err := a.Keys(ctx, id)
	if err != nil {
		return Rotation{}, err
	}
	now, looked := a.Clock.Now(), false
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := tenantdb.New(tx)
		r, err := q.Rotation(ctx, id)
		if err != nil || r.EndedAt != nil {
			return err
		}
		if int(r.Version) != keys.Version() {
			return fmt.Errorf("keys of version %d are in memory, %d is in force: try again", keys.Version(), r.Version)
		}
		place := int(r.Place)
		if place >= len(columns) {
			looked, err = a.endRotation(ctx, tx, id, columns, keys, r, now)
			return err
		}
		c := columns[place]
		boxes, seen, err := db.LockBoxes(ctx, tx, id, c, r.AfterID, keys.VersionPrefix(), boxBlock)
		if err != nil {
			return err
		}
		for i, b := range boxes {
			if boxes[i].Box, _, err = keys.Reseal(b.Box, c.Bound, b.ID); err != nil {
				return fmt.Errorf("%s.%s: %w", c.Table, c.Column, err)
			}
		}
		if len(boxes) > 0 {
			if err := db.PutBoxes(ctx, tx, id, c, boxes); err != nil {
				return err
			}
		}
		if seen.IsZero() {
			place++
		}
		return q.MoveRotation(ctx, tenantdb.MoveRotationParams{TenantID: id, Version: r.Version, Place: int32(place), AfterID: seen, Boxes: int64(len(boxes))})
	})
	if err != nil {
		return Rotation{}, err
	}
	r, err := a.Rotation(ctx, id)
	r.Looked = looked
	return r, err
}

// endRotation ends a rotation when nothing older is left, or sends it back to
// the first column with an older box: its row was held, or a process that did
// not know the new key has written it. Looked: it is to be called again later.
func (a *App) endRotation(ctx context.Context, tx pgx.Tx, id kernel.TenantID, columns []db.BoxColumn, keys *secret.Keys, r tenantdb.RotationRow, now time.Time) (looked bool, err error) {
	q := tenantdb.New(tx)
	for i, c := range columns {
		older, err := db.OlderBoxes(ctx, tx, id, c, keys.VersionPrefix())
		if err != nil {
			return false, err
		}
		if older {
			return true, q.MoveRotation(ctx, tenantdb.MoveRotationParams{TenantID: id, Version: r.Version, Place: int32(i)})
		}
	}
	if now.Sub(r.BeganAt) < 2*keysFor {
		return true, nil // a process may still write under the older key
	}
	return true, q.EndRotation(ctx, now, id, r.Version)
}
