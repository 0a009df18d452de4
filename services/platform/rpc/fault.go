package rpc

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5/pgconn"

	faultv1 "github.com/changke/changke/gen/go/changke/fault/v1"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/db"
)

var codes = map[fault.Kind]connect.Code{
	fault.Internal:        connect.CodeInternal,
	fault.Invalid:         connect.CodeInvalidArgument,
	fault.NotFound:        connect.CodeNotFound,
	fault.Conflict:        connect.CodeFailedPrecondition,
	fault.Exists:          connect.CodeAlreadyExists,
	fault.Forbidden:       connect.CodePermissionDenied,
	fault.Unauthenticated: connect.CodeUnauthenticated,
	fault.TooMany:         connect.CodeResourceExhausted,
	fault.Unavailable:     connect.CodeUnavailable,
}

// translate is the one place where errors become Connect errors. Only faults
// are told in full; of anything else the caller learns the request id.
func translate(ctx context.Context, err error, requestID string) *connect.Error {
	f := asFault(ctx, err)
	detail := &faultv1.Fault{
		Reason: f.Reason, Message: f.Message, RequestId: requestID,
		RetryAfterSeconds: int32(min(math.Ceil(f.RetryAfter.Seconds()), math.MaxInt32)),
	}
	for _, v := range f.Violations[:min(len(f.Violations), maxViolations)] {
		detail.Violations = append(detail.Violations, &faultv1.Violation{Field: v.Field, Rule: v.Rule, Message: v.Message, MessageEn: v.MessageEn})
	}
	if l := f.Limit; l != nil {
		detail.Limit, detail.LimitValue, detail.LimitResetSeconds = l.Name, l.Value, int32(math.Ceil(l.Reset.Seconds()))
	}
	code := codes[f.Kind]
	if f.Reason == "deadline" {
		code = connect.CodeDeadlineExceeded
	}
	if early := (*earlyError)(nil); errors.As(err, &early) {
		code = early.code
	}
	out := connect.NewError(code, errors.New(f.Reason+": "+f.Message))
	if d, err := connect.NewErrorDetail(detail); err == nil {
		out.AddDetail(d)
	}
	if f.RetryAfter > 0 {
		out.Meta().Set("Retry-After", fmt.Sprint(detail.GetRetryAfterSeconds()))
	}
	if l := f.Limit; l != nil { // as draft-ietf-httpapi-ratelimit-headers writes it
		out.Meta().Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=60", l.Name, l.Value))
		out.Meta().Set("RateLimit", fmt.Sprintf("%q;r=0;t=%d", l.Name, detail.GetRetryAfterSeconds()))
	}
	return out
}

var (
	errTooLarge   = fault.New(fault.TooMany, "request_too_large", "请求内容太大，解压后不能超过 1 MiB，请分几次发")
	errUnreadable = fault.New(fault.Invalid, "invalid_request", "请求不完整，或请求头写法不对，请对照接口参考改正后再发")
	errDeadline   = fault.New(fault.Unavailable, "deadline", "处理超时，请稍后重试。")
)

func asFault(ctx context.Context, err error) *fault.Fault {
	var f *fault.Fault
	var connectErr *connect.Error
	var pgErr *pgconn.PgError
	stands, closed := db.ChainStands(err)
	switch {
	case errors.As(err, &f):
		return f
	case closed:
		return fault.New(fault.Forbidden, "chain.closed", "企业服务已终止，不能再登录和使用。数据保留期内如需导出，请联系平台运营方。").Because(err)
	case errors.As(err, &connectErr) && connectErr.Code() == connect.CodeResourceExhausted: // Connect's own, of a stream's first message
		return errTooLarge.Because(err)
	case connectErr != nil && (connectErr.Code() == connect.CodeInvalidArgument || strings.Contains(connectErr.Message(), "protocol error")):
		return unreadable(connectErr.Message()).Because(err)
	case stands:
		return fault.New(fault.Forbidden, "chain.suspended", "企业服务已暂停，数据原样保留，恢复前不能登录和使用。请联系平台运营方恢复。").Because(err)
	case errors.As(err, &pgErr) && pgErr.Code == "25006": // read-only transaction
		return fault.New(fault.Forbidden, "auth.read_only", "平台支持只能查看，不能更改任何内容。").Because(err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled), ctx.Err() != nil:
		return errDeadline.Because(err)
	case errors.As(err, &pgErr) && pgErr.Code[:2] == "22": // data exception: a value no column can hold
		return fault.New(fault.Invalid, "not_storable", "内容含有无法保存的字符或数值").Because(err)
	case errors.As(err, &pgErr) && (pgErr.Code == "40001" || pgErr.Code == "40P01" || ofServer(pgErr)), db.NoAnswer(err):
		return fault.New(fault.Unavailable, "busy", "系统繁忙，请稍后重试。").Because(err)
	default:
		return fault.New(fault.Internal, "internal", "系统出错，请把请求编号告诉我们。").Because(err)
	}
}

// ofServer reports whether a database error is of the server itself, whatever was asked:
// out of room, connections or memory, going down, its disk broken. Such a message names
// files and limits, never a row's values.
func ofServer(err *pgconn.PgError) bool {
	switch err.Code[:2] {
	case "53", "57", "58":
		return true
	}
	return false
}

// logText is what the log may say of an error: a database error's message and
// detail print the values of rows, so only its code and constraint are kept.
func logText(err error) string {
	var f *fault.Fault
	var pgErr *pgconn.PgError
	var early *earlyError
	switch {
	case errors.As(err, &early):
		return early.Error()
	case errors.As(err, &pgErr) && ofServer(pgErr):
		return "database " + pgErr.Code + " " + pgErr.Message
	case errors.As(err, &pgErr):
		return "database " + pgErr.Code + " " + pgErr.ConstraintName + pgErr.Routine
	case errors.As(err, &f):
		return f.Reason
	default:
		return err.Error()
	}
}
