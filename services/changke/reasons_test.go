package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/pos/sdk/guide"
)

// notVendors are reasons that stand where vendors' do and that no key of theirs meets.
var notVendors = []string{
	"auth.read_only", "auth.second_factor_needed", "auth.person_needed", "auth.step_up_needed", "auth.no_rule", "auth.cross_origin", // people, calls that are none, browsers
}

// TestGuideKnowsEveryReason holds the guide's table of errors against the code: each
// word of it can be met, under the code it names, and what the interface says it can
// answer is in it.
func TestGuideKnowsEveryReason(t *testing.T) {
	t.Parallel()
	told := map[string]string{}
	for _, r := range guide.Reasons {
		require.NotContains(t, told, r.Name)
		told[r.Name] = r.Code
	}
	made, here := faultsOf(t), map[string]bool{}
	for reason, f := range made {
		here[reason] = slices.ContainsFunc(f.files, func(path string) bool {
			return regexp.MustCompile(`^\.\./(pos/doc|pos/sandbox|visit/vendor|platform/rpc/(fault|validate|interceptor|early))\.go$`).MatchString(path)
		})
	}
	for name, code := range told {
		if code == "client" {
			require.True(t, inSDKs(t, name), name)
			continue
		}
		require.Contains(t, made, name, "no code says so")
		require.Contains(t, made[name].codes, code, name)
	}
	for reason, ours := range here {
		if ours && !slices.Contains(notVendors, reason) {
			require.Contains(t, told, reason, "said by the interface, not told in the guide")
		}
	}
	for reason, f := range made {
		if slices.Contains(f.codes, "item") {
			require.Contains(t, told, reason, "of a bill")
		}
	}
	service, err := os.ReadFile("../../proto/changke/pos/v1/pos_service.proto")
	require.NoError(t, err)
	said := regexp.MustCompile(`\b(?:bill|booking|store|pos)\.[a-z_]+\b`)
	for line := range strings.Lines(string(service)) {
		if comment, ok := strings.CutPrefix(strings.TrimSpace(line), "//"); ok {
			for _, reason := range said.FindAllString(comment, -1) {
				require.Contains(t, told, reason, "promised by the proto")
			}
		}
	}
}

type faultInCode struct{ codes, files []string }

// faultsOf reads the faults that contexts up to pos make, by their reasons, and the
// reasons of single bills.
func faultsOf(t *testing.T) map[string]*faultInCode {
	t.Helper()
	codes := map[string]string{
		"Internal": "internal", "Invalid": "invalid_argument", "NotFound": "not_found", "Conflict": "failed_precondition", "Exists": "already_exists",
		"Forbidden": "permission_denied", "Unauthenticated": "unauthenticated", "TooMany": "resource_exhausted", "Unavailable": "unavailable",
	}
	out := map[string]*faultInCode{"invalid_field": {codes: []string{"invalid_argument"}}}
	note := func(literal ast.Expr, code, path string) {
		lit, ok := literal.(*ast.BasicLit)
		if !ok {
			return
		}
		reason := strings.Trim(lit.Value, `"`)
		if out[reason] == nil {
			out[reason] = &faultInCode{}
		}
		switch reason { // translate gives them codes of their own
		case "deadline":
			code = "deadline_exceeded"
		case "unknown_method":
			code = "unimplemented"
		}
		out[reason].codes, out[reason].files = append(out[reason].codes, code), append(out[reason].files, path)
	}
	for _, dir := range []string{"kernel", "platform", "tenant", "staff", "customer", "visit", "caller", "pos"} {
		require.NoError(t, filepath.WalkDir("../"+dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					call, ok := n.Fun.(*ast.SelectorExpr)
					if !ok || len(n.Args) < 2 {
						return true
					}
					if x, ok := call.X.(*ast.Ident); !ok || x.Name != "fault" {
						return true
					}
					if kind, ok := n.Args[0].(*ast.SelectorExpr); ok {
						note(n.Args[1], codes[kind.Sel.Name], path)
					} else if call.Sel.Name == "Fields" {
						note(n.Args[0], codes["Invalid"], path)
					}
				case *ast.ValueSpec:
					if dir == "visit" && len(n.Names) == 1 && len(n.Values) == 1 && strings.HasPrefix(n.Names[0].Name, "Reason") {
						note(n.Values[0], "item", path)
					}
				}
				return true
			})
			return nil
		}))
	}
	return out
}

// inSDKs reports whether both SDKs say a reason.
func inSDKs(t *testing.T, reason string) bool {
	t.Helper()
	for _, glob := range []string{"../pos/sdk/go/*.go", "../pos/sdk/ts/src/*.ts"} {
		files, err := filepath.Glob(glob)
		require.NoError(t, err)
		if !slices.ContainsFunc(files, func(path string) bool {
			raw, err := os.ReadFile(path)
			return err == nil && strings.Contains(string(raw), `"`+reason+`"`)
		}) {
			return false
		}
	}
	return true
}

// TestChineseCommas: what people read in Chinese has Chinese commas.
func TestChineseCommas(t *testing.T) {
	t.Parallel()
	wrong := regexp.MustCompile(`\p{Han}[,;!]\p{Han}`)
	require.NoError(t, filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err == nil && d.Name() == "node_modules":
			return fs.SkipDir
		case err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return err
		}
		text, err := os.ReadFile(path)
		require.Empty(t, wrong.FindString(string(text)), path)
		return err
	}))
}
