// Package reference serves the vendors' interface: /openapi.json for programs and
// /docs/api for people, both of one document that is made of the protos and of
// overlay.yaml (`make gen`). Nothing is loaded from elsewhere, no script runs.
package reference

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// Document is the OpenAPI 3.1 document.
//
//go:embed openapi.json
var Document []byte

//go:embed page.css
var style []byte

// Register puts document and page on a mux.
func Register(mux *http.ServeMux) error {
	page, err := render(Document)
	if err != nil {
		return err
	}
	for path, a := range map[string]answer{
		"/openapi.json": newAnswer(Document, "application/json"),
		"/docs/api":     newAnswer(page, "text/html; charset=utf-8"),
		"/docs/api.css": newAnswer(style, "text/css; charset=utf-8"),
	} {
		mux.Handle("GET "+path, a)
	}
	return nil
}

// answer is what is always the same, packed once.
type answer struct {
	body, packed []byte
	kind, etag   string
}

func newAnswer(body []byte, kind string) answer {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(body) // into memory
	_ = w.Close()
	sum := sha256.Sum256(body)
	return answer{body: body, packed: packed.Bytes(), kind: kind, etag: base64.RawURLEncoding.EncodeToString(sum[:12])}
}

// ServeHTTP answers GET and HEAD. The document may be read by tools of other sites:
// it is public, and says nothing of any chain.
func (a answer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	if a.kind == "application/json" {
		h.Set("Access-Control-Allow-Origin", "*")
	}
	body, etag := a.body, a.etag
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body, etag = a.packed, a.etag+"z"
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}
