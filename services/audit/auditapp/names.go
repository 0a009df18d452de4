package auditapp

import (
	"context"
	"strings"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/audit/internal/auditdb"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
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
			changes = []audit.Change{{Field: "?", After: string(l.Changes)}}
		}
		for _, c := range changes {
			out[i].Changes = append(out[i].Changes, known.change(l.Object, c, a.RuleText))
		}
	}
	return out, nil
}

// change puts a change into words: ids of stores and codes of roles read as
// names, a value of one store's rules names the store.
func (n names) change(object string, c audit.Change, rule func(string) (audit.Text, bool)) Change {
	words := func(field string) audit.Text {
		if t, ok := rule(field); ok {
			return t
		}
		if t := audit.FieldText(object, field); t.ZH != field {
			return t
		}
		return audit.Text{ZH: staff.Label(field), EN: field}
	}
	out, field := Change{Field: c.Field, Text: words(c.Field)}, c.Field
	if rest, ok := strings.CutPrefix(field, "store:"); ok {
		if id, key, ok := strings.Cut(rest, ":"); ok {
			key := words(key)
			out.Text = audit.Text{ZH: n["store"][id] + " " + key.ZH, EN: n["store"][id] + " " + key.EN}
		}
	}
	word := func(value string) audit.Text {
		if field == "permissions" || field == "scopes" {
			return permissions(value)
		}
		kind := map[string]string{"stores": "store", "store": "store", "to_store": "store", "role": "role", "person": "person", "holder": "person", "delegate": "person", "successor": "apikey"}[field]
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

// permissions puts a list of permissions into words.
func permissions(list string) audit.Text {
	labels := strings.Fields(list)
	for i, p := range labels {
		labels[i] = staff.Label(p)
	}
	return audit.Text{ZH: strings.Join(labels, "、"), EN: strings.Join(strings.Fields(list), ", ")}
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
		named := map[string]string{"holder": "person", "delegate": "person", "person": "person", "successor": "apikey"}
		if changes, err := l.Fields(); err == nil {
			for _, c := range changes {
				for _, value := range []string{c.Before, c.After} {
					if one, err := kernel.ParseID[kernel.UUID](value); err == nil && named[c.Field] != "" {
						add(named[c.Field], &one)
					}
				}
			}
		}
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

// guests adds the names of guests whom the reader may read, masked unless he may
// see names.
func (a *App) guests(ctx context.Context, reader *kernel.Actor, files []kernel.UUID, into map[string]string) error {
	if len(files) == 0 {
		return nil
	}
	table, err := a.Tables.For(ctx, reader.Tenant, reader.PolicyVersion)
	if err != nil {
		return err
	}
	grant, shown := table.Grant(reader, readGuests), table.Grant(reader, customer.NamesPermission)
	if grant.Empty() {
		return nil
	}
	rows, err := auditdb.New(a.DB.Single(reader.Tenant)).FileNames(ctx, reader.Tenant, files)
	for _, f := range rows {
		if own := f.OwnerID != nil && *f.OwnerID == reader.Person; grant.Covers(f.StoreID, own) {
			name := customer.Name(f.Name)
			into[f.FileID.String()] = name.Masked()
			if shown.Covers(f.StoreID, own) {
				into[f.FileID.String()] = name.Full()
			}
		}
	}
	return err
}
