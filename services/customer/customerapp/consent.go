package customerapp

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/message"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/secret"
)

// ConsentView is how a guest's consent stands, with all its lines.
type ConsentView struct {
	Standing customer.Standing
	Lines    []customer.ConsentLine // newest first, at most 100
	Texts    []ConsentText          // in force
	Names    map[kernel.PersonID]string
}

// ConsentText is a version of what guests agree to.
type ConsentText struct {
	Purpose customer.Purpose
	Version int32
	Body    string
	By      string     // name; empty: version 0
	At      *time.Time // nil: version 0
}

// Consents tells what a guest agreed to. Fault: customer.not_found.
func (a *App) Consents(ctx context.Context, grant kernel.Grant, file kernel.FileID) (v ConsentView, err error) {
	if _, err = a.load(ctx, grant, file); err != nil {
		return v, err
	}
	id := grant.Actor().Tenant
	rows, err := a.read(id).Consents(ctx, id, file)
	if err != nil {
		return v, err
	}
	people := []kernel.PersonID{}
	v.Standing = customer.Standing{}
	for _, r := range rows {
		line := customerdb.ConsentStandingRow(r).Line()
		if _, newer := v.Standing[line.Purpose]; !newer {
			v.Standing[line.Purpose] = line
		}
		v.Lines = append(v.Lines, line)
		for _, p := range []*kernel.PersonID{line.By, line.For} {
			if p != nil {
				people = append(people, *p)
			}
		}
	}
	if v.Names, err = a.Staff.Names(ctx, id, people); err != nil {
		return v, err
	}
	v.Texts, err = a.ConsentTexts(ctx, id, false)
	return v, err
}

// RecordConsent writes that a guest agreed or took it back, under the text in
// force (CUS-11); it counts from the next message on. Who takes back the file
// itself gets a request for erasure opened at head office, which checks that it
// was he. Faults: customer.not_found, consent.unchanged.
func (a *App) RecordConsent(ctx context.Context, grant kernel.Grant, now time.Time, file kernel.FileID, purpose customer.Purpose, given bool, how string) (erasure bool, err error) {
	id, me := grant.Actor().Tenant, grant.Person()
	f, err := a.load(ctx, grant, file)
	if err != nil {
		return false, err
	}
	p, err := a.policy(ctx, id, f.Store, now)
	if err != nil {
		return false, err
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return false, err
	}
	whom, due := grant.Holder(f.Store, f.OwnedBy(me)).Who(), a.legalDue(ctx, id, now)
	line := customer.ConsentLine{Purpose: purpose, Given: given, How: how, By: &me, For: whom, At: now}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		if state, err := q.LockState(ctx, id, file); err != nil || state == string(customer.Deleted) {
			return errors.Join(err, customer.ErrNotFound)
		}
		rows, err := q.ConsentStanding(ctx, id, file)
		if err != nil {
			return err
		}
		if was, said := customerdb.Standing(rows)[purpose]; said && was.Given == given {
			return customer.ErrConsentUnchanged
		}
		if err := a.consentTx(ctx, tx, id, file, f.Store, p.today, line); err != nil || given || purpose != customer.ForFile {
			return err
		}
		erasure, err = a.openErasureTx(ctx, tx, keys, id, f, me, now, due)
		return err
	})
	return erasure, err
}

// consentTx writes one line with the timeline's and the log's.
func (a *App) consentTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, store kernel.StoreID, today kernel.BusinessDate, l customer.ConsentLine) error {
	q := customerdb.New(tx)
	err := q.InsertConsent(ctx, customerdb.InsertConsentParams{
		TenantID: id, ConsentID: kernel.NewID[kernel.UUID](l.At), FileID: file, Purpose: string(l.Purpose), Given: l.Given, How: l.How, RecordedBy: l.By, RecordedFor: l.For, Now: l.At,
	})
	if err != nil {
		return err
	}
	kind, action := customer.ConsentGiven, "customer.consent_given"
	if !l.Given {
		kind, action = customer.ConsentWithdrawn, "customer.consent_withdrawn"
	}
	if err := event(ctx, q, id, file, customer.Event{At: l.At, On: today, Kind: kind, Person: l.By, For: l.For, Rule: "CUS-11"}); err != nil {
		return err
	}
	return audit.WriteTx(ctx, tx, id, l.At, line(action, file, store, audit.Change{Field: "purpose", After: string(l.Purpose)}))
}

// consentAtBuildingTx writes what the file's own question was answered with while
// it was built (CUS-02): a line when it changes, recorded by the writer. The
// timeline says that the field changed.
func consentAtBuildingTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, file kernel.FileID, by kernel.PersonID, was, is bool, now time.Time) error {
	if was == is {
		return nil
	}
	return customerdb.New(tx).InsertConsent(ctx, customerdb.InsertConsentParams{
		TenantID: id, ConsentID: kernel.NewID[kernel.UUID](now), FileID: file, Purpose: string(customer.ForFile), Given: is, How: "in_person", RecordedBy: &by, Now: now,
	})
}

// Agrees says whether a message of a category may go to whoever has a number in a
// store, at this moment: a port of message. Nobody on file agreed to marketing.
func (a *App) Agrees(ctx context.Context, id kernel.TenantID, store kernel.StoreID, numberKey []byte, c message.Category) (bool, error) {
	rows, err := a.read(id).ConsentOfNumber(ctx, id, store, numberKey)
	if err != nil {
		return false, err
	}
	s := make([]customerdb.ConsentStandingRow, len(rows))
	for i, r := range rows {
		s[i] = customerdb.ConsentStandingRow(r)
	}
	purpose := customer.ForService
	if c == message.Marketing {
		purpose = customer.ForMarketing
	}
	return customerdb.Standing(s).Allows(purpose), nil
}

// ConsentTexts gives the texts in force, or every version, newest first.
func (a *App) ConsentTexts(ctx context.Context, id kernel.TenantID, all bool) ([]ConsentText, error) {
	rows, err := a.read(id).ConsentTexts(ctx, id)
	if err != nil {
		return nil, err
	}
	people := []kernel.PersonID{}
	for _, r := range rows {
		people = append(people, *r.PublishedBy)
	}
	names, err := a.Staff.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	out := []ConsentText{}
	for _, p := range customer.Purposes {
		n := 0
		for _, r := range rows {
			if r.Purpose == string(p) && (all || n == 0) {
				out = append(out, ConsentText{p, r.Version, r.Body, names[*r.PublishedBy], &r.PublishedAt})
				n++
			}
		}
		if all || n == 0 {
			out = append(out, ConsentText{Purpose: p, Body: customer.FirstText(p)})
		}
	}
	return out, nil
}

// PublishConsentText makes the next version of a text; what guests agreed to
// before stays on record with the version they were shown. Faults:
// consent.head_office, consent.text_changed, invalid_field at "body".
func (a *App) PublishConsentText(ctx context.Context, grant kernel.Grant, now time.Time, purpose customer.Purpose, after int32, body string) (ConsentText, error) {
	id, me := grant.Actor().Tenant, grant.Person()
	if !grant.Tenant() {
		return ConsentText{}, customer.ErrTextHeadOffice
	}
	body = strings.TrimSpace(body)
	if n := utf8.RuneCountInString(body); n < 10 || n > 2000 || !utf8.ValidString(body) || strings.ContainsRune(body, 0) {
		return ConsentText{}, customer.ErrTextSize
	}
	texts, err := a.ConsentTexts(ctx, id, false)
	if err != nil {
		return ConsentText{}, err
	}
	for _, t := range texts {
		if t.Purpose == purpose && t.Body == body {
			return ConsentText{}, customer.ErrTextUnchanged
		}
	}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		n, err := customerdb.New(tx).InsertConsentText(ctx, customerdb.InsertConsentTextParams{
			TenantID: id, Purpose: string(purpose), After: after, Body: body, PublishedBy: kernel.UUID(me), Now: now,
		})
		if err == nil && n == 0 {
			err = customer.ErrTextChanged
		}
		if err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{Action: "consent.text_published", Object: "consent_text", ObjectID: string(purpose)})
	})
	return ConsentText{purpose, after + 1, body, grant.Actor().Name, &now}, err
}

// openErasureTx opens a guest's request for erasure at head office, unless one
// waits already.
func (a *App) openErasureTx(ctx context.Context, tx pgx.Tx, keys *secret.Keys, id kernel.TenantID, f file, by kernel.PersonID, now, due time.Time) (bool, error) {
	q := customerdb.New(tx)
	if open, err := q.OpenErasureOf(ctx, id, f.numberKey); err != nil || open {
		return false, err
	}
	number, err := open(keys, f.Guest)
	if err != nil {
		return false, err
	}
	request := kernel.NewID[kernel.UUID](now)
	return true, a.receiveTx(ctx, tx, keys, id, received{
		id: request, client: request, kind: customer.AskErasure, number: number, channel: "consent", store: &f.Store, note: "客人撤回建档授权", by: by, due: due,
	}, now)
}
