package customerdb

import (
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// What boxes of a reported change and of a spot check are bound to, beside
// their rows.
const (
	changeBox  = "change_request"
	refusalBox = "change_request.refusal"

	findingsBox = "spot_check_finding"
)

// storedChange is a reported change as it rests.
type storedChange struct {
	Fields storedFields `json:"fields"`
	Number string       `json:"number,omitempty"`
	Note   string       `json:"note,omitempty"`
}

// SealChange boxes what a change says.
func SealChange(keys Boxes, id kernel.UUID, v customer.ChangeValues) ([]byte, error) {
	return seal(keys, changeBox, id, storedChange{storedFields{v.Fields.Name.Full(), plainFields(v.Fields)}, string(v.Number), v.Note})
}

// SealRefusal boxes why a change was refused.
func SealRefusal(keys Boxes, id kernel.UUID, reason string) ([]byte, error) {
	return seal(keys, refusalBox, id, reason)
}

// Change opens a row.
func (r ChangeRow) Change(keys Boxes) (customer.Change, error) {
	out := customer.Change{
		ID: r.RequestID, File: r.FileID, Store: r.StoreID, State: customer.ChangeState(r.State), Names: r.Fields, For: r.RequestedFor, At: r.RequestedAt, Due: r.DueAt,
		Decided: r.DecidedAt, Decider: r.DecidedBy,
	}
	if r.RequestedBy != nil {
		out.By = *r.RequestedBy
	}
	var v storedChange
	if err := open(keys, changeBox, r.RequestID, r.ValuesBox, &v); err != nil {
		return out, err
	}
	out.Values = customer.ChangeValues{Fields: customer.Fields(v.Fields.plainFields), Number: kernel.Phone(v.Number), Note: v.Note}
	out.Values.Fields.Name = customer.Name(v.Fields.Name)
	if r.RefusalBox == nil {
		return out, nil
	}
	return out, open(keys, refusalBox, r.RequestID, r.RefusalBox, &out.Refusal)
}

// SealFindings boxes what a spot check found.
func SealFindings(keys Boxes, file kernel.FileID, findings []customer.Reason) ([]byte, error) {
	return seal(keys, findingsBox, kernel.UUID(file), findings)
}

// Check opens a row.
func (r SpotCheckRow) Check(keys Boxes, month kernel.Month) (customer.SpotCheck, error) {
	out := customer.SpotCheck{
		Month: month, File: r.FileID, Store: r.StoreID, ApprovedOn: r.ApprovedOn, Referrer: r.ReferrerID, Reviewer: r.ReviewerID, Checker: r.CheckedBy, CheckedAt: r.CheckedAt,
	}
	if r.Result != nil {
		out.Result = customer.CheckResult(*r.Result)
	}
	if r.FindingsBox == nil {
		return out, nil
	}
	return out, open(keys, findingsBox, kernel.UUID(r.FileID), r.FindingsBox, &out.Findings)
}

// NewDraw spreads drawn files over the columns of InsertSpotChecks.
func NewDraw(tenant kernel.TenantID, month kernel.Month, drawn []ApprovedInRow) InsertSpotChecksParams {
	p := InsertSpotChecksParams{TenantID: tenant, Month: month.First()}
	for _, r := range drawn {
		p.Files = append(p.Files, kernel.UUID(r.FileID))
		p.Stores = append(p.Stores, kernel.UUID(r.StoreID))
		p.Revisions = append(p.Revisions, r.RevisionID)
		p.ApprovedOns = append(p.ApprovedOns, *r.ApprovedOn)
		p.Referrers = append(p.Referrers, kernel.UUID(r.WriterID))
		p.Reviewers = append(p.Reviewers, kernel.UUID(*r.DecidedBy))
	}
	return p
}
