package console

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
)

var built = fstest.MapFS{
	"app/index.html":            {Data: []byte(`<meta property="csp-nonce" nonce="__CSP_NONCE__"><script type="module" src="/assets/index-1a2b.js" nonce="__CSP_NONCE__"></script>`)},
	"app/assets/index-1a2b.js":  {Data: []byte("console.log('" + strings.Repeat("常客", 500) + "')")},
	"app/favicon.svg":           {Data: []byte("<svg/>")},
	"app/.vite/manifest.json":   {Data: []byte("{}")},
	"app/assets/_chunk-9z.js":   {Data: []byte("1")},
	"notice.html":               {Data: []byte("not built")},
	"app/assets/index-1a2b.css": {Data: []byte("body{}")},
}

func get(t *testing.T, h http.Handler, target string, headers ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func text(t *testing.T, res *http.Response) string {
	t.Helper()
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return string(body)
}

func TestEveryPathOfTheAppIsThePage(t *testing.T) {
	s := newSite(built)
	for _, target := range []string{"/", "/login", "/customers/0199-77?tab=ownership", "/assets/../bookings"} {
		res := get(t, s, target)
		require.Equal(t, http.StatusOK, res.StatusCode, target)
		require.Equal(t, "no-cache", res.Header.Get("Cache-Control"))
		require.Contains(t, text(t, res), "/assets/index-1a2b.js")
	}
}

func TestWhatIsNotThereIsNotThePage(t *testing.T) {
	s := newSite(built)
	for _, target := range []string{"/assets/index-old.js", "/robots.txt", "/.vite/manifest.json", "/assets/gone"} {
		require.Equal(t, http.StatusNotFound, get(t, s, target).StatusCode, target)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/changke.nowhere.v1.Service/Call", nil))
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
}

func TestThePolicyLetsOnlyOurOwnRun(t *testing.T) {
	s := newSite(built)
	first, second := get(t, s, "/"), get(t, s, "/")
	policy := first.Header.Get("Content-Security-Policy")
	require.Contains(t, policy, "default-src 'none'")
	require.Contains(t, policy, "frame-ancestors 'none'")
	require.NotContains(t, policy, "unsafe")
	_, rest, _ := strings.Cut(policy, "'nonce-")
	nonce, _, _ := strings.Cut(rest, "'")
	require.GreaterOrEqual(t, len(nonce), 22)
	page := text(t, first)
	require.Equal(t, 2, strings.Count(page, nonce))
	require.NotContains(t, page, noncePlace)
	require.NotEqual(t, policy, second.Header.Get("Content-Security-Policy"), "a nonce is used once")
	require.Equal(t, "nosniff", first.Header.Get("X-Content-Type-Options"))
	require.Equal(t, "same-origin", first.Header.Get("Referrer-Policy"))
}

func TestAssetsAreKeptForEverAndPacked(t *testing.T) {
	s := newSite(built)
	plain := get(t, s, "/assets/index-1a2b.js")
	require.Contains(t, plain.Header.Get("Cache-Control"), "immutable")
	require.Contains(t, plain.Header.Get("Content-Type"), "javascript")
	packed := get(t, s, "/assets/index-1a2b.js", "Accept-Encoding", "br, gzip")
	require.Equal(t, "gzip", packed.Header.Get("Content-Encoding"))
	require.Less(t, packed.ContentLength, plain.ContentLength/5)
	unpacked, err := gzip.NewReader(packed.Body)
	require.NoError(t, err)
	body, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	require.Equal(t, text(t, plain), string(body))
	require.Empty(t, get(t, s, "/assets/index-1a2b.js", "Accept-Encoding", "gzip;q=0").Header.Get("Content-Encoding"))
	require.Equal(t, http.StatusOK, get(t, s, "/assets/_chunk-9z.js").StatusCode)

	icon := get(t, s, "/favicon.svg")
	require.Equal(t, "no-cache", icon.Header.Get("Cache-Control"), "its name does not change with its content")
	require.Equal(t, http.StatusNotModified, get(t, s, "/favicon.svg", "If-None-Match", icon.Header.Get("ETag")).StatusCode)
}

func TestWithoutTheBuiltAppThePageSaysSo(t *testing.T) {
	s := newSite(fstest.MapFS{"notice.html": {Data: []byte("make build")}})
	res := get(t, s, "/customers")
	require.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
	require.Contains(t, text(t, res), "make build")
}

func TestTheProgramHasAPageWhateverWasBuilt(t *testing.T) {
	require.NotEmpty(t, text(t, get(t, Handler(), "/")))
}
