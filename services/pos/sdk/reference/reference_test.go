package reference_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validation "github.com/pb33f/libopenapi-validator"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"buf.build/go/protovalidate"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/services/pos/sdk/reference"
)

// document is what these tests read of /openapi.json.
type document struct {
	OpenAPI  string
	Paths    map[string]struct{ Post operation }
	Webhooks map[string]struct{ Post operation }
}

type operation struct {
	OperationID, Summary, Description string
	RequestBody                       struct{ Content map[string]media }
	Responses                         map[string]struct{ Content map[string]media }
}

type media struct{ Example json.RawMessage }

func read(t *testing.T) document {
	t.Helper()
	var d document
	require.NoError(t, json.Unmarshal(reference.Document, &d))
	return d
}

func validator(t *testing.T) validation.Validator {
	t.Helper()
	doc, err := libopenapi.NewDocument(reference.Document)
	require.NoError(t, err)
	v, problems := validation.NewValidator(doc)
	require.Empty(t, problems)
	return v
}

// methods are those of the vendors' services, by path.
func methods() map[string]protoreflect.MethodDescriptor {
	out := map[string]protoreflect.MethodDescriptor{}
	for _, file := range []protoreflect.FileDescriptor{posv1.File_changke_pos_v1_pos_service_proto, posv1.File_changke_pos_v1_sandbox_service_proto} {
		service := file.Services().Get(0)
		for i := range service.Methods().Len() {
			m := service.Methods().Get(i)
			out["/"+string(service.FullName())+"/"+string(m.Name())] = m
		}
	}
	return out
}

func TestDocument(t *testing.T) {
	t.Parallel()

	t.Run("OK is OpenAPI 3.1", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, "3.1.0", read(t).OpenAPI)
		_, problems := validator(t).ValidateDocument()
		require.Empty(t, problems)
	})

	t.Run("OK has every method, with words, and every event", func(t *testing.T) {
		t.Parallel()
		d := read(t)
		require.Len(t, d.Paths, len(methods()))
		for path, m := range methods() {
			name := string(m.Name())
			o := d.Paths[path].Post
			require.Equal(t, name, o.OperationID)
			require.NotEmpty(t, o.Summary, name)
			require.NotEmpty(t, o.Description, name)
		}
		require.Len(t, d.Webhooks, 4)
	})

	t.Run("OK says names as JSON has them, without packages", func(t *testing.T) {
		t.Parallel()
		require.NotRegexp(t, regexp.MustCompile(`schemas/changke\.|"description": "[^"]*\b(next_cursor|has_more|amount_fen|start_time)\b`), string(reference.Document))
		for _, ref := range regexp.MustCompile(`"#/([^"]+)"`).FindAllStringSubmatch(string(reference.Document), -1) {
			var at any
			require.NoError(t, json.Unmarshal(reference.Document, &at))
			for key := range strings.SplitSeq(ref[1], "/") {
				at = at.(map[string]any)[key]
			}
			require.NotNil(t, at, ref[1])
		}
	})
}

// TestExamples proves every example against the document and against the protos with
// their rules, so that what a vendor copies is what the server takes and gives.
func TestExamples(t *testing.T) {
	t.Parallel()
	v, rules := validator(t), mustRules(t)

	for path, item := range read(t).Paths {
		method := methods()[path]
		name := method.Name()
		request, response := item.Post.RequestBody.Content["application/json"].Example, item.Post.Responses["200"].Content["application/json"].Example

		asked := message(t, method.Input(), request)
		require.NoError(t, rules.Validate(asked), name)
		message(t, method.Output(), response)

		req := httptest.NewRequest(http.MethodPost, path, bytes.NewReader(request))
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer ck_live_x")
		res := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: http.NoBody}
		res.Body = nopCloser{bytes.NewReader(response)}
		ok, problems := v.ValidateHttpRequestResponse(req, res)
		require.True(t, ok, "%s: %v", name, problems)
	}
}

// TestDocumentRefuses proves that the document's bounds are those of the server: a
// request without a field that it calls required is refused by the protos' rules.
func TestDocumentRefuses(t *testing.T) {
	t.Parallel()
	rules := mustRules(t)

	var d struct {
		Components struct {
			Schemas map[string]struct{ Required []string }
		}
	}
	require.NoError(t, json.Unmarshal(reference.Document, &d))
	for path, item := range read(t).Paths {
		method := methods()[path]
		required := d.Components.Schemas[string(method.Input().Name())].Required
		for i := range method.Input().Fields().Len() {
			f := method.Input().Fields().Get(i)
			m := message(t, method.Input(), item.Post.RequestBody.Content["application/json"].Example)
			m.ProtoReflect().Clear(f)
			if err := rules.Validate(m); err != nil {
				require.Contains(t, required, f.JSONName(), "%s: %v", method.Name(), err)
			} else {
				require.NotContains(t, required, f.JSONName(), method.Name())
			}
		}
	}
	require.ElementsMatch(t, []string{"storeCode", "source", "billNo", "revision", "businessDate", "mealPeriod", "closeTime", "status"}, d.Components.Schemas["Bill"].Required)
}

func TestServed(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	require.NoError(t, reference.Register(mux))
	get := func(path string, header ...string) *httptest.ResponseRecorder {
		req := httptest.NewRequest(http.MethodGet, path, nil)
		for i := 0; i < len(header); i += 2 {
			req.Header.Set(header[i], header[i+1])
		}
		rec := httptest.NewRecorder()
		mux.ServeHTTP(rec, req)
		return rec
	}

	t.Run("OK the document, and not again", func(t *testing.T) {
		t.Parallel()
		rec := get("/openapi.json")
		require.Equal(t, reference.Document, rec.Body.Bytes())
		require.Equal(t, http.StatusNotModified, get("/openapi.json", "If-None-Match", rec.Header().Get("ETag")).Code)
		require.Less(t, get("/openapi.json", "Accept-Encoding", "gzip").Body.Len(), rec.Body.Len()/4)
	})

	t.Run("OK a page that shows every method and loads nothing from elsewhere", func(t *testing.T) {
		t.Parallel()
		page := get("/docs/api").Body.String()
		for _, m := range methods() {
			require.Contains(t, page, `<article id="`+string(m.Name())+`">`)
		}
		require.NotRegexp(t, regexp.MustCompile(`<script|style=|(src|href)="(https?:)?//`), page)
		ids := map[string]bool{}
		for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			require.False(t, ids[m[1]], m[1])
			ids[m[1]] = true
		}
		for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
			require.True(t, ids[m[1]], "a link to nowhere: %s", m[1])
		}
		require.Equal(t, http.StatusOK, get("/docs/api.css").Code)
	})
}

func mustRules(t *testing.T) protovalidate.Validator {
	t.Helper()
	rules, err := protovalidate.New()
	require.NoError(t, err)
	return rules
}

// message reads JSON strictly: an unknown field is a mistake in an example.
func message(t *testing.T, of protoreflect.MessageDescriptor, text []byte) proto.Message {
	t.Helper()
	kind, err := protoregistry.GlobalTypes.FindMessageByName(of.FullName())
	require.NoError(t, err)
	m := kind.New().Interface()
	require.NoError(t, protojson.Unmarshal(text, m), of.Name())
	return m
}

type nopCloser struct{ *bytes.Reader }

// Close implements io.Closer.
func (nopCloser) Close() error { return nil }
