package main

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/gen/go/changke/staff/v1/staffv1connect"
	"github.com/changke/changke/services/kernel"
)

func (w *world) openingsOf(c *caller) staffv1connect.AccountOpeningServiceClient {
	return staffv1connect.NewAccountOpeningServiceClient(w.client(c), w.server.URL)
}

func (w *world) importsOf(c *caller) staffv1connect.StaffImportServiceClient {
	return staffv1connect.NewStaffImportServiceClient(w.client(c), w.server.URL)
}

// peopleSamples are the methods of staff over their time, of accounts and of
// lists of staff.
var peopleSamples = map[string]sample{
	"changke.staff.v1.StaffService.GetPerson": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.GetPersonRequest{PersonId: c.people["E0002"].String()}
	}},
	"changke.staff.v1.StaffService.UpdatePerson": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.UpdatePersonRequest{PersonId: w.newPerson(t, c).Id, Name: new("改名之后"), StaffNo: new(w.staffNo()), Phone: new(w.number())}
	}},
	"changke.staff.v1.StaffService.TransferPerson": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		p := post(c)
		p.Reason = "店里缺人"
		return &staffv1.TransferPersonRequest{AssignmentId: w.newPerson(t, c).Assignments[0].Id, Assignment: p}
	}},
	"changke.staff.v1.StaffService.RecordAbsence": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.RecordAbsenceRequest{
			PersonId: w.newPerson(t, c).Id, FromDate: "2026-03-20", ToDate: "2026-06-20", Kind: staffv1.AbsenceKind_ABSENCE_KIND_MATERNITY, Reason: "产假",
		}
	}},
	"changke.staff.v1.StaffService.EndAbsence": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := kernel.NewID[kernel.UUID](noon)
		w.exec(t, "INSERT INTO absence (tenant_id, absence_id, person_id, from_on, kind, recorded_by, recorded_at) VALUES ($1, $2, $3, '2026-03-02', 'sick', $3, $4)",
			c.id, id, w.newPerson(t, c).Id, noon)
		return &staffv1.EndAbsenceRequest{AbsenceId: id.String(), ToDate: "2026-03-09"}
	}},
	"changke.staff.v1.StaffService.CloseLeaving": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.CloseLeavingRequest{PersonId: w.goneBy(t, c)}
	}},
	"changke.staff.v1.StaffService.ReenterPerson": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		p := post(c)
		p.FromDate = "2026-03-10"
		return &staffv1.ReenterPersonRequest{PersonId: w.goneBy(t, c), EntryDate: "2026-03-10", Assignment: p}
	}},

	"changke.staff.v1.AccountOpeningService.ApplyAccount": {by: byManager, build: func(_ testing.TB, w *world, c *chain) proto.Message { return w.form(c) }},
	"changke.staff.v1.AccountOpeningService.WithdrawAccount": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.WithdrawAccountRequest{RequestId: w.applied(t, c)}
	}},
	"changke.staff.v1.AccountOpeningService.ListStoreAccounts": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.applied(t, c)
		return &staffv1.ListStoreAccountsRequest{StoreId: c.s01.String()}
	}},
	"changke.staff.v1.AccountOpeningService.ListAccountRequests": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.applied(t, c)
		return &staffv1.ListAccountRequestsRequest{StoreId: c.s01.String()}
	}},
	"changke.staff.v1.AccountOpeningService.OpenAccount": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.OpenAccountRequest{RequestId: w.applied(t, c)}
	}},
	"changke.staff.v1.AccountOpeningService.RefuseAccount": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.RefuseAccountRequest{RequestId: w.applied(t, c), Reason: "工号与花名册不符"}
	}},
	"changke.staff.v1.AccountOpeningService.SendCode": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.SendCodeRequest{PersonId: w.active(t, c), Delivery: staffv1.CodeDelivery_CODE_DELIVERY_PRINT}
	}},
	"changke.staff.v1.AccountOpeningService.ResetPassword": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		id := w.active(t, c)
		_, err := w.staffOf(c.admin).UpdatePerson(t.Context(), &staffv1.UpdatePersonRequest{PersonId: id, Phone: new(w.number())})
		require.NoError(t, err)
		return &staffv1.ResetPasswordRequest{PersonId: id}
	}},
	"changke.staff.v1.AccountOpeningService.InvitePerson": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.InvitePersonRequest{PersonId: w.newPerson(t, c).Id, Delivery: staffv1.CodeDelivery_CODE_DELIVERY_PRINT}
	}},
	"changke.staff.v1.AccountOpeningService.ActivateAccount": {by: byRep, build: func(t testing.TB, w *world, c *chain) proto.Message {
		p := w.newPerson(t, c)
		res, err := w.openingsOf(c.admin).InvitePerson(t.Context(), &staffv1.InvitePersonRequest{PersonId: p.Id, Delivery: staffv1.CodeDelivery_CODE_DELIVERY_PRINT})
		require.NoError(t, err)
		no := w.texts(t, "SELECT staff_no FROM person WHERE tenant_id = $1 AND person_id = $2", c.id, p.Id)[0]
		return &staffv1.ActivateAccountRequest{TenantCode: c.code, StaffNo: no, Code: res.Code.Code, Password: password}
	}},

	"changke.staff.v1.StaffImportService.GetStaffTemplate": {by: byAdmin, build: still(func(*chain) proto.Message { return &staffv1.GetStaffTemplateRequest{} })},
	"changke.staff.v1.StaffImportService.UploadStaff":      {by: byAdmin, build: func(_ testing.TB, w *world, c *chain) proto.Message { return w.list(c) }},
	"changke.staff.v1.StaffImportService.GetStaffImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.exec(t, "DELETE FROM staff_import WHERE tenant_id = $1", c.id) // the clock stands: of several, none is the newest
		w.uploaded(t, c)
		return &staffv1.GetStaffImportRequest{}
	}},
	"changke.staff.v1.StaffImportService.PublishStaff": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.PublishStaffRequest{ImportId: w.uploaded(t, c)}
	}},
	"changke.staff.v1.StaffImportService.MendStaff": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.MendStaffRequest{ImportId: w.uploaded(t, c), Line: 2, Cells: []*staffv1.MendedCell{{Column: "岗位", Value: "前台"}}}
	}},
	"changke.staff.v1.StaffImportService.DiscardStaff": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &staffv1.DiscardStaffRequest{ImportId: w.uploaded(t, c)}
	}},
}

func init() {
	maps.Copy(samples, peopleSamples)
	linesOf["changke.staff.v1.AccountOpeningService.OpenAccount"] = 3 // the decision, the person entered, the code
	linesOf["changke.staff.v1.StaffService.TransferPerson"] = 2
	linesOf["changke.staff.v1.StaffService.ReenterPerson"] = 2 // the new period, its post
}

func (w *world) staffNo() string { return fmt.Sprintf("N%06d", w.serial.Add(1)) }

// goneBy is somebody of S01 who has left and owns no customer.
func (w *world) goneBy(t testing.TB, c *chain) string {
	t.Helper()
	id := w.newPerson(t, c).Id
	w.exec(t, "UPDATE person SET left_on = '2026-03-05' WHERE tenant_id = $1 AND person_id = $2", c.id, id)
	w.exec(t, "UPDATE assignment SET to_on = '2026-03-05' WHERE tenant_id = $1 AND person_id = $2", c.id, id)
	return id
}

// active is somebody of S01 who has a password.
func (w *world) active(t testing.TB, c *chain) string {
	t.Helper()
	id := w.newPerson(t, c).Id
	w.exec(t, "UPDATE person SET password_hash = 'none' WHERE tenant_id = $1 AND person_id = $2", c.id, id)
	return id
}

// form is form 1 for somebody who is not on the list of staff.
func (w *world) form(c *chain) *staffv1.ApplyAccountRequest {
	return &staffv1.ApplyAccountRequest{
		StoreId: c.s01.String(), StaffNo: w.staffNo(), Name: w.guestName(c), Position: "客服代表", EntryDate: "2026-03-01", Phone: w.number(), Reason: "新入职，负责包间建档",
	}
}

func (w *world) applied(t testing.TB, c *chain) string {
	t.Helper()
	res, err := w.openingsOf(c.manager).ApplyAccount(t.Context(), w.form(c))
	require.NoError(t, err)
	return res.Request.Id
}

// list is a table of one new person.
func (w *world) list(c *chain) *staffv1.UploadStaffRequest {
	line := fmt.Sprintf("%s,%s,S01,客服代表,2026-03-01,%s\n", w.staffNo(), w.guestName(c), w.number())
	return &staffv1.UploadStaffRequest{FileName: "员工.csv", File: []byte("工号,姓名,门店,岗位,入职日期,手机号\n" + line)}
}

func (w *world) uploaded(t testing.TB, c *chain) string {
	t.Helper()
	res, err := w.importsOf(c.admin).UploadStaff(t.Context(), w.list(c))
	require.NoError(t, err)
	return res.Import.Id
}
