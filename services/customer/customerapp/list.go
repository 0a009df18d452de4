package customerapp

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
)

// Scope is which of the files in reach to list.
type Scope uint8

// The scopes.
const (
	ScopeAll     Scope = iota
	ScopeMine          // owned by the caller
	ScopePublic        // approved, without owner
	ScopeDormant       // dormant today
	ScopeDrafts        // the caller's own, not submitted or rejected
	ScopeBack          // of those, the ones that came back with reasons
	ScopeEnding        // of those, the ones that DEL-02 warns of
)

// ListInput asks for a page of files.
type ListInput struct {
	Store *kernel.StoreID // nil: all in reach
	Scope Scope
	Query string
	Owner *kernel.PersonID // only his, where everything is reached
	Size  int              // rows at most
	Token string
}

// Dormant files are found by looking at files in order, for activity is a
// function of the day and stored nowhere. A call looks at no more than
// dormantBatch × dormantRounds; the page is then short and the next one goes on.
const (
	dormantBatch  = 500
	dormantRounds = 20
)

// List finds files in reach: by name, 拼音首字母 or last digits in the order of
// those, else newest first. It gives the token of the next page, or "". Faults:
// invalid_field at "query" or "page_token".
func (a *App) List(ctx context.Context, grant kernel.Grant, now time.Time, in ListInput) ([]Item, string, error) {
	id := grant.Actor().Tenant
	list, err := a.listOf(ctx, grant, now, in)
	if err != nil {
		return nil, "", err
	}
	var guests []customerdb.Guest
	var next *customerdb.Cursor
	if in.Scope == ScopeDormant {
		guests, next, err = a.dormant(ctx, id, now, list, in.Size)
	} else {
		list.Limit = in.Size + 1
		guests, err = list.Page(ctx, a.DB.Single(id))
		guests, next = cut(guests, in.Size)
	}
	if err != nil {
		return nil, "", err
	}
	items, err := a.items(ctx, id, now, guests)
	if err == nil && in.Scope >= ScopeDrafts {
		err = a.withEnds(ctx, id, now, items)
	}
	if err != nil || next == nil {
		return items, "", err
	}
	return items, rpc.PageToken(id, string('0'+rune(list.Search.Kind)), next.Key, next.File.String()), nil
}

// cut keeps a page's rows and, if there are more, says where it ends.
func cut(guests []customerdb.Guest, size int) ([]customerdb.Guest, *customerdb.Cursor) {
	if len(guests) <= size {
		return guests, nil
	}
	guests = guests[:size]
	return guests, cursor(guests)
}

func cursor(guests []customerdb.Guest) *customerdb.Cursor {
	last := guests[len(guests)-1]
	return &customerdb.Cursor{Key: last.Key, File: last.File}
}

func (a *App) dormant(ctx context.Context, id kernel.TenantID, now time.Time, list customerdb.List, size int) ([]customerdb.Guest, *customerdb.Cursor, error) {
	list.Limit = dormantBatch
	out := []customerdb.Guest{}
	for range dormantRounds {
		guests, err := list.Page(ctx, a.DB.Single(id))
		if err != nil {
			return nil, nil, err
		}
		seen, err := a.seen(ctx, id, now, guests)
		if err != nil {
			return nil, nil, err
		}
		for i, g := range guests {
			if seen[i].activity == customer.Dormant {
				out = append(out, g)
			}
		}
		if len(out) > size {
			out, next := cut(out, size)
			return out, next, nil
		}
		if len(guests) < dormantBatch {
			return out, nil, nil
		}
		list.After = cursor(guests)
	}
	return out, list.After, nil
}

// listOf turns the wish and the grant into a statement.
func (a *App) listOf(ctx context.Context, grant kernel.Grant, now time.Time, in ListInput) (customerdb.List, error) {
	id := grant.Actor().Tenant
	list := customerdb.List{Tenant: id, Public: in.Scope == ScopePublic}
	var err error
	if list.Search, err = customer.ParseSearch(in.Query); err != nil {
		return list, err
	}
	if list.Search.Kind == customer.SearchNumber {
		keys, err := a.Numbers.Keys(ctx, id)
		if err != nil {
			return list, err
		}
		list.NumberKey = keys.NumberKey(list.Search.Number)
	}
	if list.After, err = after(id, list.Search.Kind, in.Token); err != nil {
		return list, err
	}

	where := reachOf(grant, in.Store)
	if in.Owner != nil {
		return a.listOfOwner(ctx, id, list, where, *in.Owner)
	}
	switch in.Scope {
	case ScopeMine, ScopeDrafts, ScopeBack, ScopeEnding:
		if where.nothing() {
			return list, nil
		}
		list.Own = &customerdb.Own{Person: grant.Person(), Stores: where.any(), Drafts: in.Scope != ScopeMine, Back: in.Scope == ScopeBack}
		if in.Scope == ScopeEnding {
			warned, _, err := a.warnedBefore(ctx, id, now)
			if err != nil {
				return list, err
			}
			list.Own.Begun = &warned
		}
		if in.Scope == ScopeMine {
			list.Own.Files, err = a.ownership.Owned(ctx, id, grant.Person())
		} else {
			list.Own.Files, err = a.read(id).OpenFilesOf(ctx, id, grant.Person())
		}
		return list, err
	case ScopeAll, ScopePublic, ScopeDormant:
	}
	list.All, list.Stores = where.all, where.stores
	if where.all || !where.ownAll && len(where.own) == 0 || in.Scope == ScopePublic {
		return list, nil
	}
	list.Own = &customerdb.Own{Person: grant.Person()}
	if !where.ownAll {
		list.Own.Stores = where.own
		if list.Search.Kind != customer.SearchNone {
			list.Own.BySearch = true // whoever owns a thousand files finds one of them as fast
			return list, nil
		}
	}
	if list.Own.Files, err = a.ownership.Owned(ctx, id, grant.Person()); err != nil {
		return list, err
	}
	writing, err := a.read(id).OpenFilesOf(ctx, id, grant.Person())
	list.Own.Files = distinct(append(list.Own.Files, writing...))
	return list, err
}

// listOfOwner is the files of somebody as far as everything is reached.
func (a *App) listOfOwner(ctx context.Context, id kernel.TenantID, list customerdb.List, where reach, owner kernel.PersonID) (customerdb.List, error) {
	if !where.all && len(where.stores) == 0 {
		return list, nil
	}
	list.Own = &customerdb.Own{Person: owner}
	if !where.all {
		list.Own.Stores = where.stores
	}
	var err error
	list.Own.Files, err = a.ownership.Owned(ctx, id, owner)
	return list, err
}

// after reads a page token; one of another kind of search is refused.
func after(id kernel.TenantID, kind customer.SearchKind, token string) (*customerdb.Cursor, error) {
	parts, err := rpc.ParsePageToken(id, token, 3)
	if err != nil || parts == nil {
		return nil, err
	}
	file, err := kernel.ParseID[kernel.FileID](parts[2])
	if err != nil || parts[0] != string('0'+rune(kind)) {
		return nil, errPageToken
	}
	return &customerdb.Cursor{Key: parts[1], File: file}, nil
}

// reach is a grant brought into the form queries take, narrowed to a store if
// one is asked for.
type reach struct {
	all, ownAll bool
	stores, own []kernel.StoreID // everything there; only own files there
}

func reachOf(grant kernel.Grant, store *kernel.StoreID) reach {
	if store != nil {
		switch {
		case grant.Covers(*store, false):
			return reach{stores: []kernel.StoreID{*store}}
		case grant.Covers(*store, true):
			return reach{own: []kernel.StoreID{*store}}
		}
		return reach{}
	}
	return reach{all: grant.Tenant(), ownAll: grant.OwnTenant(), stores: distinct(grant.Stores()), own: distinct(grant.OwnIn())}
}

func (r reach) nothing() bool { return !r.all && !r.ownAll && len(r.stores)+len(r.own) == 0 }

// any is where own files are reached; nil: everywhere.
func (r reach) any() []kernel.StoreID {
	if r.all || r.ownAll {
		return nil
	}
	return distinct(append(slices.Clone(r.stores), r.own...))
}

// distinct drops what is named twice (two assignments in one store, a file both
// owned and written): it would be listed twice.
func distinct[T ~[16]byte](ids []T) []T {
	slices.SortFunc(ids, func(a, b T) int { return bytes.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}
