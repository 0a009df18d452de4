package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// bar is what a figure must keep to; the zero bar is none.
type bar struct {
	atLeast, atMost float64
	of              string // "value" or "ratio"
}

func (b bar) String() string {
	switch {
	case b.atLeast > 0:
		return fmt.Sprintf("%s>=%g", b.of, b.atLeast)
	case b.atMost > 0:
		return fmt.Sprintf("%s<=%g", b.of, b.atMost)
	}
	return "-"
}

func (b bar) missed(value, ratio float64) bool {
	if b.of == "ratio" {
		value = ratio
	}
	return b.atLeast > 0 && value < b.atLeast || b.atMost > 0 && value > b.atMost
}

// result is one line.
type result struct {
	name  string
	value float64
	unit  string
	ratio float64 // 0: there is no baseline
	bar   bar
	more  string
}

// report prints a line. disturbed says that other load was there.
func (b *bench) report(r result, disturbed string) {
	ratio := "-"
	if r.ratio > 0 {
		ratio = fmt.Sprintf("%.3f", r.ratio)
	}
	line := fmt.Sprintf("bench %s %.4g %s ratio=%s bar=%s", r.name, r.value, r.unit, ratio, r.bar)
	if r.value >= 1000 {
		line = fmt.Sprintf("bench %s %.0f %s ratio=%s bar=%s", r.name, r.value, r.unit, ratio, r.bar)
	}
	if r.more != "" {
		line += " (" + r.more + ")"
	}
	switch {
	case disturbed != "":
		line += " UNUSABLE: " + disturbed
	case r.bar.missed(r.value, r.ratio):
		line += " MISSED"
		b.missed = append(b.missed, r.name)
	}
	fmt.Fprintln(b.out, line)
}

// side is one of the things compared.
type side func(ctx context.Context) (float64, error)

// series is what each side gave, round by round.
type series [][]float64

// interleave runs the sides in turn, round by round, each round beginning with
// another side. A round that other load disturbed is run again, up to as many
// times as there are rounds, unless all is to run once; when that was not enough,
// disturbed says so.
func (b *bench) interleave(ctx context.Context, sides ...side) (all series, disturbed string, err error) {
	return b.inTurns(ctx, 1, sides)
}

// turn is how long one throughput is looked at before the other has its turn. A
// machine with other guests is half as fast from one second to the next: what is
// measured for seconds on end compares its moods.
const turn = 500 * time.Millisecond

// compare interleaves throughputs, which change places many times a round.
func (b *bench) compare(ctx context.Context, throughputs ...side) (all series, disturbed string, err error) {
	return b.inTurns(ctx, max(1, int(b.slice/turn)), throughputs)
}

// inTurns gives of each side and round the mean of its turns.
func (b *bench) inTurns(ctx context.Context, turns int, sides []side) (all series, disturbed string, err error) {
	var spoilt series
	for first := 0; len(all) < b.rounds; first++ {
		w := watchLoad()
		round := make([]float64, len(sides))
		for n := range turns * len(sides) {
			at := (first + n + n/len(sides)) % len(sides)
			figure, err := sides[at](ctx)
			if err != nil {
				return nil, "", err
			}
			round[at] += figure / float64(turns)
		}
		if why := w.disturbed(); why != "" {
			spoilt, disturbed = append(spoilt, round), why
			if b.once || len(spoilt) > b.rounds {
				return append(all, spoilt...), disturbed, nil
			}
			continue
		}
		all = append(all, round)
	}
	return all, "", nil
}

// median of a figure made of each round.
func (s series) median(of func(round []float64) float64) float64 {
	figures := make([]float64, len(s))
	for i, round := range s {
		figures[i] = of(round)
	}
	slices.Sort(figures)
	return (figures[(len(figures)-1)/2] + figures[len(figures)/2]) / 2
}

// side is the median of one side.
func (s series) side(i int) float64 {
	return s.median(func(round []float64) float64 { return round[i] })
}

// ratio is the median of the rounds' ratios of the first side to another.
func (s series) ratio(to int) float64 {
	return s.median(func(round []float64) float64 { return round[0] / round[to] })
}

// spread lists a figure of each round: how far the median can be trusted.
func (s series) spread(of func(round []float64) float64) string {
	var words []string
	for _, round := range s {
		words = append(words, fmt.Sprintf("%.3g", of(round)))
	}
	return strings.Join(words, " ")
}

// newRand makes the same random numbers each time for the same seed.
func newRand(seed int) *rand.Rand {
	return rand.New(rand.NewPCG(uint64(seed), 2025)) //nolint:gosec // what is measured must be the same each time
}

var seeds struct {
	sync.Mutex
	last int
}

// freshRand makes random numbers that no other caller of this process gets.
func freshRand() *rand.Rand {
	seeds.Lock()
	defer seeds.Unlock()
	seeds.last++
	return rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), uint64(seeds.last))) //nolint:gosec // not a secret
}

// drive lets clients do something again and again for a while. It gives how
// often a second and how long each took.
func drive(ctx context.Context, clients int, d time.Duration, do func(ctx context.Context, r *rand.Rand) error) (perSecond float64, took []time.Duration, err error) {
	type client struct {
		took []time.Duration
		err  error
	}
	all := make([]client, clients)
	start := time.Now()
	end := start.Add(d)
	var wg sync.WaitGroup
	for i := range all {
		r := freshRand()
		wg.Go(func() {
			c := &all[i]
			for last := time.Now(); last.Before(end) && c.err == nil; {
				c.err = do(ctx, r)
				now := time.Now()
				c.took = append(c.took, now.Sub(last))
				last = now
			}
		})
	}
	wg.Wait()
	elapsed := time.Since(start)
	for _, c := range all {
		if c.err != nil {
			return 0, nil, c.err
		}
		took = append(took, c.took...)
	}
	return float64(len(took)) / elapsed.Seconds(), inOrder(took), nil
}

// inOrder sorts durations for quantile.
func inOrder(took []time.Duration) []time.Duration {
	slices.Sort(took)
	return took
}

// quantile of durations in order, in milliseconds; of none: 0.
func quantile(sorted []time.Duration, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return float64(sorted[int(q*float64(len(sorted)-1))]) / float64(time.Millisecond)
}

// percent is a share in words.
func percent(share float64) string { return fmt.Sprintf("%.1f %%", 100*share) }

// middleOf figures; of none: 0.
func middleOf(figures []float64) float64 {
	if len(figures) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(figures))
	return s[len(s)/2]
}
