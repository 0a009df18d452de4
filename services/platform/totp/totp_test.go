package totp_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/totp"
)

// TestStep holds against RFC 6238, appendix B (the last six of its eight digits).
func TestStep(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for at, code := range map[int64]string{1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		now := time.Unix(at, 0)
		for _, late := range []time.Duration{-totp.Period, 0, totp.Period} {
			step, ok := totp.Step(secret, code, now.Add(late))
			require.True(t, ok, "%d %s", at, late)
			require.Equal(t, at/30, step, "the code's own step, however late it comes")
		}
		for _, late := range []time.Duration{-2 * totp.Period, 2 * totp.Period} {
			_, ok := totp.Step(secret, code, now.Add(late))
			require.False(t, ok, "%d %s", at, late)
		}
	}
	for _, code := range []string{"", "28708", "2870822", "287083", "２８７０８２"} {
		_, ok := totp.Step(secret, code, time.Unix(59, 0))
		require.False(t, ok, code)
	}
	_, ok := totp.Step("not base32!", "287082", time.Unix(59, 0))
	require.False(t, ok)
}

func TestNewSecret(t *testing.T) {
	t.Parallel()
	secret := totp.NewSecret()
	require.Len(t, secret, 32)
	require.NotEqual(t, secret, totp.NewSecret())
	code, err := totp.Code(secret, time.Unix(59, 0))
	require.NoError(t, err)
	_, ok := totp.Step(secret, code, time.Unix(59, 0))
	require.True(t, ok)
	require.Equal(t, "otpauth://totp/%E5%B8%B8%E5%AE%A2:demo%20A001?issuer=%E5%B8%B8%E5%AE%A2&secret="+secret, totp.URI("常客", "demo A001", secret))
}
