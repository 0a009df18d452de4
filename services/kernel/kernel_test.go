package kernel_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
)

func day(t testing.TB, s string) kernel.BusinessDate {
	t.Helper()
	d, err := kernel.ParseDate(s)
	require.NoError(t, err)
	return d
}

// RUL-02: minus calendar months, clamped to the month's last day.
func TestMinusMonths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2025-05-31", 3, "2025-02-28"},
		{"2024-05-31", 3, "2024-02-29"},
		{"2025-05-29", 3, "2025-02-28"},
		{"2025-05-28", 3, "2025-02-28"},
		{"2025-07-31", 3, "2025-04-30"},
		{"2025-01-31", 3, "2024-10-31"},
		{"2025-03-31", 1, "2025-02-28"},
		{"2025-01-01", 12, "2024-01-01"},
		{"2025-01-31", -1, "2025-02-28"},
		{"2025-12-31", -2, "2026-02-28"},
		{"2025-04-02", 3, "2025-01-02"},
		{"2000-03-31", 1, "2000-02-29"},
		{"2100-03-31", 1, "2100-02-28"},
	} {
		require.Equal(t, c.want, day(t, c.from).MinusMonths(c.months).String(), "%s - %d", c.from, c.months)
	}
}

// A bill closed at 01:30 belongs to the evening before.
func TestBusinessDateOf(t *testing.T) {
	t.Parallel()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	require.NoError(t, err)
	for at, want := range map[string]string{
		"2025-03-02T01:30:00+08:00": "2025-03-01", "2025-03-02T03:59:59+08:00": "2025-03-01", "2025-03-02T04:00:00+08:00": "2025-03-02",
		"2025-03-01T17:30:00Z": "2025-03-01", "2025-02-28T20:00:00Z": "2025-03-01", "2025-01-01T02:00:00+08:00": "2024-12-31",
	} {
		moment, err := time.Parse(time.RFC3339, at)
		require.NoError(t, err)
		require.Equal(t, want, kernel.BusinessDateOf(moment, shanghai, 4*time.Hour).String(), at)
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := kernel.BusinessDate(rapid.IntRange(-100000, 100000).Draw(t, "day"))
		again, err := kernel.ParseDate(d.String())
		require.NoError(t, err)
		require.Equal(t, d, again)
		m := d.Month()
		require.LessOrEqual(t, m.First(), d)
		require.GreaterOrEqual(t, m.Last(), d)
		require.Equal(t, m.Days(), int(m.Last()-m.First())+1)
		require.Equal(t, m-3, d.MinusMonths(3).Month())
	})
	for _, bad := range []string{"", "2025-2-1", "2025-02-30", "20250201", "2025-02-01T00:00:00Z", "0000-00-00"} {
		_, err := kernel.ParseDate(bad)
		require.Error(t, err, bad)
	}
	m, err := kernel.ParseMonth("2024-02")
	require.NoError(t, err)
	require.Equal(t, 29, m.Days())
	require.Equal(t, "2024-02", m.String())
}

func TestPhone(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"13812341234": "+8613812341234", " 138-1234 1234": "+8613812341234", "+86 138 1234 1234": "+8613812341234", "008613812341234": "+8613812341234",
		"１３８１２３４１２３４": "+8613812341234", "+852 5123 4567": "+85251234567", "(029)8832-1234": "+862988321234", "02988321234": "+862988321234",
	} {
		got, err := kernel.ParsePhone(in)
		require.NoError(t, err, in)
		require.Equal(t, want, got.E164(), in)
	}
	for _, bad := range []string{"", "abc", "1381234", "138123412345678901", "+0123456789", "13812341234x", "138+12341234", "110"} {
		_, err := kernel.ParsePhone(bad)
		require.ErrorIs(t, err, kernel.ErrBadPhone, bad)
	}
}

// However a number is printed by accident, it comes out masked.
func TestPhoneAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for p, want := range map[kernel.Phone]string{
		"+8613812341234": "13812341234", "+862988123456": "02988123456", "+861065123456": "01065123456", "+869112123456": "09112123456", "+85291234567": "+85291234567", "": "",
	} {
		require.Equal(t, want, p.Local())
	}
	require.Equal(t, "029****3456", kernel.Phone("+862988123456").Masked())
}

func TestPhoneNeverPrintsItself(t *testing.T) {
	t.Parallel()
	p, err := kernel.ParsePhone("13812341234")
	require.NoError(t, err)
	require.Equal(t, "138****1234", p.Masked())
	require.Equal(t, "4321", p.Last4Reversed())
	require.Equal(t, "+852****4567", kernel.Phone("+85251234567").Masked())
	var log strings.Builder
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "phone", p, "in", struct{ P kernel.Phone }{p})
	text, err := json.Marshal(map[string]any{"p": p})
	require.NoError(t, err)
	for _, out := range []string{fmt.Sprint(p), fmt.Sprintf("%v %+v %#v %s %q", p, p, p, p, p), fmt.Sprintf("%+v", struct{ P kernel.Phone }{p}), log.String(), string(text)} {
		require.NotContains(t, out, "12341234")
	}
}

func TestFen(t *testing.T) {
	t.Parallel()
	for in, want := range map[kernel.Fen]string{0: "¥0.00", 5: "¥0.05", 128000: "¥1,280.00", -123456789: "-¥1,234,567.89", 100000000: "¥1,000,000.00"} {
		require.Equal(t, want, in.String())
	}
}

func TestID(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(1_700_000_000_000)
	a, b := kernel.NewID[kernel.FileID](now), kernel.NewID[kernel.FileID](now.Add(time.Millisecond))
	require.Less(t, a.String(), b.String(), "ids sort by time")
	again, err := kernel.ParseID[kernel.FileID](a.String())
	require.NoError(t, err)
	require.Equal(t, a, again)
	require.Equal(t, byte('7'), a.String()[14])
	text, err := json.Marshal(struct{ ID kernel.FileID }{a})
	require.NoError(t, err)
	var out struct{ ID kernel.FileID }
	require.NoError(t, json.Unmarshal(text, &out))
	require.Equal(t, a, out.ID)
	for _, bad := range []string{"", "x", strings.Repeat("a", 36), a.String()[:35], a.String() + "0", strings.ReplaceAll(a.String(), "-", "_")} {
		_, err := kernel.ParseID[kernel.FileID](bad)
		require.ErrorIs(t, err, kernel.ErrBadID, bad)
	}
	require.True(t, kernel.FileID{}.IsZero())
}
