package ownershipapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/gen/go/changke/ownership/v1/ownershipv1connect"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// correctionServer answers CorrectionService.
type correctionServer struct{ *App }

// CorrectionServer gives the RPC service of corrections and of the month's preview.
func (a *App) CorrectionServer() ownershipv1connect.CorrectionServiceHandler {
	return correctionServer{a}
}

// ListCorrections lists proposed corrections.
func (a correctionServer) ListCorrections(ctx context.Context, req *ownershipv1.ListCorrectionsRequest) (*ownershipv1.ListCorrectionsResponse, error) {
	id, size := rpc.Actor(ctx).Tenant, pageSize(req.PageSize)
	_, store, err := runAndStore("", req.StoreId)
	if err != nil {
		return nil, err
	}
	before, err := idToken(id, req.PageToken, lastID)
	if err != nil {
		return nil, err
	}
	rows, err := a.Corrections(ctx, rpc.Grant(ctx), store, req.All, before, size+1)
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.ListCorrectionsResponse{}
	page, last := cut(rows, size)
	if last != nil {
		res.NextPageToken = rpc.PageToken(id, last.CorrectionID.String())
	}
	for _, c := range page {
		res.Corrections = append(res.Corrections, c.proto())
	}
	return res, nil
}

// ConfirmCorrection carries a correction out.
func (a correctionServer) ConfirmCorrection(ctx context.Context, req *ownershipv1.ConfirmCorrectionRequest) (*ownershipv1.ConfirmCorrectionResponse, error) {
	id, err := correctionID(req.Id)
	if err != nil {
		return nil, err
	}
	c, err := a.App.ConfirmCorrection(ctx, rpc.Grant(ctx), id, req.Reason)
	if err != nil {
		return nil, err
	}
	return &ownershipv1.ConfirmCorrectionResponse{Correction: c.proto()}, nil
}

// DismissCorrection leaves everything as it was decided.
func (a correctionServer) DismissCorrection(ctx context.Context, req *ownershipv1.DismissCorrectionRequest) (*ownershipv1.DismissCorrectionResponse, error) {
	id, err := correctionID(req.Id)
	if err != nil {
		return nil, err
	}
	c, err := a.App.DismissCorrection(ctx, rpc.Grant(ctx), id, req.Reason)
	if err != nil {
		return nil, err
	}
	return &ownershipv1.DismissCorrectionResponse{Correction: c.proto()}, nil
}

// PreviewMonth gives what the running month would decide.
func (a correctionServer) PreviewMonth(ctx context.Context, req *ownershipv1.PreviewMonthRequest) (*ownershipv1.PreviewMonthResponse, error) {
	_, store, err := runAndStore("", req.StoreId)
	if err != nil {
		return nil, err
	}
	p, err := a.App.PreviewMonth(ctx, rpc.Grant(ctx), store, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	res := &ownershipv1.PreviewMonthResponse{Month: p.Month.String(), CountedDate: p.Counted.String(), EffectiveDate: p.Effective.String()}
	for _, d := range p.Decisions {
		res.Decisions = append(res.Decisions, d.unmade())
	}
	return res, nil
}

// ExportMonthPreview gives it as a workbook.
func (a correctionServer) ExportMonthPreview(ctx context.Context, req *ownershipv1.ExportMonthPreviewRequest) (*ownershipv1.ExportMonthPreviewResponse, error) {
	_, store, err := runAndStore("", req.StoreId)
	if err != nil {
		return nil, err
	}
	content, name, err := a.ExportPreview(ctx, rpc.Grant(ctx), store, a.Clock.Now())
	return &ownershipv1.ExportMonthPreviewResponse{Content: content, FileName: name}, err
}

func correctionID(s string) (kernel.UUID, error) {
	id, err := kernel.ParseID[kernel.UUID](s)
	if err != nil {
		return id, ownership.ErrNoCorrection
	}
	return id, nil
}

var correctionStates = map[ownership.CorrectionState]ownershipv1.CorrectionState{
	ownership.CorrectionProposed:  ownershipv1.CorrectionState_CORRECTION_STATE_PROPOSED,
	ownership.CorrectionNoted:     ownershipv1.CorrectionState_CORRECTION_STATE_NOTED,
	ownership.CorrectionConfirmed: ownershipv1.CorrectionState_CORRECTION_STATE_CONFIRMED,
	ownership.CorrectionDismissed: ownershipv1.CorrectionState_CORRECTION_STATE_DISMISSED,
}

var correctionEffects = map[ownership.Effect]ownershipv1.CorrectionEffect{
	ownership.EffectNone:     ownershipv1.CorrectionEffect_CORRECTION_EFFECT_NONE,
	ownership.EffectRestore:  ownershipv1.CorrectionEffect_CORRECTION_EFFECT_RESTORE,
	ownership.EffectRelease:  ownershipv1.CorrectionEffect_CORRECTION_EFFECT_RELEASE,
	ownership.EffectOffer:    ownershipv1.CorrectionEffect_CORRECTION_EFFECT_OFFER,
	ownership.EffectWithdraw: ownershipv1.CorrectionEffect_CORRECTION_EFFECT_WITHDRAW,
}

func (v CorrectionView) proto() *ownershipv1.Correction {
	guest := customer.Name(v.GuestName).Masked()
	if v.shown {
		guest = v.GuestName
	}
	words := ownership.Effect(v.Effect).Words()
	c := &ownershipv1.Correction{
		Id: v.CorrectionID.String(), FileId: v.FileID.String(), StoreId: v.StoreID.String(), GuestName: guest, Month: v.Month.Month().String(),
		State: correctionStates[ownership.CorrectionState(v.State)], Effect: correctionEffects[ownership.Effect(v.Effect)], EffectText: words.ZH, EffectTextEn: words.EN,
		PersonName: v.Person, OwnerName: v.Owner, Sentence: v.Sentence.ZH, SentenceEn: v.Sentence.EN, FoundDate: v.FoundOn.String(), Reason: v.Reason,
	}
	for _, w := range v.Causes {
		c.Causes, c.CausesEn = append(c.Causes, w.ZH), append(c.CausesEn, w.EN)
	}
	for _, d := range v.Decided {
		c.Decided = append(c.Decided, d.unmade())
	}
	for _, d := range v.Instead {
		c.Instead = append(c.Instead, d.unmade())
	}
	if v.SettledAt != nil {
		by := staff.Signature(v.By, v.For)
		c.SettledBy, c.SettledByEn, c.SettleTime = by.ZH, by.EN, timestamppb.New(*v.SettledAt)
	}
	return c
}
