package pg

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrNotRunning says that no server runs on a directory.
var ErrNotRunning = errors.New("no PostgreSQL runs there")

// Running gives the superuser's address, over the socket, of a database of the server that another process of ours
// runs on a directory (Options.Dir). It starts and makes nothing. Fault: ErrNotRunning.
func Running(dir, database string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("%w: %s", ErrNotRunning, dir)
	}
	h, err := openHome(dir)
	if err != nil {
		return "", err
	}
	// postmaster.pid: process, data, start, port, socket's folder, …
	text, _ := os.ReadFile(h.data() + "/postmaster.pid")
	lines := strings.Split(string(text), "\n")
	if len(lines) < 5 || len(processesIn(h.data(), h.pidFile())) == 0 {
		return "", fmt.Errorf("%w: %s", ErrNotRunning, dir)
	}
	port, err := strconv.Atoi(strings.TrimSpace(lines[3]))
	if err != nil {
		return "", err
	}
	password, err := h.password()
	return (&Server{home: h, socket: strings.TrimSpace(lines[4]), port: port, password: password}).SocketURL(database), err
}
