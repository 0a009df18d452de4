package passwords

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestBuiltList(t *testing.T) {
	l, err := Load("")
	require.NoError(t, err, "make passwords")
	require.Greater(t, l.Len(), 10_000)
	for _, p := range []string{"password", "PassWord", "12345678", "qwertyuiop", "iloveyou", "1qaz2wsx"} {
		require.True(t, l.Has(p), p)
	}
	for _, p := range []string{"", "茶壶里有三条小鱼", "correct horse battery"} {
		require.False(t, l.Has(p), p)
	}
}

func TestListOfOnesOwn(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	for name, text := range map[string]string{"lines": "changlaicha\r\nchaguan888\n\n", "json": ` ["changlaicha", "chaguan888"]`} {
		l, err := Load(file(name, text))
		require.NoError(t, err, name)
		require.Equal(t, 2, l.Len(), name)
		require.True(t, l.Has("ChaGuan888"), name)
		require.False(t, l.Has("password"), name)
	}
	for name, text := range map[string]string{"nothing": "\n\n", "broken": `["a", `} {
		_, err := Load(file(name, text))
		require.ErrorContains(t, err, name)
	}
	_, err := Load(filepath.Join(dir, "missing"))
	require.Error(t, err)
	require.False(t, (*List)(nil).Has("password"))
}
