// Command testpg runs a command with a throw-away PostgreSQL, so that all test processes share one server:
//
//	go run ./services/platform/testdb/cmd/testpg -- go test ./...
//
// The command finds the server in TEST_DATABASE_URL; where that is set already, nothing is started. The exit status is
// the command's. 125: there was no server.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/changke/changke/services/platform/testdb"
)

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: testpg -- command [argument ...]")
		os.Exit(2)
	}
	os.Exit(run(args))
}

func run(args []string) int {
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 30 * time.Second
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr

	if os.Getenv(testdb.EnvURL) == "" {
		s, err := testdb.StartServer(ctx)
		if err != nil {
			fmt.Fprintln(os.Stderr, "testpg:", err)
			return 125
		}
		defer func() {
			limit, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			defer cancel()
			if err := s.Stop(limit); err != nil {
				fmt.Fprintln(os.Stderr, "testpg:", err)
			}
		}()
		// Over the socket: a trip to the database and back costs less than over TCP.
		cmd.Env = append(os.Environ(), testdb.EnvURL+"="+s.SocketURL("postgres"))
	}
	if err := cmd.Run(); err != nil {
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.ExitCode() >= 0 {
			return exit.ExitCode()
		}
		fmt.Fprintln(os.Stderr, "testpg:", err)
		return 1
	}
	return 0
}
