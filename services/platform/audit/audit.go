// Package audit writes the log of acts: who did or saw what, for whom, on which
// object, from where, before and after. A line stands in the transaction of its
// act, so that neither exists without the other. It holds ids, dates, codes,
// amounts and fingerprints, never a value of personal data. Reading, sealing and
// verifying the log is services/audit.
package audit

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
)

// Topics of lines that are not named by their object.
const (
	TopicView   = "view"   // somebody saw personal data
	TopicExport = "export" // somebody took data out
)

// Entry is what one line says besides who, when and from where.
type Entry struct {
	Action   string         // noun.past, e.g. "role.changed"; the console has words for each
	Object   string         // kind of the object, e.g. "role"
	ObjectID string         // UUID or code
	Store    kernel.StoreID // zero: of no store; only head office reads it then
	Own      bool           // the object is the actor's own; see kernel.Grant.Holder
	// Concerned says whom the act concerns: it was done for none of those (ROL-04).
	Concerned func(kernel.PersonID) bool
	Topic     string // what people filter by; empty: the action's noun
	Changes   []Change
	// Once is how long the line stands for more looks of the same person at the same
	// object: a board that reads itself anew is one view. Zero: each has its line.
	Once time.Duration
}

// Change is a field before and after: ids, dates, codes, amounts; of personal
// data Fingerprints, or nothing but the field's name.
type Change struct {
	Field  string `json:"field"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// topicOf are nouns that people look for under another one.
var topicOf = map[string]string{
	"password": "session", "device": "session", "factor": "session", "second_factor": "session", "sso": "session", "login_policy": "session", "recovery_code": "session",
	"absence": "person", "leaving": "person", "position": "role", "resource": "store", "day": "store", "chain": "tenant", "consent": "customer", "guest_request": "customer",
}

// Fingerprint stands for a personal value in a line: equal values of one chain
// look alike, nobody without the chain's keys can try values. Empty stays empty.
func Fingerprint(keys *secret.Keys, value string) string {
	if value == "" {
		return ""
	}
	return keys.Fingerprint(value)
}

type actorKey struct{}

// As makes the lines written under ctx an actor's: a job's
// ({Kind: ActorSystem, Name: "system:LIF-03@v7"}), or that of somebody who has
// just proven who he is in a call that anybody may make.
func As(ctx context.Context, actor *kernel.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

func actorOf(ctx context.Context) *kernel.Actor {
	if a, ok := ctx.Value(actorKey{}).(*kernel.Actor); ok {
		return a
	}
	if a := rpc.Actor(ctx); a != nil {
		return a
	}
	return &kernel.Actor{Kind: kernel.ActorSystem, Name: "system"}
}

// insert writes a line and, with it, that no block has sealed it yet.
const insert = `WITH line AS (
  INSERT INTO audit_line (tenant_id, line_id, at, actor_kind, actor_id, actor_name, for_person, topic, action, object, object_id, store_id, address, session_id, request_id, changes)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) RETURNING tenant_id, line_id)
INSERT INTO audit_unsealed (tenant_id, line_id) SELECT tenant_id, line_id FROM line`

// WriteTx writes one line in the transaction of the act. Who, for whom (ROL-05:
// whose delegation covered the place) and from where are the running call's;
// under a job, and in a command, it is the system unless As says which part of it.
func WriteTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, now time.Time, e Entry) error {
	return write(ctx, tx, tenant, now, e)
}

// execer is a transaction, or a single statement inside a tenant.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func write(ctx context.Context, db execer, tenant kernel.TenantID, now time.Time, e Entry) error {
	args, err := line(ctx, tenant, now, e)
	if err != nil {
		return err
	}
	if _, err = db.Exec(ctx, insert, args...); err == nil {
		rpc.TrailOf(ctx).Written++
	}
	return err
}

// QueueSeen adds the line of a look to the batch that looks, so that the two are one
// round trip and one transaction. The line finds its object by itself: object is a
// scalar sub-query that gives an id as text, over args as $17 and on; where it gives
// none, e.ObjectID stands.
func QueueSeen(ctx context.Context, b *pgx.Batch, tenant kernel.TenantID, now time.Time, e Entry, object string, args ...any) error {
	e.Topic = cmp.Or(e.Topic, TopicView)
	of, err := line(ctx, tenant, now, e)
	if err != nil {
		return err
	}
	b.Queue(strings.Replace(insert, "$11,", "coalesce(("+object+"), $11),", 1), append(of, args...)...)
	rpc.TrailOf(ctx).Written++
	return nil
}

// line is what insert takes.
func line(ctx context.Context, tenant kernel.TenantID, now time.Time, e Entry) ([]any, error) {
	if tenant.IsZero() || e.Action == "" {
		return nil, errors.New("audit: a line needs a tenant and an action")
	}
	actor := actorOf(ctx)
	kind, id, name := who(actor)
	changes, err := json.Marshal(append([]Change{}, e.Changes...))
	if err != nil {
		return nil, err
	}
	noun, _, _ := strings.Cut(e.Action, ".")
	noun = cmp.Or(topicOf[noun], noun)
	return []any{
		tenant, kernel.NewID[kernel.UUID](now), now, kind, id, name, holder(ctx, e),
		cmp.Or(e.Topic, noun), e.Action, e.Object, e.ObjectID, maybe(kernel.UUID(e.Store)), rpc.Address(ctx), maybe(actor.Session),
		rpc.RequestID(ctx), changes,
	}, nil
}

func who(a *kernel.Actor) (kind string, id *kernel.UUID, name string) {
	switch a.Kind {
	case kernel.ActorPerson:
		return "person", maybe(kernel.UUID(a.Person)), ""
	case kernel.ActorKey:
		return "key", maybe(a.Key), ""
	case kernel.ActorOperator, kernel.ActorSupport:
		return "operator", maybe(a.Operator), a.Name // what he signs in with, not a person's name
	default:
		return "system", nil, a.Name
	}
}

func holder(ctx context.Context, e Entry) *kernel.UUID {
	g := rpc.Grant(ctx)
	if e.Concerned != nil {
		g = g.Without(e.Concerned)
	}
	d := g.Holder(e.Store, e.Own)
	if d == nil {
		return nil
	}
	return maybe(kernel.UUID(d.Holder))
}

func maybe(id kernel.UUID) *kernel.UUID {
	if id.IsZero() {
		return nil
	}
	return &id
}
