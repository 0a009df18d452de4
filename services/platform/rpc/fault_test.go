package rpc

import (
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/db"
)

// TestDatabaseOutOfOrder: whatever keeps the database from working, the caller is told to
// come again, and the log says what it is; a row's values never get there.
func TestDatabaseOutOfOrder(t *testing.T) {
	t.Parallel()
	_, refused := db.Open(t.Context(), "postgres://a@127.0.0.1:1/none", db.Options{})
	for _, c := range []struct {
		err  error
		kind fault.Kind
		log  string
	}{
		{refused, fault.Unavailable, "connection refused"},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, fault.Unavailable, "connection reset"},
		{io.ErrUnexpectedEOF, fault.Unavailable, "unexpected EOF"},
		{&pgconn.PgError{Code: "53100", Message: "could not extend file: No space left on device"}, fault.Unavailable, "database 53100 could not extend file: No space left on device"},
		{&pgconn.PgError{Code: "58030", Message: "could not fsync file"}, fault.Unavailable, "database 58030 could not fsync file"},
		{&pgconn.PgError{Code: "57P03", Message: "the database system is starting up"}, fault.Unavailable, "the database system is starting up"},
		{&pgconn.PgError{Code: "23505", Message: "Key (phone)=(13800001234)", ConstraintName: "guest_pkey"}, fault.Internal, "database 23505 guest_pkey"},
		{errors.New("a bug"), fault.Internal, "a bug"},
	} {
		err := fmt.Errorf("recording: %w", c.err)
		require.Equal(t, c.kind, asFault(t.Context(), err).Kind, "%v", err)
		require.Contains(t, logText(err), c.log)
		require.NotContains(t, logText(err), "1380000")
	}
}
