package handoverapp

import (
	"context"
	"strconv"

	handoverv1 "github.com/changke/changke/gen/go/changke/handover/v1"
	"github.com/changke/changke/gen/go/changke/handover/v1/handoverv1connect"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// server answers HandoverService.
type server struct{ *App }

// Server gives the context's RPC service.
func (a *App) Server() handoverv1connect.HandoverServiceHandler { return server{a} }

var errPageToken = fault.Field("page_token", "", "分页标记已失效，请从第一页重新查看。")

const defaultPage = 50

func pageSize(n int32) int {
	if n == 0 {
		return defaultPage
	}
	return int(n)
}

// cut takes a page off a list that was asked for one more, with its last element if
// there are further ones.
func cut[T any](all []T, size int) ([]T, *T) {
	if len(all) <= size {
		return all, nil
	}
	return all[:size], &all[size-1]
}

func caseID(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, handover.ErrNotFound
	}
	return id, nil
}

func giverOf(s string, me kernel.PersonID) (kernel.PersonID, error) {
	if s == "" {
		return me, nil
	}
	id, err := kernel.ParseID[kernel.PersonID](s)
	if err != nil {
		return id, handover.ErrNotFound
	}
	return id, nil
}

func afterFile(id kernel.TenantID, token string) (kernel.FileID, error) {
	parts, err := rpc.ParsePageToken(id, token, 1)
	if err != nil || parts == nil {
		return kernel.FileID{}, err
	}
	file, err := kernel.ParseID[kernel.FileID](parts[0])
	if err != nil {
		return file, errPageToken
	}
	return file, nil
}

// PrepareHandover implements HandoverService.
func (a server) PrepareHandover(ctx context.Context, req *handoverv1.PrepareHandoverRequest) (*handoverv1.PrepareHandoverResponse, error) {
	grant := rpc.Grant(ctx)
	giver, err := giverOf(req.GiverId, grant.Person())
	if err != nil {
		return nil, err
	}
	who, offers, err := a.Prepare(ctx, grant, a.Clock.Now(), giver)
	if err != nil {
		return nil, err
	}
	res := &handoverv1.PrepareHandoverResponse{Giver: who.proto(giver, "")}
	for _, o := range offers {
		res.Stores = append(res.Stores, o.proto())
	}
	return res, nil
}

// ListGiverFiles implements HandoverService.
func (a server) ListGiverFiles(ctx context.Context, req *handoverv1.ListGiverFilesRequest) (*handoverv1.ListGiverFilesResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	giver, err := giverOf(req.GiverId, grant.Person())
	if err != nil {
		return nil, err
	}
	store, err := kernel.ParseID[kernel.StoreID](req.StoreId)
	if err != nil {
		return nil, handover.ErrNotFound
	}
	after, err := afterFile(grant.Actor().Tenant, req.PageToken)
	if err != nil {
		return nil, err
	}
	files, err := a.GiverFiles(ctx, grant, giver, store, after, size+1)
	if err != nil {
		return nil, err
	}
	res := &handoverv1.ListGiverFilesResponse{}
	res.Files, res.NextPageToken = a.filesProto(ctx, files, size, giver == grant.Person())
	audit.Seen(ctx, audit.Entry{Action: "handover.giver_files_seen", Object: "person", ObjectID: giver.String(), Store: store, Own: giver == grant.Person(), Changes: []audit.Change{{Field: "rows", After: strconv.Itoa(len(res.Files))}}})
	return res, nil
}

// RequestHandover implements HandoverService.
func (a server) RequestHandover(ctx context.Context, req *handoverv1.RequestHandoverRequest) (*handoverv1.RequestHandoverResponse, error) {
	grant, now := rpc.Grant(ctx), a.Clock.Now()
	in, err := requestFromProto(req, grant.Person())
	if err != nil {
		return nil, err
	}
	h, err := a.Request(ctx, grant, now, in)
	if err != nil {
		return nil, err
	}
	v, err := a.again(ctx, grant.Actor().Tenant, now, h.ID)
	return &handoverv1.RequestHandoverResponse{Handover: v.proto()}, err
}

// ListHandovers implements HandoverService.
func (a server) ListHandovers(ctx context.Context, req *handoverv1.ListHandoversRequest) (*handoverv1.ListHandoversResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	store, before, err := pageOf(grant.Actor().Tenant, req)
	if err != nil {
		return nil, err
	}
	views, err := a.List(ctx, grant, a.Clock.Now(), store, filters[req.Filter], before, size+1)
	if err != nil {
		return nil, err
	}
	res := &handoverv1.ListHandoversResponse{}
	page, last := cut(views, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(grant.Actor().Tenant, strconv.Itoa(int(last.No)))
	}
	for _, v := range page {
		res.Handovers = append(res.Handovers, v.proto())
	}
	return res, nil
}

func pageOf(id kernel.TenantID, req *handoverv1.ListHandoversRequest) (store *kernel.StoreID, before int32, err error) {
	if req.StoreId != "" {
		s, err := kernel.ParseID[kernel.StoreID](req.StoreId)
		if err != nil {
			return nil, 0, fault.Field("store_id", "", "门店编号不正确。")
		}
		store = &s
	}
	parts, err := rpc.ParsePageToken(id, req.PageToken, 1)
	if err != nil || parts == nil {
		return store, 0, err
	}
	n, err := strconv.ParseInt(parts[0], 10, 32)
	if err != nil {
		return store, 0, errPageToken
	}
	return store, int32(n), nil
}

// GetHandover implements HandoverService.
func (a server) GetHandover(ctx context.Context, req *handoverv1.GetHandoverRequest) (*handoverv1.GetHandoverResponse, error) {
	id, err := caseID(req.Id)
	if err != nil {
		return nil, err
	}
	v, err := a.Get(ctx, rpc.Grant(ctx), a.Clock.Now(), id)
	if err != nil {
		return nil, err
	}
	return a.detail(ctx, v)
}

// ListHandoverFiles implements HandoverService.
func (a server) ListHandoverFiles(ctx context.Context, req *handoverv1.ListHandoverFilesRequest) (*handoverv1.ListHandoverFilesResponse, error) {
	grant, size := rpc.Grant(ctx), pageSize(req.PageSize)
	id, err := caseID(req.Id)
	if err != nil {
		return nil, err
	}
	after, err := afterFile(grant.Actor().Tenant, req.PageToken)
	if err != nil {
		return nil, err
	}
	h, files, err := a.FilesOf(ctx, grant, id, after, size+1)
	if err != nil {
		return nil, err
	}
	res := &handoverv1.ListHandoverFilesResponse{}
	res.Files, res.NextPageToken = a.filesProto(ctx, files, size, h.Sees(grant.Person()))
	e := line("handover.files_seen", h)
	e.Topic, e.Own = audit.TopicView, h.Part(grant.Person())
	audit.Seen(ctx, e)
	return res, nil
}
