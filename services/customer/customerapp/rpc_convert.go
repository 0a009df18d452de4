package customerapp

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

var states = map[customer.State]customerv1.FileState{
	customer.Draft:     customerv1.FileState_FILE_STATE_DRAFT,
	customer.Stage1:    customerv1.FileState_FILE_STATE_STAGE1,
	customer.Stage2:    customerv1.FileState_FILE_STATE_STAGE2,
	customer.Submitted: customerv1.FileState_FILE_STATE_SUBMITTED,
	customer.Approved:  customerv1.FileState_FILE_STATE_APPROVED,
	customer.Rejected:  customerv1.FileState_FILE_STATE_REJECTED,
	customer.Ended:     customerv1.FileState_FILE_STATE_ENDED,
	customer.Deleted:   customerv1.FileState_FILE_STATE_DELETED,
	customer.Merged:    customerv1.FileState_FILE_STATE_MERGED,
}

var activities = map[customer.Activity]customerv1.Activity{
	customer.NeverApproved: customerv1.Activity_ACTIVITY_UNSPECIFIED,
	customer.Active:        customerv1.Activity_ACTIVITY_ACTIVE,
	customer.Dormant:       customerv1.Activity_ACTIVITY_DORMANT,
}

var scopes = map[customerv1.CustomerScope]Scope{
	customerv1.CustomerScope_CUSTOMER_SCOPE_UNSPECIFIED: ScopeAll,
	customerv1.CustomerScope_CUSTOMER_SCOPE_MINE:        ScopeMine,
	customerv1.CustomerScope_CUSTOMER_SCOPE_PUBLIC:      ScopePublic,
	customerv1.CustomerScope_CUSTOMER_SCOPE_DORMANT:     ScopeDormant,
	customerv1.CustomerScope_CUSTOMER_SCOPE_DRAFTS:      ScopeDrafts,
	customerv1.CustomerScope_CUSTOMER_SCOPE_SENT_BACK:   ScopeBack,
	customerv1.CustomerScope_CUSTOMER_SCOPE_ENDING:      ScopeEnding,
}

var maskedFields = map[customerv1.MaskedField]customer.Masked{
	customerv1.MaskedField_MASKED_FIELD_NAME:     customer.MaskedName,
	customerv1.MaskedField_MASKED_FIELD_BIRTHDAY: customer.MaskedBirthday,
}

const defaultPage = 50

func pageSize(n int32) int {
	if n == 0 {
		return defaultPage
	}
	return int(n)
}

func fileFromProto(s string) (kernel.FileID, error) {
	id, err := kernel.ParseID[kernel.FileID](s)
	if err != nil {
		return id, customer.ErrNotFound
	}
	return id, nil
}

func storeFromProto(s string) (*kernel.StoreID, error) {
	if s == "" {
		return nil, nil
	}
	id, err := kernel.ParseID[kernel.StoreID](s)
	if err != nil {
		return nil, fault.Field("store_id", "", "门店编号不正确。")
	}
	return &id, nil
}

func listFromProto(req *customerv1.ListCustomersRequest) (ListInput, error) {
	store, err := storeFromProto(req.GetStoreId())
	if err != nil {
		return ListInput{}, err
	}
	var owner *kernel.PersonID
	if req.GetOwnerId() != "" {
		id, err := kernel.ParseID[kernel.PersonID](req.GetOwnerId())
		if err != nil {
			return ListInput{}, fault.Field("owner_id", "", "员工编号不正确。")
		}
		owner = &id
	}
	return ListInput{Owner: owner, Store: store, Scope: scopes[req.GetScope()], Query: req.GetQuery(), Size: pageSize(req.GetPageSize()), Token: req.GetPageToken()}, err
}

// fieldsFromProto reads everything but a birthday that is no date, which is a finding.
func fieldsFromProto(f *customerv1.FileFields) (Input, []customer.Finding) {
	in := Input{Number: f.GetNumber(), Fields: customer.Fields{
		Name: customer.Name(f.GetName()), NameInsisted: f.GetNameInsisted(), Sex: customer.Sex(f.GetSex()), HowKnown: f.GetHowKnown(), Employer: f.GetEmployer(), JobTitle: f.GetJobTitle(),
		Address: f.GetAddress(), Taste: f.GetTaste(), Favourites: f.GetFavourites(), Taboos: f.GetTaboos(), InvoiceTitle: f.GetInvoiceTitle(), Consent: f.GetConsent(), Extra: f.GetExtra(),
		PHS: f.GetNumberKind() == customerv1.NumberKind_NUMBER_KIND_PHS, Wedding: dayFromProto(f.GetWeddingDay()), CompanyDay: dayFromProto(f.GetCompanyDay()),
		Anniversaries: anniversariesFromProto(f.GetAnniversaries()),
	}}
	var findings []customer.Finding
	in.Fields.Birthday, findings = birthdayFromProto(f)
	return in, findings
}

func kindToProto(phs bool) customerv1.NumberKind {
	if phs {
		return customerv1.NumberKind_NUMBER_KIND_PHS
	}
	return customerv1.NumberKind_NUMBER_KIND_UNSPECIFIED
}

func inputFromProto(f *customerv1.FileFields) (Input, error) {
	in, findings := fieldsFromProto(f)
	if findings != nil {
		return in, customer.ErrInvalid(findings)
	}
	return in, nil
}

func checkFromProto(req *customerv1.CheckFileRequest) (kernel.StoreID, *kernel.FileID, Input, []customer.Finding, error) {
	in, findings := fieldsFromProto(req.GetFields())
	store, err := requiredStore(req.GetStoreId())
	if err != nil || req.GetFileId() == "" {
		return store, nil, in, findings, err
	}
	file, err := fileFromProto(req.GetFileId())
	return store, &file, in, findings, err
}

func requiredStore(s string) (kernel.StoreID, error) {
	store, err := storeFromProto(s)
	if err != nil || store == nil {
		return kernel.StoreID{}, fault.Field("store_id", "", "请选择门店。")
	}
	return *store, nil
}

func createFromProto(req *customerv1.CreateFileRequest) (store kernel.StoreID, request kernel.UUID, in Input, err error) {
	if store, err = requiredStore(req.GetStoreId()); err != nil {
		return store, request, in, err
	}
	if request, err = kernel.ParseID[kernel.UUID](req.GetRequestId()); err != nil {
		return store, request, in, fault.Field("request_id", "", "请求编号不正确。")
	}
	if in, err = inputFromProto(req.GetFields()); err == nil && req.GetBookingId() != "" {
		if in.Booking, err = kernel.ParseID[kernel.UUID](req.GetBookingId()); err != nil {
			err = fault.Field("booking_id", "", "预定编号不正确。")
		}
	}
	return store, request, in, err
}

func decisionFromProto(req *customerv1.ReviewFileRequest) customer.Decision {
	return customer.Decision{Approve: req.GetApprove(), Version: req.GetVersion(), Reasons: reasonsFromProto(req.GetReasons())}
}

func reasonsFromProto(reasons []*customerv1.FieldReason) (out []customer.Reason) {
	for _, r := range reasons {
		out = append(out, customer.Reason{Field: r.GetField(), Reason: r.GetReason()})
	}
	return out
}

func dateToProto(d *kernel.BusinessDate) string {
	if d == nil {
		return ""
	}
	return d.String()
}

func rowToProto(i Item) *customerv1.CustomerRow {
	out := &customerv1.CustomerRow{
		Id: i.File.String(), StoreId: i.Store.String(), Name: i.shownName(), NameMasked: !i.NameShown, MaskedNumber: i.Masked, Sex: customerv1.Sex(i.Sex), OwnerName: i.OwnerName,
		OwnedSinceDate: dateToProto(i.OwnedSince), ApprovedDate: dateToProto(i.ApprovedOn), Activity: activities[i.Activity],
		LastVisitDate: dateToProto(i.Visits.Last), Visits: i.Visits.Count, State: states[i.State], WriterId: i.Writer.String(),
	}
	if i.Owner != nil {
		out.OwnerId = i.Owner.String()
	}
	if i.MergedInto != nil {
		out.MergedIntoId = i.MergedInto.String()
	}
	if i.Editor != nil {
		out.EditorId = i.Editor.String()
	}
	out.EndDate = dateToProto(i.EndsOn)
	return out
}

// shownName is the name as far as the caller sees it.
func (i Item) shownName() string {
	if i.NameShown {
		return i.Name.Full()
	}
	return i.Name.Masked()
}

func rowsToProto(items []Item) []*customerv1.CustomerRow {
	out := make([]*customerv1.CustomerRow, len(items))
	for i, it := range items {
		out[i] = rowToProto(it)
	}
	return out
}

func fieldsToProto(f customer.Fields, today kernel.BusinessDate) *customerv1.FileFields {
	return &customerv1.FileFields{
		Name: f.Name.Full(), NameInsisted: f.NameInsisted, Sex: customerv1.Sex(f.Sex), HowKnown: f.HowKnown, Employer: f.Employer, JobTitle: f.JobTitle, Address: f.Address,
		Birthday: solarToProto(f.Birthday), BirthdayDay: dayToProto(f.Birthday, today), WeddingDay: dayToProto(f.Wedding, today),
		CompanyDay: dayToProto(f.CompanyDay, today), Anniversaries: anniversariesToProto(f.Anniversaries, today), NumberKind: kindToProto(f.PHS),
		Taste: f.Taste, Favourites: f.Favourites, Taboos: f.Taboos, InvoiceTitle: f.InvoiceTitle, Consent: f.Consent, Extra: f.Extra,
	}
}

// fields are values of the file as far as the caller sees them.
func (i Item) fields(f customer.Fields) *customerv1.FileFields {
	out := fieldsToProto(f, i.Today)
	if !i.NameShown {
		out.Name = f.Name.Masked()
	}
	if !i.BirthdayShown {
		out.Birthday, out.BirthdayDay = "", nil
	}
	return out
}

func viewToProto(v View) *customerv1.Customer {
	out := &customerv1.Customer{
		Row: rowToProto(v.Item), Fields: fieldsToProto(v.Fields, v.Today), Imported: v.Imported, Missing: v.Missing, SafeUntilDate: dateToProto(v.SafeUntil),
		StoreName: v.StoreName, Version: v.Version, WriterName: v.WriterName, StaffMatch: v.Staff.String(), TemplateVersion: v.Template,
	}
	if !v.NameShown {
		out.Fields.Name = v.Fields.Name.Masked()
	}
	if !v.BirthdayShown && v.Fields.Birthday != nil {
		out.Fields.Birthday, out.Fields.BirthdayDay, out.MaskedBirthday = "", nil, v.Fields.Birthday.String()
	}
	if v.Due != nil {
		out.ReviewDueTime = timestamppb.New(*v.Due)
		out.ReviewTurn = turnToProto(*v.Turn)
	}
	out.Reasons = reasonsToProto(v.Reasons)
	out.EndedDate = dateToProto(v.EndedOn)
	if r := v.Revision; r != nil {
		out.Revision = &customerv1.FileRevision{
			Cause: causes[r.Cause], Fields: v.fields(r.Fields), Changed: r.Changed, EditorName: r.Editor, Reasons: reasonsToProto(r.Reasons), Editable: r.Editable,
		}
		out.Revision.Fields.Number = r.Masked
	}
	if c := v.Change; c != nil {
		out.Change = &customerv1.FileChange{
			Id: c.ID.String(), State: changeStates[c.State], Fields: c.Names, ReporterName: v.Reporter, ReportTime: timestamppb.New(c.At), DueTime: timestamppb.New(c.Due), Refusal: c.Refusal,
		}
	}
	return out
}

func reasonsToProto(reasons []customer.Reason) []*customerv1.FieldReason {
	out := make([]*customerv1.FieldReason, len(reasons))
	for i, r := range reasons {
		out[i] = &customerv1.FieldReason{Field: r.Field, Reason: r.Reason}
	}
	return out
}

func reviewsToProto(items []ReviewItem) []*customerv1.ReviewItem {
	out := make([]*customerv1.ReviewItem, len(items))
	for i, it := range items {
		out[i] = &customerv1.ReviewItem{
			Row: rowToProto(it.Item), Fields: fieldsToProto(it.Fields, it.Today), SubmitTime: timestamppb.New(it.Submitted), DueTime: timestamppb.New(it.Due),
			WriterName: it.WriterName, Decidable: it.Decidable, Turn: turnToProto(it.Turn), StaffMatch: it.Staff.String(), TemplateVersion: it.Template,
			Cause: causes[it.Cause], Changed: it.Changed, Version: it.Version,
		}
		out[i].Fields.Number = it.Masked
		if r := it.Refused; r != nil {
			out[i].Refusal = &customerv1.Refusal{Reasons: reasonsToProto(r.Reasons), ByName: r.By.ZH, ByNameEn: r.By.EN}
			if r.At != nil {
				out[i].Refusal.Time = timestamppb.New(*r.At)
			}
		}
		if it.Before != nil {
			out[i].Before = fieldsToProto(*it.Before, it.Today)
			out[i].Before.Number = it.Row.Masked
		}
	}
	return out
}

// maxHands is how many of those whose turn it is are named.
const maxHands = 20

// turnToProto relies on both enums counting the steps alike.
func turnToProto(t Turn) *customerv1.ReviewTurn {
	out := &customerv1.ReviewTurn{Step: customerv1.ReviewStep(t.Step), Escalated: t.Escalated}
	for _, h := range t.People[:min(len(t.People), maxHands)] {
		out.People = append(out.People, &customerv1.Reviewer{PersonId: h.Person.String(), Name: h.Name, Position: h.Position, HolderName: h.ForName})
	}
	if t.Next != nil {
		out.NextTime = timestamppb.New(*t.Next)
	}
	return out
}

func findingsToProto(findings []customer.Finding) []*customerv1.FieldFinding {
	out := make([]*customerv1.FieldFinding, len(findings))
	for i, f := range findings {
		out[i] = &customerv1.FieldFinding{Field: f.Field, Rule: f.Rule, Message: f.Message}
	}
	return out
}
