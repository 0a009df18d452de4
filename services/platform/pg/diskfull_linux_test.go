package pg

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// TestDiskFull fills a real disk where the machine lets root make one; TestExplain holds the words everywhere.
func TestDiskFull(t *testing.T) {
	disk := newDir(t)
	if err := syscall.Mount("changke", disk, "tmpfs", 0, "size=20m,mode=0755"); err != nil {
		t.Log("no small disk can be made here:", err)
		return
	}
	defer func() { require.NoError(t, syscall.Unmount(disk, 0)) }()

	for _, size := range []string{"20m", "19m", "18m"} { // full at a page's end, and in the midst of one
		require.NoError(t, syscall.Mount("changke", disk, "tmpfs", syscall.MS_REMOUNT, "size="+size+",mode=0755"))
		_, err := Start(t.Context(), Options{Dir: filepath.Join(disk, "small")})
		requireOneLine(t, err, "the disk of "+disk, "is full: free some space")
		require.NoError(t, Remove(t.Context(), Options{Dir: filepath.Join(disk, "small")}))
	}

	// A full disk under an existing cluster.
	require.NoError(t, syscall.Mount("changke", disk, "tmpfs", syscall.MS_REMOUNT, "size=200m,mode=0755"))
	o := Options{Dir: filepath.Join(disk, "pg"), Fast: true, Settings: map[string]string{"max_wal_size": "64MB"}}
	s, err := Start(t.Context(), o)
	require.NoError(t, err)
	require.NoError(t, s.Stop(t.Context()))
	ballast := filepath.Join(disk, "ballast")
	require.ErrorIs(t, os.WriteFile(ballast, make([]byte, 300<<20), 0o600), syscall.ENOSPC)
	_, err = Start(t.Context(), o)
	requireOneLine(t, err, "the disk of "+disk, "is full: free some space")
	require.NoError(t, os.Remove(ballast))
	s, err = Start(t.Context(), o)
	require.NoError(t, err, "room again, and it starts")
	require.Error(t, os.WriteFile(ballast, make([]byte, 300<<20), 0o600))
	c, err := pgx.Connect(t.Context(), s.URL("postgres"))
	require.NoError(t, err)
	_, err = c.Exec(t.Context(), "CREATE TABLE big AS SELECT repeat(md5(n::text), 100) FROM generate_series(1, 100000) n")
	requireOneLine(t, s.Why(err), "the disk of "+disk, "is full: free some space")
	require.NoError(t, c.Close(t.Context()))
	require.NoError(t, s.Stop(t.Context()))
}
