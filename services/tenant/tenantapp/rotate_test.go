package tenantapp_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/platform/testdb"
	"github.com/changke/changke/services/tenant/tenantapp"
)

// envRotate makes this test binary a process that rotates: its database, its
// master key's file.
const envRotate = "CHANGKE_TEST_ROTATE"

func TestMain(m *testing.M) {
	if url := os.Getenv(envRotate); url != "" {
		if err := rotateProcess(context.Background(), url, os.Getenv(envRotate+"_KEY")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

var personBoxes = []db.BoxColumn{{Table: "person", Column: "number_box", Row: "person_id", Bound: "person"}}

// rotateProcess rotates every chain and says each block.
func rotateProcess(ctx context.Context, url, keyFile string) error {
	pool, err := db.Open(ctx, url, db.Options{})
	if err != nil {
		return err
	}
	master, err := secret.MasterFile(keyFile)
	if err != nil {
		return err
	}
	app := tenantapp.New(tenantapp.Deps{DB: pool, Master: master, Log: slog.New(slog.DiscardHandler), Clock: kernel.ClockFunc(func() time.Time { return noon })})
	ids, err := app.TenantIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := app.BeginRotation(ctx, id)
		for ; err == nil && !r.Looked; r, err = app.Reseal(ctx, id, personBoxes) {
			fmt.Println(r.Boxes)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// A rotation that is killed again and again, while a server reads, writes and
// holds rows, ends with every box under the new key and nothing lost.
func TestRotationKilled(t *testing.T) {
	t.Parallel()
	const people = 6000
	keyFile := t.TempDir() + "/master"
	master, err := secret.MasterFile(keyFile)
	require.NoError(t, err)
	d := testdb.New(t)
	b := &bundle{pool: d.Pool(t), master: master, now: noon}
	b.App = b.process()
	id := b.tenant(t, "one")
	server := b.process()
	keys, err := server.Keys(t.Context(), id)
	require.NoError(t, err)
	person := func(n int) kernel.UUID { return kernel.UUID{0: byte(n >> 8), 1: byte(n), 15: 1} }
	phone := func(n, version int) kernel.Phone { return kernel.Phone(fmt.Sprintf("+861%05d%05d", 38000+version, n)) }
	ids, boxes := make([]kernel.UUID, people), make([][]byte, people)
	for n := range people {
		ids[n] = person(n)
		boxes[n], err = keys.Seal(phone(n, 0), "person", ids[n])
		require.NoError(t, err)
	}
	require.NoError(t, b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at, number_box)
			SELECT $1, i, i::text, 'x', '2025-01-01', now(), b FROM (SELECT unnest($2::uuid[]) AS i, unnest($3::bytea[]) AS b) x`, id, ids, boxes)
		return err
	}))

	// The server: reads some, writes some anew, and for a while holds what it writes.
	ctx, stop := context.WithCancel(t.Context())
	written, done := make([]int, people), make(chan error, 1)
	go func() {
		for ctx.Err() == nil {
			n := rand.IntN(people)
			err := b.pool.InTenant(context.WithoutCancel(ctx), id, func(tx pgx.Tx) error {
				keys, err := server.Keys(t.Context(), id)
				if err != nil {
					return err
				}
				var box []byte
				if err := tx.QueryRow(t.Context(), "SELECT number_box FROM person WHERE tenant_id = $1 AND person_id = $2 FOR UPDATE", id, ids[n]).Scan(&box); err != nil {
					return err
				}
				if got, err := keys.Open(box, "person", ids[n]); err != nil || got != phone(n, written[n]) {
					return fmt.Errorf("person %d reads %v: %w", n, got, err)
				}
				if box, err = keys.Seal(phone(n, written[n]+1), "person", ids[n]); err != nil {
					return err
				}
				_, err = tx.Exec(t.Context(), "UPDATE person SET number_box = $3 WHERE tenant_id = $1 AND person_id = $2", id, ids[n], box)
				return err
			})
			if err != nil {
				done <- err
				return
			}
			written[n]++
		}
		done <- nil
	}()

	self, err := os.Executable()
	require.NoError(t, err)
	const lives = 20
	for life := range lives + 1 { // twenty are killed, the last lives
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), envRotate+"="+b.pool.River().Config().ConnString(), envRotate+"_KEY="+keyFile)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines, blocks := bufio.NewScanner(out), 0
		for lines.Scan() {
			if blocks++; life < lives && blocks > life%3 {
				require.NoError(t, cmd.Process.Kill())
				break
			}
		}
		for lines.Scan() { // the pipe must be empty before Wait
		}
		_ = cmd.Wait()
	}
	stop()
	require.NoError(t, <-done, "the server went on all the time")

	// What the server wrote under the old key meanwhile is found by the next looks.
	b.now = noon.Add(3 * time.Minute)
	r, err := b.Rotation(t.Context(), id)
	require.NoError(t, err)
	require.EqualValues(t, 2, r.Version, "one rotation, not one for each life")
	for r.Ended == nil {
		r, err = b.Reseal(t.Context(), id, personBoxes)
		require.NoError(t, err)
	}
	require.Positive(t, r.Boxes)
	fresh, err := b.process().Keys(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, 2, fresh.Version())
	rows := 0
	require.NoError(t, b.pool.InTenant(t.Context(), id, func(tx pgx.Tx) error {
		found, err := tx.Query(t.Context(), "SELECT person_id, number_box FROM person WHERE tenant_id = $1 ORDER BY person_id", id)
		require.NoError(t, err)
		for found.Next() {
			var who kernel.UUID
			var box []byte
			require.NoError(t, found.Scan(&who, &box))
			require.True(t, bytes.HasPrefix(box, fresh.VersionPrefix()))
			got, err := fresh.Open(box, "person", who)
			require.NoError(t, err)
			require.Equal(t, phone(rows, written[rows]), got)
			rows++
		}
		return found.Err()
	}))
	require.Equal(t, people, rows)
}

// A new master key takes over: with the one before beside it everything opens,
// and once the keys are wrapped anew it opens alone and the old one nothing.
func TestMasterKeyReplaced(t *testing.T) {
	b := setup(t)
	one, two := b.tenant(t, "one"), b.tenant(t, "two")
	keys, err := b.Keys(t.Context(), one)
	require.NoError(t, err)
	number := kernel.Phone("+8613812341234")
	box, err := keys.Seal(number, "person", kernel.UUID{1})
	require.NoError(t, err)

	old := b.master
	next, err := secret.MasterFile(t.TempDir() + "/next")
	require.NoError(t, err)
	b.master = next
	_, err = b.process().Keys(t.Context(), one)
	require.ErrorContains(t, err, "does not fit")
	b.master = next.After(old)
	both, server := b.process(), b.process()
	before, err := server.Keys(t.Context(), one)
	require.NoError(t, err)
	for _, id := range []kernel.TenantID{one, two} {
		n, err := both.Rewrap(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		n, err = both.Rewrap(t.Context(), id)
		require.NoError(t, err)
		require.Zero(t, n, "twice changes nothing")
		_, err = both.BeginRotation(t.Context(), id)
		require.NoError(t, err)
	}
	b.master = next
	alone, err := b.process().Keys(t.Context(), one)
	require.NoError(t, err)
	got, err := alone.Open(box, "person", kernel.UUID{1})
	require.NoError(t, err)
	require.Equal(t, number, got, "of the older version")
	require.Equal(t, keys.NumberKey(number), alone.NumberKey(number), "numbers are found as before")
	box, err = alone.Seal(number, "person", kernel.UUID{1})
	require.NoError(t, err)
	got, err = before.Open(box, "person", kernel.UUID{1})
	require.NoError(t, err, "a server that read its keys before reads them anew")
	require.Equal(t, number, got)
	b.master = old
	_, err = b.process().Keys(t.Context(), one)
	require.ErrorContains(t, err, "does not fit")
}
