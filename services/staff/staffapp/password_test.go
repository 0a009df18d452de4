package staffapp

import (
	"runtime"
	"sync"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
)

func TestNobodysHashCostsTheSame(t *testing.T) {
	p, _, _, err := argon2id.DecodeHash(nobodysHash)
	require.NoError(t, err)
	require.Equal(t, params, p)
	for _, cost := range []*argon2id.Params{nil, {Memory: 8, Iterations: 1, Parallelism: 1, SaltLength: 8, KeyLength: 16}} {
		h := newHasher(cost)
		p, _, _, err := argon2id.DecodeHash(h.nobodys)
		require.NoError(t, err)
		require.Equal(t, h.params, p)
		ok, err := h.matches(t.Context(), "", nil)
		require.NoError(t, err)
		require.False(t, ok)
	}
}

// A crowd at the door takes no more memory than two.
func TestCrowdAtTheDoor(t *testing.T) {
	once := *params
	once.Iterations = 1 // the memory is the same
	h := newHasher(&once)
	hash, err := h.hash(t.Context(), "changke-demo")
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range 200 {
		wg.Go(func() {
			ok, err := h.matches(t.Context(), "changke-demo", &hash)
			if err != nil || !ok {
				t.Error("refused", err)
			}
		})
	}
	wg.Wait()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	require.Less(t, m.Sys, uint64(256<<20))
}
