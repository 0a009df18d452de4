package main

import (
	"maps"
	"testing"

	"google.golang.org/protobuf/proto"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
)

func init() { maps.Copy(samples, templateSamples) }

// templateRevision is that of the draft which templateDraft leaves.
const templateRevision = 7

// templateDraft leaves a draft of one revision in both chains, so that they can't
// be told apart by how often it was saved.
func (w *world) templateDraft(t testing.TB) {
	t.Helper()
	for _, c := range []*chain{w.a, w.b} {
		w.exec(t, `INSERT INTO file_template_draft (tenant_id, revision, fields, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (tenant_id) DO UPDATE SET revision = excluded.revision, fields = excluded.fields`, c.id, templateRevision, core, c.people["E0001"], noon)
	}
}

// core is the least a template may ask for.
const core = `[{"name":"name","stage":1,"group":"basic","required":true},{"name":"sex","stage":1,"group":"basic","required":true},
	{"name":"number","stage":1,"group":"basic","required":true},{"name":"referrer","stage":1,"group":"basic","required":true},
	{"name":"how_known","stage":1,"group":"basic","required":true}]`

// templateSamples are the methods of what files ask for. What they publish asks
// for less than the product's, so other samples' files stay good.
var templateSamples = map[string]sample{
	"changke.customer.v1.CustomerService.GetDraftKey": {by: byRep, build: still(func(*chain) proto.Message { return &customerv1.GetDraftKeyRequest{} })},
	"changke.customer.v1.CustomerService.CompleteFile": {by: byRep, build: still(func(c *chain) proto.Message {
		return &customerv1.CompleteFileRequest{Id: c.file(0)}
	})},
	"changke.customer.v1.TemplateService.GetTemplate": {by: byRep, build: still(func(*chain) proto.Message { return &customerv1.GetTemplateRequest{} })},
	"changke.customer.v1.TemplateService.GetTemplateDraft": {by: byAdmin, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		w.templateDraft(t)
		return &customerv1.GetTemplateDraftRequest{}
	}},
	"changke.customer.v1.TemplateService.SaveTemplate": {by: byAdmin, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		w.templateDraft(t)
		return &customerv1.SaveTemplateRequest{ExpectedRevision: templateRevision, Fields: []*customerv1.TemplateField{
			{Name: "name", Stage: 1, Group: customerv1.FieldGroup_FIELD_GROUP_BASIC},
			{Name: "x_tea", Stage: 2, Group: customerv1.FieldGroup_FIELD_GROUP_TASTE, Label: "爱喝的茶", Kind: customerv1.FieldKind_FIELD_KIND_CHOICE, Choices: []string{"龙井", "普洱"}},
		}}
	}},
	"changke.customer.v1.TemplateService.PublishTemplate": {by: byAdmin, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		w.templateDraft(t)
		return &customerv1.PublishTemplateRequest{ExpectedRevision: templateRevision, Note: "试行"}
	}},
	"changke.customer.v1.TemplateService.ListTemplateVersions": {by: byAdmin, build: func(t testing.TB, w *world, _ *chain) proto.Message {
		for _, c := range []*chain{w.a, w.b} { // two versions, so that there is a second page
			w.exec(t, `INSERT INTO file_template (tenant_id, version, fields, published_by, published_at) VALUES ($1, 2, $2, $3, $4)
				ON CONFLICT (tenant_id, version) DO NOTHING`, c.id, core, c.people["E0001"], noon)
		}
		return &customerv1.ListTemplateVersionsRequest{}
	}},
}
