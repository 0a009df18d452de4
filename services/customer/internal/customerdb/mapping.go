// Package customerdb is the SQL of VIP files.
package customerdb

import (
	"encoding/json"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// Guest is a file's row with its number still in the box.
type Guest struct {
	customer.Row // Masked is empty
	NumberBox    []byte
	Key          string // the value a list is sorted by
}

// Guest gives the row its meaning.
func (r RowsRow) Guest() Guest {
	return Guest{Row: customer.Row{
		File: r.FileID, Store: r.StoreID, Name: customer.Name(r.Name), Sex: customer.Sex(r.Sex), Owner: r.OwnerID, OwnedSince: r.OwnedSince, ApprovedOn: r.ApprovedOn,
		State: customer.State(r.State), Imported: r.Imported, Writer: r.WriterID, Editor: r.EditorID, Version: r.Version, MergedInto: r.MergedInto,
	}, NumberBox: r.NumberBox}
}

// Guest gives the row its meaning.
func (r FileRow) Guest() Guest {
	return RowsRow{
		r.FileID, r.StoreID, r.Name, r.Sex, r.NumberBox, r.State, r.OwnerID, r.OwnedSince, r.ApprovedOn, r.Imported, r.WriterID, r.EditorID, r.Version, r.MergedInto,
	}.Guest()
}

// Guest gives the row its meaning.
func (r ReviewsOfStoresRow) Guest() Guest {
	return RowsRow{
		r.FileID, r.StoreID, r.Name, r.Sex, r.NumberBox, r.State, r.OwnerID, r.OwnedSince, r.ApprovedOn, r.Imported, r.WriterID, r.EditorID, r.Version, nil,
	}.Guest()
}

// Template gives the row its meaning.
func (r FileTemplate) Template() (customer.Template, error) { return TemplateOf(r.Version, r.Fields) }

// TemplateOf reads the fields of a template.
func TemplateOf(version int32, text []byte) (customer.Template, error) {
	t := customer.Template{Version: version}
	err := json.Unmarshal(text, &t.Fields)
	return t, err
}

// TemplateText writes the fields of a template.
func TemplateText(t customer.Template) ([]byte, error) { return json.Marshal(t.Fields) }

// Event gives the row its meaning.
func (r EventsRow) Event() customer.Event {
	return customer.Event{ID: r.EventID, At: r.At, On: r.BusinessDate, Kind: customer.EventKind(r.Kind), Person: r.PersonID, For: r.ForID, Rule: r.Rule, Fields: r.Fields}
}

// NewEvent spreads an event over the columns of InsertEvent.
func NewEvent(tenant kernel.TenantID, file kernel.FileID, e customer.Event) InsertEventParams {
	if e.Fields == nil {
		e.Fields = []string{}
	}
	return InsertEventParams{
		TenantID: tenant, EventID: kernel.NewID[kernel.UUID](e.At), FileID: file, Now: e.At, BusinessDate: e.On, Kind: string(e.Kind), PersonID: e.Person, ForID: e.For, Rule: e.Rule, Fields: e.Fields,
	}
}

// NewOwners spreads owners over the columns of SetOwners.
func NewOwners(tenant kernel.TenantID, owners []customer.Owner) SetOwnersParams {
	p := SetOwnersParams{TenantID: tenant}
	for _, o := range owners {
		var owner kernel.UUID
		var since kernel.BusinessDate
		if o.Owner != nil {
			owner = kernel.UUID(*o.Owner)
		}
		if o.Since != nil {
			since = *o.Since
		}
		p.Files = append(p.Files, kernel.UUID(o.File))
		p.Owners = append(p.Owners, owner)
		p.Since = append(p.Since, since)
	}
	return p
}

// Import is imported files, spread over columns, with their numbers boxed.
type Import struct {
	tenant                  kernel.TenantID
	now                     time.Time
	files, stores, writers  []kernel.UUID
	names, initials, last4s []string
	approvedOns             []kernel.BusinessDate
	sexes                   []int16
	numberKeys, numberBoxes [][]byte
	fieldsBoxes             [][]byte
	importID                kernel.UUID
}

// NewImport begins an import.
func NewImport(tenant kernel.TenantID, importID kernel.UUID, now time.Time) *Import {
	return &Import{tenant: tenant, importID: importID, now: now}
}

// Add adds a file; its revision has the file's id, which fieldsBox is bound to.
func (i *Import) Add(f customer.ImportedFile, numberKey, numberBox, fieldsBox []byte) {
	i.files = append(i.files, kernel.UUID(f.File))
	i.stores = append(i.stores, kernel.UUID(f.Store))
	i.writers = append(i.writers, kernel.UUID(f.Writer))
	i.names = append(i.names, f.Name.Full())
	i.initials = append(i.initials, customer.Initials(f.Name.Full()))
	i.sexes = append(i.sexes, int16(f.Fields.Sex))
	i.last4s = append(i.last4s, f.Number.Last4Reversed())
	i.approvedOns = append(i.approvedOns, f.ApprovedOn)
	i.numberKeys = append(i.numberKeys, numberKey)
	i.numberBoxes = append(i.numberBoxes, numberBox)
	i.fieldsBoxes = append(i.fieldsBoxes, fieldsBox)
}

// Guests gives the columns of ImportGuests.
func (i *Import) Guests() ImportGuestsParams {
	return ImportGuestsParams{
		TenantID: i.tenant, ImportID: &i.importID, Now: i.now, Files: i.files, Stores: i.stores, Names: i.names, Initials: i.initials, Sexes: i.sexes,
		NumberKeys: i.numberKeys, NumberBoxes: i.numberBoxes, Last4s: i.last4s, ApprovedOns: i.approvedOns, Writers: i.writers,
	}
}

// Numbers gives the columns of ImportNumbers.
func (i *Import) Numbers() ImportNumbersParams {
	return ImportNumbersParams{TenantID: i.tenant, Stores: i.stores, NumberKeys: i.numberKeys, Files: i.files}
}

// Revisions gives the columns of ImportRevisions.
func (i *Import) Revisions() ImportRevisionsParams {
	return ImportRevisionsParams{TenantID: i.tenant, Now: i.now, Files: i.files, Stores: i.stores, FieldsBoxes: i.fieldsBoxes, Writers: i.writers}
}

// Events gives the columns of ImportEvents.
func (i *Import) Events() ImportEventsParams {
	return ImportEventsParams{TenantID: i.tenant, Now: i.now, Kind: string(customer.FileImported), Files: i.files, ApprovedOns: i.approvedOns}
}

// IDs puts typed ids into the form of an SQL list.
func IDs[T ~[16]byte](ids []T) []kernel.UUID {
	out := make([]kernel.UUID, len(ids))
	for i, id := range ids {
		out[i] = kernel.UUID(id)
	}
	return out
}
