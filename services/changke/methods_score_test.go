package main

import (
	"maps"
	"testing"

	"google.golang.org/protobuf/proto"

	quotav1 "github.com/changke/changke/gen/go/changke/quota/v1"
)

// scoreSamples are the methods of scores: of E0002, 客服代表 of S01, in the last
// month that is over.
var scoreSamples = map[string]sample{
	"changke.quota.v1.ScoreService.GetScore": {by: byManager, build: still(func(c *chain) proto.Message {
		return &quotav1.GetScoreRequest{Month: "2026-02", PersonId: c.people["E0002"].String()}
	})},
	"changke.quota.v1.ScoreService.ListScores": {by: byManager, build: still(func(c *chain) proto.Message {
		return &quotav1.ListScoresRequest{Month: "2026-02", StoreId: c.s01.String()}
	})},
	"changke.quota.v1.ScoreService.ListScoreEvidence": {by: byManager, build: still(func(c *chain) proto.Message {
		return &quotav1.ListScoreEvidenceRequest{Month: "2026-02", PersonId: c.people["E0002"].String(), Item: quotav1.ScoreItem_SCORE_ITEM_CUSTOMERS}
	})},
	"changke.quota.v1.ScoreService.ListScoreChanges": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &quotav1.ListScoreChangesRequest{Month: "2025-12", PersonId: c.people["E0002"].String()}
	}},
}

func init() { maps.Copy(samples, scoreSamples) }
