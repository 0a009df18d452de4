package main

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// wire is the till's line to the server. It loses answers on the way back, after the
// server has done its work, and learns from each answer what time it is there.
type wire struct {
	next http.RoundTripper

	mu     sync.Mutex
	random *rand.Rand
	lose   float64       // share of answers that get lost
	lost   int           // so far
	off    time.Duration // of the till's clock against the server's; as of the last answer
	known  bool          // off has been learned
	clock  func() time.Time
}

// errLost is what a till sees of an answer that was lost.
var errLost = errors.New("the line broke before the answer came")

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if there, err := http.ParseTime(res.Header.Get("Date")); err == nil {
		w.off, w.known = w.clock().Sub(there).Round(time.Second), true
	}
	if w.random.Float64() < w.lose {
		w.lost++
		_, _ = io.Copy(io.Discard, res.Body)
		_ = res.Body.Close()
		return nil, errLost
	}
	return res, nil
}

// skew is how far the till's clock is ahead of the server's.
func (w *wire) skew() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.off
}

// losing sets the share of answers that get lost from now on.
func (w *wire) losing(share float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lose = share
}

func (w *wire) lostSoFar() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lost
}
