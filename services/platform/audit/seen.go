package audit

import (
	"context"
	"strings"

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
		for _, e := range seen {
			if err := write(ctx, single, actor.Tenant, now, e.(Entry)); err != nil {
				return err
			}
		}
		return nil
	}
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
