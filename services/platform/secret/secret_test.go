package secret_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/secret"
)

func TestKeys(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "master")
	master, err := secret.MasterFile(path)
	require.NoError(t, err)
	now := time.Unix(1_700_000_000, 0)
	keysOf := func(tenant kernel.TenantID) *secret.Keys {
		lookup, box, err := master.NewTenantKeys(tenant)
		require.NoError(t, err)
		again, err := secret.MasterFile(path)
		require.NoError(t, err)
		keys, err := again.Unwrap(tenant, lookup, box)
		require.NoError(t, err)
		return keys
	}
	a, b := keysOf(kernel.NewID[kernel.TenantID](now)), keysOf(kernel.NewID[kernel.TenantID](now))
	phone, row, other := kernel.Phone("+8613812341234"), kernel.NewID[kernel.UUID](now), kernel.NewID[kernel.UUID](now)

	require.Equal(t, a.NumberKey(phone), a.NumberKey(phone))
	require.NotEqual(t, a.NumberKey(phone), b.NumberKey(phone), "the same number must not be recognisable across tenants")

	box, err := a.Seal(phone, "guest", row)
	require.NoError(t, err)
	require.NotContains(t, string(box), "13812341234")
	got, err := a.Open(box, "guest", row)
	require.NoError(t, err)
	require.Equal(t, phone, got)
	for name, open := range map[string]func() (kernel.Phone, error){
		"other tenant": func() (kernel.Phone, error) { return b.Open(box, "guest", row) },
		"other table":  func() (kernel.Phone, error) { return a.Open(box, "booking", row) },
		"other row":    func() (kernel.Phone, error) { return a.Open(box, "guest", other) },
		"cut":          func() (kernel.Phone, error) { return a.Open(box[:5], "guest", row) },
	} {
		_, err := open()
		require.Error(t, err, name)
	}

	stranger, err := secret.MasterFile(filepath.Join(t.TempDir(), "master"))
	require.NoError(t, err)
	tenant := kernel.NewID[kernel.TenantID](now)
	lookup, boxKey, err := master.NewTenantKeys(tenant)
	require.NoError(t, err)
	_, err = stranger.Unwrap(tenant, lookup, boxKey)
	require.ErrorContains(t, err, "master key does not fit")
}

// Processes that begin at the same moment agree on one key: what one of them has sealed
// by another would be lost.
func TestOneMasterKey(t *testing.T) {
	t.Parallel()
	tenant := kernel.NewID[kernel.TenantID](time.Unix(1_700_000_000, 0))
	var path, dir string
	for range 200 {
		dir = t.TempDir()
		path = filepath.Join(dir, "master")
		masters, begin := make([]*secret.Master, 4), make(chan struct{})
		var wg sync.WaitGroup
		for i := range masters {
			wg.Go(func() {
				<-begin
				masters[i], _ = secret.MasterFile(path)
			})
		}
		close(begin)
		wg.Wait()
		require.NotContains(t, masters, (*secret.Master)(nil))
		lookup, box, err := masters[0].NewTenantKeys(tenant)
		require.NoError(t, err)
		for _, m := range masters {
			_, err := m.Unwrap(tenant, lookup, box)
			require.NoError(t, err)
		}
	}
	files, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, files, 1, "nothing half written beside it")
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode())
}
