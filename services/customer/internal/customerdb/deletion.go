package customerdb

import (
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// Deletion gives the row its meaning.
func (r DeletionRow) Deletion() customer.Deletion {
	return customer.Deletion{
		ID: r.RequestID, File: r.FileID, Store: r.StoreID, Ground: customer.DeletionGround(r.Ground), State: customer.RequestState(r.State),
		AskedBy: *r.AskedBy, AskedFor: r.AskedFor, AskedAt: r.AskedAt, DueAt: r.DueAt, DecidedBy: r.DecidedBy, DecidedFor: r.DecidedFor, DecidedAt: r.DecidedAt,
		Writer: r.WriterID, Owner: r.OwnerID,
	}
}

// Request gives the row its meaning.
func (r GuestRequest) Request() customer.GuestRequest {
	return customer.GuestRequest{
		ID: r.RequestID, Kind: customer.GuestRequestKind(r.Kind), State: customer.GuestRequestState(r.State), Channel: r.Channel, Store: (*kernel.StoreID)(r.StoreID),
		ReceivedBy: *r.ReceivedBy, ReceivedAt: r.ReceivedAt, DueAt: r.DueAt, Identity: r.Identity, VerifiedBy: r.VerifiedBy, VerifiedAt: r.VerifiedAt,
		DecidedBy: r.DecidedBy, DecidedFor: r.DecidedFor, DecidedAt: r.DecidedAt, Files: r.Files,
	}
}

// Line gives the row its meaning.
func (r ConsentStandingRow) Line() customer.ConsentLine {
	return customer.ConsentLine{Purpose: customer.Purpose(r.Purpose), Given: r.Given, How: r.How, Text: r.TextVersion, By: r.RecordedBy, For: r.RecordedFor, At: r.At}
}

// Standing gives rows, one a purpose, their meaning.
func Standing(rows []ConsentStandingRow) customer.Standing {
	s := customer.Standing{}
	for _, r := range rows {
		s[customer.Purpose(r.Purpose)] = r.Line()
	}
	return s
}
