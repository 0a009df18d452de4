package ownership

import (
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Faults of offers.
var (
	ErrNoOffer      = fault.New(fault.NotFound, "offer.not_found", "没有找到这位待认养的客户，或者不是给您的。")
	ErrOfferOver    = fault.New(fault.Conflict, "offer.over", "这次认养已经结束，请刷新后再看。")
	ErrOfferPublic  = fault.New(fault.Conflict, "offer.not_public", "这位客户已有推荐人，不能再认养。")
	ErrOfferPost    = fault.New(fault.Conflict, "offer.not_in_post", "新推荐人现在不在本店可维系客户的岗位上，不能接收这位客户。")
	ErrOfferOpen    = fault.New(fault.Conflict, "offer.open", "这位客户已经有人在认养或认领，请等结果出来。")
	ErrOfferRevised = fault.New(fault.Conflict, "offer.revision_open", "这份档案正在修改或等待审核，办完后再确认。")
)

// OfferKind is how somebody comes to be offered a public guest; it is the origin
// of the tie that follows.
type OfferKind string

// The kinds.
const (
	OfferAdoption   OfferKind = "adoption"   // LIF-07
	OfferClaim      OfferKind = "claim"      // LIF-09
	OfferAssignment OfferKind = "assignment" // LIF-12
)

// OfferState is where an offer stands; the texts are those in the database.
type OfferState string

// The states: of each file at most one offer is pending or confirmed (LIF-14).
const (
	OfferPending   OfferState = "pending"   // waits for the person
	OfferConfirmed OfferState = "confirmed" // he checks the file; then it is reviewed (LIF-08)
	OfferDone      OfferState = "done"      // approved: the tie began
	OfferDeclined  OfferState = "declined"  // by the person
	OfferLapsed    OfferState = "lapsed"    // not confirmed in time (LIF-14)
	OfferGaveWay   OfferState = "gave_way"  // to an adoption, or the guest was owned meanwhile
)

// Open reports whether the offer still stands.
func (s OfferState) Open() bool { return s == OfferPending || s == OfferConfirmed }

// Offer is a public guest offered to somebody.
type Offer struct {
	ID        kernel.UUID
	File      kernel.FileID
	Store     kernel.StoreID
	Person    kernel.PersonID
	Kind      OfferKind
	State     OfferState
	OfferedOn kernel.BusinessDate
	LapsesOn  kernel.BusinessDate // the first day it stands no longer unless he has submitted the file
}

// NewOffer offers a guest from a day on, for so many days (LIF-14).
func NewOffer(id kernel.UUID, kind OfferKind, file kernel.FileID, store kernel.StoreID, to kernel.PersonID, on kernel.BusinessDate, days int) Offer {
	return Offer{ID: id, File: file, Store: store, Person: to, Kind: kind, State: OfferPending, OfferedOn: on, LapsesOn: on + kernel.BusinessDate(days)}
}

// GivesWay reports whether a new offer of a kind goes before an open one
// (LIF-14): an adoption before whatever nobody has confirmed, and before claims and
// assignments whose file nobody has submitted; what waits for its review stands.
func (o Offer) GivesWay(to OfferKind, submitted bool) bool {
	if !o.State.Open() {
		return true
	}
	return to == OfferAdoption && (o.State == OfferPending || o.Kind != OfferAdoption && !submitted)
}

// LapseEvidence is what the end of an offer rests on; its JSON is what the
// decision keeps.
type LapseEvidence struct {
	Kind      OfferKind           `json:"kind"`
	OfferedOn kernel.BusinessDate `json:"offered_on"`
	Days      int                 `json:"days"`
	Confirmed bool                `json:"confirmed,omitempty"` // what he did not do is submit the file
}

// Lapse is LIF-14 on a day: an offer that was not confirmed, or whose file was
// not submitted after that, within its days is over. Nil evidence: it stands.
func Lapse(day kernel.BusinessDate, o Offer, submitted bool) *LapseEvidence {
	if !o.State.Open() || day < o.LapsesOn || o.State == OfferConfirmed && submitted {
		return nil
	}
	return &LapseEvidence{Kind: o.Kind, OfferedOn: o.OfferedOn, Days: int(o.LapsesOn - o.OfferedOn), Confirmed: o.State == OfferConfirmed}
}

// SentBack is an offer whose file the review sent back on a day: he has days anew to
// mend it, for the first ones may be over while it waited for others (LIF-14).
func (o Offer) SentBack(on kernel.BusinessDate, days int) Offer {
	o.LapsesOn = max(o.LapsesOn, on+kernel.BusinessDate(days))
	return o
}

// OfferFacts are a file and a person on the day that he confirms an offer, or that the
// file is approved for him.
type OfferFacts struct {
	Public bool // nobody owns the file
	Works  bool // he works in its store in a post that may own files
}

// Confirm says whether a person may confirm an offer (LIF-08). Faults:
// offer.not_found (not his), offer.over, offer.not_public, offer.not_in_post.
func (o Offer) Confirm(by kernel.PersonID, f OfferFacts) error {
	switch {
	case o.Person != by:
		return ErrNoOffer
	case o.State != OfferPending:
		return ErrOfferOver
	}
	return f.check()
}

// Begin says whether the tie begins, now that the file was approved (LIF-08).
// Faults: offer.over, offer.not_public, offer.not_in_post.
func (o Offer) Begin(f OfferFacts) error {
	if o.State != OfferConfirmed {
		return ErrOfferOver
	}
	return f.check()
}

func (f OfferFacts) check() error {
	switch {
	case !f.Public:
		return ErrOfferPublic
	case !f.Works:
		return ErrOfferPost
	}
	return nil
}
