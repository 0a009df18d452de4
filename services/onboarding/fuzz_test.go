package onboarding_test

import (
	"testing"
	"testing/fstest"

	"github.com/changke/changke/services/onboarding"
)

// Files of any content are told line by line; none makes reading fail or panic.
func FuzzRead(f *testing.F) {
	for name, file := range files() {
		f.Add(name, file.Data)
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		dir := files()
		if _, ok := dir[name]; !ok {
			return
		}
		dir[name] = &fstest.MapFile{Data: data}
		facts, findings, err := onboarding.Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range findings {
			if found.File == "" || found.Line < 1 || found.Reason == "" {
				t.Fatalf("a finding that helps nobody: %+v", found)
			}
		}
		if len(findings) == 0 && facts.Span.To < facts.Span.From {
			t.Fatal("an impossible span passed")
		}
	})
}
