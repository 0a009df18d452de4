package main

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
	"github.com/changke/changke/services/kernel"
)

// manyBills is an export of n bills, a hundred and some a day; every tenth stands in it
// twice, as files that overlap make it.
func manyBills(n int, row func(cells ...string)) {
	row("门店", "账单号", "结账时间", "实收金额", "手机号", "账单状态", "桌台名称", "收银员")
	first := kernel.NewDate(2024, time.January, 1)
	for i := range n {
		i -= i % 10 / 9 // the tenth is the ninth once more
		row("友谊店", fmt.Sprintf("XS%08d", i), fmt.Sprintf("%s %02d:%02d:07", first+kernel.BusinessDate(i/130), 11+i%10, i%60), fmt.Sprintf("%d.50", 60+i%900),
			fmt.Sprintf("136%08d", i%30_000), "已结账", fmt.Sprintf("A%02d", i%40), "周收银")
	}
}

// billsCSV and billsWorkbook are that export as files.
func billsCSV(n int) []byte {
	var out bytes.Buffer
	manyBills(n, func(cells ...string) { out.WriteString(strings.Join(cells, ",") + "\n") })
	return out.Bytes()
}

func billsWorkbook(t *testing.T, n int) []byte {
	t.Helper()
	book := excelize.NewFile()
	rows, err := book.NewStreamWriter("Sheet1")
	require.NoError(t, err)
	line := 0
	manyBills(n, func(cells ...string) {
		line++
		row := make([]any, len(cells))
		for i, c := range cells {
			row[i] = c
		}
		require.NoError(t, rows.SetRow(fmt.Sprintf("A%d", line), row))
	})
	require.NoError(t, rows.Flush())
	var out bytes.Buffer
	require.NoError(t, book.Write(&out))
	return out.Bytes()
}

// TestTillLarge: a year's bills in one file come in within bounds of memory, and how
// far they are is told all the while. make soak brings 100,000 lines.
func TestTillLarge(t *testing.T) {
	n := soak(3000, 100_000)
	for _, c := range []struct {
		name string
		file []byte
	}{{"CSV", billsCSV(n)}, {"xlsx", billsWorkbook(t, n)}} {
		t.Run("OK "+c.name, func(t *testing.T) {
			w := newWorld(t)
			tills := w.tillsOf(w.a.admin)
			watched := w.watchTill(t)
			begun := wallClock.Now()
			took := func(step string) {
				t.Logf("%s %d lines (%d kB): %s took %s", c.name, n, len(c.file)>>10, step, wallClock.Now().Sub(begun).Round(time.Millisecond))
				begun = wallClock.Now()
			}
			up := w.tillUpload(t, w.a, w.a.admin, c.file, "")
			took("bringing and reading it")
			require.Equal(t, int32(n), up.Lines, up.Fault)
			proposed, err := tills.GetTillMapping(t.Context(), &onboardingv1.GetTillMappingRequest{ImportId: up.Id})
			require.NoError(t, err)
			proposed.Mapping.System, proposed.Mapping.WholeDays = "客如云", true
			_, err = tills.MapTillImport(t.Context(), &onboardingv1.MapTillImportRequest{ImportId: up.Id, Mapping: proposed.Mapping, SourceName: "客如云 账单"})
			require.NoError(t, err)
			up = w.tillCarried(t, w.a, w.a.admin, up.Id)
			took("checking it")
			require.Equal(t, []int32{0, int32(n / 10)}, []int32{up.WrongLines, up.NotedLines})
			done := w.tillPublished(t, w.a, w.a.admin, up.Id, false)
			took("recording it")
			require.Equal(t, []any{onboardingv1.TillState_TILL_STATE_DONE, int32(n - n/10), int32(n / 10)}, []any{done.State, done.NewLines, done.SameLines})
			require.Equal(t, []string{fmt.Sprint(n - n/10)}, w.texts(t, "SELECT count(*)::text FROM bill_head WHERE tenant_id = $1 AND source = '客如云'", w.a.id))
			heap, steps := watched()
			t.Logf("heap at most %d MB more; told while it ran: %d times", heap>>20, steps)
			require.Less(t, heap>>20, uint64(512))
			require.Positive(t, steps)
		})
	}
}

// watchTill looks, until it is asked, by how much the heap grows, and how many different
// places the running import tells.
func (w *world) watchTill(t *testing.T) (stop func() (heap uint64, steps int)) {
	t.Helper()
	told := map[string]bool{}
	grown := watchHeap(func() {
		list, err := w.tillsOf(w.a.admin).ListTillImports(t.Context(), &onboardingv1.ListTillImportsRequest{})
		if err == nil && len(list.Imports) > 0 && list.Imports[0].DoneLines > 0 {
			told[fmt.Sprint(list.Imports[0].State, list.Imports[0].DoneLines)] = true
		}
	})
	return func() (uint64, int) { return grown(), len(told) }
}

// watchHeap looks, until it is asked, by how many bytes the heap grows (other tests have
// left theirs in this process), and at something else each time.
func watchHeap(also func()) (stop func() uint64) {
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	most := uint64(0)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse-min(m.HeapInuse, before.HeapInuse))
			also()
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-ended
		return most
	}
}
