//go:build sdks && linux

package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/pos"
)

// TestSDKs lets what `make sdks` built, in its own languages' tests, call the
// program as a process of its own: over h2c and HTTP, and over TLS through a line
// that loses answers. Then it looks at what lies in the database.
func TestSDKs(t *testing.T) {
	w := newWorld(t)
	today := w.atNoon(t, w.a)
	server := w.process(t, "../../bin/changke")
	line := newBadLine(t, server)
	env := append(os.Environ(), "CHANGKE_URL="+server, "CHANGKE_BAD_LINE="+line.url, "CHANGKE_CA="+line.ca, "CHANGKE_WEBHOOK="+signedEvent(t),
		"CHANGKE_KEY="+w.vendorKey(t, w.a), "CHANGKE_GUEST="+numberBoth, "CHANGKE_REFERRER="+casts[0].people[1], "CHANGKE_BOOKER=E0002",
		"CHANGKE_TODAY="+today.String(), "CHANGKE_STATE="+t.TempDir())
	work, err := filepath.Abs("../../.cache/sdks")
	require.NoError(t, err)
	classpath, err := os.ReadFile(filepath.Join(work, "classpath"))
	require.NoError(t, err, "make sdks builds what is tried here")
	run := func(t *testing.T, dir string, env []string, args ...string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir, cmd.Env = dir, env
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		t.Log(lastLines(string(out), 4))
	}
	t.Run("Python", func(t *testing.T) {
		run(t, "../pos/sdk/python", append(env, "PYTHONPATH="+filepath.Join(work, "site"), "PYTHONDONTWRITEBYTECODE=1"), "/usr/bin/python3", "-W", "error", "-m", "unittest", "discover", "-t", ".", "-s", "tests")
	})
	t.Run("Java", func(t *testing.T) {
		tests := []string{"java", "-Djava.library.path=" + filepath.Join(work, "native"), "-cp", string(classpath), "org.junit.runner.JUnitCore"}
		for _, name := range []string{"JsonTest", "WebhooksTest", "PlainClientTest", "PosClientTest", "OfflineQueueTest", "ExamplesTest"} {
			tests = append(tests, "com.changke.pos."+name)
		}
		run(t, ".", env, tests...)
	})

	t.Run("Go", func(t *testing.T) {
		dir := t.TempDir()
		run(t, ".", env, "/usr/bin/python3", "-m", "zipfile", "-e", "../../bin/sdks/changke-go-1.0.0.zip", dir)
		require.NoError(t, os.CopyFS(filepath.Join(dir, "snippets"), os.DirFS("../pos/sdk/guide/snippets/go")))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "main.go"), []byte(vendorsProgram), 0o600))
		env := append(env, "GOPROXY=off", "GOSUMDB=off", "GOFLAGS="+os.Getenv("GOFLAGS")+" -mod=mod")
		run(t, dir, env, "go", "mod", "init", "till.example")
		run(t, dir, env, "go", "mod", "edit", "-replace", "github.com/changke/changke=./changke-go")
		run(t, dir, env, "go", "run", ".")
		require.Equal(t, []string{today.String() + "-0001 2"}, w.texts(t, `SELECT bill_no || ' ' || revision FROM bill_head WHERE tenant_id = $1 AND source = 'demo-go'`, w.a.id))
	})

	t.Run("OK no bill twice, none that was only checked", func(t *testing.T) {
		counts := w.texts(t, `SELECT source || ' ' || count(*) || ' ' || count(DISTINCT bill_no) FROM bill_head WHERE tenant_id = $1 AND source ~ '^(py|java)-' GROUP BY source ORDER BY source`, w.a.id)
		for _, c := range counts {
			f := strings.Fields(c)
			require.Equal(t, f[1], f[2], c)
		}
		require.Len(t, counts, 16, "each language, way and purpose: %v", counts)
	})
	t.Run("OK every try of a write bears its one key", func(t *testing.T) {
		for _, way := range []string{"py-plain-", "py-grpc-", "java-plain-", "java-grpc-"} {
			require.Equal(t, []int{3}, line.triesOf(way), way)
		}
	})
	t.Run("OK a Retry-After is waited for", func(t *testing.T) {
		require.Empty(t, slices.DeleteFunc(line.hasty, func(key string) bool { return !strings.Contains(key, "-plain-") }))
	})
}

// vendorsProgram is a till of a module of its own that does what the guide shows.
const vendorsProgram = `package main

import (
	"context"
	"log"
	"os"

	"till.example/snippets"
)

func main() {
	client, err := snippets.NewClient()
	if err == nil {
		err = snippets.FirstBill(context.Background(), client, os.Getenv("CHANGKE_TODAY"))
	}
	if err != nil {
		log.Fatal(err)
	}
}
`

// process runs the program over the world's database until the test ends, and
// gives its address.
func (w *world) process(t *testing.T, binary string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := l.Addr().String()
	require.NoError(t, l.Close())
	path, err := filepath.Abs(binary)
	require.NoError(t, err)
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, "serve")
	cmd.Dir = t.TempDir()
	cmd.Env = []string{
		"DATABASE_URL=" + w.appURL, "CHANGKE_LISTEN=" + address, "CHANGKE_MASTER_KEY=" + base64.StdEncoding.EncodeToString([]byte(masterKey)),
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it ends by a signal
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		if t.Failed() {
			t.Log(lastLines(log.String(), 40))
		}
	})
	require.Eventually(t, func() bool {
		resp, err := http.Get("http://" + address + "/readyz")
		if err != nil {
			return false
		}
		_ = resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}, time.Minute, 20*time.Millisecond, "not ready")
	return "http://" + address
}

// vendorKey makes a key as a vendor gets one: a store, every scope. The world's
// day is not the process's, so its end is moved.
func (w *world) vendorKey(t *testing.T, c *chain) string {
	t.Helper()
	res, err := w.staffOf(c.admin).CreateApiKey(t.Context(), &staffv1.CreateApiKeyRequest{
		Label: "收银厂商", Scopes: []string{"bills:write", "bookings:write", "customers:lookup", "callers:write"}, StoreIds: []string{c.s01.String()}, ValidDays: 30,
	})
	require.NoError(t, err)
	w.exec(t, "UPDATE api_key SET expires_at = now() + interval '1 day' WHERE tenant_id = $1 AND key_id = $2", c.id, res.Key.Id)
	return res.Secret
}

// signedEvent writes an event as the server sends it, signed by two secrets, to a file.
func signedEvent(t *testing.T) string {
	t.Helper()
	secrets := []string{pos.NewSecret(), pos.NewSecret()}
	id, at := kernel.NewID[kernel.UUID](time.Now()), time.Now()
	body, err := pos.Body(pos.GuestBlacklisted, at, pos.GuestsData{StoreCode: "S01", GuestIDs: []string{id.String()}})
	require.NoError(t, err)
	event, err := json.Marshal(map[string]any{
		"secrets": secrets, "body": body,
		"headers": map[string]string{
			"webhook-id": id.String(), "webhook-timestamp": strconv.FormatInt(at.Unix(), 10), "webhook-signature": pos.Sign(secrets, id, at, body),
		},
	})
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "event.json")
	require.NoError(t, os.WriteFile(path, event, 0o600))
	return path
}

// badLine is a proxy that ends TLS. It loses the answer to the first try of every
// write, tells the second to wait, and lets the third through.
type badLine struct {
	url, ca string
	mu      sync.Mutex
	tries   map[string]int       // by idempotency key
	told    map[string]time.Time // to wait
	hasty   []string             // came again before a second was over
}

func newBadLine(t *testing.T, server string) *badLine {
	t.Helper()
	line := &badLine{tries: map[string]int{}, told: map[string]time.Time{}, ca: filepath.Join(t.TempDir(), "ca.pem")}
	to, err := url.Parse(server)
	require.NoError(t, err)
	h2c := new(http.Protocols)
	h2c.SetUnencryptedHTTP2(true)
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(to) },
		Transport:     &http.Transport{Protocols: h2c},
		FlushInterval: -1,
	}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch line.try(r.Header.Get("Idempotency-Key")) {
		case 1:
			proxy.ServeHTTP(httptest.NewRecorder(), r)
			http.Error(w, "the line broke", http.StatusServiceUnavailable)
		case 2:
			w.Header().Set("Retry-After", "1")
			http.Error(w, "too many", http.StatusTooManyRequests)
		default:
			proxy.ServeHTTP(w, r)
		}
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	require.NoError(t, os.WriteFile(line.ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.Certificate().Raw}), 0o600))
	line.url = s.URL
	return line
}

// try counts a try of a write; 0 for what is none.
func (l *badLine) try(key string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if key != "" {
		l.tries[key]++
	}
	switch l.tries[key] {
	case 2:
		l.told[key] = time.Now()
	case 3:
		if time.Since(l.told[key]) < time.Second {
			l.hasty = append(l.hasty, key)
		}
	}
	return l.tries[key]
}

// triesOf gives how often each key that begins so was tried.
func (l *badLine) triesOf(begins string) (out []int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, n := range l.tries {
		if strings.HasPrefix(key, begins) {
			out = append(out, n)
		}
	}
	return out
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}
