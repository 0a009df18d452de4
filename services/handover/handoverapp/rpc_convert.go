package handoverapp

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	handoverv1 "github.com/changke/changke/gen/go/changke/handover/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/rpc"
)

var kinds = map[handover.Kind]handoverv1.HandoverKind{
	handover.SamePost:  handoverv1.HandoverKind_HANDOVER_KIND_SAME_POST,
	handover.OtherPost: handoverv1.HandoverKind_HANDOVER_KIND_OTHER_POST,
	handover.Custody:   handoverv1.HandoverKind_HANDOVER_KIND_CUSTODY,
}

var scopes = map[handover.Scope]handoverv1.HandoverScope{
	handover.All:    handoverv1.HandoverScope_HANDOVER_SCOPE_ALL,
	handover.Some:   handoverv1.HandoverScope_HANDOVER_SCOPE_SOME,
	handover.Single: handoverv1.HandoverScope_HANDOVER_SCOPE_SINGLE,
}

var causes = map[handover.Cause]handoverv1.HandoverCause{
	handover.Leaving:    handoverv1.HandoverCause_HANDOVER_CAUSE_LEAVING,
	handover.PostChange: handoverv1.HandoverCause_HANDOVER_CAUSE_POST,
	handover.StoreMove:  handoverv1.HandoverCause_HANDOVER_CAUSE_STORE,
	handover.LongLeave:  handoverv1.HandoverCause_HANDOVER_CAUSE_LEAVE,
	handover.OtherCause: handoverv1.HandoverCause_HANDOVER_CAUSE_OTHER,
}

var states = map[handover.State]handoverv1.HandoverState{
	handover.Requested: handoverv1.HandoverState_HANDOVER_STATE_REQUESTED,
	handover.Checked:   handoverv1.HandoverState_HANDOVER_STATE_CHECKED,
	handover.Accepted:  handoverv1.HandoverState_HANDOVER_STATE_ACCEPTED,
	handover.Confirmed: handoverv1.HandoverState_HANDOVER_STATE_CONFIRMED,
	handover.Complete:  handoverv1.HandoverState_HANDOVER_STATE_COMPLETE,
	handover.Desk:      handoverv1.HandoverState_HANDOVER_STATE_DESK,
	handover.Ended:     handoverv1.HandoverState_HANDOVER_STATE_ENDED,
}

var ends = map[handover.End]handoverv1.HandoverEnd{
	handover.Withdrawn:    handoverv1.HandoverEnd_HANDOVER_END_WITHDRAWN,
	handover.Rejected:     handoverv1.HandoverEnd_HANDOVER_END_REJECTED,
	handover.Refused:      handoverv1.HandoverEnd_HANDOVER_END_REFUSED,
	handover.ReceiverLeft: handoverv1.HandoverEnd_HANDOVER_END_RECEIVER_LEFT,
	handover.Expired:      handoverv1.HandoverEnd_HANDOVER_END_EXPIRED,
	handover.Reassigned:   handoverv1.HandoverEnd_HANDOVER_END_REASSIGNED,
	handover.GivenBack:    handoverv1.HandoverEnd_HANDOVER_END_GIVEN_BACK,
	handover.Kept:         handoverv1.HandoverEnd_HANDOVER_END_KEPT,
	handover.StoreClosed:  handoverv1.HandoverEnd_HANDOVER_END_STORE_CLOSED,
}

var sides = map[handover.Side]handoverv1.HandoverSide{
	handover.Nobody:     handoverv1.HandoverSide_HANDOVER_SIDE_UNSPECIFIED,
	handover.HeadOffice: handoverv1.HandoverSide_HANDOVER_SIDE_HEAD_OFFICE,
	handover.Receiver:   handoverv1.HandoverSide_HANDOVER_SIDE_RECEIVER,
}

var filters = map[handoverv1.HandoverFilter]Filter{
	handoverv1.HandoverFilter_HANDOVER_FILTER_UNSPECIFIED: Running,
	handoverv1.HandoverFilter_HANDOVER_FILTER_HEAD_OFFICE: ForOffice,
	handoverv1.HandoverFilter_HANDOVER_FILTER_MINE:        Mine,
	handoverv1.HandoverFilter_HANDOVER_FILTER_ENDED:       Over,
	handoverv1.HandoverFilter_HANDOVER_FILTER_ALL:         Every,
}

var fileStates = map[FileState]handoverv1.HandoverFileState{
	FileHeld:      handoverv1.HandoverFileState_HANDOVER_FILE_STATE_HELD,
	FileToCheck:   handoverv1.HandoverFileState_HANDOVER_FILE_STATE_TO_CHECK,
	FileChecking:  handoverv1.HandoverFileState_HANDOVER_FILE_STATE_CHECKING,
	FileSubmitted: handoverv1.HandoverFileState_HANDOVER_FILE_STATE_SUBMITTED,
	FileApproved:  handoverv1.HandoverFileState_HANDOVER_FILE_STATE_APPROVED,
	FileGone:      handoverv1.HandoverFileState_HANDOVER_FILE_STATE_GONE,
}

var messageStates = map[message.State]handoverv1.HandoverMessageState{
	message.Queued:  handoverv1.HandoverMessageState_HANDOVER_MESSAGE_STATE_QUEUED,
	message.Sent:    handoverv1.HandoverMessageState_HANDOVER_MESSAGE_STATE_SENT,
	message.Failed:  handoverv1.HandoverMessageState_HANDOVER_MESSAGE_STATE_FAILED,
	message.Stopped: handoverv1.HandoverMessageState_HANDOVER_MESSAGE_STATE_STOPPED,
}

// word finds what the interface calls w.
func word[W comparable, P comparable](words map[W]P, p P) (w W) {
	for k, v := range words {
		if v == p {
			return k
		}
	}
	return w
}

func requestFromProto(req *handoverv1.RequestHandoverRequest, me kernel.PersonID) (in handover.Request, err error) {
	in = handover.Request{Kind: word(kinds, req.Kind), Cause: word(causes, req.Cause), All: req.All}
	if in.Giver, err = giverOf(req.GiverId, me); err != nil {
		return in, err
	}
	if in.Store, err = kernel.ParseID[kernel.StoreID](req.StoreId); err != nil {
		return in, handover.ErrNotFound
	}
	if in.Receiver, err = kernel.ParseID[kernel.PersonID](req.ReceiverId); err != nil {
		return in, handover.ErrReceiverPost
	}
	for _, f := range req.FileIds {
		file, err := kernel.ParseID[kernel.FileID](f)
		if err != nil {
			return in, handover.ErrNoFiles
		}
		in.Files = append(in.Files, file)
	}
	if req.UntilDate != "" {
		until, err := kernel.ParseDate(req.UntilDate)
		if err != nil {
			return in, handover.ErrUntil
		}
		in.Until = &until
	}
	return in, nil
}

func dateOr(d *kernel.BusinessDate) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func (p person) proto(id kernel.PersonID, post string) *handoverv1.HandoverPerson {
	return &handoverv1.HandoverPerson{Id: id.String(), StaffNo: p.no, Name: p.name, Position: post, LeftDate: dateOr(p.left)}
}

func (o Offer) proto() *handoverv1.GiverStore {
	out := &handoverv1.GiverStore{StoreId: o.Store.String(), Files: o.Files, Held: o.Held, Position: o.Post, LastPosition: o.LastPost, Seat: o.Seat}
	for _, r := range o.Receivers {
		out.Receivers = append(out.Receivers, &handoverv1.ReceiverChoice{Id: r.PersonID.String(), StaffNo: r.StaffNo, Name: r.Name, Position: r.Position, Files: r.Files, NoAccount: slices.Contains(o.Unable, r.PersonID)})
	}
	return out
}

func (v View) proto() *handoverv1.Handover {
	out := &handoverv1.Handover{
		Id: v.ID.String(), No: v.No, StoreId: v.Store.String(), Giver: v.GiverAs.proto(v.Giver, v.GiverPost), Receiver: v.ReceiverAs.proto(v.Receiver, v.ReceiverPost),
		Kind: kinds[v.Kind], Scope: scopes[v.Scope], Cause: causes[v.Cause], State: states[v.State], End: ends[v.End], Seat: v.Seat, UntilDate: dateOr(v.Until), Reason: v.Reason,
		Files: v.Files, DueDate: dateOr(v.DueOn), ConfirmedDate: dateOr(v.ConfirmedOn), ByName: v.ByName, ForName: v.ForName, Turn: sides[v.Turn(v.Left())],
		Moved: v.Moved, Approved: v.Approved, Submitted: v.Submitted, Messages: v.Messages, CreateTime: timestamppb.New(v.Created),
	}
	if v.DueOn != nil {
		out.DaysLeft = int32(*v.DueOn - v.Today)
	}
	return out
}

// filesProto shows a page of files: names as far as the caller sees them; own says
// that they are his as giver or, from the moment he accepted, as receiver.
func (a *App) filesProto(ctx context.Context, files []FileView, size int, own bool) ([]*handoverv1.HandoverFile, string) {
	page, last := cut(files, size)
	next := ""
	if last != nil {
		next = rpc.PageToken(rpc.Actor(ctx).Tenant, last.File.String())
	}
	names, reads := rpc.GrantFor(ctx, customer.NamesPermission), rpc.GrantFor(ctx, customer.ReadPermission)
	out := make([]*handoverv1.HandoverFile, len(page))
	for i, f := range page {
		x := &handoverv1.HandoverFile{FileId: f.File.String(), State: fileStates[f.State], SinceDate: f.Since.String(), LastVisitDate: dateOr(f.LastVisit)}
		if f.Known {
			x.GuestName, x.MaskedNumber, x.Readable = f.Row.Name.Masked(), f.Row.Masked, f.Row.Within(reads)
			if f.Named(names, own) {
				x.GuestName = f.Row.Name.Full()
			}
		}
		if f.Message != nil {
			x.Message = messageStates[*f.Message]
		}
		out[i] = x
	}
	return out, next
}
