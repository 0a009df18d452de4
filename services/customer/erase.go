package customer

import "github.com/changke/changke/services/kernel"

// Deleted is the state of a file of which nothing is left but its row: who wrote
// it, where and when (DEL-03). No decision leads out of it.
const Deleted State = "deleted"

// Rules by which a file is erased.
const (
	RuleOnRequest  = "DEL-01" // a store asked, head office acted
	RuleIncomplete = "DEL-02" // never approved and not submitted for too long
	RuleGuestsWish = "DEL-03" // the guest asked
)

// Alias is what a number becomes in the facts of a store when its guest is
// erased: 32 random bytes, which nobody can lead back to him. Visits, bills and
// their money stay with the alias, so that every count and sum stays (DEL-03).
// Only the days count on which the number was his: before them, and after, it
// may be somebody else's.
type Alias struct {
	Store     kernel.StoreID
	NumberKey []byte
	Alias     []byte
	From      kernel.BusinessDate
	Until     kernel.BusinessDate // first day no longer
}

// Aliased are aliases side by side, as one statement takes them.
type Aliased struct {
	Stores           []kernel.UUID
	Numbers, Aliases [][]byte
	Froms, Untils    []kernel.BusinessDate
}

// Columns lays aliases side by side.
func Columns(aliases []Alias) (c Aliased) {
	for _, a := range aliases {
		c.Stores, c.Numbers, c.Aliases = append(c.Stores, kernel.UUID(a.Store)), append(c.Numbers, a.NumberKey), append(c.Aliases, a.Alias)
		c.Froms, c.Untils = append(c.Froms, a.From), append(c.Untils, a.Until)
	}
	return c
}

// StoreNumber is a number in a store.
type StoreNumber struct {
	Store     kernel.StoreID
	NumberKey []byte
}

// Sheet is a part of the copy that a guest gets of what is held about him
// (DEL-03): a table with a title and a head, in Chinese.
type Sheet struct {
	Title string
	Head  []string
	Rows  [][]string
}
