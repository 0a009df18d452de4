package pg

import (
	"context"
	"errors"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// initdb makes the cluster in data.new and renames it, so that a killed initdb leaves nothing that looks like data.
// Locale C: the order of rows is that of the bytes on every machine, and no library upgrade can break an index.
func (h *home) initdb(ctx context.Context, bin binaries, fast bool) error {
	half := h.path("data.new")
	if err := errors.Join(os.RemoveAll(half), os.Mkdir(half, 0o700)); err != nil {
		return explainOS(err, h.dir)
	}
	if err := h.own(half); err != nil {
		return err
	}
	args := []string{
		"--pgdata", half, "--username", "postgres", "--pwfile", h.path("password"),
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale",
	}
	if fast {
		args = append(args, "--no-sync")
	} else {
		args = append(args, "--data-checksums")
	}
	cmd := exec.CommandContext(ctx, bin.initdb(), args...)
	cmd.Dir, cmd.Env = "/", cleanEnv
	cmd.SysProcAttr = childAttr(h.cred, 0)
	if out, err := cmd.CombinedOutput(); err != nil {
		_ = os.RemoveAll(half)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return explain(notStarted, strings.Split(string(out), "\n"), h.dir, 0, err)
	}
	return explainOS(os.Rename(half, h.data()), h.dir)
}

// settings are the server's: this package's defaults for a small machine, then the caller's. They go on the command
// line, where nothing in the data directory overrides them. compression is that of whole pages in the log.
func settings(o Options, compression string) map[string]string {
	s := map[string]string{
		"shared_buffers":               "256MB",
		"effective_cache_size":         "1GB",
		"work_mem":                     "16MB",
		"maintenance_work_mem":         "128MB",
		"max_connections":              "200",
		"max_wal_size":                 "2GB",
		"checkpoint_timeout":           "15min",
		"wal_compression":              compression,
		"wal_writer_delay":             "10ms", // beside a run that writes much, a commit finds little left to flush
		"random_page_cost":             "1.1",
		"jit":                          "off",
		"log_min_error_statement":      "panic", // statements and details of errors hold guests' data: never in a log
		"log_error_verbosity":          "terse",
		"log_checkpoints":              "off",
		"max_prepared_transactions":    "0",
		"cluster_name":                 "changke",
		"autovacuum_naptime":           "20s",
		"autovacuum_vacuum_cost_delay": "1ms",
	}
	if o.Fast {
		maps.Copy(s, map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})
	}
	maps.Copy(s, o.Settings)
	// The rest is how this package finds and hears the server: not for the caller to change.
	maps.Copy(s, map[string]string{
		"listen_addresses": "127.0.0.1", "log_destination": "stderr", "logging_collector": "off",
		"log_line_prefix": "", "log_min_messages": "warning", "lc_messages": "C", "external_pid_file": "",
	})
	return s
}

// arguments renders settings for the command line, in a fixed order.
func arguments(settings map[string]string) []string {
	var args []string
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		args = append(args, "-c", name+"="+settings[name])
	}
	return args
}
