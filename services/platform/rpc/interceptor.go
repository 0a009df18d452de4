package rpc

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	authzv1 "github.com/changke/changke/gen/go/changke/authz/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/authz"
	"github.com/changke/changke/services/platform/db"
)

// Authenticator finds out who calls.
type Authenticator interface {
	// Authenticate reads the credentials of a request: (nil, nil) when there are
	// none, a fault of kind Unauthenticated when they are no longer good.
	Authenticate(ctx context.Context, header http.Header) (*kernel.Actor, error)
	// Forget drops what is cached of an actor whose rights have changed.
	Forget(actor *kernel.Actor)
}

// Config of the interceptors.
type Config struct {
	Log           *slog.Logger
	Clock         kernel.Clock
	Authenticator Authenticator
	// Operators finds out which of the platform's operators calls; it is asked for
	// methods of theirs only, and Authenticator never. Nil: there are none.
	Operators Authenticator
	Tables    *authz.Tables
	Deadline  time.Duration // of unary calls; a client may ask for less
	Observe   func(procedure, code string, took time.Duration)
	// Audit ends a call that went well, whose method's option says audit and that
	// has left no line in the log of acts; an error fails the call. See
	// platform/audit.
	Audit func(ctx context.Context, method protoreflect.MethodDescriptor, req any) error
}

// Interceptor carries calls; use it as the only one, outermost.
type Interceptor struct{ Config }

// NewInterceptor makes the interceptor.
func NewInterceptor(c Config) *Interceptor { return &Interceptor{c} }

var _ connect.Interceptor = (*Interceptor)(nil)

// WrapUnary carries a unary call.
func (i *Interceptor) WrapUnary(next connect.UnaryFunc) connect.UnaryFunc {
	return func(ctx context.Context, req connect.AnyRequest) (res connect.AnyResponse, err error) {
		ctx, c := begin(ctx, req.Header(), req.Peer().Addr)
		err = i.carry(ctx, c, req.Spec(), func(ctx context.Context) error {
			if err := validate(req.Any()); err != nil {
				return err
			}
			ctx, cancel := context.WithTimeout(ctx, i.Deadline)
			defer cancel()
			var err error
			if res, err = next(ctx, req); err != nil {
				return err
			}
			return i.close(ctx, c, req.Spec(), req.Any())
		})
		if err != nil {
			return nil, err
		}
		c.answer(res.Header())
		return res, nil
	}
}

// WrapStreamingHandler carries a stream; it has no deadline. Its line in the log of
// acts stands before its first message: nobody knows when it ends.
func (i *Interceptor) WrapStreamingHandler(next connect.StreamingHandlerFunc) connect.StreamingHandlerFunc {
	return func(ctx context.Context, conn connect.StreamingHandlerConn) error {
		ctx, c := begin(ctx, conn.RequestHeader(), conn.Peer().Addr)
		c.again = func(ctx context.Context) error {
			return i.as(ctx, c, func(context.Context) error { return nil })
		}
		return i.carry(ctx, c, conn.Spec(), func(ctx context.Context) error {
			c.answer(conn.ResponseHeader())
			if err := i.close(ctx, c, conn.Spec(), nil); err != nil {
				return err
			}
			return next(ctx, validatingConn{conn})
		})
	}
}

// WrapStreamingClient leaves clients alone.
func (i *Interceptor) WrapStreamingClient(next connect.StreamingClientFunc) connect.StreamingClientFunc {
	return next
}

type validatingConn struct{ connect.StreamingHandlerConn }

func (c validatingConn) Receive(msg any) error {
	if err := c.StreamingHandlerConn.Receive(msg); err != nil {
		return err
	}
	return validate(msg)
}

// carry runs work as the caller, once more if rights taken from a cache turned
// out to have changed (nothing was written then), and turns what goes wrong
// into a Connect error.
func (i *Interceptor) carry(ctx context.Context, c *call, spec connect.Spec, work func(context.Context) error) (err error) {
	start := i.Clock.Now()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		err = i.finish(ctx, c, spec, start, err)
	}()
	if c.rule, err = ruleOf(spec); err != nil {
		return err
	}
	for try := 0; ; try++ {
		c.trail = Trail{}
		err = i.as(ctx, c, work)
		if !errors.Is(err, db.ErrStale) || c.actor == nil || try > 0 {
			return err
		}
		i.Authenticator.Forget(c.actor)
	}
}

// as finds out who calls and what he may, and runs work with it.
func (i *Interceptor) as(ctx context.Context, c *call, work func(context.Context) error) error {
	rule := c.rule
	if rule.GetOperator() {
		return i.asOperator(ctx, c, rule, work)
	}
	actor, err := i.Authenticator.Authenticate(ctx, c.header)
	if err != nil && !rule.GetPublic() {
		return err
	}
	c.actor = actor
	if rule.GetPublic() {
		return work(ctx)
	}
	if actor == nil && c.header.Get("Cookie") == "" {
		return errNoKey
	}
	if actor == nil || actor.Tenant.IsZero() || rule.GetSignedIn() && !signedIn(actor, rule) {
		return errLoginNeeded
	}
	if actor.Kind == kernel.ActorSupport {
		ctx = db.WithReadOnly(ctx)
	}
	if actor.Enrolling && !rule.GetEnrolling() {
		return fault.New(fault.Forbidden, "auth.second_factor_needed", "总部账号须先在“我的账号”里设置两步验证，才能继续使用")
	}
	if !rule.GetSignedIn() {
		table, err := i.Tables.For(ctx, actor.Tenant, actor.PolicyVersion)
		if err != nil {
			return err
		}
		c.rights, c.grant = table, table.Grant(actor, rule.GetPermission())
		if c.grant.Empty() {
			cause := fmt.Errorf("permission %s", rule.GetPermission())
			if actor.Kind == kernel.ActorKey {
				// A cached key that is refused never enters its tenant, which is where
				// older rights show: look it up once more, they may have been given since.
				cause = fmt.Errorf("%w: %w", cause, db.ErrStale)
			}
			return fault.New(fault.Forbidden, "auth.not_allowed", "您的岗位没有此权限，如有需要请联系企业管理员。").Because(cause)
		}
	}
	if rule.GetStepUp() {
		if actor.Kind != kernel.ActorPerson {
			return fault.New(fault.Forbidden, "auth.person_needed", "此事须由有权限的员工登录后亲自办理")
		}
		if !actor.Proven {
			return errStepUp
		}
	}
	if actor.Kind == kernel.ActorKey {
		ctx = db.WithGuard(ctx, db.Guard{Key: actor.Key, PolicyVersion: actor.PolicyVersion})
	}
	return work(ctx)
}

// signedIn reports whether the actor counts as signed in: a person, and where
// the method says so an operator who looks into the chain.
func signedIn(actor *kernel.Actor, rule *authzv1.Rule) bool {
	return actor.Kind == kernel.ActorPerson || actor.Kind == kernel.ActorSupport && rule.GetSupport()
}

// close makes sure that a call whose option says audit has left its line, and
// every call of an operator who looks into the chain.
func (i *Interceptor) close(ctx context.Context, c *call, spec connect.Spec, req any) error {
	if !c.rule.GetAudit() && !c.support() || c.trail.Written > 0 || i.Audit == nil {
		return nil
	}
	return i.Audit(db.WithoutReadOnly(ctx), spec.Schema.(protoreflect.MethodDescriptor), req)
}

func (c *call) support() bool { return c.actor != nil && c.actor.Kind == kernel.ActorSupport }

var (
	errLoginNeeded = fault.New(fault.Unauthenticated, "auth.login_needed", "请先登录")
	// errNoKey is the same to somebody who is no browser that was here before.
	errNoKey  = fault.New(fault.Unauthenticated, "auth.login_needed", "请先登录；程序调用请带上密钥，请求头写 Authorization: Bearer ck_live_…")
	errStepUp = fault.New(fault.Forbidden, "auth.step_up_needed", "此操作需要再次确认是您本人，请输入密码或动态验证码")
)

// asOperator lets in the platform's operators and nobody else: credentials of
// chains are not even looked at.
func (i *Interceptor) asOperator(ctx context.Context, c *call, rule *authzv1.Rule, work func(context.Context) error) error {
	if i.Operators == nil {
		return errLoginNeeded
	}
	actor, err := i.Operators.Authenticate(ctx, c.header)
	if err != nil {
		return err
	}
	if actor == nil || actor.Kind != kernel.ActorOperator {
		return errLoginNeeded
	}
	c.actor = actor
	if rule.GetStepUp() && !actor.Proven {
		return errStepUp
	}
	return work(ctx)
}

// ruleOf reads what a method's option says. No option, or one that says nothing
// or two things, means refused: a forgotten line must never open a door.
func ruleOf(spec connect.Spec) (*authzv1.Rule, error) {
	refused := fault.New(fault.Forbidden, "auth.no_rule", "该接口未开放")
	method, ok := spec.Schema.(protoreflect.MethodDescriptor)
	if !ok {
		return nil, refused
	}
	rule, _ := proto.GetExtension(method.Options(), authzv1.E_Rule).(*authzv1.Rule)
	said := 0
	for _, is := range []bool{rule.GetPermission() != "", rule.GetPublic(), rule.GetSignedIn(), rule.GetOperator()} {
		if is {
			said++
		}
	}
	if said != 1 {
		return nil, refused
	}
	return rule, nil
}

func (i *Interceptor) finish(ctx context.Context, c *call, spec connect.Spec, start time.Time, err error) error {
	took := i.Clock.Now().Sub(start)
	code, level := "ok", slog.LevelDebug
	var out *connect.Error
	if err != nil {
		out = translate(ctx, err, c.requestID)
		code, level = out.Code().String(), slog.LevelInfo
		if out.Code() == connect.CodeInternal {
			level = slog.LevelError
		} else if out.Code() == connect.CodeUnavailable { // the caller may try again; whoever runs the server should look
			level = slog.LevelWarn
		}
		c.answer(out.Meta())
	}
	if i.Log.Enabled(ctx, level) { // a good call's line is not even made where nobody reads it
		attrs := []any{"request_id", c.requestID, "procedure", spec.Procedure, "ms", took.Milliseconds(), "code", code}
		if c.actor != nil {
			attrs = append(attrs, "tenant", c.actor.Tenant, "person", c.actor.Person, "key", c.actor.Key, "operator", c.actor.Operator)
		}
		if err != nil {
			attrs = append(attrs, "error", logText(err))
		}
		i.Log.Log(ctx, level, "rpc", attrs...)
	}
	if err != nil {
		err = out
	}
	if i.Observe != nil {
		i.Observe(spec.Procedure, code, took)
	}
	return err
}

func (c *call) answer(h http.Header) {
	h.Set("X-Request-Id", c.requestID)
	for _, cookie := range c.cookies {
		h.Add("Set-Cookie", cookie.String())
	}
	c.cookies = nil
}

// requestID takes the caller's id when it looks like one, so that a vendor's
// log and ours can be laid beside each other.
func requestID(h http.Header) string {
	id := h.Get("X-Request-Id")
	if len(id) < 8 || len(id) > 64 {
		return kernel.NewID[kernel.UUID](time.Now()).String()
	}
	for _, r := range id {
		if r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return kernel.NewID[kernel.UUID](time.Now()).String()
		}
	}
	return id
}
