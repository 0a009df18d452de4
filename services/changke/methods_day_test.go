package main

import (
	"maps"
	"testing"

	"google.golang.org/protobuf/proto"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
)

// daySamples are the methods of days that are over: S01's lack the totals of a till.
var daySamples = map[string]sample{
	"changke.visit.v1.DayService.ListStoreDays": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.untold(t, c)
		return &visitv1.ListStoreDaysRequest{StoreId: c.s01.String()}
	}},
	"changke.visit.v1.DayService.DeclareDay": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.DeclareDayRequest{StoreId: c.s01.String(), BusinessDate: w.untold(t, c).String(), Reason: "停电，收银机没开"}
	}},
	"changke.visit.v1.DayService.RetireTill": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		day := w.untold(t, c)
		return &visitv1.RetireTillRequest{StoreId: c.s01.String(), Source: "pos", FromDate: day.String()}
	}},
}

func init() { maps.Copy(samples, daySamples) }

// untold is a day of S01 that waits for its till, declared by nobody.
func (w *world) untold(t testing.TB, c *chain) kernel.BusinessDate {
	t.Helper()
	w.exec(t, "DELETE FROM day_declared WHERE tenant_id = $1", c.id)
	w.exec(t, `INSERT INTO store_till (tenant_id, store_id, source, first_on) VALUES ($1, $2, 'pos', '2026-03-01')
		ON CONFLICT (tenant_id, store_id, source) DO UPDATE SET retired_on = NULL`, c.id, c.s01)
	return today - 1
}
