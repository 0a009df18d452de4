package handoverapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/handover/internal/handoverdb"
	"github.com/changke/changke/services/kernel"
)

// Offer is what step (1) shows of a store in which the giver owns guests.
type Offer struct {
	Store       kernel.StoreID
	Files, Held int32
	Post        string // that may own guests; empty: he holds none there any more
	LastPost    string // Post, or the last he held there
	Seat        string // that passed to him, or his post
	Receivers   []handoverdb.ReceiversRow
	Unable      []kernel.PersonID // receivers who can't log in, and so can't accept
}

// Prepare gives what step (1) shows: the giver, the stores in the caller's reach in
// which he owns guests, and who could receive them. Fault: handover.not_found.
func (a *App) Prepare(ctx context.Context, grant kernel.Grant, now time.Time, giver kernel.PersonID) (person, []Offer, error) {
	id, me := grant.Actor().Tenant, grant.Person()
	names, err := a.names(ctx, id, giver)
	if err != nil {
		return person{}, nil, err
	}
	who, ok := names[giver]
	if !ok {
		return person{}, nil, handover.ErrNotFound
	}
	rows, err := a.read(id).OwnedIn(ctx, id, giver)
	if err != nil {
		return person{}, nil, err
	}
	out := []Offer{}
	for _, r := range rows {
		if !grant.Covers(r.StoreID, giver == me) {
			continue
		}
		o, err := a.offer(ctx, id, now, giver, r)
		if err != nil {
			return person{}, nil, err
		}
		out = append(out, o)
	}
	if len(out) == 0 && giver != me {
		// Whoever owns nothing the caller reaches is none of his business.
		return person{}, nil, handover.ErrNotFound
	}
	return who, out, nil
}

func (a *App) offer(ctx context.Context, id kernel.TenantID, now time.Time, giver kernel.PersonID, r handoverdb.OwnedInRow) (Offer, error) {
	s, err := a.setting(ctx, id, r.StoreID, now)
	if err != nil {
		return Offer{}, err
	}
	q, o := a.read(id), Offer{Store: r.StoreID, Files: r.Files, Held: r.Held}
	present, last, err := posts(ctx, q, s, giver)
	if err != nil {
		return o, err
	}
	o.Post, o.LastPost, o.Seat = present[giver], last[giver], last[giver]
	seat, err := q.SeatOf(ctx, id, giver, r.StoreID)
	if err == nil {
		o.Seat = seat
	} else if !errors.Is(err, pgx.ErrNoRows) {
		return o, err
	}
	all, err := q.Receivers(ctx, handoverdb.ReceiversParams{TenantID: id, StoreID: r.StoreID, Positions: s.positions, Day: s.today})
	if err != nil {
		return o, err
	}
	people := []kernel.PersonID{}
	for _, x := range all {
		if x.PersonID != giver {
			o.Receivers, people = append(o.Receivers, x), append(people, x.PersonID)
		}
	}
	o.Unable, err = a.Staff.WithoutAccount(ctx, id, people)
	return o, err
}

// GiverFiles lists what a giver owns in a store, after a file. Fault:
// handover.not_found.
func (a *App) GiverFiles(ctx context.Context, grant kernel.Grant, giver kernel.PersonID, store kernel.StoreID, after kernel.FileID, atMost int) ([]FileView, error) {
	id := grant.Actor().Tenant
	if !grant.Covers(store, giver == grant.Person()) {
		return nil, handover.ErrNotFound
	}
	rows, err := a.read(id).OwnedFiles(ctx, handoverdb.OwnedFilesParams{TenantID: id, ReferrerID: giver, StoreID: store, After: after, AtMost: int32(atMost)})
	if err != nil {
		return nil, err
	}
	files := make([]kernel.FileID, len(rows))
	for i, r := range rows {
		files[i] = r.FileID
	}
	known, err := a.Files.Rows(ctx, id, files)
	out := make([]FileView, len(rows))
	for i, r := range rows {
		row, ok := known[r.FileID]
		out[i] = FileView{File: r.FileID, Row: row, Known: ok, Since: r.SinceOn, LastVisit: r.LastVisit}
		if r.Held {
			out[i].State = FileHeld
		}
	}
	return out, err
}
