package ownership_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

func offerTo(p kernel.PersonID, kind ownership.OfferKind, state ownership.OfferState, on kernel.BusinessDate) ownership.Offer {
	o := ownership.NewOffer(kernel.UUID{1}, kind, kernel.FileID{2}, kernel.StoreID{3}, p, on, 7)
	o.State = state
	return o
}

// TestLapse: the seventh day is the last on which it can be confirmed (LIF-14).
func TestLapse(t *testing.T) {
	t.Parallel()
	on := date(t, "2024-02-27")
	pending := offerTo(wang, ownership.OfferAdoption, ownership.OfferPending, on)
	require.Nil(t, ownership.Lapse(date(t, "2024-03-04"), pending, false))
	require.Equal(t, &ownership.LapseEvidence{Kind: ownership.OfferAdoption, OfferedOn: on, Days: 7}, ownership.Lapse(date(t, "2024-03-05"), pending, false))
	confirmed := offerTo(wang, ownership.OfferClaim, ownership.OfferConfirmed, on)
	require.Nil(t, ownership.Lapse(on+90, confirmed, true), "it waits for the review, not for him")
	require.True(t, ownership.Lapse(on+7, confirmed, false).Confirmed, "confirmed, but never submitted")
	require.Nil(t, ownership.Lapse(on+15, confirmed.SentBack(on+9, 7), false), "sent back late: he has days anew")
	require.NotNil(t, ownership.Lapse(on+16, confirmed.SentBack(on+9, 7), false))
	require.Equal(t, on+9, confirmed.SentBack(on+1, 8).LapsesOn)
	require.Equal(t, on+7, confirmed.SentBack(on-5, 7).LapsesOn, "never fewer")
	for _, over := range []ownership.OfferState{ownership.OfferDone, ownership.OfferDeclined, ownership.OfferLapsed, ownership.OfferGaveWay} {
		require.Nil(t, ownership.Lapse(on+90, offerTo(wang, ownership.OfferAdoption, over, on), false), over)
	}
}

// TestGivesWay: an adoption goes before what nobody has confirmed, nothing else
// goes before anything open.
func TestGivesWay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		state ownership.OfferState
		to    ownership.OfferKind
		want  bool
	}{
		{ownership.OfferPending, ownership.OfferAdoption, true},
		{ownership.OfferPending, ownership.OfferClaim, false},
		{ownership.OfferPending, ownership.OfferAssignment, false},
		{ownership.OfferConfirmed, ownership.OfferAdoption, false},
		{ownership.OfferLapsed, ownership.OfferClaim, true},
		{ownership.OfferDone, ownership.OfferAssignment, true},
	} {
		require.Equal(t, c.want, offerTo(wang, ownership.OfferAdoption, c.state, 1).GivesWay(c.to, false), c)
	}
	for _, kind := range []ownership.OfferKind{ownership.OfferClaim, ownership.OfferAssignment} {
		checking := offerTo(wang, kind, ownership.OfferConfirmed, 1)
		require.True(t, checking.GivesWay(ownership.OfferAdoption, false), "nobody has submitted it")
		require.False(t, checking.GivesWay(ownership.OfferAdoption, true), "it waits for its review")
		require.False(t, checking.GivesWay(ownership.OfferClaim, false))
	}
}

func TestConfirmAndBegin(t *testing.T) {
	t.Parallel()
	good := ownership.OfferFacts{Public: true, Works: true}
	pending := offerTo(wang, ownership.OfferAdoption, ownership.OfferPending, 1)
	require.NoError(t, pending.Confirm(wang, good))
	require.ErrorIs(t, pending.Confirm(li, good), ownership.ErrNoOffer)
	require.ErrorIs(t, pending.Confirm(wang, ownership.OfferFacts{Works: true}), ownership.ErrOfferPublic)
	require.ErrorIs(t, pending.Confirm(wang, ownership.OfferFacts{Public: true}), ownership.ErrOfferPost)
	require.ErrorIs(t, pending.Begin(good), ownership.ErrOfferOver, "nobody has confirmed it")
	confirmed := offerTo(wang, ownership.OfferAdoption, ownership.OfferConfirmed, 1)
	require.ErrorIs(t, confirmed.Confirm(wang, good), ownership.ErrOfferOver)
	require.NoError(t, confirmed.Begin(good))
	require.ErrorIs(t, confirmed.Begin(ownership.OfferFacts{Works: true}), ownership.ErrOfferPublic)
	require.ErrorIs(t, confirmed.Begin(ownership.OfferFacts{Public: true}), ownership.ErrOfferPost)
}

// TestOneOwner plays random months of one file with the rules alone, and with
// them in the order of the chain: at any time at most one owner, a tie begins
// only where none is, and what a month's close reads is the state at its end.
func TestOneOwner(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := anyDate(t, "begin")
		tie := &ownership.Bond{Referrer: wang, Start: day}
		public := kernel.BusinessDate(0)
		var offer *ownership.Offer
		var facts []ownership.Visit
		for range rapid.IntRange(1, 8).Draw(t, "months") {
			m := day.Month()
			facts = append(facts, anyVisits(t, m)...)
			on := (m + 1).First()
			var lost *ownership.ShareEvidence
			var won *ownership.AdoptionEvidence
			var err error
			if tie != nil && tie.Start <= m.Last() {
				lost, err = ownership.Share(m, *tie, facts, half)
			} else if tie == nil && public <= m.Last() {
				won, err = ownership.Adoption(m, public, facts, all, 2)
			}
			require.NoError(t, err)
			require.False(t, lost != nil && won != nil)
			if won != nil && !won.Tied() && (offer == nil || offer.GivesWay(ownership.OfferAdoption, false)) {
				o := ownership.NewOffer(kernel.UUID{1}, ownership.OfferAdoption, kernel.FileID{}, kernel.StoreID{}, won.Receiver, on, 7)
				offer = &o
			}
			if lost != nil {
				tie, public = nil, on
			}
			if offer != nil && rapid.Bool().Draw(t, "confirms") && offer.Confirm(offer.Person, ownership.OfferFacts{Public: tie == nil, Works: true}) == nil {
				offer.State = ownership.OfferConfirmed
				if rapid.Bool().Draw(t, "approved") {
					require.NoError(t, offer.Begin(ownership.OfferFacts{Public: tie == nil, Works: true}))
					require.Nil(t, tie)
					tie, offer = &ownership.Bond{Referrer: offer.Person, Start: on + 2}, nil
				}
			}
			if offer != nil && ownership.Lapse(on+7, *offer, false) != nil {
				offer.State = ownership.OfferLapsed
			}
			day = on
		}
	})
}
