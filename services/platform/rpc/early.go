package rpc

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"connectrpc.com/connect"

	"github.com/changke/changke/services/kernel/fault"
)

// Handle serves calls so that also what fails before the interceptor is told as
// a fault, with request id and log: Connect refuses unknown paths, headers and
// bodies that are no message by itself, in bare words. options are those of the
// handlers inside h.
func (i *Interceptor) Handle(h http.Handler, options ...connect.HandlerOption) http.Handler {
	errorWriter := connect.NewErrorWriter(options...)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := i.Clock.Now()
		c := newCall(r.Header, r.RemoteAddr)
		early := &earlyWriter{ResponseWriter: w, call: c}
		ctx := context.WithValue(r.Context(), callKey{}, c)
		h.ServeHTTP(early, r.WithContext(ctx))
		if c.begun {
			return
		}
		spec := connect.Spec{Procedure: r.URL.Path}
		if early.status == http.StatusNotFound {
			spec.Procedure = noProcedure
		}
		err := i.finish(ctx, c, spec, start, early.failure())
		maps.DeleteFunc(early.Header(), func(name string, _ []string) bool {
			return strings.HasPrefix(name, "Grpc-") || strings.HasPrefix(name, http.TrailerPrefix)
		})
		c.begun = true                       // what is written now goes out
		_ = errorWriter.Write(early, r, err) // and nobody reads it if that fails
	})
}

// noProcedure stands in log and metrics for paths that are none of ours.
const noProcedure = "none"

// earlyError is what was said before the interceptor.
type earlyError struct {
	code connect.Code
	text string
}

// Error gives what was said up to where it quotes the caller.
func (e *earlyError) Error() string {
	text, _, _ := strings.Cut(e.text, `"`)
	return "before the call: " + e.code.String() + ": " + text
}

// earlyWriter holds back what is answered before the interceptor has begun.
type earlyWriter struct {
	http.ResponseWriter
	call   *call
	status int
	body   bytes.Buffer
}

// WriteHeader implements http.ResponseWriter. A status that Connect chose for
// paths and headers stands, whatever its error's code would be told by.
func (w *earlyWriter) WriteHeader(status int) {
	switch {
	case !w.call.begun:
		w.status = status
	case status >= http.StatusBadRequest && w.status >= http.StatusBadRequest && w.status < http.StatusInternalServerError:
		w.ResponseWriter.WriteHeader(w.status)
	default:
		w.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (w *earlyWriter) Write(b []byte) (int, error) {
	if !w.call.begun {
		return w.body.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// Flush implements http.Flusher.
func (w *earlyWriter) Flush() {
	if w.call.begun {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
	}
}

// Unwrap lets http.ResponseController reach the connection.
func (w *earlyWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// failure reads what was held back.
func (w *earlyWriter) failure() error {
	switch w.status {
	case http.StatusNotFound:
		return fault.New(fault.NotFound, "unknown_method", "没有这个接口，请核对路径：/服务/方法，例如 /changke.pos.v1.PosService/RecordBills").
			Because(&earlyError{connect.CodeUnimplemented, "no such path"})
	case http.StatusForbidden:
		return fault.New(fault.Forbidden, "auth.cross_origin", "请求来自别的网站，没有执行；请在常客的页面里操作").Because(&earlyError{connect.CodePermissionDenied, "cross origin"})
	case http.StatusMethodNotAllowed:
		return fault.New(fault.Invalid, "invalid_request", "接口只收 POST，请改用 POST 发送").Because(&earlyError{connect.CodeInvalidArgument, "method not allowed"})
	case http.StatusUnsupportedMediaType:
		return fault.New(fault.Invalid, "invalid_request", "请求头 Content-Type 不对：JSON 写 application/json，Protobuf 写 application/proto，gRPC 写 application/grpc").
			Because(&earlyError{connect.CodeInvalidArgument, "content type"})
	}
	said := w.said()
	switch said.code {
	case connect.CodeResourceExhausted:
		w.instead(http.StatusRequestEntityTooLarge) // 429 would bid clients of plain HTTP to try again
		return errTooLarge.Because(said)
	case connect.CodeDeadlineExceeded, connect.CodeCanceled:
		return errDeadline.Because(said)
	case connect.CodeUnimplemented:
		w.instead(http.StatusUnsupportedMediaType)
		if !strings.HasPrefix(said.text, "unknown compression") { // a gRPC call without a message, or with two
			return errUnreadable.Because(said)
		}
		return fault.New(fault.Invalid, "invalid_request", "内容的压缩方式不认识：用 gzip，或者不压缩").Because(said)
	default:
		said.code = connect.CodeInvalidArgument // the body could not be read: the sender's, whatever Connect calls it
		w.instead(http.StatusBadRequest)
		return unreadable(said.text).Because(said)
	}
}

// instead chooses the status, where the protocol tells errors by it.
func (w *earlyWriter) instead(status int) {
	if w.status >= http.StatusBadRequest {
		w.status = status
	}
}

// said reads the error in the protocol that it was told in.
func (w *earlyWriter) said() *earlyError {
	header := w.Header()
	for _, prefix := range []string{"", http.TrailerPrefix} {
		if status := header.Get(prefix + "Grpc-Status"); status != "" {
			code, _ := strconv.ParseUint(status, 10, 32)
			text, _ := url.PathUnescape(header.Get(prefix + "Grpc-Message"))
			return &earlyError{connect.Code(code), text}
		}
	}
	var told struct {
		Code    connect.Code
		Message string
	}
	_ = json.Unmarshal(w.body.Bytes(), &told) // no code of Connect's is an unreadable body too
	return &earlyError{told.Code, told.Message}
}

// place is where jsonCodec says that a body is wrong.
var place = regexp.MustCompile(`\(line (\d+):(\d+)\)|field ([A-Za-z_.]+)`)

// unreadable is the fault of a body that is no message; text is the codec's.
func unreadable(text string) *fault.Fault {
	_, of, found := strings.Cut(text, "unmarshal message: ")
	if !found {
		return errUnreadable
	}
	if !strings.HasPrefix(of, notJSON) {
		return fault.New(fault.Invalid, "invalid_request", "请求内容不是这个方法的 Protobuf，请用同一版接口定义编码后再发")
	}
	var where []string
	var bad []fault.Violation
	for _, m := range place.FindAllStringSubmatch(of, -1) {
		if m[3] == "" {
			where = append(where, "第 "+m[1]+" 行第 "+m[2]+" 列")
		} else {
			where = append(where, "字段 "+m[3])
			bad = append(bad, fault.Violation{Field: m[3], Message: "取值不是接口要的类型，请对照接口参考改正"})
		}
	}
	if strings.HasSuffix(of, cutShort) {
		where = append(where, "没有写完")
	}
	message := "请求内容不是这个方法的 JSON"
	if len(where) > 0 {
		message += "（" + strings.Join(where, "，") + "）"
	}
	return fault.Fields("invalid_request", message+"，请对照接口参考改正后再发", bad...)
}
