package process

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestUseAgain: whoever asks twice gets no more threads than who asks once.
func TestUseAgain(t *testing.T) {
	t.Setenv("GOMAXPROCS", "")
	t.Cleanup(func() { runtime.GOMAXPROCS(processors) })
	Use()
	once := runtime.GOMAXPROCS(0)
	require.Equal(t, threads*processors, once)
	Use()
	require.Equal(t, once, runtime.GOMAXPROCS(0))
}
