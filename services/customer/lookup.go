package customer

import (
	"strings"

	"github.com/changke/changke/services/kernel"
)

// Card is what a counter or a telephone is told of whoever has a number, in one
// store.
type Card struct {
	File        kernel.FileID // zero: no file with a standing has the number
	Name        Name
	Salutation  string // 王先生
	Owner       *kernel.PersonID
	OwnerName   string
	Taboos      string // taboos and allergies
	Blacklisted bool   // by any store of the chain (BLK-01)
}

// Known reports whether a file with a standing has the number.
func (c Card) Known() bool { return !c.File.IsZero() }

// Salutation is how a guest is addressed: the surname and 先生 or 女士; a foreign
// name stands as it is.
func Salutation(n Name, sex Sex) string {
	title := map[Sex]string{Male: "先生", Female: "女士"}[sex]
	if n == "" || !strings.ContainsFunc(string(n), isHan) {
		return n.Full()
	}
	runes := []rune(string(n))
	if title == "" {
		title = "先生/女士"
	}
	return string(runes[:min(surnameLength(runes), len(runes))]) + title
}
