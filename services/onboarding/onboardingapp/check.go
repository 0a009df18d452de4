package onboardingapp

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
)

// chainOf is what a list is read by now, with what was said of its texts.
func (a *App) chainOf(ctx context.Context, s *stager) (*onboarding.Chain, error) {
	chain, err := a.Chain(ctx, s.tenant)
	if err != nil {
		return nil, err
	}
	template, err := a.Template(ctx, s.tenant)
	if err != nil {
		return nil, err
	}
	stores, people, err := a.known(ctx, s.tenant, chain.BusinessDate(a.Clock.Now()))
	if err != nil {
		return nil, err
	}
	c := onboarding.NewChain(chain.BusinessDate(a.Clock.Now()), template, stores, people)
	texts, err := a.texts(ctx, s)
	for _, t := range texts {
		switch {
		case t.Target.IsZero():
		case t.Kind == onboarding.TextStore:
			c.Stores[onboarding.Fold(t.Text)] = kernel.StoreID(t.Target)
		default:
			c.People[onboarding.Fold(t.Text)] = kernel.PersonID(t.Target)
		}
	}
	return c, err
}

// known are the stores that are open and all of the staff.
func (a *App) known(ctx context.Context, tenant kernel.TenantID, today kernel.BusinessDate) ([]onboarding.StoreRef, []onboarding.PersonRef, error) {
	stores, err := a.Stores(ctx, tenant)
	if err != nil {
		return nil, nil, err
	}
	var refs []onboarding.StoreRef
	for _, s := range stores {
		if s.ClosedOn == nil || *s.ClosedOn > today {
			refs = append(refs, onboarding.StoreRef{ID: s.ID, Code: s.Code, Name: s.Name})
		}
	}
	everyone, err := a.Everyone(ctx, tenant)
	people := make([]onboarding.PersonRef, len(everyone))
	for i, p := range everyone {
		people[i] = onboarding.PersonRef{ID: p.ID, No: p.StaffNo, Name: p.Name, Left: p.LeftOn != nil && *p.LeftOn <= today}
	}
	return refs, people, err
}

// judged is a staged line as it stands now.
type judged struct {
	no   int32
	line onboarding.Line
	onboarding.Checked
	key []byte // of its number; nil: it has none that may stand on a file
}

// judge holds staged lines against the rules, the chain and who is on file.
func (a *App) judge(ctx context.Context, tx pgx.Tx, s *stager, header onboarding.Header, rows []onboardingdb.RowsRow) ([]judged, error) {
	out := make([]judged, len(rows))
	var keys [][]byte
	var stores []kernel.StoreID
	var filed []int // which of the lines these keys and stores are of
	for i, r := range rows {
		j := judged{no: r.RowNo}
		if _, err := openRow(s.keys, rowID(s.importID, stepCustomers, int(r.RowNo)), r.RowBox, &j.line); err != nil {
			return nil, err
		}
		j.Checked = header.Check(j.line, s.chain)
		if j.Number != "" {
			j.key = s.keys.NumberKey(j.Number)
			if j.Store != nil {
				keys, stores, filed = append(keys, j.key), append(stores, j.Store.ID), append(filed, i)
			}
		}
		out[i] = j
	}
	onFile, err := a.OnFileTx(ctx, tx, s.tenant, stores, keys)
	if err != nil {
		return nil, err
	}
	employed, err := a.EmployedTx(ctx, tx, s.tenant, keys, s.chain.Today)
	if err != nil {
		return nil, err
	}
	for k, i := range filed {
		wrong := onboarding.Remark{Column: onboarding.ColNumber, Letter: header.Letter(onboarding.ColNumber), Grade: onboarding.Wrong}
		if since, there := onFile[k]; there {
			wrong.Rule, wrong.Reason, wrong.Mend = "CUS-10", fmt.Sprintf("这个号码已在本店建档（%s 起）", since), "已有档案不会改动，请删去这一行"
			out[i].Remarks = append(out[i].Remarks, wrong)
		}
		if employed[string(keys[k])] {
			wrong.Rule, wrong.Reason, wrong.Mend = "CUS-05", "这是在职员工的号码，员工不能建为 VIP", "核对号码，或删去这一行"
			out[i].Remarks = append(out[i].Remarks, wrong)
		}
	}
	return out, nil
}

// checkList checks a list line by line, then for numbers that stand twice.
func (a *App) checkList(ctx context.Context, s *stager) error {
	for more := true; more; {
		err := a.DB.InTenant(ctx, s.tenant, func(tx pgx.Tx) error {
			var err error
			more, err = a.checkBlock(ctx, tx, s)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *App) checkBlock(ctx context.Context, tx pgx.Tx, s *stager) (more bool, err error) {
	q := onboardingdb.New(tx)
	batch, err := q.LockBatch(ctx, s.tenant, s.importID)
	if err != nil || batch.State != string(onboarding.Checking) {
		return false, err
	}
	var header onboarding.Header
	if err := json.Unmarshal(batch.Header, &header); err != nil {
		return false, err
	}
	if batch.NextRow == 0 { // what texts mean was counted before, perhaps
		if err := q.ForgetCounts(ctx, s.tenant, s.importID); err != nil {
			return false, err
		}
	}
	rows, err := q.Rows(ctx, onboardingdb.RowsParams{TenantID: s.tenant, ImportID: s.importID, Step: stepCustomers, FromRow: batch.NextRow, Worst: int16(onboarding.Wrong), Most: blockRows})
	if err != nil {
		return false, err
	}
	if len(rows) == 0 {
		if err := a.doubles(ctx, q, s, header); err != nil {
			return false, err
		}
		_, err = q.ToReady(ctx, s.tenant, s.importID)
		return false, err
	}
	lines, err := a.judge(ctx, tx, s, header, rows)
	if err != nil {
		return false, err
	}
	now := a.Clock.Now()
	return true, oneByOne(
		func() error { return q.GradeRows(ctx, grades(s, lines)) },
		func() error { return a.countTexts(ctx, q, s, lines) },
		func() error {
			return q.Advance(ctx, onboardingdb.AdvanceParams{
				TenantID: s.tenant, ImportID: s.importID, Step: stepCustomers, NextRow: rows[len(rows)-1].RowNo + 1, Did: int32(len(rows)), Now: &now,
			})
		},
	)
}

// grades spreads judgements over the columns of GradeRows.
func grades(s *stager, lines []judged) onboardingdb.GradeRowsParams {
	p := onboardingdb.GradeRowsParams{TenantID: s.tenant, ImportID: s.importID, Step: stepCustomers}
	for _, l := range lines {
		var store kernel.UUID
		if l.Store != nil {
			store = kernel.UUID(l.Store.ID)
		}
		p.RowNos = append(p.RowNos, l.no)
		p.NumberKeys = append(p.NumberKeys, notNil(l.key))
		p.AtStores = append(p.AtStores, store)
		p.Grades = append(p.Grades, int16(l.Grade()))
		p.Findings = append(p.Findings, remarks(l.Remarks))
	}
	return p
}

// remarks are findings as they are stored.
func remarks(all []onboarding.Remark) string {
	text, _ := json.Marshal(append([]onboarding.Remark{}, all...)) // words always marshal
	return string(text)
}

// doubles marks the lines whose number stands on another line of the same store.
func (a *App) doubles(ctx context.Context, q *onboardingdb.Queries, s *stager, header onboarding.Header) error {
	rows, err := q.Doubles(ctx, s.tenant, s.importID, stepCustomers)
	if err != nil {
		return err
	}
	for from := 0; from < len(rows); from += 10 * blockRows {
		p := onboardingdb.AddWrongParams{TenantID: s.tenant, ImportID: s.importID, Step: stepCustomers}
		for _, r := range rows[from:min(from+10*blockRows, len(rows))] {
			p.RowNos = append(p.RowNos, r.RowNo)
			p.Findings = append(p.Findings, remarks([]onboarding.Remark{{
				Column: onboarding.ColNumber, Letter: header.Letter(onboarding.ColNumber), Rule: "CUS-10", Grade: onboarding.Wrong,
				Reason: fmt.Sprintf("与第 %d 行是同一家店的同一个号码", r.FirstNo), Mend: "一个号码在一家店只能有一份档案，删去多余的一行",
			}}))
		}
		if err := q.AddWrong(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
