package customer

import "github.com/changke/changke/services/kernel"

// Reachable is a guest to whom something is sent: as he is addressed, and where.
type Reachable struct {
	Name   string
	Number kernel.Phone
}
