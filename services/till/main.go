package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"
	_ "time/tzdata" // Windows brings no zones

	"github.com/alecthomas/kong"
)

// options are what the command line says.
type options struct {
	URL      string        `required:"" env:"CHANGKE_URL" help:"Address of the server, e.g. https://changke.example.com."`
	Key      string        `required:"" env:"CHANGKE_KEY" help:"A key of the sandbox with all scopes."`
	Store    string        `default:"S01" help:"Code of the store."`
	Source   string        `help:"Name of the till system; empty: till- and the seed."`
	Day      string        `help:"Business day, YYYY-MM-DD; empty: the sandbox's today. Bookings are made for today only."`
	Seed     uint64        `default:"1" help:"The same seed plays the same day."`
	Bills    int           `default:"60" help:"How many guests come to pay."`
	Speed    float64       `help:"How many times faster than life; 0: without waiting."`
	ClockOff time.Duration `default:"1h" help:"By how much the till's own clock is wrong."`
	Live     bool          `help:"Ring up a last bill at this very moment, as the certification asks for."`
	Dir      string        `help:"Where bills wait while there is no line; empty: a directory that goes with the day."`

	Certify       bool          `help:"Run the 20 checks of the certification: order troubles, wait for the vendor's day, judge it."`
	Play          bool          `help:"With --certify: play the vendor's day too, as an example."`
	Judge         bool          `help:"With --certify: judge what has come since troubles were last ordered, now."`
	Wait          time.Duration `default:"30m" help:"With --certify: how long to wait for the vendor's day."`
	Webhook       string        `env:"CHANGKE_WEBHOOK" help:"With --certify: address of your program that receives webhooks; http:// on your own machine will do."`
	WebhookSecret string        `env:"CHANGKE_WEBHOOK_SECRET" help:"With --webhook: the secret it proves them with, whsec_…."`
	Lang          string        `default:"zh" enum:"zh,en" help:"With --certify: language of what it says, zh or en."`
	JSON          string        `name:"json" help:"With --certify: also write the result as JSON to this file."`
}

// errDiffers ends the program with 1; what differs has been said.
var errDiffers = errors.New("the day does not add up")

// errNotCertified ends the program with 1; which checks failed has been said.
var errNotCertified = errors.New("not certified")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	kong.Parse(&o, kong.Name("till"), kong.Description("Plays a store's day against a sandbox, and certifies POS vendors."), kong.UsageOnError())
	if err := o.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "till:", err)
		os.Exit(1)
	}
}

func (o options) run(ctx context.Context) error {
	if o.Certify {
		return o.certify(ctx)
	}
	return o.simulate(ctx)
}

// simulate plays a day and prints what came of it.
func (o options) simulate(ctx context.Context) error {
	t, err := newTill(ctx, o)
	if err != nil {
		return err
	}
	defer t.close()
	s, err := t.play(ctx)
	if err != nil {
		return err
	}
	fmt.Print(s)
	if len(s.Differences) > 0 {
		return errDiffers
	}
	return nil
}
