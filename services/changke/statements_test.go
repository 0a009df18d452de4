package main

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	quotav1 "github.com/changke/changke/gen/go/changke/quota/v1"
	"github.com/changke/changke/gen/go/changke/quota/v1/quotav1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/quotaapp"
)

// signedIn is whoever calls.
type signedIn struct{ actor *kernel.Actor }

func (s signedIn) Authenticate(context.Context, http.Header) (*kernel.Actor, error) {
	return s.actor, nil
}
func (signedIn) Forget(*kernel.Actor) {}

// statements holds the statements that people read over the interface against the scores
// that a replay writes, and the lists behind each number against the number: a few
// people of each month.
func statements(t *testing.T, p *played, out string) {
	people := map[string]kernel.PersonID{}
	require.NoError(t, p.pool.InTenant(t.Context(), p.id, func(tx pgx.Tx) (err error) {
		people, err = p.staff.PeopleByNoTx(t.Context(), tx, p.id)
		return err
	}))
	actor := &kernel.Actor{Kind: kernel.ActorPerson, Tenant: p.id, Person: kernel.PersonID{1}, Assignments: []kernel.Assignment{{Role: "r", TenantWide: true}}}
	policies := []authz.Policy{{Role: "r", Permission: "score.read", Reach: "where", Effect: "allow"}}
	mux := http.NewServeMux()
	mux.Handle(quotav1connect.NewScoreServiceHandler(p.scores.Server(), connect.WithInterceptors(rpc.NewInterceptor(rpc.Config{
		Log: slog.New(slog.DiscardHandler), Clock: p.clock, Authenticator: signedIn{actor}, Deadline: time.Minute,
		Tables:  authz.NewTables(func(context.Context, kernel.TenantID) ([]authz.Policy, int64, error) { return policies, 1, nil }),
		Observe: func(string, string, time.Duration) {},
	}))))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	client := quotav1connect.NewScoreServiceClient(server.Client(), server.URL)

	written, err := os.Open(filepath.Join(out, "scores.jsonl"))
	require.NoError(t, err)
	defer func() { require.NoError(t, written.Close()) }()
	compared := 0
	for n, lines := 0, bufio.NewScanner(written); lines.Scan(); n++ {
		if n%11 > 0 {
			continue
		}
		var want quotaapp.OutcomeLine
		require.NoError(t, json.Unmarshal(lines.Bytes(), &want))
		asked := &quotav1.GetScoreRequest{Month: want.Month, PersonId: people[want.StaffNo].String()}
		got, err := client.GetScore(t.Context(), asked)
		require.NoError(t, err, lines.Text())
		require.Empty(t, got.CorrectedBy)
		for i, item := range []quotaapp.OutcomeItem{want.Customers, want.Visits, want.Rooms, want.Banquets} {
			line, target := got.Score.Lines[i], ""
			if item.Target != nil {
				target = *item.Target
			}
			require.Equal(t, item.Counted, line.Counted, "%s %s", quota.Item(i).Key(), lines.Text())
			require.Equal(t, target, line.Target, "%s %s", quota.Item(i).Key(), lines.Text())
			list := &quotav1.ListScoreEvidenceRequest{Month: asked.Month, PersonId: asked.PersonId, Item: line.Item, PageSize: 100}
			behind, err := client.ListScoreEvidence(t.Context(), list)
			require.NoError(t, err)
			require.Empty(t, behind.NextPageToken)
			require.Len(t, behind.Evidence, int(line.Counted), "%s %s", quota.Item(i).Key(), lines.Text())
		}
		compared++
	}
	require.Greater(t, compared, 40)
}
