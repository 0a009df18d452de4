package main

import (
	consolev1 "github.com/changke/changke/gen/go/changke/console/v1"
	"github.com/changke/changke/services/caller/callerapp"
	"github.com/changke/changke/services/platform/watch"
	"github.com/changke/changke/services/visit/visitapp"
)

// watched is what consoles hear of, and by which permission.
var watched = map[string]watch.Kind{
	visitapp.BookingChanged:  {Name: consolev1.ChangeKind_CHANGE_KIND_BOOKING, Permission: "booking.read"},
	visitapp.ResourceChanged: {Name: consolev1.ChangeKind_CHANGE_KIND_RESOURCE, Permission: "booking.read"},
	callerapp.CallRang:       {Name: consolev1.ChangeKind_CHANGE_KIND_CALL, Permission: "caller.screen"},
}
