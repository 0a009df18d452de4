// Command changke is the whole product in one binary: API, worker, console,
// migrations, import and replay.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/changke/changke/services/platform/process"
)

// version is set by the build.
var version = "development"

type cli struct {
	Settings `embed:""`

	Up       upCmd       `cmd:"" help:"Everything in one process, with a PostgreSQL of its own and the demo chain: for trying out and developing."`
	Serve    serveCmd    `cmd:"" help:"API and console."`
	Worker   workerCmd   `cmd:"" help:"Jobs: the daily and monthly runs, messages."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database of DATABASE_URL (an owner's or a superuser's) to this version."`
	Import   importCmd   `cmd:"" help:"Take over a chain's files from its former system."`
	Replay   replayCmd   `cmd:"" help:"Play a year of facts day by day through the production jobs and write what became of it."`
	Rebuild  rebuildCmd  `cmd:"" help:"Make the projections anew from the facts, or compare them."`
	Operator operatorCmd `cmd:"" help:"Accounts of the platform's operators, who make, suspend and close chains."`
	Audit    auditCmd    `cmd:"" help:"The log of acts."`
	Sandbox  sandboxCmd  `cmd:"" help:"Make a chain for POS vendors to try things out in, with made-up people and guests."`
	Keys     keysCmd     `cmd:"" help:"The keys that guests' numbers and files are read by."`
	Health   healthCmd   `cmd:"" help:"Ask the server on this machine whether it is ready; its settings say where."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	fmt.Println(version)
	return nil
}

func main() {
	process.Use()
	// The first signal ends work in order; a second one kills.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)

	var c cli
	parser, err := kong.New(&c, kong.Name("changke"),
		kong.Description("常客 — the VIP-guest system of restaurant and tea-house chains. Every setting is a flag and an environment variable."),
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fail(err)
	}
	command, err := parser.Parse(os.Args[1:])
	if err != nil {
		fail(fmt.Errorf("%w; `changke --help`, or that of a command, lists what there is", err))
	}
	if err := c.check(os.Environ()); err != nil {
		fail(err)
	}
	err = command.Run(&c.Settings)
	if errors.Is(err, context.Canceled) { // a signal, before the work was done
		err = errors.New("interrupted")
	}
	if err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "changke:", err)
	os.Exit(1)
}
