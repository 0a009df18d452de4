package pg

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// newfoundland is no zone of the product: half an hour off, with summer time.
var newfoundland = map[string]string{"timezone": "America/St_Johns"}

// newDir is a folder that every user reaches; testing's own lie under a closed one.
func newDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
	return dir
}

func start(t *testing.T, o Options) *Server {
	t.Helper()
	o.Settings = newfoundland
	s, err := Start(t.Context(), o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	return s
}

// ask runs one statement and returns the first column of its first row, as text.
func ask(t *testing.T, url, sql string) string {
	t.Helper()
	c, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer c.Close(context.Background())
	rows, err := c.Query(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
	require.NoError(t, err)
	defer rows.Close()
	answer := ""
	for rows.Next() {
		answer = string(rows.RawValues()[0])
	}
	require.NoError(t, rows.Err())
	return answer
}

func TestStartKeepsData(t *testing.T) {
	// A path longer than a socket's address can hold: then the socket lies in /tmp.
	dir := filepath.Join(newDir(t), strings.Repeat("long", 25), "pg")
	s := start(t, Options{Dir: dir})
	require.Equal(t, "America/St_Johns", ask(t, s.URL("postgres"), "SHOW timezone"))
	require.Equal(t, "on", ask(t, s.SocketURL("postgres"), "SHOW fsync"))
	require.Equal(t, "t", ask(t, s.URL("postgres"), "SELECT (setting = 'lz4') = ('lz4' = ANY(enumvals)) FROM pg_settings WHERE name = 'wal_compression'"), "pages in the log are compressed the cheapest way this build has")
	require.Equal(t, "127.0.0.1", ask(t, s.URL("postgres"), "SHOW listen_addresses"))
	require.NoError(t, s.CreateDatabase(t.Context(), "changke"))
	require.NoError(t, s.CreateDatabase(t.Context(), "changke"))
	ask(t, s.URL("changke"), "CREATE TABLE kept AS SELECT 'yes' AS answer")

	_, err := pgx.Connect(t.Context(), strings.Replace(s.URL("postgres"), s.password, "guess", 1))
	require.ErrorContains(t, err, "password authentication failed")
	info, err := os.Stat(filepath.Join(s.Dir(), "password"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	data, err := os.Stat(s.home.data())
	require.NoError(t, err)
	require.NotZero(t, data.Sys().(*syscall.Stat_t).Uid, "PostgreSQL never runs as root")

	_, err = Start(t.Context(), Options{Dir: dir})
	require.ErrorContains(t, err, fmt.Sprintf("is in use by process %d", os.Getpid()))
	require.ErrorContains(t, Remove(t.Context(), Options{Dir: dir}), "is in use")
	found, err := Running(dir, "changke")
	require.NoError(t, err)
	require.Equal(t, s.SocketURL("changke"), found, "another process finds it")
	require.Equal(t, "yes", ask(t, found, "SELECT answer FROM kept"))
	_, err = Running(filepath.Join(dir, "elsewhere"), "changke")
	require.ErrorIs(t, err, ErrNotRunning)

	require.NoError(t, s.Err())
	require.NoError(t, s.Stop(t.Context()))
	require.ErrorContains(t, s.Err(), "was shut down")
	_, err = Running(dir, "changke")
	require.ErrorIs(t, err, ErrNotRunning)
	require.NoDirExists(t, s.socket)
	s = start(t, Options{Dir: dir})
	require.Equal(t, "yes", ask(t, s.URL("changke"), "SELECT answer FROM kept"))
	require.NoError(t, s.Stop(t.Context()))

	require.NoError(t, Remove(t.Context(), Options{Dir: dir}))
	require.NoDirExists(t, dir)
}

// TestHelperProcess is no test: it is the `changke` that TestUncleanEnds kills. It starts a server and waits.
func TestHelperProcess(t *testing.T) {
	dir := os.Getenv("CHANGKE_PG_TEST_DIR")
	if dir == "" {
		return
	}
	s := start(t, Options{Dir: dir})
	ask(t, s.URL("postgres"), "CREATE TABLE kept AS SELECT 'committed' AS answer")
	fmt.Println("ready")
	<-t.Context().Done()
}

func TestUncleanEnds(t *testing.T) {
	dir := newDir(t)
	kept := func(s *Server) {
		t.Helper()
		require.Equal(t, "committed", ask(t, s.URL("postgres"), "SELECT answer FROM kept"))
	}

	// The parent is killed while the server runs.
	parent := exec.Command(os.Args[0], "-test.run=^TestHelperProcess$")
	parent.Env = append(os.Environ(), "CHANGKE_PG_TEST_DIR="+dir)
	out, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "ready\n", line)
	require.NoError(t, parent.Process.Kill())
	_ = parent.Wait()
	h, err := openHome(dir)
	require.NoError(t, err)
	require.NoError(t, h.waitGone(t.Context(), time.Minute))
	require.Empty(t, processesIn(h.data(), 0), "the server dies with its parent")
	s := start(t, Options{Dir: dir})
	kept(s)

	// The postmaster is killed, a backend of it hangs on.
	c, err := pgx.Connect(t.Context(), s.URL("postgres"))
	require.NoError(t, err)
	busy := make(chan error, 1)
	go func() {
		_, err := c.Exec(context.Background(), "DO $$ BEGIN LOOP END LOOP; END $$")
		busy <- err
	}()
	for ask(t, s.URL("postgres"), "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'") != "1" {
	}
	require.NoError(t, s.process.Kill())
	<-s.Done()
	requireOneLine(t, s.Err(), "has ended", "killed", "start again")
	require.Equal(t, s.Err(), s.Why(s.Err()), "nothing that people can mend")
	require.NoError(t, s.Stop(t.Context()))
	s = start(t, Options{Dir: dir})
	require.Error(t, <-busy)
	kept(s)
	require.NoError(t, s.Stop(t.Context()))

	// A postmaster runs that nobody owns any more.
	orphan := exec.Command(s.bin.postgres(), append([]string{"-D", s.home.data()}, arguments(settings(Options{Settings: map[string]string{
		"unix_socket_directories": s.home.data(), "port": strconv.Itoa(s.port),
	}}, "on"))...)...)
	lines := &serverLog{log: s.log, ready: make(chan struct{})}
	orphan.Dir, orphan.Env, orphan.Stderr, orphan.SysProcAttr = "/", cleanEnv, lines, childAttr(s.home.cred, 0)
	require.NoError(t, orphan.Start())
	<-lines.ready
	ended := make(chan error, 1)
	go func() { ended <- orphan.Wait() }()
	s = start(t, Options{Dir: dir, Port: s.port})
	require.NoError(t, <-ended, "a fast shutdown, not a kill")
	kept(s)
	require.NoError(t, s.Stop(t.Context()))

	// The pid file names a program of today that is no PostgreSQL, and a killed initdb left its half.
	require.NoError(t, os.WriteFile(s.home.data()+"/postmaster.pid", []byte(strconv.Itoa(os.Getppid())+"\n"+s.home.data()+"\n"), 0o600))
	require.NoError(t, s.home.own(s.home.data()+"/postmaster.pid"))
	require.NoError(t, os.MkdirAll(filepath.Join(s.Dir(), "data.new", "half"), 0o700))
	kept(start(t, Options{Dir: dir}))
}

func TestTemporary(t *testing.T) {
	dir := newDir(t)
	left := filepath.Join(dir, fmt.Sprintf("changke-pg-%d-left", os.Geteuid()))
	require.NoError(t, os.MkdirAll(filepath.Join(left, "data"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(left, "lock"), nil, 0o600))

	a, err := StartTemporary(t.Context(), Options{Dir: dir})
	require.NoError(t, err)
	require.NoDirExists(t, left, "swept")
	b, err := StartTemporary(t.Context(), Options{Dir: dir})
	require.NoError(t, err)
	require.Equal(t, "off", ask(t, a.URL("postgres"), "SHOW fsync"))
	require.Equal(t, "off", ask(t, b.URL("postgres"), "SHOW fsync"))
	require.NoError(t, a.Stop(t.Context()))
	require.NoError(t, b.Stop(t.Context()))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries)
}

// TestAsOrdinaryUser repeats the tests of this package as nobody when they run as root: what `make run` does on a
// developer's machine.
func TestAsOrdinaryUser(t *testing.T) {
	if os.Geteuid() != 0 {
		return // everything ran as an ordinary user already
	}
	nobody, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, _ := strconv.Atoi(nobody.Uid)
	gid, _ := strconv.Atoi(nobody.Gid)

	dir, err := os.MkdirTemp("/tmp", "changke-pg-test-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	require.NoError(t, os.Chown(dir, uid, gid))
	self, err := os.ReadFile(os.Args[0])
	require.NoError(t, err)
	program := filepath.Join(dir, "pg.test")
	require.NoError(t, os.WriteFile(program, self, 0o755))
	require.NoError(t, os.Chmod(program, 0o755))

	cmd := exec.CommandContext(t.Context(), program, "-test.v", "-test.run=^Test(StartKeepsData|UncleanEnds|Temporary|Refused)$")
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "TMPDIR=" + dir, "HOME=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Equal(t, 4, strings.Count(string(out), "--- PASS: Test"), string(out))
}

// TestClosedFolder: root keeps the project under /root, where PostgreSQL's user cannot get.
func TestClosedFolder(t *testing.T) {
	if os.Geteuid() != 0 {
		return // only root runs PostgreSQL as somebody else
	}
	closed := filepath.Join(newDir(t), "root")
	require.NoError(t, os.Mkdir(closed, 0o700))
	dir := filepath.Join(closed, "project", "pg")
	s := start(t, Options{Dir: dir})
	require.True(t, strings.HasPrefix(s.Dir(), elsewhereRoot+"/"), s.Dir())
	ask(t, s.URL("postgres"), "CREATE TABLE kept AS SELECT 'yes' AS answer")
	require.NoError(t, s.Stop(t.Context()))
	s = start(t, Options{Dir: dir})
	require.Equal(t, "yes", ask(t, s.URL("postgres"), "SELECT answer FROM kept"))
	require.NoError(t, s.Stop(t.Context()))
	require.NoError(t, Remove(t.Context(), Options{Dir: dir}))
	require.NoDirExists(t, s.Dir())
	require.NoDirExists(t, dir)

	// The npm package lies there too: its files are copied to where they can be run.
	native := filepath.Join(closed, "native")
	fakeInstallation(t, filepath.Join(native, "bin"), "17.6")
	h, err := openHome(newDir(t))
	require.NoError(t, err)
	bin, err := inspect(filepath.Join(native, "bin"))
	require.NoError(t, err)
	bin, err = h.settle(t.Context(), bin, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.Equal(t, h.path("postgresql-17.6/bin"), bin.dir)
	require.NoError(t, h.runs(t.Context(), bin.postgres(), "/"))
}
