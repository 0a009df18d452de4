package main

import (
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	customerv1 "github.com/changke/changke/gen/go/changke/customer/v1"
	"github.com/changke/changke/gen/go/changke/customer/v1/customerv1connect"
)

func (w *world) changesOf(c *caller) customerv1connect.ChangeServiceClient {
	return customerv1connect.NewChangeServiceClient(w.client(c), w.server.URL)
}

// reviewSamples are the methods of changes, spot checks and many reviews at once.
var reviewSamples = map[string]sample{
	"changke.customer.v1.CustomerService.BatchReview": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.BatchReviewRequest{Decisions: []*customerv1.ReviewFileRequest{{Id: w.submitted(t, c), Approve: true}}}
	}},
	"changke.customer.v1.ChangeService.ReportChange": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message { return w.change(t, c) }},
	"changke.customer.v1.ChangeService.WithdrawChange": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.WithdrawChangeRequest{Id: w.reported(t, c)}
	}},
	"changke.customer.v1.ChangeService.ListReportedChanges": {by: byManager, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.reported(t, c)
		return &customerv1.ListReportedChangesRequest{}
	}},
	"changke.customer.v1.ChangeService.ListChanges": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.reported(t, c)
		return &customerv1.ListChangesRequest{StoreId: c.s01.String()}
	}},
	"changke.customer.v1.ChangeService.OpenChange": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.OpenChangeRequest{Id: w.reported(t, c)}
	}},
	"changke.customer.v1.ChangeService.RefuseChange": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.RefuseChangeRequest{Id: w.reported(t, c), Reason: "请先与客人核对"}
	}},
	"changke.customer.v1.SpotCheckService.ListSpotCheckMonths": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.drawn(t, c)
		return &customerv1.ListSpotCheckMonthsRequest{}
	}},
	"changke.customer.v1.SpotCheckService.ListSpotChecks": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.drawn(t, c)
		return &customerv1.ListSpotChecksRequest{Month: "2026-02", StoreId: c.s01.String()}
	}},
	"changke.customer.v1.SpotCheckService.RecordSpotCheck": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		return &customerv1.RecordSpotCheckRequest{
			Month: "2026-02", FileId: w.drawn(t, c), Result: customerv1.SpotCheckResult_SPOT_CHECK_RESULT_FINDING,
			Findings: []*customerv1.FieldReason{{Field: "address", Reason: "查无此单位"}},
		}
	}},
	"changke.customer.v1.SpotCheckService.GetSpotCheckRates": {by: byHQ, build: func(t testing.TB, w *world, c *chain) proto.Message {
		w.drawn(t, c)
		return &customerv1.GetSpotCheckRatesRequest{FromMonth: "2026-02", ToMonth: "2026-02", StoreId: c.s01.String()}
	}},
}

func init() {
	maps.Copy(samples, reviewSamples)
}

// standing is a file of S01 that was approved just now.
func (w *world) standing(t testing.TB, c *chain) string {
	t.Helper()
	id := w.submitted(t, c)
	_, err := w.customersOf(c.manager).ReviewFile(t.Context(), &customerv1.ReviewFileRequest{Id: id, Approve: true})
	require.NoError(t, err)
	return id
}

func (w *world) change(t testing.TB, c *chain) *customerv1.ReportChangeRequest {
	t.Helper()
	return &customerv1.ReportChangeRequest{FileId: w.standing(t, c), RequestId: w.uuid(), Changed: []string{"name"}, Fields: &customerv1.FileFields{Name: w.guestName(c)}}
}

func (w *world) reported(t testing.TB, c *chain) string {
	t.Helper()
	res, err := w.changesOf(c.manager).ReportChange(t.Context(), w.change(t, c))
	require.NoError(t, err)
	return res.Change.Id
}

// drawn is a file of S01 that was drawn for February's spot checks.
func (w *world) drawn(t testing.TB, c *chain) string {
	t.Helper()
	id := w.standing(t, c)
	w.exec(t, "INSERT INTO spot_check_run VALUES ($1, '2026-02-01', sha256('seed'), 5, 1, 20, 1, $2) ON CONFLICT DO NOTHING", c.id, noon)
	w.exec(t, `INSERT INTO spot_check (tenant_id, month, file_id, store_id, revision_id, approved_on, referrer_id, reviewer_id)
		SELECT tenant_id, '2026-02-01', file_id, store_id, revision_id, '2026-02-20', writer_id, decided_by FROM file_revision WHERE tenant_id = $1 AND file_id = $2`, c.id, id)
	return id
}
