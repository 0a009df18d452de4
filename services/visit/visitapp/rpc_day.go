package visitapp

import (
	"context"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/visit"
)

// DayServer is visitv1connect.DayServiceHandler.
type DayServer struct{ app *App }

// DayServer puts the completeness of days behind its RPC service.
func (a *App) DayServer() DayServer { return DayServer{a} }

// ListStoreDays implements DayService.
func (s DayServer) ListStoreDays(ctx context.Context, req *visitv1.ListStoreDaysRequest) (*visitv1.ListStoreDaysResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	from, err := optionalDateOf("from_date", req.GetFromDate())
	if err != nil {
		return nil, err
	}
	days, err := s.app.StoreDays(ctx, rpc.Grant(ctx), store, from, s.app.Clock.Now())
	if err != nil {
		return nil, err
	}
	return days.proto(), nil
}

// DeclareDay implements DayService.
func (s DayServer) DeclareDay(ctx context.Context, req *visitv1.DeclareDayRequest) (*visitv1.DeclareDayResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	day, err := dateOf("business_date", req.GetBusinessDate())
	if err != nil {
		return nil, err
	}
	if err := s.app.DeclareDay(ctx, rpc.Grant(ctx), store, day, req.GetReason(), s.app.Clock.Now()); err != nil {
		return nil, err
	}
	s.app.settled(ctx, rpc.Actor(ctx).Tenant)
	return &visitv1.DeclareDayResponse{}, nil
}

// RetireTill implements DayService.
func (s DayServer) RetireTill(ctx context.Context, req *visitv1.RetireTillRequest) (*visitv1.RetireTillResponse, error) {
	store, err := idOf[kernel.StoreID]("store_id", req.GetStoreId())
	if err != nil {
		return nil, err
	}
	from, err := dateOf("from_date", req.GetFromDate())
	if err != nil {
		return nil, err
	}
	return &visitv1.RetireTillResponse{}, s.app.RetireTill(ctx, rpc.Grant(ctx), store, req.GetSource(), from, s.app.Clock.Now())
}

func (d Days) proto() *visitv1.ListStoreDaysResponse {
	out := &visitv1.ListStoreDaysResponse{FromDate: d.From.String(), ToDate: d.To.String()}
	for _, l := range d.Lacking {
		day := &visitv1.LackingDay{BusinessDate: l.Date.String()}
		for _, g := range l.Gaps {
			day.Gaps = append(day.Gaps, gapToProto(g))
		}
		out.Lacking = append(out.Lacking, day)
	}
	for _, x := range d.Declared {
		out.Declared = append(out.Declared, &visitv1.DeclaredDay{
			BusinessDate: x.Date.String(), Reason: x.Reason, DeclaredBy: x.Name, DeclaredFor: x.ForName, DeclareTime: timestamppb.New(x.At),
		})
	}
	for _, t := range d.Tills {
		till := &visitv1.StoreTill{Source: t.Source, FirstDate: t.First.String()}
		if t.Gone != nil {
			till.RetiredDate = t.Gone.String()
		}
		out.Tills = append(out.Tills, till)
	}
	for _, c := range slices.Backward(d.Store.Closures) {
		if c.To >= d.From {
			out.Works = append(out.Works, &visitv1.StoreWorks{FromDate: c.From.String(), ToDate: c.To.String(), Reason: c.Reason})
		}
	}
	return out
}

func gapToProto(g visit.Gap) *visitv1.DayGap {
	words := g.Words()
	return &visitv1.DayGap{
		Kind: visitv1.DayGapKind(g.Kind), Bookings: g.Count, BookingRefs: g.Refs, Source: g.Source,
		ToldCount: g.Told.Bills, ToldSumFen: int64(g.Told.Sum), HeldCount: g.Held.Bills, HeldSumFen: int64(g.Held.Sum),
		Sentence: words.ZH, SentenceEn: words.EN,
	}
}
