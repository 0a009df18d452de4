package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"connectrpc.com/connect"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
	faultv1 "github.com/changke/changke/gen/go/changke/fault/v1"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
	"github.com/changke/changke/gen/go/changke/tenant/v1/tenantv1connect"
	"github.com/changke/changke/gen/go/changke/visit/v1/visitv1connect"
)

// caller is somebody at the server's door: a person with the cookies he was
// given, a till with its key, or nobody. Cookies are kept by hand, for the jar
// of the standard library does not know what the __Host- prefix demands.
type caller struct {
	name    string
	staffNo string // of people
	id      string // of keys
	key     string
	desk    bool // the platform's operator
	mu      sync.Mutex
	cookies map[string]string
	base    http.RoundTripper
}

var nobody = &caller{name: "nobody"}

// RoundTrip implements http.RoundTripper: it adds the credentials and keeps the
// cookies of the answer.
func (c *caller) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	c.mu.Lock()
	for name, value := range c.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	c.mu.Unlock()
	if c.key != "" {
		r.Header.Set("Authorization", "Bearer "+c.key)
	}
	res, err := c.base.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, cookie := range res.Cookies() {
		if c.cookies == nil {
			c.cookies = map[string]string{}
		}
		c.cookies[cookie.Name] = cookie.Value
		if cookie.MaxAge < 0 {
			delete(c.cookies, cookie.Name)
		}
	}
	return res, nil
}

// client is the caller's HTTP client.
func (w *world) client(c *caller) *http.Client {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.base == nil {
		c.base = w.server.Client().Transport
	}
	return &http.Client{Transport: c}
}

func (w *world) authOf(c *caller) staffv1connect.AuthServiceClient {
	return staffv1connect.NewAuthServiceClient(w.client(c), w.server.URL)
}

func (w *world) staffOf(c *caller) staffv1connect.StaffServiceClient {
	return staffv1connect.NewStaffServiceClient(w.client(c), w.server.URL)
}

func (w *world) rulesOf(c *caller) tenantv1connect.RuleServiceClient {
	return tenantv1connect.NewRuleServiceClient(w.client(c), w.server.URL)
}

func (w *world) rolesOf(c *caller) staffv1connect.RoleServiceClient {
	return staffv1connect.NewRoleServiceClient(w.client(c), w.server.URL)
}

func (w *world) tenantOf(c *caller) tenantv1connect.TenantServiceClient {
	return tenantv1connect.NewTenantServiceClient(w.client(c), w.server.URL)
}

func (w *world) customersOf(c *caller) customerv1connect.CustomerServiceClient {
	return customerv1connect.NewCustomerServiceClient(w.client(c), w.server.URL)
}

func (w *world) bookingsOf(c *caller) visitv1connect.BookingServiceClient {
	return visitv1connect.NewBookingServiceClient(w.client(c), w.server.URL)
}

func (w *world) billsOf(c *caller) visitv1connect.BillServiceClient {
	return visitv1connect.NewBillServiceClient(w.client(c), w.server.URL)
}

// login gives a person who has just come in, on a device of his own.
func (w *world) login(t testing.TB, c *chain, staffNo string) *caller {
	t.Helper()
	who := &caller{name: c.code + " " + staffNo, staffNo: staffNo}
	_, err := w.authOf(who).Login(t.Context(), &staffv1.LoginRequest{TenantCode: c.code, Login: staffNo, Password: password})
	require.NoError(t, err)
	return who
}

// answer is what came back over HTTP.
type answer struct {
	status  int
	header  http.Header
	trailer string // gRPC's status, when it came behind the body
	body    []byte // with the fault's own words behind it
	code    string // Connect's; "ok"
	reason  string // of the fault
}

func (a answer) String() string {
	return fmt.Sprintf("%d %s %s %.300s", a.status, a.code, a.reason, a.body)
}

// post sends bytes to a method as they are.
func (w *world) post(t testing.TB, c *caller, procedure, contentType string, body []byte, header ...string) answer {
	t.Helper()
	if kind, unary := map[string]string{asJSON: "application/connect+json", asProto: "application/connect+proto"}[contentType]; unary && streams(procedure) {
		return w.open(t, c, procedure, kind, body, header...)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+procedure, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", contentType)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := w.client(c).Do(req)
	require.NoError(t, err, "%s: the connection broke", procedure)
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	switch procedure {
	case customerv1connect.CustomerServiceRevealNumberProcedure, customerv1connect.ContactServiceRevealContactProcedure: // which show a number, with a reason
	default:
		_, _ = w.heard.Write(append(got, '\n'))
	}
	a := answer{status: res.StatusCode, header: res.Header, trailer: res.Trailer.Get("Grpc-Status"), body: got, code: "ok"}
	if res.StatusCode == http.StatusOK {
		return a
	}
	a.code = "http " + res.Status
	w.refusal(&a, got)
	return a
}

// refusal reads an error as Connect writes it.
func (w *world) refusal(a *answer, got []byte) {
	var e struct {
		Code    string
		Details []struct{ Type, Value string }
	}
	if json.Unmarshal(got, &e) == nil && e.Code != "" {
		a.code = e.Code
	}
	for _, d := range e.Details {
		raw, err := connectBase64(d.Value)
		var f faultv1.Fault
		if d.Type == "changke.fault.v1.Fault" && err == nil && proto.Unmarshal(raw, &f) == nil {
			a.reason = f.GetReason()
			a.body = append(a.body, f.String()...)
			_, _ = w.heard.Write(append(raw, '\n'))
		}
	}
}

// streams reports whether a method answers with more than one message.
func streams(procedure string) bool {
	d, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(strings.ReplaceAll(strings.TrimPrefix(procedure, "/"), "/", ".")))
	m, ok := d.(protoreflect.MethodDescriptor)
	return err == nil && ok && m.IsStreamingServer()
}

// open begins a stream, takes its first message, or why there is none, for the
// answer, and goes away.
func (w *world) open(t testing.TB, c *caller, procedure, contentType string, body []byte, header ...string) answer {
	t.Helper()
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	framed := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(body)))
	asked := http.Header{"Content-Type": {contentType}}
	for i := 0; i < len(header); i += 2 {
		name := header[i]
		if name == "Content-Encoding" { // of the message, not of the stream
			framed[0], name = 1, "Connect-Content-Encoding"
		}
		asked.Set(name, header[i+1])
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.server.URL+procedure, bytes.NewReader(append(framed, body...)))
	require.NoError(t, err)
	req.Header = asked
	res, err := w.client(c).Do(req)
	require.NoError(t, err, "%s: the connection broke", procedure)
	defer func() { _ = res.Body.Close() }()
	head := make([]byte, 5)
	_, err = io.ReadFull(res.Body, head)
	require.NoError(t, err, procedure)
	got := make([]byte, binary.BigEndian.Uint32(head[1:]))
	_, err = io.ReadFull(res.Body, got)
	require.NoError(t, err, procedure)
	_, _ = w.heard.Write(append(got, '\n'))
	a := answer{status: res.StatusCode, header: res.Header, body: got, code: "ok"}
	if head[0]&2 != 0 { // the end already
		var end struct{ Error json.RawMessage }
		require.NoError(t, json.Unmarshal(got, &end))
		a.code = "ended"
		w.refusal(&a, end.Error)
	}
	return a
}

// ask sends a message as JSON.
func (w *world) ask(t testing.TB, c *caller, procedure string, req proto.Message, header ...string) answer {
	t.Helper()
	body, err := protojson.Marshal(req)
	require.NoError(t, err)
	return w.post(t, c, procedure, "application/json", body, header...)
}

// codeOf gives the Connect code of a generated client's error.
func codeOf(err error) string {
	if err == nil {
		return "ok"
	}
	return connect.CodeOf(err).String()
}

// reasonOf gives the fault's reason in a generated client's error.
func reasonOf(err error) string {
	return faultOf(err).GetReason()
}

func faultOf(err error) *faultv1.Fault {
	e := (*connect.Error)(nil)
	if !errors.As(err, &e) {
		return nil
	}
	for _, d := range e.Details() {
		if v, err := d.Value(); err == nil {
			if f, ok := v.(*faultv1.Fault); ok {
				return f
			}
		}
	}
	return nil
}

func connectBase64(s string) ([]byte, error) {
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
}
