package changke

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"connectrpc.com/connect"

	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
)

// manner is how a method is called.
type manner struct {
	write  bool // carries an Idempotency-Key
	retry  bool // the same call again does no harm (pos.proto, Retries)
	lookup bool // somebody waits at the till
}

// manners are those of the methods known; of another nothing is taken for granted.
var manners = map[string]manner{
	posv1connect.PosServiceRecordBillsProcedure:           {write: true, retry: true},
	posv1connect.PosServiceGetBillProcedure:               {retry: true},
	posv1connect.PosServiceListBillsUpdatedSinceProcedure: {retry: true},
	posv1connect.PosServiceReportDayTotalsProcedure:       {write: true, retry: true},
	posv1connect.PosServiceGetDayTotalsProcedure:          {retry: true},
	posv1connect.PosServiceLookupGuestProcedure:           {lookup: true},
	posv1connect.PosServiceUpsertBookingProcedure:         {write: true, retry: true},
	posv1connect.PosServiceSeatBookingProcedure:           {write: true, retry: true},
	posv1connect.PosServiceRingCallProcedure:              {write: true, retry: true},
}

type idempotencyKey struct{}

// WithIdempotencyKey makes the calls of a context carry this Idempotency-Key (1 to
// 100 visible ASCII characters) instead of one made for each call: for a caller who
// keeps it over a restart of his own. One key belongs to one content.
func WithIdempotencyKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, idempotencyKey{}, key)
}

// interceptor carries every call: key, Idempotency-Key and request id, once made and
// kept over the retries; timeouts; retries. The key lives in this closure only, so
// that printing a Client can't show it.
func (o config) interceptor(key string) func(connect.UnaryFunc) connect.UnaryFunc {
	bearer, agent := "Bearer "+key, userAgent(o.agent)
	return func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			how := manners[req.Spec().Procedure]
			h := req.Header()
			h.Set("Authorization", bearer)
			h.Set("User-Agent", agent)
			if h.Get("X-Request-Id") == "" {
				h.Set("X-Request-Id", strings.ToLower(rand.Text()))
			}
			if how.write {
				setIdempotencyKey(ctx, h)
			}
			whole, try := o.timeouts.Call, o.timeouts.Try
			if how.lookup {
				whole, try = o.timeouts.Lookup, o.timeouts.Lookup
			}
			ctx, cancel := context.WithTimeout(ctx, whole)
			defer cancel()
			one := func() (connect.AnyResponse, error) {
				ctx, cancel := context.WithTimeout(ctx, try)
				defer cancel()
				res, err := next(ctx, req)
				if err != nil {
					// Connect calls a connection that the other side reset cancelled too.
					if connect.CodeOf(err) == connect.CodeCanceled && !connect.IsWireError(err) && !errors.Is(ctx.Err(), context.Canceled) {
						err = connect.NewError(connect.CodeUnavailable, err)
					}
					return nil, newError(err, h.Get("X-Request-Id"), key)
				}
				return res, nil
			}
			if !how.retry {
				return one()
			}
			return o.again(ctx, one)
		}
	}
}

func setIdempotencyKey(ctx context.Context, h http.Header) {
	if own, ok := ctx.Value(idempotencyKey{}).(string); ok {
		h.Set("Idempotency-Key", own)
	} else if h.Get("Idempotency-Key") == "" {
		h.Set("Idempotency-Key", rand.Text())
	}
}

// The waits between tries: full jitter below a bound that doubles, so that a
// thousand tills that lost one server do not come back in step.
const (
	firstWait = 250 * time.Millisecond
	mostWait  = 8 * time.Second
)

// again calls until an answer comes, an error that waiting does not mend, or the
// time is up: then it gives the last error, not that time was up.
func (o config) again(ctx context.Context, one func() (connect.AnyResponse, error)) (connect.AnyResponse, error) {
	for bound := firstWait; ; bound = min(2*bound, mostWait) {
		res, err := one()
		if err == nil || !Temporary(err) || ctx.Err() != nil {
			return res, err
		}
		wait := retryAfter(err) + o.random(bound)
		if end, ok := ctx.Deadline(); ok && o.now().Add(wait).After(end) {
			return nil, err
		}
		if o.sleep(ctx, wait) != nil {
			return nil, err
		}
	}
}

// userAgent is what the server's log shows: the SDK's version, then the vendor's.
func userAgent(own string) string {
	version := "development"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(info.Deps, &info.Main) {
			if m.Path == "github.com/changke/changke" && m.Version != "" {
				version = m.Version
			}
		}
	}
	return strings.TrimSpace("changke-go/" + version + " " + own)
}
