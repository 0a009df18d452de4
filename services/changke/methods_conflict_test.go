package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
)

func (w *world) conflictsOf(c *caller) customerv1connect.ConflictServiceClient {
	return customerv1connect.NewConflictServiceClient(w.client(c), w.server.URL)
}

func init() { maps.Copy(samples, conflictSamples) }

// conflictSamples are the methods of conflict cases and of numbers' holds.
var conflictSamples = map[string]sample{
	"changke.customer.v1.ConflictService.OpenConflict": {by: byManager, makes: true, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return w.claim(t, c)
	}},
	"changke.customer.v1.ConflictService.ListConflicts": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.claimed(t, c)
		return &customerv1.ListConflictsRequest{StoreId: c.s01.String()}
	}},
	"changke.customer.v1.ConflictService.GetConflict": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.GetConflictRequest{Id: w.claimed(t, c)}
	}},
	"changke.customer.v1.ConflictService.AnswerConflict": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.AnswerConflictRequest{Id: w.claimed(t, c), Answer: "一直由我接待"}
	}},
	"changke.customer.v1.ConflictService.YieldConflict": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.YieldConflictRequest{Id: w.claimed(t, c)}
	}},
	"changke.customer.v1.ConflictService.DecideConflict": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := w.claimed(t, c)
		w.exec(t, "UPDATE conflict_case SET due_at = opened_at WHERE tenant_id = $1 AND case_id = $2", c.id, id)
		return &customerv1.DecideConflictRequest{Id: id, Outcome: customerv1.ConflictOutcome_CONFLICT_OUTCOME_CLAIMANT, Reason: "按消费记录"}
	}},
	"changke.customer.v1.ConflictService.GetNumberHold": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.GetNumberHoldRequest{FileId: w.newFile(t, c).Row.Id}
	}},
	"changke.customer.v1.ConflictService.HoldNumber": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.HoldNumberRequest{FileId: w.newFile(t, c).Row.Id}
	}},
}

// claim claims the guest of a draft that the representative of S01 just wrote.
func (w *world) claim(t testing.TB, c *chain) *customerv1.OpenConflictRequest {
	t.Helper()
	fields := w.fields(c)
	_, err := w.customersOf(c.rep).CreateFile(t.Context(), &customerv1.CreateFileRequest{StoreId: c.s01.String(), RequestId: w.uuid(), Fields: fields})
	require.NoError(t, err)
	fields = proto.Clone(fields).(*customerv1.FileFields)
	fields.Name = w.guestName(c)
	return &customerv1.OpenConflictRequest{StoreId: c.s01.String(), RequestId: w.uuid(), Fields: fields, Reason: "他的生日宴是我订的"}
}

// claimed is a case that another representative of S01 opened.
func (w *world) claimed(t testing.TB, c *chain) string {
	t.Helper()
	res, err := w.conflictsOf(c.both).OpenConflict(t.Context(), w.claim(t, c))
	require.NoError(t, err)
	return res.Conflict.Id
}
