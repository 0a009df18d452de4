package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGuideCommands runs what the guide shows of till, in the order in which it is read.
func TestGuideCommands(t *testing.T) {
	s := newSite(t)
	dir := t.TempDir()
	out, err := exec.Command("go", "build", "-o", dir+"/till", ".").CombinedOutput()
	require.NoError(t, err, string(out))
	for _, c := range []struct{ script, says string }{{"day.sh", "differences 0"}, {"certify.sh", "20 / 20"}} {
		cmd := exec.CommandContext(t.Context(), "bash", "../pos/sdk/guide/snippets/curl/"+c.script)
		cmd.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"), "CHANGKE_URL="+s.URL, "CHANGKE_KEY="+s.Key)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s: %s", c.script, out)
		require.Contains(t, string(out), c.says)
	}
}
