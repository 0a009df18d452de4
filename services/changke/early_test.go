package main

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"

	faultv1 "github.com/changke/changke/gen/go/changke/fault/v1"
	"github.com/changke/changke/gen/go/changke/pos/v1/posv1connect"
)

// raw is a codec that sends bytes as they are, under the name of a real one.
type raw struct {
	name string
	body []byte
}

func (r raw) Name() string                  { return r.name }
func (r raw) Marshal(any) ([]byte, error)   { return r.body, nil }
func (raw) Unmarshal(b []byte, m any) error { return proto.Unmarshal(b, m.(proto.Message)) } // gRPC's status

// TestFaultBeforeTheCall: what no interceptor sees, for the body is no message or the
// headers are wrong, is told like every other fault: a reason, a sentence that says how
// to mend it, and the request's id, under which the log has it; in every protocol.
func TestFaultBeforeTheCall(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	zeros := bytes.Repeat([]byte{0}, 8<<20)
	for name, protocol := range map[string][]connect.ClientOption{"Connect": nil, "gRPC": {connect.WithGRPC()}, "gRPC-Web": {connect.WithGRPCWeb()}} {
		for _, c := range []struct {
			codec, body, reason, says string
			code                      connect.Code
			packed                    bool
		}{
			{"json", `{"bills": [`, "invalid_request", "没有写完", connect.CodeInvalidArgument, false},
			{"json", "{\n\"bills\": [{\"amountFen\": \"13800138000元\"}]}", "invalid_request", "第 2 行第 25 列，字段 amountFen", connect.CodeInvalidArgument, false},
			{"proto", "\x0a\x03\xff", "invalid_request", "Protobuf", connect.CodeInvalidArgument, false},
			{"json", string(zeros[:3<<20]), "request_too_large", "1 MiB", connect.CodeResourceExhausted, false},
			{"proto", string(zeros), "request_too_large", "1 MiB", connect.CodeResourceExhausted, true},
		} {
			options := append([]connect.ClientOption{connect.WithCodec(raw{c.codec, []byte(c.body)})}, protocol...)
			if c.packed {
				options = append(options, connect.WithSendGzip())
			}
			client := connect.NewClient[emptypb.Empty, emptypb.Empty](w.client(w.a.till), w.server.URL+posv1connect.PosServiceRecordBillsProcedure, options...)
			_, err := client.CallUnary(t.Context(), connect.NewRequest(&emptypb.Empty{}))
			var told *connect.Error
			require.ErrorAs(t, err, &told)
			require.Equal(t, c.code, told.Code(), "%s %.20q", name, c.body)
			require.Len(t, told.Details(), 1, "%s %.20q: %s", name, c.body, err)
			detail, err := told.Details()[0].Value()
			require.NoError(t, err)
			fault := detail.(*faultv1.Fault)
			require.Equal(t, c.reason, fault.GetReason())
			require.Contains(t, fault.GetMessage(), c.says, name)
			require.NotContains(t, fault.String()+w.logs.String(), "13800138000")
			require.Equal(t, fault.GetRequestId(), told.Meta().Get("X-Request-Id"), name)
			require.Contains(t, w.logs.String(), fault.GetRequestId(), "in the log")
		}
	}
}

// TestFaultOfHeaders: so is what a path or a header is refused for.
func TestFaultOfHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const id = "till-0001-0002"
	bills := posv1connect.PosServiceRecordBillsProcedure
	for _, c := range []struct {
		method, path, kind, body string
		header                   []string
		status                   int
		code, reason, says       string
	}{
		{"POST", bills, "text/plain", "{}", nil, 415, "invalid_argument", "invalid_request", "application/json"},
		{"POST", bills, "", "{}", nil, 415, "invalid_argument", "invalid_request", "application/json"},
		{"GET", bills, "", "", nil, 405, "invalid_argument", "invalid_request", "POST"},
		{"POST", bills + "x", asJSON, "{}", nil, 404, "unimplemented", "unknown_method", "路径"},
		{"POST", "/changke.pos.v9.PosService/RecordBills", asJSON, "{}", nil, 404, "unimplemented", "unknown_method", "路径"},
		{"POST", bills, asJSON, "{}", []string{"Content-Encoding", "br"}, 415, "unimplemented", "invalid_request", "gzip"},
		{"POST", bills, asJSON, "{}", []string{"Content-Encoding", "gzip"}, 400, "invalid_argument", "invalid_request", "请求头"},
		{"POST", bills, asJSON, "{}", []string{"Connect-Timeout-Ms", "13800138000"}, 400, "invalid_argument", "invalid_request", "请求头"},
		{"POST", bills, asJSON, "{}", []string{"Sec-Fetch-Site", "cross-site"}, 403, "permission_denied", "auth.cross_origin", "页面"},
		{"POST", bills, asJSON, strings.Repeat(" ", 9<<20), nil, 413, "resource_exhausted", "request_too_large", "1 MiB"},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, w.server.URL+c.path, strings.NewReader(c.body))
		require.NoError(t, err)
		req.Header.Set("X-Request-Id", id)
		for i := 0; i < len(c.header); i += 2 {
			req.Header.Set(c.header[i], c.header[i+1])
		}
		if c.kind != "" {
			req.Header.Set("Content-Type", c.kind)
		}
		res, err := w.client(w.a.till).Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		a := answer{status: res.StatusCode, header: res.Header, body: body}
		w.refusal(&a, body)
		require.Equal(t, []any{c.status, c.code, c.reason}, []any{a.status, a.code, a.reason}, "%v: %s", c, a)
		require.Contains(t, string(a.body), c.says)
		require.Equal(t, id, a.header.Get("X-Request-Id"))
		require.Equal(t, asJSON, a.header.Get("Content-Type"))
	}
	require.NotContains(t, w.logs.String(), "13800138000")
}
