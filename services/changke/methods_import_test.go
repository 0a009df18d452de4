package main

import (
	"fmt"
	"maps"
	"testing"

	"google.golang.org/protobuf/proto"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
)

// importSamples are the methods of lists of customers.
var importSamples = map[string]sample{
	"changke.onboarding.v1.CustomerImportService.GetImportTemplate": {by: byAdmin, build: still(func(*chain) proto.Message { return &onboardingv1.GetImportTemplateRequest{} })},
	"changke.onboarding.v1.CustomerImportService.BeginImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.noLists(t, c)
		return &onboardingv1.BeginImportRequest{FileName: "客户.csv", SizeBytes: 700_000}
	}},
	"changke.onboarding.v1.CustomerImportService.UploadImportPart": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.noLists(t, c)
		file := w.oneLine()
		return &onboardingv1.UploadImportPartRequest{ImportId: w.begun(t, c, file), Content: file}
	}},
	"changke.onboarding.v1.CustomerImportService.GetImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.GetImportRequest{ImportId: w.listed(t, c)}
	}},
	"changke.onboarding.v1.CustomerImportService.ListImports": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.listed(t, c)
		return &onboardingv1.ListImportsRequest{PageSize: 1}
	}},
	"changke.onboarding.v1.CustomerImportService.ListImportLines": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.ListImportLinesRequest{ImportId: w.listed(t, c), PageSize: 1}
	}},
	"changke.onboarding.v1.CustomerImportService.GetImportReport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.GetImportReportRequest{ImportId: w.listed(t, c)}
	}},
	"changke.onboarding.v1.CustomerImportService.ListImportTexts": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.ListImportTextsRequest{ImportId: w.listed(t, c)}
	}},
	"changke.onboarding.v1.CustomerImportService.MatchImportTexts": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.MatchImportTextsRequest{ImportId: w.listed(t, c), Picks: []*onboardingv1.TextMatch{
			{Kind: onboardingv1.TextKind_TEXT_KIND_STORE, Text: "老友谊", TargetId: c.s01.String()},
		}}
	}},
	"changke.onboarding.v1.CustomerImportService.PublishImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.PublishImportRequest{ImportId: w.listed(t, c), SkipWrong: true}
	}},
	"changke.onboarding.v1.CustomerImportService.DiscardImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.DiscardImportRequest{ImportId: w.listed(t, c)}
	}},
}

func init() { maps.Copy(samples, importSamples) }

// oneLine is a list of a customer who is new and two lines that are wrong.
func (w *world) oneLine() []byte {
	return fmt.Appendf(nil, listHead+"S01,秦安明,%s,E0001,2024-03-01,,男,\n老友谊,秦安远,%s,E0001,2024-03-01,,男,\n老友谊,秦安远,%s,E0001,2024-03-01,,男,\n", w.number(), w.number(), w.number())
}

// noLists makes room: a chain may have a few open lists only.
func (w *world) noLists(t testing.TB, c *chain) {
	t.Helper()
	w.exec(t, "UPDATE import_batch SET state = 'discarded' WHERE tenant_id = $1 AND kind = 'customers' AND state <> 'done'", c.id)
}

// begun is an upload that waits for its file.
func (w *world) begun(t testing.TB, c *chain, file []byte) string {
	t.Helper()
	w.noLists(t, c)
	res, err := w.listsOf(c.admin).BeginImport(t.Context(), &onboardingv1.BeginImportRequest{FileName: "客户.csv", SizeBytes: int32(len(file))})
	if err != nil {
		t.Fatal(err)
	}
	return res.Import.Id
}

// listed is a list that was checked.
func (w *world) listed(t testing.TB, c *chain) string {
	t.Helper()
	w.noLists(t, c)
	return w.upload(t, c, w.oneLine()).Id
}
