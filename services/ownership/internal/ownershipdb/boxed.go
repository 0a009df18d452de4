package ownershipdb

import (
	"encoding/json"
	"fmt"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// Boxes seals and opens what rests as ciphertext: secret.Keys of the tenant.
type Boxes interface {
	SealBytes(plain []byte, table string, row kernel.UUID) ([]byte, error)
	OpenBytes(box []byte, table string, row kernel.UUID) ([]byte, error)
}

// AppealBox is what the box of an appeal is bound to, beside its row.
const AppealBox = "appeal"

// What the boxes of reasons are bound to, beside their rows.
const (
	BrakeBox      = "brake.reason"
	CorrectionBox = "correction.reason"
)

// OpenReason reads why somebody decided; nil: nobody has.
func OpenReason(keys Boxes, table string, id kernel.UUID, box []byte) (string, error) {
	if box == nil {
		return "", nil
	}
	text, err := keys.OpenBytes(box, table, id)
	return string(text), err
}

// SealTexts boxes what is said in an appeal.
func SealTexts(keys Boxes, id kernel.UUID, t ownership.AppealTexts) ([]byte, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("%s: %T", AppealBox, err) // never the error's text: it may hold personal data
	}
	return keys.SealBytes(text, AppealBox, id)
}

// OpenTexts reads what is said in an appeal.
func OpenTexts(keys Boxes, id kernel.UUID, box []byte) (t ownership.AppealTexts, err error) {
	text, err := keys.OpenBytes(box, AppealBox, id)
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal(text, &t); err != nil {
		return t, fmt.Errorf("%s: %T", AppealBox, err)
	}
	return t, nil
}
