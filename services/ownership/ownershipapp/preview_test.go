package ownershipapp_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership/ownershipapp"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/visit"
)

// TestPreviewOfManyStores: the workbook of a chain takes as many queries as that of
// one store, whether its stores are decided on together or some at a time; and in all
// ways it says the same.
func TestPreviewOfManyStores(t *testing.T) {
	t.Parallel()
	const stores, files = 30, 2
	spans := tracetest.NewSpanRecorder()
	provider := trace.NewTracerProvider(trace.WithSpanProcessor(spans))
	otel.SetTracerProvider(provider)
	var deps ownershipapp.Deps
	c := newWorld(t, func(w *world, d *ownershipapp.Deps) {
		pool, err := db.Open(t.Context(), w.super.Config().ConnString(), db.Options{Role: "changke_app", Trace: true, MaxConns: 1})
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		d.DB = pool
		deps = *d
	}).chain("wide", stores)
	deps.ChunkSize = 4 * files
	divided := ownershipapp.New(deps)
	for i := range stores {
		for _, g := range c.files(i, "2025-01-01", files) {
			c.received(g, c.people[1], visit.Finished, days(t, "2025-01", 7+i%3)...)
		}
		c.received(c.file(i, "2025-01-01"), c.people[0], visit.Finished, days(t, "2025-01", 8)...)
	}
	c.at("2025-01-20")
	c.refresh()
	grant := c.grantOf(c.people[2], kernel.ReachWhere, c.stores...)
	ask := func(app *ownershipapp.App, store kernel.StoreID) (rows [][]string, queries int) {
		ctx, span := provider.Tracer("test").Start(context.WithoutCancel(t.Context()), "ask")
		_, _, err := app.ExportPreview(ctx, grant, store, c.clock.Now()) // the connection prepares its statements
		require.NoError(t, err)
		before := len(spans.Started())
		content, _, err := app.ExportPreview(ctx, grant, store, c.clock.Now())
		require.NoError(t, err)
		span.End()
		queries = len(spans.Started()) - before
		book, err := excelize.OpenReader(bytes.NewReader(content))
		require.NoError(t, err)
		for _, sheet := range []string{"按员工", "明细"} {
			lines, err := book.GetRows(sheet)
			require.NoError(t, err)
			rows = append(rows, lines[1:]...)
		}
		return rows, queries
	}
	one, few := ask(c.app, c.stores[0])
	require.Len(t, one, 1+files, fmt.Sprint(one))
	all, many := ask(c.app, kernel.StoreID{})
	require.Len(t, all, stores*(1+files))
	require.Equal(t, few, many, "queries of one store, and of %d", stores)
	same, more := ask(divided, kernel.StoreID{})
	require.Equal(t, all, same, "some stores at a time")
	require.Greater(t, more, many)
}
