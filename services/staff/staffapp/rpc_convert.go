package staffapp

import (
	"net/http"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	staffv1 "github.com/changke/changke/gen/go/changke/staff/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/staff"
)

// loginFromProto reads what was typed and on what: a browser that has no device
// cookie yet gets a token for one.
func loginFromProto(req *staffv1.LoginRequest, header http.Header) Login {
	device := cookie(header, DeviceCookie)
	if device == "" {
		device = staff.NewToken()
	}
	return Login{
		TenantCode: req.GetTenantCode(), Typed: req.GetLogin(), Password: req.GetPassword(),
		Device: device, Browser: header.Get("User-Agent"),
	}
}

func ssoReturnFromProto(req *staffv1.FinishSsoRequest, header http.Header) SSOReturn {
	device := cookie(header, DeviceCookie)
	if device == "" {
		device = staff.NewToken()
	}
	return SSOReturn{Cookie: cookie(header, SSOCookie), Code: req.GetCode(), State: req.GetState(), Device: device, Browser: header.Get("User-Agent")}
}

func secondStepFromProto(req *staffv1.FinishLoginRequest, header http.Header) SecondStep {
	return SecondStep{Half: cookie(header, HalfCookie), Code: req.GetCode(), Device: cookie(header, DeviceCookie), Browser: header.Get("User-Agent")}
}

// peoplePage cuts off the one person too many, who proves that there is a next page.
func peoplePage(tenant kernel.TenantID, people []staff.Person, size int) *staffv1.ListPeopleResponse {
	res := &staffv1.ListPeopleResponse{}
	if len(people) > size {
		people = people[:size]
		res.NextPageToken = rpc.PageToken(tenant, people[size-1].StaffNo)
	}
	res.People = as(people, personToProto)
	return res
}

func personToProto(p staff.Person) *staffv1.Person {
	out := &staffv1.Person{
		Id: p.ID.String(), StaffNo: p.StaffNo, Name: p.Name, EntryDate: p.EntryOn.String(), LeftDate: dateOr(p.LeftOn),
		Assignments: as(p.Assignments, assignmentToProto), Account: accountStates[p.Account], LeavingClosed: p.LeavingClosed,
	}
	if p.CodeExpiresAt != nil {
		out.CodeExpireTime = timestamppb.New(*p.CodeExpiresAt)
	}
	if p.Absence != nil {
		out.Absence = absenceToProto(*p.Absence)
	}
	if p.Number != "" {
		out.MaskedPhone = p.Number.Masked()
	}
	return out
}

func assignmentToProto(a staff.Assignment) *staffv1.Assignment {
	return &staffv1.Assignment{
		Id: a.ID.String(), Role: a.Role, Position: a.Position, TenantWide: a.TenantWide,
		StoreIds: as(a.Stores, kernel.StoreID.String), FromDate: a.From.String(), ToDate: dateOr(a.To),
		Reason: a.Reason, EndReason: a.EndReason,
	}
}

func rightToProto(permission string, g kernel.Grant) *staffv1.Right {
	return &staffv1.Right{
		Permission: permission, TenantWide: g.Tenant(), StoreIds: as(g.Stores(), kernel.StoreID.String),
		OwnTenantWide: g.OwnTenant(), OwnStoreIds: as(g.OwnIn(), kernel.StoreID.String),
	}
}

func roleToProto(r staff.Role) *staffv1.Role {
	return &staffv1.Role{Code: r.Code, Name: r.Name, Permissions: as(r.Rights, func(r staff.Right) *staffv1.Permission {
		return &staffv1.Permission{Name: r.Permission, Label: staff.Label(r.Permission), Own: r.Own}
	})}
}

func (s StaffServer) keyToProto(k staff.APIKey) *staffv1.ApiKey {
	out := &staffv1.ApiKey{
		Id: k.ID.String(), Label: k.Label, Prefix: k.Prefix, Scopes: k.Scopes, StoreIds: as(k.Stores, kernel.StoreID.String),
		CreateTime: timestamppb.New(k.CreatedAt), ExpireTime: timestamppb.New(k.ExpiresAt), CallsPerMinute: k.Calls(s.app.KeyCalls),
	}
	if k.RevokedAt != nil {
		out.RevokeTime = timestamppb.New(*k.RevokedAt)
	}
	if k.UsedAt != nil {
		out.LastUseTime = timestamppb.New(*k.UsedAt)
	}
	if k.Successor != nil {
		out.ReplacedById = k.Successor.String()
	}
	return out
}

func newPersonFromProto(req *staffv1.CreatePersonRequest) (p staff.NewPerson, err error) {
	p = staff.NewPerson{StaffNo: strings.TrimSpace(req.GetStaffNo()), Name: strings.TrimSpace(req.GetName())}
	if p.StaffNo == "" {
		return p, fault.Field("staff_no", "ACC-01", "请填写工号。")
	}
	if p.Name == "" {
		return p, fault.Field("name", "ACC-01", "请填写姓名。")
	}
	if strings.TrimSpace(req.GetPhone()) != "" {
		if p.Number, err = kernel.ParsePhone(req.GetPhone()); err != nil {
			return p, fault.Field("phone", "ACC-01", "手机号格式不正确：大陆号码填 11 位，其他地区请以 + 和国家区号开头。")
		}
	}
	if p.EntryOn, err = date("entry_date", req.GetEntryDate()); err != nil {
		return p, err
	}
	post, err := postFromProto(req.GetAssignment())
	p.Posts = []staff.Post{post}
	return p, err
}

func postFromProto(in *staffv1.NewAssignment) (p staff.Post, err error) {
	p = staff.Post{Role: in.GetRole(), Position: strings.TrimSpace(in.GetPosition()), TenantWide: in.GetTenantWide()}
	if p.Position == "" {
		return p, fault.Field("assignment.position", "ROL-01", "请填写岗位。")
	}
	p.Reason = oneLine(in.GetReason())
	if p.From, err = date("assignment.from_date", in.GetFromDate()); err != nil {
		return p, err
	}
	p.Stores, err = storesFromProto("assignment.store_ids", in.GetStoreIds())
	return p, err
}

func storesFromProto(field string, ids []string) ([]kernel.StoreID, error) {
	out := make([]kernel.StoreID, len(ids))
	for i, text := range ids {
		id, err := kernel.ParseID[kernel.StoreID](text)
		if err != nil {
			return nil, fault.Field(field, "", "门店编号无效。")
		}
		out[i] = id
	}
	return out, nil
}

func optionalStore(text string) (kernel.StoreID, error) {
	if text == "" {
		return kernel.StoreID{}, nil
	}
	ids, err := storesFromProto("store_id", []string{text})
	if err != nil {
		return kernel.StoreID{}, err
	}
	return ids[0], nil
}

func date(field, text string) (kernel.BusinessDate, error) {
	d, err := kernel.ParseDate(text)
	if err != nil {
		return 0, fault.Field(field, "", "请选择一个存在的日期。")
	}
	return d, nil
}

func pageSize(asked int32) int32 {
	if asked == 0 {
		return 50
	}
	return asked
}

func first(parts []string) string {
	if len(parts) == 0 {
		return ""
	}
	return parts[0]
}
