package pg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Server is a running PostgreSQL. Its methods may be called from any goroutine.
type Server struct {
	home     *home
	bin      binaries
	socket   string
	port     int
	password string
	fast     bool
	log      *slog.Logger
	unlock   func()
	remove   bool // throw-away: Stop deletes the home

	process *os.Process
	output  *serverLog
	done    chan struct{} // closed when the process has ended
	exit    error         // why; set before done is closed
}

// launch starts postgres and waits until it answers a query.
func (s *Server) launch(ctx context.Context, settings map[string]string) error {
	settings["unix_socket_directories"] = s.socket
	settings["port"] = strconv.Itoa(s.port)
	cmd := exec.Command(s.bin.postgres(), append([]string{"-D", s.home.data()}, arguments(settings)...)...)
	s.output = &serverLog{log: s.log, ready: make(chan struct{})}
	cmd.Dir, cmd.Env = "/", cleanEnv
	cmd.Stdout, cmd.Stderr = s.output, s.output
	cmd.WaitDelay = time.Second // children of a killed postmaster may hold its output open
	cmd.SysProcAttr = childAttr(s.home.cred, s.quit())
	s.done = make(chan struct{})

	started := make(chan error)
	go func() {
		runtime.LockOSThread() // the signal at our end is tied to the thread: it must live as long as the server
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			s.exit = cmd.Wait()
			close(s.done)
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("PostgreSQL cannot be run: %w", err)
	}
	s.process = cmd.Process

	select {
	case <-s.output.ready:
	case <-s.done:
		return explain(notStarted, s.output.tail(), s.home.dir, s.port, s.exit)
	case <-ctx.Done():
		_ = s.end(context.WithoutCancel(ctx))
		return ctx.Err()
	}
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		_ = s.end(context.WithoutCancel(ctx))
		if invalid := (*pgconn.PgError)(nil); errors.As(err, &invalid) && invalid.Code == "28P01" {
			return fmt.Errorf("the password in %s is not that of the data directory: put the right file back, or remove %s to begin afresh", s.home.path("password"), s.home.dir)
		}
		return fmt.Errorf("PostgreSQL runs but does not answer: %w", err)
	}
	return c.Close(ctx)
}

// URL is the superuser's address of a database over TCP, for any tool.
func (s *Server) URL(database string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword("postgres", s.password),
		Host: fmt.Sprintf("127.0.0.1:%d", s.port), Path: "/" + database, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// SocketURL is the same over the unix socket, which costs less per round trip; Go's driver understands it.
func (s *Server) SocketURL(database string) string {
	query := url.Values{"host": {s.socket}, "port": {strconv.Itoa(s.port)}}
	u := url.URL{Scheme: "postgres", User: url.UserPassword("postgres", s.password), Path: "/" + database, RawQuery: query.Encode()}
	return u.String()
}

// Version is the server's, such as "15.18".
func (s *Server) Version() string { return s.bin.version }

// Dir is where the cluster is kept: Options.Dir, or the folder in /var/lib/changke that replaced it.
func (s *Server) Dir() string { return s.home.dir }

// Port is the loopback port.
func (s *Server) Port() int { return s.port }

// Done is closed when the server has ended, asked or not.
func (s *Server) Done() <-chan struct{} { return s.done }

// Err is nil while the server runs; afterwards one line that says why it ended, also after Stop.
func (s *Server) Err() error {
	select {
	case <-s.done:
		if s.exit == nil {
			return errors.New("PostgreSQL was shut down")
		}
		return explain(hasEnded, s.output.tail(), s.home.dir, s.port, s.exit)
	default:
		return nil
	}
}

// Why gives the cause of an error that a client of the server met, where it or the server's log tells of one that people
// can mend, such as a full disk; else the error itself.
func (s *Server) Why(err error) error {
	if err == nil {
		return nil
	}
	if cause := known(append(s.output.tail(), err.Error()), s.home.dir, s.port); cause != nil {
		return cause
	}
	return err
}

// CreateDatabase makes a database unless it exists.
func (s *Server) CreateDatabase(ctx context.Context, name string) error {
	c, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	_, err = c.Exec(ctx, "CREATE DATABASE "+pgx.Identifier{name}.Sanitize())
	if exists := (*pgconn.PgError)(nil); errors.As(err, &exists) && exists.Code == "42P04" {
		return nil
	}
	return err
}

// Stop shuts the server down and waits for its end: open transactions are rolled back, everything committed is on
// disk. When ctx ends first the server is killed, and an error tells so; the next Start repairs the data. Stopping
// twice is fine.
func (s *Server) Stop(ctx context.Context) error {
	err := s.end(ctx)
	s.unlock()
	_ = os.RemoveAll(s.socket)
	if s.remove {
		return errors.Join(err, s.home.remove())
	}
	return err
}

// quit is the signal of the shutdown: fast, or immediate where the data is thrown away.
func (s *Server) quit() syscall.Signal {
	if s.fast {
		return syscall.SIGQUIT
	}
	return syscall.SIGINT
}

func (s *Server) end(ctx context.Context) error {
	_ = s.process.Signal(s.quit())
	select {
	case <-s.done:
		return nil
	case <-ctx.Done():
	}
	_ = s.process.Signal(syscall.SIGQUIT)
	select {
	case <-s.done:
	case <-time.After(5 * time.Second):
		_ = s.process.Kill()
		<-s.done
	}
	return fmt.Errorf("PostgreSQL did not shut down in time and was killed; the next start repairs its data: %w", ctx.Err())
}
