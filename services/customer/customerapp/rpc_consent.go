package customerapp

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/platform/rpc"
)

// ConsentServer is the RPC service of consent.
type ConsentServer struct{ app *App }

// ConsentServer implements customerv1connect.ConsentServiceHandler.
func (a *App) ConsentServer() ConsentServer { return ConsentServer{a} }

// ListConsents implements ConsentService.
func (s ConsentServer) ListConsents(ctx context.Context, req *customerv1.ListConsentsRequest) (*customerv1.ListConsentsResponse, error) {
	file, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	v, err := s.app.Consents(ctx, rpc.Grant(ctx), file)
	if err != nil {
		return nil, err
	}
	out := &customerv1.ListConsentsResponse{Standings: standingsToProto(v), Texts: textsToProto(v.Texts)}
	for _, l := range v.Lines {
		out.Lines = append(out.Lines, consentToProto(v, l))
	}
	return out, nil
}

// RecordConsent implements ConsentService.
func (s ConsentServer) RecordConsent(ctx context.Context, req *customerv1.RecordConsentRequest) (*customerv1.RecordConsentResponse, error) {
	file, err := fileFromProto(req.GetFileId())
	if err != nil {
		return nil, err
	}
	erasure, err := s.app.RecordConsent(ctx, rpc.Grant(ctx), s.app.Clock.Now(), file, purposes[req.GetPurpose()], req.GetGiven(), hows[req.GetHow()])
	if err != nil {
		return nil, err
	}
	v, err := s.app.Consents(ctx, rpc.Grant(ctx), file)
	return &customerv1.RecordConsentResponse{Standings: standingsToProto(v), ErasureOpened: erasure}, err
}

// ListConsentTexts implements ConsentService.
func (s ConsentServer) ListConsentTexts(ctx context.Context, req *customerv1.ListConsentTextsRequest) (*customerv1.ListConsentTextsResponse, error) {
	texts, err := s.app.ConsentTexts(ctx, rpc.Actor(ctx).Tenant, req.GetAll())
	return &customerv1.ListConsentTextsResponse{Texts: textsToProto(texts)}, err
}

// PublishConsentText implements ConsentService.
func (s ConsentServer) PublishConsentText(ctx context.Context, req *customerv1.PublishConsentTextRequest) (*customerv1.PublishConsentTextResponse, error) {
	text, err := s.app.PublishConsentText(ctx, rpc.Grant(ctx), s.app.Clock.Now(), purposes[req.GetPurpose()], req.GetAfterVersion(), req.GetBody())
	if err != nil {
		return nil, err
	}
	return &customerv1.PublishConsentTextResponse{Text: textsToProto([]ConsentText{text})[0]}, nil
}

var purposes = map[customerv1.ConsentPurpose]customer.Purpose{
	customerv1.ConsentPurpose_CONSENT_PURPOSE_FILE:      customer.ForFile,
	customerv1.ConsentPurpose_CONSENT_PURPOSE_SERVICE:   customer.ForService,
	customerv1.ConsentPurpose_CONSENT_PURPOSE_MARKETING: customer.ForMarketing,
}

var hows = map[customerv1.ConsentHow]string{
	customerv1.ConsentHow_CONSENT_HOW_IN_PERSON: "in_person",
	customerv1.ConsentHow_CONSENT_HOW_PHONE:     "phone",
	customerv1.ConsentHow_CONSENT_HOW_PAPER:     "paper",
	customerv1.ConsentHow_CONSENT_HOW_ONLINE:    "online",
	customerv1.ConsentHow_CONSENT_HOW_MESSAGE:   "message",
}

var (
	purposesToProto = inverse(purposes)
	howsToProto     = inverse(hows)
)

func consentToProto(v ConsentView, l customer.ConsentLine) *customerv1.Consent {
	return &customerv1.Consent{
		Purpose: purposesToProto[l.Purpose], Given: l.Given, How: howsToProto[l.How], Time: timestamppb.New(l.At), TextVersion: l.Text,
		RecordedName: signature(v.Names, l.By, l.For).ZH,
	}
}

func standingsToProto(v ConsentView) []*customerv1.ConsentStanding {
	out := []*customerv1.ConsentStanding{}
	for _, p := range customer.Purposes {
		s := &customerv1.ConsentStanding{Purpose: purposesToProto[p], Allowed: v.Standing.Allows(p)}
		if l, said := v.Standing[p]; said {
			s.Latest = consentToProto(v, l)
		}
		out = append(out, s)
	}
	return out
}

func textsToProto(texts []ConsentText) []*customerv1.ConsentText {
	out := make([]*customerv1.ConsentText, len(texts))
	for i, t := range texts {
		out[i] = &customerv1.ConsentText{Purpose: purposesToProto[t.Purpose], Version: t.Version, Body: t.Body, PublishedName: t.By, PublishTime: timeToProto(t.At)}
	}
	return out
}
