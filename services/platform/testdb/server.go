package testdb

import (
	"context"
	"os"
	"path/filepath"
	"sync"

	"github.com/changke/changke/services/platform/pg"
)

// EnvURL names the variable that holds the superuser's URL of a server for tests. Its data is the tests' to spoil.
const EnvURL = "TEST_DATABASE_URL"

// Zone is the time zone of every test session: neither the server's usual UTC nor the product's China, half an hour
// off and with summer time, so that a forgotten zone shows.
const Zone = "America/St_Johns"

// StartServer starts a throw-away PostgreSQL made for tests. It dies with the process.
func StartServer(ctx context.Context) (*pg.Server, error) {
	return pg.StartTemporary(ctx, pg.Options{
		Roots: []string{moduleRoot()},
		Settings: map[string]string{
			"timezone":        Zone,
			"max_connections": "400", // several packages' tests at once, each with pools of its own
			"shared_buffers":  "128MB",
			"max_wal_size":    "256MB",
			"wal_level":       "minimal",
			"max_wal_senders": "0",
		},
	})
}

// serverURL is TEST_DATABASE_URL, else a server of this process's own: started at the first use, killed by the kernel
// when the process ends, its files swept by the next one.
var serverURL = sync.OnceValues(func() (string, error) {
	if url := os.Getenv(EnvURL); url != "" {
		return url, nil
	}
	s, err := StartServer(context.Background())
	if err != nil {
		return "", err
	}
	return s.URL("postgres"), nil
})

// moduleRoot is the nearest folder upwards with a go.mod: tests run in their package's folder, npm installs at the top.
func moduleRoot() string {
	dir, err := os.Getwd()
	for err == nil && dir != filepath.Dir(dir) {
		if _, missing := os.Stat(filepath.Join(dir, "go.mod")); missing == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	return "."
}
