package visitapp

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

var errBadToken = fault.Field("page_token", "", "分页标记已失效，请从第一页重新查看。")

var kinds = map[visitv1.BookingKind]visit.Kind{
	visitv1.BookingKind_BOOKING_KIND_HALL: visit.Hall, visitv1.BookingKind_BOOKING_KIND_ROOM: visit.Room, visitv1.BookingKind_BOOKING_KIND_BANQUET: visit.Banquet,
}

var kindsToProto = map[visit.Kind]visitv1.BookingKind{
	visit.Hall: visitv1.BookingKind_BOOKING_KIND_HALL, visit.Room: visitv1.BookingKind_BOOKING_KIND_ROOM, visit.Banquet: visitv1.BookingKind_BOOKING_KIND_BANQUET,
}

var statesToProto = map[visit.State]visitv1.BookingState{
	visit.Requested: visitv1.BookingState_BOOKING_STATE_REQUESTED, visit.Confirmed: visitv1.BookingState_BOOKING_STATE_CONFIRMED,
	visit.Seated: visitv1.BookingState_BOOKING_STATE_SEATED, visit.Finished: visitv1.BookingState_BOOKING_STATE_FINISHED,
	visit.Cancelled: visitv1.BookingState_BOOKING_STATE_CANCELLED, visit.NoShow: visitv1.BookingState_BOOKING_STATE_NO_SHOW,
}

func idOf[I ~[16]byte](field, s string) (I, error) {
	id, err := kernel.ParseID[I](s)
	if err != nil {
		return id, fault.Field(field, "", "编号格式不正确。").Because(err)
	}
	return id, nil
}

// dateOf reads a date that has the right form but may be no day.
func dateOf(field, s string) (kernel.BusinessDate, error) {
	d, err := kernel.ParseDate(s)
	if err != nil {
		return 0, fault.Field(field, "", "没有这一天，请按 YYYY-MM-DD 填写。").Because(err)
	}
	return d, nil
}

func newBookingFromProto(req *visitv1.CreateBookingRequest) (in NewBooking, err error) {
	if in.Store, err = idOf[kernel.StoreID]("store_id", req.GetStoreId()); err != nil {
		return in, err
	}
	if in.Request, err = idOf[kernel.UUID]("request_id", req.GetRequestId()); err != nil {
		return in, err
	}
	if in.Date, err = dateOf("business_date", req.GetBusinessDate()); err != nil {
		return in, err
	}
	if req.GetNumber() != "" {
		if in.Number, err = kernel.ParsePhone(req.GetNumber()); err != nil {
			return in, fault.Field("number", "CUS-07", visit.Mend(visit.ReasonBadNumber)).Because(err)
		}
	}
	if in.More, err = idsOf("more_resource_ids", req.GetMoreResourceIds()); err != nil {
		return in, err
	}
	if req.GetResourceId() != "" {
		id, err := idOf[kernel.UUID]("resource_id", req.GetResourceId())
		if err != nil {
			return in, err
		}
		in.Resource = &id
	}
	if req.GetForFileId() != "" {
		id, err := idOf[kernel.FileID]("for_file_id", req.GetForFileId())
		if err != nil {
			return in, err
		}
		in.For = &id
	}
	in.Meal, in.Kind = tenant.MealPeriod(req.GetMealPeriod()), kinds[req.GetKind()]
	in.GuestName, in.Guests, in.Notice, in.Note = req.GetGuestName(), req.GetGuests(), req.GetSendNotice(), req.GetNote()
	in.Way, in.ForReferrer, in.Requested, in.Arrive = ways[req.GetWay()], req.GetForReferrer(), req.GetRequested(), req.GetArriveTime()
	in.Tables, in.MinSpend, in.Deposit = req.GetTables(), kernel.Fen(req.GetMinSpendFen()), kernel.Fen(req.GetDepositFen())
	return in, nil
}

func idsOf(field string, texts []string) (ids []kernel.UUID, err error) {
	ids = make([]kernel.UUID, len(texts))
	for i, text := range texts {
		if ids[i], err = idOf[kernel.UUID](field, text); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

func resourcesToProto(resources []visit.Resource) []*visitv1.Resource {
	out := make([]*visitv1.Resource, len(resources))
	for i, r := range resources {
		out[i] = resourceToProto(r)
	}
	return out
}

func resourceToProto(r visit.Resource) *visitv1.Resource {
	out := &visitv1.Resource{
		Id: r.ID.String(), StoreId: r.Store.String(), Kind: kindsToProto[r.Kind], Name: r.Name, Capacity: r.Capacity, MinSpendFen: int64(r.MinSpend),
		Area: r.Area, Floor: r.Floor, Tables: r.Tables,
	}
	if r.ActiveOn != nil {
		out.ActiveDate = r.ActiveOn.String()
	}
	if r.RetiredOn != nil {
		out.RetiredDate = r.RetiredOn.String()
	}
	return out
}

// optionalDateOf reads a date that may be left out.
func optionalDateOf(field, s string) (*kernel.BusinessDate, error) {
	if s == "" {
		return nil, nil
	}
	d, err := dateOf(field, s)
	return &d, err
}

func bookingsToProto(lines []Line) []*visitv1.Booking {
	out := make([]*visitv1.Booking, len(lines))
	for i, l := range lines {
		out[i] = bookingToProto(l)
	}
	return out
}

func mealsToProto(meals []visit.Meal) []*visitv1.MealHours {
	out := make([]*visitv1.MealHours, len(meals))
	for i, m := range meals {
		out[i] = &visitv1.MealHours{MealPeriod: visitv1.MealPeriod(m.Period), From: visit.Clock(0, m.From), Until: visit.Clock(0, m.Until)}
	}
	return out
}

func bookingToProto(l Line) *visitv1.Booking {
	b := &visitv1.Booking{
		Id: l.BookingID.String(), StoreId: l.StoreID.String(), Ref: l.Ref, MaskedNumber: l.Masked, GuestName: l.shownName(),
		BookerId: l.BookerID.String(), BookerName: l.Booker, BusinessDate: l.BusinessDate.String(), MealPeriod: visitv1.MealPeriod(l.MealPeriod),
		Kind: kindsToProto[visit.Kind(l.Kind)], ResourceName: l.Resource, Guests: l.Guests, State: statesToProto[visit.State(l.State)],
		NoticeTime: timeToProto(l.NoticeAt), CreditExplained: l.Explained.ZH, CreditExplainedEn: l.Explained.EN, FinishTime: timeToProto(l.Left), Note: l.Note, CreateTime: timestamppb.New(l.RecordedAt),
		CancelReason: l.CancelReason, OwnerName: l.Owner, Tables: l.Tables, MinSpendFen: l.MinSpendFen, DepositFen: l.DepositFen,
		NoticeReason: l.NoticeReason, EnteredByName: l.Entered, FormerBookerName: l.Former, CorrectedByName: l.Corrected, CorrectReason: l.CorrectReason, Version: l.Version,
	}
	if l.Contact != nil {
		b.ContactName, b.ContactKind = l.Contact.Name.Full(), contactKinds[l.Contact.Kind]
	}
	if l.File != nil {
		b.FileId = l.File.String()
	}
	if l.ResourceID != nil {
		b.ResourceId = l.ResourceID.String()
	}
	if l.SeatedMinute != nil {
		b.SeatedTime = visit.Clock(*l.SeatedMinute, l.Cutover)
	}
	if l.ArriveMinute != nil {
		b.ArriveTime = visit.Clock(*l.ArriveMinute, l.Cutover)
	}
	for _, p := range l.Places {
		b.Places = append(b.Places, &visitv1.BookingPlace{ResourceId: p.ResourceID.String(), Name: p.Name})
	}
	if l.Way != nil {
		b.Way = waysToProto[visit.Way(*l.Way)]
	}
	if l.CheckedAt != nil {
		b.NoticeFinding, b.CheckTime, b.CheckNote, b.CheckedByName, b.CheckedForName = findingToProto(*l.CheckHeld), timestamppb.New(*l.CheckedAt), l.CheckNote, l.Checked, l.For
	}
	if l.NoticeWay != nil {
		b.NoticeWay = noticeWays[visit.NoticeWay(*l.NoticeWay)]
	}
	return b
}

var contactKinds = map[customer.ContactKind]customerv1.ContactKind{
	customer.ContactOwn: customerv1.ContactKind_CONTACT_KIND_OWN, customer.ContactSecretary: customerv1.ContactKind_CONTACT_KIND_SECRETARY,
	customer.ContactDriver: customerv1.ContactKind_CONTACT_KIND_DRIVER, customer.ContactAssistant: customerv1.ContactKind_CONTACT_KIND_ASSISTANT,
	customer.ContactFamily: customerv1.ContactKind_CONTACT_KIND_FAMILY, customer.ContactOther: customerv1.ContactKind_CONTACT_KIND_OTHER,
}

func guestsOfNumberToProto(guests []GuestForNumber) []*visitv1.GuestOfNumber {
	out := make([]*visitv1.GuestOfNumber, len(guests))
	for i, g := range guests {
		out[i] = &visitv1.GuestOfNumber{FileId: g.File.String(), Name: g.Shown, MaskedNumber: g.Masked, Kind: contactKinds[g.Kind]}
	}
	return out
}

func regularsToProto(m Month) *visitv1.ListRegularsResponse {
	out := &visitv1.ListRegularsResponse{Month: m.Month.String(), Standard: int32(m.Standard)}
	for _, r := range m.Regulars {
		x := &visitv1.Regular{
			BookingId: r.Booking.String(), StoreId: r.Store.String(), MaskedNumber: r.Masked, GuestName: r.GuestName, NameMasked: !r.NameShown, Bookings: int32(r.Bookings), LastDate: r.Last.String(),
		}
		if !r.NameShown {
			x.GuestName = customer.Name(r.GuestName).Masked()
		}
		for _, p := range r.Receivers {
			x.Receivers = append(x.Receivers, &visitv1.Receiver{PersonId: p.Person.String(), Name: p.Name, Bookings: int32(p.Bookings)})
		}
		out.Regulars = append(out.Regulars, x)
	}
	return out
}

// shownName is the guest's name as far as the caller sees it.
func (l Line) shownName() string {
	if l.nameShown {
		return l.GuestName
	}
	return customer.Name(l.GuestName).Masked()
}

func timeToProto(t *time.Time) *timestamppb.Timestamp {
	if t == nil {
		return nil
	}
	return timestamppb.New(*t)
}

func visitsToProto(lines []VisitLine) []*visitv1.Visit {
	out := make([]*visitv1.Visit, len(lines))
	for i, l := range lines {
		out[i] = &visitv1.Visit{
			StoreId: l.StoreID.String(), BusinessDate: l.BusinessDate.String(), MealPeriod: visitv1.MealPeriod(l.MealPeriod),
			CreditedToName: l.Credited, AmountFen: l.AmountFen, Bills: l.Bills, BookingRef: l.BookingRef, CreditExplained: l.Explained.ZH, CreditExplainedEn: l.Explained.EN, Counted: l.Counted,
		}
		if l.CreditedTo != nil {
			out[i].CreditedToId = l.CreditedTo.String()
		}
	}
	return out
}
