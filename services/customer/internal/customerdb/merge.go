package customerdb

import "github.com/changke/changke/services/customer"

// Part gives the row its meaning.
func (r LockMergePartsRow) Part() customer.MergePart {
	return customer.MergePart{
		File: r.FileID, Store: r.StoreID, State: customer.State(r.State), ApprovedOn: r.ApprovedOn, Owner: r.OwnerID, Writer: r.WriterID, Editor: r.EditorID, Blacklisted: r.Blacklisted,
	}
}

// Unsettled gives the row its meaning; more contacts are to come.
func (r UnsettledRow) Unsettled(more int) customer.Unsettled {
	return customer.Unsettled{
		Revision: r.Revision, Change: r.Change, Conflict: r.Conflict, Deletion: r.Deletion, Check: r.SpotCheck && more > 0, GuestAsked: r.GuestAsked,
		Contact: r.Contact && more > 0, Contacts: (int(r.Contacts) + more) * min(more, 1),
	}
}

// Merge gives the row its meaning, without its reason.
func (r FileMerge) Merge() customer.Merge {
	return customer.Merge{
		ID: r.MergeID, Survivor: r.SurvivorID, Merged: r.MergedID, Store: r.StoreID, By: *r.MergedBy, For: r.MergedFor, At: r.MergedAt,
		UndoneBy: r.UndoneBy, UndoneFor: r.UndoneFor, UndoneAt: r.UndoneAt,
	}
}
