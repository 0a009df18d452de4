package onboardingapp

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/internal/onboardingdb"
	"github.com/changke/changke/services/platform/audit"
)

const textTable = "import_text"

// textKey is what a text of a list is recognised by.
func (s *stager) textKey(kind onboarding.TextKind, text string) []byte {
	return s.keys.Digest("import text "+string(kind), onboarding.Fold(text))
}

// texts are those of a list, the stores first, the most frequent first.
func (a *App) texts(ctx context.Context, s *stager) ([]onboarding.Text, error) {
	rows, err := onboardingdb.New(a.DB.Single(s.tenant)).Texts(ctx, s.tenant, s.importID)
	if err != nil {
		return nil, err
	}
	out := make([]onboarding.Text, len(rows))
	for i, r := range rows {
		text, err := s.keys.OpenBytes(r.TextBox, textTable, rowID(s.importID, textTable+r.Kind+string(r.TextKey), 0))
		if err != nil {
			return nil, err
		}
		out[i] = onboarding.Text{Kind: onboarding.TextKind(r.Kind), Text: string(text), Lines: int(r.Lines)}
		if r.TargetID != nil {
			out[i].Target = *r.TargetID
		}
	}
	return out, nil
}

// countTexts counts the texts of lines that are neither a store's name nor a
// staff number, for whoever has to say what they mean.
func (a *App) countTexts(ctx context.Context, q *onboardingdb.Queries, s *stager, lines []judged) error {
	type text struct {
		kind onboarding.TextKind
		text string
	}
	counts := map[text]int32{}
	shown := map[text]string{}
	count := func(kind onboarding.TextKind, cell string) {
		t := text{kind, onboarding.Fold(cell)}
		counts[t]++
		shown[t] = cell
	}
	for _, l := range lines {
		if cell := l.line.Cells[onboarding.ColStore]; cell != "" {
			if _, _, ours := s.chain.Store(cell); !ours {
				count(onboarding.TextStore, cell)
			}
		}
		if cell := l.line.Cells[onboarding.ColReferrer]; cell != "" {
			if _, found, _ := s.chain.Person(cell); !found || !s.chain.People[onboarding.Fold(cell)].IsZero() {
				count(onboarding.TextStaff, cell)
			}
		}
	}
	if len(counts) == 0 {
		return nil
	}
	known, err := q.Texts(ctx, s.tenant, s.importID)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, r := range known {
		there[r.Kind+string(r.TextKey)] = true
	}
	p := onboardingdb.CountTextsParams{TenantID: s.tenant, ImportID: s.importID}
	for t, n := range counts {
		key := s.textKey(t.kind, t.text)
		id := string(t.kind) + string(key)
		if !there[id] && len(there) >= onboarding.MaxTexts {
			continue
		}
		there[id] = true
		box, err := s.keys.SealBytes([]byte(shown[t]), textTable, rowID(s.importID, textTable+id, 0))
		if err != nil {
			return err
		}
		p.Kinds, p.TextKeys, p.TextBoxes, p.Lines = append(p.Kinds, string(t.kind)), append(p.TextKeys, key), append(p.TextBoxes, box), append(p.Lines, n)
	}
	return q.CountTexts(ctx, p)
}

// Texts lists what a list calls stores and people by words that are not ours,
// with the stores and people there are to choose from.
func (a *App) Texts(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID) ([]onboarding.Text, []onboarding.StoreRef, []onboarding.PersonRef, error) {
	s, err := a.open(ctx, actor, grant, id)
	if err != nil {
		return nil, nil, nil, err
	}
	texts, err := a.texts(ctx, s)
	if err != nil {
		return nil, nil, nil, err
	}
	chain, err := a.Chain(ctx, actor.Tenant)
	if err != nil {
		return nil, nil, nil, err
	}
	stores, people, err := a.known(ctx, actor.Tenant, chain.BusinessDate(a.Clock.Now()))
	return texts, stores, people, err
}

// Mean says which store or person texts of a list mean, for all of its lines,
// and has it checked once more. Zero targets take back. Faults:
// import.not_found, import.not_ready, those of picks.
func (a *App) Mean(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID, picks []onboarding.Text) (onboarding.Import, error) {
	s, err := a.open(ctx, actor, grant, id)
	if err != nil {
		return onboarding.Import{}, err
	}
	chain, err := a.chainOf(ctx, s)
	if err != nil {
		return onboarding.Import{}, err
	}
	for _, p := range picks {
		if !p.Target.IsZero() && !chain.Has(p.Kind, p.Target) {
			return onboarding.Import{}, onboarding.ErrNoTarget
		}
	}
	now := a.Clock.Now()
	err = a.DB.InTenant(ctx, actor.Tenant, func(tx pgx.Tx) error {
		q := onboardingdb.New(tx)
		n, err := q.ToChecking(ctx, onboardingdb.ToCheckingParams{Now: &now, TenantID: actor.Tenant, ImportID: id, Expected: string(onboarding.Ready)})
		if err == nil && n == 0 {
			err = onboarding.ErrNotReady
		}
		if err != nil {
			return err
		}
		for _, p := range picks {
			var target *kernel.UUID
			if !p.Target.IsZero() {
				target = &p.Target
			}
			n, err := q.MeanText(ctx, onboardingdb.MeanTextParams{TargetID: target, TenantID: actor.Tenant, ImportID: id, Kind: string(p.Kind), TextKey: s.textKey(p.Kind, p.Text)})
			if err == nil && n == 0 {
				err = onboarding.ErrNoText
			}
			if err != nil {
				return err
			}
		}
		return oneByOne(
			func() error { return a.queueTx(ctx, tx, actor.Tenant, id) },
			func() error { return audit.WriteTx(ctx, tx, actor.Tenant, now, line("import.list_matched", id)) },
		)
	})
	if err != nil {
		return onboarding.Import{}, err
	}
	return a.List(ctx, actor.Tenant, id)
}

// open is a list in hand for somebody of head office. Fault: import.not_found.
func (a *App) open(ctx context.Context, actor *kernel.Actor, grant kernel.Grant, id kernel.UUID) (*stager, error) {
	if err := headOffice(grant); err != nil {
		return nil, err
	}
	if _, err := a.List(ctx, actor.Tenant, id); err != nil {
		return nil, err
	}
	keys, err := a.Numbers.Keys(ctx, actor.Tenant)
	return &stager{app: a, tenant: actor.Tenant, keys: keys, importID: id}, err
}
