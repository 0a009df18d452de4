package changke_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	changke "github.com/changke/changke/services/pos/sdk/go"
)

func bill(no string) *changke.Bill {
	return &changke.Bill{
		StoreCode: "S01", Source: "pos", BillNo: no, Revision: 1, Number: "138 1234 1234", BusinessDate: "2026-03-03", MealPeriod: changke.Dinner,
		CloseTime: &timestamppb.Timestamp{Seconds: 1772546400}, AmountFen: 100, Status: changke.Paid, TableName: "牡丹厅 <A&B>",
	}
}

// books is a server's memory: what was sent, in order, and what it makes of it.
type books struct {
	got     []string
	refuses map[string]string // bill number → reason of the item
	spoils  map[string]bool   // bill number → the whole call is refused
	away    int               // so many calls get no answer, the first after so many
	after   int
	most    int
}

func (b *books) RecordBills(_ context.Context, req *changke.RecordBillsRequest) (*changke.RecordBillsResponse, error) {
	b.most = max(b.most, len(req.GetBills()))
	for _, x := range req.GetBills() {
		if b.spoils[x.GetBillNo()] {
			return nil, &changke.Error{Code: connect.CodeInvalidArgument, Reason: "invalid_field", Message: "填写的内容有误"}
		}
	}
	if b.after--; b.after < 0 && b.away > 0 {
		b.away--
		return nil, &changke.Error{Code: connect.CodeUnavailable, Reason: changke.ReasonUnreachable}
	}
	out := &changke.RecordBillsResponse{}
	for _, x := range req.GetBills() {
		r := &changke.BillResult{Outcome: changke.Recorded}
		if why := b.refuses[x.GetBillNo()]; why != "" {
			r = &changke.BillResult{Outcome: changke.Refused, Reason: why, Message: "请更正"}
		} else {
			b.got = append(b.got, x.GetBillNo())
		}
		out.Results = append(out.Results, r)
	}
	return out, nil
}

func open(t require.TestingT, dir string) *changke.Queue {
	q, err := changke.OpenQueue(dir)
	require.NoError(t, err)
	return q
}

func numbers(from, to int) (out []string) {
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprint(i))
	}
	return out
}

func TestQueue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	q := open(t, dir)
	for i := range 1200 {
		if i%3 == 0 {
			require.NoError(t, q.Add(bill(fmt.Sprint(i)), bill(fmt.Sprint(i+1)), bill(fmt.Sprint(i+2))))
		}
	}
	_, err := changke.OpenQueue(dir)
	require.ErrorIs(t, err, changke.ErrLocked)
	b := &books{after: 1, away: 1, refuses: map[string]string{"3": "bill.unknown_store", "700": "bill.bad_number"}, spoils: map[string]bool{"9": true}}
	sum, err := q.Drain(t.Context(), b)
	require.Equal(t, changke.ReasonUnreachable, changke.Reason(err))
	require.NoError(t, q.Close())

	q = open(t, dir)
	rest := q.Len()
	require.Less(t, rest, 1200, "what was answered is settled, also in the midst of a batch")
	more, err := q.Drain(t.Context(), b)
	require.NoError(t, err)
	require.Zero(t, q.Len())
	require.Equal(t, changke.MaxBatch, b.most)
	require.Equal(t, 3, sum.Refused+more.Refused)
	require.Equal(t, 1197, sum.Recorded+more.Recorded)
	var want []string
	for _, no := range numbers(0, 1200) {
		if no != "3" && no != "9" && no != "700" {
			want = append(want, no)
		}
	}
	require.Equal(t, want, b.got, "in the order they were added, once each")
	require.NoError(t, q.Close())

	q = open(t, dir)
	var dead []string
	for _, d := range q.DeadLetters() {
		dead = append(dead, d.Bill.GetBillNo()+" "+d.Reason)
		require.NotEmpty(t, d.Message)
		require.False(t, d.Time.IsZero())
	}
	require.Equal(t, []string{"3 bill.unknown_store", "9 invalid_field", "700 bill.bad_number"}, dead, "nothing is dropped in silence")

	b.refuses = nil
	n, err := q.Revive(func(d changke.DeadLetter) bool { return d.Reason == "bill.unknown_store" })
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = q.Forget(func(d changke.DeadLetter) bool { return d.Bill.GetBillNo() == "9" })
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.NoError(t, q.Close())
	q = open(t, dir)
	require.Len(t, q.DeadLetters(), 1)
	_, err = q.Drain(t.Context(), b)
	require.NoError(t, err)
	require.Equal(t, "3", b.got[len(b.got)-1])
	require.NoError(t, q.Close())
}

// The whole call refused for something else than its content keeps everything.
func TestDrainKeepsWhatNobodyTook(t *testing.T) {
	t.Parallel()
	q := open(t, t.TempDir())
	require.NoError(t, q.Add(bill("1"), bill("2")))
	for _, err := range []error{
		&changke.Error{Code: connect.CodeUnauthenticated, Reason: "auth.key_ended"},
		&changke.Error{Code: connect.CodeInvalidArgument, Reason: changke.ReasonNotChangke},
		errors.New("anything"),
	} {
		_, got := q.Drain(t.Context(), refusing{err})
		require.ErrorIs(t, got, err)
		require.Equal(t, 2, q.Len())
	}
	require.Empty(t, q.DeadLetters())
	require.NoError(t, q.Close())
}

type refusing struct{ err error }

func (r refusing) RecordBills(context.Context, *changke.RecordBillsRequest) (*changke.RecordBillsResponse, error) {
	return nil, r.err
}

// The file cut off at any byte, as a kill or a power cut in the midst of the last
// write leaves it, holds every line that was whole, and goes on.
func TestCutOffAtAnyByte(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	q := open(t, dir)
	path := filepath.Join(dir, "queue.log")
	var ends []int64 // of the file after each bill
	for i := range 3 {
		require.NoError(t, q.Add(bill(fmt.Sprint(i))))
		s, err := os.Stat(path)
		require.NoError(t, err)
		ends = append(ends, s.Size())
	}
	require.NoError(t, q.Close())
	whole, err := os.ReadFile(path)
	require.NoError(t, err)
	for cut := range len(whole) + 1 {
		tail := []string{"", "\x00\x00\x00"}[cut%2] // what a file system may leave behind the end
		require.NoError(t, os.WriteFile(path, append(whole[:cut:cut], tail...), 0o600))
		q := open(t, dir)
		safe := 0
		for _, end := range ends {
			if int64(cut) >= end {
				safe++
			}
		}
		require.Equal(t, safe, q.Len(), "cut at byte %d", cut)
		if cut%16 > 1 && cut < len(whole) { // going on costs syncs
			require.NoError(t, q.Close())
			continue
		}
		require.NoError(t, q.Add(bill("next")))
		require.NoError(t, q.Close())
		q = open(t, dir)
		b := &books{}
		_, err := q.Drain(t.Context(), b)
		require.NoError(t, err)
		require.Equal(t, append(numbers(0, safe), "next"), b.got)
		require.NoError(t, q.Close())
	}
	whole[ends[0]+20] ^= 1
	require.NoError(t, os.WriteFile(path, whole, 0o600))
	_, err = changke.OpenQueue(dir)
	require.ErrorIs(t, err, changke.ErrDamaged, "a broken disk is told, nothing is thrown away")
	after, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, whole, after)
}

// Any order of adding, draining over a bad line, and stopping: every bill is taken or
// waits or lies with the dead, in order, none twice.
func TestQueueHistories(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(root, "q")
		require.NoError(t, err)
		q, b, added := open(t, dir), &books{refuses: map[string]string{}}, 0
		for _, step := range rapid.SliceOfN(rapid.IntRange(0, 4), 1, 20).Draw(t, "steps") {
			switch step {
			case 0, 1:
				n := rapid.IntRange(1, 600).Draw(t, "bills")
				var bills []*changke.Bill
				for range n {
					bills = append(bills, bill(fmt.Sprint(added)))
					if added%97 == 0 {
						b.refuses[fmt.Sprint(added)] = "bill.bad_date"
					}
					added++
				}
				require.NoError(t, q.Add(bills...))
			case 2, 3:
				b.after, b.away = rapid.IntRange(0, 3).Draw(t, "good calls"), rapid.IntRange(0, 2).Draw(t, "bad calls")
				_, _ = q.Drain(context.Background(), b)
			case 4:
				require.NoError(t, q.Close())
				q = open(t, dir)
			}
		}
		b.away = 0
		_, err = q.Drain(context.Background(), b)
		require.NoError(t, err)
		var want []string
		for _, no := range numbers(0, added) {
			if b.refuses[no] == "" {
				want = append(want, no)
			}
		}
		require.Equal(t, want, b.got)
		require.Len(t, q.DeadLetters(), added-len(want))
		require.NoError(t, q.Close())
	})
}

const childEnv = "CHANGKE_QUEUE_CHILD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		addForEver(dir)
	}
	os.Exit(m.Run())
}

// addForEver is a till that prints each number once it is safe, until it is killed.
func addForEver(dir string) {
	q, err := changke.OpenQueue(dir)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	for i := q.Len(); ; i++ {
		if err := q.Add(bill(fmt.Sprint(i))); err != nil {
			os.Exit(1)
		}
		fmt.Println(i)
	}
}

// TestKilled kills a till that is adding, again and again: what it has told is there,
// in order, and a killed process holds no lock.
func TestKilled(t *testing.T) {
	t.Parallel()
	dir, safe := t.TempDir(), 0
	for range 12 {
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), childEnv+"="+dir)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		lines := bufio.NewScanner(out)
		for range 7 {
			require.True(t, lines.Scan())
		}
		require.NoError(t, child.Process.Kill())
		last := ""
		for ok := true; ok; ok = lines.Scan() { // what it told before it died
			last = lines.Text()
		}
		_ = child.Wait()
		_, err = fmt.Sscan(strings.TrimSpace(last), &safe)
		require.NoError(t, err)
		q := open(t, dir)
		require.GreaterOrEqual(t, q.Len(), safe+1, "told and not there")
		require.NoError(t, q.Close())
	}
	q, b := open(t, dir), &books{}
	n := q.Len()
	_, err := q.Drain(t.Context(), b)
	require.NoError(t, err)
	require.Equal(t, numbers(0, n), b.got)
	require.NoError(t, q.Close())
}
