package kernel_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
)

// TestMonthsAreTheCalendars compares every day of eight centuries with package time's.
func TestMonthsAreTheCalendars(t *testing.T) {
	t.Parallel()
	for at := time.Date(1599, 12, 31, 0, 0, 0, 0, time.UTC); at.Year() < 2402; at = at.AddDate(0, 0, 1) {
		d := kernel.BusinessDate(at.Unix() / 86400)
		if at.Unix() < 0 {
			d = kernel.BusinessDate((at.Unix() - 86399) / 86400)
		}
		m := d.Month()
		if m != kernel.Month(at.Year()*12+int(at.Month())-1) || m.First().Time() != at.AddDate(0, 0, 1-at.Day()) {
			t.Fatalf("%s: %d, from %s on", at, m, m.First())
		}
	}
	require.Equal(t, time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC), kernel.Month(0).First().Time())
}
