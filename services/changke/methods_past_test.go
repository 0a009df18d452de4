package main

import (
	"maps"
	"testing"

	"google.golang.org/protobuf/proto"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/services/kernel"
)

// pastSamples say how drafts of rules are tried, and decisions of the past corrected.
var pastSamples = map[string]sample{
	"changke.ownership.v1.TrialService.StartTrial": {by: byAdmin, ends: []string{"trial.running"}, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.ruleDraft(t, c)
		w.exec(t, "UPDATE trial SET state = 'cancelled', ended_at = created_at WHERE ended_at IS NULL")
		return &ownershipv1.StartTrialRequest{Months: 1}
	}},
	"changke.ownership.v1.TrialService.GetTrial": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.GetTrialRequest{Id: w.trial(t, c, "done").String()}
	}},
	"changke.ownership.v1.TrialService.ListTrials": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.trial(t, c, "done")
		return &ownershipv1.ListTrialsRequest{}
	}},
	"changke.ownership.v1.TrialService.CancelTrial": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.CancelTrialRequest{Id: w.trial(t, c, "queued").String()}
	}},
	"changke.ownership.v1.TrialService.ListTrialCounts": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ListTrialCountsRequest{Id: w.trial(t, c, "done").String()}
	}},
	"changke.ownership.v1.TrialService.ListTrialLines": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ListTrialLinesRequest{Id: w.trial(t, c, "done").String(), StoreId: c.s01.String()}
	}},
	"changke.ownership.v1.TrialService.ExportTrial": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ExportTrialRequest{Id: w.trial(t, c, "done").String()}
	}},
	"changke.ownership.v1.CorrectionService.ListCorrections": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.correction(t, c)
		return &ownershipv1.ListCorrectionsRequest{StoreId: c.s01.String()}
	}},
	"changke.ownership.v1.CorrectionService.ConfirmCorrection": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ConfirmCorrectionRequest{Id: w.correction(t, c).String(), Reason: "补到的账单"}
	}},
	"changke.ownership.v1.CorrectionService.DismissCorrection": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.DismissCorrectionRequest{Id: w.correction(t, c).String(), Reason: "已当面说明"}
	}},
	"changke.ownership.v1.CorrectionService.PreviewMonth": {by: byManager, build: still(func(c *chain) proto.Message {
		return &ownershipv1.PreviewMonthRequest{StoreId: c.s01.String()}
	})},
	"changke.ownership.v1.CorrectionService.ExportMonthPreview": {by: byManager, build: still(func(c *chain) proto.Message {
		return &ownershipv1.ExportMonthPreviewRequest{StoreId: c.s01.String()}
	})},
}

func init() { maps.Copy(samples, pastSamples) }

// trial leaves a trial that found one guest of S01 lost twice.
func (w *world) trial(t testing.TB, c *chain, state string) kernel.UUID {
	t.Helper()
	id, file := kernel.NewID[kernel.UUID](noon), c.file(2)
	w.exec(t, "UPDATE trial SET state = 'cancelled', ended_at = created_at WHERE ended_at IS NULL")
	w.exec(t, `INSERT INTO trial (tenant_id, trial_id, state, months, from_on, to_on, base_version, rules, cut_off, files, beat_at, created_by, created_at, ended_at)
		VALUES ($1, $2, $3, 1, '2026-02-01', '2026-03-09', 1, '{"values": {"lifecycle.dormant_months": 2}, "stores": {}}', $4, 1, $4, $5, $4, CASE WHEN $3 = 'done' THEN $4::timestamptz END)`, c.id, id, state, noon, c.people["E0002"])
	w.exec(t, `INSERT INTO trial_line (tenant_id, trial_id, file_id, no, store_id, on_day, rule, tried, late, from_id, evidence)
		SELECT $1, $2, $3, n, $4, '2026-03-02', 'LIF-03', n = 1, false, $5, '{"last_visit": "2026-01-01", "tie_start": "2025-01-01"}' FROM generate_series(1, 2) n`, c.id, id, file, c.s01, c.people["E0002"])
	w.exec(t, "INSERT INTO trial_count VALUES ($1, $2, $3, $4, 0, 1, 0, 0, 1, 0)", c.id, id, c.s01, c.people["E0002"])
	return id
}

// correction leaves a proposed correction by which the offer of a guest of S01 to a
// waiter there, which February's close made, is withdrawn.
func (w *world) correction(t testing.TB, c *chain) kernel.UUID {
	t.Helper()
	id, file, waiter := kernel.NewID[kernel.UUID](noon), c.file(2), c.people["E0002"]
	offer := w.offered(t, c)
	w.exec(t, `INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, to_id, evidence, created_at)
		VALUES ($1, $2, gen_random_uuid(), $3, $4, 'LIF-07', 1, '2026-03-01', $5, '{"month": "2026-02", "count": 2}', $6)`, c.id, id, file, c.s01, waiter, noon)
	w.exec(t, "UPDATE offer SET decision_id = $3 WHERE tenant_id = $1 AND offer_id = $2", c.id, offer, id)
	w.exec(t, `INSERT INTO correction (tenant_id, correction_id, file_id, store_id, month, run_id, found_on, effect, person_id, decided, now, digest, state, created_at)
		VALUES ($1, $2, $3, $4, '2026-02-01', $2, '2026-03-09', 'withdraw', $5, jsonb_build_array(jsonb_build_object('on', '2026-03-01', 'rule', 'LIF-07', 'to', $5::uuid, 'evidence', '{"month": "2026-02", "count": 2}'::jsonb)), '[]', uuid_send($2), 'proposed', $6)`,
		c.id, id, file, c.s01, waiter, noon)
	return id
}
