package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
	"github.com/changke/changke/gen/go/changke/onboarding/v1/onboardingv1connect"
	visitv1 "github.com/changke/changke/gen/go/changke/visit/v1"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding/onboardingapp"
	"github.com/changke/changke/services/visit"
)

func (w *world) tillsOf(c *caller) onboardingv1connect.TillImportServiceClient {
	return onboardingv1connect.NewTillImportServiceClient(w.client(c), w.server.URL)
}

// tillUpload brings a file in parts, and has it read.
func (w *world) tillUpload(t testing.TB, c *chain, by *caller, file []byte, source string) *onboardingv1.TillImport {
	t.Helper()
	up := w.tillBegun(t, by, file, source)
	w.tillParts(t, by, up, file)
	return w.tillCarried(t, c, by, up.Id)
}

func (w *world) tillParts(t testing.TB, by *caller, up *onboardingv1.TillImport, file []byte) {
	t.Helper()
	for i := range int(up.Parts) {
		part := file[i*int(up.PartBytes) : min((i+1)*int(up.PartBytes), len(file))]
		_, err := w.tillsOf(by).UploadTillPart(t.Context(), &onboardingv1.UploadTillPartRequest{ImportId: up.Id, Part: int32(i), Content: part})
		require.NoError(t, err)
	}
}

func (w *world) tillCarried(t testing.TB, c *chain, by *caller, id string) *onboardingv1.TillImport {
	t.Helper()
	require.NoError(t, w.prod.onboarding.Carry(t.Context(), c.id, uuid(t, id)))
	return w.till(t, by, id).Import
}

func (w *world) till(t testing.TB, by *caller, id string) *onboardingv1.GetTillImportResponse {
	t.Helper()
	got, err := w.tillsOf(by).GetTillImport(t.Context(), &onboardingv1.GetTillImportRequest{ImportId: id})
	require.NoError(t, err)
	return got
}

// tillPublished records a checked file.
func (w *world) tillPublished(t testing.TB, c *chain, by *caller, id string, skip bool) *onboardingv1.TillImport {
	t.Helper()
	_, err := w.tillsOf(by).PublishTillImport(t.Context(), &onboardingv1.PublishTillImportRequest{ImportId: id, SkipWrong: skip})
	require.NoError(t, err)
	return w.tillCarried(t, c, by, id)
}

func (w *world) tillSays(t testing.TB, by *caller, id string) (out []string) {
	t.Helper()
	res, err := w.tillsOf(by).ListTillLines(t.Context(), &onboardingv1.ListTillLinesRequest{ImportId: id, PageSize: 200})
	require.NoError(t, err)
	for _, l := range res.Lines {
		for _, r := range l.Remarks {
			out = append(out, fmt.Sprintf("%d %s %s", l.Line, r.Letter, r.Reason))
		}
	}
	return out
}

// exported writes rows into a workbook with an empty sheet before and a full one
// behind them.
func exported(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	for _, name := range []string{"账单明细", "汇总"} {
		_, err := book.NewSheet(name)
		require.NoError(t, err)
	}
	for i, row := range rows {
		require.NoError(t, book.SetSheetRow("账单明细", fmt.Sprintf("A%d", i+1), &row))
	}
	require.NoError(t, book.MergeCell("账单明细", "A1", "D1"))
	require.NoError(t, book.SetCellFormula("账单明细", "J1", "SUM(D4:D9)"))
	require.NoError(t, book.SetCellValue("汇总", "A1", "合计"))
	var out bytes.Buffer
	require.NoError(t, book.Write(&out))
	return out.Bytes()
}

// tillState is what the chain has on record of imported bills.
const tillState = `SELECT h.bill_no || ' r' || h.revision || ' ' || h.amount_fen || ' ' || h.status || ' ' || h.business_date || ' ' || h.meal_period
	FROM bill_head h WHERE h.tenant_id = $1 AND h.source = '客如云' ORDER BY h.bill_no`

// TestTillJourney: a till's workbook is understood, mended where it is not, told line
// by line, recorded once whatever is uploaded again; a changed bill is its next
// revision (VIS-07), the whole day's totals are told (RUL-07).
func TestTillJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tills := w.tillsOf(w.a.admin)
	at := time.Date(2026, 3, 9, 20, 40, 0, 0, time.UTC) // a date cell has no zone
	file := exported(t,
		[]any{"客如云账单明细"}, []any{},
		[]any{"门店名称", "账单号", "结账时间", "实收金额(元)", "会员手机", "账单状态", "桌台名称", "顾客姓名"},
		[]any{"友谊店", "K1", at, 1234.5, numberBoth, "已结账", "A08", "秦先生"},
		[]any{"友谊店", "K2", "2026-03-10 01:30:00", "¥880.00", "138****0002", "已结账", "A09", ""},
		[]any{"友谊店", "K3", "2026-03-09 12:10", 66, "", "挂起了", "", ""},
		[]any{"老友谊", "K4", "2026-03-09 12:10", 77, "", "已结账", "", ""},
		[]any{"友谊店", "K5", "昨天", "一百", "", "已结账", "", ""},
		[]any{"友谊店", "K1", at, 1234.5, numberBoth, "已结账", "A08", "秦先生"},
		[]any{"合计", "", "", 2257.5},
	)
	up := w.tillUpload(t, w.a, w.a.admin, file, "")
	require.Equal(t, onboardingv1.TillState_TILL_STATE_MAPPING, up.State)
	require.Equal(t, []any{int32(6), "账单明细", int32(3), []string{"Sheet1", "汇总"}}, []any{up.Lines, up.Sheet, up.HeaderLine, up.OtherSheets})
	proposed, err := tills.GetTillMapping(t.Context(), &onboardingv1.GetTillMappingRequest{ImportId: up.Id})
	require.NoError(t, err)
	require.Equal(t, "客如云 账单", proposed.SourceName)
	require.NotContains(t, fmt.Sprint(proposed), numberBoth)
	require.NotContains(t, fmt.Sprint(proposed), "秦先生")
	m := proposed.Mapping
	require.Len(t, m.Columns, 7)
	_, err = tills.MapTillImport(t.Context(), &onboardingv1.MapTillImportRequest{ImportId: up.Id, Mapping: m, SourceName: "客如云 账单"})
	require.Contains(t, saidBy(err), "收银系统的名称")
	m.System, m.WholeDays = "客如云", true
	preview, err := tills.PreviewTillMapping(t.Context(), &onboardingv1.PreviewTillMappingRequest{ImportId: up.Id, Mapping: m})
	require.NoError(t, err)
	require.Equal(t, []int32{6, 3}, []int32{preview.LookedAt, preview.Wrong})
	require.Len(t, preview.Unknown, 2)
	require.Equal(t, []any{"K1", "友谊店", "2026-03-09", int32(3), "20:40", int64(123450), "paid", "138****0001"},
		[]any{preview.Lines[0].No, preview.Lines[0].Store, preview.Lines[0].BusinessDate, preview.Lines[0].MealPeriod, preview.Lines[0].Time, preview.Lines[0].AmountFen, preview.Lines[0].State, preview.Lines[0].MaskedPhone})
	m.Words = []*onboardingv1.TillWord{{Kind: "store", Text: "老友谊", Means: w.a.s01.String()}, {Kind: "state", Text: "挂起了", Means: "opened"}}
	_, err = tills.MapTillImport(t.Context(), &onboardingv1.MapTillImportRequest{ImportId: up.Id, Mapping: m, SourceName: "客如云 账单"})
	require.NoError(t, err)
	up = w.tillCarried(t, w.a, w.a.admin, up.Id)
	require.Equal(t, []any{onboardingv1.TillState_TILL_STATE_READY, int32(1), int32(2)}, []any{up.State, up.WrongLines, up.NotedLines})
	require.Equal(t, []string{"5 E 号码被隐藏了，认不出客人", "8 C 日期或时间看不懂", "8 D 金额看不懂", "9 B 与第 4 行完全相同，只算一次"}, w.tillSays(t, w.a.admin, up.Id))
	days := w.till(t, w.a.admin, up.Id).Days
	require.Len(t, days, 1, "the line without a day stands under none")
	require.Equal(t, []any{"2026-03-09", int32(3), int64(123450 + 88000 + 7700)}, []any{days[0].BusinessDate, days[0].Count, days[0].SumFen})
	require.Empty(t, w.texts(t, tillState, w.a.id), "nothing is written before it is recorded")
	_, err = tills.PublishTillImport(t.Context(), &onboardingv1.PublishTillImportRequest{ImportId: up.Id})
	require.Contains(t, saidBy(err), "还有错误")

	done := w.tillPublished(t, w.a, w.a.admin, up.Id, true)
	require.Equal(t, []any{onboardingv1.TillState_TILL_STATE_DONE, int32(4), int32(1), int32(0), int32(3)}, []any{done.State, done.NewLines, done.SameLines, done.ChangedLines, done.LooseLines})
	require.Equal(t, []string{"K1 r1 123450 paid 2026-03-09 3", "K2 r1 88000 paid 2026-03-09 4", "K3 r1 6600 opened 2026-03-09 1", "K4 r1 7700 paid 2026-03-09 1"}, w.texts(t, tillState, w.a.id))
	require.Empty(t, w.texts(t, "SELECT source FROM day_total WHERE tenant_id = $1 AND source = '客如云'", w.a.id), "a line of no known day may be of any: no totals")
	require.Equal(t, []string{"友谊店"}, w.texts(t, "SELECT '友谊店' FROM visit_pub.fact WHERE tenant_id = $1 AND business_date = '2026-03-09' AND meal_period = 3 AND file_id = $2", w.a.id, w.a.files["秦安然"]), "the guest was there (VIS-11)")
	require.Equal(t, []string{"0"}, w.texts(t, "SELECT count(*)::text FROM import_row WHERE row_box <> '' OR number_key IS NOT NULL"))

	// The next day's file overlaps; a bill has changed, one was voided; all by one source.
	sources, err := tills.ListTillSources(t.Context(), &onboardingv1.ListTillSourcesRequest{})
	require.NoError(t, err)
	next := exported(t,
		[]any{"客如云账单明细"},
		[]any{"门店名称", "账单号", "结账时间", "实收金额(元)", "会员手机", "账单状态", "桌台名称"},
		[]any{"友谊店", "K1", at, 1234.5, numberBoth, "已结账", "A08"},
		[]any{"友谊店", "K2", "2026-03-10 01:30:00", "870", "138****0002", "已结账", "A09"},
		[]any{"友谊店", "K3", "2026-03-09 12:10", 66, "", "作废", ""},
		[]any{"友谊店", "K4", "2026-03-09 12:10", 77, "", "已结账", ""},
	)
	again := w.tillUpload(t, w.a, w.a.admin, next, sources.Sources[0].Id)
	require.Equal(t, []any{onboardingv1.TillState_TILL_STATE_READY, "客如云 账单"}, []any{again.State, again.SourceName}, "its mapping fits: one click")
	done = w.tillPublished(t, w.a, w.a.admin, again.Id, false)
	require.Equal(t, []int32{0, 2, 2, 0}, []int32{done.NewLines, done.SameLines, done.ChangedLines, done.WrongLines})
	require.Equal(t, []string{"K1 r1 123450 paid 2026-03-09 3", "K2 r2 87000 paid 2026-03-09 4", "K3 r2 6600 voided 2026-03-09 1", "K4 r1 7700 paid 2026-03-09 1"}, w.texts(t, tillState, w.a.id))
	require.Contains(t, w.tillSays(t, w.a.admin, again.Id), "4  与以前不同，记为第 2 版")
	require.Equal(t, []string{fmt.Sprintf("3 %d", 123450+87000+7700)}, w.texts(t, "SELECT bills || ' ' || sum_fen FROM day_total WHERE tenant_id = $1 AND source = '客如云'", w.a.id))
	require.Equal(t, []string{fmt.Sprintf("3 %d", 123450+87000+7700)}, w.texts(t, `SELECT count(*) || ' ' || sum(amount_fen) FROM bill_head WHERE tenant_id = $1 AND source = '客如云' AND status = 'paid'`, w.a.id), "told and held are the same")

	// Once more, word for word.
	once := w.tillPublished(t, w.a, w.a.admin, w.tillUpload(t, w.a, w.a.admin, next, sources.Sources[0].Id).Id, false)
	require.Equal(t, []int32{0, 4, 0}, []int32{once.NewLines, once.SameLines, once.ChangedLines})
	require.NotContains(t, w.logs.String(), numberBoth)
	require.NotContains(t, w.logs.String(), strings.TrimPrefix(numberBoth, "138"))
}

// TestTillBookings: bookings of another system come in with their guests, states and
// notices, under its name; what the house refuses is told on its line (VIS-09, VIS-10).
func TestTillBookings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tills := w.tillsOf(w.a.manager)
	table := "预定编号,用餐日期,预抵时间,客人姓名,手机号,订单人,人数,包间,类型,状态,短信已发\n" +
		"1,2026-03-11,18:30,秦先生," + numberBoth + ",E0002,8,牡丹厅,,已确认,是\n" + // its place says what it is
		"2,2026-03-11,18:00,许女士,13677770001,E0002,6,牡丹厅,包间,已确认,\n" +
		"3,2026-03-09,18:30,李先生,13677770002,钱思齐,4,,散台,已完成,是\n" +
		"4,2026-03-09,19:00,周先生,13677770003,没有此人,4,,散台,已取消,\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(table))
	require.NoError(t, err)
	begun, err := tills.BeginTillImport(t.Context(), &onboardingv1.BeginTillImportRequest{Kind: onboardingv1.TillKind_TILL_KIND_BOOKINGS, FileName: "预定.csv", SizeBytes: int32(len(gbk))})
	require.NoError(t, err)
	w.tillParts(t, w.a.manager, begun.Import, gbk)
	up := w.tillCarried(t, w.a, w.a.manager, begun.Import.Id)
	require.Equal(t, onboardingv1.TillState_TILL_STATE_MAPPING, up.State)
	proposed, err := tills.GetTillMapping(t.Context(), &onboardingv1.GetTillMappingRequest{ImportId: up.Id})
	require.NoError(t, err)
	m := proposed.Mapping
	require.Equal(t, w.a.s01.String(), m.StoreId, "whoever works in one store imports into that")
	m.System, m.StoreId = "客如云", w.a.s02.String()
	_, err = tills.MapTillImport(t.Context(), &onboardingv1.MapTillImportRequest{ImportId: up.Id, Mapping: m, SourceName: "预定"})
	require.Error(t, err, "another store is none of hers (ROL-02)")
	m.StoreId, m.BookerId = w.a.s01.String(), w.a.people["E0001"].String()
	_, err = tills.MapTillImport(t.Context(), &onboardingv1.MapTillImportRequest{ImportId: up.Id, Mapping: m, SourceName: "预定"})
	require.NoError(t, err)
	up = w.tillCarried(t, w.a, w.a.manager, up.Id)
	require.Equal(t, []any{onboardingv1.TillState_TILL_STATE_READY, int32(1)}, []any{up.State, up.WrongLines}, w.tillSays(t, w.a.manager, up.Id))
	require.Contains(t, w.tillSays(t, w.a.manager, up.Id), "3 H 牡丹厅 这个餐段已被第 2 行占用")
	done := w.tillPublished(t, w.a, w.a.manager, up.Id, true)
	require.Equal(t, []int32{3, 1}, []int32{done.NewLines, done.WrongLines}, w.tillSays(t, w.a.manager, up.Id))
	require.Equal(t, []string{"客如云-1 confirmed E0002 8 t room", "客如云-3 finished E0002 4 t hall", "客如云-4 cancelled E0001 4 f hall"}, w.texts(t,
		`SELECT b.ref || ' ' || b.state || ' ' || p.staff_no || ' ' || b.guests || ' ' || CASE WHEN b.notice_at IS NULL THEN 'f' ELSE 't' END || ' ' || b.kind FROM booking b
		JOIN person p ON p.tenant_id = b.tenant_id AND p.person_id = b.booker_id WHERE b.tenant_id = $1 AND b.ref LIKE '客如云-%' ORDER BY b.ref`, w.a.id))
	require.Equal(t, []string{"E0002"}, w.texts(t, `SELECT p.staff_no FROM visit v JOIN person p ON p.tenant_id = v.tenant_id AND p.person_id = v.credited_to
		WHERE v.tenant_id = $1 AND v.business_date = '2026-03-09' AND v.meal_period = 3`, w.a.id), "seated, finished, its notice sent: credited (VIS-08)")

	// The same file again, by the source: nothing doubled. Others see neither file nor source.
	sources, err := tills.ListTillSources(t.Context(), &onboardingv1.ListTillSourcesRequest{})
	require.NoError(t, err)
	require.Len(t, sources.Sources, 1)
	begun, err = tills.BeginTillImport(t.Context(), &onboardingv1.BeginTillImportRequest{Kind: onboardingv1.TillKind_TILL_KIND_BOOKINGS, FileName: "预定.csv", SizeBytes: int32(len(gbk)), SourceId: sources.Sources[0].Id})
	require.NoError(t, err)
	w.tillParts(t, w.a.manager, begun.Import, gbk)
	require.Equal(t, onboardingv1.TillState_TILL_STATE_READY, w.tillCarried(t, w.a, w.a.manager, begun.Import.Id).State)
	done = w.tillPublished(t, w.a, w.a.manager, begun.Import.Id, true)
	require.Equal(t, []int32{0, 3, 0}, []int32{done.NewLines, done.SameLines, done.ChangedLines})
	_, err = w.tillsOf(w.a.both).GetTillImport(t.Context(), &onboardingv1.GetTillImportRequest{ImportId: up.Id})
	require.Error(t, err)
	theirs, err := w.tillsOf(w.a.both).ListTillSources(t.Context(), &onboardingv1.ListTillSourcesRequest{})
	require.NoError(t, err)
	require.Empty(t, theirs.Sources)
}

// TestTillBookingsForetold: what recording would refuse the check tells on its line: a
// place that the store has not, one that a booking on file or an earlier line holds
// (VIS-10), guests who are said to have come on a day still ahead (VIS-09). What is
// taken after the check the database refuses; a place that an earlier line leaves is free.
func TestTillBookingsForetold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tills := w.tillsOf(w.a.manager)
	const row = "INSERT INTO resource (tenant_id, resource_id, store_id, kind, name, capacity, tables) VALUES ($1, $2, $3, $4, $5, 12, $6)"
	w.exec(t, row, w.a.id, kernel.NewID[kernel.UUID](noon), w.a.s01, "room", "芍药厅", 0)
	w.exec(t, row, w.a.id, kernel.NewID[kernel.UUID](noon), w.a.s01, "banquet", "宴会厅", 10)
	house := func(day string, meal visitv1.MealPeriod) string {
		in, room := w.booking(w.a), w.a.room.String()
		in.BusinessDate, in.MealPeriod, in.Kind, in.ResourceId = day, meal, visitv1.BookingKind_BOOKING_KIND_ROOM, room
		res, err := w.bookingsOf(w.a.rep).CreateBooking(t.Context(), in)
		require.NoError(t, err)
		return res.Booking.Ref
	}
	checked := func(table, source string) *onboardingv1.TillImport {
		file := []byte("预定编号,用餐日期,预抵时间,客人姓名,手机号,订单人,包间,桌数,状态\n" + table)
		begun, err := tills.BeginTillImport(t.Context(), &onboardingv1.BeginTillImportRequest{Kind: onboardingv1.TillKind_TILL_KIND_BOOKINGS, FileName: "预定.csv", SizeBytes: int32(len(file)), SourceId: source})
		require.NoError(t, err)
		w.tillParts(t, w.a.manager, begun.Import, file)
		return w.tillCarried(t, w.a, w.a.manager, begun.Import.Id)
	}
	ref := house("2026-03-12", visitv1.MealPeriod_MEAL_PERIOD_DINNER)
	up := checked("A1,2026-03-12,18:30,秦先生,13677770011,E0002,牡丹厅,,已确认\n"+
		"A2,2026-03-13,18:30,许女士,13677770012,E0002,牡丹厅,,已确认\n"+
		"A3,2026-03-13,19:00,李先生,13677770013,E0002,芍药厅、牡丹厅,,已确认\n"+
		"A4,2026-03-13,12:00,周先生,13677770014,E0002,牡丹厅,,已确认\n"+
		"A5,2026-03-13,18:00,何女士,13677770015,E0002,没有这间,,已取消\n"+
		"A6,2026-03-11,18:30,吕先生,13677770016,E0002,,,已完成\n"+
		"A7,2026-03-14,18:00,施女士,13677770017,E0002,宴会厅,6,已确认\n"+
		"A8,2026-03-14,18:00,张先生,13677770018,E0002,宴会厅,6,已确认\n", "")
	proposed, err := tills.GetTillMapping(t.Context(), &onboardingv1.GetTillMappingRequest{ImportId: up.Id})
	require.NoError(t, err)
	m := proposed.Mapping
	m.System = "客如云"
	_, err = tills.MapTillImport(t.Context(), &onboardingv1.MapTillImportRequest{ImportId: up.Id, Mapping: m, SourceName: "预定"})
	require.NoError(t, err)
	up = w.tillCarried(t, w.a, w.a.manager, up.Id)
	require.Equal(t, []string{
		"2 G 牡丹厅 这个餐段已被预定 " + ref + " 占用", "4 G 牡丹厅 这个餐段已被第 3 行占用", "6 G 本店没有叫这个名称的包间或桌位",
		"7 I 营业日 2026-03-11 还没到，客人不会已经来过", "9 G 宴会厅 这个餐段只剩 4 桌",
	}, w.tillSays(t, w.a.manager, up.Id))
	require.Equal(t, int32(5), up.WrongLines)
	_, err = tills.PublishTillImport(t.Context(), &onboardingv1.PublishTillImportRequest{ImportId: up.Id})
	require.Contains(t, saidBy(err), "还有错误")

	house("2026-03-13", visitv1.MealPeriod_MEAL_PERIOD_LUNCH) // since the check
	done := w.tillPublished(t, w.a, w.a.manager, up.Id, true)
	require.Equal(t, []int32{2, 6}, []int32{done.NewLines, done.WrongLines})
	require.Contains(t, w.tillSays(t, w.a.manager, up.Id), "5  牡丹厅 在该餐段已被占用，请换一个，或换个餐段。", "the database has the last word")
	const held = `SELECT b.ref || ' ' || b.business_date || ' ' || r.name || ' ' || count(*) FROM booking_place p JOIN booking b ON b.tenant_id = p.tenant_id AND b.booking_id = p.booking_id JOIN resource r ON r.tenant_id = p.tenant_id AND r.resource_id = p.resource_id
		WHERE p.tenant_id = $1 AND p.held AND b.ref LIKE '客如云-A%' GROUP BY b.ref, b.business_date, r.name ORDER BY 1`
	require.Equal(t, []string{"客如云-A2 2026-03-13 牡丹厅 1", "客如云-A7 2026-03-14 宴会厅 6"}, w.texts(t, held, w.a.id))

	// The next export: one has moved, another has its room.
	sources, err := tills.ListTillSources(t.Context(), &onboardingv1.ListTillSourcesRequest{})
	require.NoError(t, err)
	up = checked("A2,2026-03-13,18:30,许女士,13677770012,E0002,芍药厅,,已确认\n"+
		"A3,2026-03-13,19:00,李先生,13677770013,E0002,牡丹厅,,已确认\n"+
		"A7,2026-03-14,18:00,施女士,13677770017,E0002,宴会厅,9,已确认\n", sources.Sources[0].Id)
	require.Equal(t, []any{onboardingv1.TillState_TILL_STATE_READY, int32(0)}, []any{up.State, up.WrongLines}, w.tillSays(t, w.a.manager, up.Id))
	done = w.tillPublished(t, w.a, w.a.manager, up.Id, false)
	require.Equal(t, []int32{1, 2, 0}, []int32{done.NewLines, done.ChangedLines, done.WrongLines})
	require.Equal(t, []string{"客如云-A2 2026-03-13 芍药厅 1", "客如云-A3 2026-03-13 牡丹厅 1", "客如云-A7 2026-03-14 宴会厅 9"}, w.texts(t, held, w.a.id))
}

// killedVisits fail in the middle of a block, once.
type killedVisits struct {
	onboardingapp.Visits
	after *int
}

func (k killedVisits) CopyBillsTx(ctx context.Context, tx pgx.Tx, id kernel.TenantID, bills []visit.Bill, now time.Time) ([]visit.Result, []int32, error) {
	results, revisions, err := k.Visits.CopyBillsTx(ctx, tx, id, bills, now)
	if *k.after--; *k.after == 0 && err == nil {
		err = errors.New("killed")
	}
	return results, revisions, err
}

// TestTillKilled: recording that is cut off goes on where it stood; no bill is lost
// or doubled, and the counts are those of the file.
func TestTillKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var file strings.Builder
	file.WriteString("门店,账单号,结账时间,实收金额,手机号\n")
	for i := range 1700 {
		fmt.Fprintf(&file, "S01,B%d,2026-03-0%d 20:40,%d.50,1360000%04d\n", i, 1+i%9, i, i)
	}
	up := w.tillUpload(t, w.a, w.a.admin, []byte(file.String()), "")
	_, err := w.tillsOf(w.a.admin).MapTillImport(t.Context(), &onboardingv1.MapTillImportRequest{ImportId: up.Id, Mapping: w.tillMapping(w.a), SourceName: "客如云 账单"})
	require.NoError(t, err)
	require.Equal(t, int32(1700), w.tillCarried(t, w.a, w.a.admin, up.Id).Lines)
	_, err = w.tillsOf(w.a.admin).PublishTillImport(t.Context(), &onboardingv1.PublishTillImportRequest{ImportId: up.Id})
	require.NoError(t, err)
	whole, kill := w.prod.onboarding.Visits, 3
	w.prod.onboarding.Visits = killedVisits{whole, &kill}
	require.ErrorContains(t, w.prod.onboarding.Carry(t.Context(), w.a.id, uuid(t, up.Id)), "killed")
	require.Equal(t, []string{"1000"}, w.texts(t, "SELECT count(*)::text FROM bill_head WHERE tenant_id = $1 AND source = '客如云'", w.a.id))
	_, err = w.tillsOf(w.a.admin).DiscardTillImport(t.Context(), &onboardingv1.DiscardTillImportRequest{ImportId: up.Id})
	require.Contains(t, saidBy(err), "发布中")
	done := w.tillCarried(t, w.a, w.a.admin, up.Id)
	require.Equal(t, []any{onboardingv1.TillState_TILL_STATE_DONE, int32(1700), int32(0)}, []any{done.State, done.NewLines, done.SameLines})
	require.Equal(t, []string{"1700 1700"}, w.texts(t, "SELECT count(*) || ' ' || (SELECT count(*) FROM bill_revision r WHERE r.tenant_id = $1 AND r.source = '客如云') FROM bill_head WHERE tenant_id = $1 AND source = '客如云'", w.a.id))
}

// TestTillBadFiles: files that are none end with a reason and leave nothing.
func TestTillBadFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, file := range map[string][]byte{
		"读不出":    []byte("PK\x03\x04 not a workbook"),
		"没有找到表头": []byte("2026-03-09,1,2\n2026-03-09,3,4\n"),
		"只有表头":   []byte("门店,账单号,结账时间,实收金额\n合计,,,0\n"),
		"解开后太大":  zipBomb(t),
		"编码的":    []byte("门店\x00,账单号,实收金额\n"),
	} {
		up := w.tillUpload(t, w.a, w.a.admin, file, "")
		require.Equal(t, onboardingv1.TillState_TILL_STATE_FAILED, up.State, name)
		require.Contains(t, up.Fault, name)
	}
	book := excelize.NewFile() // with nothing in it
	var empty bytes.Buffer
	require.NoError(t, book.Write(&empty))
	require.Contains(t, w.tillUpload(t, w.a, w.a.admin, empty.Bytes(), "").Fault, "表头")
	require.Equal(t, []string{"0"}, w.texts(t, "SELECT ((SELECT count(*) FROM import_row) + (SELECT count(*) FROM import_part))::text"))
}
