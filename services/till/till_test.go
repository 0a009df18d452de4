package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/services/platform/testdb"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

// built is where the server lies that the tests call.
var built string

// binary is the server as it is shipped, built once.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(built, "changke")
	out, err := exec.Command("go", "build", "-ldflags=-s", "-o", path, "../changke").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if built, err = os.MkdirTemp("", "till-test-"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(built)
	os.Exit(code)
}

// site is a server with a sandbox.
type site struct {
	options
	t *testing.T
}

func newSite(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	path, err := binary()
	require.NoError(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	words := filepath.Join(t.TempDir(), "words.json")
	require.NoError(t, os.WriteFile(words, []byte(`["password"]`), 0o600))
	env := append(os.Environ(), "DATABASE_URL="+testdb.New(t).AppURL, "CHANGKE_MASTER_KEY=YSBtYXN0ZXIga2V5IGZvciB0ZXN0cywgMzIgYnl0ZXM=", "CHANGKE_PASSWORD_LIST="+words, "CHANGKE_LISTEN="+address)
	run := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), path, args...)
		cmd.Env = env
		return cmd
	}
	out, err := run("sandbox", "--code", "pen").CombinedOutput()
	require.NoError(t, err, string(out))
	key := regexp.MustCompile(`ck_live_\w+`).FindString(string(out))
	require.NotEmpty(t, key, string(out))
	serve := run("serve")
	require.NoError(t, serve.Start())
	t.Cleanup(func() { _ = serve.Process.Kill(); _ = serve.Wait() })
	s := &site{t: t, options: options{URL: "http://" + address, Key: key, Store: "S01", Seed: 1, Bills: 60, ClockOff: time.Hour}}
	require.Eventually(t, func() bool {
		_, err := sandboxOf(t.Context(), s.options, http.DefaultTransport)
		return err == nil
	}, time.Minute, 20*time.Millisecond)
	return s
}

// TestDay: a day with peaks, lost answers, bills sent twice, an hour without a line
// and a clock that is wrong by an hour adds up, bill by bill; played again it changes
// nothing (VIS-07).
func TestDay(t *testing.T) {
	s := newSite(t)
	play := func() *summary {
		till, err := newTill(t.Context(), s.options)
		require.NoError(t, err)
		defer till.close()
		sum, err := till.play(t.Context())
		require.NoError(t, err)
		return sum
	}
	first := play()
	require.Empty(t, first.Differences)
	require.Greater(t, first.Lost, 0, "no answer was lost")
	require.Greater(t, first.Duplicates, 0)
	require.Greater(t, first.Waited, 5)
	require.Equal(t, time.Hour, first.Skew.Round(time.Minute))
	require.Zero(t, first.Refused)
	require.Positive(t, first.Bookings)
	require.Contains(t, first.String(), "differences 0")

	second := play()
	require.Empty(t, second.Differences)
	require.Zero(t, second.Accepted, "all of it was on file")
	require.Equal(t, first.Fen, second.Fen)
}

// TestDayDiffers: what is missing on either side is named.
func TestDayDiffers(t *testing.T) {
	s := newSite(t)
	till, err := newTill(t.Context(), s.options)
	require.NoError(t, err)
	defer till.close()
	_, err = till.play(t.Context())
	require.NoError(t, err)

	till.counted.Differences = nil
	gone := till.acts[slices.IndexFunc(till.acts, func(a act) bool { return a.Kind == "pay" })].Bill
	delete(till.book[gone.GetBillNo()], gone.GetRevision())
	till.book.add(&changke.Bill{BillNo: "never-sent", Revision: 1, Status: changke.Paid, AmountFen: 100})
	require.NoError(t, till.reconcile(t.Context()))
	all := strings.Join(till.counted.Differences, "\n")
	require.Contains(t, all, "bill never-sent revision 1 is missing")
	require.Contains(t, all, fmt.Sprintf("bill %s revision %d is on file, and this till never sent it", gone.GetBillNo(), gone.GetRevision()))
	require.Contains(t, all, "the server holds")
}

// TestChecks: the table has 20 checks, each with all its words.
func TestChecks(t *testing.T) {
	t.Parallel()
	require.Len(t, checks, 20)
	names := map[string]bool{}
	for i, c := range checks {
		require.Equal(t, i+1, c.No)
		for _, text := range []string{c.Name, c.Title.ZH, c.Title.EN, c.Mend.ZH, c.Mend.EN} {
			require.NotEmpty(t, text, c.Name)
		}
		require.False(t, names[c.Name], c.Name)
		names[c.Name] = true
	}
	require.NotEmpty(t, certifierAgent)
}

// failed plays a vendor's day through a certification and gives the checks it fails.
func (s *site) failed(seed uint64, breakIt func(t *till)) (names []string) {
	s.t.Helper()
	ctx, o := s.t.Context(), s.options
	o.Seed, o.Live, o.Bills = seed, true, 24
	stop, err := o.receive(ctx)
	require.NoError(s.t, err)
	defer stop()
	_, err = sandboxClient(o, http.DefaultTransport).OrderTrouble(ctx, &posv1.OrderTroubleRequest{Troubles: troubles})
	require.NoError(s.t, err)
	till, err := newTill(ctx, o)
	require.NoError(s.t, err)
	defer till.close()
	if breakIt != nil {
		breakIt(till)
	}
	played, err := till.play(ctx)
	require.NoError(s.t, err)
	if breakIt == nil {
		require.Empty(s.t, played.Differences)
	}
	e, err := gather(ctx, o)
	require.NoError(s.t, err)
	e.settle()
	for _, r := range judge(e) {
		if !r.Passed {
			names = append(names, r.Name)
		}
		s.t.Logf("%2d %-16s %t %s", r.No, r.Name, r.Passed, r.Seen.EN)
	}
	return names
}

// TestCertification: a till that does everything right passes the 20 checks, and
// tills that are broken in one way fail at the check that is about it.
func TestCertification(t *testing.T) {
	s := newSite(t)
	require.Empty(t, s.failed(11, nil))
	for i, c := range []struct {
		name    string
		breakIt func(till *till)
		fails   []string
	}{
		{"no retries", func(b *till) { b.through(&noRetries{tried: map[string]bool{}}) }, []string{"retry_refused", "retry_lost"}},
		{"a new key with each try", func(b *till) { b.through(newKeys{}) }, []string{"same_key"}},
		{"no void", func(b *till) { b.without("void") }, []string{"void"}},
		{"a clock that is wrong", func(b *till) { b.trusts = false }, []string{"clock"}},
		{"no totals", func(b *till) { b.totals = false }, []string{"totals"}},
		{"no batch", func(b *till) { b.without("offline") }, []string{"offline"}},
	} {
		got := s.failed(uint64(20+i), c.breakIt)
		for _, name := range c.fails {
			require.Contains(t, got, name, c.name)
		}
		require.LessOrEqual(t, len(got), len(c.fails)+2, "%s fails at %v", c.name, got)
	}
}

// TestCertifyNobody: a sandbox in which nothing happened is not certified, and a key
// that opens none is told so.
func TestCertifyNobody(t *testing.T) {
	s := newSite(t)
	o := s.options
	o.Certify, o.Judge, o.JSON = true, true, filepath.Join(t.TempDir(), "result.json")
	require.ErrorIs(t, o.run(t.Context()), errNotCertified)
	written, err := os.ReadFile(o.JSON)
	require.NoError(t, err)
	require.Contains(t, string(written), `"name": "bills"`)
	require.NotContains(t, string(written), "%!", "a format that lacks its values, in one of the languages")
	o.Key = "ck_live_nothing"
	require.ErrorContains(t, o.run(t.Context()), "opens no sandbox")
}

// through puts a broken line between the till and the server.
func (t *till) through(broken http.RoundTripper) {
	switch b := broken.(type) {
	case *noRetries:
		b.next, t.wire.next, t.loses = t.wire.next, b, 0
	case newKeys:
		t.wire.next = newKeys{t.wire.next}
	}
}

// without takes a kind of acts out of the day; "offline": the line never breaks.
func (t *till) without(kind string) {
	if kind == "offline" {
		for i := range t.acts {
			if t.acts[i].At >= offlineFrom && t.acts[i].At < offlineUntil {
				t.acts[i].At = offlineUntil
			}
		}
		return
	}
	t.acts = slices.DeleteFunc(t.acts, func(a act) bool { return a.Kind == kind })
}

// noRetries lets a call out once only: the second try is told to wait for longer than
// any call may take.
type noRetries struct {
	next  http.RoundTripper
	mu    sync.Mutex
	tried map[string]bool
}

// RoundTrip implements http.RoundTripper.
func (n *noRetries) RoundTrip(r *http.Request) (*http.Response, error) {
	key := r.Header.Get("Idempotency-Key")
	n.mu.Lock()
	again := key != "" && n.tried[key]
	n.tried[key] = true
	n.mu.Unlock()
	if again {
		return &http.Response{
			StatusCode: http.StatusServiceUnavailable, ProtoMajor: 1, ProtoMinor: 1, Request: r,
			Header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"3600"}},
			Body:   io.NopCloser(strings.NewReader(`{"code":"unavailable"}`)),
		}, nil
	}
	return n.next.RoundTrip(r)
}

// newKeys makes a new key for every try.
type newKeys struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (n newKeys) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("Idempotency-Key") != "" {
		r = r.Clone(context.WithoutCancel(r.Context()))
		r.Header.Set("Idempotency-Key", rand.Text())
	}
	return n.next.RoundTrip(r)
}
