package customerapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/tenant"
)

// Input is the fields of a file as a person wrote them, with the number.
type Input struct {
	Fields customer.Fields
	Number string
	// Booking names a booking whose number the file shall have, where Number is
	// empty (CUS-01); zero: none.
	Booking kernel.UUID
}

// Checked is what a check found.
type Checked struct {
	Findings  []customer.Finding
	Today     kernel.BusinessDate // of the store
	AcceptPHS bool                // CUS-07
	// Whether the number is on file was not looked up: the person has asked about
	// too many. He learns it when he saves.
	NumberUnasked bool
}

// Check gives the findings of what is filled in, writing nothing. A number on
// file is CUS-10 unless file (nil: a new one) holds it. Fault: store.not_found.
func (a *App) Check(ctx context.Context, grant kernel.Grant, now time.Time, store kernel.StoreID, in Input, file *kernel.FileID) (Checked, error) {
	id := grant.Actor().Tenant
	if !grant.Covers(store, true) {
		return Checked{}, tenant.ErrNoStore
	}
	p, err := a.policy(ctx, id, store, now)
	if err != nil {
		return Checked{}, err
	}
	t, err := a.templateOf(ctx, id, nil)
	if err != nil {
		return Checked{}, err
	}
	if file != nil {
		// A foreign file must not tell, by what is found, which number it holds.
		f, err := a.load(ctx, grant, *file)
		if err != nil {
			return Checked{}, err
		}
		in.Fields = f.unmask(ctx, in.Fields)
	}
	out := Checked{Today: p.today, AcceptPHS: p.acceptPHS}
	out.Findings = in.Fields.Clean().Check(t, p.today, in.Fields)
	if in.Number == "" {
		return out, nil
	}
	number, refused := customer.ReadNumber(in.Number, in.Fields.PHS, p.acceptPHS)
	if refused != nil {
		out.Findings = append(out.Findings, *refused)
		return out, nil
	}
	if !a.asked.may(id, grant.Person(), p.today, number, now) {
		out.NumberUnasked = true
		return out, nil
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return Checked{}, err
	}
	key := keys.NumberKey(number)
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		if staff, err := a.Staff.IsStaffNumberTx(ctx, tx, id, key); err != nil || staff {
			if staff {
				out.Findings = append(out.Findings, customer.Finding{Field: "number", Rule: "CUS-05", Message: customer.StaffNumber})
			}
			return err
		}
		since, holder, err := onFile(ctx, customerdb.New(tx), id, p, key, now)
		if err == nil && since != nil && (file == nil || holder != *file) {
			out.Findings = append(out.Findings, customer.Finding{Field: "number", Rule: "CUS-10", Message: customer.OnFileSince(*since)})
		}
		return err
	})
	return out, err
}

// onFile says which file of the store holds a number and since when; nil: none.
func onFile(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, p policy, numberKey []byte, now time.Time) (*kernel.BusinessDate, kernel.FileID, error) {
	row, err := q.NumberHolder(ctx, customerdb.NumberHolderParams{TenantID: id, StoreID: p.store.ID, NumberKey: numberKey, Now: now})
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, kernel.FileID{}, nil
	}
	if err != nil {
		return nil, kernel.FileID{}, err
	}
	since := p.store.BusinessDate(row.CreatedAt)
	if row.ApprovedOn != nil {
		since = *row.ApprovedOn
	}
	return &since, row.FileID, nil
}

// claim gives a number of the store to a file (CUS-10), until a moment or, nil,
// for good. Faults: customer.staff_number, customer.already_on_file.
func (a *App) claim(ctx context.Context, tx pgx.Tx, id kernel.TenantID, p policy, file kernel.FileID, numberKey []byte, until *time.Time, now time.Time) error {
	staff, err := a.Staff.IsStaffNumberTx(ctx, tx, id, numberKey)
	if err != nil {
		return err
	}
	if staff {
		return customer.ErrStaffNumber
	}
	q := customerdb.New(tx)
	_, err = q.ClaimNumber(ctx, customerdb.ClaimNumberParams{TenantID: id, StoreID: p.store.ID, NumberKey: numberKey, FileID: file, ReservedUntil: until, Now: now})
	if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	since, _, err := onFile(ctx, q, id, p, numberKey, now)
	if err != nil {
		return err
	}
	if since == nil { // the holder went between the two statements
		since = &p.today
	}
	return customer.ErrAlreadyOnFile(*since)
}

// check cleans an input that is to be saved and refuses it with every finding.
// An empty number is left out of it; the name is needed. Was is what the file
// held before.
func (in Input) check(t customer.Template, p policy, was customer.Fields) (customer.Fields, kernel.Phone, error) {
	fields := in.Fields.Clean()
	findings := fields.Check(t, p.today, was)
	if fields.Name == "" {
		findings = append(findings, *customer.CheckName(""))
	}
	var number kernel.Phone
	if in.Number != "" {
		var refused *customer.Finding
		if number, refused = customer.ReadNumber(in.Number, fields.PHS, p.acceptPHS); refused != nil {
			findings = append(findings, *refused)
		}
	} else {
		fields.PHS = was.PHS
	}
	if len(findings) > 0 {
		return fields, "", customer.ErrInvalid(findings)
	}
	return fields, number, nil
}

// newFile is a file about to be begun, with what it says sealed.
type newFile struct {
	policy   policy
	template customer.Template
	tenant   kernel.TenantID
	file     kernel.FileID
	writer   kernel.PersonID
	request  kernel.UUID
	revision kernel.UUID
	fields   customer.Fields
	number   kernel.Phone
	key, box []byte // of the number
	content  []byte
}

// begin checks an input and makes a file of it, writing nothing. Faults:
// store.not_found, customer.invalid_fields.
func (a *App) begin(ctx context.Context, grant kernel.Grant, now time.Time, store kernel.StoreID, request kernel.UUID, in Input) (newFile, error) {
	f := newFile{
		tenant: grant.Actor().Tenant, file: kernel.NewID[kernel.FileID](now), writer: grant.Person(), request: request, revision: kernel.NewID[kernel.UUID](now),
	}
	if !grant.Covers(store, true) {
		return f, tenant.ErrNoStore
	}
	var err error
	if f.policy, err = a.policy(ctx, f.tenant, store, now); err != nil {
		return f, err
	}
	if f.template, err = a.templateOf(ctx, f.tenant, nil); err != nil {
		return f, err
	}
	if in.Number == "" && !in.Booking.IsZero() {
		if in.Number, err = a.bookedNumber(ctx, grant, store, in.Booking); err != nil {
			return f, err
		}
	}
	f.fields, f.number, err = in.check(f.template, f.policy, customer.Fields{})
	if err == nil && f.number == "" {
		_, refused := customer.CheckNumber("")
		err = customer.ErrInvalid([]customer.Finding{*refused})
	}
	if err != nil {
		return f, err
	}
	keys, err := a.Numbers.Keys(ctx, f.tenant)
	if err != nil {
		return f, err
	}
	f.key = keys.NumberKey(f.number)
	if f.box, err = keys.Seal(f.number, guestTable, kernel.UUID(f.file)); err != nil {
		return f, err
	}
	f.content, err = customerdb.SealFields(keys, f.revision, f.fields)
	return f, err
}

// bookedNumber is the number of a booking that the caller took himself or, where
// he writes for the whole store, anybody did. Fault: customer.invalid_fields.
func (a *App) bookedNumber(ctx context.Context, grant kernel.Grant, store kernel.StoreID, booking kernel.UUID) (string, error) {
	number, at, booker, err := a.visits.NumberOfBooking(ctx, grant.Actor().Tenant, booking)
	if err != nil {
		return "", err
	}
	if number == "" || at != store || !grant.Covers(store, booker == grant.Person()) {
		return "", customer.ErrInvalid([]customer.Finding{{Field: "number", Rule: "CUS-01", Message: "这个预定没有留下号码，请填写客人的手机号。"}})
	}
	return number.E164(), nil
}

// insertTx writes the file without a hold on its number. Made: the request made
// a file before, which f.file is now; fresh: nobody has changed that one since.
// Fault: customer.request_reused.
func (f *newFile) insertTx(ctx context.Context, q *customerdb.Queries, now time.Time) (made, fresh bool, err error) {
	state, store := string(f.fields.Stage(f.template)), f.policy.store.ID
	_, err = q.InsertGuest(ctx, customerdb.InsertGuestParams{
		TenantID: f.tenant, FileID: f.file, StoreID: store, Name: f.fields.Name.Full(), Initials: customer.Initials(f.fields.Name.Full()), Sex: int16(f.fields.Sex),
		NumberKey: f.key, NumberBox: f.box, Last4Rev: f.number.Last4Reversed(), State: state, WriterID: f.writer, RequestID: f.request, Now: now,
	})
	if errors.Is(err, pgx.ErrNoRows) {
		known, err := q.FileByRequest(ctx, f.tenant, f.request)
		if err == nil && (known.WriterID != f.writer || known.StoreID != store) {
			err = customer.ErrRequestReused
		}
		f.file = known.FileID
		return true, known.Version == firstVersion, err
	}
	if err != nil {
		return false, false, err
	}
	return false, false, q.InsertRevision(ctx, customerdb.InsertRevisionParams{
		TenantID: f.tenant, RevisionID: f.revision, FileID: f.file, StoreID: store, State: state, FieldsBox: f.content, WriterID: f.writer, Now: now, TemplateVersion: f.template.Version,
	})
}

// tellTx leaves the lines of a file that was begun.
func (f *newFile) tellTx(ctx context.Context, tx pgx.Tx, now time.Time) error {
	if err := event(ctx, customerdb.New(tx), f.tenant, f.file, customer.Event{At: now, On: f.policy.today, Kind: customer.FileCreated, Person: &f.writer}); err != nil {
		return err
	}
	if err := consentAtBuildingTx(ctx, tx, f.tenant, f.file, f.writer, false, f.fields.Consent, now); err != nil {
		return err
	}
	return audit.WriteTx(ctx, tx, f.tenant, now, ownLine("customer.created", f.file, f.policy.store.ID, moved("", f.fields.Stage(f.template))))
}

// Create begins a file; its writer will be the referrer. The same request gives
// the same file, however often and however fast it is sent; one that says
// something else than the first time changes a file that nobody has changed
// since, so that what was typed between two tries is not lost. Faults: store.not_found, customer.invalid_fields,
// customer.staff_number, customer.already_on_file, customer.request_reused.
func (a *App) Create(ctx context.Context, grant kernel.Grant, now time.Time, store kernel.StoreID, request kernel.UUID, in Input) (View, error) {
	f, err := a.begin(ctx, grant, now, store, request, in)
	if err != nil {
		return View{}, err
	}
	until, again := now.Add(f.policy.reserve), false
	err = a.DB.InTenant(ctx, f.tenant, func(tx pgx.Tx) error {
		made, fresh, err := f.insertTx(ctx, customerdb.New(tx), now)
		if again = fresh; err != nil || made {
			return err
		}
		if err := a.claim(ctx, tx, f.tenant, f.policy, f.file, f.key, &until, now); err != nil {
			return err
		}
		return f.tellTx(ctx, tx, now)
	})
	if err != nil {
		return View{}, err
	}
	if again {
		return a.Update(ctx, grant, now, f.file, firstVersion, in)
	}
	return a.Get(ctx, grant, now, f.file)
}

// firstVersion is that of a file which nobody has changed.
const firstVersion = 1

// Update writes the fields of an own draft or rejected file as they shall be;
// an empty number leaves the number as it is, and what the caller was shown
// masked stays where he sends it back so. Where nothing differs nothing is
// written, whatever the version: it is a retry. Faults: customer.not_found,
// customer.not_editable, customer.changed, customer.invalid_fields,
// customer.staff_number, customer.already_on_file.
func (a *App) Update(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID, version int32, in Input) (View, error) {
	tenantID, writer := grant.Actor().Tenant, grant.Person()
	f, p, err := a.editable(ctx, grant, now, id)
	if err != nil {
		return View{}, err
	}
	t, err := a.templateOf(ctx, tenantID, nil)
	if err != nil {
		return View{}, err
	}
	in.Fields = f.unmask(ctx, in.Fields)
	fields, number, err := in.check(t, p, f.fields)
	if err != nil {
		return View{}, err
	}
	if f.ApprovedOn != nil {
		return a.saveRevision(ctx, grant, now, f, p, t, version, fields, number)
	}
	keys, err := a.Numbers.Keys(ctx, tenantID)
	if err != nil {
		return View{}, err
	}
	changed, key, box := f.fields.Changed(fields), f.numberKey, f.NumberBox
	moved := number != "" && string(keys.NumberKey(number)) != string(key)
	switch {
	case len(changed) == 0 && !moved && fields.NameInsisted == f.fields.NameInsisted && fields.PHS == f.fields.PHS && (f.template == nil || *f.template == t.Version):
		return a.Get(ctx, grant, now, id)
	case f.Version != version:
		return View{}, customer.ErrChanged
	}
	if moved {
		changed, key = append(changed, "number"), keys.NumberKey(number)
		if box, err = keys.Seal(number, guestTable, kernel.UUID(id)); err != nil {
			return View{}, err
		}
	} else if number, err = open(keys, f.Guest); err != nil {
		return View{}, err
	}
	state := fields.Stage(t)
	if f.State == customer.Rejected {
		state = customer.Rejected // the reasons stay in sight until it is submitted again
	}
	content, err := customerdb.SealFields(keys, f.revision, fields)
	if err != nil {
		return View{}, err
	}
	until := now.Add(p.reserve)
	err = a.DB.InTenant(ctx, tenantID, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		n, err := q.ChangeGuest(ctx, customerdb.ChangeGuestParams{
			TenantID: tenantID, FileID: id, Version: version, Name: fields.Name.Full(), Initials: customer.Initials(fields.Name.Full()), Sex: int16(fields.Sex),
			NumberKey: key, NumberBox: box, Last4Rev: number.Last4Reversed(), State: string(state),
		})
		if err != nil {
			return err
		}
		if n == 0 {
			return customer.ErrChanged
		}
		if moved {
			if err := a.claim(ctx, tx, tenantID, p, id, key, &until, now); err != nil {
				return err
			}
			if err := a.releaseTx(ctx, tx, tenantID, p, f.numberKey, id, now); err != nil {
				return err
			}
		}
		if err := q.ChangeRevision(ctx, customerdb.ChangeRevisionParams{TenantID: tenantID, RevisionID: f.revision, FieldsBox: content, State: string(state), TemplateVersion: t.Version}); err != nil {
			return err
		}
		if err := event(ctx, q, tenantID, id, customer.Event{At: now, On: p.today, Kind: customer.FileChanged, Person: &writer, Fields: changed}); err != nil {
			return err
		}
		if err := consentAtBuildingTx(ctx, tx, tenantID, id, writer, f.fields.Consent, fields.Consent, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, tenantID, now, ownLine("customer.changed", id, f.Store, edited(keys, changed, f.fields, fields, f.numberKey, key)...))
	})
	if err != nil {
		return View{}, err
	}
	return a.Get(ctx, grant, now, id)
}

// editable loads a file that its writer may still change.
func (a *App) editable(ctx context.Context, grant kernel.Grant, now time.Time, id kernel.FileID) (file, policy, error) {
	f, err := a.load(ctx, grant, id)
	if err != nil {
		return f, policy{}, err
	}
	if !f.edits(grant.Person()) {
		return f, policy{}, customer.ErrNotEditable
	}
	p, err := a.policy(ctx, grant.Actor().Tenant, f.Store, now)
	return f, p, err
}
