package auditapp

import (
	"context"
	"encoding/hex"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	auditv1 "github.com/changke/changke/gen/go/changke/audit/v1"
	"github.com/changke/changke/gen/go/changke/audit/v1/auditv1connect"
	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
)

// server answers AuditService.
type server struct{ app *App }

// Server gives the context's RPC service.
func (a *App) Server() auditv1connect.AuditServiceHandler { return server{a} }

// ListLines implements AuditService.
func (s server) ListLines(ctx context.Context, req *auditv1.ListLinesRequest) (*auditv1.ListLinesResponse, error) {
	f, err := filterFromProto(req.GetFilter())
	if err != nil {
		return nil, err
	}
	size := int(req.GetPageSize())
	if size == 0 {
		size = 50
	}
	lines, next, err := s.app.Lines(ctx, rpc.Grant(ctx), f, size, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	out := &auditv1.ListLinesResponse{NextPageToken: next}
	for _, l := range lines {
		out.Lines = append(out.Lines, l.proto())
	}
	return out, nil
}

// GetSeals implements AuditService.
func (s server) GetSeals(ctx context.Context, _ *auditv1.GetSealsRequest) (*auditv1.GetSealsResponse, error) {
	seals, err := s.app.Seals(ctx, rpc.Actor(ctx).Tenant)
	if err != nil {
		return nil, err
	}
	out := &auditv1.GetSealsResponse{LastBlock: seals.Block.No, Hash: hex.EncodeToString(seals.Block.Hash), Waiting: seals.Waiting}
	if seals.Block.No > 0 {
		out.SealedTime = timestamppb.New(seals.Block.SealedAt)
	}
	if c := seals.Check; c != nil {
		out.VerifiedTime, out.VerifiedBlock, out.Finding, out.Holds = timestamppb.New(c.CheckedAt), c.ThroughBlock, c.Finding, c.Finding == ""
	}
	for _, t := range audit.Topics {
		out.Topics = append(out.Topics, &auditv1.Topic{Topic: t.Code, Text: text(t.Text)})
	}
	return out, nil
}

// ExportLines implements AuditService.
func (s server) ExportLines(ctx context.Context, req *auditv1.ExportLinesRequest) (*auditv1.ExportLinesResponse, error) {
	f, err := filterFromProto(req.GetFilter())
	if err != nil {
		return nil, err
	}
	p, err := s.app.Export(ctx, rpc.Grant(ctx), f, req.GetFormat() == auditv1.ExportFormat_EXPORT_FORMAT_JSON_LINES, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	return &auditv1.ExportLinesResponse{Data: p.Data, Rows: int32(p.Rows), Total: p.Total, NextPageToken: p.Next}, nil
}

func filterFromProto(in *auditv1.LineFilter) (f Filter, err error) {
	f.Topic, f.Object, f.ObjectID = in.GetTopic(), in.GetObject(), in.GetObjectId()
	for _, at := range []struct {
		field string
		proto *timestamppb.Timestamp
		into  *time.Time
	}{{"filter.from_time", in.GetFromTime(), &f.From}, {"filter.until_time", in.GetUntilTime(), &f.Until}} {
		if at.proto == nil {
			continue
		}
		if *at.into = at.proto.AsTime(); at.proto.CheckValid() != nil || at.into.Year() < 2000 || at.into.Year() > 2999 {
			return f, fault.Field(at.field, "", "请选择 2000 年以后的时间。")
		}
	}
	if in.GetPersonId() != "" {
		id, err := kernel.ParseID[kernel.UUID](in.GetPersonId())
		if err != nil {
			return f, fault.Field("filter.person_id", "", "没有这位员工，请从列表中选择。")
		}
		f.Person = &id
	}
	if in.GetStoreId() != "" {
		id, err := kernel.ParseID[kernel.StoreID](in.GetStoreId())
		if err != nil {
			return f, fault.Field("filter.store_id", "", "没有这家门店，请从列表中选择。")
		}
		f.Store = &id
	}
	return f, nil
}

func (l Line) proto() *auditv1.Line {
	out := &auditv1.Line{
		Id: l.ID.String(), Time: timestamppb.New(l.At), ActorKind: l.ActorKind, ActorId: idText(l.ActorID), ActorName: l.ActorName,
		ForPersonId: idText(l.For), ForPersonName: l.ForName, Topic: l.Topic, Action: l.Action, ActionText: text(audit.ActionText(l.Action)),
		Object: l.Object, ObjectId: l.ObjectID, ObjectName: l.ObjectName, StoreId: idText(l.Store), StoreName: l.StoreName,
		Address: l.Address, SessionId: idText(l.Session), RequestId: l.RequestID, Sealed: l.Sealed,
	}
	for _, c := range l.Changes {
		out.Changes = append(out.Changes, &auditv1.Change{Field: c.Field, FieldText: text(c.Text), Before: text(c.Before), After: text(c.After)})
	}
	return out
}

func text(t audit.Text) *auditv1.Text { return &auditv1.Text{Zh: t.ZH, En: t.EN} }

func idText(id *kernel.UUID) string {
	if id == nil {
		return ""
	}
	return id.String()
}
