package pg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// home is the folder of one cluster:
//
//	data/      the cluster (PGDATA)
//	password   of the superuser, mode 0600
//	lock       held while a process of ours uses the cluster; holds its process id
//	run/       the unix socket
//	elsewhere  link to the real home, when PostgreSQL's user cannot reach this one
type home struct {
	asked string              // Options.Dir, absolute
	dir   string              // the real home; differs from asked only through elsewhere
	cred  *syscall.Credential // PostgreSQL refuses to run as root: the user it runs as; nil = ourselves
}

func (h *home) data() string            { return filepath.Join(h.dir, "data") }
func (h *home) path(name string) string { return filepath.Join(h.dir, name) }

// elsewhereRoot is where root keeps clusters that cannot live in the folder asked for.
const elsewhereRoot = "/var/lib/changke"

func openHome(dir string) (*home, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, explainOS(err, dir)
	}
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	h := &home{asked: dir, dir: real}
	if target, err := os.Readlink(h.path("elsewhere")); err == nil {
		h.dir = target
	}
	h.cred, err = h.account()
	return h, err
}

// account decides which user PostgreSQL runs as. Root runs it as the owner of the existing cluster, else as postgres,
// else as nobody. Anyone else runs it as himself and must own the cluster.
func (h *home) account() (*syscall.Credential, error) {
	owner, gid := -1, -1
	if info, err := os.Stat(h.data()); err == nil {
		st := info.Sys().(*syscall.Stat_t)
		owner, gid = int(st.Uid), int(st.Gid)
	}
	if me := os.Geteuid(); me != 0 {
		if owner >= 0 && owner != me {
			return nil, fmt.Errorf("the data directory %s belongs to user %d, not to you (%d): run as that user or as root, or choose another directory", h.data(), owner, me)
		}
		return nil, nil
	}
	if owner > 0 {
		return &syscall.Credential{Uid: uint32(owner), Gid: uint32(gid)}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root and there is neither a user postgres nor nobody: create one (useradd --system postgres)")
}

// settle makes sure that PostgreSQL's user can run the binaries and reach the home. Under a closed folder such as
// /root the binaries are copied and the cluster is kept in /var/lib/changke; a link and a warning tell where.
func (h *home) settle(ctx context.Context, bin binaries, log *slog.Logger) (binaries, error) {
	if h.cred == nil {
		return bin, nil
	}
	if h.runs(ctx, "/bin/true", h.dir) != nil {
		if h.major() != 0 {
			return bin, fmt.Errorf("user %d, who runs PostgreSQL, cannot reach the data directory %s: open the folders above it (chmod o+x)", h.cred.Uid, h.data())
		}
		if err := h.moveElsewhere(); err != nil {
			return bin, err
		}
	}
	if h.dir != h.asked {
		log.Warn("PostgreSQL's user cannot reach the folder asked for, the data is kept elsewhere", "folder", h.asked, "elsewhere", h.dir)
	}
	if err := h.own(h.data()); err != nil {
		return bin, err
	}
	if h.runs(ctx, bin.postgres(), "/") == nil {
		return bin, nil
	}
	installed, copied := filepath.Dir(bin.dir), h.path("postgresql-"+bin.version)
	bin.dir = filepath.Join(copied, "bin")
	if _, err := os.Stat(copied); err == nil {
		return bin, nil
	}
	half := copied + ".new"
	err := errors.Join(os.RemoveAll(half), os.CopyFS(half, os.DirFS(installed)), h.own(half), os.Rename(half, copied))
	return bin, explainOS(err, h.dir)
}

// runs tries for real, so that modes, access lists and mount options all count.
func (h *home) runs(ctx context.Context, program, dir string) error {
	cmd := exec.CommandContext(ctx, program, "--version")
	cmd.Dir, cmd.Env = dir, cleanEnv
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: h.cred}
	return cmd.Run()
}

func (h *home) moveElsewhere() error {
	if err := os.MkdirAll(elsewhereRoot, 0o755); err != nil {
		return explainOS(err, elsewhereRoot)
	}
	dir, err := os.MkdirTemp(elsewhereRoot, filepath.Base(h.asked)+"-")
	if err != nil {
		return explainOS(err, elsewhereRoot)
	}
	link := h.path("elsewhere")
	h.dir = dir
	_ = os.Remove(link) // an old link whose target became unreachable
	return explainOS(errors.Join(os.Chmod(dir, 0o755), os.Symlink(dir, link)), h.asked)
}

// own gives a tree to PostgreSQL's user. A tree that is missing or already his costs one look.
func (h *home) own(tree string) error {
	info, err := os.Lstat(tree)
	if h.cred == nil || os.IsNotExist(err) || err == nil && info.Sys().(*syscall.Stat_t).Uid == h.cred.Uid {
		return nil
	}
	return filepath.WalkDir(tree, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return os.Lchown(path, int(h.cred.Uid), int(h.cred.Gid))
	})
}
