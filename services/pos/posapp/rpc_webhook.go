package posapp

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	posv1 "github.com/changke/changke/gen/go/changke/pos/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/pos"
	"github.com/changke/changke/services/staff"
)

// WebhookServer is posv1connect.WebhookServiceHandler.
type WebhookServer struct{ app *App }

// WebhookServer puts the use cases of webhooks behind their RPC service.
func (a *App) WebhookServer() WebhookServer { return WebhookServer{a} }

// ListWebhooks implements WebhookService.
func (s WebhookServer) ListWebhooks(ctx context.Context, _ *posv1.ListWebhooksRequest) (*posv1.ListWebhooksResponse, error) {
	hooks, err := s.app.Webhooks(ctx, rpc.Grant(ctx), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	out := &posv1.ListWebhooksResponse{EventTypes: texts(pos.EventTypes())}
	for _, w := range hooks {
		out.Webhooks = append(out.Webhooks, webhookToProto(w))
	}
	return out, nil
}

// CreateWebhook implements WebhookService.
func (s WebhookServer) CreateWebhook(ctx context.Context, req *posv1.CreateWebhookRequest) (*posv1.CreateWebhookResponse, error) {
	in, err := newWebhook(req.GetLabel(), req.GetUrl(), req.GetEvents(), req.GetStoreIds())
	if err != nil {
		return nil, err
	}
	w, secret, err := s.app.CreateWebhook(ctx, rpc.Grant(ctx), in, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.CreateWebhookResponse{Webhook: webhookToProto(w), Secret: secret}, nil
}

// UpdateWebhook implements WebhookService.
func (s WebhookServer) UpdateWebhook(ctx context.Context, req *posv1.UpdateWebhookRequest) (*posv1.UpdateWebhookResponse, error) {
	id, err := idOf[kernel.UUID](req.GetId(), pos.ErrNoWebhook)
	if err != nil {
		return nil, err
	}
	in, err := newWebhook(req.GetLabel(), "", req.GetEvents(), req.GetStoreIds())
	if err != nil {
		return nil, err
	}
	w, err := s.app.UpdateWebhook(ctx, rpc.Grant(ctx), id, in, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.UpdateWebhookResponse{Webhook: webhookToProto(w)}, nil
}

// RotateWebhookSecret implements WebhookService.
func (s WebhookServer) RotateWebhookSecret(ctx context.Context, req *posv1.RotateWebhookSecretRequest) (*posv1.RotateWebhookSecretResponse, error) {
	id, err := idOf[kernel.UUID](req.GetId(), pos.ErrNoWebhook)
	if err != nil {
		return nil, err
	}
	w, secret, err := s.app.RotateSecret(ctx, rpc.Grant(ctx), id, time.Duration(req.GetOverlapDays())*24*time.Hour, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.RotateWebhookSecretResponse{Webhook: webhookToProto(w), Secret: secret}, nil
}

// SetWebhookActive implements WebhookService.
func (s WebhookServer) SetWebhookActive(ctx context.Context, req *posv1.SetWebhookActiveRequest) (*posv1.SetWebhookActiveResponse, error) {
	id, err := idOf[kernel.UUID](req.GetId(), pos.ErrNoWebhook)
	if err != nil {
		return nil, err
	}
	w, err := s.app.SwitchWebhook(ctx, rpc.Grant(ctx), id, req.GetActive(), s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.SetWebhookActiveResponse{Webhook: webhookToProto(w)}, nil
}

// PingWebhook implements WebhookService.
func (s WebhookServer) PingWebhook(ctx context.Context, req *posv1.PingWebhookRequest) (*posv1.PingWebhookResponse, error) {
	id, err := idOf[kernel.UUID](req.GetId(), pos.ErrNoWebhook)
	if err != nil {
		return nil, err
	}
	d, err := s.app.PingWebhook(ctx, rpc.Grant(ctx), id, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.PingWebhookResponse{Delivery: deliveryToProto(d)}, nil
}

// ListWebhookDeliveries implements WebhookService.
func (s WebhookServer) ListWebhookDeliveries(ctx context.Context, req *posv1.ListWebhookDeliveriesRequest) (*posv1.ListWebhookDeliveriesResponse, error) {
	id, err := idOf[kernel.UUID](req.GetId(), pos.ErrNoWebhook)
	if err != nil {
		return nil, err
	}
	chain := rpc.Actor(ctx).Tenant
	before, err := beforeOf(chain, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	list, more, err := s.app.Deliveries(ctx, rpc.Grant(ctx), id, req.GetOnlyOpen(), before, pageSize(req.GetPageSize(), 20))
	if err != nil {
		return nil, err
	}
	out := &posv1.ListWebhookDeliveriesResponse{}
	for _, d := range list {
		out.Deliveries = append(out.Deliveries, deliveryToProto(d))
	}
	if more {
		out.NextPageToken = rpc.PageToken(chain, list[len(list)-1].ID.String())
	}
	return out, nil
}

// ReplayWebhookDelivery implements WebhookService.
func (s WebhookServer) ReplayWebhookDelivery(ctx context.Context, req *posv1.ReplayWebhookDeliveryRequest) (*posv1.ReplayWebhookDeliveryResponse, error) {
	id, err := idOf[kernel.UUID](req.GetId(), pos.ErrNoWebhook)
	if err != nil {
		return nil, err
	}
	d, err := s.app.Replay(ctx, rpc.Grant(ctx), id, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return &posv1.ReplayWebhookDeliveryResponse{Delivery: deliveryToProto(d)}, nil
}

func newWebhook(label, url string, events, stores []string) (in NewWebhook, err error) {
	in = NewWebhook{Label: label, URL: url}
	for _, e := range events {
		in.Events = append(in.Events, pos.EventType(e))
	}
	for _, text := range stores {
		id, err := idOf[kernel.StoreID](text, staff.ErrUnknownStore)
		if err != nil {
			return in, err
		}
		in.Stores = append(in.Stores, id)
	}
	return in, nil
}

func beforeOf(chain kernel.TenantID, token string) (kernel.UUID, error) {
	parts, err := rpc.ParsePageToken(chain, token, 1)
	if err != nil || parts == nil {
		return kernel.UUID{}, err
	}
	return idOf[kernel.UUID](parts[0], pos.ErrNoWebhook)
}

var (
	webhookStates = map[string]posv1.WebhookState{
		pos.Active: posv1.WebhookState_WEBHOOK_STATE_ACTIVE, pos.Disabled: posv1.WebhookState_WEBHOOK_STATE_DISABLED, pos.Failed: posv1.WebhookState_WEBHOOK_STATE_FAILED,
	}
	deliveryStates = map[string]posv1.DeliveryState{
		pos.Pending: posv1.DeliveryState_DELIVERY_STATE_PENDING, pos.Accepted: posv1.DeliveryState_DELIVERY_STATE_ACCEPTED, pos.Failed: posv1.DeliveryState_DELIVERY_STATE_FAILED,
	}
)

func webhookToProto(w pos.Webhook) *posv1.Webhook {
	out := &posv1.Webhook{
		Id: w.ID.String(), Label: w.Label, Url: w.URL, Events: texts(w.Events), State: webhookStates[w.State],
		FailingSinceTime: timeOf(w.FailingSince), AcceptTime: timeOf(w.AcceptedAt), CreateTime: timestamppb.New(w.CreatedAt),
	}
	for _, s := range w.Stores {
		out.StoreIds = append(out.StoreIds, s.String())
	}
	for _, s := range w.Secrets {
		out.Secrets = append(out.Secrets, &posv1.WebhookSecret{Id: s.ID.String(), CreateTime: timestamppb.New(s.CreatedAt), ExpireTime: timeOf(s.ExpiresAt)})
	}
	return out
}

func deliveryToProto(d pos.Delivery) *posv1.WebhookDelivery {
	out := &posv1.WebhookDelivery{
		Id: d.ID.String(), EventId: d.Event.String(), Type: string(d.Type), EventTime: timestamppb.New(d.At), State: deliveryStates[d.State], NextTime: timeOf(d.NextAt), Body: d.Body,
	}
	if !d.Store.IsZero() {
		out.StoreId = d.Store.String()
	}
	if r := d.Replay; r != nil {
		out.Replay = &posv1.WebhookReplay{DeliveryId: r.Of.String(), DeliveryTime: timestamppb.New(r.OfAt), Time: timestamppb.New(r.At), PersonName: r.By}
	}
	for _, t := range d.Tries {
		out.Tries = append(out.Tries, &posv1.WebhookTry{Time: timestamppb.New(t.At), StatusCode: t.Status, TookMs: int32(t.Took.Milliseconds()), Error: t.Error})
	}
	return out
}

func timeOf(t *time.Time) *timestamppb.Timestamp {
	if t == nil {
		return nil
	}
	return timestamppb.New(*t)
}
