package ownership

import (
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel/fault"
)

// Receivers of the month and months of visits that are shown of a public guest.
const (
	PoolReceivers = 3
	PoolMonths    = 12
)

// Faults of the public pool.
var (
	ErrNoPool       = fault.New(fault.NotFound, "pool.not_found", "没有找到这位公共客户，或者他不在您的门店。")
	ErrAssignSelf   = fault.New(fault.Conflict, "pool.assign_self", "不能指派给自己，请用“认领”。")
	ErrPoolHandover = fault.New(fault.Conflict, "pool.in_handover", "这位客户正在交接，交接办完后再认领或指派。")
	ErrAppealed     = fault.New(fault.Conflict, "pool.appealed", "原推荐人对失去这位客户提出了申诉，等申诉有结果后再办。")
)

// TakeFacts are a public guest and a person on the day that somebody claims or
// assigns him.
type TakeFacts struct {
	OfferFacts
	State    string // of the file
	Offered  bool   // an offer is open
	Handover bool   // the file is in handover (HND-06)
	Appealed bool   // a loss of the guest is being appealed (LIF-11)
}

// Take says whether a guest may be claimed for or assigned to a person (LIF-09,
// LIF-12). Faults: offer.not_public, pool.in_handover, pool.appealed, offer.open,
// offer.not_in_post, offer.revision_open.
func (f TakeFacts) Take() error {
	switch {
	case f.Handover:
		return ErrPoolHandover
	case !f.Public:
		return ErrOfferPublic
	case f.Appealed:
		return ErrAppealed
	case f.Offered:
		return ErrOfferOpen
	case !f.Works:
		return ErrOfferPost
	case f.State != string(customer.Approved):
		return ErrOfferRevised
	}
	return nil
}

// Workload is what somebody is to have and has reached in the running month, and how
// much of the customers' target he had in the last month that was scored: what a
// manager looks at before he assigns a guest (LIF-12). Targets are in hundredths,
// nil where none are asked of him.
type Workload struct {
	Customers, Visits *int64
	Visited           int64
	LastPercent       *int64
	PostEnglish       string // his post in English; empty: one of the chain's own
}

// Room is how many guests somebody lacks to his target, in hundredths; without a
// target he has as much less as he has guests.
func (l Workload) Room(customers int) int64 {
	if l.Customers == nil {
		return -100 * int64(customers)
	}
	return *l.Customers - 100*int64(customers)
}
