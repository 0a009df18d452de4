package db

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
)

// proveAlive is how long Listen waits for a word before it asks whether the
// connection still lives: a cut link says nothing by itself.
const proveAlive = 30 * time.Second

// Listen holds a connection of its own, outside the pool's number, and calls
// heard with each payload that a committed transaction sent to the channel, in
// the order of commits. ready is called once when it hears; what was sent before
// is not told. It ends with ctx or with the connection. Nothing but ids may go
// over a channel: it knows no tenants.
func (p *Pool) Listen(ctx context.Context, channel string, ready func(), heard func(payload string)) error {
	conn, err := pgx.ConnectConfig(ctx, p.pg.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
		return err
	}
	ready()
	for {
		waiting, cancel := context.WithTimeout(ctx, proveAlive)
		n, err := conn.WaitForNotification(waiting)
		cancel()
		switch {
		case err == nil:
			heard(n.Payload)
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, context.DeadlineExceeded) && !conn.IsClosed():
			asking, cancel := context.WithTimeout(ctx, proveAlive)
			err := conn.Ping(asking)
			cancel()
			if err != nil {
				return err
			}
		default:
			return err
		}
	}
}
