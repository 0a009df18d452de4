package watch

import (
	"context"
	"net/http"
	"time"

	"connectrpc.com/connect"

	consolev1 "github.com/changke/changke/gen/go/changke/console/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
)

// Kind is a kind of change: its name in the interface, and the permission that
// lets somebody hear of it in the stores that it reaches.
type Kind struct {
	Name       consolev1.ChangeKind
	Permission string
}

const (
	// heartbeat is when a stream says that it lives though nothing has happened;
	// proxies close what is silent for a minute.
	heartbeat = 20 * time.Second
	// settle is how long changes are gathered before they are told, so that a busy
	// minute is a message or two a second and not a hundred.
	settle = 150 * time.Millisecond
	// stuck is how long a reader's connection may take to accept a message.
	stuck = 20 * time.Second
)

var (
	errStopping = fault.New(fault.Unavailable, "watch.stopping", "系统正在更新，稍后自动重新连接。")
	errTooSlow  = fault.New(fault.Unavailable, "watch.too_slow", "接收太慢，已断开，稍后自动重新连接。")
)

// Server is consolev1connect.WatchServiceHandler.
type Server struct {
	hub   *Hub
	kinds map[string]Kind // by what TellTx names them
}

// NewServer puts a hub behind its RPC service.
func NewServer(hub *Hub, kinds map[string]Kind) Server { return Server{hub, kinds} }

// Watch implements WatchService. Who the caller is and what he may is asked anew
// before every message: a right that is taken away, or a session that ends, ends
// what he hears with the next one.
func (s Server) Watch(ctx context.Context, req *consolev1.WatchRequest, stream *connect.ServerStream[consolev1.WatchResponse]) error {
	reader := s.hub.Reader(rpc.Actor(ctx).Tenant, req.GetResumeToken())
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for first := true; ; first = false {
		if !first {
			if err := rpc.StillMay(ctx); err != nil {
				return err
			}
		}
		changes, lost := reader.Read()
		msg := &consolev1.WatchResponse{
			Changes: s.heard(ctx, changes), ReloadAll: lost, ResumeToken: reader.Token(), NextWithinSeconds: int32((heartbeat + stuck) / time.Second),
		}
		if err := stream.Send(msg); ctx.Err() != nil {
			return nil // he has gone
		} else if err != nil {
			return errTooSlow.Because(err)
		}
		if err := s.wait(ctx, reader, beat.C); err != nil || ctx.Err() != nil {
			return err
		}
	}
}

// wait returns when there is something to say.
func (s Server) wait(ctx context.Context, reader *Reader, beat <-chan time.Time) error {
	select {
	case <-ctx.Done():
		return nil
	case <-s.hub.closed:
		return errStopping
	case <-beat:
		return nil
	case <-reader.More():
	}
	select {
	case <-ctx.Done():
	case <-time.After(settle):
	}
	return nil
}

// heard is what of the changes the caller may hear of: those in stores that he
// reads, without the thing's id where only his own is his to read.
func (s Server) heard(ctx context.Context, changes []Change) (out []*consolev1.Change) {
	grants := map[string]kernel.Grant{}
	for _, c := range changes {
		kind, known := s.kinds[c.Kind]
		if !known {
			continue
		}
		grant, asked := grants[kind.Permission]
		if !asked {
			grant = rpc.GrantFor(ctx, kind.Permission)
			grants[kind.Permission] = grant
		}
		switch told := (&consolev1.Change{Kind: kind.Name, StoreId: c.Store.String()}); {
		case grant.Covers(c.Store, false):
			told.Id = c.ID.String()
			out = append(out, told)
		case grant.Covers(c.Store, true):
			out = append(out, told)
		}
	}
	return out
}

// Unbounded lets a stream live longer than the server lets a call, and gives up
// a connection whose reader has stopped reading.
func Unbounded(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := http.NewResponseController(w)
		// Not every writer can (a recorder in a test); then the server's bounds hold.
		_ = c.SetReadDeadline(time.Time{})
		h.ServeHTTP(patient{w, c}, r)
	})
}

// patient moves the deadline of writing with each write.
type patient struct {
	http.ResponseWriter
	control *http.ResponseController
}

// Write implements http.ResponseWriter.
func (p patient) Write(b []byte) (int, error) {
	_ = p.control.SetWriteDeadline(time.Now().Add(stuck))
	return p.ResponseWriter.Write(b)
}

// Flush implements http.Flusher. Nothing is written until the next message, which
// sets its own deadline.
func (p patient) Flush() {
	_ = p.control.SetWriteDeadline(time.Now().Add(stuck))
	_ = p.control.Flush()
	_ = p.control.SetWriteDeadline(time.Time{})
}

// Unwrap lets http.ResponseController reach the writer behind.
func (p patient) Unwrap() http.ResponseWriter { return p.ResponseWriter }
