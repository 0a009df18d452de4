package pg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// roomInMemory is the least free space for which a throw-away cluster goes to memory: a container's /dev/shm has often
// 64 MB, less than one cluster needs.
const roomInMemory = 1 << 30

// StartTemporary runs a throw-away server: in memory where there is room, without fsync, gone at Stop. o.Dir, when
// set, is the folder to make it in. What killed processes left behind is swept first.
func StartTemporary(ctx context.Context, o Options) (*Server, error) {
	o.Fast = true
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Dir == "" {
		o.Dir = os.TempDir()
		var fs syscall.Statfs_t
		if syscall.Statfs("/dev/shm", &fs) == nil && fs.Bavail*uint64(fs.Bsize) > roomInMemory {
			o.Dir = "/dev/shm"
		}
	}
	prefix := fmt.Sprintf("changke-pg-%d-", os.Geteuid())
	sweep(ctx, filepath.Join(o.Dir, prefix+"*"), o.Log)
	dir, err := os.MkdirTemp(o.Dir, prefix)
	if err != nil {
		return nil, explainOS(err, o.Dir)
	}
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL's user must get through; its data is closed by itself
		return nil, err
	}
	o.Dir = dir
	s, err := Start(ctx, o)
	if err != nil {
		return nil, errors.Join(err, Remove(context.WithoutCancel(ctx), o))
	}
	s.remove = true
	return s, nil
}

// sweep removes the homes whose owner is gone: nobody holds their lock. One without a lock file may be another
// process's of this moment, unless it is old. What cannot be removed is left to the next time.
func sweep(ctx context.Context, pattern string, log *slog.Logger) {
	dirs, _ := filepath.Glob(pattern)
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || !info.IsDir() || int(info.Sys().(*syscall.Stat_t).Uid) != os.Geteuid() {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "lock")); err != nil && time.Since(info.ModTime()) < time.Minute {
			continue
		}
		if err := Remove(ctx, Options{Dir: dir, Log: log}); err != nil {
			log.Debug("throw-away PostgreSQL left alone", "directory", dir, "reason", err)
		}
	}
}
