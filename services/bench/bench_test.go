package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/pg"
)

// TestSmall runs every measure on a small chain: it works, whatever it takes.
func TestSmall(t *testing.T) {
	server, err := pg.StartTemporary(t.Context(), pg.Options{Roots: []string{"../.."}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Stop(context.Background()) })
	var out bytes.Buffer
	b := &bench{dir: t.TempDir(), scale: 2000, slice: 50 * time.Millisecond, rounds: 1, once: true, idle: 9, out: &out, server: server}
	for _, m := range measures {
		require.NoError(t, m.run(b, t.Context()), m.name)
	}
	t.Log(out.String())
	for _, name := range []string{
		"authz_grant", "authz_grant_memory", "tenant_read", "bill_single", "bill_single_handler", "bill_batch100", "bill_batch100_unnest", "bill_batch100_json", "guest_lookup", "bill_hot_share",
		"daily_run", "daily_run_third", "deletion_run", "month_share", "month_adoption", "month_close", "month_close_p99", "catch_up_9", "trial_12_months", "review_page", "score_run", "score_run_growth", "search_last4", "search_name", "search_initials", "list_page",
	} {
		require.Equal(t, 1, strings.Count(out.String(), "bench "+name+" "), name)
	}
}
