package pg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"syscall"
)

// serverLog receives what PostgreSQL prints: passes it on line by line, remembers the last lines for an error message,
// and tells when the server is ready.
type serverLog struct {
	log   *slog.Logger
	ready chan struct{} // closed at the first "ready to accept connections"

	mu    sync.Mutex
	part  string
	lines []string
	once  sync.Once
}

const keptLines = 50

// Write implements io.Writer; the server's lines may come in any cut.
func (l *serverLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.part += string(p)
	for {
		line, rest, ok := strings.Cut(l.part, "\n")
		if !ok {
			return len(p), nil
		}
		l.part = rest
		l.lines = append(l.lines, line)
		if len(l.lines) > keptLines {
			l.lines = l.lines[1:]
		}
		level := slog.LevelDebug
		if strings.HasPrefix(line, "FATAL:") || strings.HasPrefix(line, "PANIC:") {
			level = slog.LevelWarn
		}
		l.log.Log(context.Background(), level, line)
		if strings.Contains(line, "database system is ready to accept connections") {
			l.once.Do(func() { close(l.ready) })
		}
	}
}

func (l *serverLog) tail() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]string(nil), l.lines...)
}

// What went wrong when nothing better is known of it: the directory and the reason.
const (
	notStarted = "PostgreSQL did not start in %s: %w"
	hasEnded   = "PostgreSQL in %s has ended (%w): start again, its data is repaired then"
)

// explain turns the last lines of initdb or postgres into one line that says what to do. what is notStarted or
// hasEnded; cause is used when no line tells anything.
func explain(what string, lines []string, dir string, port int, cause error) error {
	if err := known(lines, dir, port); err != nil {
		return err
	}
	for i := len(lines) - 1; i >= 0; i-- { // initdb writes "initdb: error: …", "initdb: fatal: …", the server "FATAL:  …"
		for _, mark := range []string{"FATAL:", "PANIC:", "error:", "fatal:"} {
			if _, message, ok := strings.Cut(lines[i], mark); ok && !strings.Contains(message, "unexpected postmaster exit") { // which follows from cause
				return fmt.Errorf(what, dir, errors.New(strings.TrimSpace(message)))
			}
		}
	}
	return fmt.Errorf(what, dir, cause)
}

// known recognizes what people can mend; nil when the lines tell of nothing like that.
func known(lines []string, dir string, port int) error {
	text := strings.Join(lines, "\n")
	has := func(words string) bool { return strings.Contains(text, words) }
	switch {
	case has("No space left on device") && has("shared memory segment"):
		return errors.New("PostgreSQL gets too little shared memory: give /dev/shm more room (docker: --shm-size=1g)")
	case has("No space left on device"), has("Disk quota exceeded"), has("Check free disk space"), has("wrote only"): // the last two where half a page had room
		return diskFull(dir)
	case has("Address already in use"):
		return portTaken(port)
	case has("incompatible with server"):
		return fmt.Errorf("the data directory %s was made by another version of PostgreSQL: install that version, or remove the directory to begin afresh", dir)
	case has("could not find the database system"), has("is not a valid data directory"), has("could not locate a valid checkpoint record"), has("incorrect checksum in control file"):
		return damaged(dir)
	case has("could not map anonymous shared memory"), has("Cannot allocate memory"):
		return errors.New("PostgreSQL gets too little memory: free some, or give it less (setting shared_buffers)")
	}
	return nil
}

// explainOS does the same for our own file operations; nil stays nil.
func explainOS(err error, dir string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return diskFull(dir)
	case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("PostgreSQL's directory %s cannot be written (%w): choose another, or mend its permissions", dir, err)
	}
	return err
}

func diskFull(dir string) error {
	return fmt.Errorf("the disk of %s is full: free some space (PostgreSQL needs 200 MB at least), then start again", dir)
}

func damaged(dir string) error {
	return fmt.Errorf("the data in %s is damaged: put a copy of it back, or remove it to begin afresh", dir)
}

func portTaken(port int) error {
	return fmt.Errorf("port %d on 127.0.0.1 is taken by another program: stop that program, or choose another port", port)
}
