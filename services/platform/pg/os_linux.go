package pg

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// childAttr runs a child as cred (nil = ourselves), in a session of its own, so that Ctrl-C reaches us and not the
// database; with a signal, the kernel sends it to the child when the thread that started it ends.
func childAttr(cred *syscall.Credential, atOurEnd syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred, Setsid: true, Pdeathsig: atOurEnd}
}

// processesIn lists the PostgreSQL processes that work in the data directory: the postmaster and its children have
// it as their working directory. The pid file alone would miss the children of a killed postmaster.
func processesIn(data string, _ int) []int {
	var pids []int
	dirs, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, cwd := range dirs {
		dir, err := os.Readlink(cwd)
		if err != nil || dir != data {
			continue
		}
		exe, _ := os.Readlink(filepath.Join(filepath.Dir(cwd), "exe"))
		if !strings.HasPrefix(filepath.Base(exe), "postgres") {
			continue // a shell standing in the folder, or a process that just ended
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(cwd)))
		pids = append(pids, pid)
	}
	return pids
}
