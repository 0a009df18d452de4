package main

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/testdb"
)

// command runs changke as a process that must refuse, and gives what it said: a line.
func command(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asChangke+"=1", "CHANGKE_MASTER_KEY=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	var said strings.Builder
	cmd.Stderr = &said
	require.Error(t, cmd.Run(), "%q", args)
	return said.String()
}

// TestCommandsRefuse: whatever is wrong with how a command is called, or with the
// database it is called with, is told in one line that says what to do.
func TestCommandsRefuse(t *testing.T) {
	t.Parallel()
	common := filepath.Join(t.TempDir(), "common")
	require.NoError(t, os.WriteFile(common, []byte("12345678\n"), 0o600))
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	empty, good, nowhere, port := testdb.Empty(t).SuperURL, testdb.New(t), "postgres://x:secret@127.0.0.1:1/none", taken.Addr().String()
	tell := func(want string, args ...string) string {
		t.Helper()
		said := command(t, args...)
		require.Contains(t, said, want, "%q", args)
		require.Equal(t, 1, strings.Count(said, "\n"), "%q: %s", args, said)
		require.Less(t, len(said), 500)
		return said
	}
	tell("expected one of")
	tell("unexpected argument", "serv")
	tell("unknown flag --nope", "serve", "--nope")
	tell("--tls must be one of", "serve", "--tls=on")
	tell("missing flags: --tenant", "import")
	for _, c := range [][]string{
		{"serve", "--password-list", common},
		{"worker"},
		{"import", "--tenant=x", "--data", golden},
		{"rebuild"},
		{"operator", "list"},
		{"audit", "verify", "--tenant=all"},
		{"keys", "status"},
		{"sandbox", "--code=x"},
	} {
		tell("the database is empty: run `changke migrate`", append(c, "--database-url", empty)...)
		tell("connection refused", append(c, "--database-url", nowhere)...)
	}
	for _, c := range [][]string{{"worker"}, {"sandbox", "--code=x"}} {
		said := tell("is a superuser: row level security does not bind it; connect as changke_app", append(c, "--database-url", good.SuperURL)...)
		require.Less(t, len(said), 220, said)
	}
	for _, c := range [][]string{{"serve", "--password-list", common}, {"worker"}, {"up", "--data-dir", t.TempDir(), "--listen=127.0.0.1:0"}} {
		tell("export-dir "+common+"/exports cannot be written: not a directory; choose another with CHANGKE_EXPORT_DIR", append(c, "--database-url", nowhere, "--export-dir", common+"/exports")...)
	}
	tell("connection refused; is that server running, and DATABASE_URL right", "migrate", "--database-url", nowhere)
	tell("listen "+port+": bind: address already in use; stop what uses the port or choose another with CHANGKE_LISTEN", "up", "--data-dir", t.TempDir(), "--listen", port)
	tell("cannot assign requested address; choose another with CHANGKE_LISTEN", "up", "--data-dir", t.TempDir(), "--tls=proxy", "--listen=203.0.113.77:0")
	tell("choose another with CHANGKE_OPS_LISTEN", "up", "--data-dir", t.TempDir(), "--ops-listen", port, "--listen=127.0.0.1:0")
	tell("tls-cert, tls-key: open "+common+"/crt: not a directory", "up", "--data-dir", t.TempDir(), "--listen=127.0.0.1:0", "--tls=files", "--tls-cert", common+"/crt", "--tls-key", common+"/key")
	tell("--tls-self and tls=proxy are both set; keep one", "up", "--data-dir", t.TempDir(), "--tls-self", "--tls=proxy")
	tell("--tenant \"a b\" is no code of a chain", "import", "--tenant=a b", "--data", golden, "--database-url", good.AppURL)
	for _, c := range [][]string{{"rebuild"}, {"import", "--discard"}, {"audit", "verify"}, {"keys", "status"}} {
		tell("no chain has the code \"nobody\"", append(c, "--tenant=nobody", "--database-url", good.AppURL)...)
	}
	tell("data-dir "+common+" cannot be written: not a directory; choose another with CHANGKE_DATA_DIR", "up", "--data-dir", common, "--listen=127.0.0.1:0")
	idle := t.TempDir()
	for _, c := range [][]string{{"rebuild"}, {"keys", "status"}, {"sandbox", "--code=x"}} {
		tell("no `changke up` runs in data-dir "+idle+": set one of the two", append(c, "--database-url=", "--data-dir", idle)...)
	}
	require.NoFileExists(t, filepath.Join(idle, "master.key"))
	tell("--days 0 is not between 1 and 730", "sandbox", "--code=x", "--days=0", "--database-url", nowhere)

	said := command(t, "import", "--tenant=x", "--data", t.TempDir(), "--database-url", good.AppURL)
	require.Contains(t, said, "nothing was written\n  span.json:1: : the file is missing")
	require.Zero(t, count(t, good.Super(t), "tenant"), "not even the chain")
}

// TestUpEndsWithItsDatabase: a console without a database would only apologize. It ends
// and says why, and the next start repairs the data.
func TestUpEndsWithItsDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755)) // for PostgreSQL's user
	up := exec.CommandContext(t.Context(), os.Args[0], "up", "--empty", "--data-dir", dir, "--listen=127.0.0.1:0")
	up.Dir, up.Env = "../..", append(os.Environ(), asChangke+"=1", "DATABASE_URL=") // where npm put a PostgreSQL, if the machine has none
	var said strings.Builder
	up.Stderr = &said
	out, err := up.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, up.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !strings.Contains(lines.Text(), "ready") {
	}
	look := exec.CommandContext(t.Context(), os.Args[0], "rebuild", "--check", "--data-dir", dir)
	look.Dir, look.Env = up.Dir, up.Env
	found, err := look.Output()
	require.NoError(t, err)
	require.Equal(t, "there is no chain yet\n", string(found), "a command beside it finds its database and key")
	postmaster, err := os.ReadFile(filepath.Join(dir, "postgres/data/postmaster.pid"))
	require.NoError(t, err, said.String())
	pid, err := strconv.Atoi(strings.Fields(string(postmaster))[0])
	require.NoError(t, err)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	for lines.Scan() {
	}
	require.Error(t, up.Wait())
	require.Contains(t, said.String(), "has ended (signal: killed): start again, its data is repaired then")
	require.Equal(t, 1, strings.Count(said.String(), "\n"), said.String())
}
