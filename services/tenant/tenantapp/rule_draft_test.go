package tenantapp_test

import (
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// drafters are two people of the chain: a draft names who saved it.
func (b *bundle) drafters(t *testing.T, id kernel.TenantID) (one, two kernel.PersonID) {
	t.Helper()
	people := [2]kernel.PersonID{kernel.NewID[kernel.PersonID](b.now), kernel.NewID[kernel.PersonID](b.now)}
	for i, p := range people {
		require.NoError(t, b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), `INSERT INTO person (tenant_id, person_id, staff_no, name, number_key, number_box, entry_on, created_at)
				VALUES ($1, $2, $3, $3, $4, '\x00', '2024-01-01', $5)`, id, p, string(rune('A'+i)), []byte{byte(i)}, b.now)
			return err
		}))
	}
	return people[0], people[1]
}

func value(v int64) *int64 { return &v }

// actions are the lines about rules in the log of acts.
func (b *bundle) actions(t *testing.T, id kernel.TenantID) (actions []string) {
	t.Helper()
	require.NoError(t, b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		rows, err := tx.Query(t.Context(), "SELECT action || ' ' || object_id || ' ' || jsonb_array_length(changes) FROM audit_line WHERE tenant_id = $1 AND action LIKE 'rules.%'", id)
		if err != nil {
			return err
		}
		actions, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	}))
	return actions
}

func TestRuleDraft(t *testing.T) {
	b := setup(t)
	id := b.tenant(t, "demo")
	store := b.store(t, id, "S01")
	one, two := b.drafters(t, id)
	none, err := b.RuleDraft(t.Context(), id)
	require.NoError(t, err)
	require.Zero(t, none.Draft)

	monday := kernel.NewDate(2025, time.March, 3)
	draft := tenant.RuleDraft{Base: 1, EffectiveOn: &monday, Note: "试三个月", Edits: []tenant.Edit{{Key: "months", Value: value(4)}}}
	first, err := b.SaveRuleDraft(t.Context(), id, one, draft)
	require.NoError(t, err)
	require.EqualValues(t, 1, first.Draft.Revision)
	_, err = b.SaveRuleDraft(t.Context(), id, two, draft)
	require.ErrorIs(t, err, tenant.ErrDraftChanged, "made from no draft, but there is one")

	b.now = b.now.Add(time.Hour)
	draft.Revision, draft.Edits = 1, append(draft.Edits, tenant.Edit{Store: store, Key: "months", Value: value(6)})
	second, err := b.SaveRuleDraft(t.Context(), id, two, draft)
	require.NoError(t, err)
	require.Equal(t, []kernel.PersonID{one, two}, []kernel.PersonID{second.Draft.Edits[0].By, second.Draft.Edits[1].By}, "each change is its maker's")
	require.Equal(t, two, second.Draft.SavedBy)

	read, err := b.process().RuleDraft(t.Context(), id)
	require.NoError(t, err)
	want, err := json.Marshal(second.Draft.Edits)
	require.NoError(t, err)
	got, err := json.Marshal(read.Draft.Edits)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(got))

	_, err = b.PublishRuleDraft(t.Context(), id, one, 1, monday, "")
	require.ErrorIs(t, err, tenant.ErrDraftChanged, "he has not seen what would be published")
	set, err := b.PublishRuleDraft(t.Context(), id, one, 2, monday, "试三个月")
	require.NoError(t, err)
	require.Equal(t, tenant.Values{"months": 4}, set.Values)
	require.Equal(t, map[kernel.StoreID]tenant.Values{store: {"months": 6}}, set.Stores)
	require.Equal(t, "试三个月", set.Note)
	after, err := b.RuleDraft(t.Context(), id)
	require.NoError(t, err)
	require.Empty(t, after.Draft.Edits)
	require.EqualValues(t, 3, after.Draft.Revision, "an old page can't save over a new draft")
	_, err = b.PublishRuleDraft(t.Context(), id, one, 3, monday, "")
	require.ErrorIs(t, err, tenant.ErrNoChange)

	draft = tenant.RuleDraft{Revision: 3, Base: 1, Edits: []tenant.Edit{{Key: "months", Value: value(5)}}}
	_, err = b.SaveRuleDraft(t.Context(), id, one, draft)
	require.ErrorIs(t, err, tenant.ErrVersionChanged)
	draft.Base = 2
	_, err = b.SaveRuleDraft(t.Context(), id, one, draft)
	require.NoError(t, err)
	_, err = b.PublishRuleDraft(t.Context(), id, one, 4, kernel.NewDate(2025, time.February, 28), "")
	require.ErrorIs(t, err, tenant.ErrDatePassed)
	kept, err := b.RuleDraft(t.Context(), id)
	require.NoError(t, err)
	require.Len(t, kept.Draft.Edits, 1, "what was not published stays a draft")
	gone, err := b.DiscardRuleDraft(t.Context(), id, two, 4)
	require.NoError(t, err)
	require.Empty(t, gone.Edits)
	require.ElementsMatch(t, []string{"rules.draft_saved draft-1 1", "rules.draft_saved draft-2 2", "rules.published 2 3", "rules.draft_saved draft-4 1", "rules.draft_discarded draft-4 1"}, b.actions(t, id))
}

// Of those who save from the same revision, one does.
func TestSaveDraftAtOnce(t *testing.T) {
	b := setup(t)
	id := b.tenant(t, "demo")
	one, _ := b.drafters(t, id)
	for revision := range int64(2) {
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = b.SaveRuleDraft(t.Context(), id, one, tenant.RuleDraft{Revision: revision, Base: 1, Edits: []tenant.Edit{{Key: "months", Value: value(int64(i) + 4)}}})
			})
		}
		wg.Wait()
		saved := 0
		for _, err := range errs {
			if err == nil {
				saved++
				continue
			}
			require.ErrorIs(t, err, tenant.ErrDraftChanged)
		}
		require.Equal(t, 1, saved)
	}
}

func TestWithdraw(t *testing.T) {
	b := setup(t)
	id := b.tenant(t, "demo")
	person := kernel.PersonID{1}
	monday := kernel.NewDate(2025, time.March, 3)
	_, err := b.PublishRuleSet(t.Context(), id, person, tenant.Draft{Base: 1, EffectiveOn: monday, Values: tenant.Values{"months": 4}})
	require.NoError(t, err)
	_, err = b.WithdrawRuleSet(t.Context(), id, person, 1, "")
	require.ErrorIs(t, err, tenant.ErrNotNewest)
	_, err = b.WithdrawRuleSet(t.Context(), id, person, 9, "")
	require.ErrorIs(t, err, tenant.ErrNoVersion)

	back, err := b.WithdrawRuleSet(t.Context(), id, person, 2, "先不改")
	require.NoError(t, err)
	require.EqualValues(t, 3, back.Version)
	require.EqualValues(t, 2, back.Withdraws)
	rules, err := b.Rules(t.Context(), id, monday+30)
	require.NoError(t, err)
	require.EqualValues(t, 3, rules.Version)
	require.EqualValues(t, 3, rules.Int("months", kernel.StoreID{}), "as if it had never been planned")
	sets, err := b.RuleSets(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, tenant.Values{"months": 4}, sets[1].Values, "the version taken back stays as it was")
	_, err = b.WithdrawRuleSet(t.Context(), id, person, 3, "")
	require.ErrorIs(t, err, tenant.ErrWithdrawal)

	_, err = b.PublishRuleSet(t.Context(), id, person, tenant.Draft{Base: 3, EffectiveOn: monday})
	require.NoError(t, err)
	b.now = time.Date(2025, 3, 3, 3, 59, 30, 0, tenant.Shanghai)
	_, err = b.WithdrawRuleSet(t.Context(), id, person, 4, "")
	require.ErrorIs(t, err, tenant.ErrBegun, "half a minute before its day")
}

// A chain's day follows its rule set (RUL-03); a new store begins with it.
func TestChainDayByRules(t *testing.T) {
	b := setup(t)
	id := b.tenant(t, "demo")
	before, err := b.Chain(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, 4*time.Hour, before.Cutover)
	_, err = b.PublishRuleSet(t.Context(), id, kernel.PersonID{1}, tenant.Draft{
		Base: 1, EffectiveOn: kernel.NewDate(2025, time.March, 1), Values: tenant.Values{tenant.KeyCutover: 6 * 60, tenant.KeyZone: 1},
	})
	require.NoError(t, err)
	b.now = time.Date(2025, 3, 2, 12, 0, 0, 0, tenant.Shanghai)
	after, err := b.Chain(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "Asia/Urumqi 6h0m0s", after.Zone.String()+" "+after.Cutover.String())
	at := time.Date(2025, 3, 2, 5, 59, 0, 0, after.Zone)
	require.Equal(t, kernel.NewDate(2025, time.March, 1), after.BusinessDate(at))

	require.NoError(t, b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		return b.PutStoresTx(t.Context(), tx, id, []tenant.Store{{ID: kernel.StoreID{7}, Code: "S01", Cutover: tenant.AsChain}}, b.now)
	}))
	store, err := b.Store(t.Context(), id, kernel.StoreID{7})
	require.NoError(t, err)
	require.Equal(t, "Asia/Urumqi 6h0m0s", store.Zone.String()+" "+store.Cutover.String())
}
