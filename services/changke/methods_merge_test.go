package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
)

func (w *world) mergesOf(c *caller) customerv1connect.MergeServiceClient {
	return customerv1connect.NewMergeServiceClient(w.client(c), w.server.URL)
}

// mergeSamples are the methods that make one file of two of one guest, and two of
// one again.
var mergeSamples = map[string]sample{
	"changke.customer.v1.MergeService.PreviewMerge": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.PreviewMergeRequest{SurvivorId: w.approvedFile(t, c), MergedId: w.approvedFile(t, c), Owner: customerv1.MergeOwner_MERGE_OWNER_SURVIVOR}
	}},
	"changke.customer.v1.MergeService.MergeFiles": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.MergeFilesRequest{SurvivorId: w.approvedFile(t, c), MergedId: w.approvedFile(t, c), Owner: customerv1.MergeOwner_MERGE_OWNER_SURVIVOR, Reason: "客人本人确认两个号码都是他的"}
	}},
	"changke.customer.v1.MergeService.ListMerges": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		survivor, _ := w.merged(t, c)
		return &customerv1.ListMergesRequest{FileId: survivor}
	}},
	"changke.customer.v1.MergeService.UndoMerge": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		_, merge := w.merged(t, c)
		return &customerv1.UndoMergeRequest{Id: merge}
	}},
}

func init() {
	maps.Copy(samples, mergeSamples)
	unaudited["changke.customer.v1.MergeService.PreviewMerge"] = "it gives days, counts and the names of staff, and changes nothing"
}

// merged is a file that another one became part of, and the merging's id.
func (w *world) merged(t testing.TB, c *chain) (survivor, merge string) {
	t.Helper()
	survivor = w.approvedFile(t, c)
	res, err := w.mergesOf(c.hq).MergeFiles(t.Context(), &customerv1.MergeFilesRequest{SurvivorId: survivor, MergedId: w.approvedFile(t, c), Reason: "同一位客人"})
	require.NoError(t, err)
	return survivor, res.Id
}
