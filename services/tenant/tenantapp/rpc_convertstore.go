package tenantapp

import (
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/tenant"
)

var storeStates = map[tenant.StoreState]tenantv1.StoreState{
	tenant.StoreOpen:      tenantv1.StoreState_STORE_STATE_OPEN,
	tenant.StoreSuspended: tenantv1.StoreState_STORE_STATE_SUSPENDED,
	tenant.StoreClosed:    tenantv1.StoreState_STORE_STATE_CLOSED,
}

func storesToProto(stores []tenant.Store, now time.Time) []*tenantv1.Store {
	out := make([]*tenantv1.Store, len(stores))
	for i, s := range stores {
		out[i] = storeToProto(s, now)
	}
	return out
}

func storeToProto(s tenant.Store, now time.Time) *tenantv1.Store {
	today := s.BusinessDate(now)
	clock := s.ClockOn(today)
	out := &tenantv1.Store{
		Id: s.ID.String(), Code: s.Code, Name: s.Name, Address: s.Address, Zone: clock.Zone.String(), CutoverMinutes: minutesOf(clock.Cutover),
		State: storeStates[s.State(today)], StateReason: s.StateReason, Version: s.Version, BusinessDate: today.String(),
	}
	if s.ClosedOn != nil {
		out.ClosedDate = s.ClosedOn.String()
	}
	out.LiveDate = dateText(s.LiveOn)
	return out
}

func detailToProto(s tenant.Store, names map[kernel.PersonID]string, now time.Time) *tenantv1.StoreDetail {
	out := &tenantv1.StoreDetail{
		Store:  storeToProto(s, now),
		Clocks: []*tenantv1.StoreClock{{Zone: s.Zone.String(), CutoverMinutes: minutesOf(s.Cutover)}},
	}
	for _, c := range s.Later {
		out.Clocks = append(out.Clocks, &tenantv1.StoreClock{EffectiveDate: c.From.String(), Zone: c.Zone.String(), CutoverMinutes: minutesOf(c.Cutover)})
	}
	for _, h := range s.Hours {
		out.Hours = append(out.Hours, &tenantv1.OpeningSpan{Weekday: int32(h.Weekday), OpensMinute: int32(h.Opens), ClosesMinute: int32(h.Closes)})
	}
	for _, c := range s.Closures {
		line := &tenantv1.StoreClosure{Id: c.ID.String(), FromDate: c.From.String(), ToDate: c.To.String(), Reason: c.Reason, CreateTime: timestamppb.New(c.CreatedAt)}
		if c.CreatedBy != nil {
			line.CreatedBy = names[*c.CreatedBy]
		}
		out.Closures = append(out.Closures, line)
	}
	return out
}

func minutesOf(d time.Duration) int32 { return int32(d / time.Minute) }

// hoursFromProto trusts the message's bounds, which fit the columns.
func hoursFromProto(spans []*tenantv1.OpeningSpan) tenant.OpeningHours {
	out := make(tenant.OpeningHours, len(spans))
	for i, s := range spans {
		out[i] = tenant.Span{Weekday: int16(s.GetWeekday()), Opens: int16(s.GetOpensMinute()), Closes: int16(s.GetClosesMinute())}
	}
	return out
}

func newStoreFromProto(req *tenantv1.CreateStoreRequest) (s tenant.Store, err error) {
	s = tenant.Store{Code: req.GetCode(), Name: req.GetName(), Address: req.GetAddress(), Cutover: tenant.AsChain, Hours: hoursFromProto(req.GetHours())}
	if req.CutoverMinutes != nil {
		s.Cutover = time.Duration(req.GetCutoverMinutes()) * time.Minute
	}
	if req.GetZone() != "" {
		s.Zone, err = tenant.ParseZone(req.GetZone())
	}
	return s, err
}

func clockFromProto(req *tenantv1.ChangeStoreClockRequest) (c tenant.Clock, err error) {
	if c.Zone, err = tenant.ParseZone(req.GetZone()); err != nil {
		return c, err
	}
	c.From, err = dateOf("effective_date", req.GetEffectiveDate())
	c.Cutover = time.Duration(req.GetCutoverMinutes()) * time.Minute
	return c, err
}

func closureFromProto(req *tenantv1.CreateStoreClosureRequest) (c tenant.Closure, err error) {
	if c.From, err = dateOf("from_date", req.GetFromDate()); err != nil {
		return c, err
	}
	c.To, err = dateOf("to_date", req.GetToDate())
	c.Reason = strings.TrimSpace(req.GetReason())
	return c, err
}

// storeID reads the store a request is about; what is no id is no store.
func storeID(req interface{ GetStoreId() string }) (kernel.StoreID, error) {
	id, err := kernel.ParseID[kernel.StoreID](req.GetStoreId())
	if err != nil {
		return id, tenant.ErrNoStore
	}
	return id, nil
}

func closureID(req interface {
	GetStoreId() string
	GetClosureId() string
},
) (kernel.StoreID, kernel.UUID, error) {
	store, err := storeID(req)
	if err != nil {
		return store, kernel.UUID{}, err
	}
	id, err := kernel.ParseID[kernel.UUID](req.GetClosureId())
	if err != nil {
		return store, id, tenant.ErrNoClosure
	}
	return store, id, nil
}

func dateOf(field, text string) (kernel.BusinessDate, error) {
	d, err := kernel.ParseDate(text)
	if err != nil {
		return 0, fault.Field(field, "RUL-03", "没有这一天，请选择一个存在的日期。")
	}
	return d, nil
}
