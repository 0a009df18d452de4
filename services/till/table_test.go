package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the checks into the vendor's guide anew")

// TestGuideShowsTheChecks: the vendor's guide lists the checks that are run, in both
// of its languages.
func TestGuideShowsTheChecks(t *testing.T) {
	t.Parallel()
	for file, table := range map[string]func() string{"zh": tableZH, "en": tableEN} {
		path := "../pos/sdk/guide/guide." + file + ".md"
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		before, rest, ok := strings.Cut(string(text), "<!-- checks -->\n")
		require.True(t, ok, path)
		shown, after, ok := strings.Cut(rest, "<!-- end -->")
		require.True(t, ok, path)
		if *update {
			require.NoError(t, os.WriteFile(path, []byte(before+"<!-- checks -->\n"+table()+"<!-- end -->"+after), 0o644))
			continue
		}
		require.Equal(t, table(), shown, "go test ./services/till -run TestGuide -update writes it anew")
	}
}

func tableZH() string {
	var b strings.Builder
	b.WriteString("| | 检查 | 怎么做到 |\n|---|---|---|\n")
	for _, c := range checks {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", c.No, c.Title.ZH, c.Mend.ZH)
	}
	return b.String()
}

func tableEN() string {
	var b strings.Builder
	b.WriteString("| | Check | How to pass |\n|---|---|---|\n")
	for _, c := range checks {
		fmt.Fprintf(&b, "| %d | %s | %s |\n", c.No, c.Title.EN, c.Mend.EN)
	}
	return b.String()
}
