package audit

import (
	"context"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/rpc"
)

// Seen says what the running call is about to show. The line is written when the
// call has gone well and before it answers: without its line, nothing is shown.
// Its topic is TopicView unless it names another.
func Seen(ctx context.Context, e Entry) {
	if e.Topic == "" {
		e.Topic = TopicView
	}
	trail := rpc.TrailOf(ctx)
	trail.Seen = append(trail.Seen, e)
}

// Closing is what rpc's interceptors run at the end of a call that went well and
// whose option says audit, if it has written no line by itself: it writes what
// was Seen, or that the method was called at all. So no such call goes without.
func Closing(pool *db.Pool, clock kernel.Clock) func(context.Context, protoreflect.MethodDescriptor, any) error {
	return func(ctx context.Context, method protoreflect.MethodDescriptor, req any) error {
		actor := actorOf(ctx)
		if actor.Tenant.IsZero() { // of no chain: what he does to one is written where he does it
			return nil
		}
		seen := rpc.TrailOf(ctx).Seen
		if len(seen) == 0 {
			seen = []any{called(actor, method, req)}
		}
		now, single := clock.Now(), pool.Single(actor.Tenant)
		for _, s := range seen {
			e := s.(Entry)
			stands, err := stands(ctx, single, actor, now, e)
			if err == nil && !stands {
				err = write(ctx, single, actor.Tenant, now, e)
			}
			if err != nil {
				return err
			}
		}
		return nil
	}
}

// looked finds a line of the same person about the same object, along the index
// by actor: ids begin with their time.
const looked = `SELECT EXISTS (SELECT FROM audit_line
  WHERE tenant_id = $1 AND actor_id = $2 AND line_id > $3 AND action = $4 AND object_id = $5
    AND store_id IS NOT DISTINCT FROM $6 AND session_id IS NOT DISTINCT FROM $7)`

// stands reports whether an earlier line stands for this look. An operator who
// looks in by the chain's consent has a line for each.
func stands(ctx context.Context, in db.Single, actor *kernel.Actor, now time.Time, e Entry) (yes bool, err error) {
	_, id, _ := who(actor)
	if e.Once == 0 || id == nil || actor.Kind == kernel.ActorSupport {
		return false, nil
	}
	since := kernel.NewID[kernel.UUID](now.Add(-e.Once))
	err = in.QueryRow(ctx, looked, actor.Tenant, id, since, e.Action, e.ObjectID, maybe(kernel.UUID(e.Store)), maybe(actor.Session)).Scan(&yes)
	return yes, err
}

// ViewLasts is how long one line stands for a board that is open.
const ViewLasts = 15 * time.Minute

// BoardSeen says that a board of masked rows is shown: once while it is open.
func BoardSeen(ctx context.Context, action string, store kernel.StoreID, of string, rows int) {
	Seen(ctx, Entry{Action: action, Object: "board", ObjectID: of, Store: store, Once: ViewLasts, Changes: []Change{{Field: "rows", After: strconv.Itoa(rows)}}})
}

// called tells a call whose use case had nothing to tell, such as one that was
// repeated and changed nothing: customer.submit_file, and the id it named.
// What an operator looked at by the chain's consent stands under the method.
func called(actor *kernel.Actor, method protoreflect.MethodDescriptor, req any) Entry {
	if actor.Kind == kernel.ActorSupport {
		return Entry{Action: "support.read", Object: "method", ObjectID: string(method.Parent().Name() + "." + method.Name())}
	}
	noun, _, _ := strings.Cut(strings.TrimPrefix(string(method.ParentFile().Package()), "changke."), ".")
	e := Entry{Action: noun + "." + snake(string(method.Name())), Object: noun}
	msg, ok := req.(proto.Message)
	if !ok {
		return e
	}
	fields := msg.ProtoReflect().Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if (f.Name() == "id" || strings.HasSuffix(string(f.Name()), "_id")) && f.Kind() == protoreflect.StringKind && !f.IsList() {
			if id, err := kernel.ParseID[kernel.UUID](msg.ProtoReflect().Get(f).String()); err == nil {
				e.ObjectID = id.String()
				break
			}
		}
	}
	return e
}

func snake(camel string) string {
	var b strings.Builder
	for i, r := range camel {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
