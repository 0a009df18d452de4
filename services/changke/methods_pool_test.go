package main

import (
	"maps"
	"testing"

	"google.golang.org/protobuf/proto"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/kernel"
)

// poolSamples say how public guests are claimed and assigned, and how the loss of
// one is contested.
var poolSamples = map[string]sample{
	"changke.ownership.v1.PoolService.ListPool": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ListPoolRequest{StoreId: c.s01.String()}
	}},
	"changke.ownership.v1.PoolService.ClaimGuest": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ClaimGuestRequest{FileId: w.free(t, c)}
	}},
	"changke.ownership.v1.PoolService.ListAssignees": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ListAssigneesRequest{FileId: w.free(t, c)}
	}},
	"changke.ownership.v1.PoolService.AssignGuest": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.AssignGuestRequest{FileId: w.free(t, c), PersonId: c.people["E0002"].String()}
	}},
	"changke.ownership.v1.AppealService.ListLosses": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.lost(t, c)
		return &ownershipv1.ListLossesRequest{}
	}},
	"changke.ownership.v1.AppealService.GetLoss": {by: byRep, mine: true, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.GetLossRequest{DecisionId: w.lost(t, c).String()}
	}},
	"changke.ownership.v1.AppealService.RaiseAppeal": {by: byRep, mine: true, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.RaiseAppealRequest{DecisionId: w.lost(t, c).String(), Text: "那天是我订的"}
	}},
	"changke.ownership.v1.AppealService.WithdrawAppeal": {by: byRep, mine: true, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.WithdrawAppealRequest{Id: w.appealed(t, c)}
	}},
	"changke.ownership.v1.AppealService.ListAppeals": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.appealed(t, c)
		w.exec(t, "UPDATE appeal SET state = 'withdrawn', ended_at = $2 WHERE tenant_id = $1", c.id, noon)
		return &ownershipv1.ListAppealsRequest{StoreId: c.s01.String(), Ended: true}
	}},
	"changke.ownership.v1.AppealService.GetAppeal": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.GetAppealRequest{Id: w.appealed(t, c)}
	}},
	"changke.ownership.v1.AppealService.DecideAppeal": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.DecideAppealRequest{Id: w.appealed(t, c), Granted: false, Reason: "按消费记录"}
	}},
}

func init() { maps.Copy(samples, poolSamples) }

func (w *world) appealsOf(c *caller) ownershipv1connect.AppealServiceClient {
	return ownershipv1connect.NewAppealServiceClient(w.client(c), w.server.URL)
}

// free is the public guest of S01 that nobody takes on.
func (w *world) free(t testing.TB, c *chain) string {
	t.Helper()
	w.offered(t, c)
	w.exec(t, "DELETE FROM offer WHERE tenant_id = $1", c.id)
	w.exec(t, "DELETE FROM appeal WHERE tenant_id = $1 AND state = 'open'", c.id)
	return c.file(2)
}

// lost is the decision by which a waiter of S01 lost that guest the day before.
func (w *world) lost(t testing.TB, c *chain) kernel.UUID {
	t.Helper()
	file, tie, decision := w.free(t, c), kernel.NewID[kernel.UUID](noon), kernel.NewID[kernel.UUID](noon)
	w.exec(t, `INSERT INTO decision (tenant_id, decision_id, run_id, file_id, store_id, rule, rule_version, effective_on, from_id, evidence, created_at)
		VALUES ($1, $2, $2, $3, $4, 'LIF-03', 1, '2026-03-08', $5, '{"last_visit":null,"tie_start":"2025-06-01"}', $6)`, c.id, decision, file, c.s01, c.people["E0002"], noon)
	w.exec(t, `INSERT INTO tie (tenant_id, tie_id, file_id, store_id, referrer_id, start_on, end_on, origin, decision_id, created_at)
		VALUES ($1, $2, $3, $4, $5, '2025-06-01', '2026-03-08', 'approval', $6, $7)`, c.id, tie, file, c.s01, c.people["E0002"], decision, noon)
	return decision
}

// appealed is an appeal of that waiter against it.
func (w *world) appealed(t testing.TB, c *chain) string {
	t.Helper()
	res, err := w.appealsOf(c.rep).RaiseAppeal(t.Context(), &ownershipv1.RaiseAppealRequest{DecisionId: w.lost(t, c).String(), Text: "那天是我订的"})
	if err != nil {
		t.Fatal(err)
	}
	return res.Appeal.Id
}
