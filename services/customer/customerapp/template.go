package customerapp

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
	"github.com/changke/changke/services/platform/audit"
	"github.com/changke/changke/services/platform/rpc"
)

// TemplateVersion is a version of a chain's template with its history.
type TemplateVersion struct {
	customer.Template
	At     *time.Time // nil: version 1, the product's
	ByName string
	Note   string
}

// TemplateDraft is what shall become a chain's next template.
type TemplateDraft struct {
	Revision int64
	Template customer.Template // the one in force when there is no draft
	Changed  bool              // whether there is a draft
	At       *time.Time
	ByName   string
	Findings []fault.Violation // what keeps it from being published
}

// Template gives a version of the chain's template; 0: the one in force. Fault:
// template.version_not_found.
func (a *App) Template(ctx context.Context, id kernel.TenantID, version int32) (TemplateVersion, error) {
	q := a.read(id)
	if version == 1 {
		return TemplateVersion{Template: customer.DefaultTemplate()}, nil
	}
	var row customerdb.FileTemplate
	var err error
	if version == 0 {
		row, err = q.NewestTemplate(ctx, id)
	} else {
		row, err = q.Template(ctx, id, version)
	}
	switch {
	case errors.Is(err, pgx.ErrNoRows) && version == 0:
		return TemplateVersion{Template: customer.DefaultTemplate()}, nil
	case errors.Is(err, pgx.ErrNoRows):
		return TemplateVersion{}, customer.ErrNoTemplate
	case err != nil:
		return TemplateVersion{}, err
	}
	versions, err := a.versions(ctx, id, []customerdb.FileTemplate{row})
	if err != nil {
		return TemplateVersion{}, err
	}
	return versions[0], nil
}

// templateOf gives the template that a revision is judged by; nil: the one in force.
func (a *App) templateOf(ctx context.Context, id kernel.TenantID, version *int32) (customer.Template, error) {
	q := a.read(id)
	switch {
	case version == nil:
		return inForce(ctx, q, id)
	case *version == 1:
		return customer.DefaultTemplate(), nil
	}
	row, err := q.Template(ctx, id, *version)
	if err != nil {
		return customer.Template{}, err
	}
	return row.Template()
}

// inForce gives the chain's template as of now.
func inForce(ctx context.Context, q *customerdb.Queries, id kernel.TenantID) (customer.Template, error) {
	row, err := q.NewestTemplate(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return customer.DefaultTemplate(), nil
	}
	if err != nil {
		return customer.Template{}, err
	}
	return row.Template()
}

// everyTemplate gives all versions, newest first; the last is the product's.
func everyTemplate(ctx context.Context, q *customerdb.Queries, id kernel.TenantID) ([]customer.Template, error) {
	rows, err := q.Templates(ctx, id, math.MaxInt32, math.MaxInt32)
	if err != nil {
		return nil, err
	}
	out := make([]customer.Template, 0, len(rows)+1)
	for _, r := range rows {
		t, err := r.Template()
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return append(out, customer.DefaultTemplate()), nil
}

// ownWords names every field that the chain ever made itself, as the newest
// version with it does.
func (a *App) ownWords(ctx context.Context, id kernel.TenantID) (map[string]kernel.Words, error) {
	every, err := everyTemplate(ctx, a.read(id), id)
	out := map[string]kernel.Words{}
	for _, t := range slices.Backward(every) {
		for _, l := range t.Fields {
			if l.Own() {
				out[l.Name] = l.Words()
			}
		}
	}
	return out, err
}

// TemplateVersions lists the history, newest first, with the next page's token.
// Faults: template.head_office, invalid_field at "page_token".
func (a *App) TemplateVersions(ctx context.Context, grant kernel.Grant, size int, token string) ([]TemplateVersion, string, error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return nil, "", customer.ErrTemplateHeadOffice
	}
	before, err := beforeVersion(id, token)
	if err != nil {
		return nil, "", err
	}
	rows, err := a.read(id).Templates(ctx, id, before, int32(size+1))
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		next = versionToken(id, rows[size-1].Version)
	}
	out, err := a.versions(ctx, id, rows)
	if err != nil {
		return nil, "", err
	}
	switch {
	case next == "" && len(out) < size:
		out = append(out, TemplateVersion{Template: customer.DefaultTemplate()})
	case next == "": // version 1 alone is left for the next page
		next = versionToken(id, 2)
	}
	return out, next, nil
}

func (a *App) versions(ctx context.Context, id kernel.TenantID, rows []customerdb.FileTemplate) ([]TemplateVersion, error) {
	people := []kernel.PersonID{}
	for _, r := range rows {
		people = append(people, *r.PublishedBy)
	}
	names, err := a.Staff.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	out := make([]TemplateVersion, len(rows))
	for i, r := range rows {
		t, err := r.Template()
		if err != nil {
			return nil, err
		}
		out[i] = TemplateVersion{Template: t, At: &r.PublishedAt, ByName: names[*r.PublishedBy], Note: r.Note}
	}
	return out, nil
}

// Draft gives the chain's draft. Fault: template.head_office.
func (a *App) Draft(ctx context.Context, grant kernel.Grant) (TemplateDraft, error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return TemplateDraft{}, customer.ErrTemplateHeadOffice
	}
	var draft TemplateDraft
	var by *kernel.PersonID
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) (err error) {
		draft, by, err = draftOf(ctx, customerdb.New(tx), id)
		return err
	})
	if err != nil || by == nil {
		return draft, err
	}
	names, err := a.Staff.Names(ctx, id, []kernel.PersonID{*by})
	draft.ByName = names[*by]
	return draft, err
}

// draftOf reads the draft and who saved it.
func draftOf(ctx context.Context, q *customerdb.Queries, id kernel.TenantID) (TemplateDraft, *kernel.PersonID, error) {
	every, err := everyTemplate(ctx, q, id)
	if err != nil {
		return TemplateDraft{}, nil, err
	}
	draft := TemplateDraft{Template: every[0]}
	row, err := q.TemplateDraft(ctx, id)
	if errors.Is(err, pgx.ErrNoRows) {
		return draft, nil, nil
	}
	if err != nil {
		return TemplateDraft{}, nil, err
	}
	draft.Revision = row.Revision
	if row.Fields == nil {
		return draft, nil, nil
	}
	if draft.Template, err = customerdb.TemplateOf(every[0].Version, row.Fields); err != nil {
		return TemplateDraft{}, nil, err
	}
	draft.Changed, draft.At, draft.Findings = true, &row.SavedAt, draft.Template.Check(every)
	return draft, row.SavedBy, nil
}

// SaveTemplate replaces the draft if nobody has saved since the revision; with
// the fields that are in force there is none any more. Faults:
// template.head_office, template.draft_changed.
func (a *App) SaveTemplate(ctx context.Context, grant kernel.Grant, now time.Time, revision int64, t customer.Template) (TemplateDraft, error) {
	id := grant.Actor().Tenant
	if !grant.Tenant() {
		return TemplateDraft{}, customer.ErrTemplateHeadOffice
	}
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		current, err := inForce(ctx, q, id)
		if err != nil {
			return err
		}
		t = t.Clean()
		var fields []byte
		if !t.Same(current) {
			if fields, err = customerdb.TemplateText(t); err != nil {
				return err
			}
		}
		if err := saveDraft(ctx, q, id, grant.Person(), revision, fields, now); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{Action: "template.saved", Object: "template", ObjectID: "draft", Changes: changedFields(current, t)})
	})
	if err != nil {
		return TemplateDraft{}, err
	}
	return a.Draft(ctx, grant)
}

func saveDraft(ctx context.Context, q *customerdb.Queries, id kernel.TenantID, by kernel.PersonID, revision int64, fields []byte, now time.Time) (err error) {
	n := int64(0)
	if revision == 0 {
		n, err = q.BeginTemplateDraft(ctx, customerdb.BeginTemplateDraftParams{TenantID: id, Fields: fields, SavedBy: &by, SavedAt: now})
	} else {
		n, err = q.SaveTemplateDraft(ctx, customerdb.SaveTemplateDraftParams{TenantID: id, Revision: revision, Fields: fields, SavedBy: &by, SavedAt: now})
	}
	if err == nil && n == 0 {
		err = customer.ErrTemplateDraftChanged
	}
	return err
}

// PublishTemplate makes the draft the next version and ends it; it counts at
// once for new revisions. Faults: template.head_office, template.draft_changed,
// template.no_change, template.invalid.
func (a *App) PublishTemplate(ctx context.Context, grant kernel.Grant, now time.Time, revision int64, note string) (TemplateVersion, error) {
	id, by := grant.Actor().Tenant, grant.Person()
	if !grant.Tenant() {
		return TemplateVersion{}, customer.ErrTemplateHeadOffice
	}
	err := a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		q := customerdb.New(tx)
		draft, _, err := draftOf(ctx, q, id)
		switch {
		case err != nil:
			return err
		case draft.Revision != revision:
			return customer.ErrTemplateDraftChanged
		case !draft.Changed:
			return customer.ErrTemplateSame
		case len(draft.Findings) > 0:
			return fault.Fields("template.invalid", "模板还有需要修改的地方，改好后再发布。", draft.Findings...)
		}
		if err := saveDraft(ctx, q, id, by, revision, nil, now); err != nil {
			return err
		}
		current, err := inForce(ctx, q, id)
		if err != nil {
			return err
		}
		fields, err := customerdb.TemplateText(draft.Template)
		if err != nil {
			return err
		}
		version := current.Version + 1
		if err := q.InsertTemplate(ctx, customerdb.InsertTemplateParams{
			TenantID: id, Version: version, Fields: fields, Note: note, PublishedBy: &by, PublishedAt: now,
		}); err != nil {
			return err
		}
		return audit.WriteTx(ctx, tx, id, now, audit.Entry{
			Action: "template.published", Object: "template", ObjectID: versionName(version), Changes: changedFields(current, draft.Template),
		})
	})
	if err != nil {
		return TemplateVersion{}, err
	}
	return a.Template(ctx, id, 0)
}

// DraftKey is what a device boxes its owner's unsent files with: 32 bytes, the
// same for the same person at every login, and nobody else's. So what was typed
// survives a closed tab and a logout, and says nothing to the next person at a
// shared phone.
func (a *App) DraftKey(ctx context.Context, grant kernel.Grant) ([]byte, error) {
	keys, err := a.Numbers.Keys(ctx, grant.Actor().Tenant)
	if err != nil {
		return nil, err
	}
	return keys.Digest("draft", grant.Person().String()), nil
}

func versionToken(id kernel.TenantID, version int32) string {
	return rpc.PageToken(id, versionName(version))
}
