package visitapp

import (
	"context"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/watch"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// placeOnce is the index that lets a place be held once per meal (VIS-10).
const placeOnce = "booking_place_once"

// holding is what a booking shall hold in a meal.
type holding struct {
	tenant  kernel.TenantID
	booking kernel.UUID
	store   kernel.StoreID
	date    kernel.BusinessDate
	meal    tenant.MealPeriod
	kind    visit.Kind // empty: whatever the places are
	places  []kernel.UUID
	tables  int32 // of a banquet
}

// held are the places found, in the order they were named.
type held struct {
	holding
	names    []string
	slots    []int32 // beside them the places' ids: a hall stands there once for each table
	ids      []kernel.UUID
	minSpend kernel.Fen
}

func (h held) name() string { return strings.Join(h.names, "、") }

// find locks the places and says whether they can be held: of the store, of one
// kind, in use on that day and free. Nobody else books or retires them until the
// transaction ends. Faults: invalid_field, booking.room_taken, booking.hall_full.
func (h holding) find(ctx context.Context, tx pgx.Tx) (held, error) {
	out := held{holding: h}
	if len(h.places) == 0 {
		return out, nil
	}
	q := visitdb.New(tx)
	rows, err := q.LockPlaces(ctx, h.tenant, h.places)
	if err != nil {
		return out, err
	}
	byID := map[kernel.UUID]visit.Resource{}
	for _, row := range rows {
		byID[row.ResourceID] = resourceOf(row)
	}
	for _, id := range h.places {
		r, ok := byID[id]
		if out.kind == "" {
			out.kind = r.Kind
		}
		switch {
		case !ok || r.Store != h.store:
			return out, placeFault("本店没有这个包间或桌位，请重新选择。")
		case r.Kind != out.kind:
			return out, placeFault("所选的桌位与预定类型不符，请重新选择。")
		case !r.Used(h.date):
			return out, placeFault("这个包间或桌位那天不用，请换一个。")
		}
		out.names, out.ids, out.slots = append(out.names, r.Name), append(out.ids, id), append(out.slots, 1)
		out.minSpend += r.MinSpend
	}
	if out.kind == visit.Banquet {
		return out.inHall(ctx, q, byID[h.places[0]])
	}
	taken, err := q.PlacesTaken(ctx, visitdb.PlacesTakenParams{TenantID: h.tenant, ResourceIds: h.places, BusinessDate: h.date, MealPeriod: int16(h.meal), BookingID: h.booking})
	if err == nil && len(taken) > 0 {
		err = visit.Taken(taken)
	}
	return out, err
}

// inHall finds free tables of a hall.
func (h held) inHall(ctx context.Context, q *visitdb.Queries, hall visit.Resource) (held, error) {
	if len(h.places) > 1 {
		return h, placeFault("包席一次只能选一个宴会厅。")
	}
	free, err := q.FreeSlots(ctx, visitdb.FreeSlotsParams{
		Tables: hall.Tables, TenantID: h.tenant, ResourceID: hall.ID, BusinessDate: h.date, MealPeriod: int16(h.meal), BookingID: h.booking,
	})
	if err != nil {
		return h, err
	}
	if len(free) < int(h.tables) {
		return h, visit.HallFull(len(free))
	}
	h.slots = free[:h.tables]
	h.ids = make([]kernel.UUID, h.tables)
	for i := range h.ids {
		h.ids[i] = hall.ID
	}
	return h, nil
}

// take writes what was found; the index refuses what find could not see.
func (h held) take(ctx context.Context, tx pgx.Tx) error {
	if len(h.ids) == 0 {
		return nil
	}
	return visitdb.New(tx).TakePlaces(ctx, visitdb.TakePlacesParams{
		TenantID: h.tenant, BookingID: h.booking, ResourceIds: h.ids, Slots: h.slots, BusinessDate: h.date, MealPeriod: int16(h.meal),
	})
}

// AllResources lists a chain's rooms, tables and halls, those no longer in use too.
func (a *App) AllResources(ctx context.Context, id kernel.TenantID) ([]visit.Resource, error) {
	rows, err := visitdb.New(a.DB.Single(id)).AllResources(ctx, id)
	out := make([]visit.Resource, len(rows))
	for i, row := range rows {
		out[i] = resourceOf(row)
	}
	return out, err
}

// HoldersTx are the bookings that hold some places on some days.
func (a *App) HoldersTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, places []kernel.UUID, days []kernel.BusinessDate) ([]visit.Holder, error) {
	rows, err := visitdb.New(tx).Holders(ctx, id, places, days)
	out := make([]visit.Holder, len(rows))
	for i, r := range rows {
		out[i] = visit.Holder{
			Place: r.ResourceID, Date: r.BusinessDate, Meal: tenant.MealPeriod(r.MealPeriod), Store: r.StoreID, Ref: r.Ref,
			State: visit.State(r.State), Kind: visit.Kind(r.Kind), Tables: r.Tables,
		}
	}
	return out, err
}

func placeFault(message string) error { return fault.Field("resource_id", "VIS-10", message) }

// told says to whoever watches the store, and to the port, that a booking has changed.
func (a *App) told(ctx context.Context, tx pgx.Tx, id kernel.TenantID, store kernel.StoreID, booking kernel.UUID, now time.Time) error {
	if err := watch.TellTx(ctx, tx, id, watch.Change{Kind: BookingChanged, Store: store, ID: booking}); err != nil || a.changed == nil {
		return err
	}
	return a.changed(ctx, tx, id, booking, store, now)
}

// What watchers are told of.
const (
	BookingChanged  = "booking"
	ResourceChanged = "resource"
)
