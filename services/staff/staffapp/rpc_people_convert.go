package staffapp

import (
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/staff"
)

var peopleFilters = map[staffv1.PeopleFilter]PeopleFilter{
	staffv1.PeopleFilter_PEOPLE_FILTER_UNSPECIFIED:     Employed,
	staffv1.PeopleFilter_PEOPLE_FILTER_ON_LEAVE:        OnLeave,
	staffv1.PeopleFilter_PEOPLE_FILTER_LEFT:            Left,
	staffv1.PeopleFilter_PEOPLE_FILTER_LEAVING_OPEN:    LeavingOpen,
	staffv1.PeopleFilter_PEOPLE_FILTER_WITHOUT_ACCOUNT: WithoutAccount,
	staffv1.PeopleFilter_PEOPLE_FILTER_ALL:             Everybody,
}

var accountStates = map[staff.AccountState]staffv1.AccountState{
	staff.AccountNone:     staffv1.AccountState_ACCOUNT_STATE_NONE,
	staff.AccountOpened:   staffv1.AccountState_ACCOUNT_STATE_OPENED,
	staff.AccountActive:   staffv1.AccountState_ACCOUNT_STATE_ACTIVE,
	staff.AccountDisabled: staffv1.AccountState_ACCOUNT_STATE_DISABLED,
}

var absenceKinds = map[staffv1.AbsenceKind]staff.AbsenceKind{
	staffv1.AbsenceKind_ABSENCE_KIND_ANNUAL:    staff.Annual,
	staffv1.AbsenceKind_ABSENCE_KIND_SICK:      staff.Sick,
	staffv1.AbsenceKind_ABSENCE_KIND_MATERNITY: staff.Maternity,
	staffv1.AbsenceKind_ABSENCE_KIND_PERSONAL:  staff.Personal,
	staffv1.AbsenceKind_ABSENCE_KIND_OTHER:     staff.Other,
}

func detailsToProto(d staff.Details) *staffv1.PersonDetails {
	return &staffv1.PersonDetails{
		Person: personToProto(d.Person), History: as(d.History, assignmentToProto), Absences: as(d.Absences, absenceToProto),
		Leavings: as(d.Leavings, leavingToProto), Customers: int32(d.Customers), MaskedEmail: d.Email.Masked(),
	}
}

func absenceToProto(a staff.Absence) *staffv1.Absence {
	out := &staffv1.Absence{Id: a.ID.String(), FromDate: a.From.String(), ToDate: dateOr(a.To), Reason: a.Reason}
	for kind, k := range absenceKinds {
		if k == a.Kind {
			out.Kind = kind
		}
	}
	return out
}

func leavingToProto(l staff.Leaving) *staffv1.Leaving {
	out := &staffv1.Leaving{EntryDate: l.EntryOn.String(), LeftDate: l.LeftOn.String(), Reason: l.Reason, RecordTime: timestamppb.New(l.RecordedAt), ClosedByName: l.ClosedBy}
	if l.ClosedAt != nil {
		out.CloseTime = timestamppb.New(*l.ClosedAt)
	}
	return out
}

func changeFromProto(req *staffv1.UpdatePersonRequest) (c PersonChange, err error) {
	if req.Name != nil {
		if c.Name = new(oneLine(req.GetName())); *c.Name == "" {
			return c, fault.Field("name", "ACC-01", "请填写姓名。")
		}
	}
	if req.StaffNo != nil {
		if c.StaffNo = new(oneLine(req.GetStaffNo())); *c.StaffNo == "" {
			return c, fault.Field("staff_no", "ACC-01", "请填写工号。")
		}
	}
	if req.Phone != nil {
		number, err := phone(req.GetPhone())
		if err != nil {
			return c, err
		}
		c.Number = &number
	}
	if req.Email != nil {
		email, err := staff.ParseEmail(req.GetEmail())
		if err != nil {
			return c, err
		}
		c.Email = &email
	}
	return c, nil
}

// phone reads a number as people write it; empty: none.
func phone(text string) (kernel.Phone, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	number, err := kernel.ParsePhone(text)
	if err != nil {
		return "", fault.Field("phone", "ACC-01", "手机号格式不正确：大陆号码填 11 位，其他地区请以 + 和国家区号开头。")
	}
	return number, nil
}

func absenceFromProto(req *staffv1.RecordAbsenceRequest) (a staff.Absence, err error) {
	a = staff.Absence{Kind: absenceKinds[req.GetKind()], Reason: oneLine(req.GetReason())}
	if a.From, err = date("from_date", req.GetFromDate()); err != nil {
		return a, err
	}
	if req.GetToDate() != "" {
		to, err := date("to_date", req.GetToDate())
		if err != nil {
			return a, err
		}
		a.To = &to
	}
	return a, nil
}

// oneLine makes a text storable: one line, nothing around it.
func oneLine(s string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(s, "\x00", "")), " ")
}

func personID(text string) (kernel.PersonID, error) {
	id, err := kernel.ParseID[kernel.PersonID](text)
	if err != nil {
		err = staff.ErrNotFound
	}
	return id, err
}
