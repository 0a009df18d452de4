package changke

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"connectrpc.com/connect"

	faultv1 "github.com/changke/changke/gen/go/changke/fault/v1"
)

// Reasons that the SDK gives itself, where no answer of the server's holds one.
const (
	ReasonUnreachable = "client.unreachable" // no answer, or one of a proxy that the server is away
	ReasonTimeout     = "client.timeout"     // no answer in time
	ReasonCancelled   = "client.cancelled"   // the caller's context ended
	ReasonNotChangke  = "client.not_changke" // something else answered

	reasonTooLarge = "request_too_large" // the server's
)

var ownMessages = map[string]string{
	ReasonUnreachable: "没有连上常客服务器，请检查网络；原样重发即可，不会重复记账。",
	ReasonTimeout:     "常客服务器没有及时回答；原样重发即可，不会重复记账。",
	ReasonCancelled:   "调用已取消。",
	ReasonNotChangke:  "回答的不是常客服务器，请核对服务器地址和代理设置。",
}

// Error is why a call failed.
type Error struct {
	Code       connect.Code  // its kind
	Reason     string        // stable, for programs: "bill.not_found"; see the guide's table
	Message    string        // Chinese, for people; may be shown as it is
	Violations []Violation   // field by field, with Reason "invalid_field"
	RequestID  string        // to be named when asking for help
	RetryAfter time.Duration // wait at least so long; 0: not said
	text       string
}

// Violation is what is wrong with one field.
type Violation struct {
	Field     string // path in the request: "bills[3].amount_fen"
	Message   string // Chinese, how to mend it
	MessageEn string // English, of plain bounds; empty of rules of the house
}

// Error gives reason, sentence and request id, never the key or a guest's number.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("changke: " + e.Reason + ": " + e.Message)
	for _, v := range e.Violations {
		b.WriteString(" [" + v.Field + ": " + v.Message + "]")
	}
	if e.text != "" {
		b.WriteString(" (" + e.text + ")")
	}
	if e.RequestID != "" {
		b.WriteString(" request_id=" + e.RequestID)
	}
	return b.String()
}

// Temporary reports whether the same call may succeed later: there was no answer, or
// one that says to come again.
func (e *Error) Temporary() bool {
	switch e.Code {
	case connect.CodeUnavailable, connect.CodeDeadlineExceeded:
		return true
	case connect.CodeResourceExhausted: // without a Retry-After the body is too large, for ever
		return e.RetryAfter > 0
	default:
		return false
	}
}

// Reason is the stable word of an error of this package; "" for others and nil.
func Reason(err error) string {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.Reason
	}
	return ""
}

// Temporary reports whether an error of this package may pass by itself.
func Temporary(err error) bool {
	e := (*Error)(nil)
	return errors.As(err, &e) && e.Temporary()
}

func retryAfter(err error) time.Duration {
	if e := (*Error)(nil); errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}

// newError reads what the server says, or what became of a call that it never
// answered. The key is taken out of whatever a transport prints.
func newError(err error, requestID, key string) *Error {
	out := &Error{Code: connect.CodeOf(err), RequestID: requestID}
	var answer *connect.Error
	if errors.As(err, &answer) {
		out.RetryAfter = seconds(answer.Meta().Get("Retry-After"))
		for _, d := range answer.Details() {
			if v, failed := d.Value(); failed == nil {
				if f, ok := v.(*faultv1.Fault); ok {
					out.take(f)
					return out
				}
			}
		}
	}
	switch out.Code {
	case connect.CodeCanceled:
		out.Reason = ReasonCancelled
	case connect.CodeDeadlineExceeded:
		out.Reason = ReasonTimeout
	case connect.CodeUnavailable:
		out.Reason = ReasonUnreachable
	default:
		out.Reason = ReasonNotChangke
	}
	out.Message = ownMessages[out.Reason]
	out.text = strings.ReplaceAll(fmt.Sprint(err), key, "ck_…")
	return out
}

func (e *Error) take(f *faultv1.Fault) {
	e.Reason, e.Message = f.GetReason(), f.GetMessage()
	if f.GetRequestId() != "" {
		e.RequestID = f.GetRequestId()
	}
	if e.RetryAfter == 0 {
		e.RetryAfter = time.Duration(f.GetRetryAfterSeconds()) * time.Second
	}
	for _, v := range f.GetViolations() {
		e.Violations = append(e.Violations, Violation{Field: v.GetField(), Message: v.GetMessage(), MessageEn: v.GetMessageEn()})
	}
}

// seconds reads a Retry-After; one that is a date of a proxy's counts as not said.
func seconds(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Second
}
