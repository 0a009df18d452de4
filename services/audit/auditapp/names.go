package auditapp

import (
	"context"
	"strings"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/audit/internal/auditdb"
	"github.com/changke/changke/services/kernel"
)

// Line is a line with what its ids are called today.
type Line struct {
	auditdb.Listed
	ActorName, ForName, ObjectName, StoreName string
	Changes                                   []Change
}

// Change is a field before and after, in words.
type Change struct {
	Field               string
	Text, Before, After audit.Text
}

// readGuests is the permission that guests' names are for: who reads the log
// may well have nothing to do with guests.
const readGuests = "customer.read"

// names is what ids are called, by kind of object and id.
type names map[string]map[string]string

// named completes the lines of a page for whoever reads them.
func (a *App) named(ctx context.Context, reader *kernel.Actor, found []auditdb.Listed) ([]Line, error) {
	known, err := a.names(ctx, reader, found)
	if err != nil {
		return nil, err
	}
	out := make([]Line, len(found))
	for i, l := range found {
		out[i] = Line{Listed: l, ActorName: l.ActorName, ObjectName: known[l.Object][l.ObjectID]}
		if l.ActorID != nil && l.ActorName == "" {
			out[i].ActorName = known[map[string]string{"person": "person", "key": "apikey"}[l.ActorKind]][l.ActorID.String()]
		}
		if l.For != nil {
			out[i].ForName = known["person"][l.For.String()]
		}
		if l.Store != nil {
			out[i].StoreName = known["store"][l.Store.String()]
		}
		changes, err := l.Fields()
		if err != nil { // not as it was written: verifying says so, and reading shows it raw
			changes = []audit.Change{{Field: "?", After: string(l.Line.Changes)}}
		}
		for _, c := range changes {
			out[i].Changes = append(out[i].Changes, known.change(c))
		}
	}
	return out, nil
}

// change puts a change into words: ids of stores and codes of roles read as
// names, a value of one store's rules names the store.
func (n names) change(c audit.Change) Change {
	out := Change{Field: c.Field, Text: audit.FieldText(c.Field)}
	field := c.Field
	if rest, ok := strings.CutPrefix(field, "store:"); ok {
		if id, key, ok := strings.Cut(rest, ":"); ok {
			words := audit.FieldText(key)
			out.Text = audit.Text{ZH: n["store"][id] + " " + words.ZH, EN: n["store"][id] + " " + words.EN}
		}
	}
	word := func(value string) audit.Text {
		kind := map[string]string{"stores": "store", "store": "store", "role": "role", "person": "person"}[field]
		if kind == "" || value == "" {
			return audit.ValueText(field, value)
		}
		ids := strings.Fields(value)
		for i, id := range ids {
			if name := n[kind][id]; name != "" {
				ids[i] = name
			}
		}
		text := strings.Join(ids, "、")
		return audit.Text{ZH: text, EN: strings.Join(ids, ", ")}
	}
	out.Before, out.After = word(c.Before), word(c.After)
	return out
}

// names looks up what a page's ids are called.
func (a *App) names(ctx context.Context, reader *kernel.Actor, found []auditdb.Listed) (names, error) {
	id := reader.Tenant
	ids := map[string][]kernel.UUID{}
	add := func(kind string, one *kernel.UUID) {
		if one != nil {
			ids[kind] = append(ids[kind], *one)
		}
	}
	for _, l := range found {
		if object, err := kernel.ParseID[kernel.UUID](l.ObjectID); err == nil {
			add(l.Object, &object)
		}
		add(map[string]string{"person": "person", "key": "apikey"}[l.ActorKind], l.ActorID)
		add("person", l.For)
	}
	out := names{"person": {}, "apikey": {}, "store": {}, "role": {}, "customer": {}}
	if len(found) == 0 {
		return out, nil
	}
	q := auditdb.New(a.DB.Single(id))
	people, err := q.PeopleNames(ctx, id, ids["person"])
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		out["person"][p.PersonID.String()] = p.Name
	}
	keys, err := q.KeyLabels(ctx, id, ids["apikey"])
	if err != nil {
		return nil, err
	}
	for _, k := range keys {
		out["apikey"][k.KeyID.String()] = k.Label
	}
	stores, err := q.StoreNames(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, s := range stores {
		out["store"][s.StoreID.String()] = s.Name
	}
	roles, err := q.RoleNames(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, r := range roles {
		out["role"][r.Code] = r.Name
	}
	return out, a.guests(ctx, reader, ids["customer"], out["customer"])
}

// guests adds the names of guests whom the reader may read.
func (a *App) guests(ctx context.Context, reader *kernel.Actor, files []kernel.UUID, into map[string]string) error {
	if len(files) == 0 {
		return nil
	}
	table, err := a.Tables.For(ctx, reader.Tenant, reader.PolicyVersion)
	if err != nil {
		return err
	}
	grant := table.Grant(reader, readGuests)
	if grant.Empty() {
		return nil
	}
	rows, err := auditdb.New(a.DB.Single(reader.Tenant)).FileNames(ctx, reader.Tenant, files)
	for _, f := range rows {
		if grant.Covers(f.StoreID, f.OwnerID != nil && *f.OwnerID == reader.Person) {
			into[f.FileID.String()] = f.Name
		}
	}
	return err
}
