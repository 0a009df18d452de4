package customer_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
)

// sample is a line of the corpus: what was written, and what is to be said of it.
type sample struct{ want, text string }

// accepted is the word of what is to be accepted.
const accepted = "好"

func corpus(t testing.TB, name string) []sample {
	t.Helper()
	file, err := os.Open(filepath.Join("testdata", "corpus", name+".txt"))
	require.NoError(t, err)
	defer file.Close()
	out := []sample{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if line := lines.Text(); line != "" && !strings.HasPrefix(line, "#") {
			want, text, ok := strings.Cut(line, " | ")
			require.True(t, ok, "%s: %q", name, line)
			out = append(out, sample{want, text})
		}
	}
	require.NoError(t, lines.Err())
	return out
}

// requireDivisions says how to get the list that a checkout has not.
func requireDivisions(t *testing.T) {
	t.Helper()
	_, err := os.Stat("divisions/china.txt.gz")
	require.NoError(t, err, "China's divisions are not laid in: make divisions")
}

// What waiters write, accepted or refused, and why.
func TestCorpus(t *testing.T) {
	t.Parallel()
	requireDivisions(t)
	field := func(rule string, set func(string) customer.Fields) func(string) *customer.Finding {
		return func(text string) *customer.Finding {
			for _, f := range set(text).Clean().Check(customer.DefaultTemplate(), today, customer.Fields{}) {
				require.Equal(t, rule, f.Rule)
				return &f
			}
			return nil
		}
	}
	total := 0
	for name, check := range map[string]func(string) *customer.Finding{
		"names": func(text string) *customer.Finding { return customer.CheckName(customer.NormalizeName(text)) },
		"numbers": func(text string) *customer.Finding {
			_, f := customer.CheckNumber(text)
			return f
		},
		"phs": func(text string) *customer.Finding {
			_, f := customer.ReadNumber(text, true, true)
			return f
		},
		"employers": field("CUS-08", func(s string) customer.Fields { return customer.Fields{Employer: s} }),
		"addresses": field("CUS-08", func(s string) customer.Fields { return customer.Fields{Address: s} }),
	} {
		samples := corpus(t, name)
		total += len(samples)
		for _, s := range samples {
			found := check(s.text)
			if s.want == accepted || strings.HasPrefix(s.want, "+") {
				if found != nil {
					t.Errorf("%s: %q is refused: %s", name, s.text, found.Message)
				}
				continue
			}
			if found == nil {
				t.Errorf("%s: %q is accepted, should be refused: %s", name, s.text, s.want)
				continue
			}
			if !strings.Contains(found.Message, s.want) {
				t.Errorf("%s: %q: %s; should say %s", name, s.text, found.Message, s.want)
			}
			if !strings.Contains(found.Message, "请") && !strings.Contains(found.Message, "最多") {
				t.Errorf("%s: %q: %s; does not say how to mend it", name, s.text, found.Message)
			}
		}
	}
	require.GreaterOrEqual(t, total, 300)
}

// Accepted numbers come out as E.164.
func TestCorpusNumbers(t *testing.T) {
	t.Parallel()
	for _, s := range corpus(t, "phs") {
		if number, found := customer.ReadNumber(s.text, true, true); strings.HasPrefix(s.want, "+") {
			require.Nil(t, found, s.text)
			require.Equal(t, s.want, number.E164(), s.text)
		}
		_, found := customer.ReadNumber(s.text, true, false)
		require.Contains(t, found.Message, "不接受小灵通")
	}
	_, found := customer.ReadNumber("029-88123456", false, true)
	require.Contains(t, found.Message, "如果是小灵通")
	_, found = customer.ReadNumber("029-88123456", false, false)
	require.NotContains(t, found.Message, "小灵通")
	for _, s := range corpus(t, "numbers") {
		if number, found := customer.CheckNumber(s.text); strings.HasPrefix(s.want, "+") {
			require.Nil(t, found, s.text)
			require.Equal(t, s.want, number.E164(), s.text)
		} else if len(s.text) > 5 {
			require.NotContains(t, found.Message, s.text, "a message never repeats the number")
		}
	}
}
