package main

import (
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/onboarding/onboardingapp"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
)

// importer is a product with an empty chain, and a look past row level security.
func importer(t *testing.T) (*product, kernel.TenantID, *pgx.Conn) {
	t.Helper()
	database := testdb.New(t)
	master, err := secret.MasterFile(filepath.Join(t.TempDir(), "master"))
	require.NoError(t, err)
	clock := &walkingClock{}
	clock.set(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))
	prod, err := newProduct(productDeps{pool: database.Pool(t), master: master, clock: clock, log: slog.New(slog.DiscardHandler), replays: true})
	require.NoError(t, err)
	id, err := prod.tenants.CreateTenant(t.Context(), clock.Now(), "chain", "连锁")
	require.NoError(t, err)
	super := database.Super(t)
	return prod, id, super
}

func count(t *testing.T, conn *pgx.Conn, table string) (n int) {
	t.Helper()
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&n))
	return n
}

// Cut off after every few blocks and started again, an import ends with the
// same rows as one that ran through, and none of its staged numbers stays.
func TestImportResumes(t *testing.T) {
	t.Parallel()
	prod, id, super := importer(t)
	data := os.DirFS(golden)
	starts := 0
	for {
		starts++
		ctx, cancel := context.WithCancel(t.Context())
		blocks := 0
		findings, err := prod.onboarding.Import(ctx, id, data, func(string, int, int) {
			if blocks++; blocks == 5 {
				cancel()
			}
		})
		cancel()
		require.Empty(t, findings)
		if err == nil {
			break
		}
		require.ErrorIs(t, err, context.Canceled)
	}
	require.Greater(t, starts, 5)
	facts, findings, err := onboarding.Read(data)
	require.NoError(t, err)
	require.Empty(t, findings)
	require.Equal(t, len(facts.Customers), count(t, super, "guest"))
	require.Equal(t, len(facts.Customers), count(t, super, "tie"))
	require.Equal(t, len(facts.Bookings), count(t, super, "booking"))
	require.Equal(t, len(facts.Bills), count(t, super, "bill_revision"))
	require.Zero(t, count(t, super, "import_row"), "staged numbers must go")
	drift, err := prod.visits.Rebuild(t.Context(), id, true)
	require.NoError(t, err)
	require.Zero(t, drift)

	findings, err = prod.onboarding.Import(t.Context(), id, data, nil)
	require.NoError(t, err, "the same files again change nothing")
	require.Empty(t, findings)
	require.Equal(t, len(facts.Customers), count(t, super, "guest"))
}

// Further directories leave alone whom the chain has: a move that would be lost with
// that is told by its line, and nothing comes in.
func TestImportLosesNoMove(t *testing.T) {
	t.Parallel()
	prod, id, super := importer(t)
	moves := readRows(t, golden, "staff_moves.csv")
	half := func(rows [][]string) fs.FS {
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(golden)))
		for _, name := range []string{"customers.csv", "bookings.csv", "bills.csv"} {
			writeRows(t, dir, name, readRows(t, golden, name)[:1])
		}
		writeRows(t, dir, "staff_moves.csv", rows)
		return os.DirFS(dir)
	}
	last := len(moves) - 1
	findings, err := prod.onboarding.Import(t.Context(), id, half(moves[:last]), nil)
	require.NoError(t, err)
	require.Empty(t, findings)
	posts := count(t, super, "assignment")

	findings, err = prod.onboarding.Import(t.Context(), id, half(moves), nil)
	require.NoError(t, err)
	require.Len(t, findings, 1)
	require.Equal(t, last+1, findings[0].Line)
	require.Contains(t, findings[0].Reason, moves[last][0])
	require.Equal(t, posts, count(t, super, "assignment"))

	findings, err = prod.onboarding.Import(t.Context(), id, half(moves[:2]), nil)
	require.NoError(t, err, "what the chain knows it may be told again")
	require.Empty(t, findings)
}

// Before publishing an import is taken back whole; while it is being published
// it can only be resumed, and no other may begin.
func TestImportDiscard(t *testing.T) {
	t.Parallel()
	prod, id, super := importer(t)
	small := fstest.MapFS{}
	for _, name := range onboarding.FileNames() {
		b, err := fs.ReadFile(os.DirFS(golden), name)
		require.NoError(t, err)
		small[name] = &fstest.MapFile{Data: b}
	}
	_, err := super.Exec(t.Context(), `INSERT INTO import_batch (tenant_id, import_id, digest, state, created_at) VALUES ($1, $1, '\x00', 'checked', now())`, id)
	require.NoError(t, err)
	n, err := prod.onboarding.Discard(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Zero(t, count(t, super, "import_batch"))

	ctx, cancel := context.WithCancel(t.Context())
	_, err = prod.onboarding.Import(ctx, id, small, func(string, int, int) { cancel() })
	require.ErrorIs(t, err, context.Canceled)
	_, err = prod.onboarding.Discard(t.Context(), id)
	require.ErrorIs(t, err, onboardingapp.ErrOtherUnfinished)
	small["stores.csv"] = &fstest.MapFile{Data: append(small["stores.csv"].Data, "S09,新店\n"...)}
	_, err = prod.onboarding.Import(t.Context(), id, small, nil)
	require.ErrorIs(t, err, onboardingapp.ErrOtherUnfinished)
}

// A bill that the chain has with another content is told by its line before anything is
// written, whatever stands beside it: published half, the import could not go on and
// would let none other begin.
func TestImportOfOtherBills(t *testing.T) {
	t.Parallel()
	prod, id, super := importer(t)
	small := t.TempDir()
	require.NoError(t, os.CopyFS(small, os.DirFS(golden)))
	bills := readRows(t, golden, "bills.csv")[:4]
	writeRows(t, small, "bills.csv", bills)
	findings, err := prod.onboarding.Import(t.Context(), id, os.DirFS(small), nil)
	require.NoError(t, err)
	require.Empty(t, findings)

	amount := slices.Index(bills[0], "amount_fen")
	bills[2][amount] += "0"
	writeRows(t, small, "bills.csv", bills)
	findings, err = prod.onboarding.Import(t.Context(), id, os.DirFS(small), nil)
	require.NoError(t, err)
	require.Len(t, findings, 1)
	require.Equal(t, []any{"bills.csv", 3, "revision"}, []any{findings[0].File, findings[0].Line, findings[0].Column})
	require.Contains(t, findings[0].Reason, "is in the chain already with different content")
	require.Equal(t, 3, count(t, super, "bill_revision"))
	require.Equal(t, 1, count(t, super, "import_batch"))

	bills[2][slices.Index(bills[0], "revision")] = "900"
	writeRows(t, small, "bills.csv", bills)
	findings, err = prod.onboarding.Import(t.Context(), id, os.DirFS(small), nil)
	require.NoError(t, err, "a later revision is none")
	require.Empty(t, findings)
	require.Equal(t, 4, count(t, super, "bill_revision"))
}
