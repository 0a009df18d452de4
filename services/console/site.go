package console

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
)

// The built page holds this word wherever a script or style element stands; a
// fresh value takes its place in every answer.
const noncePlace = "__CSP_NONCE__"

// site serves a folder with "app", the built single-page app, or without it, in
// which case every page is "notice.html".
type site struct {
	files  map[string]*file
	page   []byte
	status int
}

// file is one asset, packed at its first use by somebody who takes gzip.
type file struct {
	body   []byte
	kind   string
	etag   string
	packed func() []byte
}

func newSite(root fs.FS) *site {
	s := &site{files: map[string]*file{}, status: http.StatusOK}
	page, err := fs.ReadFile(root, "app/index.html")
	if err != nil {
		s.page, _ = fs.ReadFile(root, "notice.html")
		s.status = http.StatusServiceUnavailable
		return s
	}
	s.page = page
	_ = fs.WalkDir(root, "app", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if strings.HasPrefix(entry.Name(), ".") { // the build's own notes
				return fs.SkipDir
			}
			return nil
		}
		if name == "app/index.html" {
			return nil
		}
		body, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		kind := mime.TypeByExtension(path.Ext(name))
		if kind == "" {
			kind = "application/octet-stream"
		}
		s.files[strings.TrimPrefix(name, "app")] = &file{
			body: body, kind: kind,
			etag:   `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`,
			packed: sync.OnceValue(func() []byte { return pack(body) }),
		}
		return nil
	})
	return s
}

// ServeHTTP answers GET and HEAD. Names of assets hold a digest of their content,
// so they may be kept for ever; the page that names them may not.
func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := path.Clean("/" + r.URL.Path)
	if f, ok := s.files[name]; ok {
		f.serve(w, r, strings.HasPrefix(name, "/assets/"))
		return
	}
	// A path with a dot asks for a file that is not there, such as an asset of an
	// older version; every other path is a page of the app.
	if strings.Contains(path.Base(name), ".") || strings.HasPrefix(name, "/assets/") {
		h.Set("Cache-Control", "no-cache")
		http.NotFound(w, r)
		return
	}
	s.servePage(w, r)
}

func (s *site) servePage(w http.ResponseWriter, r *http.Request) {
	nonce := rand.Text()
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Frame-Options", "DENY")
	// Styles that the app makes while it runs carry the nonce; nothing inline
	// counts without it, and nothing is loaded from elsewhere.
	h.Set("Content-Security-Policy", fmt.Sprintf("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'", nonce))
	write(w, r, bytes.ReplaceAll(s.page, []byte(noncePlace), []byte(nonce)), s.status)
}

func (f *file) serve(w http.ResponseWriter, r *http.Request, forEver bool) {
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("ETag", f.etag)
	h.Set("Cache-Control", "no-cache")
	if forEver {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	h.Set("Vary", "Accept-Encoding")
	if r.Header.Get("If-None-Match") == f.etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := f.body
	if takesGzip(r) && packable(f.kind) {
		h.Set("Content-Encoding", "gzip")
		body = f.packed()
	}
	write(w, r, body, http.StatusOK)
}

func write(w http.ResponseWriter, r *http.Request, body []byte, status int) {
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader has gone: nobody to tell
	}
}

// takesGzip says whether the browser takes gzip; one that lists it with weight 0 does not.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(name) == "gzip" {
			return strings.Trim(strings.TrimSpace(weight), "q=0.") != "" || strings.TrimSpace(weight) == ""
		}
	}
	return false
}

func packable(kind string) bool {
	return strings.HasPrefix(kind, "text/") || strings.Contains(kind, "javascript") || strings.Contains(kind, "svg") || strings.Contains(kind, "json")
}

func pack(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is a constant
	_, _ = w.Write(body)                                    // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}
