package changke_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"

	faultv1 "github.com/changke/changke/gen/go/changke/fault/v1"
	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
	changke "github.com/changke/changke/services/pos/sdk/go"
)

const key = "ck_live_ThisIsNobodysKeyAtAll000000000000000"

// script is a server that answers each call with the next error, then well.
type script struct {
	posv1connect.UnimplementedPosServiceHandler
	errs    []error
	headers []http.Header
}

func (s *script) next(ctx context.Context) error {
	info, _ := connect.CallInfoForHandlerContext(ctx)
	s.headers = append(s.headers, info.RequestHeader().Clone())
	if len(s.errs) == 0 {
		return nil
	}
	err := s.errs[0]
	s.errs = s.errs[1:]
	return err
}

func (s *script) RecordBills(ctx context.Context, req *changke.RecordBillsRequest) (*changke.RecordBillsResponse, error) {
	if err := s.next(ctx); err != nil {
		return nil, err
	}
	out := &changke.RecordBillsResponse{}
	for range req.GetBills() {
		out.Results = append(out.Results, &changke.BillResult{Outcome: changke.Recorded})
	}
	return out, nil
}

func (s *script) LookupGuest(ctx context.Context, _ *changke.LookupGuestRequest) (*posv1.LookupGuestResponse, error) {
	return &posv1.LookupGuestResponse{}, s.next(ctx)
}

// fault is an error as the server makes them.
func fault(code connect.Code, f *faultv1.Fault) error {
	err := connect.NewError(code, errors.New(f.GetReason()))
	d, failed := connect.NewErrorDetail(f)
	if failed != nil {
		panic(failed)
	}
	err.AddDetail(d)
	if f.GetRetryAfterSeconds() > 0 {
		err.Meta().Set("Retry-After", fmt.Sprint(f.GetRetryAfterSeconds()))
	}
	return err
}

// till calls a scripted server on a clock that only waiting moves.
type till struct {
	*changke.Client
	server *script
	waits  []time.Duration
}

func newTill(t *testing.T, errs ...error) *till {
	t.Helper()
	out := &till{server: &script{errs: errs}}
	mux := http.NewServeMux()
	mux.Handle(posv1connect.NewPosServiceHandler(out.server))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	now := time.Now()
	var err error
	out.Client, err = changke.New(server.URL, key, changke.WithUserAgent("demo-till/3.2"), changke.WithClock(
		func() time.Time { return now },
		func(_ context.Context, d time.Duration) error {
			out.waits = append(out.waits, d)
			now = now.Add(d)
			return nil
		},
		func(most time.Duration) time.Duration { return most },
	))
	require.NoError(t, err)
	return out
}

func (c *till) record(ctx context.Context) error {
	_, err := c.RecordBills(ctx, &changke.RecordBillsRequest{Bills: []*changke.Bill{{BillNo: "1"}}})
	return err
}

func TestRetriesKeepTheirKey(t *testing.T) {
	t.Parallel()
	busy := fault(connect.CodeUnavailable, &faultv1.Fault{Reason: "busy", Message: "系统繁忙"})
	limited := fault(connect.CodeResourceExhausted, &faultv1.Fault{Reason: "auth.too_many_calls", RetryAfterSeconds: 3})
	c := newTill(t, busy, limited, fault(connect.CodeDeadlineExceeded, &faultv1.Fault{Reason: "deadline"}))
	require.NoError(t, c.record(t.Context()))
	require.Equal(t, []time.Duration{250 * time.Millisecond, 3*time.Second + 500*time.Millisecond, time.Second}, c.waits, "a Retry-After is waited for")
	require.Len(t, c.server.headers, 4)
	first := c.server.headers[0]
	require.Equal(t, "Bearer "+key, first.Get("Authorization"))
	require.NotEmpty(t, first.Get("Idempotency-Key"))
	require.Contains(t, first.Get("User-Agent"), "changke-go/")
	require.Contains(t, first.Get("User-Agent"), "demo-till/3.2")
	for _, h := range c.server.headers {
		require.Equal(t, first.Get("Idempotency-Key"), h.Get("Idempotency-Key"), "made once")
		require.Equal(t, first.Get("X-Request-Id"), h.Get("X-Request-Id"))
	}
	require.NoError(t, c.record(t.Context()))
	require.NotEqual(t, first.Get("Idempotency-Key"), c.server.headers[4].Get("Idempotency-Key"), "another call, another key")
	require.NoError(t, c.record(changke.WithIdempotencyKey(t.Context(), "mine")))
	require.Equal(t, "mine", c.server.headers[5].Get("Idempotency-Key"))
}

// TestResetConnection: a server that is killed under a call was not heard, and is asked again.
func TestResetConnection(t *testing.T) {
	t.Parallel()
	calls := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			err = errors.Join(conn.(*net.TCPConn).SetLinger(0), conn.Close())
		}
		if err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	c, err := changke.New(server.URL, key, changke.WithClock(time.Now, func(context.Context, time.Duration) error {
		if calls == 3 {
			return context.Canceled
		}
		return nil
	}, func(time.Duration) time.Duration { return 0 }))
	require.NoError(t, err)
	_, err = c.RecordBills(t.Context(), &changke.RecordBillsRequest{Bills: []*changke.Bill{{BillNo: "1"}}})
	require.Equal(t, changke.ReasonUnreachable, changke.Reason(err), "%v", err)
	require.Equal(t, 3, calls)
}

func TestWhatIsNotRetried(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"what the caller must mend": fault(connect.CodeInvalidArgument, &faultv1.Fault{Reason: "invalid_field"}),
		"too large a body":          fault(connect.CodeResourceExhausted, &faultv1.Fault{Reason: "request_too_large"}),
		"a key that ended":          fault(connect.CodeUnauthenticated, &faultv1.Fault{Reason: "auth.key_ended"}),
		"ours":                      fault(connect.CodeInternal, &faultv1.Fault{Reason: "internal"}),
	} {
		t.Run("Err "+name, func(t *testing.T) {
			t.Parallel()
			c := newTill(t, err)
			require.Error(t, c.record(t.Context()))
			require.Empty(t, c.waits)
			require.Len(t, c.server.headers, 1)
		})
	}
	t.Run("Err nobody waits for a guest's name", func(t *testing.T) {
		t.Parallel()
		c := newTill(t, fault(connect.CodeUnavailable, &faultv1.Fault{Reason: "busy"}))
		_, err := c.LookupGuest(t.Context(), &changke.LookupGuestRequest{})
		require.Equal(t, "busy", changke.Reason(err))
		require.Len(t, c.server.headers, 1)
		require.Empty(t, c.server.headers[0].Get("Idempotency-Key"))
	})
	t.Run("Err the time is up", func(t *testing.T) {
		t.Parallel()
		away := fault(connect.CodeUnavailable, &faultv1.Fault{Reason: "busy"})
		c := newTill(t, away, away, away, away, away, away, away, away)
		require.Equal(t, "busy", changke.Reason(c.record(t.Context())))
		require.Equal(t, []time.Duration{250e6, 500e6, 1e9, 2e9, 4e9, 8e9, 8e9}, c.waits, "30 seconds in all")
	})
	t.Run("Err the caller has gone", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		c := newTill(t)
		require.Equal(t, changke.ReasonCancelled, changke.Reason(c.record(ctx)))
	})
}

func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	c := newTill(t, fault(connect.CodeInvalidArgument, &faultv1.Fault{
		Reason: "invalid_field", Message: "填写的内容有误", RequestId: "0198-abc", Violations: []*faultv1.Violation{{Field: "bills[0].amount_fen", Message: "不符合要求"}},
	}))
	err := c.record(t.Context())
	var e *changke.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, connect.CodeInvalidArgument, e.Code)
	require.Equal(t, "0198-abc", e.RequestID)
	require.Equal(t, []changke.Violation{{Field: "bills[0].amount_fen", Message: "不符合要求"}}, e.Violations)
	require.Equal(t, "changke: invalid_field: 填写的内容有误 [bills[0].amount_fen: 不符合要求] request_id=0198-abc", err.Error())

	t.Run("Err nobody there", func(t *testing.T) {
		t.Parallel()
		gone := httptest.NewServer(http.NotFoundHandler())
		gone.Close()
		client, err := changke.New(gone.URL, key)
		require.NoError(t, err)
		_, err = client.LookupGuest(t.Context(), &changke.LookupGuestRequest{})
		require.Equal(t, changke.ReasonUnreachable, changke.Reason(err))
		require.True(t, changke.Temporary(err))
	})
	t.Run("Err somebody else there", func(t *testing.T) {
		t.Parallel()
		other := httptest.NewServer(http.NotFoundHandler())
		t.Cleanup(other.Close)
		client, err := changke.New(other.URL, key)
		require.NoError(t, err)
		_, err = client.LookupGuest(t.Context(), &changke.LookupGuestRequest{})
		require.Equal(t, changke.ReasonNotChangke, changke.Reason(err))
		require.False(t, changke.Temporary(err))
	})
}

// leaky is a transport whose error repeats the key.
type leaky struct{}

func (leaky) Do(r *http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("refused header %q", r.Header.Get("Authorization"))
}

func TestTheKeyIsNeverPrinted(t *testing.T) {
	t.Parallel()
	c, err := changke.New("https://changke.example.com", key, changke.WithHTTPClient(leaky{}), changke.WithTimeouts(changke.Timeouts{Call: time.Millisecond}))
	require.NoError(t, err)
	_, err = c.LookupGuest(t.Context(), &changke.LookupGuestRequest{})
	require.Error(t, err)
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v %#v", err, err), fmt.Sprintf("%v %+v %#v %s", c, c, *c, c)} {
		require.NotContains(t, text, key)
	}
	for _, bad := range []string{"", "ck live", "ck_live_\n"} {
		_, err := changke.New("https://changke.example.com", bad)
		require.Error(t, err)
		require.False(t, bad != "" && strings.Contains(err.Error(), bad))
	}
}

func TestAddresses(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"https://changke.example.com", "https://changke.example.com/", "http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080"} {
		_, err := changke.New(good, key)
		require.NoError(t, err, good)
	}
	for _, bad := range []string{"", "changke.example.com", "http://changke.example.com", "https://me:pass@changke.example.com", "https://changke.example.com?x=1", "ftp://changke.example.com"} {
		_, err := changke.New(bad, key)
		require.Error(t, err, bad)
	}
	_, err := changke.New("http://10.0.0.7:8080", key, changke.WithPlainHTTP())
	require.NoError(t, err)
}
