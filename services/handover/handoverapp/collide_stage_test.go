package handoverapp_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// stage lets an act be stopped before any of its statements, wherever in it that is:
// it sees every statement of the pool before it goes out.
type stage struct {
	mu     sync.Mutex
	inside map[uint32]string  // the tenant of the queue's transactions, by connection
	runs   map[string]*player // whose the queue's statements inside a tenant are
}

func newStage() *stage {
	return &stage{inside: map[uint32]string{}, runs: map[string]*player{}}
}

// player is somebody who acts: a call, under whose context he is, or the queue inside
// a tenant.
type player struct {
	name  string
	stop  int           // before which of his statements he waits, from 0; -1: before none
	there chan struct{} // closed as he waits
	on    chan struct{} // closed to let him go on
	done  chan struct{} // closed as his act is over
	err   error         // what came of it

	at       int           // statements begun
	before   string        // the one he waited before
	session  atomic.Uint32 // of the database, that he used last
	gaveUp   chan struct{} // a run that will be tried again
	attached bool          // a run inside its chunk
}

type playerKey struct{}

func newPlayer(name string, stop int) *player {
	return &player{name: name, stop: stop, there: make(chan struct{}), on: make(chan struct{}), done: make(chan struct{}), gaveUp: make(chan struct{}, 1)}
}

// step is a statement on its way.
func (p *player) step(conn *pgx.Conn, sql string) {
	p.session.Store(conn.PgConn().PID())
	if sql == "rollback" || !long && !telling.MatchString(sql) {
		return
	}
	if p.at++; p.at-1 == p.stop {
		p.before, _, _ = strings.Cut(sql, "\n")
		close(p.there)
		<-p.on
	}
}

// TraceQueryStart implements pgx.QueryTracer.
func (s *stage) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	if p, ok := ctx.Value(playerKey{}).(*player); ok {
		p.step(conn, data.SQL)
	} else if p := s.ofQueue(conn, data); p != nil {
		p.step(conn, data.SQL)
	}
	return ctx
}

// TraceQueryEnd implements pgx.QueryTracer.
func (s *stage) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// TraceBatchStart implements pgx.BatchTracer: a read on its own.
func (s *stage) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	if p, ok := ctx.Value(playerKey{}).(*player); ok {
		p.step(conn, data.Batch.QueuedQueries[len(data.Batch.QueuedQueries)-1].SQL)
	}
	return ctx
}

// TraceBatchQuery implements pgx.BatchTracer.
func (s *stage) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd implements pgx.BatchTracer.
func (s *stage) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// ofQueue says whose a statement is that comes from the queue: that of a run, from
// where it locks its chunk to where its transaction ends.
func (s *stage) ofQueue(conn *pgx.Conn, data pgx.TraceQueryStartData) *player {
	s.mu.Lock()
	defer s.mu.Unlock()
	session := conn.PgConn().PID()
	tenant, entered := s.inside[session]
	switch {
	case data.SQL == "begin":
		delete(s.inside, session)
	case strings.Contains(data.SQL, "set_config('app.tenant_id'") && len(data.Args) > 0:
		s.inside[session], _ = data.Args[0].(string)
	case entered:
		p := s.runs[tenant]
		if p == nil {
			return nil
		}
		if strings.HasPrefix(data.SQL, "-- name: LockChunk ") {
			p.attached = true
			p.session.Store(session)
		}
		if !p.attached || p.session.Load() != session {
			return nil
		}
		switch data.SQL {
		case "rollback":
			p.attached = false
			select {
			case p.gaveUp <- struct{}{}:
			default:
			}
		case "commit":
			p.attached = false
		}
		return p
	}
	return nil
}

// begins lets a run of a tenant be played.
func (s *stage) begins(tenant string, p *player) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.runs[tenant] = p
}
