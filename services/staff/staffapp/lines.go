package staffapp

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/staff"
)

// personLine is what the log of acts says of a person.
func personLine(action string, id kernel.PersonID, store kernel.StoreID, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: action, Object: "person", ObjectID: id.String(), Store: store, Changes: changes}
}

// postChanges tells a post that somebody is given.
func postChanges(p staff.Post) []audit.Change {
	out := []audit.Change{{Field: "role", After: p.Role}, {Field: "stores", After: storeList(p.Stores)}, {Field: "from", After: p.From.String()}}
	if p.To != nil {
		out = append(out, audit.Change{Field: "to", After: p.To.String()})
	}
	return out
}

// storeOf is the store a line belongs to: of posts in several or in none, none.
func storeOf(stores []kernel.StoreID) kernel.StoreID {
	if len(stores) == 1 {
		return stores[0]
	}
	return kernel.StoreID{}
}

// storesOf is the store in which a person has all his posts.
func storesOf(p staff.Person) kernel.StoreID {
	var all []kernel.StoreID
	for _, post := range p.Assignments {
		if post.TenantWide {
			return kernel.StoreID{}
		}
		all = append(all, post.Stores...)
	}
	return storeOf(slices.Compact(all))
}

// storeList tells stores in a line; empty: head office.
func storeList(stores []kernel.StoreID) string {
	ids := make([]string, len(stores))
	for i, s := range stores {
		ids[i] = s.String()
	}
	return strings.Join(ids, " ")
}

// sessionLine writes that a session of a person begins or ends.
func sessionLine(ctx context.Context, tx pgx.Tx, actor *kernel.Actor, action string, now time.Time) error {
	return audit.WriteTx(audit.As(ctx, actor), tx, actor.Tenant, now, audit.Entry{Action: action, Object: "person", ObjectID: actor.Person.String(), Own: true})
}

// keyLine is what the log of acts says of an API key.
func keyLine(action string, key staff.APIKey, changes ...audit.Change) audit.Entry {
	return audit.Entry{Action: action, Object: "apikey", ObjectID: key.ID.String(), Store: storeOf(key.Stores), Changes: changes}
}
