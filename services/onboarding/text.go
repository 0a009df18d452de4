package onboarding

import "github.com/changke/changke/services/kernel"

// TextKind is what a text of a list should have named; the texts are those in
// the database.
type TextKind string

// The kinds.
const (
	TextStore TextKind = "store"
	TextStaff TextKind = "staff"
)

// MaxTexts is how many texts of a list can be told; more than so many are a
// column that was taken for another.
const MaxTexts = 500

// Text is what a list calls a store or a person by words that are not ours.
type Text struct {
	Kind   TextKind
	Text   string
	Lines  int
	Target kernel.UUID // the store or person meant; zero: nobody has said
}
