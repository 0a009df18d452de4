package operatorapp_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/operator"
)

// guests puts files into a chain past its use cases, with boxed numbers.
func (w *world) guests(t *testing.T, id kernel.TenantID, n int, prefix string) (numbers []string) {
	t.Helper()
	ctx := t.Context()
	keys, err := w.tenants.Keys(ctx, id)
	require.NoError(t, err)
	store := kernel.NewID[kernel.StoreID](noon)
	_, err = w.super.Exec(ctx, "INSERT INTO store (tenant_id, store_id, code, name, created_at) VALUES ($1, $2, 'S01', '友谊店', $3)", id, store, noon)
	require.NoError(t, err)
	for i := range n {
		number := kernel.Phone(fmt.Sprintf("+86%s%07d", prefix, i))
		file := kernel.NewID[kernel.FileID](noon)
		box, err := keys.Seal(number, "guest", kernel.UUID(file))
		require.NoError(t, err)
		_, err = w.super.Exec(ctx, `INSERT INTO guest (tenant_id, file_id, store_id, name, initials, number_key, number_box, last4_rev, writer_id, request_id, state, created_at)
			VALUES ($1, $2, $3, $4, '', $5, $6, '0000', (SELECT person_id FROM person WHERE tenant_id = $1 LIMIT 1), $2, 'draft', $7)`,
			id, file, store, fmt.Sprintf("客人 \"%d\"\n", i), keys.NumberKey(number), box, noon)
		require.NoError(t, err)
		numbers = append(numbers, number.E164())
	}
	return numbers
}

// work works the queue until a chain's newest export is over.
func (w *world) work(t *testing.T, id kernel.TenantID) operator.Export {
	t.Helper()
	require.NoError(t, w.jobs.Start(t.Context()))
	var e operator.Export
	require.Eventually(t, func() bool {
		_, all, err := w.app.Exports(t.Context(), id)
		require.NoError(t, err)
		e = all[0]
		return e.State != operator.Queued && e.State != operator.Running
	}, 20*time.Second, 20*time.Millisecond)
	require.NoError(t, w.jobs.Stop(context.WithoutCancel(t.Context())))
	return e
}

func TestExport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op, desk := w.signIn(t, "op", w.newOperator(t, "op"))
	id, admin := w.newChain(t, op, "alpha")
	other, _ := w.newChain(t, op, "beta")
	mine := w.guests(t, id, 30, "1381")
	theirs := w.guests(t, other, 5, "1392")

	_, err := w.app.StartExport(ctx, op, id)
	require.Equal(t, "export.no_recipient", reason(err))
	identity, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	for typed, want := range map[string]string{
		"": "export.bad_recipient", "age1": "export.bad_recipient", identity.Recipient().String()[:60]: "export.bad_recipient", "ssh-ed25519 AAAA": "export.bad_recipient",
		identity.String(): "export.secret_key", strings.ToLower(identity.String()): "export.secret_key",
	} {
		require.Equal(t, want, reason(w.app.SetRecipient(ctx, admin, typed)), typed)
	}
	require.NoError(t, w.app.SetRecipient(ctx, admin, " "+identity.Recipient().String()+"\n"))

	// An operator starts it, also of a chain that stands still; nobody twice.
	require.NoError(t, w.app.Suspend(ctx, op, id))
	queued, err := w.app.StartExport(ctx, op, id)
	require.NoError(t, err)
	_, err = w.app.StartExport(ctx, admin, id)
	require.Equal(t, "export.running", reason(err))
	_, err = w.app.Download(ctx, op, id, queued.ID)
	require.Equal(t, "export.not_ready", reason(err))
	e := w.work(t, id)
	require.Equal(t, operator.Ready, e.State)
	require.Equal(t, e.TablesTotal, e.TablesDone)

	// The file in hand says nothing; opened, it is the chain and only the chain.
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	raw, err := os.ReadFile(files[0])
	require.NoError(t, err)
	sum := sha256.Sum256(raw)
	require.Equal(t, hex.EncodeToString(sum[:]), e.SHA256)
	require.EqualValues(t, len(raw), e.Bytes)
	stranger, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	_, err = age.Decrypt(bytes.NewReader(raw), stranger)
	require.Error(t, err)
	plain, err := age.Decrypt(bytes.NewReader(raw), identity)
	require.NoError(t, err)
	opened, err := io.ReadAll(plain)
	require.NoError(t, err)
	pack, err := zip.NewReader(bytes.NewReader(opened), int64(len(opened)))
	require.NoError(t, err)
	content := map[string]string{}
	for _, f := range pack.File {
		r, err := f.Open()
		require.NoError(t, err)
		b, err := io.ReadAll(r)
		require.NoError(t, err)
		content[f.Name] = string(b)
	}
	var m struct {
		ChainCode string `json:"chain_code"`
		Tables    []struct {
			Name, File, SHA256 string
			Rows, Unreadable   int64
			Withheld           []string
		}
	}
	require.NoError(t, json.Unmarshal([]byte(content["manifest.json"]), &m))
	require.Equal(t, "alpha", m.ChainCode)
	var tables int
	require.NoError(t, w.super.QueryRow(ctx, `SELECT count(*) FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
		WHERE table_schema = 'public' AND column_name = 'tenant_id' AND table_type = 'BASE TABLE'`).Scan(&tables))
	require.Len(t, m.Tables, tables, "every table of tenants")
	rows := int64(0)
	for _, table := range m.Tables {
		text := content[table.File]
		sum := sha256.Sum256([]byte(text))
		require.Equal(t, hex.EncodeToString(sum[:]), table.SHA256, table.Name)
		require.EqualValues(t, strings.Count(text, "\n"), table.Rows, table.Name)
		require.Zero(t, table.Unreadable, table.Name)
		rows += table.Rows
		if table.Name != "chain_export" && table.Name != "audit_line" && table.Name != "audit_unsealed" { // it writes there meanwhile
			var n int64
			require.NoError(t, w.super.QueryRow(ctx, "SELECT count(*) FROM "+table.Name+" WHERE tenant_id = $1", id).Scan(&n))
			require.Equal(t, n, table.Rows, table.Name)
		}
		for line := range strings.Lines(text) {
			var row map[string]any
			require.NoError(t, json.Unmarshal([]byte(line), &row), line)
			require.Equal(t, id.String(), row["tenant_id"], table.Name)
			for _, secret := range []string{"password_hash", "token_hash", "wrapped", "number_box", "secret_hash"} {
				require.NotContains(t, row, secret, table.Name)
			}
		}
	}
	require.Equal(t, rows, e.RowsDone)
	for _, n := range mine {
		require.Contains(t, content["tables/guest.jsonl"], `"number":"`+n+`"`)
		require.NotContains(t, string(raw), n)
		require.NotContains(t, string(raw), n[3:])
	}
	require.Contains(t, content["tables/person.jsonl"], `"number":"+8613800138000"`)
	for name, text := range content {
		require.NotContains(t, text, theirs[0], name)
		require.NotContains(t, text, other.String(), name)
	}

	// Downloading takes the ticket, the session it was given to, and time.
	get := func(path string, header http.Header) (int, []byte) {
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
		r.Header = header
		res := httptest.NewRecorder()
		w.app.Downloads().ServeHTTP(res, r)
		return res.Code, res.Body.Bytes()
	}
	path, err := w.app.Download(ctx, op, id, e.ID)
	require.NoError(t, err)
	status, body := get(path, desk)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, raw, body)
	for name, try := range map[string]struct {
		path   string
		header http.Header
	}{
		"no cookie": {path, http.Header{}}, "another's cookie": {path, withCookie("__Host-changke", "x")}, "cut": {path[:len(path)-2], desk}, "none": {"/exports/", desk}, "other bytes": {"/exports/AAAA", desk},
	} {
		status, body := get(try.path, try.header)
		require.Equal(t, http.StatusForbidden, status, name)
		require.NotContains(t, string(body), "age-encryption", name)
	}
	_, again := w.signIn(t, "op2", w.newOperator(t, "op2"))
	status, _ = get(path, again)
	require.Equal(t, http.StatusForbidden, status, "another operator's session")
	w.now = w.now.Add(operator.TicketLife)
	status, _ = get(path, desk)
	require.Equal(t, http.StatusForbidden, status, "too late")
	_, err = w.app.Download(ctx, op, other, e.ID)
	require.Equal(t, "export.not_found", reason(err), "under another chain's name")

	// After its time it is over, swept away or not.
	w.now = e.ExpiresAt.Add(0)
	_, err = w.app.Download(ctx, op, id, e.ID)
	require.Equal(t, "export.not_ready", reason(err))
	_, err = w.super.Exec(ctx, "UPDATE river.river_job SET scheduled_at = now(), state = 'available' WHERE kind = 'chain_export_expire'")
	require.NoError(t, err)
	require.NoError(t, w.jobs.Start(ctx))
	require.Eventually(t, func() bool {
		left, err := filepath.Glob(filepath.Join(w.dir, "*"))
		require.NoError(t, err)
		return len(left) == 0
	}, 10*time.Second, 20*time.Millisecond)
	require.NoError(t, w.jobs.Stop(context.WithoutCancel(ctx)))
}

// TestExportResumes: an export whose process died goes on by itself, once, in a
// file of its own; one that dies again and again fails.
func TestExportResumes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op, _ := w.signIn(t, "op", w.newOperator(t, "op"))
	id, admin := w.newChain(t, op, "alpha")
	identity, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	require.NoError(t, w.app.SetRecipient(ctx, admin, identity.Recipient().String()))
	cut, err := w.app.StartExport(ctx, admin, id)
	require.NoError(t, err)
	dies := func(attempt int) {
		_, err := w.super.Exec(ctx, "UPDATE chain_export SET state = 'running', attempt = $1 WHERE state IN ('queued', 'running')", attempt)
		require.NoError(t, err)
		_, err = w.super.Exec(ctx, "UPDATE river.river_job SET state = 'running', attempt = 1, attempted_at = now() WHERE state = 'available'")
		require.NoError(t, err)
	}
	waiting := func() (n int) {
		require.NoError(t, w.super.QueryRow(ctx, "SELECT count(*) FROM river.river_job WHERE kind = 'chain_export' AND state = 'available'").Scan(&n))
		return n
	}
	dies(1)
	require.NoError(t, w.app.ResumeExports(ctx, id))
	require.Zero(t, waiting(), "it may live")
	w.now = w.now.Add(operator.StalledAfter)
	for range 3 {
		require.NoError(t, w.app.ResumeExports(ctx, id))
	}
	require.Equal(t, 1, waiting(), "however many look")
	done := w.work(t, id)
	require.Equal(t, []any{cut.ID, operator.Ready, int32(2)}, []any{done.ID, done.State, done.Attempt})

	again, err := w.app.StartExport(ctx, admin, id)
	require.NoError(t, err)
	dies(4)
	w.now = w.now.Add(operator.StalledAfter)
	require.NoError(t, w.app.ResumeExports(ctx, id))
	require.Zero(t, waiting())
	_, all, err := w.app.Exports(ctx, id)
	require.NoError(t, err)
	require.Equal(t, []any{again.ID, operator.Failed}, []any{all[0].ID, all[0].State})
}

// TestExportCutOff: what a process that died has left is replaced by the next,
// and its own late steps change nothing.
func TestExportCutOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	op, _ := w.signIn(t, "op", w.newOperator(t, "op"))
	id, admin := w.newChain(t, op, "alpha")
	identity, err := age.GenerateX25519Identity()
	require.NoError(t, err)
	require.NoError(t, w.app.SetRecipient(ctx, admin, identity.Recipient().String()))
	dead, err := w.app.StartExport(ctx, admin, id)
	require.NoError(t, err)
	_, err = w.super.Exec(ctx, "UPDATE chain_export SET state = 'running', attempt = 1")
	require.NoError(t, err)
	_, err = w.super.Exec(ctx, "UPDATE river.river_job SET state = 'running', attempt = 1, attempted_at = now()")
	require.NoError(t, err)
	_, err = w.app.StartExport(ctx, admin, id)
	require.Equal(t, "export.running", reason(err))
	w.now = w.now.Add(operator.StalledAfter)
	next, err := w.app.StartExport(ctx, admin, id)
	require.NoError(t, err)
	require.Equal(t, operator.Ready, w.work(t, id).State)
	_, all, err := w.app.Exports(ctx, id)
	require.NoError(t, err)
	require.Equal(t, []any{next.ID, operator.Ready, dead.ID, operator.Failed}, []any{all[0].ID, all[0].State, all[1].ID, all[1].State})

	// The one that died comes back and finds that it is over.
	_, err = w.super.Exec(ctx, "UPDATE river.river_job SET state = 'available' WHERE state = 'running'")
	require.NoError(t, err)
	require.NoError(t, w.jobs.Start(ctx))
	require.Eventually(t, func() bool {
		var open int
		require.NoError(t, w.super.QueryRow(ctx, "SELECT count(*) FROM river.river_job WHERE kind = 'chain_export' AND state <> 'completed'").Scan(&open))
		return open == 0
	}, 10*time.Second, 20*time.Millisecond)
	require.NoError(t, w.jobs.Stop(context.WithoutCancel(ctx)))
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	require.NoError(t, err)
	require.Len(t, files, 1)
}
