package report

// KeyDays is how many days ahead an API key that expires is shown (ROL-06).
const KeyDays = 14

// Setup is what a new chain has of what it needs before its first guest.
type Setup struct {
	Stores, Resources     int32
	StorePeople, Accounts int32 // posts in stores; of them people with an account
	ManagerCameIn         bool
	HasFiles              bool
}

// Complete reports whether nothing is left: every step is done, or guests are on
// file, which proves that the chain runs without it.
func (s Setup) Complete() bool {
	return s.HasFiles || s.Stores > 0 && s.Resources > 0 && s.StorePeople > 0 && s.Accounts > 0 && s.ManagerCameIn
}
