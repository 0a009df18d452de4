package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/changke/changke/services/platform/process"
)

const (
	asJSON  = "application/json"
	asProto = "application/proto"
)

// badJSON are bodies that are no message of ours.
var badJSON = []string{
	"", " ", "{", "}", "[]", "null", "true", "1", `"x"`, "{}{}", `{"a":}`, `{"a"}`, `{'a':1}`, "{\"a\":\"\n\"}", "\x00", "\xff\xfe{}", "\ufeff{}", `{"a":1e999}`, `{"a":"\ud800"}`,
	`{"noSuchField":1}`, `{"@type":"type.googleapis.com/google.protobuf.Any"}`, `{"id":1,"id":"x"}`, "<xml/>",
	"------x\r\nContent-Disposition: form-data\r\n\r\n",
}

// longJSON and longProto are such bodies too. They fail before any method is asked: one of each service is sent them.
var (
	longJSON  = []string{strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 100_000), strings.Repeat("9", 900_000)}
	longProto = []string{strings.Repeat("\x0a\x02\x0a\x00", 100_000), strings.Repeat("\x0b", 100_000)}
)

// badProto are bodies that are no message of anybody's.
var badProto = []string{
	"\x00", "\x0a", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x0a\x80\x80\x80\x80\x08", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x0f", "\x0b\x0c", "\x0b", "\x0c",
	"\x09", "\x0d\x00", "\x0a\x03\xff\xfe\xfd", "\xfa\xff\xff\xff\x0f\x01x", "{}",
}

// TestBadBodies sends every method what is no message: the caller is told so. It
// runs alone, for the memory counted is the process's.
func TestBadBodies(t *testing.T) {
	likeMain(t)
	w := newWorld(t)
	resetPeak()
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[protoreflect.FullName]bool{}
	for _, m := range methods(t) {
		who := w.asIs(t, m.by(w.a), m.signs)
		texts, bodies := badJSON, badProto
		if service := m.desc.Parent().FullName(); !seen[service] {
			seen[service] = true
			texts, bodies = slices.Concat(badJSON, longJSON), slices.Concat(badProto, longProto)
		}
		for _, body := range texts {
			a := w.post(t, who, m.procedure(), asJSON, []byte(body))
			fine(t, a, "%s with JSON %.40q", m.name(), body)
			if !json.Valid([]byte(body)) && strings.TrimSpace(body) != "" { // no body is an empty message, unknown fields are a newer client's
				require.NotEqual(t, "ok", a.code, "%s takes JSON %.40q", m.name(), body)
			}
		}
		good, err := proto.Marshal(m.build(t, w, w.a))
		require.NoError(t, err)
		for i := range len(good) {
			bodies = append(bodies, string(good[:i])) // cut anywhere
		}
		for range 50 {
			b := make([]byte, random.IntN(200))
			for i := range b {
				b[i] = byte(random.Uint32())
			}
			bodies = append(bodies, string(b))
		}
		for _, body := range bodies {
			fine(t, w.post(t, w.asIs(t, who, false), m.procedure(), asProto, []byte(body)), "%s with protobuf %.40q", m.name(), body)
		}

		// A type that is wrong, field by field.
		var fields map[string]json.RawMessage
		text, err := protojson.Marshal(m.build(t, w, w.a))
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, &fields))
		for name, was := range fields {
			for _, other := range []string{"1", `"x"`, "true", "null", "{}", "[]", "[null]", `[[]]`, `{"a":{"b":[]}}`, "1.5", `"NaN"`, "-0", "1e400", `{"seconds":1}`} {
				fields[name] = json.RawMessage(other)
				body, err := json.Marshal(fields)
				if err == nil {
					fine(t, w.post(t, w.asIs(t, who, m.signs && other == "1"), m.procedure(), asJSON, body), "%s with %s at %s", m.name(), other, name)
				}
			}
			fields[name] = was
		}
	}
	require.Less(t, peak(t), 512<<20, "the process grew beyond 512 MiB")
}

// TestBadHeaders: what stands around the message may be anything too.
func TestBadHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	m := "/changke.customer.v1.CustomerService/ListCustomers"
	for _, h := range [][]string{
		{"Content-Encoding", "gzip"},
		{"Connect-Timeout-Ms", "-1"},
		{"Connect-Timeout-Ms", "abc"},
		{"Connect-Timeout-Ms", "99999999999999999999"},
		{"Connect-Protocol-Version", "9"},
		{"X-Request-Id", strings.Repeat("x", 5000)},
		{"X-Request-Id", "a\tb"},
		{"Accept-Encoding", "nonsense;q=9"},
		{"Authorization", "Bearer"},
		{"Authorization", "Bearer ck_live_"},
		{"Authorization", "Basic YTpi"},
		{"Authorization", "Bearer " + strings.Repeat("长", 4000)},
		{"Cookie", "__Host-changke=;;;"},
		{"Cookie", "__Host-changke=" + strings.Repeat("x", 8000)},
		{"Cookie", "__Host-changke=a; __Host-changke=b"},
		{"User-Agent", "\xff\xfe"},
		{"Traceparent", "00-zz-zz-zz"},
	} {
		fine(t, w.post(t, w.asIs(t, w.a.manager, false), m, asJSON, []byte("{}"), h...), "%q", h)
	}
	// The protocol's own word for a packing that a server does not know.
	require.Equal(t, "unimplemented", w.post(t, w.asIs(t, w.a.manager, false), m, asJSON, []byte("{}"), "Content-Encoding", "br").code)
	for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/json; charset=gbk", "application/connect+json", "application/grpc", "application/grpc+json", "application/grpc-web+proto", "application/grpc-web-text"} {
		for _, body := range []string{"", "{}", "\x00\x00\x00\x00\x02{}", "\x01\x00\x00\x00\x05hello", "\x00\xff\xff\xff\xff", "\x07\x00\x00\x00\x00", "\x80\x00\x00\x00\x00"} {
			a := w.post(t, w.asIs(t, w.a.manager, false), m, kind, []byte(body))
			fine(t, a, "%s %q", kind, body)
			// 12 and 13 are gRPC's own words for a call without a message and for a frame that is cut short.
			require.NotContains(t, []string{"2", "14", "15"}, a.header.Get("Grpc-Status"), "%s %q: %s", kind, body, a)
		}
	}
	for _, path := range []string{"/changke.customer.v1.CustomerService/NoSuch", "/changke.customer.v1.NoSuchService/Get", m + "/"} {
		a := w.post(t, w.asIs(t, w.a.manager, false), path, asJSON, []byte("{}"))
		require.Less(t, a.status, 500, path)
		require.NotContains(t, string(a.body), "customers", path)
	}
}

// bomb is some hundred kilobytes that unpack to a gigabyte: one megabyte of
// zeros, packed, a thousand times over.
func bomb(t testing.TB, megabytes int) []byte {
	t.Helper()
	var one bytes.Buffer
	z, err := gzip.NewWriterLevel(&one, gzip.BestCompression)
	require.NoError(t, err)
	_, err = z.Write(make([]byte, 1<<20))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	return bytes.Repeat(one.Bytes(), megabytes)
}

// TestHugeBodies runs alone, for the memory counted is the process's: bodies that are too long, as they are or unpacked, are refused
// before they cost memory, with and without a login.
func TestHugeBodies(t *testing.T) {
	likeMain(t)
	w := newWorld(t)
	small, large := bomb(t, 250), bomb(t, 1024)
	require.Less(t, len(small), 300_000)
	long := []byte(`{"query":"` + strings.Repeat("a", 3<<20) + `"}`)
	longer := []byte(`{"query":"` + strings.Repeat("a", 9<<20) + `"}`)
	frame := func(flag byte, body []byte) []byte {
		return append(binary.BigEndian.AppendUint32([]byte{flag}, uint32(len(body))), body...)
	}
	resetPeak()
	for _, m := range methods(t) {
		for i, who := range []*caller{w.asIs(t, m.by(w.a), m.signs), w.asIs(t, nobody, false)} {
			code, number := "resource_exhausted", "8"
			if i == 1 && streams(m.procedure()) { // of which nothing is read before it is known who asks
				code, number = "unauthenticated", "16"
			}
			for _, c := range []struct {
				kind   string
				body   []byte
				header []string
			}{
				{asJSON, small, []string{"Content-Encoding", "gzip"}},
				{asProto, large, []string{"Content-Encoding", "gzip"}},
				{asJSON, long, nil},
				{"application/grpc", frame(1, small), []string{"Grpc-Encoding", "gzip", "Te", "trailers"}},
				{"application/grpc-web+proto", frame(1, large), []string{"Grpc-Encoding", "gzip"}},
			} {
				a := w.post(t, who, m.procedure(), c.kind, c.body, c.header...)
				fine(t, a, "%s with %d bytes of %s", m.name(), len(c.body), c.kind)
				if strings.HasPrefix(c.kind, "application/grpc") {
					status := a.header.Get("Grpc-Status") + a.trailer
					if _, told, ok := strings.Cut(string(a.body), "grpc-status: "); ok { // a stream's, in gRPC-Web
						status, _, _ = strings.Cut(told, "\r")
					}
					require.Equal(t, number, status, "%s: %s", m.name(), a)
				} else {
					require.Equal(t, code, a.code, "%s with %d bytes of %s: %s", m.name(), len(c.body), c.kind, a)
				}
			}
		}
	}
	for range 20 {
		a := w.post(t, nobody, "/changke.staff.v1.AuthService/Login", asJSON, longer)
		fine(t, a, "9 MB")
		require.NotEqual(t, "ok", a.code)
	}
	require.Less(t, peak(t), 512<<20, "the process grew beyond 512 MiB")
}

// likeMain takes as much of the machine as main does, for this test alone.
func likeMain(t *testing.T) {
	threads := runtime.GOMAXPROCS(0)
	process.Use()
	t.Cleanup(func() {
		roomy()
		runtime.GOMAXPROCS(threads)
	})
}

// roomy takes more memory for time than main does: worlds beside each other hold
// more in their logs than a server ever lives with, and would be cleaned all the time.
func roomy() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(2 << 30)
}

// resetPeak makes the kernel count the process's peak anew.
func resetPeak() {
	debug.FreeOSMemory() // what tests before held
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// peak is the most memory the process has had since, in bytes.
func peak(t testing.TB) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	require.NoError(t, err)
	kB, err := strconv.Atoi(regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindStringSubmatch(string(status))[1])
	require.NoError(t, err)
	return kB << 10
}
