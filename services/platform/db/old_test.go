package db_test

import (
	"net"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/platform/db"
)

// An older server is refused by its version before anything is asked of it.
func TestOldServer(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go greet(c, "14.9 (Debian 14.9-1)")
		}
	}()
	url := "postgres://somebody@" + l.Addr().String() + "/x?sslmode=disable"
	_, opened := db.Open(t.Context(), url, db.Options{})
	for _, err := range []error{opened, db.Migrate(t.Context(), url, db.MigrateOptions{})} {
		require.ErrorContains(t, err, "PostgreSQL 14.9 (Debian 14.9-1), 15 or newer is needed")
		require.NotContains(t, err.Error(), "\n")
	}
}

// greet lets a client in as a server of a version would, and answers nothing more.
func greet(c net.Conn, version string) {
	defer func() { _ = c.Close() }()
	server := pgproto3.NewBackend(c, c)
	if _, err := server.ReceiveStartupMessage(); err != nil {
		return
	}
	server.Send(&pgproto3.AuthenticationOk{})
	server.Send(&pgproto3.ParameterStatus{Name: "server_version", Value: version})
	server.Send(&pgproto3.ReadyForQuery{TxStatus: 'I'})
	_ = server.Flush()
	_, _ = server.Receive() // it says goodbye
}
