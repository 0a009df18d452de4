package customer_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// CUS-04: the share is rounded up, whatever the order the files come in, each is
// drawn once, and the seed alone decides which.
func TestDraw(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		files := make([]kernel.FileID, rapid.IntRange(0, 300).Draw(rt, "files"))
		for i := range files {
			files[i] = kernel.FileID{0: byte(i), 1: byte(i >> 8), 6: 0x70, 8: 0x80}
		}
		percent, seed := rapid.Int64Range(1, 100).Draw(rt, "percent"), rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(rt, "seed")
		store := kernel.StoreID{1}
		drawn := customer.Draw(seed, store, files, percent)
		require.Len(rt, drawn, int((int64(len(files))*percent+99)/100))
		require.True(rt, len(files) == 0 || len(drawn) > 0, "at least one where any was approved")
		require.Subset(rt, files, drawn)
		seen := map[kernel.FileID]bool{}
		for _, f := range drawn {
			require.False(rt, seen[f])
			seen[f] = true
		}
		rand.Shuffle(len(files), func(i, j int) { files[i], files[j] = files[j], files[i] })
		require.Equal(rt, drawn, customer.Draw(seed, store, files, percent))
	})
}

// Nobody can foresee a draw, and no file is left out for ever: over many seeds
// each file is drawn about as often as any other.
func TestDrawIsFair(t *testing.T) {
	files, times := make([]kernel.FileID, 20), map[kernel.FileID]int{}
	for i := range files {
		files[i] = kernel.FileID{byte(i)}
	}
	for n := range 4000 {
		for _, f := range customer.Draw([]byte{byte(n), byte(n >> 8)}, kernel.StoreID{}, files, 5) {
			times[f]++
		}
	}
	for _, f := range files {
		require.InDelta(t, 200, times[f], 80)
	}
}

// Taking fields over leaves no other one touched, and takes each whole.
func TestTake(t *testing.T) {
	day := customer.Day{Year: 1980, Month: 5, Day: 1}
	full := customer.Fields{
		Name: "王建国", NameInsisted: false, Sex: customer.Male, PHS: true, HowKnown: "介绍", Employer: "西安饮食股份有限公司", JobTitle: "部长", Address: "科技路5号",
		Birthday: &day, Wedding: &day, CompanyDay: &day, Anniversaries: []customer.Anniversary{{Label: "结识", Day: day}}, Taste: "微辣", Favourites: "鱼", Taboos: "花生",
		InvoiceTitle: "某公司", Consent: true, Extra: map[string]string{"x_tea": "龙井"},
	}
	none := customer.Fields{}
	for _, name := range append(none.Changed(full), "x_tea") {
		require.Equal(t, []string{name}, none.Changed(none.Take([]string{name}, full)), name)
		require.NotContains(t, full.Changed(full.Take([]string{name}, full)), name)
		require.Equal(t, []string{name}, full.Changed(full.Take([]string{name}, none)), name)
	}
	require.True(t, none.Take([]string{"number"}, full).PHS, "what a number is goes with it")
}
