package customerapp

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/message"
)

// checkCorrections looks at what a guest wants otherwise, by field. Fault:
// invalid_field at "corrections".
func (a *App) checkCorrections(ctx context.Context, id kernel.TenantID, kind customer.GuestRequestKind, corrections []customer.Reason) error {
	if len(corrections) == 0 {
		return nil
	}
	if kind != customer.AskCorrection {
		return fault.Field("corrections", "", "只有更正请求可以写明改哪些栏目。")
	}
	form, err := a.templateOf(ctx, id, nil)
	if err != nil {
		return err
	}
	for i, c := range corrections {
		n := utf8.RuneCountInString(strings.TrimSpace(c.Reason))
		switch {
		case !slices.ContainsFunc(form.Fields, func(f customer.TemplateField) bool { return f.Name == c.Field }):
			return fault.Field("corrections", "", "要更正的栏目不在建档模板里，请刷新后再选。")
		case n < 2 || n > maxWords:
			return fault.Field("corrections", "", "请写明改成什么，2 到 200 个字。")
		case slices.ContainsFunc(corrections[:i], func(o customer.Reason) bool { return o.Field == c.Field }):
			return fault.Field("corrections", "", "同一栏目只写一次。")
		}
	}
	return nil
}

// correction is one of a guest's files with the change that shall be opened.
type correction struct {
	customerdb.FilesOfNumberRow
	revisions Revisions
	opening   *customer.Opening // nil: its referrer is only told
}

// corrections prepares what a guest wants otherwise of each file: of one that
// has a standing and a referrer, the change to be opened. Of one that is part of
// another the other is among them.
func (a *App) corrections(ctx context.Context, grant kernel.Grant, files []customerdb.FilesOfNumberRow, wanted []customer.Reason, now time.Time) ([]correction, error) {
	files = slices.DeleteFunc(slices.Clone(files), func(r customerdb.FilesOfNumberRow) bool { return customer.State(r.State) == customer.Merged })
	me, out := grant.Person(), make([]correction, len(files))
	for i, row := range files {
		out[i].FilesOfNumberRow = row
		if len(wanted) == 0 || row.OwnerID == nil || row.ApprovedOn == nil {
			continue
		}
		f, err := a.load(ctx, grant, row.FileID)
		if err != nil {
			return nil, err
		}
		if out[i].revisions, err = a.Revisions(ctx, grant.Actor().Tenant, row.StoreID, now); err != nil {
			return nil, err
		}
		out[i].opening = &customer.Opening{
			ID: kernel.NewID[kernel.UUID](now), File: row.FileID, Cause: customer.CauseChange, Editor: *row.OwnerID, Fields: f.holds(), Reasons: wanted, By: &me, Rule: customer.RuleGuestsWish,
		}
	}
	return out, nil
}

// correctTx tells the referrer of each file, or its writer, that the guest wants
// something corrected, with a line on the file's timeline, and opens the changes:
// what shall be otherwise stands at its field until the referrer submits it.
// Fault: customer.revision_open.
func (a *App) correctTx(ctx context.Context, tx pgx.Tx, grant kernel.Grant, files []correction, day func(kernel.StoreID) kernel.BusinessDate, now time.Time) error {
	id, me := grant.Actor().Tenant, grant.Person()
	q, notes := customerdb.New(tx), []message.Note{}
	for _, f := range files {
		if err := event(ctx, q, id, f.FileID, customer.Event{At: now, On: day(f.StoreID), Kind: customer.CorrectionAsked, Person: &me, Rule: customer.RuleGuestsWish}); err != nil {
			return err
		}
		to := f.WriterID
		if f.OwnerID != nil {
			to = *f.OwnerID
		}
		notes = append(notes, message.Note{Person: to, Kind: message.Correction, File: f.FileID})
		if f.opening == nil {
			continue
		}
		if err := f.revisions.OpenRevisionTx(ctx, tx, *f.opening); err != nil {
			return err
		}
	}
	return a.inbox.NoteTx(ctx, tx, id, notes, now)
}
