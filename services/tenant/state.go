package tenant

// State says whether a chain's people and tills can work.
type State string

// The states of a chain. Suspended and closed refuse everybody from the next
// request on and pause jobs; nothing is deleted. Closed is for good.
const (
	Active    State = "active"
	Suspended State = "suspended"
	Closed    State = "closed"
)
