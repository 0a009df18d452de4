package main

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// What people read beside the code must say what the code does: settings,
// commands, views and deploy/ are compared with it.

// setting is a row of Settings as documents show it.
type setting struct{ env, flag, value string }

func settings() []setting {
	var out []setting
	for _, f := range reflect.VisibleFields(reflect.TypeFor[Settings]()) {
		out = append(out, setting{f.Tag.Get("env"), f.Tag.Get("name"), f.Tag.Get("default")})
	}
	return out
}

func envNames() []string {
	var out []string
	for _, s := range settings() {
		out = append(out, s.env)
	}
	slices.Sort(out)
	return out
}

// find gives the groups of every match of a pattern in a file of the project.
func find(t *testing.T, file, pattern string) [][]string {
	t.Helper()
	text, err := os.ReadFile("../../" + file)
	require.NoError(t, err)
	return regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1)
}

// names are the first groups, sorted, each once.
func names(matches [][]string) []string {
	var out []string
	for _, m := range matches {
		out = append(out, m[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestReadme(t *testing.T) {
	t.Parallel()

	t.Run("OK lists the settings", func(t *testing.T) {
		t.Parallel()
		var rows []setting
		for _, m := range find(t, "README.md", "(?m)^\\| `([A-Z_]+)` \\| `--([a-z-]+)` \\| (?:`([^`]*)`)? ?\\|") {
			rows = append(rows, setting{m[1], m[2], m[3]})
		}
		require.ElementsMatch(t, settings(), rows)
	})

	t.Run("OK names the demo's logins", func(t *testing.T) {
		t.Parallel()
		var staffNos []string
		for _, l := range demoLogins {
			staffNos = append(staffNos, l.staffNo)
		}
		require.ElementsMatch(t, staffNos, names(find(t, "README.md", "(?m)^\\| `([A-Z][0-9]+)` \\|")))
		require.NotEmpty(t, find(t, "README.md", "Chain code `"+demoCode+"`, password `"+demoPassword+"`"))
	})

	t.Run("OK lists the commands", func(t *testing.T) {
		t.Parallel()
		var commands []string
		for _, f := range reflect.VisibleFields(reflect.TypeFor[cli]()) {
			if _, ok := f.Tag.Lookup("cmd"); ok {
				commands = append(commands, strings.ToLower(f.Name))
			}
		}
		require.ElementsMatch(t, commands, names(find(t, "README.md", "(?m)^\\| `changke ([a-z]+)` \\|")))
	})
}

func TestArchitecture(t *testing.T) {
	t.Parallel()

	t.Run("OK lists the published views", func(t *testing.T) {
		t.Parallel()
		files, err := os.ReadDir("../platform/db/migrations")
		require.NoError(t, err)
		var views [][]string
		for _, f := range files {
			views = append(views, find(t, "services/platform/db/migrations/"+f.Name(), `CREATE (?:OR REPLACE )?VIEW (\w+_pub\.\w+)`)...)
		}
		require.Equal(t, names(views), names(find(t, "ARCHITECTURE.md", "(?m)^\\| `(\\w+_pub\\.\\w+)` \\|")))
	})
}

func TestDeploy(t *testing.T) {
	t.Parallel()

	compose, err := os.ReadFile("../../deploy/compose.yaml")
	require.NoError(t, err)
	var project struct {
		Services map[string]struct {
			Image       string
			Command     []string
			Environment map[string]*string
			Healthcheck struct{ Test []string }
			DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
			Secrets     []string
			Volumes     []string
		}
		Secrets map[string]struct{ File string }
		Volumes map[string]any
	}
	require.NoError(t, yaml.Unmarshal(compose, &project))
	example := names(find(t, "deploy/example.env", `(?m)^#?([A-Z_]+)=`))

	t.Run("OK the example has every setting and what compose asks for", func(t *testing.T) {
		t.Parallel()
		asked := names(find(t, "deploy/compose.yaml", `\$\{([A-Z_]+)`))
		require.ElementsMatch(t, example, slices.Compact(slices.Sorted(slices.Values(append(envNames(), asked...)))))
	})

	t.Run("OK compose starts our commands with our settings", func(t *testing.T) {
		t.Parallel()
		require.ElementsMatch(t, []string{"postgres", "migrate", "api", "worker"}, keys(project.Services))
		for name, s := range project.Services {
			for other, on := range s.DependsOn {
				require.Contains(t, project.Services, other)
				require.NotEqual(t, on.Condition == "service_healthy", project.Services[other].Healthcheck.Test == nil, "%s waits for %s", name, other)
			}
			for _, secret := range s.Secrets {
				require.Contains(t, project.Secrets, secret)
			}
			if name == "postgres" {
				require.Contains(t, project.Volumes, strings.Split(s.Volumes[0], ":")[0])
				continue
			}
			require.Equal(t, "changke:latest", s.Image)
			require.Contains(t, []string{"serve", "worker", "migrate"}, s.Command[0])
			for env := range s.Environment {
				require.Contains(t, append(envNames(), "PGPASSWORD"), env, name)
			}
		}
	})

	t.Run("Err compose has no default password", func(t *testing.T) {
		t.Parallel()
		for _, m := range find(t, "deploy/compose.yaml", `(?m)^\s+\w*(?:PASSWORD|MASTER_KEY)\w*: *(\S+)`) {
			require.Regexp(t, `^(\$\{\w+:\?.*|/run/secrets/\w+)$`, m[1], m[0])
		}
		for _, s := range project.Secrets {
			require.Regexp(t, `^\$\{\w+:\?`, s.File)
		}
		for _, m := range find(t, "deploy/example.env", `(?m)^[A-Z_]+=(.*)$`) {
			require.Empty(t, m[1], m[0])
		}
	})

	t.Run("OK the roles are those that migrate makes", func(t *testing.T) {
		t.Parallel()
		shipped, err := os.Stat("../../deploy/sql/roles.sql")
		require.NoError(t, err)
		embedded, err := os.Stat("../platform/db/roles.sql")
		require.NoError(t, err)
		require.True(t, os.SameFile(shipped, embedded))
	})
}

func keys[V any](m map[string]V) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	return out
}
