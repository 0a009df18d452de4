package messageapp

import (
	"context"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	messagev1 "github.com/changke/changke/gen/go/changke/message/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/internal/messagedb"
	"github.com/changke/changke/services/platform/rpc"
)

// Listed is a message as the ledger shows it.
type Listed struct {
	ID       kernel.UUID
	Store    kernel.StoreID
	Template message.Template
	Masked   string
	Text     string
	State    message.State
	Created  time.Time
	Sent     *time.Time
	Error    string
}

// List lists the messages of the stores in reach, newest first, and gives the
// token of the next page, or "". Fault: invalid_field at "page_token".
func (a *App) List(ctx context.Context, grant kernel.Grant, store *kernel.StoreID, size int, token string) ([]Listed, string, error) {
	id := grant.Actor().Tenant
	before, err := beforeOf(id, token)
	if err != nil {
		return nil, "", err
	}
	rows, err := a.rows(ctx, grant, store, before, int32(size+1))
	if err != nil || len(rows) == 0 {
		return nil, "", err
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		next = rpc.PageToken(id, rows[size-1].MessageID.String())
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, "", err
	}
	out := make([]Listed, len(rows))
	for i, r := range rows {
		masked := "" // the guest was erased
		if len(r.NumberBox) > 0 {
			number, err := keys.Open(r.NumberBox, messageTable, r.MessageID)
			if err != nil {
				return nil, "", err
			}
			masked = number.Masked()
		}
		l := Listed{ID: r.MessageID, Store: r.StoreID, Masked: masked, State: message.State(r.State), Created: r.CreatedAt, Sent: r.SentAt, Error: r.Error}
		if l.Template, l.Text, err = messagedb.Text(r.Template, r.Params); err != nil {
			return nil, "", err
		}
		if masked == "" {
			l.Text = message.Erased
		}
		out[i] = l
	}
	return out, next, nil
}

// rows asks along the grant: the whole chain, or the heads of some stores.
func (a *App) rows(ctx context.Context, grant kernel.Grant, store *kernel.StoreID, before kernel.UUID, limit int32) ([]messagedb.MessagesOfStoresRow, error) {
	id := grant.Actor().Tenant
	q := messagedb.New(a.DB.Single(id))
	if store == nil && grant.Tenant() {
		found, err := q.MessagesOfTenant(ctx, id, before, limit)
		rows := make([]messagedb.MessagesOfStoresRow, len(found))
		for i, r := range found {
			rows[i] = messagedb.MessagesOfStoresRow(r)
		}
		return rows, err
	}
	stores := map[kernel.StoreID]bool{}
	for _, s := range grant.Stores() {
		stores[s] = store == nil
	}
	if store != nil {
		stores[*store] = grant.Covers(*store, false)
	}
	ids := []kernel.UUID{}
	for s, wanted := range stores {
		if wanted {
			ids = append(ids, kernel.UUID(s))
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return q.MessagesOfStores(ctx, messagedb.MessagesOfStoresParams{TenantID: id, Stores: ids, Before: before, RowLimit: limit})
}

// beforeOf reads a page token; without one the newest message comes first.
func beforeOf(tenant kernel.TenantID, token string) (kernel.UUID, error) {
	parts, err := rpc.ParsePageToken(tenant, token, 1)
	if err != nil {
		return kernel.UUID{}, err
	}
	if parts == nil {
		var last kernel.UUID
		for i := range last {
			last[i] = 0xff
		}
		return last, nil
	}
	before, err := kernel.ParseID[kernel.UUID](parts[0])
	if err != nil {
		return before, fault.Field("page_token", "", "分页标记已失效，请从第一页重新查看。")
	}
	return before, nil
}

var states = map[message.State]messagev1.MessageState{
	message.Queued:  messagev1.MessageState_MESSAGE_STATE_QUEUED,
	message.Sent:    messagev1.MessageState_MESSAGE_STATE_SENT,
	message.Failed:  messagev1.MessageState_MESSAGE_STATE_FAILED,
	message.Stopped: messagev1.MessageState_MESSAGE_STATE_STOPPED,
}

const defaultPage = 50

// ListMessages implements MessageService.
func (a *App) ListMessages(ctx context.Context, req *messagev1.ListMessagesRequest) (*messagev1.ListMessagesResponse, error) {
	var store *kernel.StoreID
	if req.GetStoreId() != "" {
		id, err := kernel.ParseID[kernel.StoreID](req.GetStoreId())
		if err != nil {
			return nil, fault.Field("store_id", "", "门店编号不正确。")
		}
		store = &id
	}
	size := int(req.GetPageSize())
	if size == 0 {
		size = defaultPage
	}
	listed, next, err := a.List(ctx, rpc.Grant(ctx), store, size, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	out := &messagev1.ListMessagesResponse{NextPageToken: next}
	for _, l := range listed {
		out.Messages = append(out.Messages, l.proto())
	}
	return out, nil
}

func (l Listed) proto() *messagev1.Message {
	out := &messagev1.Message{
		Id: l.ID.String(), StoreId: l.Store.String(), Template: l.Template.Code, TemplateLabel: l.Template.Label, MaskedNumber: l.Masked, Text: l.Text,
		State: states[l.State], CreateTime: timestamppb.New(l.Created), Error: l.Error,
	}
	if l.Sent != nil {
		out.SendTime = timestamppb.New(*l.Sent)
	}
	return out
}
