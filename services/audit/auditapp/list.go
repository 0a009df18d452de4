package auditapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/audit/internal/auditdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
)

// Filter says which lines; zero parts do not narrow.
type Filter struct {
	From, Until time.Time // From included, Until not
	Person      *kernel.UUID
	Topic       string
	Object      string
	ObjectID    string
	Store       *kernel.StoreID
}

// Lines lists the lines of the stores that a grant reaches (ROL-02), of the
// whole chain for head office, newest first: at most size, with the next page's
// token or "". Faults: invalid_field at "page_token" and "filter.object_id".
func (a *App) Lines(ctx context.Context, grant kernel.Grant, f Filter, size int, token string) ([]Line, string, error) {
	list, err := listOf(grant, f, token)
	if err != nil {
		return nil, "", err
	}
	list.Limit = size + 1
	found, err := list.Page(ctx, a.DB.Single(list.Tenant))
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(found) > size {
		found = found[:size]
		next = rpc.PageToken(list.Tenant, found[size-1].ID.String())
	}
	lines, err := a.named(ctx, grant.Actor(), found)
	return lines, next, err
}

func listOf(grant kernel.Grant, f Filter, token string) (auditdb.List, error) {
	id := grant.Actor().Tenant
	list := auditdb.List{Tenant: id, All: grant.Tenant(), Person: f.Person, Topic: f.Topic, Object: f.Object, ObjectID: f.ObjectID, From: firstOf(f.From), Before: firstOf(f.Until)}
	if (f.Object == "") != (f.ObjectID == "") {
		return list, fault.Field("filter.object_id", "", "按对象筛选时，请同时给出对象类型和编号。")
	}
	if !list.All {
		list.Stores = grant.Stores()
	}
	if f.Store != nil {
		list.Stores = nil
		if list.All = false; grant.Covers(*f.Store, false) {
			list.Stores = []kernel.StoreID{*f.Store}
		}
	}
	parts, err := rpc.ParsePageToken(id, token, 1)
	if err != nil || parts == nil {
		return list, err
	}
	if list.Before, err = kernel.ParseID[kernel.UUID](parts[0]); err != nil { // another list's token
		return list, fault.Field("page_token", "", "分页标记已失效，请从第一页重新查看。")
	}
	return list, nil
}

// firstOf is the smallest id a line of a moment can have; the zero time has the
// zero id.
func firstOf(at time.Time) (id kernel.UUID) {
	if at.IsZero() || at.UnixMilli() <= 0 {
		return id
	}
	id = kernel.NewID[kernel.UUID](at)
	return kernel.UUID{id[0], id[1], id[2], id[3], id[4], id[5]}
}
