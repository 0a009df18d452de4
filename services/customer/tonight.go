package customer

// Heed is what a house should know of a guest who is expected.
type Heed struct {
	Taboos     string // and allergies
	Taste      string // and seat
	Favourites string
	Blacklist  bool // BLK-03: shown first
}
