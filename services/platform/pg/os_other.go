//go:build !linux

package pg

import "syscall"

// childAttr lacks the signal at our end here: a server outlives a killed parent, and the next start stops it.
func childAttr(cred *syscall.Credential, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred, Setsid: true}
}

// processesIn knows only what the pid file says here.
func processesIn(_ string, pidFile int) []int {
	if pidFile > 0 && syscall.Kill(pidFile, 0) == nil {
		return []int{pidFile}
	}
	return nil
}
