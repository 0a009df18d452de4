package auditapp

import (
	"bytes"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	trail "github.com/changke/changke/services/platform/audit"
)

// TestLateCommit: a line whose transaction ends after others have been sealed is
// in exactly one block, although its id is older than theirs.
func TestLateCommit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	late, err := w.DB.River().Begin(ctx)
	require.NoError(t, err)
	_, err = late.Exec(ctx, "SELECT set_config('app.tenant_id', $1::uuid::text, true)", w.a)
	require.NoError(t, err)
	require.NoError(t, trail.WriteTx(ctx, late, w.a, noon, changed("a", "", "late")))
	w.write(t, w.a, changed("a", "", "1"), changed("a", "1", "2"))
	w.seal(t)
	require.NoError(t, late.Commit(ctx))
	w.write(t, w.a, changed("a", "2", "3"))
	w.seal(t)

	v, err := w.Verify(ctx, w.a, nil)
	require.NoError(t, err)
	require.Nil(t, v.Finding)
	require.Equal(t, []int64{2, 4, 0}, []int64{v.Blocks, v.Lines, v.Waiting})
	lines := w.lines(t, w.a)
	var first, second []kernel.UUID
	require.NoError(t, w.super.QueryRow(ctx, "SELECT line_ids FROM audit_block WHERE tenant_id = $1 AND no = 1", w.a).Scan(&first))
	require.NoError(t, w.super.QueryRow(ctx, "SELECT line_ids FROM audit_block WHERE tenant_id = $1 AND no = 2", w.a).Scan(&second))
	require.Equal(t, lines[1:3], first)
	require.Equal(t, []kernel.UUID{lines[0], lines[3]}, second, "the oldest line came last")
	empty, err := w.Verify(ctx, w.b, nil)
	require.NoError(t, err)
	require.Equal(t, int64(0), empty.Blocks)
}

// TestSealingTogether: while many write and several seal, every line comes into
// exactly one block and nobody waits for a row of another.
func TestSealingTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	const writers, each = 6, 30
	var g, sealers sync.WaitGroup
	stop := make(chan struct{})
	for range 3 {
		sealers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					if _, err := w.Seal(ctx, w.a); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for range writers {
		g.Go(func() {
			for i := range each {
				err := w.DB.InTenant(ctx, w.a, func(tx pgx.Tx) error {
					return trail.WriteTx(ctx, tx, w.a, noon.Add(time.Duration(-i)*time.Second), changed("n", "", "x"))
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	g.Wait()
	close(stop)
	sealers.Wait()
	w.seal(t)
	v, err := w.Verify(ctx, w.a, nil)
	require.NoError(t, err)
	require.Nil(t, v.Finding)
	require.Equal(t, []int64{writers * each, 0}, []int64{v.Lines, v.Waiting})
}

// TestVerify tampers as a superuser in every way; the first place that does not
// hold is named.
func TestVerify(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	for range 3 { // blocks
		w.write(t, w.a, changed("reach", "own", "where"), changed("reach", "where", "none"), changed("reach", "none", "own"))
		w.write(t, w.b, changed("reach", "own", "none"))
		w.seal(t)
	}
	w.write(t, w.a, changed("reach", "own", "where"))
	line := w.lines(t, w.a) // 0–2, 3–5, 6–8 sealed; 9 waits
	first, err := w.Verify(ctx, w.a, nil)
	require.NoError(t, err)
	require.Equal(t, []int64{3, 9, 1}, []int64{first.Blocks, first.Lines, first.Waiting})
	require.Nil(t, first.Finding)
	anchors := []Anchor{{3, first.Hash}}

	copyOf := func(id kernel.UUID) string {
		return `INSERT INTO audit_line SELECT tenant_id, '` + id.String() + `', at, actor_kind, actor_id, actor_name, for_person, topic, action, object, object_id, store_id, address, session_id, request_id, changes FROM audit_line WHERE line_id = $1`
	}
	stranger := kernel.NewID[kernel.UUID](noon)
	for name, c := range map[string]struct {
		sql     []string
		args    [][]any
		finding string
	}{
		"a value":             {[]string{`UPDATE audit_line SET changes = jsonb_set(changes, '{0,after}', '"all"') WHERE line_id = $1`}, [][]any{{line[4]}}, "block 2, line " + line[4].String() + ": changed"},
		"something more":      {[]string{`UPDATE audit_line SET changes = jsonb_set(changes, '{0,more}', '"x"') WHERE line_id = $1`}, [][]any{{line[4]}}, "block 2, line " + line[4].String() + ": changed"},
		"who":                 {[]string{`UPDATE audit_line SET actor_kind = 'person', actor_id = line_id WHERE line_id = $1`}, [][]any{{line[0]}}, "block 1, line " + line[0].String() + ": changed"},
		"when":                {[]string{`UPDATE audit_line SET at = at + interval '1 ms' WHERE line_id = $1`}, [][]any{{line[8]}}, "block 3, line " + line[8].String() + ": changed"},
		"a moved value":       {[]string{`UPDATE audit_line SET object = object || object_id, object_id = '' WHERE line_id = $1`}, [][]any{{line[8]}}, "block 3, line " + line[8].String() + ": changed"},
		"another chain's":     {[]string{`UPDATE audit_line SET tenant_id = $2 WHERE line_id = $1`}, [][]any{{line[2], w.b}}, "block 1, line " + line[2].String() + ": missing"},
		"a line gone":         {[]string{`DELETE FROM audit_line WHERE line_id = $1`}, [][]any{{line[3]}}, "block 2, line " + line[3].String() + ": missing"},
		"a waiting line gone": {[]string{`DELETE FROM audit_line WHERE line_id = $1`}, [][]any{{line[9]}}, "in no block, line " + line[9].String() + ": missing"},
		"a line put in":       {[]string{copyOf(stranger)}, [][]any{{line[3]}}, "in no block, line " + stranger.String() + ": added"},
		"never to be sealed":  {[]string{`DELETE FROM audit_unsealed WHERE line_id = $1`}, [][]any{{line[9]}}, "in no block, line " + line[9].String() + ": added"},
		"two lines exchanged": {
			[]string{`UPDATE audit_line SET line_id = $2 WHERE line_id = $1`, `UPDATE audit_line SET line_id = $2 WHERE line_id = $1`, `UPDATE audit_line SET line_id = $2 WHERE line_id = $1`},
			[][]any{{line[3], stranger}, {line[4], line[3]}, {stranger, line[4]}},
			"block 2, line " + line[3].String() + ": reordered",
		},
		"the block's order":    {[]string{`UPDATE audit_block SET line_ids = ARRAY[line_ids[2], line_ids[1], line_ids[3]], digests = ARRAY[digests[2], digests[1], digests[3]] WHERE tenant_id = $1 AND no = 2`}, [][]any{{w.a}}, "block 2, line " + line[3].String() + ": reordered"},
		"two blocks exchanged": {[]string{`UPDATE audit_block SET no = 9 WHERE tenant_id = $1 AND no = 2`, `UPDATE audit_block SET no = 2 WHERE tenant_id = $1 AND no = 3`, `UPDATE audit_block SET no = 3 WHERE tenant_id = $1 AND no = 9`}, [][]any{{w.a}, {w.a}, {w.a}}, "block 2: reordered"},
		"a block gone":         {[]string{`DELETE FROM audit_block WHERE tenant_id = $1 AND no = 2`}, [][]any{{w.a}}, "block 2: missing"},
		"a block's line left out": {
			[]string{`UPDATE audit_block SET line_ids = line_ids[1:2], digests = digests[1:2] WHERE tenant_id = $1 AND no = 2`, `DELETE FROM audit_line WHERE line_id = $1`},
			[][]any{{w.a}, {line[5]}},
			"block 2: changed",
		},
		"the last block gone":       {[]string{`DELETE FROM audit_block WHERE tenant_id = $1 AND no = 3`, `DELETE FROM audit_line WHERE line_id = ANY ($1)`}, [][]any{{w.a}, {line[6:9]}}, "block 3: missing"},
		"the block's time":          {[]string{`UPDATE audit_block SET sealed_at = sealed_at - interval '1 day' WHERE tenant_id = $1 AND no = 1`}, [][]any{{w.a}}, "block 1: changed"},
		"the hash before":           {[]string{`UPDATE audit_block SET previous = hash WHERE tenant_id = $1 AND no = 2`}, [][]any{{w.a}}, "block 2: changed"},
		"a line and its own digest": {[]string{`UPDATE audit_block SET digests = ARRAY[digests[1], digests[1], digests[3]] WHERE tenant_id = $1 AND no = 1`}, [][]any{{w.a}}, "block 1, line " + line[1].String() + ": changed"},
	} {
		w.exec(t, "BEGIN")
		w.exec(t, "CREATE TABLE was_line AS TABLE audit_line")
		w.exec(t, "CREATE TABLE was_block AS TABLE audit_block")
		w.exec(t, "CREATE TABLE was_unsealed AS TABLE audit_unsealed")
		for i, sql := range c.sql {
			w.exec(t, sql, c.args[i]...)
		}
		w.exec(t, "COMMIT")
		v, err := w.Verify(ctx, w.a, anchors)
		require.NoError(t, err, name)
		require.NotNil(t, v.Finding, name)
		require.Contains(t, v.Finding.Error(), c.finding, name)
		for _, table := range []string{"line", "block", "unsealed"} {
			w.exec(t, "TRUNCATE audit_"+table)
			w.exec(t, "INSERT INTO audit_"+table+" TABLE was_"+table)
			w.exec(t, "DROP TABLE was_"+table)
		}
	}
	again, err := w.Verify(ctx, w.a, anchors)
	require.NoError(t, err)
	require.Equal(t, first, again, "all mended")

	// Made anew from the first block on, the chain holds in itself: only a hash kept elsewhere tells.
	w.exec(t, `UPDATE audit_line SET object_id = 'forged' WHERE line_id = $1`, line[0])
	w.exec(t, `INSERT INTO audit_unsealed SELECT tenant_id, line_id FROM audit_line WHERE tenant_id = $1 ON CONFLICT DO NOTHING`, w.a)
	w.exec(t, `DELETE FROM audit_block WHERE tenant_id = $1`, w.a)
	w.seal(t)
	v, err := w.Verify(ctx, w.a, nil)
	require.NoError(t, err)
	require.Nil(t, v.Finding)
	require.False(t, bytes.Equal(first.Hash, v.Hash))
	v, err = w.Verify(ctx, w.a, []Anchor{{1, first.Hash}})
	require.NoError(t, err)
	require.ErrorContains(t, v.Finding, "block 1: changed: its hash is not the one kept elsewhere")
}

// TestCheck keeps what verifying found.
func TestCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.write(t, w.a, changed("reach", "own", "where"))
	w.seal(t)
	require.NoError(t, w.Check(ctx, w.a))
	s, err := w.Seals(ctx, w.a)
	require.NoError(t, err)
	require.Equal(t, []any{int64(1), int64(1), "", int64(0)}, []any{s.Block.No, s.Check.ThroughBlock, s.Check.Finding, s.Waiting})
	w.exec(t, "UPDATE audit_line SET request_id = 'x'")
	w.write(t, w.a, changed("reach", "own", "where"))
	require.NoError(t, w.Check(ctx, w.a))
	s, err = w.Seals(ctx, w.a)
	require.NoError(t, err)
	require.Contains(t, s.Check.Finding, "block 1, line ")
	require.Equal(t, int64(1), s.Waiting)
}
