package main

import (
	callers "github.com/changke/changke/services/caller"
	"github.com/changke/changke/services/care"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/handover"
	"github.com/changke/changke/services/lead"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/plan"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/routine"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// catalogue is every field a rule set can hold besides tenant's own (RUL-01).
var catalogue = tenant.Join(staff.RuleFields, message.RuleFields, customer.RuleFields, visit.RuleFields, ownership.RuleFields,
	handover.RuleFields, callers.RuleFields, quota.RuleFields, care.RuleFields, plan.RuleFields, lead.RuleFields, routine.RuleFields)
