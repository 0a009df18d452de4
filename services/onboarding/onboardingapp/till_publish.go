package onboardingapp

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/visit"
)

// bookingRows is how many bookings go between two moves of the cursor: each is a
// transaction of its own, as when a till sends it.
const bookingRows = 50

// totalsSince is how far back a file's day totals are told.
const totalsSince = 390

// PublishTill begins to record a file; the rest is a job's. Lines that are wrong stop
// it, unless they are to be left out. Asked twice, it begins once. Faults:
// import.not_found, import.not_ready, import.has_errors, import.nothing_right,
// import.already_over, import.not_yours.
func (a *App) PublishTill(ctx context.Context, grant kernel.Grant, id kernel.UUID, skipWrong bool) (onboarding.TillImport, error) {
	t, err := a.Till(ctx, grant, id)
	switch {
	case err != nil:
		return t, err
	case t.State == onboarding.Publishing || t.State.Over():
		return t, onboarding.ErrOver
	case t.State != onboarding.Ready:
		return t, onboarding.ErrNotReady
	case t.Right() == 0:
		return t, onboarding.ErrNothing
	case t.Wrong > 0 && !skipWrong:
		return t, onboarding.ErrHasWrong
	}
	chain, now := grant.Actor().Tenant, a.Clock.Now()
	err = a.DB.InTenant(ctx, chain, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		stores, err := q.ItemStores(ctx, chain, id)
		if err != nil {
			return err
		}
		for _, s := range stores { // rights may have gone since the file came
			if !grant.Covers(kernel.StoreID(*s), false) {
				return onboarding.ErrNotYours
			}
		}
		n, err := q.ToPublishing(ctx, onboardingdb.ToPublishingParams{Step: string(t.Kind), PublishedBy: personOf(grant), Now: now, TenantID: chain, ImportID: id, SkipWrong: skipWrong})
		if err == nil && n == 0 {
			err = onboarding.ErrOver
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error { return a.queueTx(ctx, tx, chain, id) },
			func() error {
				return audit.WriteTx(ctx, tx, chain, now, line("import.till_published", id,
					audit.Change{Field: "lines", After: fmt.Sprint(t.Right())}, audit.Change{Field: "left_out", After: fmt.Sprint(t.Wrong)}))
			},
		)
	})
	if err != nil {
		return t, err
	}
	return a.Till(ctx, grant, id)
}

// publishTill records a file block by block from where it stands, then tells what its
// days come to.
func (a *App) publishTill(ctx context.Context, s *stager, t onboarding.TillImport) error {
	read, err := a.tillReader(ctx, s.tenant, t)
	if err != nil {
		return err
	}
	// What is recorded is the system's act: whoever asked for it stands in the line of
	// publishing.
	actor := &kernel.Actor{Kind: kernel.ActorSystem, Tenant: s.tenant, Name: "system:VIS-07", Assignments: []kernel.Assignment{{Role: "import", TenantWide: true}}}
	grant := kernel.NewGrant(actor, "bill.import", func(string) kernel.Reach { return kernel.ReachWhere })
	ctx = audit.As(ctx, actor)
	block := a.billBlock
	if t.Kind == onboarding.TillBookings {
		block = a.bookingBlock
	}
	for more := true; more; {
		if more, err = block(ctx, s, t, read, grant); err != nil {
			return err
		}
	}
	if err := a.tellDays(ctx, s, t, grant); err != nil {
		return err
	}
	now := a.Clock.Now()
	return a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error { return a.finishTill(ctx, tx, s, now) })
}

// finishTill ends a file: what there is to say of lines stays, without their content.
func (a *App) finishTill(ctx context.Context, tx pgx.Tx, s *stager, now time.Time) error {
	q := onboardingdb.New(tx)
	n, err := q.SetBatchState(ctx, onboardingdb.SetBatchStateParams{TenantID: s.tenant, ImportID: s.importID, Expected: statePublishing, State: stateDone, EndedAt: &now})
	if err != nil || n == 0 {
		return err
	}
	return oneByOne(
		func() error { return q.DeleteRightRows(ctx, s.tenant, s.importID) },
		func() error { return q.EmptyRows(ctx, s.tenant, s.importID) },
		func() error {
			return audit.WriteTx(ctx, tx, s.tenant, now, line("import.till_recorded", s.importID))
		},
	)
}

// outcome is what became of a line.
type outcome struct {
	no     int32
	same   bool
	remark *onboarding.Remark // nil: it is new or the same; of a refused one Wrong
	loose  bool
}

// count adds a block's outcomes to the file, in the transaction that moves its cursor.
func count(ctx context.Context, q *onboardingdb.Queries, s *stager, step string, rows []onboardingdb.RowsRow, all []outcome, now time.Time) error {
	c := onboardingdb.CountItemsParams{TenantID: s.tenant, ImportID: s.importID}
	m := onboardingdb.MarkItemsParams{TenantID: s.tenant, ImportID: s.importID, Step: step}
	for _, o := range all {
		switch {
		case o.remark != nil && o.remark.Grade == onboarding.Wrong:
			c.Wrong++
		case o.remark != nil:
			c.Changed++
		case o.same:
			c.Same++
		default:
			c.Fresh++
		}
		if o.loose {
			c.Loose++
		}
		var said []onboarding.Remark
		if o.remark != nil {
			said = append(said, *o.remark)
		}
		if o.loose && !o.same {
			said = append(said, onboarding.Remark{Rule: "VIS-06", Reason: "没有客人号码和预定编号，等人关联", Mend: "在“账单”里关联到预定", Grade: onboarding.Noted})
		}
		if len(said) > 0 {
			grade := onboarding.Noted
			if said[0].Grade == onboarding.Wrong {
				grade = onboarding.Wrong
			}
			m.RowNos, m.Grades, m.Findings = append(m.RowNos, o.no), append(m.Grades, int16(grade)), append(m.Findings, remarks(said))
		}
	}
	return oneByOne(
		func() error { return q.MarkItems(ctx, m) },
		func() error { return q.CountItems(ctx, c) },
		func() error {
			return q.Advance(ctx, onboardingdb.AdvanceParams{
				TenantID: s.tenant, ImportID: s.importID, Step: step, NextRow: rows[len(rows)-1].RowNo + 1, Did: int32(len(rows)), Now: &now,
			})
		},
	)
}

// billBlock records the next bills: one transaction with the cursor.
func (a *App) billBlock(ctx context.Context, s *stager, t onboarding.TillImport, read *onboarding.TillReader, _ kernel.Grant) (more bool, err error) {
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		rows, lines, err := a.nextLines(ctx, q, s, t, read, blockRows)
		if more = len(rows) > 0; err != nil || !more {
			return err
		}
		bills := make([]visit.Bill, 0, len(lines))
		at := map[visit.BillKey]int{} // a line that says the same once more is that line
		for _, l := range lines {
			if _, twice := at[l.Bill.BillKey]; !twice && l.Grade() < onboarding.Wrong {
				at[l.Bill.BillKey] = len(bills)
				l.Bill.Import = &s.importID
				bills = append(bills, l.Bill)
			}
		}
		results, revisions, err := a.Visits.CopyBillsTx(ctx, tx, s.tenant, bills, now)
		if err != nil {
			return err
		}
		out := make([]outcome, 0, len(lines))
		for _, l := range lines {
			i, taken := at[l.Bill.BillKey]
			if !taken || l.Grade() == onboarding.Wrong { // a store or rule has changed since it was checked
				out = append(out, outcome{no: l.no, remark: &onboarding.Remark{Reason: "检查之后门店或规则有变化，没有导入", Mend: "请重新上传", Grade: onboarding.Wrong}})
				continue
			}
			o := outcome{no: l.no, same: results[i].Outcome == visit.Duplicate, loose: l.Loose()}
			switch {
			case results[i].Outcome == visit.Refused:
				return fmt.Errorf("bill of line %d is refused: %s", l.no, results[i].Reason)
			case !o.same && revisions[i] > 1:
				o.remark = &onboarding.Remark{Rule: "VIS-07", Reason: fmt.Sprintf("与以前不同，记为第 %d 版", revisions[i]), Grade: onboarding.Noted}
			}
			results[i].Outcome = visit.Duplicate // whatever says it once more is the same
			out = append(out, o)
		}
		return count(ctx, q, s, string(t.Kind), rows, out, now)
	})
	return more, err
}

func (a *App) nextLines(ctx context.Context, q *onboardingdb.Queries, s *stager, t onboarding.TillImport, read *onboarding.TillReader, most int32) ([]onboardingdb.RowsRow, []tillLine, error) {
	batch, err := q.LockBatch(ctx, s.tenant, s.importID)
	if err != nil || batch.State != statePublishing {
		return nil, nil, err
	}
	rows, err := q.Rows(ctx, onboardingdb.RowsParams{TenantID: s.tenant, ImportID: s.importID, Step: string(t.Kind), FromRow: batch.NextRow, Worst: int16(onboarding.Noted), Most: most})
	if err != nil {
		return nil, nil, err
	}
	lines, err := a.readLines(s, t, read, rows)
	return rows, lines, err
}

// bookingBlock records the next bookings, each as when a till sends it: the reference
// is its key, so that what a kill leaves undone is done again and doubles nothing. The
// cursor moves after them, unless somebody else has moved it.
func (a *App) bookingBlock(ctx context.Context, s *stager, t onboarding.TillImport, read *onboarding.TillReader, grant kernel.Grant) (more bool, err error) {
	var rows []onboardingdb.RowsRow
	var lines []tillLine
	err = a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		rows, lines, err = a.nextLines(ctx, onboardingdb.New(tx), s, t, read, bookingRows)
		return err
	})
	if err != nil || len(rows) == 0 {
		return false, err
	}
	now := a.Clock.Now()
	out := make([]outcome, len(lines))
	for i, l := range lines {
		if out[i], err = a.putBooking(ctx, grant, l, now); err != nil {
			return false, err
		}
	}
	return true, a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		again, _, err := a.nextLines(ctx, q, s, t, read, 1)
		if err != nil || len(again) == 0 || again[0].RowNo != rows[0].RowNo {
			return err
		}
		return count(ctx, q, s, string(t.Kind), rows, out, now)
	})
}

// putBooking records one; what visit refuses is told on its line.
func (a *App) putBooking(ctx context.Context, grant kernel.Grant, l tillLine, now time.Time) (outcome, error) {
	o := outcome{no: l.no}
	if l.Grade() == onboarding.Wrong {
		o.remark = &onboarding.Remark{Reason: "检查之后门店、包间、员工或规则有变化，没有导入", Mend: "请重新上传", Grade: onboarding.Wrong}
		return o, nil
	}
	_, what, err := a.Visits.PutBooking(ctx, grant, l.Booking, false, now)
	var f *fault.Fault
	switch {
	case errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable:
		o.remark = &onboarding.Remark{Rule: "VIS-09", Reason: f.Message, Grade: onboarding.Wrong}
	case err != nil:
		return o, err
	case what == visit.SentUnchanged:
		o.same = true
	case what == visit.SentChanged:
		o.remark = &onboarding.Remark{Rule: "VIS-09", Reason: "与以前不同，已更新", Grade: onboarding.Noted}
	}
	return o, nil
}

// tellDays tells what the days of a file of whole days come to (RUL-07): those that
// are over, of which no line was left out. Of a line whose store or day is not known
// any day may be; then none is told.
func (a *App) tellDays(ctx context.Context, s *stager, t onboarding.TillImport, grant kernel.Grant) error {
	if t.Kind != onboarding.TillBills || !t.Mapping.WholeDays {
		return nil
	}
	days, err := a.tillDays(ctx, s.tenant, s.importID)
	if err != nil || slices.ContainsFunc(days, func(d onboarding.TillDay) bool { return d.Store.IsZero() || d.Date == 0 }) {
		return err
	}
	stores, err := a.Stores(ctx, s.tenant)
	if err != nil {
		return err
	}
	now := a.Clock.Now()
	var totals []visit.DayTotal
	for _, d := range days {
		at := slices.IndexFunc(stores, func(s storeOf) bool { return s.ID == d.Store })
		if at < 0 || d.Wrong > 0 {
			continue
		}
		if today := stores[at].BusinessDate(now); d.Date >= today || d.Date < today-totalsSince {
			continue
		}
		totals = append(totals, visit.DayTotal{Store: d.Store, Date: d.Date, Source: t.Mapping.System, DaySum: visit.DaySum{Bills: int32(d.Items), Sum: d.Sum}})
	}
	return a.Visits.TellTotals(ctx, grant, nil, totals, now)
}
