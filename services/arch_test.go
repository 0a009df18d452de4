// Package services_test keeps the law of structure: who may import whom.
package services_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/changke/changke/"

// level orders the contexts from left to right; a context knows what stands to
// its left, contexts of one level meet only in ports wired by main.
var level = map[string]int{
	"tenant": 1, "staff": 2, "message": 3, "customer": 4, "visit": 5, "ownership": 6,
	"handover": 7, "caller": 7, "quota": 7, "care": 7, "plan": 7, "lead": 7, "routine": 7, "onboarding": 7,
	"pos": 8, "report": 9, "operator": 9, "audit": 9,
}

// room is where a package of ours lives: what it is and, for the three rooms
// of a context, whose it is.
type room struct{ kind, context string }

// roomOf finds the room of a path below the module; an empty kind is a package
// that has no place in the house.
func roomOf(path string) room {
	parts := strings.Split(path, "/")
	if parts[0] == "gen" || path == "services" { // generated, or this test
		return room{kind: "gen"}
	}
	if parts[0] != "services" {
		return room{}
	}
	top := parts[1]
	switch {
	case slices.Contains([]string{"kernel", "platform", "console"}, top):
		return room{kind: top}
	case slices.Contains([]string{"changke", "bench", "till"}, top):
		return room{kind: "main"}
	case level[top] == 0:
		return room{}
	case len(parts) == 2:
		return room{"pure", top}
	case parts[2] == top+"app":
		return room{"app", top}
	case len(parts) > 3 && parts[2] == "internal" && parts[3] == top+"db":
		return room{"db", top}
	case top == "pos" && parts[2] == "sdk":
		return room{"sdk", top}
	}
	return room{}
}

// refusal says why a package of room r may not import path, or "".
func refusal(r room, path string) string {
	own, ours := strings.CutPrefix(path, module)
	if !ours {
		return outside(r, path)
	}
	to := roomOf(own)
	if to.kind == "main" && r.kind != "main" {
		return "nobody imports main"
	}
	switch r.kind {
	case "main", "gen":
		return ""
	case "kernel":
		return when(to.kind != "kernel", "the kernel needs the standard library only")
	case "platform":
		return when(to.context != "", "the platform has no restaurant words")
	case "console", "sdk":
		return when(to.kind != "kernel" && to.kind != "gen" && to != r, "it speaks the interface only")
	}
	switch to.kind {
	case "kernel":
		return ""
	case "pure":
		return when(to.context != r.context && level[to.context] >= level[r.context], "a context knows only what stands to its left")
	case "db":
		return when(r.kind == "pure" || to.context != r.context, "SQL is for the use cases of its own context")
	case "app":
		return when(to != r, "use cases are reached through ports")
	case "platform":
		return when(r.kind == "pure" || r.kind == "db" && own != "services/platform/db", "rules know no machine, SQL only platform/db")
	case "gen":
		return when(r.kind != "app", "only use cases speak proto")
	}
	return "no such room"
}

// outside judges imports from the standard library and other modules.
func outside(r room, path string) string {
	first, _, _ := strings.Cut(path, "/")
	standard := !strings.Contains(first, ".")
	never := func(why string, prefixes ...string) string {
		return when(slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(path, p) }), why)
	}
	switch r.kind {
	case "kernel":
		return when(!standard, "the kernel needs the standard library only")
	case "pure":
		return never("rules are pure", "github.com/jackc/", "connectrpc.com/", "github.com/riverqueue/", "database/sql", "net/http")
	case "db":
		return when(!standard && !strings.HasPrefix(path, "github.com/jackc/pgx/"), "SQL needs pgx only")
	}
	return ""
}

func when(refused bool, why string) string {
	if refused {
		return why
	}
	return ""
}

// TestImports proves the import table for every package of the module.
func TestImports(t *testing.T) {
	t.Parallel()

	cmd := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, module+"...")
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	require.NoError(t, err, problems.String())

	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		from := strings.TrimPrefix(fields[0], module)
		r := roomOf(from)
		if r.kind == "" {
			t.Errorf("%s has no room in the house", from)
			continue
		}
		for _, path := range fields[1:] {
			if why := refusal(r, path); why != "" {
				t.Errorf("%s imports %s: %s", from, path, why)
			}
		}
	}
}

// TestRefusal proves that the table itself refuses.
func TestRefusal(t *testing.T) {
	t.Parallel()

	for _, c := range []struct {
		from, path string
		allowed    bool
	}{
		{"services/kernel", "time", true},
		{"services/kernel", "github.com/google/uuid", false},
		{"services/visit", module + "services/kernel", true},
		{"services/visit", module + "services/customer", true},
		{"services/customer", module + "services/visit", false},
		{"services/quota", module + "services/care", false},
		{"services/visit", "github.com/jackc/pgx/v5", false},
		{"services/visit", module + "services/platform/db", false},
		{"services/visit", module + "gen/go/changke/visit/v1", false},
		{"services/visit/internal/visitdb", "github.com/jackc/pgx/v5/pgtype", true},
		{"services/visit/internal/visitdb", module + "services/platform/db", true},
		{"services/visit/internal/visitdb", module + "services/platform/rpc", false},
		{"services/visit/internal/visitdb", "connectrpc.com/connect", false},
		{"services/visit/visitapp", module + "services/visit/internal/visitdb", true},
		{"services/visit/visitapp", module + "services/customer/customerapp", false},
		{"services/visit/visitapp", "github.com/riverqueue/river", true},
		{"services/platform/rpc", module + "services/staff", false},
		{"services/platform/rpc", module + "services/changke", false},
		{"services/changke", module + "services/visit/visitapp", true},
	} {
		if why := refusal(roomOf(c.from), c.path); (why == "") != c.allowed {
			t.Errorf("%s imports %s: %q", c.from, c.path, why)
		}
	}
	for _, path := range []string{"services/util", "services/visit/helpers", "services/visit/internal/common"} {
		require.Empty(t, roomOf(path).kind, path)
	}
}
