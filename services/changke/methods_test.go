package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	auditv1 "github.com/changke/changke/gen/go/changke/audit/v1"
	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	messagev1 "github.com/changke/changke/gen/go/changke/message/v1"
	operatorv1 "github.com/changke/changke/gen/go/changke/operator/v1"
	ownershipv1 "github.com/changke/changke/gen/go/changke/ownership/v1"
	reportv1 "github.com/changke/changke/gen/go/changke/report/v1"
	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	tenantv1 "github.com/changke/changke/gen/go/changke/tenant/v1"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/staff"
)

// sample says of one method how to call it well in S01 of a chain, each time on
// something that only this call will use up.
type sample struct {
	by    func(c *chain) *caller // who may; nil: whoever usually has the permission everywhere in S01
	build func(t testing.TB, w *world, c *chain) proto.Message
	// makes: a person with own reach there may make something new of his own.
	makes bool
	// through: a method whose permission lets parts of the answer through.
	through string
	// mine: asks for no right, but of a thing of the caller's own.
	mine bool
	// ends: the call ends what the caller began just before, such as a login half
	// done, or is about what he need not have; here he is told so, with one of
	// these reasons.
	ends []string
	// signs: the call begins or ends sessions, so that each needs its own.
	signs bool
}

func byAdmin(c *chain) *caller   { return c.admin }
func byHQ(c *chain) *caller      { return c.hq }
func byManager(c *chain) *caller { return c.manager }
func byRep(c *chain) *caller     { return c.rep }
func byChief(c *chain) *caller   { return c.chief }
func byTill(c *chain) *caller    { return c.till }

// usual gives somebody of S01 whose role reaches everything there.
func usual(permission string) func(c *chain) *caller {
	switch {
	case reach([]string{staff.ServiceManager}, permission) == kernel.ReachWhere:
		return byManager
	case reach([]string{staff.HQService}, permission) == kernel.ReachWhere:
		return byHQ
	}
	return byAdmin
}

// still is a request that needs nothing prepared.
func still(make func(c *chain) proto.Message) func(testing.TB, *world, *chain) proto.Message {
	return func(_ testing.TB, _ *world, c *chain) proto.Message { return make(c) }
}

// samples is every method there is. One that is missing fails the tests.
var samples = map[string]sample{
	"changke.tenant.v1.TenantService.ListStores": {by: byManager, build: still(func(*chain) proto.Message { return &tenantv1.ListStoresRequest{} })},
	"changke.tenant.v1.TenantService.ListRuleSets": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.publishRules(t, c)
		return &tenantv1.ListRuleSetsRequest{}
	}},
	"changke.tenant.v1.TenantService.PublishRuleSet": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.levelRules(t)
		return w.ruleSet(t, c)
	}},
	"changke.tenant.v1.RuleService.GetRuleDraft": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.ruleDraft(t, c)
		return &tenantv1.GetRuleDraftRequest{}
	}},
	"changke.tenant.v1.RuleService.SaveRuleDraft": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.levelRules(t)
		return w.ruleEdits(t, c)
	}},
	"changke.tenant.v1.RuleService.DiscardRuleDraft": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &tenantv1.DiscardRuleDraftRequest{ExpectedRevision: w.ruleDraft(t, c)}
	}},
	"changke.tenant.v1.RuleService.PublishRuleDraft": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &tenantv1.PublishRuleDraftRequest{ExpectedRevision: w.ruleDraft(t, c), EffectiveDate: (today + 1).String(), Note: "试行"}
	}},
	"changke.tenant.v1.RuleService.WithdrawRuleSet": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &tenantv1.WithdrawRuleSetRequest{Version: w.publishRules(t, c), Note: "暂不调整"}
	}},

	"changke.staff.v1.AuthService.Login": {by: byRep, signs: true, build: still(func(c *chain) proto.Message {
		return &staffv1.LoginRequest{TenantCode: c.code, Login: "E0002", Password: password}
	})},
	"changke.staff.v1.AuthService.Logout": {by: byRep, signs: true, build: still(func(*chain) proto.Message { return &staffv1.LogoutRequest{} })},
	"changke.staff.v1.AuthService.FinishLogin": {by: byRep, ends: []string{"auth.login_over"}, build: still(func(*chain) proto.Message {
		return &staffv1.FinishLoginRequest{Code: "123456"}
	})},
	"changke.staff.v1.AuthService.GetLoginWays": {by: byRep, build: still(func(c *chain) proto.Message { return &staffv1.GetLoginWaysRequest{TenantCode: c.code} })},
	"changke.staff.v1.AuthService.BeginSso": {by: byRep, ends: []string{"auth.sso_over", "auth.no_sso"}, build: still(func(c *chain) proto.Message {
		return &staffv1.BeginSsoRequest{TenantCode: c.code}
	})},
	"changke.staff.v1.AuthService.FinishSso": {by: byRep, ends: []string{"auth.sso_over"}, build: still(func(*chain) proto.Message {
		return &staffv1.FinishSsoRequest{Code: "code", State: "state"}
	})},
	"changke.staff.v1.AuthService.StepUp": {by: byRep, signs: true, build: still(func(*chain) proto.Message { return &staffv1.StepUpRequest{Proof: password} })},
	"changke.staff.v1.AuthService.WhoAmI": {by: byRep, build: still(func(*chain) proto.Message { return &staffv1.WhoAmIRequest{} })},

	"changke.staff.v1.AccountService.GetAccountSecurity": {by: byRep, build: still(func(*chain) proto.Message { return &staffv1.GetAccountSecurityRequest{} })},
	"changke.staff.v1.AccountService.ChangePassword": {by: byChief, ends: []string{"auth.password_same"}, build: still(func(*chain) proto.Message {
		return &staffv1.ChangePasswordRequest{CurrentPassword: password, NewPassword: password}
	})},
	"changke.staff.v1.AccountService.BeginSecondFactor": {by: byRep, build: still(func(*chain) proto.Message { return &staffv1.BeginSecondFactorRequest{} })},
	"changke.staff.v1.AccountService.ConfirmSecondFactor": {by: byRep, ends: []string{"auth.no_factor_begun", "auth.wrong_proof"}, build: still(func(*chain) proto.Message {
		return &staffv1.ConfirmSecondFactorRequest{Code: "123456"}
	})},
	"changke.staff.v1.AccountService.DisableSecondFactor": {by: byRep, ends: []string{"auth.no_second_factor", "auth.second_factor_required"}, build: still(func(*chain) proto.Message {
		return &staffv1.DisableSecondFactorRequest{}
	})},
	"changke.staff.v1.AccountService.RenewRecoveryCodes": {by: byRep, ends: []string{"auth.no_second_factor"}, build: still(func(*chain) proto.Message {
		return &staffv1.RenewRecoveryCodesRequest{}
	})},
	"changke.staff.v1.AccountService.EndMySession": {by: byRep, mine: true, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.EndMySessionRequest{SessionId: w.session(t, c, "E0002")}
	}},
	"changke.staff.v1.AccountService.EndMyOtherSessions": {by: byRep, build: still(func(*chain) proto.Message { return &staffv1.EndMyOtherSessionsRequest{} })},
	"changke.staff.v1.AccountService.AcknowledgeDevices": {by: byRep, build: still(func(*chain) proto.Message { return &staffv1.AcknowledgeDevicesRequest{} })},

	"changke.staff.v1.AccessService.ListSessions": {by: byAdmin, build: still(func(c *chain) proto.Message {
		return &staffv1.ListSessionsRequest{PersonId: c.people["E0002"].String()}
	})},
	"changke.staff.v1.AccessService.EndSessions": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id, session := w.newPerson(t, c).Id, kernel.NewID[kernel.UUID](noon)
		w.exec(t, `INSERT INTO session (tenant_id, session_id, token_hash, person_id, device_hash, device, created_at, seen_at, expires_at)
			VALUES ($1, $2, $3, $4, 'device', 'browser', $5, $5, $6)`, c.id, session, staff.Hash(session.String()), id, noon, noon.Add(time.Hour))
		return &staffv1.EndSessionsRequest{PersonId: id, SessionId: session.String()}
	}},
	"changke.staff.v1.AccessService.ResetSecondFactor": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := w.newPerson(t, c).Id
		w.exec(t, "INSERT INTO second_factor (tenant_id, person_id, secret_box, confirmed_at) VALUES ($1, $2, 'box', $3)", c.id, id, noon)
		return &staffv1.ResetSecondFactorRequest{PersonId: id}
	}},
	"changke.staff.v1.AccessService.GetLoginPolicy": {by: byAdmin, build: still(func(*chain) proto.Message { return &staffv1.GetLoginPolicyRequest{} })},
	"changke.staff.v1.AccessService.UpdateLoginPolicy": {by: byAdmin, build: still(func(*chain) proto.Message {
		return &staffv1.UpdateLoginPolicyRequest{Policy: &staffv1.LoginPolicy{OfficeNeedsFactor: true, GraceDays: 14}}
	})},

	"changke.staff.v1.AccessService.GetSsoProvider": {by: byAdmin, build: still(func(*chain) proto.Message { return &staffv1.GetSsoProviderRequest{} })},
	"changke.staff.v1.AccessService.UpdateSsoProvider": {by: byAdmin, build: still(func(*chain) proto.Message {
		return &staffv1.UpdateSsoProviderRequest{Provider: &staffv1.SsoProvider{Issuer: "https://login.example", ClientId: "changke", Claim: "email", Match: staffv1.SsoMatch_SSO_MATCH_STAFF_NO}}
	})},
	"changke.staff.v1.AccessService.TestSsoProvider": {by: byAdmin, ends: []string{"auth.sso_issuer"}, build: still(func(*chain) proto.Message {
		return &staffv1.TestSsoProviderRequest{Issuer: "https://127.0.0.1"}
	})},
	"changke.staff.v1.AccessService.UnlinkSso": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := w.newPerson(t, c).Id
		w.exec(t, "INSERT INTO sso_link (tenant_id, issuer, subject, person_id, linked_at) VALUES ($1, 'https://login.example', $2, $3, $4)", c.id, id, id, noon)
		return &staffv1.UnlinkSsoRequest{PersonId: id}
	}},

	"changke.staff.v1.StaffService.ListPeople": {by: byManager, build: still(func(c *chain) proto.Message {
		return &staffv1.ListPeopleRequest{StoreId: c.s01.String()}
	})},
	"changke.staff.v1.StaffService.CreatePerson": {by: byAdmin, build: func(_ testing.TB, w *world, c *chain) proto.Message { return w.person(c) }},
	"changke.staff.v1.StaffService.AssignPerson": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.AssignPersonRequest{PersonId: w.newPerson(t, c).Id, Assignment: post(c)}
	}},
	"changke.staff.v1.StaffService.EndAssignment": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.EndAssignmentRequest{AssignmentId: w.newPerson(t, c).Assignments[0].Id, ToDate: "2026-03-31"}
	}},
	"changke.staff.v1.StaffService.RecordLeaving": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.RecordLeavingRequest{PersonId: w.newPerson(t, c).Id, LeftDate: "2026-03-31"}
	}},
	"changke.staff.v1.StaffService.ListRoles":   {by: byManager, build: still(func(*chain) proto.Message { return &staffv1.ListRolesRequest{} })},
	"changke.staff.v1.StaffService.ListApiKeys": {by: byAdmin, build: still(func(*chain) proto.Message { return &staffv1.ListApiKeysRequest{} })},

	"changke.staff.v1.DelegationService.ListMyDelegations":      {by: byRep, build: still(func(*chain) proto.Message { return &staffv1.ListMyDelegationsRequest{} })},
	"changke.staff.v1.DelegationService.GetMyDelegationChoices": {by: byRep, build: still(func(*chain) proto.Message { return &staffv1.GetMyDelegationChoicesRequest{Colleague: "E"} })},
	"changke.staff.v1.DelegationService.DelegateMine": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.DelegateMineRequest{Delegation: newDelegation(w.newPerson(t, c).Id)}
	}},
	"changke.staff.v1.DelegationService.EndMyDelegation": {by: byRep, mine: true, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.EndMyDelegationRequest{DelegationId: w.delegation(t, c, c.people["E0002"])}
	}},
	"changke.staff.v1.DelegationService.ListDelegations": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		// Without those of who works in both stores: both see who acts for him.
		w.exec(t, "DELETE FROM delegation WHERE tenant_id = $1 AND holder_id = $2", c.id, c.people["E0005"])
		w.delegation(t, c, c.people["E0002"])
		return &staffv1.ListDelegationsRequest{}
	}},
	"changke.staff.v1.DelegationService.GetDelegationChoices": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.GetDelegationChoicesRequest{HolderId: w.newPerson(t, c).Id, Colleague: "E"}
	}},
	"changke.staff.v1.DelegationService.DelegateFor": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.DelegateForRequest{HolderId: w.newPerson(t, c).Id, Delegation: newDelegation(w.newPerson(t, c).Id)}
	}},
	"changke.staff.v1.DelegationService.EndDelegation": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		holder, err := kernel.ParseID[kernel.PersonID](w.newPerson(t, c).Id)
		require.NoError(t, err)
		return &staffv1.EndDelegationRequest{DelegationId: w.delegation(t, c, holder)}
	}},

	"changke.staff.v1.RoleService.ListPermissions":   {build: still(func(*chain) proto.Message { return &staffv1.ListPermissionsRequest{} })},
	"changke.staff.v1.RoleService.ListRoleSummaries": {build: still(func(*chain) proto.Message { return &staffv1.ListRoleSummariesRequest{} })},
	"changke.staff.v1.RoleService.GetRole":           {build: still(func(*chain) proto.Message { return &staffv1.GetRoleRequest{Code: staff.ServiceRep} })},
	"changke.staff.v1.RoleService.ListRoleHolders":   {build: still(func(*chain) proto.Message { return &staffv1.ListRoleHoldersRequest{Code: staff.ServiceRep} })},
	"changke.staff.v1.RoleService.CreateRole": {build: func(_ testing.TB, w *world, _ *chain) proto.Message {
		return &staffv1.CreateRoleRequest{Name: w.title(), Rights: []*staffv1.RoleRight{{Permission: "store.read", Reach: staffv1.RoleReach_ROLE_REACH_WHERE}}}
	}},
	"changke.staff.v1.RoleService.UpdateRole": {build: func(t testing.TB, w *world, c *chain) proto.Message {
		r := w.newRole(t, c)
		return &staffv1.UpdateRoleRequest{Code: r.Summary.Code, Version: r.Version, Name: w.title(), Rights: r.Rights}
	}},
	"changke.staff.v1.RoleService.DeleteRole": {build: func(t testing.TB, w *world, c *chain) proto.Message {
		r := w.newRole(t, c)
		return &staffv1.DeleteRoleRequest{Code: r.Summary.Code, Version: r.Version}
	}},
	"changke.staff.v1.RoleService.ListPositions": {build: still(func(*chain) proto.Message { return &staffv1.ListPositionsRequest{} })},
	"changke.staff.v1.RoleService.PutPosition": {build: func(_ testing.TB, w *world, _ *chain) proto.Message {
		return &staffv1.PutPositionRequest{Name: w.title(), Role: staff.ServiceRep}
	}},
	"changke.staff.v1.RoleService.DeletePosition": {build: func(t testing.TB, w *world, c *chain) proto.Message {
		name := w.title()
		w.exec(t, "INSERT INTO position (tenant_id, name, role, head_office) VALUES ($1, $2, 'service_rep', false)", c.id, name)
		return &staffv1.DeletePositionRequest{Name: name}
	}},
	"changke.staff.v1.RoleService.WhoCanGive": {by: byRep, build: still(func(*chain) proto.Message { return &staffv1.WhoCanGiveRequest{Permission: "customer.review"} })},

	"changke.message.v1.MessageService.ListMessages": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.newBooking(t, c)
		return &messagev1.ListMessagesRequest{StoreId: c.s01.String()}
	}},

	"changke.customer.v1.CustomerService.ListCustomers": {by: byManager, build: still(func(c *chain) proto.Message {
		return &customerv1.ListCustomersRequest{StoreId: c.s01.String()}
	})},
	"changke.customer.v1.CustomerService.GetCustomer": {by: byManager, build: still(func(c *chain) proto.Message {
		return &customerv1.GetCustomerRequest{Id: c.file(0)}
	})},
	"changke.customer.v1.CustomerService.RevealNumber": {by: byManager, build: still(func(c *chain) proto.Message {
		return &customerv1.RevealNumberRequest{Id: c.file(0), Reason: "客人来电要求核对"}
	})},
	"changke.customer.v1.CustomerService.RevealField": {by: byManager, build: still(func(c *chain) proto.Message {
		return &customerv1.RevealFieldRequest{Id: c.file(0), Field: customerv1.MaskedField_MASKED_FIELD_NAME, Reason: "客人来电要求核对"}
	})},
	"changke.customer.v1.CustomerService.CheckFile": {by: byRep, build: func(_ testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.CheckFileRequest{StoreId: c.s01.String(), FileId: c.file(0), Fields: w.fields(c)}
	}},
	"changke.customer.v1.CustomerService.CreateFile": {by: byRep, makes: true, build: func(_ testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.CreateFileRequest{StoreId: c.s01.String(), RequestId: w.uuid(), Fields: w.fields(c)}
	}},
	"changke.customer.v1.CustomerService.UpdateFile": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		f := w.newFile(t, c)
		return &customerv1.UpdateFileRequest{Id: f.Row.Id, Version: f.Version, Fields: w.fields(c)}
	}},
	"changke.customer.v1.CustomerService.SubmitFile": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.SubmitFileRequest{Id: w.newFile(t, c).Row.Id}
	}},
	"changke.customer.v1.CustomerService.ListReviews": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.submitted(t, c)
		return &customerv1.ListReviewsRequest{StoreId: c.s01.String()}
	}},
	"changke.customer.v1.CustomerService.ReviewFile": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.ReviewFileRequest{Id: w.submitted(t, c), Approve: true}
	}},

	"changke.visit.v1.BookingService.ListResources": {by: byRep, build: still(func(c *chain) proto.Message {
		return &visitv1.ListResourcesRequest{StoreId: c.s01.String()}
	})},
	"changke.visit.v1.BookingService.ListBookings": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.newBooking(t, c)
		return &visitv1.ListBookingsRequest{StoreId: c.s01.String()}
	}},
	"changke.visit.v1.BookingService.CreateBooking": {by: byRep, build: func(_ testing.TB, w *world, c *chain) proto.Message {
		b := w.booking(c) // a room is booked once per meal period
		b.Kind, b.ResourceId, b.BusinessDate = visitv1.BookingKind_BOOKING_KIND_ROOM, c.room.String(), (today + kernel.BusinessDate(w.serial.Add(1))).String()
		return b
	}},
	"changke.visit.v1.BookingService.SeatBooking": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.SeatBookingRequest{Id: w.newBooking(t, c)}
	}},
	"changke.visit.v1.BookingService.FinishBooking": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := w.newBooking(t, c)
		_, err := w.bookingsOf(c.rep).SeatBooking(t.Context(), &visitv1.SeatBookingRequest{Id: id})
		require.NoError(t, err)
		return &visitv1.FinishBookingRequest{Id: id}
	}},
	"changke.visit.v1.BookingService.CancelBooking": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.CancelBookingRequest{Id: w.newBooking(t, c), Reason: "客人改期"}
	}},
	"changke.visit.v1.BookingService.MarkNoShow": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &visitv1.MarkNoShowRequest{Id: w.newBooking(t, c)}
	}},
	"changke.visit.v1.BookingService.ListVisits": {by: byManager, build: still(func(c *chain) proto.Message {
		return &visitv1.ListVisitsRequest{FileId: c.file(0)}
	})},
	"changke.visit.v1.BillService.RecordBills": {by: byTill, build: func(_ testing.TB, w *world, _ *chain) proto.Message {
		return &visitv1.RecordBillsRequest{Bills: []*visitv1.Bill{w.bill()}}
	}},

	"changke.ownership.v1.OwnershipService.ExplainOwnership": {by: byManager, build: still(func(c *chain) proto.Message {
		return &ownershipv1.ExplainOwnershipRequest{FileId: c.file(2)}
	})},
	"changke.ownership.v1.OwnershipService.ListTimeline": {by: byManager, build: still(func(c *chain) proto.Message {
		return &ownershipv1.ListTimelineRequest{FileId: c.file(2)}
	})},
	"changke.ownership.v1.OwnershipService.ListRuns": {by: byManager, build: still(func(*chain) proto.Message { return &ownershipv1.ListRunsRequest{} })},
	"changke.ownership.v1.OwnershipService.ListDecisions": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.ListDecisionsRequest{RunId: w.texts(t, "SELECT run_id::text FROM decision WHERE tenant_id = $1 AND store_id = $2 GROUP BY run_id ORDER BY count(*) DESC", c.id, c.s01)[0]}
	}},
	"changke.ownership.v1.OwnershipService.RetryRun": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &ownershipv1.RetryRunRequest{Id: w.failedRun(t, c)}
	}},

	"changke.audit.v1.AuditService.ListLines": {build: still(func(c *chain) proto.Message {
		return &auditv1.ListLinesRequest{Filter: &auditv1.LineFilter{StoreId: c.s01.String()}}
	})},
	"changke.audit.v1.AuditService.GetSeals": {build: still(func(*chain) proto.Message { return &auditv1.GetSealsRequest{} })},
	"changke.audit.v1.AuditService.ExportLines": {build: still(func(c *chain) proto.Message {
		return &auditv1.ExportLinesRequest{Filter: &auditv1.LineFilter{StoreId: c.s01.String()}}
	})},

	"changke.report.v1.ReportService.GetToday": {by: byManager, through: "changke.visit.v1.BookingService.ListBookings", build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.newBooking(t, c)
		return &reportv1.GetTodayRequest{StoreId: c.s01.String()}
	}},
	"changke.report.v1.ReportService.GetBoard": {by: byHQ, build: still(func(*chain) proto.Message { return &reportv1.GetBoardRequest{} })},

	"changke.operator.v1.OperatorAuthService.LoginOperator":   {by: byOperator, signs: true, build: aLogin},
	"changke.operator.v1.OperatorAuthService.BeginActivation": {by: byOperator, build: anActivation},
	"changke.operator.v1.OperatorAuthService.Activate":        {by: byOperator, signs: true, build: anActivating},
	"changke.operator.v1.OperatorAuthService.ProveOperator":   {by: byOperator, signs: true, build: aProof},
	"changke.operator.v1.OperatorAuthService.LogoutOperator":  {by: byOperator, signs: true, build: still(func(*chain) proto.Message { return &operatorv1.LogoutOperatorRequest{} })},
	"changke.operator.v1.OperatorAuthService.GetOperator":     {by: byOperator, build: still(func(*chain) proto.Message { return &operatorv1.GetOperatorRequest{} })},
	"changke.operator.v1.OperatorService.ListChains":          {by: byOperator, build: still(func(*chain) proto.Message { return &operatorv1.ListChainsRequest{} })},
	"changke.operator.v1.OperatorService.CreateChain":         {by: byOperator, build: aNewChain},
	"changke.operator.v1.OperatorService.RenewChainActivation": {by: byOperator, build: func(t testing.TB, w *world, c *chain) proto.Message {
		res, err := w.operatorOf(c.operator).CreateChain(t.Context(), aNewChain(t, w, c).(*operatorv1.CreateChainRequest))
		require.NoError(t, err)
		return &operatorv1.RenewChainActivationRequest{TenantId: res.Chain.Id}
	}},
	"changke.operator.v1.OperatorService.SuspendChain": {by: byOperator, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		id, _ := w.spareChain(t)
		return &operatorv1.SuspendChainRequest{TenantId: id.String()}
	}},
	"changke.operator.v1.OperatorService.ResumeChain": {by: byOperator, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		id, _ := w.spareChain(t)
		w.exec(t, "UPDATE tenant SET state = 'suspended' WHERE tenant_id = $1", id)
		return &operatorv1.ResumeChainRequest{TenantId: id.String()}
	}},
	"changke.operator.v1.OperatorService.CloseChain": {by: byOperator, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		id, code := w.spareChain(t)
		return &operatorv1.CloseChainRequest{TenantId: id.String(), Code: code}
	}},
	"changke.operator.v1.OperatorService.ListChainExports": {by: byOperator, build: still(func(c *chain) proto.Message {
		return &operatorv1.ListChainExportsRequest{TenantId: c.id.String()}
	})},
	"changke.operator.v1.OperatorService.StartChainExport": {by: byOperator, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		id, _ := w.spareChain(t)
		w.canExport(t, id)
		return &operatorv1.StartChainExportRequest{TenantId: id.String()}
	}},
	"changke.operator.v1.OperatorService.DownloadChainExport": {by: byOperator, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		id, _ := w.spareChain(t)
		return &operatorv1.DownloadChainExportRequest{TenantId: id.String(), ExportId: w.exported(t, id)}
	}},
	"changke.operator.v1.OperatorService.AskSupport": {by: byOperator, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		id, _ := w.spareChain(t)
		return &operatorv1.AskSupportRequest{TenantId: id.String(), Reason: "看板数字不对"}
	}},
	"changke.operator.v1.OperatorService.ListOwnSupport": {by: byOperator, build: still(func(*chain) proto.Message { return &operatorv1.ListOwnSupportRequest{} })},
	"changke.operator.v1.OperatorService.EnterSupport": {by: byOperator, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		id, _ := w.spareChain(t)
		return &operatorv1.EnterSupportRequest{TenantId: id.String(), AccessId: w.wish(t, id, "granted")}
	}},
	"changke.operator.v1.OperatorService.LeaveSupport": {by: byOperator, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		id, _ := w.spareChain(t)
		return &operatorv1.LeaveSupportRequest{TenantId: id.String(), AccessId: w.wish(t, id, "granted")}
	}},
	"changke.operator.v1.OperatorService.ListActs": {by: byOperator, build: still(func(*chain) proto.Message { return &operatorv1.ListActsRequest{} })},

	"changke.operator.v1.ChainService.ListExports": {build: still(func(*chain) proto.Message { return &operatorv1.ListExportsRequest{} })},
	"changke.operator.v1.ChainService.SetRecipient": {build: still(func(*chain) proto.Message {
		return &operatorv1.SetRecipientRequest{Recipient: aRecipient}
	})},
	"changke.operator.v1.ChainService.StartExport": {build: func(t testing.TB, w *world, _ *chain) proto.Message {
		for _, chain := range []*chain{w.a, w.b} { // the other chain's people export theirs
			w.canExport(t, chain.id)
		}
		return &operatorv1.StartExportRequest{}
	}},
	"changke.operator.v1.ChainService.DownloadExport": {build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &operatorv1.DownloadExportRequest{ExportId: w.exported(t, c.id)}
	}},
	"changke.operator.v1.ChainService.ListSupport": {build: still(func(*chain) proto.Message { return &operatorv1.ListSupportRequest{} })},
	"changke.operator.v1.ChainService.GrantSupport": {build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &operatorv1.GrantSupportRequest{AccessId: w.wish(t, c.id, "asked"), Minutes: 30}
	}},
	"changke.operator.v1.ChainService.EndSupport": {build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &operatorv1.EndSupportRequest{AccessId: w.wish(t, c.id, "granted")}
	}},
	"changke.operator.v1.ChainService.GetOwnAccess": {by: byRep, build: still(func(*chain) proto.Message { return &operatorv1.GetOwnAccessRequest{} })},
}

// ruleEdits is a draft that differs from the newest version, in the chain and in S01.
func (w *world) ruleEdits(t testing.TB, c *chain) *tenantv1.SaveRuleDraftRequest {
	t.Helper()
	old, err := w.rulesOf(c.admin).GetRuleDraft(t.Context(), &tenantv1.GetRuleDraftRequest{})
	require.NoError(t, err)
	chainwide, own := w.serial.Add(1)%100+13, w.serial.Add(1)%19+6
	return &tenantv1.SaveRuleDraftRequest{
		ExpectedRevision: old.GetDraft().GetRevision(), BaseVersion: w.ruleSet(t, c).GetBaseVersion(), EffectiveDate: (today + 1).String(), Note: "试行",
		Edits: []*tenantv1.RuleEdit{
			{Key: customer.RuleReviewHours, Value: proto.Int64(chainwide)},
			{StoreId: c.s01.String(), Key: ownership.KeyDormantMonths, Value: proto.Int64(own)},
		},
	}
}

// ruleDraft leaves such drafts in both chains and gives the revision they share.
func (w *world) ruleDraft(t testing.TB, c *chain) int64 {
	t.Helper()
	w.levelRules(t)
	for _, each := range []*chain{w.a, w.b} {
		_, err := w.rulesOf(each.admin).SaveRuleDraft(t.Context(), w.ruleEdits(t, each))
		require.NoError(t, err)
	}
	return w.ruleEdits(t, c).GetExpectedRevision()
}

// publishRules leaves a planned version in both chains and gives the number they share.
func (w *world) publishRules(t testing.TB, c *chain) int32 {
	t.Helper()
	w.levelRules(t)
	for _, each := range []*chain{w.a, w.b} {
		_, err := w.tenantOf(each.admin).PublishRuleSet(t.Context(), w.ruleSet(t, each))
		require.NoError(t, err)
	}
	return w.ruleSet(t, c).GetBaseVersion()
}

// levelRules brings both chains to the same version and revision: they must not
// be told apart by how often rules were changed.
func (w *world) levelRules(t testing.TB) {
	t.Helper()
	for {
		a, b := w.ruleSet(t, w.a), w.ruleSet(t, w.b)
		if a.GetBaseVersion() == b.GetBaseVersion() {
			break
		}
		behind, next := w.a, a
		if b.GetBaseVersion() < a.GetBaseVersion() {
			behind, next = w.b, b
		}
		_, err := w.tenantOf(behind.admin).PublishRuleSet(t.Context(), next)
		require.NoError(t, err)
	}
	for {
		a, b := w.ruleEdits(t, w.a), w.ruleEdits(t, w.b)
		if a.GetExpectedRevision() == b.GetExpectedRevision() {
			return
		}
		behind, next := w.a, a
		if b.GetExpectedRevision() < a.GetExpectedRevision() {
			behind, next = w.b, b
		}
		_, err := w.rulesOf(behind.admin).SaveRuleDraft(t.Context(), next)
		require.NoError(t, err)
	}
}

// ruleSet is a next version, with a value of S01's own.
func (w *world) ruleSet(t testing.TB, c *chain) *tenantv1.PublishRuleSetRequest {
	t.Helper()
	var newest int32
	w.rows(t, "SELECT max(version) FROM rule_set WHERE tenant_id = $1", func(scan func(...any)) { scan(&newest) }, c.id)
	return &tenantv1.PublishRuleSetRequest{
		BaseVersion: newest, EffectiveDate: "2026-04-01", Values: map[string]int64{ownership.KeyDormantMonths: 4},
		Stores: []*tenantv1.StoreValues{{StoreId: c.s01.String(), Values: map[string]int64{ownership.KeyDormantMonths: 5}}},
	}
}

// file is the id of a guest's file, by his place among the chain's guests.
func (c *chain) file(guest int) string { return c.files[c.guests[guest]].String() }

// post is a post in S01.
func post(c *chain) *staffv1.NewAssignment {
	return &staffv1.NewAssignment{Role: "service_rep", Position: "客服代表", StoreIds: []string{c.s01.String()}, FromDate: "2026-03-01"}
}

// person is somebody who is to be entered.
func (w *world) person(c *chain) *staffv1.CreatePersonRequest {
	return &staffv1.CreatePersonRequest{
		StaffNo: fmt.Sprintf("N%06d", w.serial.Add(1)), Name: w.guestName(c), Phone: w.number(), Password: password, EntryDate: "2026-03-01", Assignment: post(c),
	}
}

func (w *world) newPerson(t testing.TB, c *chain) *staffv1.Person {
	t.Helper()
	// Past the interface, for hashing a password takes longer than all the rest.
	id, assignment, p := kernel.NewID[kernel.PersonID](noon), kernel.NewID[kernel.UUID](noon), w.person(c)
	w.exec(t, "INSERT INTO person (tenant_id, person_id, staff_no, name, entry_on, created_at) VALUES ($1, $2, $3, $4, '2026-03-01', $5)", c.id, id, p.StaffNo, p.Name, noon)
	w.exec(t, `INSERT INTO assignment (tenant_id, assignment_id, person_id, role, position, tenant_wide, store_ids, from_on, created_at)
		VALUES ($1, $2, $3, 'service_rep', '客服代表', false, $4, '2026-03-01', $5)`, c.id, assignment, id, []kernel.StoreID{c.s01}, noon)
	return &staffv1.Person{Id: id.String(), Assignments: []*staffv1.Assignment{{Id: assignment.String()}}}
}

// session signs somebody in on one more device and gives the session's id.
func (w *world) session(t testing.TB, c *chain, staffNo string) string {
	t.Helper()
	who := w.login(t, c, staffNo)
	return w.texts(t, "SELECT session_id::text FROM session WHERE tenant_id = $1 AND token_hash = $2", c.id, staff.Hash(who.cookies[sessionCookie]))[0]
}

// newDelegation lets somebody see stores for another, a day from now on.
func newDelegation(delegate string) *staffv1.NewDelegation {
	return &staffv1.NewDelegation{
		DelegateId: delegate, Permissions: []string{"store.read"},
		FromTime: timestamppb.New(noon.Add(24 * time.Hour)), UntilTime: timestamppb.New(noon.Add(48 * time.Hour)),
	}
}

// delegation is one that somebody has given.
func (w *world) delegation(t testing.TB, c *chain, holder kernel.PersonID) string {
	t.Helper()
	id := kernel.NewID[kernel.UUID](noon)
	w.exec(t, `INSERT INTO delegation (tenant_id, delegation_id, holder_id, delegate_id, permissions, from_at, until_at, created_by, created_at)
		VALUES ($1, $2, $3, $4, '{store.read}', $5, $6, $3, $7)`, c.id, id, holder, w.newPerson(t, c).Id, noon.Add(24*time.Hour), noon.Add(48*time.Hour), noon)
	return id.String()
}

// title names a role or a post that nobody has yet.
func (w *world) title() string { return fmt.Sprintf("新岗%d", w.serial.Add(1)) }

func (w *world) newRole(t testing.TB, c *chain) *staffv1.RoleDetail {
	t.Helper()
	res, err := w.rolesOf(c.admin).CreateRole(t.Context(), &staffv1.CreateRoleRequest{
		Name: w.title(), Rights: []*staffv1.RoleRight{{Permission: "store.read", Reach: staffv1.RoleReach_ROLE_REACH_WHERE}},
	})
	require.NoError(t, err)
	return res.Role
}

// fields is a complete file of a new guest.
func (w *world) fields(c *chain) *customerv1.FileFields {
	return &customerv1.FileFields{
		Name: w.guestName(c), Sex: customerv1.Sex_SEX_FEMALE, Number: w.number(), HowKnown: "常来的邻桌客人",
		Employer: "长安软件园 3 号楼云上公司", JobTitle: "工程师", Address: "高新路 25 号 3 幢", Birthday: "1985-06-01",
		Taste: "清淡，靠窗", Favourites: "葫芦鸡", Taboos: "花生", InvoiceTitle: "云上公司", Consent: true,
	}
}

// newFile is a complete file by the representative of S01.
func (w *world) newFile(t testing.TB, c *chain) *customerv1.Customer {
	t.Helper()
	res, err := w.customersOf(c.rep).CreateFile(t.Context(), &customerv1.CreateFileRequest{StoreId: c.s01.String(), RequestId: w.uuid(), Fields: w.fields(c)})
	require.NoError(t, err)
	return res.Customer
}

// submitted is a file that waits for review.
func (w *world) submitted(t testing.TB, c *chain) string {
	t.Helper()
	id := w.newFile(t, c).Row.Id
	_, err := w.customersOf(c.rep).SubmitFile(t.Context(), &customerv1.SubmitFileRequest{Id: id})
	require.NoError(t, err)
	return id
}

// booking is a booking of today with its notice.
func (w *world) booking(c *chain) *visitv1.CreateBookingRequest {
	return &visitv1.CreateBookingRequest{
		StoreId: c.s01.String(), RequestId: w.uuid(), Number: numberBoth, GuestName: c.guests[0], BusinessDate: today.String(),
		MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_DINNER, Kind: visitv1.BookingKind_BOOKING_KIND_HALL, Guests: 4, SendNotice: true, Note: "靠窗",
	}
}

func (w *world) newBooking(t testing.TB, c *chain) string {
	t.Helper()
	res, err := w.bookingsOf(c.rep).CreateBooking(t.Context(), w.booking(c))
	require.NoError(t, err)
	return res.Booking.Id
}

// bill is a new bill of S01.
func (w *world) bill() *visitv1.Bill {
	return &visitv1.Bill{
		StoreCode: "S01", Source: "pos", BillNo: fmt.Sprintf("M%06d", w.serial.Add(1)), Revision: 1, BookingRef: "B000001", Number: numberBoth, BusinessDate: today.String(),
		MealPeriod: visitv1.MealPeriod_MEAL_PERIOD_LUNCH, CloseTime: timestamppb.New(noon.Add(-time.Hour)), AmountFen: 38800, Status: visitv1.BillStatus_BILL_STATUS_PAID,
	}
}

// failedRun breaks the chain's newest run, as a database that went away does.
func (w *world) failedRun(t testing.TB, c *chain) string {
	t.Helper()
	run := w.texts(t, "SELECT run_id::text FROM period_run WHERE tenant_id = $1 ORDER BY period_on DESC, kind DESC LIMIT 1", c.id)[0]
	w.exec(t, "UPDATE period_run SET state = 'failed', error = 'SQLSTATE 57P01' WHERE tenant_id = $1 AND run_id = $2", c.id, run)
	w.exec(t, "UPDATE run_chunk SET state = 'open' WHERE tenant_id = $1 AND run_id = $2 AND no = (SELECT max(no) FROM run_chunk WHERE tenant_id = $1 AND run_id = $2)", c.id, run)
	return run
}
