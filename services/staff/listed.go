package staff

import "github.com/changke/changke/services/kernel"

// Listed is somebody of the staff as other contexts match names with people.
type Listed struct {
	ID      kernel.PersonID
	StaffNo string
	Name    string
	LeftOn  *kernel.BusinessDate // first day no longer employed; nil: employed
}
