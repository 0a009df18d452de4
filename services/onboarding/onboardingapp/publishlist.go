package onboardingapp

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/audit"
)

// PublishList begins to bring a list in; the rest is a job's. Lines that are
// wrong stop it, unless they are to be left out. Its ties are judged from today
// on (RUL-06): what came before lies in the former system, and a tie must not be
// cut for visits that we have never seen. Asked twice, it begins once. Faults:
// import.not_found, import.not_ready, import.has_errors, import.nothing_right,
// import.already_over.
func (a *App) PublishList(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID, skipWrong bool) (onboarding.Import, error) {
	if err := headOffice(grant); err != nil {
		return onboarding.Import{}, err
	}
	chain, err := a.Chain(ctx, actor.Tenant)
	if err != nil {
		return onboarding.Import{}, err
	}
	list, err := a.List(ctx, actor.Tenant, id)
	switch {
	case err != nil:
		return list, err
	case list.State == onboarding.Publishing || list.State.Over():
		return list, onboarding.ErrOver
	case list.State != onboarding.Ready:
		return list, onboarding.ErrNotReady
	case list.Right() == 0:
		return list, onboarding.ErrNothing
	case list.Wrong > 0 && !skipWrong:
		return list, onboarding.ErrHasWrong
	}
	now := a.Clock.Now()
	today := chain.BusinessDate(now)
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		n, err := onboardingdb.New(tx).ToPublishing(ctx, onboardingdb.ToPublishingParams{
			Step: stepCustomers, LiveOn: &today, PublishedBy: &actor.Person, Now: now, TenantID: actor.Tenant, ImportID: id, SkipWrong: skipWrong,
		})
		if err == nil && n == 0 {
			err = onboarding.ErrOver
		}
		if err != nil {
			return err
		}
		return oneByOne(
			func() error { return a.queueTx(ctx, tx, actor.Tenant, id) },
			func() error {
				return audit.WriteTx(ctx, tx, actor.Tenant, now, line("import.list_published", id,
					audit.Change{Field: "lines", After: fmt.Sprint(list.Right())}, audit.Change{Field: "left_out", After: fmt.Sprint(list.Wrong)}))
			},
		)
	})
	if err != nil {
		return list, err
	}
	return a.List(ctx, actor.Tenant, id)
}

// publishLines brings the lines of a block in. What has become wrong since it
// was checked, such as a number that is on file by now, is left out and told.
func (a *App) publishLines(b *block, s *stager, batch onboardingdb.LockBatchRow, rows []onboardingdb.RowsRow) error {
	var header onboarding.Header
	if err := json.Unmarshal(batch.Header, &header); err != nil {
		return err
	}
	lines, err := a.judge(b.ctx, b.tx, s, header, rows)
	if err != nil {
		return err
	}
	var files []customer.ImportedFile
	var ties []ownership.NewTie
	var refused []judged
	for _, l := range lines {
		if l.Grade() == onboarding.Wrong {
			refused = append(refused, l)
			continue
		}
		file := kernel.NewID[kernel.FileID](b.now)
		files = append(files, customer.ImportedFile{
			File: file, Store: l.Store.ID, Name: l.Fields.Name, Number: l.Number, Writer: l.Referrer.ID, ApprovedOn: l.ApprovedOn, Fields: l.Fields,
		})
		ties = append(ties, ownership.TakenOver(file, l.Store.ID, l.Referrer.ID, l.Since, *batch.LiveOn))
	}
	q := onboardingdb.New(b.tx)
	return oneByOne(
		func() error { return q.GradeRows(b.ctx, grades(s, refused)) },
		func() error { return b.enter(files, ties) },
		func() error {
			return q.CountPublished(b.ctx, onboardingdb.CountPublishedParams{Published: int32(len(files)), Refused: int32(len(refused)), TenantID: s.tenant, ImportID: s.importID})
		},
	)
}
