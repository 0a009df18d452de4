package guide

import (
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the guide's code and tables anew")

var (
	marked = regexp.MustCompile("(?ms)^<!-- code: ([^\n#]+)#([a-z-]+) -->\n(?:```[a-z]*\n.*?^```\n\n?)?")
	region = regexp.MustCompile(`(?ms)^[ \t]*(?://|#) \[([a-z-]+)\]\n(.*?)^[ \t]*(?://|#) \[end\]$`)
	table  = regexp.MustCompile(`(?ms)^<!-- reasons -->\n.*?^<!-- end -->$`)
)

// regionOf gives a region of a file below services/pos/sdk, without the margin that
// all of its lines share.
func regionOf(t *testing.T, path, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", path))
	require.NoError(t, err)
	for _, m := range region.FindAllStringSubmatch(string(raw), -1) {
		if m[1] != name {
			continue
		}
		lines := strings.Split(strings.TrimRight(m[2], "\n"), "\n")
		margin := lines[0][:len(lines[0])-len(strings.TrimLeft(lines[0], " \t"))]
		for i, l := range lines {
			lines[i] = strings.TrimPrefix(l, margin)
		}
		return strings.Join(lines, "\n") + "\n"
	}
	t.Fatalf("%s has no region [%s]", path, name)
	return ""
}

// TestTextIsTheCode: what the guide shows is what the tests run, letter by letter.
func TestTextIsTheCode(t *testing.T) {
	fences := map[string]string{".sh": "sh", ".go": "go", ".ts": "ts", ".java": "java", ".py": "python"}
	shown := map[string]bool{}
	for lang, path := range map[string]string{"zh": "guide.zh.md", "en": "guide.en.md"} {
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		want := marked.ReplaceAllStringFunc(string(raw), func(was string) string {
			m := marked.FindStringSubmatch(was)
			shown[m[1]+"#"+m[2]] = true
			return fmt.Sprintf("<!-- code: %s#%s -->\n```%s\n%s```\n\n", m[1], m[2], fences[filepath.Ext(m[1])], regionOf(t, m[1], m[2]))
		})
		want = table.ReplaceAllLiteralString(want, "<!-- reasons -->\n"+reasonTable(lang)+"<!-- end -->")
		want = regexp.MustCompile(`\n{3,}`).ReplaceAllString(want, "\n\n")
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
			continue
		}
		require.Equal(t, want, string(raw), "go test ./services/pos/sdk/guide -update")
	}
	for _, glob := range []string{"snippets/*/*.go", "snippets/*/*.sh", "snippets/*/*.ts", "../java/examples/*.java", "../python/examples/*.py"} {
		files, err := filepath.Glob(glob)
		require.NoError(t, err)
		for _, f := range files {
			raw, err := os.ReadFile(f)
			require.NoError(t, err)
			for _, m := range region.FindAllStringSubmatch(string(raw), -1) {
				require.True(t, shown[filepath.Join("guide", f)+"#"+m[1]], "%s#%s is shown nowhere", f, m[1])
			}
		}
	}
}

// TestBothLanguagesSayTheSame: chapters, code and tables follow each other alike.
func TestBothLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	shape := func(text string) []string {
		return regexp.MustCompile(`(?m)\{#[a-z-]+\}$|^<!-- .* -->$|^\|---.*$`).FindAllString(text, -1)
	}
	require.Equal(t, shape(zh), shape(en))
}

// TestPages renders both pages; every link within leads somewhere.
func TestPages(t *testing.T) {
	t.Parallel()
	h := Handler()
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	for _, path := range []string{Path, Path + "/en"} {
		w := get(path)
		require.Equal(t, http.StatusOK, w.Code)
		require.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
		body := w.Body.String()
		for _, no := range []string{"<!-- ", "CODEI", "raw HTML omitted", "{#", "<script"} {
			require.NotContains(t, body, no)
		}
		ids := regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(body, -1)
		for _, link := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(body, -1) {
			require.True(t, slices.ContainsFunc(ids, func(id []string) bool { return id[1] == link[1] }), link[1])
		}
		require.Contains(t, body, "bill.revision_conflict")
		require.Contains(t, body, ">TypeScript</label>")
	}
	require.Equal(t, http.StatusOK, get(Path+"/page.css").Code)
	require.Equal(t, http.StatusNotFound, get(Path+"/nothing").Code)
}
