package main

import (
	"fmt"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
)

// tillSamples are the methods of files of tills.
var tillSamples = map[string]sample{
	"changke.onboarding.v1.TillImportService.BeginTillImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.BeginTillImportRequest{Kind: onboardingv1.TillKind_TILL_KIND_BILLS, FileName: "账单.csv", SizeBytes: 700_000, SourceId: w.tillSource(t, c)}
	}},
	"changke.onboarding.v1.TillImportService.UploadTillPart": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		file := w.oneBill()
		return &onboardingv1.UploadTillPartRequest{ImportId: w.tillBegun(t, c.manager, file, "").Id, Content: file}
	}},
	"changke.onboarding.v1.TillImportService.GetTillImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.GetTillImportRequest{ImportId: w.tillReady(t, c)}
	}},
	"changke.onboarding.v1.TillImportService.ListTillImports": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.tillReady(t, c)
		return &onboardingv1.ListTillImportsRequest{PageSize: 1}
	}},
	"changke.onboarding.v1.TillImportService.GetTillMapping": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.GetTillMappingRequest{ImportId: w.tillReady(t, c)}
	}},
	"changke.onboarding.v1.TillImportService.PreviewTillMapping": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.PreviewTillMappingRequest{ImportId: w.tillReady(t, c), Mapping: w.tillMapping(c)}
	}},
	"changke.onboarding.v1.TillImportService.MapTillImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.MapTillImportRequest{ImportId: w.tillReady(t, c), Mapping: w.tillMapping(c), SourceName: "客如云 账单"}
	}},
	"changke.onboarding.v1.TillImportService.ListTillLines": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.ListTillLinesRequest{ImportId: w.tillReady(t, c), PageSize: 1}
	}},
	"changke.onboarding.v1.TillImportService.PublishTillImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.PublishTillImportRequest{ImportId: w.tillReady(t, c), SkipWrong: true}
	}},
	"changke.onboarding.v1.TillImportService.DiscardTillImport": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.DiscardTillImportRequest{ImportId: w.tillReady(t, c)}
	}},
	"changke.onboarding.v1.TillImportService.ListTillSources": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.tillSource(t, c)
		return &onboardingv1.ListTillSourcesRequest{}
	}},
	"changke.onboarding.v1.TillImportService.DeleteTillSource": {by: byAdmin, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &onboardingv1.DeleteTillSourceRequest{SourceId: w.tillSource(t, c)}
	}},
}

func init() { maps.Copy(samples, tillSamples) }

// oneBill is a file of a till: a bill of S01 and a line that is wrong.
func (w *world) oneBill() []byte {
	n := w.serial.Add(1)
	return fmt.Appendf(nil, "门店,账单号,结账时间,实收金额,手机号\nS01,X%d,2026-03-09 20:40,120.50,%s\nS01,Y%d,昨天,一百,\n", n, w.number(), n)
}

// tillMapping is how such a file is read, of whichever store.
func (w *world) tillMapping(c *chain) *onboardingv1.TillMapping {
	m := &onboardingv1.TillMapping{System: "客如云", StoreId: c.s01.String()}
	for _, f := range [][2]string{{"bill_no", "账单号"}, {"closed", "结账时间"}, {"amount", "实收金额"}, {"number", "手机号"}} {
		m.Columns = append(m.Columns, &onboardingv1.TillColumn{Field: f[0], Header: f[1]})
	}
	return m
}

// tillBegun is an upload that waits for its file.
func (w *world) tillBegun(t testing.TB, by *caller, file []byte, source string) *onboardingv1.TillImport {
	t.Helper()
	res, err := w.tillsOf(by).BeginTillImport(t.Context(), &onboardingv1.BeginTillImportRequest{
		Kind: onboardingv1.TillKind_TILL_KIND_BILLS, FileName: "客如云账单明细20260309.csv", SizeBytes: int32(len(file)), SourceId: source,
	})
	require.NoError(t, err)
	return res.Import
}

// tillReady is a file that was checked.
func (w *world) tillReady(t testing.TB, c *chain) string {
	t.Helper()
	up := w.tillUpload(t, c, c.manager, w.oneBill(), "")
	_, err := w.tillsOf(c.manager).MapTillImport(t.Context(), &onboardingv1.MapTillImportRequest{ImportId: up.Id, Mapping: w.tillMapping(c), SourceName: fmt.Sprintf("来源 %d", w.serial.Add(1))})
	require.NoError(t, err)
	return w.tillCarried(t, c, c.manager, up.Id).Id
}

// tillSource is a source that nobody uses.
func (w *world) tillSource(t testing.TB, c *chain) string {
	t.Helper()
	w.tillReady(t, c)
	res, err := w.tillsOf(c.manager).ListTillSources(t.Context(), &onboardingv1.ListTillSourcesRequest{})
	require.NoError(t, err)
	return res.Sources[0].Id
}
