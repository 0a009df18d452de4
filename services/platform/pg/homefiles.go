package pg

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// major is the version that made the cluster, 0 when there is none.
func (h *home) major() int {
	text, _ := os.ReadFile(filepath.Join(h.data(), "PG_VERSION"))
	n, _ := strconv.Atoi(strings.TrimSpace(string(text)))
	return n
}

// lock keeps two processes off one cluster; the kernel frees it however the holder ends.
func (h *home) lock() (unlock func(), err error) {
	f, err := os.OpenFile(h.path("lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, explainOS(err, h.dir)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		pid, _ := os.ReadFile(f.Name())
		f.Close()
		return nil, fmt.Errorf("the data directory %s is in use by process %s: stop it first, or choose another directory", h.dir, strings.TrimSpace(string(pid)))
	}
	_ = f.Truncate(0) // the number only serves the message above: a full disk must not stop a start here
	_, _ = fmt.Fprintln(f, os.Getpid())
	return func() { f.Close() }, nil
}

// password reads the superuser's password, or makes one when there is no cluster yet.
func (h *home) password() (string, error) {
	file := h.path("password")
	if h.major() != 0 {
		text, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("the password of the data directory cannot be read (%w): put the file back, or remove %s to begin afresh", err, h.dir)
		}
		return strings.TrimSpace(string(text)), nil
	}
	password := rand.Text()
	if err := os.WriteFile(file, []byte(password+"\n"), 0o600); err != nil {
		return "", explainOS(err, h.dir)
	}
	return password, explainOS(errors.Join(os.Chmod(file, 0o600), h.own(file)), h.dir)
}

// socketDir makes the folder of the unix socket: in the home, or in /tmp when the home's path would exceed the 107
// bytes that a socket address holds.
func (h *home) socketDir() (string, error) {
	dir := h.path("run")
	if len(dir)+len("/.s.PGSQL.65535") > 107 {
		sum := sha256.Sum256([]byte(h.dir))
		dir = fmt.Sprintf("/tmp/changke-pg-%x", sum[:8])
	}
	err := errors.Join(os.RemoveAll(dir), os.Mkdir(dir, 0o700)) // in this order nobody else's folder or link is used
	if err == nil {
		err = h.own(dir)
	}
	return dir, explainOS(err, h.dir)
}

// remove deletes what this package made and nothing else.
func (h *home) remove() error {
	copies, _ := filepath.Glob(h.path("postgresql*"))
	names := append(copies, h.data(), h.path("data.new"), h.path("run"), h.path("password"), h.path("lock"))
	if h.dir != h.asked {
		names = append(names, h.dir, filepath.Join(h.asked, "elsewhere"))
	}
	var errs []error
	for _, name := range names {
		if name != h.asked {
			errs = append(errs, os.RemoveAll(name))
		}
	}
	_ = os.Remove(h.asked) // only when nothing of the caller's lies there
	return errors.Join(errs...)
}
