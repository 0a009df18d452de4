package posapp

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/proto"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/pos/internal/posdb"
)

// Sandboxed stands before the handlers of PosService, behind the interceptors that
// know who calls: in a sandbox it makes the troubles that were ordered and notes
// each call for the certification. Calls of real chains pass untouched.
func (a *App) Sandboxed() connect.Interceptor {
	return connect.UnaryInterceptorFunc(func(next connect.UnaryFunc) connect.UnaryFunc {
		return func(ctx context.Context, req connect.AnyRequest) (connect.AnyResponse, error) {
			actor := rpc.Actor(ctx)
			if actor == nil || actor.Kind != kernel.ActorKey || strings.Contains(req.Header().Get("User-Agent"), pos.CertifierAgent) {
				return next(ctx, req)
			}
			chain, err := a.Stores.Chain(ctx, actor.Tenant)
			if err != nil {
				return nil, err
			}
			if !chain.Sandbox {
				return next(ctx, req)
			}
			return a.tryOut(ctx, actor, req, next)
		}
	})
}

// tryOut carries a call in a sandbox.
func (a *App) tryOut(ctx context.Context, actor *kernel.Actor, req connect.AnyRequest, next connect.UnaryFunc) (res connect.AnyResponse, err error) {
	call := pos.SandboxCall{At: a.Clock.Now(), Key: actor.Key, Method: req.Spec().Procedure[strings.LastIndexByte(req.Spec().Procedure, '/')+1:]}
	if err := a.describe(ctx, actor.Tenant, &call, req); err != nil {
		return nil, err
	}
	trouble, err := a.takeTrouble(ctx, actor.Tenant, call.Method)
	if err != nil {
		return nil, err
	}
	call.Trouble = trouble.Kind
	// Noted also when the caller has hung up meanwhile: that he did is what is looked for.
	defer func() {
		call.Took, call.Code = a.Clock.Now().Sub(call.At), "ok"
		if err != nil {
			call.Code, call.Reason = answered(ctx, err)
		}
		if failed := a.noteCall(context.WithoutCancel(ctx), actor.Tenant, call); err == nil {
			err = failed
		}
	}()
	switch trouble.Kind {
	case pos.Refuse:
		return nil, pos.ErrRefused
	case pos.Limit:
		return nil, pos.Limited(trouble.Wait)
	case pos.Slow:
		timer := time.NewTimer(trouble.Wait)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-timer.C:
		}
	case pos.Lose:
		if _, err := next(ctx, req); err != nil {
			return nil, err
		}
		return nil, pos.ErrLost
	}
	return next(ctx, req)
}

// answered is how an error is told to the caller.
func answered(ctx context.Context, err error) (code, reason string) {
	var f *fault.Fault
	if errors.As(err, &f) {
		return faultCodes[f.Kind].String(), f.Reason
	}
	if ctx.Err() != nil {
		return connect.CodeCanceled.String(), ""
	}
	return connect.CodeOf(err).String(), ""
}

var faultCodes = map[fault.Kind]connect.Code{
	fault.Internal: connect.CodeInternal, fault.Invalid: connect.CodeInvalidArgument, fault.NotFound: connect.CodeNotFound, fault.Conflict: connect.CodeFailedPrecondition,
	fault.Exists: connect.CodeAlreadyExists, fault.Forbidden: connect.CodePermissionDenied, fault.Unauthenticated: connect.CodeUnauthenticated,
	fault.TooMany: connect.CodeResourceExhausted, fault.Unavailable: connect.CodeUnavailable,
}

// describe says of a call what may be kept: keyed hashes and counts.
func (a *App) describe(ctx context.Context, id kernel.TenantID, call *pos.SandboxCall, req connect.AnyRequest) error {
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return err
	}
	if key := req.Header().Get(idempotencyHeader); key != "" {
		hash := sha256.Sum256([]byte(call.Method + " " + key))
		call.IdemHash = hash[:]
	}
	if m, ok := req.Any().(proto.Message); ok {
		call.Body = keys.Fingerprint(fingerprint(m))
	}
	switch m := req.Any().(type) {
	case *posv1.RecordBillsRequest:
		call.Items = int32(len(m.GetBills()))
	case *posv1.ReportDayTotalsRequest:
		call.Items = int32(len(m.GetTotals()))
	case *posv1.ListBillsUpdatedSinceRequest:
		call.Cursor = m.GetCursor() != ""
	}
	return nil
}

func (a *App) takeTrouble(ctx context.Context, id kernel.TenantID, method string) (pos.Trouble, error) {
	row, err := posdb.New(a.DB.Single(id)).TakeTrouble(ctx, id, method)
	if errors.Is(err, pgx.ErrNoRows) {
		return pos.Trouble{}, nil
	}
	return pos.Trouble{Kind: pos.TroubleKind(row.Kind), Wait: time.Duration(row.WaitMs) * time.Millisecond}, err
}

func (a *App) noteCall(ctx context.Context, id kernel.TenantID, c pos.SandboxCall) error {
	return posdb.New(a.DB.Single(id)).InsertCall(ctx, posdb.InsertCallParams{
		TenantID: id, CallID: kernel.NewID[kernel.UUID](c.At), KeyID: c.Key, Method: c.Method, At: c.At, TookMs: int32(c.Took.Milliseconds()), IdemHash: c.IdemHash,
		Body: c.Body, Items: c.Items, Cursor: c.Cursor, Trouble: string(c.Trouble), Code: c.Code, Reason: c.Reason,
	})
}

// SandboxCalls lists the calls behind one, oldest first, of those since troubles
// were last ordered. Fault: sandbox.real_chain.
func (a *App) SandboxCalls(ctx context.Context, id kernel.TenantID, after kernel.UUID, most int) ([]pos.SandboxCall, error) {
	if _, err := a.sandboxOf(ctx, id); err != nil {
		return nil, err
	}
	q := posdb.New(a.DB.Single(id))
	since := time.Time{}
	troubles, err := q.Troubles(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, t := range troubles {
		since = t.OrderedAt
	}
	rows, err := q.SandboxCalls(ctx, posdb.SandboxCallsParams{TenantID: id, After: after, Since: since, AtMost: int32(most)})
	calls := make([]pos.SandboxCall, len(rows))
	for i, r := range rows {
		calls[i] = r.Call()
	}
	return calls, err
}
