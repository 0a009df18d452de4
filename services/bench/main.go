// Command bench measures the product against bare baselines on the same
// PostgreSQL: what tenancy, permissions, jobs and search cost, as ratios that
// hold on any machine. It brings its own server (on disk, fsync on) and a
// fixture of a chain of a million files, which it keeps for the next run.
//
//	go run ./services/bench [-scale N] [-only NAME,…] [-quick] [-rounds N] [-dir DIR]
//
// Each line is: bench NAME VALUE UNIT ratio=X bar=BAR, and at its end MISSED
// when the bar is missed, UNUSABLE when other load disturbed it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/changke/changke/services/platform/pg"
	"github.com/changke/changke/services/platform/process"
)

// bench is one run of the command.
type bench struct {
	dir    string
	scale  int           // files of the large chain
	slice  time.Duration // how long one side of one round takes, in all its turns
	rounds int
	once   bool // whatever disturbs it
	idle   int  // days of a chain that stood still
	out    io.Writer
	server *pg.Server
	missed []string
}

// measures in their order; the bills' come after each other on one database.
var measures = []struct {
	name string
	run  func(*bench, context.Context) error
}{
	{"authz_grant", (*bench).authzGrant},
	{"tenant_read", (*bench).tenantRead},
	{"bill", (*bench).bills},
	{"guest_lookup", (*bench).lookup},
	{"daily_run", (*bench).dailyRun},
	{"deletion_run", (*bench).deletionRun},
	{"score_run", (*bench).scoreRun},
	{"month_run", (*bench).monthRun},
	{"month_close", (*bench).closeRun},
	{"catch_up", (*bench).catchUp},
	{"trial", (*bench).trial},
	{"search", (*bench).search},
	{"list", (*bench).listPage},
	{"review_page", (*bench).reviewPage},
}

func main() {
	process.Use()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	if err := command(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func command(ctx context.Context, args []string) error {
	var names []string
	for _, m := range measures {
		names = append(names, m.name)
	}
	b := &bench{out: os.Stdout, rounds: 5, idle: missedDays}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&b.scale, "scale", 1_000_000, "files of the large chain")
	flags.StringVar(&b.dir, "dir", ".cache/bench", "where PostgreSQL and the fixture are kept for the next run; a disk, not memory")
	only := flags.String("only", strings.Join(names, ","), "what to measure")
	rounds := flags.Int("rounds", 0, "how often each side is measured; 0: five times, twice when quick")
	quick := flags.Bool("quick", false, "short: shows that all works, not how fast")
	if err := flags.Parse(args); err != nil {
		return err
	}
	b.slice = 6 * time.Second
	if *quick {
		b.slice, b.rounds = 500*time.Millisecond, 2
	}
	if *rounds > 0 {
		b.rounds = *rounds
	}
	wanted := strings.Split(*only, ",")
	for _, w := range wanted {
		if !slices.Contains(names, w) {
			return fmt.Errorf("-only %s: there are %s", w, strings.Join(names, ", "))
		}
	}
	b.say("starting PostgreSQL in %s", b.dir)
	server, err := pg.Start(ctx, pg.Options{Dir: b.dir, Roots: []string{"."}, Settings: settings})
	if err != nil {
		return err
	}
	b.server = server
	err = b.measure(ctx, wanted)
	if stopErr := server.Stop(context.WithoutCancel(ctx)); err == nil {
		err = stopErr
	}
	return err
}

// settings are a small server's, for both sides: more memory than the demo's,
// checkpoints that come between rounds and not in them, and segments of the log
// kept from one round to the next, as a server that has run for a while has them:
// whoever needs a new one lets every commit wait until it is written.
var settings = map[string]string{
	"shared_buffers": "1GB", "max_wal_size": "16GB", "min_wal_size": "2GB", "checkpoint_timeout": "1h",
}

func (b *bench) measure(ctx context.Context, wanted []string) error {
	for _, m := range measures {
		if !slices.Contains(wanted, m.name) {
			continue
		}
		if err := m.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	if len(b.missed) > 0 {
		return fmt.Errorf("bars missed: %s", strings.Join(b.missed, ", "))
	}
	return nil
}

// say tells how things go, beside the results.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.out, "  # "+format+"\n", args...)
}
