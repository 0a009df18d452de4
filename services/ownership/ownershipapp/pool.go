package ownershipapp

import (
	"context"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/tenant"
)

// PoolAsked says which public guests of a store are listed, after a day and file;
// zero values ask for all.
type PoolAsked struct {
	Store      kernel.StoreID
	Active     *bool // only those active today, or dormant
	Rule       string
	Offered    *bool // only those offered to somebody, or to nobody
	MinVisits  int
	Before     kernel.BusinessDate
	BeforeFile kernel.FileID
	AtMost     int
}

// PoolGuest is a public guest as everybody sees him: masked.
type PoolGuest struct {
	ownershipdb.PoolPageRow
	Name, Number string // masked
	Why          message.Said
	Visits       int
	Amount       kernel.Fen
	Receivers    []ownershipdb.PoolReceiversRow
	Mine         bool // offered to the caller
}

// Pool lists the public guests of a store (LIF-09), and says whether the caller
// holds a post there that may own them. Fault: store.not_found outside the grant.
func (a *App) Pool(ctx context.Context, grant kernel.Grant, now time.Time, asked PoolAsked) (out []PoolGuest, mayOwn bool, err error) {
	id := grant.Actor().Tenant
	if !grant.Covers(asked.Store, false) {
		return nil, false, tenant.ErrNoStore
	}
	store, rules, err := a.at(ctx, id, asked.Store, now)
	if err != nil {
		return nil, false, err
	}
	today, q := store.BusinessDate(now), ownershipdb.New(a.DB.Single(id))
	since := today.MinusMonths(int(rules.Int(customer.RuleActivityMonths, store.ID)))
	p := ownershipdb.PoolPageParams{
		TenantID: id, StoreID: store.ID, ActiveSince: since, CameFrom: firstDay, CameTo: lastDay, FirstRule: asked.Rule, LastRule: asked.Rule,
		Offered: []bool{true, false}, LeastVisits: int32(asked.MinVisits), Before: asked.Before, BeforeFile: kernel.UUID(asked.BeforeFile), AtMost: int32(asked.AtMost),
	}
	if asked.Rule == "" {
		p.LastRule = lastRule
	}
	switch {
	case asked.Active == nil:
	case *asked.Active:
		p.CameFrom = since
	default:
		p.CameTo = since - 1
	}
	if asked.Offered != nil {
		p.Offered = []bool{*asked.Offered}
	}
	rows, err := q.PoolPage(ctx, p)
	if err != nil {
		return nil, false, err
	}
	worked, err := postsOf(ctx, q, id, []kernel.PersonID{grant.Person()}, a.Owning(rules), now)
	if err != nil {
		return nil, false, err
	}
	out, err = a.poolGuests(ctx, q, grant, today, rows)
	return out, worked.works(grant.Person(), store.ID, today), err
}

// The ends of a list whose filter is open.
var (
	firstDay = kernel.NewDate(1, time.January, 1)
	lastRule = "\U0010FFFF"
)

// poolGuests adds to a page's rows what other contexts and decisions tell of them.
func (a *App) poolGuests(ctx context.Context, q *ownershipdb.Queries, grant kernel.Grant, today kernel.BusinessDate, rows []ownershipdb.PoolPageRow) ([]PoolGuest, error) {
	id, out := grant.Actor().Tenant, make([]PoolGuest, len(rows))
	files, since, decisions, at := make([]kernel.FileID, len(rows)), make([]kernel.BusinessDate, len(rows)), []kernel.UUID{}, map[kernel.FileID]int{}
	for i, r := range rows {
		files[i], since[i], at[r.FileID] = r.FileID, max(r.PublicOn, today.Month().First()), i
		out[i] = PoolGuest{PoolPageRow: r, Mine: r.OfferKind != "" && kernel.PersonID(r.OfferedTo) == grant.Person()}
		if r.DecisionID != nil {
			decisions = append(decisions, *r.DecisionID)
		}
	}
	masked, err := a.Files.Rows(ctx, id, files)
	if err != nil {
		return nil, err
	}
	words, err := a.Words(ctx, id, decisions)
	if err != nil {
		return nil, err
	}
	visits, err := q.PoolVisits(ctx, id, ownershipdb.UUIDs(files), today.MinusMonths(ownership.PoolMonths))
	if err != nil {
		return nil, err
	}
	receivers, err := q.PoolReceivers(ctx, ownershipdb.UUIDs(files), since, id)
	if err != nil {
		return nil, err
	}
	for i := range out {
		g := &out[i]
		g.Name, g.Number = masked[g.FileID].Name.Masked(), masked[g.FileID].Masked
		if g.DecisionID != nil {
			g.Why = words[*g.DecisionID]
		}
	}
	for _, v := range visits {
		out[at[v.FileID]].Visits, out[at[v.FileID]].Amount = int(v.Visits), kernel.Fen(v.AmountFen)
	}
	for _, r := range receivers {
		if g := &out[at[r.FileID]]; len(g.Receivers) < ownership.PoolReceivers {
			g.Receivers = append(g.Receivers, r)
		}
	}
	return out, nil
}

// at is a store, and the rules that are in force there now.
func (a *App) at(ctx context.Context, id kernel.TenantID, store kernel.StoreID, now time.Time) (tenant.Store, tenant.Rules, error) {
	s, err := a.store(ctx, id, store)
	if err != nil {
		return s, tenant.Rules{}, err
	}
	rules, err := a.Tenants.Rules(ctx, id, s.BusinessDate(now))
	return s, rules, err
}
