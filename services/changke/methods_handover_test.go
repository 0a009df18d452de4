package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	handoverv1 "github.com/changke/changke/gen/go/changke/handover/v1"
	"github.com/changke/changke/gen/go/changke/handover/v1/handoverv1connect"
	"github.com/changke/changke/services/kernel"
)

func (w *world) handoversOf(c *caller) handoverv1connect.HandoverServiceClient {
	return handoverv1connect.NewHandoverServiceClient(w.client(c), w.server.URL)
}

// handoverSamples are the steps by which a waiter of S01 hands a guest to the
// manager there (HND-02).
var handoverSamples = map[string]sample{
	"changke.handover.v1.HandoverService.PrepareHandover": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.approvedFile(t, c)
		return &handoverv1.PrepareHandoverRequest{GiverId: c.people["E0002"].String()}
	}},
	"changke.handover.v1.HandoverService.ListGiverFiles": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.approvedFile(t, c)
		return &handoverv1.ListGiverFilesRequest{GiverId: c.people["E0002"].String(), StoreId: c.s01.String()}
	}},
	"changke.handover.v1.HandoverService.RequestHandover": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return w.toHandOver(t, c)
	}},
	"changke.handover.v1.HandoverService.ListHandovers": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.handedOver(t, c, 0)
		return &handoverv1.ListHandoversRequest{StoreId: c.s01.String()}
	}},
	"changke.handover.v1.HandoverService.GetHandover": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.GetHandoverRequest{Id: w.handedOver(t, c, 0).Id}
	}},
	"changke.handover.v1.HandoverService.ListHandoverFiles": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		in := w.toHandOver(t, c)
		in.FileIds = append(in.FileIds, w.approvedFile(t, c))
		res, err := w.handoversOf(c.rep).RequestHandover(t.Context(), in)
		require.NoError(t, err)
		return &handoverv1.ListHandoverFilesRequest{Id: res.Handover.Id}
	}},
	"changke.handover.v1.HandoverService.CheckHandover": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.CheckHandoverRequest{Id: w.handedOver(t, c, 0).Id, Approve: true}
	}},
	"changke.handover.v1.HandoverService.AnswerHandover": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.AnswerHandoverRequest{Id: w.handedOver(t, c, 1).Id, Accept: true}
	}},
	"changke.handover.v1.HandoverService.ConfirmHandover": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.ConfirmHandoverRequest{Id: w.handedOver(t, c, 2).Id, Approve: true}
	}},
	"changke.handover.v1.HandoverService.SendHandover": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.SendHandoverRequest{Id: w.handedOver(t, c, 3).Id}
	}},
	"changke.handover.v1.HandoverService.BeginFileCheck": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		h := w.handedOver(t, c, 4)
		files, err := w.handoversOf(c.manager).ListHandoverFiles(t.Context(), &handoverv1.ListHandoverFilesRequest{Id: h.Id})
		require.NoError(t, err)
		return &handoverv1.BeginFileCheckRequest{Id: h.Id, FileId: files.Files[0].FileId}
	}},
	"changke.handover.v1.HandoverService.WithdrawHandover": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.WithdrawHandoverRequest{Id: w.handedOver(t, c, 0).Id, Reason: "先不交接"}
	}},
}

func init() { maps.Copy(samples, handoverSamples) }

// toHandOver asks to hand a guest of the waiter's over to the manager.
func (w *world) toHandOver(t testing.TB, c *chain) *handoverv1.RequestHandoverRequest {
	t.Helper()
	return &handoverv1.RequestHandoverRequest{
		GiverId: c.people["E0002"].String(), StoreId: c.s01.String(), ReceiverId: c.people["E0001"].String(), Kind: handoverv1.HandoverKind_HANDOVER_KIND_OTHER_POST,
		Cause: handoverv1.HandoverCause_HANDOVER_CAUSE_LEAVING, FileIds: []string{w.approvedFile(t, c)},
	}
}

// handedOver is a case after so many steps of checking, accepting, confirming and
// sending.
func (w *world) handedOver(t testing.TB, c *chain, steps int) *handoverv1.Handover {
	t.Helper()
	res, err := w.handoversOf(c.rep).RequestHandover(t.Context(), w.toHandOver(t, c))
	require.NoError(t, err)
	id := res.Handover.Id
	for i, do := range []func() error{
		func() error {
			_, err := w.handoversOf(c.hq).CheckHandover(t.Context(), &handoverv1.CheckHandoverRequest{Id: id, Approve: true})
			return err
		},
		func() error {
			_, err := w.handoversOf(c.manager).AnswerHandover(t.Context(), &handoverv1.AnswerHandoverRequest{Id: id, Accept: true})
			return err
		},
		func() error {
			_, err := w.handoversOf(c.hq).ConfirmHandover(t.Context(), &handoverv1.ConfirmHandoverRequest{Id: id, Approve: true})
			return err
		},
		func() error {
			_, err := w.handoversOf(c.hq).SendHandover(t.Context(), &handoverv1.SendHandoverRequest{Id: id})
			return err
		},
	} {
		if i < steps {
			require.NoError(t, do())
		}
	}
	return res.Handover
}

// storeMoveSamples are how a store merges into S02 (HND-08); plans that are there
// already are the administrator's.
var storeMoveSamples = map[string]sample{
	"changke.handover.v1.StoreMoveService.PreviewStoreMove": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.PreviewStoreMoveRequest{Plan: w.storeMovePlan(t, c)}
	}},
	"changke.handover.v1.StoreMoveService.PlanStoreMove": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.PlanStoreMoveRequest{Plan: w.storeMovePlan(t, c)}
	}},
	"changke.handover.v1.StoreMoveService.ListStoreMoves": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.plannedMove(t, c)
		return &handoverv1.ListStoreMovesRequest{}
	}},
	"changke.handover.v1.StoreMoveService.GetStoreMove": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.GetStoreMoveRequest{Id: w.plannedMove(t, c)}
	}},
	"changke.handover.v1.StoreMoveService.ApproveStoreMove": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.ApproveStoreMoveRequest{Id: w.plannedMove(t, c)}
	}},
	"changke.handover.v1.StoreMoveService.WithdrawStoreMove": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &handoverv1.WithdrawStoreMoveRequest{Id: w.plannedMove(t, c)}
	}},
}

func init() { maps.Copy(samples, storeMoveSamples) }

// storeMovePlan merges a new store into S02.
func (w *world) storeMovePlan(t testing.TB, c *chain) *handoverv1.StoreMovePlan {
	t.Helper()
	return &handoverv1.StoreMovePlan{
		Kind: handoverv1.StoreMoveKind_STORE_MOVE_KIND_MERGE, StoreId: w.newStore(t, c), ToStoreId: c.s02.String(), OnDate: (today + 3).String(), Reason: "租约到期",
	}
}

// plannedMove is such a plan of the administrator's.
func (w *world) plannedMove(t testing.TB, c *chain) string {
	t.Helper()
	id := kernel.NewID[kernel.UUID](noon)
	w.exec(t, `INSERT INTO store_move (tenant_id, move_id, kind, store_id, to_store_id, on_date, state, reason, planned_by, planned_at)
		VALUES ($1, $2, 'merge', $3, $4, $5, 'planned', '租约到期', $6, $7)`, c.id, id, w.newStore(t, c), c.s02, today+3, c.people["H0001"], noon)
	return id.String()
}
