package main

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/platform/testdb"
)

const (
	golden    = "testdata/golden/2025"
	asChangke = "TEST_AS_CHANGKE"
)

// The test binary is the command too: a replay that is killed must be a process.
func TestMain(m *testing.M) {
	if os.Getenv(asChangke) != "" {
		_ = os.Unsetenv(asChangke)
		main()
		return
	}
	if dir := os.Getenv(drains); dir != "" {
		if err := drain(dir); err != nil {
			os.Exit(1)
		}
		return
	}
	roomy()
	os.Exit(m.Run())
}

// replay runs the command in this process on a database of its own.
func replay(t *testing.T, data string, args ...string) (out string) {
	t.Helper()
	return replayOn(t, testdb.New(t), data, args...)
}

// replayOn runs it on a database that stays for more.
func replayOn(t *testing.T, d *testdb.Database, data string, args ...string) (out string) {
	t.Helper()
	out = t.TempDir()
	var c cli
	parser, err := kong.New(&c, kong.BindTo(t.Context(), (*context.Context)(nil)))
	require.NoError(t, err)
	command, err := parser.Parse(append([]string{
		"replay", "--data", data, "--out", out, "--data-dir", out, "--log-level", "error",
		"--database-url", d.SuperURL,
	}, args...))
	require.NoError(t, err)
	require.NoError(t, command.Run(&c.Settings))
	return out
}

func sameLines(t *testing.T, want, got string) {
	t.Helper()
	for _, name := range []string{"events.jsonl", "final.jsonl", "scores.jsonl"} {
		w, err := os.ReadFile(filepath.Join(want, name))
		if name == "scores.jsonl" && errors.Is(err, fs.ErrNotExist) { // of one rule alone
			require.NoFileExists(t, filepath.Join(got, name))
			continue
		}
		require.NoError(t, err)
		g, err := os.ReadFile(filepath.Join(got, name))
		require.NoError(t, err)
		if bytes.Equal(w, g) {
			continue
		}
		wl, gl := bytes.Split(w, []byte("\n")), bytes.Split(g, []byte("\n"))
		for i := range max(len(wl), len(gl)) {
			if i >= len(wl) || i >= len(gl) || !bytes.Equal(wl[i], gl[i]) {
				t.Fatalf("%s differs at line %d of %d (want %d)\nwant %s\ngot  %s", name, i+1, len(gl), len(wl), at(wl, i), at(gl, i))
			}
		}
	}
}

func at(lines [][]byte, i int) []byte {
	if i < len(lines) {
		return lines[i]
	}
	return []byte("(nothing)")
}

func TestReplayOneRule(t *testing.T) {
	t.Parallel()
	sameLines(t, filepath.Join(golden, "expected-lif03"), replay(t, golden, "--rules", "LIF-03"))
}

// disturbance is how a chain's facts may come that are the same in the end.
type disturbance struct {
	name   string
	times  int // each bill, among the others in random order
	halves int // imported one after the other, each fact in one at random
}

// The golden year, every bill three times in random order (VIS-07), bookings shuffled
// too, and the facts in two imports before day one is played: not a byte comes out
// otherwise (RUL-03). All at once; only where that is wrong the year in one, and each
// alone, to tell which it is.
func TestReplayGoldenYear(t *testing.T) {
	t.Parallel()
	play := func(d disturbance, and func(*testing.T, *played, string)) bool {
		return t.Run(d.name, func(t *testing.T) {
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			dirs := d.write(t, rand.New(rand.NewPCG(seed, 3)))
			var more []string
			for _, dir := range dirs[1:] {
				more = append(more, "--more", dir)
			}
			db := testdb.New(t)
			out := replayOn(t, db, dirs[0], more...)
			sameLines(t, filepath.Join(golden, "expected"), out)
			if and != nil {
				and(t, replayed(t, db, golden, out), out)
			}
		})
	}
	atOnce := disturbance{"at once", 3, 2}
	if !play(atOnce, func(t *testing.T, p *played, out string) {
		t.Run("statements", func(t *testing.T) { statements(t, p, out) })
		t.Run("trials", func(t *testing.T) { trials(t, p) })
	}) {
		play(disturbance{"in one import", 1, 1}, nil)
		play(disturbance{"three times", 3, 1}, nil)
		play(disturbance{"two halves", 1, 2}, nil)
	}
	for range soak(0, 4) {
		play(atOnce, nil)
	}
}

// write gives the folders of the golden year's facts. Which half comes first makes no
// difference: each fact, and each copy of a bill, falls into either as likely.
func (d disturbance) write(t *testing.T, r *rand.Rand) (dirs []string) {
	t.Helper()
	for range d.halves {
		dirs = append(dirs, t.TempDir())
		require.NoError(t, os.CopyFS(dirs[len(dirs)-1], os.DirFS(golden)))
	}
	for _, name := range []string{"customers.csv", "bookings.csv", "bills.csv"} {
		rows, times := readRows(t, golden, name), 1
		if name == "bills.csv" {
			times = d.times
		}
		parts := make([][][]string, len(dirs))
		for i := range parts {
			parts[i] = rows[:1:1]
		}
		for _, row := range rows[1:] {
			for range times {
				i := r.IntN(len(dirs))
				parts[i] = append(parts[i], row)
			}
		}
		for i, dir := range dirs {
			facts := parts[i][1:]
			r.Shuffle(len(facts), func(a, b int) { facts[a], facts[b] = facts[b], facts[a] })
			writeRows(t, dir, name, parts[i])
		}
	}
	return dirs
}

// soak makes a count larger when there is time: make soak.
func soak(n, long int) int {
	if os.Getenv("SOAK") != "" {
		return long
	}
	return n
}

// Killed twenty times by SIGKILL and resumed, PostgreSQL running on its own:
// the same bytes come out, whatever was half-done each time.
func TestReplayKilledAndResumed(t *testing.T) {
	t.Parallel()
	url, out := testdb.New(t).SuperURL, t.TempDir()
	start := func(resume bool) *exec.Cmd {
		args := []string{"replay", "--data", golden, "--out", out, "--data-dir", out, "--log-level", "error"}
		if resume {
			args = append(args, "--resume")
		}
		cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
		cmd.Env = append(os.Environ(), asChangke+"=1", "DATABASE_URL="+url)
		cmd.Stderr = os.Stderr
		require.NoError(t, cmd.Start())
		return cmd
	}
	kills := 0
	for resume := false; kills < soak(20, 200); resume = true {
		cmd := start(resume)
		kill := time.AfterFunc(time.Duration(250+rand.IntN(1500))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		err := cmd.Wait()
		kill.Stop()
		var exit *exec.ExitError
		switch {
		case err == nil: // through; later kills hit a replay that resumes at its end
			t.Logf("through after %d kills", kills)
			sameLines(t, filepath.Join(golden, "expected"), out)
		case errors.As(err, &exit) && !exit.Exited(): // killed
		default:
			require.NoError(t, err)
		}
		kills++
	}
	require.NoError(t, start(true).Wait())
	sameLines(t, filepath.Join(golden, "expected"), out)
}

// Bad files are told line by line, and nothing of them is written.
func TestImportTellsEveryMistake(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	require.NoError(t, os.CopyFS(data, os.DirFS(golden)))
	add := func(name, line string) {
		f, err := os.OpenFile(filepath.Join(data, name), os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = f.WriteString(line + "\n")
		require.NoError(t, errors.Join(err, f.Close()))
	}
	add("customers.csv", "S99,13800000000,王小明,E9999,2025-02-30")
	add("bookings.csv", "BX,S01,138,E0002,2025-01-01,brunch,sofa,maybe,25:00,2")
	add("bills.csv", "S01,pos,N1,0,,,2025-01-01,lunch,yesterday,-5,paid")
	var c cli
	parser, err := kong.New(&c, kong.BindTo(t.Context(), (*context.Context)(nil)))
	require.NoError(t, err)
	command, err := parser.Parse([]string{"replay", "--data", data, "--out", t.TempDir(), "--data-dir", t.TempDir(), "--database-url", testdb.New(t).SuperURL})
	require.NoError(t, err)
	err = command.Run(&c.Settings)
	for _, want := range []string{
		`customers.csv:307: approved_date: not a date`, `customers.csv:307: store_code: "S99" is not in stores.csv`, `customers.csv:307: referrer_no: "E9999"`,
		`bookings.csv:8922: phone: not a phone number`, `meal_period: "brunch"`, `kind: "sofa"`, `state: "maybe"`, `seated_time: "25:00"`, `notice_sent: "2"`,
		`bills.csv:7431: revision: "0"`, `closed_time: "yesterday"`, `amount_fen: "-5"`, "nothing was written",
	} {
		require.ErrorContains(t, err, want)
	}
	require.NotContains(t, err.Error(), "13800000000", "a report carries no numbers")
}

func TestShift(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	until, err := kernel.ParseDate("2026-02-14")
	require.NoError(t, err)
	require.NoError(t, (shifted{months: 2, until: until}).write(os.DirFS(golden), dir))
	facts, err := demoFacts(os.DirFS(dir))
	require.NoError(t, err)
	require.Equal(t, "2025-03-01", facts.Span.From.String())
	for _, b := range facts.Bookings {
		require.LessOrEqual(t, b.Date, until)
	}
	require.True(t, slices.ContainsFunc(facts.Bills, func(b onboarding.Bill) bool { return b.Date == until }), "the running month reaches to the cut")
}
