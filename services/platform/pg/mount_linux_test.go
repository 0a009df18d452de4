package pg

import "syscall"

// mountSmall mounts a disk of 20 MB, too small for a cluster.
func mountSmall(dir string) error {
	return syscall.Mount("changke", dir, "tmpfs", 0, "size=20m,mode=0755")
}
