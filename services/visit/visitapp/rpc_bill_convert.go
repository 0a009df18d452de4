package visitapp

import (
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/visit"
)

// statuses are those of bills; a refund note's paid is visit.Refunded.
var statuses = map[visitv1.BillStatus]visit.Status{
	visitv1.BillStatus_BILL_STATUS_OPENED: visit.Opened, visitv1.BillStatus_BILL_STATUS_PAID: visit.Paid, visitv1.BillStatus_BILL_STATUS_REOPENED: visit.Reopened,
	visitv1.BillStatus_BILL_STATUS_VOIDED: visit.Voided, visitv1.BillStatus_BILL_STATUS_MERGED: visit.Merged,
}

func statusToProto(s visit.Status) visitv1.BillStatus {
	for wire, status := range statuses {
		if status == s {
			return wire
		}
	}
	return visitv1.BillStatus_BILL_STATUS_PAID // of a refund note: given back
}

var linkReasons = map[visitv1.BillLinkReason]visit.LinkReason{
	visitv1.BillLinkReason_BILL_LINK_REASON_OTHER_TABLE: visit.OtherTable, visitv1.BillLinkReason_BILL_LINK_REASON_WRONG_GUEST: visit.WrongGuest,
	visitv1.BillLinkReason_BILL_LINK_REASON_ONE_PAYER: visit.OnePayer, visitv1.BillLinkReason_BILL_LINK_REASON_ENTERED_LATE: visit.EnteredLate,
	visitv1.BillLinkReason_BILL_LINK_REASON_WRONG_BOOKING: visit.WrongBooking, visitv1.BillLinkReason_BILL_LINK_REASON_NOT_BOOKED: visit.NotBooked,
}

func linkReasonToProto(r visit.LinkReason) visitv1.BillLinkReason {
	for wire, reason := range linkReasons {
		if reason == r {
			return wire
		}
	}
	return visitv1.BillLinkReason_BILL_LINK_REASON_UNSPECIFIED
}

var linkWays = map[visit.LinkWay]visitv1.BillLinkWay{
	visit.LinkNamed: visitv1.BillLinkWay_BILL_LINK_WAY_NAMED, visit.LinkFits: visitv1.BillLinkWay_BILL_LINK_WAY_FITS, visit.LinkPerson: visitv1.BillLinkWay_BILL_LINK_WAY_PERSON,
	visit.LinkNothing: visitv1.BillLinkWay_BILL_LINK_WAY_NO_BOOKING, visit.LinkWaiting: visitv1.BillLinkWay_BILL_LINK_WAY_WAITING,
}

// detailFromProto reads what a till says of a bill beyond what visits follow from;
// nil: nothing.
func detailFromProto(b *visitv1.Bill) *visit.Detail {
	d := &visit.Detail{Table: b.GetTableName(), SplitFrom: b.GetSplitFrom(), MergedInto: b.GetMergedInto()}
	for _, l := range b.GetLines() {
		d.Lines = append(d.Lines, visit.Item{Name: l.GetName(), Quantity: l.GetQuantityMilli(), Amount: kernel.Fen(l.GetAmountFen())})
	}
	for _, r := range b.GetRefunds() {
		d.Refunds = append(d.Refunds, visit.Refund{Amount: kernel.Fen(r.GetAmountFen()), At: r.GetRefundTime().AsTime().Truncate(time.Microsecond)})
	}
	if d.JSON() == nil {
		return nil
	}
	return d
}

// BillAsSent is a bill as a till sends it, but for the guest's number, of which only
// a key is kept.
func (a *App) BillAsSent(b visit.Bill, code string) *visitv1.Bill {
	out := &visitv1.Bill{
		StoreCode: code, Source: b.Source, BillNo: b.No, Revision: b.Revision, BookingRef: b.BookingRef, BusinessDate: b.Date.String(),
		MealPeriod: visitv1.MealPeriod(b.Meal), CloseTime: timestamppb.New(b.ClosedAt), AmountFen: int64(b.Amount), Status: statusToProto(b.Status), RefundOf: b.RefundOf,
	}
	if d := b.Detail; d != nil {
		out.TableName, out.SplitFrom, out.MergedInto, out.Lines = d.Table, d.SplitFrom, d.MergedInto, itemsToProto(d.Lines)
		for _, r := range d.Refunds {
			out.Refunds = append(out.Refunds, &visitv1.BillRefund{AmountFen: int64(r.Amount), RefundTime: timestamppb.New(r.At)})
		}
	}
	return out
}

// checkTexts refuses texts that no till means to send.
func checkTexts(b *visitv1.Bill) bool {
	for _, s := range []string{b.GetSource(), b.GetBillNo(), b.GetBookingRef(), b.GetTableName(), b.GetSplitFrom(), b.GetMergedInto(), b.GetRefundOf()} {
		if !visit.CheckText(s) {
			return false
		}
	}
	return !slices.ContainsFunc(b.GetLines(), func(l *visitv1.BillLine) bool { return !visit.CheckText(l.GetName()) })
}

func billsToProto(bills []BillView) []*visitv1.BillRecord {
	out := make([]*visitv1.BillRecord, len(bills))
	for i, b := range bills {
		out[i] = billToProto(b)
	}
	return out
}

func billToProto(v BillView) *visitv1.BillRecord {
	h := v.BillHead
	out := &visitv1.BillRecord{
		StoreId: h.StoreID.String(), Source: h.Source, BillNo: h.BillNo, Revision: h.Revision, LinkNo: h.LinkNo, Status: statusToProto(visit.Status(h.Status)),
		AmountFen: h.AmountFen, RefundedFen: v.GrossFen - h.AmountFen, BusinessDate: v.OwnDate.String(), MealPeriod: visitv1.MealPeriod(v.OwnMeal),
		TableName: v.Detail.Table, CloseTime: timestamppb.New(v.ClosedAt), RecordTime: timestamppb.New(v.FirstAt), MaskedNumber: v.Masked, NumberKnown: v.OwnNumber != nil,
		BookingRef: v.Ref, LinkWay: linkWays[v.Way], Explained: v.Explained.ZH, ExplainedEn: v.Explained.EN, SplitFrom: v.Detail.SplitFrom, MergedInto: v.Detail.MergedInto,
		RefundOf: h.RefundOf, AfterMonth: v.AfterMonth, Parked: h.Parked,
	}
	if v.File != nil {
		out.FileId = v.File.String()
	}
	if v.Booking != nil {
		out.BookingId = v.Booking.String()
	}
	return out
}

func itemsToProto(items []visit.Item) []*visitv1.BillLine {
	out := make([]*visitv1.BillLine, len(items))
	for i, l := range items {
		out[i] = &visitv1.BillLine{Name: l.Name, QuantityMilli: l.Quantity, AmountFen: int64(l.Amount)}
	}
	return out
}

func proposalsToProto(all []Proposal) []*visitv1.BillProposal {
	out := make([]*visitv1.BillProposal, len(all))
	for i, p := range all {
		out[i] = &visitv1.BillProposal{
			BookingId: p.ID.String(), Ref: p.Ref, Places: strings.Join(p.Places, "、"), State: statesToProto[p.State], BookerName: p.Booker,
			SameNumber: p.SameNumber, SameTable: p.SameAt, SeatedTime: p.Seated, MaskedNumber: p.Masked,
		}
	}
	return out
}

func openedBillToProto(o OpenedBill) *visitv1.GetBillResponse {
	out := &visitv1.GetBillResponse{Bill: billToProto(o.BillView), Notes: billsToProto(o.Notes), Proposals: proposalsToProto(o.Proposals)}
	out.Bill.Lines = itemsToProto(o.Detail.Lines)
	for i, r := range o.Revisions {
		d, _ := visit.ParseDetail(r.Detail) // billViews has read it
		if d == nil {
			d = &visit.Detail{}
		}
		x := &visitv1.BillRevision{
			Revision: r.Revision, Status: statusToProto(visit.Status(r.Status)), AmountFen: r.AmountFen, BusinessDate: r.BusinessDate.String(), MealPeriod: visitv1.MealPeriod(r.MealPeriod),
			TableName: d.Table, BookingRef: r.BookingRef, CloseTime: timestamppb.New(r.ClosedAt), RecordTime: timestamppb.New(r.RecordedAt), Lines: itemsToProto(d.Lines),
			SplitFrom: d.SplitFrom, MergedInto: d.MergedInto, Imported: r.ImportID != nil,
			OtherGuest: i+1 < len(o.Revisions) && string(o.Revisions[i+1].NumberKey) != string(r.NumberKey),
		}
		for _, f := range d.Refunds {
			x.Refunds = append(x.Refunds, &visitv1.BillRefund{AmountFen: int64(f.Amount), RefundTime: timestamppb.New(f.At)})
		}
		out.Revisions = append(out.Revisions, x)
	}
	for _, l := range o.Linkings {
		out.Linkings = append(out.Linkings, &visitv1.BillLinking{BookingRef: l.Ref, ByName: l.By, ForName: l.For, Reason: linkReasonToProto(l.Reason), Time: timestamppb.New(l.At)})
	}
	return out
}
