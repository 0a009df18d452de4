package main

import (
	"maps"
	"testing"

	"google.golang.org/protobuf/proto"

	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	"github.com/changke/changke/services/kernel"
)

// offerSamples say how public guests are offered and taken on.
var offerSamples = map[string]sample{
	"changke.ownership.v1.OfferService.ListMyOffers": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.offered(t, c)
		w.exec(t, `INSERT INTO offer (tenant_id, offer_id, file_id, store_id, person_id, kind, state, offered_on, lapses_on, created_at)
			VALUES ($1, $2, $3, $4, $5, 'adoption', 'pending', '2026-03-09', '2026-03-16', $6)`, c.id, kernel.NewID[kernel.UUID](noon), c.file(1), c.s01, c.people["E0002"], noon)
		return &ownershipv1.ListMyOffersRequest{}
	}},
	"changke.ownership.v1.OfferService.ConfirmOffer": {by: byRep, mine: true, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ConfirmOfferRequest{Id: w.offered(t, c).String()}
	}},
	"changke.ownership.v1.OfferService.DeclineOffer": {by: byRep, mine: true, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.DeclineOfferRequest{Id: w.offered(t, c).String()}
	}},
}

func init() { maps.Copy(samples, offerSamples) }

// offered offers a public guest of S01 to a waiter there.
func (w *world) offered(t testing.TB, c *chain) kernel.UUID {
	t.Helper()
	id, file := kernel.NewID[kernel.UUID](noon), c.file(2)
	w.exec(t, "DELETE FROM offer WHERE tenant_id = $1", c.id)
	w.exec(t, "DELETE FROM file_revision WHERE tenant_id = $1 AND file_id = $2 AND state <> 'approved'", c.id, file)
	w.exec(t, "UPDATE tie SET end_on = greatest(start_on, '2026-03-09') WHERE tenant_id = $1 AND file_id = $2 AND end_on IS NULL", c.id, file)
	w.exec(t, "UPDATE guest SET state = 'approved', editor_id = NULL, owner_id = NULL, owned_since = NULL WHERE tenant_id = $1 AND file_id = $2", c.id, file)
	w.exec(t, `INSERT INTO offer (tenant_id, offer_id, file_id, store_id, person_id, kind, state, offered_on, lapses_on, created_at)
		VALUES ($1, $2, $3, $4, $5, 'adoption', 'pending', '2026-03-09', '2026-03-16', $6)`, c.id, id, file, c.s01, c.people["E0002"], noon)
	return id
}
