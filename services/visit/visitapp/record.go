package visitapp

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
	"github.com/changke/changke/services/visit/internal/visitdb"
)

// RecordBill records one bill (VIS-07). A bill not seen before takes one round
// trip; what that statement declines (known bills, a booking that changes at
// this moment) goes through a transaction.
func (a *App) RecordBill(ctx context.Context, tenant kernel.TenantID, bill visit.Bill, now time.Time) (visit.Result, error) {
	if bill.RefundOf != "" {
		return one(a.recordTogether(ctx, tenant, []visit.Bill{bill}, now))
	}
	var booking *visit.Key
	if bill.BookingRef != "" {
		var err error
		if booking, err = visitdb.BookingOf(ctx, a.DB.Single(tenant), tenant, visitdb.Ref{Store: bill.Store, Ref: bill.BookingRef}); err != nil {
			return visit.Result{}, err
		}
	}
	recorded, err := visitdb.RecordPlain(ctx, a.DB, tenant, bill, bill.At(booking), now)
	switch {
	case recorded:
		return visit.Result{Outcome: visit.Recorded}, nil
	case err != nil && !deadlocked(err):
		return visit.Result{}, err
	}
	return one(a.recordTogether(ctx, tenant, []visit.Bill{bill}, now))
}

func one(results []visit.Result, err error) (visit.Result, error) {
	if err != nil {
		return visit.Result{}, err
	}
	return results[0], nil
}

// RecordBills records bills, each of which stands for itself: together first,
// and when the database refuses something in them one by one, so that one bad
// item stops no other.
func (a *App) RecordBills(ctx context.Context, tenant kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, error) {
	return eachForItself(bills, func(bills []visit.Bill) ([]visit.Result, error) {
		switch {
		case len(bills) == 1:
			r, err := a.RecordBill(ctx, tenant, bills[0], now)
			return []visit.Result{r}, err
		case arePlain(bills):
			return a.recordPlains(ctx, tenant, bills, now)
		}
		return a.recordTogether(ctx, tenant, bills, now)
	})
}

// arePlain reports whether bills can be recorded without a look at what is known:
// each once, none a refund note or naming a booking.
func arePlain(bills []visit.Bill) bool {
	return len(bills) < visitdb.Many && len(visit.ByBill(bills)) == len(bills) &&
		!slices.ContainsFunc(bills, func(b visit.Bill) bool { return b.BookingRef != "" || b.RefundOf != "" })
}

// recordPlains records plain bills: those not seen before in one round trip, what
// that declines in a transaction.
func (a *App) recordPlains(ctx context.Context, tenant kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, error) {
	recorded, err := visitdb.RecordPlains(ctx, a.DB, tenant, bills, now)
	switch {
	case deadlocked(err):
		return a.recordTogether(ctx, tenant, bills, now)
	case err != nil:
		return nil, err
	}
	results := make([]visit.Result, len(bills))
	var declined []visit.Bill
	var places []int
	for i, b := range bills {
		results[i].Outcome = visit.Recorded
		if !recorded[b.BillKey] {
			declined, places = append(declined, b), append(places, i)
		}
	}
	others, err := eachForItself(declined, func(bills []visit.Bill) ([]visit.Result, error) {
		return a.recordTogether(ctx, tenant, bills, now)
	})
	for n, r := range others {
		results[places[n]] = r
	}
	return results, err
}

// errOnlyChecked rolls back what was only to be checked.
var errOnlyChecked = errors.New("only checked")

// CheckBills says what RecordBills would answer, and writes nothing.
func (a *App) CheckBills(ctx context.Context, tenant kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, error) {
	return eachForItself(bills, func(bills []visit.Bill) (results []visit.Result, err error) {
		err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
			if results, err = a.RecordBillsTx(ctx, tx, tenant, bills, now); err != nil {
				return err
			}
			return errOnlyChecked
		})
		if errors.Is(err, errOnlyChecked) {
			err = nil
		}
		return results, err
	})
}

func eachForItself(bills []visit.Bill, record func([]visit.Bill) ([]visit.Result, error)) ([]visit.Result, error) {
	if len(bills) == 0 {
		return nil, nil
	}
	results, err := record(bills)
	switch {
	case !notStorable(err):
		return results, err
	case len(bills) == 1:
		return []visit.Result{{Outcome: visit.Refused, Reason: visit.ReasonNotStorable}}, nil
	}
	results = make([]visit.Result, len(bills))
	for i := range bills {
		one, err := eachForItself(bills[i:i+1], record)
		if err != nil {
			return nil, err
		}
		results[i] = one[0]
	}
	return results, nil
}

// recordTogether is RecordBillsTx in a transaction of its own. Two tills that
// move the same guests' bills crosswise can deadlock; then one of them does it
// again.
func (a *App) recordTogether(ctx context.Context, tenant kernel.TenantID, bills []visit.Bill, now time.Time) (results []visit.Result, err error) {
	for range 3 {
		err = a.DB.InTenant(ctx, tenant, func(tx pgx.Tx) error {
			results, err = a.RecordBillsTx(ctx, tx, tenant, bills, now)
			return err
		})
		if !deadlocked(err) {
			break
		}
	}
	return results, err
}

// deadlocked reports whether the database ended a write so that another could go
// on: nothing of it was written.
func deadlocked(err error) bool {
	pgErr := (*pgconn.PgError)(nil)
	return errors.As(err, &pgErr) && pgErr.Code == "40P01"
}

// notStorable reports whether the database refused a value (class 22: too
// large, not encodable) or broke a check (class 23).
func notStorable(err error) bool {
	pgErr := (*pgconn.PgError)(nil)
	return errors.As(err, &pgErr) && (pgErr.Code[:2] == "22" || pgErr.Code[:2] == "23")
}

// RecordBillsTx records bills in the caller's transaction: facts, heads, visits
// and activity of files. The results are in the order of the bills, which may
// repeat each other and hold several revisions of one bill. It must be the
// transaction's first write to visits or follow AloneTx, else two such
// transactions may deadlock.
func (a *App) RecordBillsTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, error) {
	if len(bills) == 0 {
		return nil, nil
	}
	w, err := visitdb.NewWriter(ctx, tx, tenant, writes(bills))
	if err != nil {
		return nil, err
	}
	groups := visit.ByBill(bills)
	var refs []visitdb.Ref
	keys := make([]visit.BillKey, len(groups))
	for i, group := range groups {
		keys[i] = bills[group[0]].BillKey
		for _, j := range group {
			if ref := bills[j].BookingRef; ref != "" {
				refs = append(refs, visitdb.Ref{Store: bills[j].Store, Ref: ref})
			}
		}
	}
	bookings, heads, err := w.Look(ctx, distinct(refs), keys)
	if err != nil {
		return nil, err
	}
	r := recorder{bills: bills, bookings: bookings, linked: map[visit.BillKey]string{}, waited: map[visit.BillKey]bool{}, results: make([]visit.Result, len(bills))}
	var fresh, known []int // indexes of groups
	var places []visit.Key
	for i, group := range groups {
		for _, j := range group {
			places = append(places, r.at(j))
		}
		if h, ok := heads[keys[i]]; ok {
			known, places = append(known, i), append(places, h.At)
			continue
		}
		fresh = append(fresh, i)
	}
	if len(known) > 0 { // else RecordNew takes them, a round trip less
		if err := w.LockGuests(ctx, places); err != nil {
			return nil, err
		}
	}
	var items []visitdb.NewBill
	for _, i := range fresh {
		items = append(items, r.weigh(nil, groups[i])...)
	}
	if len(items) > 0 {
		recorded, noted, err := w.RecordNew(ctx, items, now)
		if err != nil {
			return nil, err
		}
		r.unsettled = noted
		for _, i := range fresh {
			if !recorded[keys[i]] { // somebody was faster
				known = append(known, i)
			}
		}
	}
	if err := r.revise(ctx, w, groups, known, now); err != nil {
		return nil, err
	}
	return r.results, a.settle(ctx, tx, w, tenant, &r, now)
}

// recorder is one batch on its way.
type recorder struct {
	bills    []visit.Bill
	bookings map[visitdb.Ref]visit.Key
	linked   map[visit.BillKey]string // the booking a person said, whatever the till does; empty: none
	results  []visit.Result
	waited   map[visit.BillKey]bool // refund notes that waited for their bill before
	// unsettled are bills that refund notes may have to be taken off.
	unsettled []visit.BillKey
}

// at is the visit the i-th bill belongs to.
func (r *recorder) at(i int) visit.Key {
	b := r.bills[i]
	ref := b.BookingRef
	if said, ok := r.linked[b.BillKey]; ok {
		ref = said
	}
	if k, ok := r.bookings[visitdb.Ref{Store: b.Store, Ref: ref}]; ok && ref != "" {
		return b.At(&k)
	}
	return b.At(nil)
}

// weigh decides on the items of one bill, given its revisions on file, and
// gives those to be written.
func (r *recorder) weigh(onFile []visit.Bill, group []int) []visitdb.NewBill {
	items := make([]visit.Bill, len(group))
	for n, i := range group {
		items[n] = r.bills[i]
	}
	results, fresh := visit.Weigh(onFile, items)
	for n, i := range group {
		r.results[i] = results[n]
	}
	out := make([]visitdb.NewBill, len(fresh))
	for n, f := range fresh {
		out[n] = visitdb.NewBill{Bill: items[f], At: r.at(group[f]), Holds: results[f].Outcome == visit.Recorded}
	}
	return out
}

// revise records items of bills that are on file, and moves their visits.
func (r *recorder) revise(ctx context.Context, w *visitdb.Writer, groups [][]int, known []int, now time.Time) error {
	if len(known) == 0 {
		return nil
	}
	keys := make([]visit.BillKey, len(known))
	for n, i := range known {
		keys[n] = r.bills[groups[i][0]].BillKey
	}
	heads, revisions, err := w.LockBills(ctx, keys)
	if err != nil {
		return err
	}
	linked, err := r.follow(ctx, w, heads)
	if err != nil {
		return err
	}
	var items []visitdb.NewBill
	var touched []visit.Key
	var unsettled []visit.BillKey
	for n, i := range known {
		if _, ok := heads[keys[n]]; !ok {
			return errors.New("visitapp: a bill is neither new nor on file")
		}
		for _, b := range revisions[keys[n]] {
			if b.RefundOf != "" { // it may be another's from now on
				unsettled = append(unsettled, b.Original())
			}
		}
		unsettled = append(unsettled, keys[n])
		for _, item := range r.weigh(revisions[keys[n]], groups[i]) {
			items = append(items, item)
			if item.Holds {
				touched = append(touched, heads[keys[n]].At, item.At)
			}
		}
	}
	if len(items) == 0 {
		return nil
	}
	r.unsettled = append(r.unsettled, unsettled...)
	if err := w.LockGuests(ctx, touched); err != nil {
		return err
	}
	if err := w.AddRevisions(ctx, items, now); err != nil {
		return err
	}
	if err := w.Carry(ctx, linked, now); err != nil {
		return err
	}
	return w.Recompute(ctx, touched, now)
}

// distinct drops repeated references.
func distinct(refs []visitdb.Ref) []visitdb.Ref {
	seen := make(map[visitdb.Ref]bool, len(refs))
	out := refs[:0]
	for _, r := range refs {
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}
