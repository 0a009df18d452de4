package messageapp

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"google.golang.org/protobuf/types/known/timestamppb"

	messagev1 "github.com/changke/changke/gen/go/changke/message/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/message/internal/messagedb"
	"github.com/changke/changke/services/platform/rpc"
)

// GuestNames names those of the files that are somebody's own: a port of
// customer, which stands to the right.
type GuestNames func(ctx context.Context, tenant kernel.TenantID, person kernel.PersonID, files []kernel.FileID) (map[kernel.FileID]string, error)

// UseGuests gives the port by which the inbox names guests.
func (a *App) UseGuests(names GuestNames) { a.guestNames = names }

// Sentences puts decisions or handovers into words, each in a sentence: a port of
// ownership or handover, which stand to the right. Unknown ones are absent.
type Sentences[W any] func(ctx context.Context, tenant kernel.TenantID, ids []kernel.UUID) (map[kernel.UUID]W, error)

// UseDecisions gives the port by which the inbox tells decisions.
func (a *App) UseDecisions(words Sentences[message.Said]) { a.decisionWords = words }

// UseHandovers gives the port by which the inbox names handovers.
func (a *App) UseHandovers(words Sentences[kernel.Words]) { a.handoverWords = words }

// of asks nothing where there is nothing to ask.
func (s Sentences[W]) of(ctx context.Context, tenant kernel.TenantID, ids []kernel.UUID) (map[kernel.UUID]W, error) {
	if len(ids) == 0 {
		return map[kernel.UUID]W{}, nil
	}
	return s(ctx, tenant, ids)
}

// NoteTx tells members of staff something, if and only if your transaction
// commits: one statement for any number.
func (a *App) NoteTx(ctx context.Context, tx pgx.Tx, tenant kernel.TenantID, notes []message.Note, now time.Time) error {
	if len(notes) == 0 {
		return nil
	}
	p := messagedb.InsertInboxParams{TenantID: tenant, Now: now}
	for _, n := range notes {
		p.Items = append(p.Items, kernel.NewID[kernel.UUID](now))
		p.People, p.Kinds = append(p.People, kernel.UUID(n.Person)), append(p.Kinds, string(n.Kind))
		p.Files, p.Dates = append(p.Files, kernel.UUID(n.File)), append(p.Dates, n.On)
		p.Decisions, p.More = append(p.Decisions, n.Decision), append(p.More, int32(n.More))
		p.Handovers = append(p.Handovers, n.Handover)
	}
	return messagedb.New(tx).InsertInbox(ctx, p)
}

// InboxServer is the RPC service of what staff are told.
type InboxServer struct{ app *App }

// InboxServer implements messagev1connect.InboxServiceHandler.
func (a *App) InboxServer() InboxServer { return InboxServer{a} }

var noteKinds = map[message.NoteKind]messagev1.InboxKind{
	message.FileEnds:        messagev1.InboxKind_INBOX_KIND_FILE_ENDS,
	message.FileEndsSoon:    messagev1.InboxKind_INBOX_KIND_FILE_ENDS_SOON,
	message.FileDeleted:     messagev1.InboxKind_INBOX_KIND_FILE_DELETED,
	message.DeletionDecided: messagev1.InboxKind_INBOX_KIND_DELETION_DECIDED,
	message.FilesMerged:     messagev1.InboxKind_INBOX_KIND_FILES_MERGED,
	message.FilesUnmerged:   messagev1.InboxKind_INBOX_KIND_FILES_UNMERGED,
	message.Correction:      messagev1.InboxKind_INBOX_KIND_CORRECTION,
	message.GuestLost:       messagev1.InboxKind_INBOX_KIND_GUEST_LOST,
	message.GuestReturned:   messagev1.InboxKind_INBOX_KIND_GUEST_RETURNED,
	message.GuestOffered:    messagev1.InboxKind_INBOX_KIND_GUEST_OFFERED,
	message.GuestAssigned:   messagev1.InboxKind_INBOX_KIND_GUEST_ASSIGNED,
	message.GuestAtRisk:     messagev1.InboxKind_INBOX_KIND_GUEST_AT_RISK,
	message.GuestAtRiskSoon: messagev1.InboxKind_INBOX_KIND_GUEST_AT_RISK_SOON,
	message.AppealRaised:    messagev1.InboxKind_INBOX_KIND_APPEAL_RAISED,
	message.AppealDecided:   messagev1.InboxKind_INBOX_KIND_APPEAL_DECIDED,
	message.OfferLapsed:     messagev1.InboxKind_INBOX_KIND_OFFER_LAPSED,
	message.BookingGiven:    messagev1.InboxKind_INBOX_KIND_BOOKING_GIVEN,
	message.BookingTaken:    messagev1.InboxKind_INBOX_KIND_BOOKING_TAKEN,
	message.NoticeDoubted:   messagev1.InboxKind_INBOX_KIND_NOTICE_DOUBTED,
	message.RefundParked:    messagev1.InboxKind_INBOX_KIND_REFUND_PARKED,

	message.HandoverBegun:     messagev1.InboxKind_INBOX_KIND_HANDOVER_BEGUN,
	message.HandoverOffered:   messagev1.InboxKind_INBOX_KIND_HANDOVER_OFFERED,
	message.HandoverReceived:  messagev1.InboxKind_INBOX_KIND_HANDOVER_RECEIVED,
	message.HandoverMoved:     messagev1.InboxKind_INBOX_KIND_HANDOVER_MOVED,
	message.HandoverBroken:    messagev1.InboxKind_INBOX_KIND_HANDOVER_BROKEN,
	message.HandoverOffice:    messagev1.InboxKind_INBOX_KIND_HANDOVER_OFFICE,
	message.CustodyOver:       messagev1.InboxKind_INBOX_KIND_CUSTODY_OVER,
	message.StoreMoved:        messagev1.InboxKind_INBOX_KIND_STORE_MOVED,
	message.StoreMovePlanned:  messagev1.InboxKind_INBOX_KIND_STORE_MOVE_PLANNED,
	message.BookingsMoved:     messagev1.InboxKind_INBOX_KIND_BOOKINGS_MOVED,
	message.BookingsCalledOff: messagev1.InboxKind_INBOX_KIND_BOOKINGS_CALLED_OFF,
	message.WebhookFailed:     messagev1.InboxKind_INBOX_KIND_WEBHOOK_FAILED,
}

// ListInbox implements InboxService. Fault: invalid_field at "page_token".
func (s InboxServer) ListInbox(ctx context.Context, req *messagev1.ListInboxRequest) (*messagev1.ListInboxResponse, error) {
	actor := rpc.Actor(ctx)
	before, err := beforeOf(actor.Tenant, req.GetPageToken())
	if err != nil {
		return nil, err
	}
	size := int(req.GetPageSize())
	if size == 0 {
		size = defaultPage
	}
	return s.app.inboxPage(ctx, actor, before, size)
}

func (a *App) inboxPage(ctx context.Context, actor *kernel.Actor, before kernel.UUID, size int) (*messagev1.ListInboxResponse, error) {
	q, out := messagedb.New(a.DB.Single(actor.Tenant)), &messagev1.ListInboxResponse{}
	rows, err := q.Inbox(ctx, messagedb.InboxParams{TenantID: actor.Tenant, PersonID: actor.Person, Before: before, RowLimit: int32(size + 1)})
	if err != nil {
		return nil, err
	}
	if out.Unread, err = q.InboxUnread(ctx, actor.Tenant, actor.Person); err != nil {
		return nil, err
	}
	if len(rows) > size {
		rows = rows[:size]
		out.NextPageToken = rpc.PageToken(actor.Tenant, rows[size-1].ItemID.String())
	}
	files, decisions, handovers := make([]kernel.FileID, len(rows)), []kernel.UUID{}, []kernel.UUID{}
	for i, r := range rows {
		files[i] = r.FileID
		if r.DecisionID != nil {
			decisions = append(decisions, *r.DecisionID)
		}
		if r.HandoverID != nil {
			handovers = append(handovers, *r.HandoverID)
		}
	}
	names, err := a.guestNames(ctx, actor.Tenant, actor.Person, files)
	if err != nil {
		return nil, err
	}
	decided, err := a.decisionWords.of(ctx, actor.Tenant, decisions)
	if err != nil {
		return nil, err
	}
	handed, err := a.handoverWords.of(ctx, actor.Tenant, handovers)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		item := &messagev1.InboxItem{
			Id: r.ItemID.String(), Kind: noteKinds[message.NoteKind(r.Kind)], FileId: r.FileID.String(), GuestName: names[r.FileID], Time: timestamppb.New(r.At), Read: r.ReadAt != nil,
		}
		item.More = r.More
		if r.HandoverID != nil {
			item.HandoverId, item.FileId = r.HandoverID.String(), ""
			item.Sentence, item.SentenceEn = handed[*r.HandoverID].ZH, handed[*r.HandoverID].EN
		}
		if r.DecisionID != nil {
			d := decided[*r.DecisionID]
			item.Sentence, item.SentenceEn, item.Rule, item.RuleVersion = d.ZH, d.EN, d.Rule, d.Version
		}
		if r.OnDate != nil {
			item.Date = r.OnDate.String()
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// Unread counts what somebody was told and has not read, up to 100.
func (a *App) Unread(ctx context.Context, tenant kernel.TenantID, person kernel.PersonID) (int32, error) {
	return messagedb.New(a.DB.Single(tenant)).InboxUnread(ctx, tenant, person)
}

// MarkInboxRead implements InboxService.
func (s InboxServer) MarkInboxRead(ctx context.Context, req *messagev1.MarkInboxReadRequest) (*messagev1.MarkInboxReadResponse, error) {
	actor := rpc.Actor(ctx)
	upTo, err := kernel.ParseID[kernel.UUID](req.GetUpToId())
	if err != nil {
		return nil, fault.Field("up_to_id", "", "消息编号不正确。")
	}
	var since kernel.UUID
	if req.GetOnly() {
		since = upTo
	}
	err = messagedb.New(s.app.DB.Single(actor.Tenant)).MarkInboxRead(ctx, messagedb.MarkInboxReadParams{
		TenantID: actor.Tenant, PersonID: actor.Person, Now: s.app.Clock.Now(), Since: since, UpTo: upTo,
	})
	return &messagev1.MarkInboxReadResponse{}, err
}
