package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/pg"
	"github.com/changke/changke/services/tenant"
)

type replayCmd struct {
	Data   string   `required:"" type:"existingdir" help:"Directory of facts, in the format of the import."`
	More   []string `type:"existingdir" placeholder:"DIR" help:"Further facts of the same chain, imported one after the other before day one."`
	Out    string   `required:"" help:"Directory for events.jsonl, final.jsonl and scores.jsonl."`
	Rules  []string `placeholder:"LIF-03,…" help:"Only these rules in force; empty: all there are."`
	Resume bool     `help:"Go on where the ledger of an interrupted replay stands; needs DATABASE_URL."`
}

// replayState is kept in the output directory so that a resumed replay finds
// its tenant again.
type replayState struct {
	Tenant string   `json:"tenant"` // code
	Rules  []string `json:"rules"`
}

// Run plays a fresh tenant's facts day by day. Every change comes from the
// planner, jobs and use cases that run in production; only the clock is ours.
func (c replayCmd) Run(ctx context.Context, s *Settings) error {
	kinds, err := c.kinds()
	if err != nil {
		return err
	}
	if c.Resume && s.DatabaseURL == "" {
		return errors.New("--resume needs DATABASE_URL: without it the replay's database lives only as long as the replay")
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil {
		return err
	}
	state, err := c.state()
	if err != nil {
		return err
	}
	url, stop, err := s.replayDatabase(ctx)
	if err != nil {
		return err
	}
	defer stop()
	pool, err := db.Open(ctx, url, db.Options{MaxConns: s.DBConns, Role: appRole})
	if err != nil {
		return err
	}
	defer pool.Close()
	keyDir := s.DataDir
	if s.DatabaseURL == "" {
		keyDir = c.Out
	}
	master, err := s.master(keyDir)
	if err != nil {
		return err
	}
	clock := &walkingClock{}
	prod, err := newProduct(productDeps{pool: pool, master: master, clock: clock, log: s.logger(), work: true, kinds: kinds, replays: true})
	if err != nil {
		return err
	}
	if err := pool.Check(ctx); err != nil {
		return err
	}
	err = c.play(ctx, prod, clock, state)
	if errors.Is(err, context.Canceled) && s.DatabaseURL != "" {
		return errors.New("interrupted: the same command with --resume goes on where it stood")
	}
	return err
}

func (c replayCmd) kinds() ([]ownership.Kind, error) {
	if len(c.Rules) == 0 {
		return ownership.Kinds, nil
	}
	var kinds []ownership.Kind
	for _, r := range c.Rules {
		if !slices.Contains(ownership.Kinds, ownership.Kind(r)) {
			return nil, fmt.Errorf("--rules: %q is not a rule that runs by itself; there are %v", r, ownership.Kinds)
		}
		kinds = append(kinds, ownership.Kind(r))
	}
	return kinds, nil
}

// state reads or writes what a resumed replay needs. It is written before the
// tenant exists: a code without a tenant is harmless, the reverse loses a year.
func (c replayCmd) state() (replayState, error) {
	path := filepath.Join(c.Out, "replay.json")
	var state replayState
	raw, err := os.ReadFile(path)
	switch {
	case c.Resume && err == nil:
		if err := json.Unmarshal(raw, &state); err != nil {
			return state, fmt.Errorf("%s: %w", path, err)
		}
		if !slices.Equal(state.Rules, c.Rules) {
			return state, fmt.Errorf("--resume: the replay was begun with --rules=%s (empty: all): give the same", strings.Join(state.Rules, ","))
		}
		progress("goes on with chain %s", state.Tenant)
		return state, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return state, err
	}
	state = replayState{Tenant: "replay-" + strings.ToLower(rand.Text()[:12]), Rules: c.Rules}
	progress("begins with chain %s", state.Tenant)
	if raw, err = json.Marshal(state); err != nil {
		return state, err
	}
	if err := os.WriteFile(path+".new", raw, 0o644); err != nil {
		return state, err
	}
	return state, os.Rename(path+".new", path) // whole or not at all
}

// replayDatabase gives a migrated database: that of DATABASE_URL, or one that
// is thrown away afterwards.
func (s *Settings) replayDatabase(ctx context.Context) (string, func(), error) {
	url, stop := s.DatabaseURL, func() {}
	if url == "" {
		server, err := pg.StartTemporary(ctx, pg.Options{Roots: []string{"."}})
		if err != nil {
			return "", nil, err
		}
		stop = func() { _ = server.Stop(context.WithoutCancel(ctx)) }
		if err := server.CreateDatabase(ctx, "changke"); err != nil {
			stop()
			return "", nil, err
		}
		url = server.SocketURL("changke")
	}
	if err := db.Migrate(ctx, url, db.MigrateOptions{}); err != nil {
		stop()
		return "", nil, err
	}
	return url, stop, nil
}

func (c replayCmd) play(ctx context.Context, prod *product, clock *walkingClock, state replayState) error {
	start := time.Now()
	facts, findings, err := onboarding.Read(os.DirFS(c.Data))
	if err != nil {
		return err
	}
	if len(findings) > 0 {
		return report(findings)
	}
	span := facts.Span
	clock.set(span.From.At(0, span.Zone))
	id, err := prod.tenants.TenantByCode(ctx, state.Tenant)
	if errors.Is(err, tenant.ErrNoTenant) {
		id, err = prod.tenants.CreateTenant(ctx, clock.Now(), state.Tenant, span.Tenant)
	}
	if err != nil {
		return err
	}
	if _, err := prod.onboarding.Import(ctx, id, os.DirFS(c.Data), nil); err != nil {
		return err
	}
	if err := c.importMore(ctx, prod, id, facts); err != nil {
		return err
	}
	progress("imported in %.1f s", time.Since(start).Seconds())
	prod.ownership.From = span.From
	if err := prod.startWork(ctx); err != nil {
		return err
	}
	defer func() { _ = prod.stopWork(context.WithoutCancel(ctx)) }()
	err = prod.walk(ctx, id, clock, span, func(day kernel.BusinessDate) {
		if day == day.Month().Last() {
			progress("%s played, %.1f s", day.Month(), time.Since(start).Seconds())
		}
	})
	if err != nil {
		return err
	}
	if next := span.To + 1; next == next.Month().First() { // the last month is closed on the day after
		clock.set(next.At(5*time.Hour, span.Zone))
		if err := prod.ownership.CatchUp(ctx, id); err != nil {
			return fmt.Errorf("close of %s: %w", span.To.Month(), err)
		}
	}
	return c.write(ctx, prod, id, facts)
}

// importMore imports the further facts of a chain; facts learns its guests.
func (c replayCmd) importMore(ctx context.Context, prod *product, id kernel.TenantID, facts *onboarding.Facts) error {
	for _, dir := range c.More {
		more, findings, err := onboarding.Read(os.DirFS(dir))
		if err != nil {
			return err
		}
		if len(findings) > 0 {
			return report(findings)
		}
		if _, err := prod.onboarding.Import(ctx, id, os.DirFS(dir), nil); err != nil {
			return err
		}
		facts.Customers = append(facts.Customers, more.Customers...)
	}
	return nil
}

// walk plays a span of days: each morning what is due, on the third of a month
// what people confirm.
func (p *product) walk(ctx context.Context, id kernel.TenantID, clock *walkingClock, span onboarding.Span, played func(kernel.BusinessDate)) error {
	for day := span.From; day <= span.To; day++ {
		clock.set(day.At(5*time.Hour, span.Zone))
		if err := p.ownership.CatchUp(ctx, id); err != nil {
			return fmt.Errorf("day %s: %w", day, err)
		}
		if day == day.Month().First()+2 {
			if err := p.confirmAll(ctx, id, day); err != nil {
				return fmt.Errorf("adoptions confirmed on %s: %w", day, err)
			}
		}
		played(day)
	}
	return nil
}

// write gives the outcome in the format of the golden years.
func (c replayCmd) write(ctx context.Context, prod *product, id kernel.TenantID, facts *onboarding.Facts) error {
	keys, err := prod.tenants.Keys(ctx, id)
	if err != nil {
		return err
	}
	phones := map[string]string{}
	for _, f := range facts.Customers {
		phones[string(keys.NumberKey(f.Phone))] = f.Phone.Local()
	}
	events, final, err := prod.reports.Outcome(ctx, id, c.told(), facts.Span.To, func(key []byte) string { return phones[string(key)] })
	if err != nil {
		return err
	}
	if err := writeLines(filepath.Join(c.Out, "events.jsonl"), events); err != nil {
		return err
	}
	if err := writeLines(filepath.Join(c.Out, "final.jsonl"), final); err != nil {
		return err
	}
	progress("wrote %d events, %d files to %s", len(events), len(final), c.Out)
	return c.writeScores(ctx, prod, id)
}

// writeScores gives the scores, where their rule was in force.
func (c replayCmd) writeScores(ctx context.Context, prod *product, id kernel.TenantID) error {
	if kinds, _ := c.kinds(); !slices.Contains(kinds, ownership.KindScore) {
		return nil
	}
	scores, err := prod.scores.Outcome(ctx, id)
	if err != nil {
		return err
	}
	if err := writeLines(filepath.Join(c.Out, "scores.jsonl"), scores); err != nil {
		return err
	}
	progress("wrote %d scores", len(scores))
	return nil
}

// told are the rules whose events the golden years keep a line of: an adoption
// brings those of its ties and of what became of it, who woke up and what lapsed
// leave none.
func (c replayCmd) told() (rules []string) {
	kinds, _ := c.kinds() // they were checked when the replay began
	for _, k := range kinds {
		switch k {
		case ownership.KindShare, ownership.KindAway, ownership.KindDormancy:
			rules = append(rules, string(k))
		case ownership.KindAdoption:
			rules = append(rules, string(k), ownership.RuleTied, "LIF-08")
		case ownership.KindIncomplete, ownership.KindLapse, ownership.KindWakeUp, ownership.KindScore, ownership.KindMerge, ownership.KindCorrection,
			ownership.KindAppeal, ownership.KindHandover, ownership.KindWarn:
		}
	}
	return rules
}

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, "replay: "+format+"\n", args...) }

// report makes an error of findings, one a line.
func report(findings []onboarding.Finding) error {
	var b strings.Builder
	fmt.Fprintf(&b, "the files have %d mistakes; nothing was written", len(findings))
	for _, f := range findings {
		fmt.Fprintf(&b, "\n  %s:%d: %s: %s", f.File, f.Line, f.Column, f.Reason)
	}
	return errors.New(b.String())
}

// walkingClock stands still until it is set.
type walkingClock struct{ nanos atomic.Int64 }

// Now is where the clock was set to.
func (c *walkingClock) Now() time.Time { return time.Unix(0, c.nanos.Load()) }

func (c *walkingClock) set(t time.Time) { c.nanos.Store(t.UnixNano()) }
