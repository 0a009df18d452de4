package ownership

import (
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of corrections.
var (
	ErrNoCorrection    = fault.New(fault.NotFound, "correction.not_found", "没有找到这条建议更正。")
	ErrCorrectionOver  = fault.New(fault.Conflict, "correction.over", "这条建议更正已经办完或不再成立，请刷新后再看。")
	ErrCorrectionOwn   = fault.New(fault.Forbidden, "correction.own", "这条更正涉及您本人，请由其他负责人办理。")
	ErrCorrectionMoot  = fault.New(fault.Conflict, "correction.moot", "客户现在的归属已经变化，不能再照此更正；请写明原因后忽略。")
	ErrCorrectionHeld  = fault.New(fault.Conflict, "correction.in_handover", "这位客户正在交接，等交接办完或中止后再确认这条更正。")
	ErrCorrectionPost  = fault.New(fault.Conflict, "correction.not_in_post", "这位员工现在不在本店可维系客户的岗位上，不能把客户交给他；请写明原因后忽略。")
	ErrCorrectionOpen  = fault.New(fault.Conflict, "correction.appealed", "这位客户有一项申诉还没有结果，请先裁定申诉。")
	ErrCorrectionOwned = fault.New(fault.Forbidden, "correction.owned", "客户现在另有推荐人，只能由总部决定是否改回。")
)

// KindCorrection looks for what was decided otherwise than the facts known now
// would have it (RUL-09): the last of a day's runs.
const KindCorrection Kind = "RUL-09"

// OriginCorrection is that of a tie which a confirmed correction begins.
const OriginCorrection Origin = "correction"

// CorrectionMonths is how many closed months are looked back on, beside the
// running one: as for scores (QTA-04).
const CorrectionMonths = 12

// CorrectionState is where a proposed correction stands; the texts are those in
// the database.
type CorrectionState string

// The states.
const (
	CorrectionProposed  CorrectionState = "proposed"
	CorrectionNoted     CorrectionState = "noted"     // nobody would own the guest otherwise now: nothing to do
	CorrectionConfirmed CorrectionState = "confirmed" // done from that day on
	CorrectionDismissed CorrectionState = "dismissed"
	CorrectionGone      CorrectionState = "gone" // later facts took the difference away before anybody decided
)

// Effect is what confirming a correction does, from that day on.
type Effect string

// The effects.
const (
	EffectNone     Effect = "none"     // the end is the same
	EffectRestore  Effect = "restore"  // the guest is given back to whom he should not have been taken from
	EffectRelease  Effect = "release"  // the guest becomes public
	EffectOffer    Effect = "offer"    // the public guest is offered to who received him most
	EffectWithdraw Effect = "withdraw" // an offer that has no ground any more ends
)

// CorrectionEvidence is what the decision of a person who confirmed a correction
// rests on; its JSON is what the decision keeps.
type CorrectionEvidence struct {
	Correction kernel.UUID      `json:"correction"`
	Month      kernel.Month     `json:"month"`
	Until      kernel.Month     `json:"until,omitzero"` // the last that differs
	Effect     Effect           `json:"effect"`
	Rules      []Kind           `json:"rules"` // whose decisions differ
	By         kernel.PersonID  `json:"by"`
	For        *kernel.PersonID `json:"for,omitempty"` // whose delegate he was
	Causes     []Cause          `json:"causes,omitempty"`
	// OfferFor is the day of the close that should have made the offer; zero: none is made.
	OfferFor kernel.BusinessDate `json:"offer_for,omitzero"`
}

// Rules names the rules by which a difference differs, each once.
func (d Difference) Rules() (out []Kind) {
	for _, e := range append(slices.Clone(d.Decided), d.Now...) {
		if !slices.Contains(out, e.Rule) {
			out = append(out, e.Rule)
		}
	}
	return out
}

// CorrectionFacts are how a file stands as somebody confirms a correction.
type CorrectionFacts struct {
	Owner kernel.PersonID // of the file now; zero: public
	Held  bool            // he is in handover (HND-06)
	Ended bool            // the file has no standing any more (CUS-12)
	// Newer are those who got the guest after the days that the correction is about,
	// in whatever way: what they have rests on something else.
	Newer []kernel.PersonID
	Works bool   // who would get the guest may own files in the store today
	Offer *Offer // the open one of the file
	// OfferFor is the day of the close that made it; zero: none did.
	OfferFor kernel.BusinessDate
	// Submitted: whoever took that offer on has submitted the file, which waits for
	// its review (LIF-14).
	Submitted bool
	Appealed  bool // somebody contests a loss of the guest (LIF-14)
	All       bool // who confirms decides for the whole chain
}

// Confirm says whether a correction can be carried out as things stand now.
// Faults: correction.moot, correction.in_handover, correction.appealed,
// correction.not_in_post, correction.owned.
func (d Difference) Confirm(f CorrectionFacts) error {
	switch {
	case f.Ended:
		return ErrCorrectionMoot
	case f.Held:
		return ErrCorrectionHeld
	case f.Appealed:
		return ErrCorrectionOpen
	}
	switch d.Effect {
	case EffectRestore:
		switch {
		case f.Owner == d.Person, slices.Contains(f.Newer, d.Person):
			return ErrCorrectionMoot
		case !f.Works:
			return ErrCorrectionPost
		case !f.Owner.IsZero() && !f.All:
			return ErrCorrectionOwned
		}
		return nil
	case EffectRelease:
		if f.Owner != d.Person || slices.Contains(f.Newer, d.Person) {
			return ErrCorrectionMoot
		}
		return nil
	case EffectOffer:
		switch {
		case !f.Owner.IsZero(), len(f.Newer) > 0, f.Offer != nil && !f.Offer.GivesWay(OfferAdoption, f.Submitted):
			return ErrCorrectionMoot
		case !f.Works:
			return ErrCorrectionPost
		}
		return nil
	case EffectWithdraw:
		made := func(e Event) bool { return e.Wins() && e.To == d.Person && e.On == f.OfferFor }
		if f.Offer == nil || f.Offer.Person != d.Person || f.Offer.Kind != OfferAdoption || !slices.ContainsFunc(d.Decided, made) {
			return ErrCorrectionMoot
		}
		return nil
	case EffectNone:
	}
	return ErrCorrectionMoot
}

// Concerns reports whether a difference is about what somebody lost, got or would
// have: he does not decide on it (ROL-04).
func (d Difference) Concerns(p kernel.PersonID) bool {
	of := func(e Event) bool { return e.From == p || e.To == p }
	return d.Person == p || slices.ContainsFunc(d.Decided, of) || slices.ContainsFunc(d.Now, of)
}
