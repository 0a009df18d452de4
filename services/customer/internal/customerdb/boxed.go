package customerdb

import (
	"encoding/json"
	"fmt"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// Boxes seals and opens what rests as ciphertext: secret.Keys of the tenant.
type Boxes interface {
	SealBytes(plain []byte, table string, row kernel.UUID) ([]byte, error)
	OpenBytes(box []byte, table string, row kernel.UUID) ([]byte, error)
}

// What boxes are bound to, beside their row.
const (
	FieldsBox  = "file_revision"
	ReasonsBox = "file_revision.reasons"
	RevealBox  = "reveal_reason"
)

// storedFields are fields as they rest, in clear: Fields and Name in JSON would
// mask themselves.
type storedFields struct {
	Name string `json:"name,omitempty"`
	plainFields
}

type plainFields customer.Fields // without its methods

// SealFields and OpenFields are the only way of a file's content into the
// database and out of it.
func SealFields(keys Boxes, revision kernel.UUID, f customer.Fields) ([]byte, error) {
	return seal(keys, FieldsBox, revision, storedFields{f.Name.Full(), plainFields(f)})
}

// OpenFields reads the fields of a revision.
func OpenFields(keys Boxes, revision kernel.UUID, box []byte) (customer.Fields, error) {
	var f storedFields
	err := open(keys, FieldsBox, revision, box, &f)
	f.plainFields.Name = customer.Name(f.Name)
	return customer.Fields(f.plainFields), err
}

// SealReasons boxes the reasons of a review; none gives nil.
func SealReasons(keys Boxes, revision kernel.UUID, reasons []customer.Reason) ([]byte, error) {
	if len(reasons) == 0 {
		return nil, nil
	}
	return seal(keys, ReasonsBox, revision, reasons)
}

// OpenReasons reads the reasons of a revision.
func OpenReasons(keys Boxes, revision kernel.UUID, box []byte) (reasons []customer.Reason, err error) {
	if box == nil {
		return nil, nil
	}
	return reasons, open(keys, ReasonsBox, revision, box, &reasons)
}

// ConflictBox is what the texts of a conflict case are bound to, beside its row.
const ConflictBox = "conflict_case"

// SealTexts boxes what is said in a conflict case.
func SealTexts(keys Boxes, id kernel.UUID, t customer.ConflictTexts) ([]byte, error) {
	return seal(keys, ConflictBox, id, t)
}

// OpenTexts reads what is said in a conflict case.
func OpenTexts(keys Boxes, id kernel.UUID, box []byte) (t customer.ConflictTexts, err error) {
	return t, open(keys, ConflictBox, id, box, &t)
}

func seal(keys Boxes, table string, row kernel.UUID, v any) ([]byte, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("%s: %T", table, err) // never the error's text: it may hold personal data
	}
	return keys.SealBytes(text, table, row)
}

func open(keys Boxes, table string, row kernel.UUID, box []byte, into any) error {
	text, err := keys.OpenBytes(box, table, row)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %T", table, err)
	}
	return nil
}
