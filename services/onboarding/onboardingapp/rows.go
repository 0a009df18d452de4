package onboardingapp

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// Ports are where rows go: each context writes its own tables, in the block's
// transaction.
type Ports struct {
	StoresTx func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, stores []tenant.Store, now time.Time) error
	PeopleTx func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, people []staff.NewPerson, now time.Time) error
	// FilesTx gives the files' numbers to visit too, so that their visits count.
	FilesTx    func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, keys *secret.Keys, importID kernel.UUID, files []customer.ImportedFile, now time.Time) error
	TiesTx     func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, ties []ownership.NewTie, origin ownership.Origin, importID *kernel.UUID, now time.Time) error
	BookingsTx func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, bookings []visit.ImportedBooking, now time.Time) error
	BillsTx    func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, error)
	// CheckBills says what BillsTx would answer, and writes nothing.
	CheckBills func(ctx context.Context, id kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, error)
}

func (b *block) publish(rows []onboardingdb.RowsRow) error {
	switch b.step {
	case "stores":
		return b.publishStores(rows)
	case "staff":
		return b.publishStaff(rows)
	case "customers":
		return b.publishCustomers(rows)
	case "bookings":
		return b.publishBookings(rows)
	default:
		return b.publishBills(rows)
	}
}

// publishStores, publishStaff and publishCustomers leave alone what the chain has by
// its code or number: facts may come in several directories, in any order.
func (b *block) publishStores(rows []onboardingdb.RowsRow) error {
	var out []tenant.Store
	err := read(b, rows, func(r onboarding.Store, _ []byte, _ kernel.Phone) error {
		if _, there := b.stores[r.Code]; there {
			return nil
		}
		zone, err := time.LoadLocation(r.Zone)
		if err != nil {
			return err
		}
		out = append(out, tenant.Store{ID: kernel.NewID[kernel.StoreID](b.now), Code: r.Code, Name: r.Name, Zone: zone, Cutover: tenant.AsChain})
		return nil
	})
	if err != nil || len(out) == 0 {
		return err
	}
	return b.ports.StoresTx(b.ctx, b.tx, b.tenant, out, b.now)
}

func (b *block) publishStaff(rows []onboardingdb.RowsRow) error {
	var out []staff.NewPerson
	err := read(b, rows, func(r onboarding.Staff, _ []byte, phone kernel.Phone) error {
		if _, there := b.people[r.No]; there {
			return nil
		}
		p := staff.NewPerson{
			ID: kernel.NewID[kernel.PersonID](b.now), StaffNo: r.No, Name: r.Name, Number: phone,
			EntryOn: r.Entry, LeftOn: r.Left, Import: &b.importID,
		}
		for i, post := range r.Posts {
			store, ok := b.stores[post.Store]
			if !ok {
				return fmt.Errorf("store %q is not there", post.Store)
			}
			to := r.Left
			if i+1 < len(r.Posts) {
				to = &r.Posts[i+1].From
			}
			if to != nil && *to == post.From {
				continue // moved on the day of entry: never worked there
			}
			p.Posts = append(p.Posts, staff.Post{
				Position: post.Position,
				Stores:   []kernel.StoreID{store.ID}, From: post.From, To: to,
			})
		}
		out = append(out, p)
		return nil
	})
	if err != nil || len(out) == 0 {
		return err
	}
	return b.ports.PeopleTx(b.ctx, b.tx, b.tenant, out, b.now)
}

func (b *block) publishCustomers(rows []onboardingdb.RowsRow) error {
	var files []customer.ImportedFile
	var ties []ownership.NewTie
	known, err := b.known(rows)
	if err != nil {
		return err
	}
	at := -1
	err = read(b, rows, func(r onboarding.Customer, _ []byte, phone kernel.Phone) error {
		if at++; known[at] {
			return nil
		}
		store, referrer := b.stores[r.Store].ID, b.people[r.ReferrerNo]
		file := kernel.NewID[kernel.FileID](b.now)
		files = append(files, customer.ImportedFile{File: file, Store: store, Name: customer.Name(r.Name), Number: phone, Writer: referrer, ApprovedOn: r.ApprovedOn})
		ties = append(ties, ownership.NewTie{File: file, Store: store, Referrer: referrer, Start: r.ApprovedOn})
		return nil
	})
	if err != nil || len(files) == 0 {
		return err
	}
	return b.enter(files, ties)
}

// known says of rows of customers which are on file in their store, by place.
func (b *block) known(rows []onboardingdb.RowsRow) (map[int]bool, error) {
	stores, keys := make([]kernel.StoreID, 0, len(rows)), make([][]byte, 0, len(rows))
	err := read(b, rows, func(r onboarding.Customer, key []byte, _ kernel.Phone) error {
		stores, keys = append(stores, b.stores[r.Store].ID), append(keys, key)
		return nil
	})
	if err != nil {
		return nil, err
	}
	since, err := b.onFile(b.ctx, b.tx, b.tenant, stores, keys)
	out := make(map[int]bool, len(since))
	for at := range since {
		out[at] = true
	}
	return out, err
}

// enter writes files and their ties.
func (b *block) enter(files []customer.ImportedFile, ties []ownership.NewTie) error {
	if err := b.ports.FilesTx(b.ctx, b.tx, b.tenant, b.keys, b.importID, files, b.now); err != nil {
		return err
	}
	return b.ports.TiesTx(b.ctx, b.tx, b.tenant, ties, ownership.OriginImport, &b.importID, b.now)
}

func (b *block) publishBookings(rows []onboardingdb.RowsRow) error {
	var out []visit.ImportedBooking
	err := read(b, rows, func(r onboarding.Booking, key []byte, _ kernel.Phone) error {
		store := b.stores[r.Store]
		booking := visit.ImportedBooking{
			Store: store.ID, Ref: r.Ref, Number: visit.NumberKey(key), Booker: b.people[r.BookerNo], Date: r.Date, Meal: r.Meal,
			Kind: visit.Kind(r.Kind), State: visit.State(r.State), Noticed: r.Noticed, Import: b.importID,
		}
		if r.SeatedClock != nil {
			minute := visit.MinuteOf(time.Duration(*r.SeatedClock)*time.Minute, store.ClockOn(r.Date).Cutover)
			booking.SeatedMinute = &minute
		}
		out = append(out, booking)
		return nil
	})
	if err != nil {
		return err
	}
	return b.ports.BookingsTx(b.ctx, b.tx, b.tenant, out, b.now)
}

func (b *block) publishBills(rows []onboardingdb.RowsRow) error {
	var out []visit.Bill
	err := read(b, rows, func(r onboarding.Bill, key []byte, _ kernel.Phone) error {
		bill := billOf(r, b.stores[r.Store].ID, key)
		bill.Import = &b.importID
		out = append(out, bill)
		return nil
	})
	if err != nil {
		return err
	}
	results, err := b.ports.BillsTx(b.ctx, b.tx, b.tenant, out, b.now)
	if err != nil {
		return err
	}
	for i, r := range results {
		if r.Outcome == visit.Refused {
			return fmt.Errorf("bill %s revision %d is refused: %s", out[i].No, out[i].Revision, r.Reason)
		}
	}
	return nil
}

func billOf(r onboarding.Bill, store kernel.StoreID, key []byte) visit.Bill {
	status := visit.Paid
	if r.Voided {
		status = visit.Voided
	}
	return visit.Bill{
		BillKey:  visit.BillKey{Store: store, Source: r.Source, No: r.No},
		Revision: int32(r.Revision), BookingRef: r.BookingRef, Number: visit.NumberKey(key), Date: r.Date, Meal: r.Meal,
		ClosedAt: r.ClosedAt, Amount: r.Amount, Status: status,
	}
}
