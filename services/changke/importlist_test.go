package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"connectrpc.com/connect"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	onboardingv1 "github.com/changke/changke/gen/go/changke/onboarding/v1"
	"github.com/changke/changke/gen/go/changke/onboarding/v1/onboardingv1connect"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
	"github.com/changke/changke/services/ownership"
)

const listHead = "门店,姓名,手机号,推荐人工号,审核通过日期,归属日期,性别,生日\n"

func (w *world) listsOf(c *caller) onboardingv1connect.CustomerImportServiceClient {
	return onboardingv1connect.NewCustomerImportServiceClient(w.client(c), w.server.URL)
}

// upload brings a file in parts, and has it read and checked.
func (w *world) upload(t testing.TB, c *chain, file []byte) *onboardingv1.CustomerImport {
	t.Helper()
	lists := w.listsOf(c.admin)
	sum := sha256.Sum256(file)
	begun, err := lists.BeginImport(t.Context(), &onboardingv1.BeginImportRequest{FileName: "客户.xlsx", SizeBytes: int32(len(file)), Sha256: sum[:]})
	require.NoError(t, err)
	list := begun.Import
	for i := range int(list.Parts) {
		part := file[i*int(list.PartBytes) : min((i+1)*int(list.PartBytes), len(file))]
		_, err := lists.UploadImportPart(t.Context(), &onboardingv1.UploadImportPartRequest{ImportId: list.Id, Part: int32(i), Content: part})
		require.NoError(t, err)
	}
	return w.carried(t, c, list.Id)
}

// carried works a list on until it waits or is over.
func (w *world) carried(t testing.TB, c *chain, id string) *onboardingv1.CustomerImport {
	t.Helper()
	require.NoError(t, w.prod.onboarding.Carry(t.Context(), c.id, uuid(t, id)))
	got, err := w.listsOf(c.admin).GetImport(t.Context(), &onboardingv1.GetImportRequest{ImportId: id})
	require.NoError(t, err)
	return got.Import
}

func uuid(t testing.TB, text string) kernel.UUID {
	id, err := kernel.ParseID[kernel.UUID](text)
	require.NoError(t, err)
	return id
}

// reasons are line, column and reason of everything a report says.
func (w *world) reasons(t testing.TB, c *chain, id string) (out []string) {
	res, err := w.listsOf(c.admin).ListImportLines(t.Context(), &onboardingv1.ListImportLinesRequest{ImportId: id, PageSize: 200})
	require.NoError(t, err)
	for _, l := range res.Lines {
		for _, r := range l.Remarks {
			out = append(out, fmt.Sprintf("%d %s%s %s", l.Line, r.Letter, r.Column, r.Reason))
		}
	}
	return out
}

func saidBy(err error) string {
	var c *connect.Error
	if !errors.As(err, &c) {
		return ""
	}
	return c.Message()
}

// TestListJourney: a list with mistakes is told line by line and writes nothing;
// matched and with the wrong lines left out it comes in once, with everything
// that stood on it, judged from today on (RUL-06).
func TestListJourney(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, lists := t.Context(), w.listsOf(w.a.admin)
	before := w.texts(t, "SELECT count(*)::text FROM guest")
	list := w.upload(t, w.a, []byte(listHead+
		"友谊店,欧阳静,138 2222 0001,E0001,2024-03-01,2024-06-01,女,农历1980年五月初六\n"+
		"老友谊,王总,13822220002,E0002,2024-03-01,,男,\n"+
		"友谊店,张三丰,13822220001,E0001,2024-03-01,,,\n"+ // twice
		"友谊店,李四光,13810010001,E0001,2024-03-01,,,\n"+ // on file
		"友谊店,赵六,13822220004,隔壁老王,2024-03-01,,,\n"))
	require.Equal(t, onboardingv1.ImportState_IMPORT_STATE_READY, list.State)
	require.Equal(t, []int32{5, 4}, []int32{list.Lines, list.WrongLines})
	said := strings.Join(w.reasons(t, w.a, list.Id), "\n")
	for _, want := range []string{"3 A门店 没有这家门店", "3 B姓名 待完善", "4 C手机号 与第 2 行是同一家店的同一个号码", "5 C手机号 这个号码已在本店建档", "6 D推荐人工号 员工名单里没有这个人", "2 C手机号 已去掉号码里的空格"} {
		require.Contains(t, said, want)
	}
	require.Equal(t, before, w.texts(t, "SELECT count(*)::text FROM guest"), "nothing is written before it is published")
	for _, clear := range []string{"欧阳静", "13822220001", "2222 0001", "隔壁老王"} {
		require.Empty(t, w.texts(t, "SELECT row_no::text FROM import_row r WHERE position(convert_to($1, 'UTF8') IN r.row_box) > 0 OR r.findings::text LIKE '%' || $1 || '%'", clear), clear)
	}
	_, err := lists.PublishImport(ctx, &onboardingv1.PublishImportRequest{ImportId: list.Id})
	require.Contains(t, saidBy(err), "还有错误")

	texts, err := lists.ListImportTexts(ctx, &onboardingv1.ListImportTextsRequest{ImportId: list.Id})
	require.NoError(t, err)
	require.Len(t, texts.Texts, 2)
	_, err = lists.MatchImportTexts(ctx, &onboardingv1.MatchImportTextsRequest{ImportId: list.Id, Picks: []*onboardingv1.TextMatch{
		{Kind: onboardingv1.TextKind_TEXT_KIND_STORE, Text: "老友谊", TargetId: w.a.s01.String()},
		{Kind: onboardingv1.TextKind_TEXT_KIND_STAFF, Text: "隔壁老王", TargetId: w.a.people["E0002"].String()},
	}})
	require.NoError(t, err)
	list = w.carried(t, w.a, list.Id)
	require.Equal(t, []int32{5, 2}, []int32{list.Lines, list.WrongLines})

	report, err := lists.GetImportReport(ctx, &onboardingv1.GetImportReportRequest{ImportId: list.Id, Grade: onboardingv1.LineGrade_LINE_GRADE_WRONG})
	require.NoError(t, err)
	book, err := excelize.OpenReader(bytes.NewReader(report.File))
	require.NoError(t, err)
	rows, err := book.GetRows(book.GetSheetList()[0])
	require.NoError(t, err)
	require.Len(t, rows, 3)
	require.Equal(t, []string{"4", "错误", "友谊店", "E0001", "张*", "138****0001"}, rows[1][:6])

	_, err = lists.PublishImport(ctx, &onboardingv1.PublishImportRequest{ImportId: list.Id, SkipWrong: true})
	require.NoError(t, err)
	list = w.carried(t, w.a, list.Id)
	require.Equal(t, onboardingv1.ImportState_IMPORT_STATE_DONE, list.State)
	require.Equal(t, []int32{3, 2}, []int32{list.PublishedLines, list.WrongLines})
	require.Equal(t, []string{"欧阳静|2|2024-03-01|2026-03-10|E0001|2026-03-10|2024-06-01"}, w.texts(t,
		`SELECT g.name || '|' || g.sex || '|' || g.approved_on || '|' || g.owned_since || '|' || p.staff_no || '|' || t.start_on || '|' || t.former_on
		FROM guest g JOIN tie t USING (tenant_id, file_id) JOIN person p ON p.tenant_id = g.tenant_id AND p.person_id = g.owner_id WHERE g.tenant_id = $1 AND g.name = '欧阳静'`, w.a.id)[:1],
		"the later of former approval and today; the file's own days stay")
	require.Equal(t, []string{"0"}, w.texts(t, "SELECT count(*)::text FROM import_row WHERE row_box <> '' OR number_key IS NOT NULL"))
	require.Equal(t, []string{"0"}, w.texts(t, "SELECT ((SELECT count(*) FROM import_part) + (SELECT count(*) FROM import_text))::text"))
	left := strings.Join(w.reasons(t, w.a, list.Id), "\n")
	require.NotContains(t, left, "3 B姓名", "what came in is gone from the staging")
	require.Contains(t, left, "4 C手机号 与第 2 行", "what was left out is still told")

	require.Empty(t, w.reasonsOrNone(t, w.b, list.Id), "another chain sees nothing of it")
	_, err = w.listsOf(w.b.admin).DiscardImport(ctx, &onboardingv1.DiscardImportRequest{ImportId: list.Id})
	require.Equal(t, connect.CodeNotFound, connect.CodeOf(err))
	_, err = lists.DiscardImport(ctx, &onboardingv1.DiscardImportRequest{ImportId: list.Id})
	require.Equal(t, connect.CodeFailedPrecondition, connect.CodeOf(err))
}

func (w *world) reasonsOrNone(t testing.TB, c *chain, id string) []string {
	_, err := w.listsOf(c.admin).ListImportLines(t.Context(), &onboardingv1.ListImportLinesRequest{ImportId: id})
	require.Equal(t, connect.CodeNotFound, connect.CodeOf(err))
	return nil
}

// manyLines is a list of n customers of both stores, one wrong line in 100.
func manyLines(n int) []byte {
	var b strings.Builder
	b.WriteString(listHead)
	for i := range n {
		store := []string{"友谊店", "S02"}[i%2]
		if i%100 == 99 {
			store = "没有的店"
		}
		fmt.Fprintf(&b, "%s,秦%c%c,139%08d,E0001,2024-03-01,,男,\n", store, '安'+rune(i%200), '明'+rune(i/200), 40_000_000+i)
	}
	return []byte(b.String())
}

// TestListKilled: cut off in every block after its files were written and before
// they counted, a list comes in whole and once.
func TestListKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 6000
	list := w.upload(t, w.a, manyLines(n))
	require.EqualValues(t, n/100, list.WrongLines)
	_, err := w.listsOf(w.a.admin).PublishImport(t.Context(), &onboardingv1.PublishImportRequest{ImportId: list.Id, SkipWrong: true})
	require.NoError(t, err)

	ties := w.prod.onboarding.Publish.TiesTx
	kills, calls := 0, 0
	for {
		ctx, kill := context.WithCancel(t.Context())
		w.prod.onboarding.Publish.TiesTx = func(ctx context.Context, tx pgx.Tx, id kernel.TenantID, new []ownership.NewTie, origin ownership.Origin, importID *kernel.UUID, now time.Time) error {
			err := ties(ctx, tx, id, new, origin, importID, now)
			if calls++; calls%2 == 1 {
				kill()
			}
			return err
		}
		err := w.prod.onboarding.Carry(ctx, w.a.id, uuid(t, list.Id))
		kill()
		if err == nil {
			break
		}
		require.ErrorIs(t, err, context.Canceled)
		kills++
	}
	require.GreaterOrEqual(t, kills, 10)
	w.prod.onboarding.Publish.TiesTx = ties
	list = w.carried(t, w.a, list.Id)
	require.Equal(t, onboardingv1.ImportState_IMPORT_STATE_DONE, list.State)
	require.EqualValues(t, n-n/100, list.PublishedLines)
	require.Equal(t, []string{fmt.Sprintf("%d %d %d", n-n/100, n-n/100, n-n/100)}, w.texts(t,
		"SELECT count(*) || ' ' || count(DISTINCT number_key) || ' ' || (SELECT count(*) FROM tie WHERE tenant_id = $1 AND import_id = $2 AND end_on IS NULL) FROM guest WHERE tenant_id = $1 AND import_id = $2", w.a.id, list.Id))
}

// TestListPublishedAtOnce: two people publish, several processes work: it comes
// in once. What a killed process left is taken up by another.
func TestListPublishedAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 1500
	list := w.upload(t, w.a, manyLines(n))
	id := uuid(t, list.Id)
	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = w.listsOf([]*caller{w.a.admin, w.a.hq}[i%2]).PublishImport(t.Context(), &onboardingv1.PublishImportRequest{ImportId: list.Id, SkipWrong: true})
		})
	}
	wg.Wait()
	began := 0
	for _, err := range errs {
		if err == nil {
			began++
		} else {
			require.Equal(t, connect.CodeFailedPrecondition, connect.CodeOf(err), err)
		}
	}
	require.Equal(t, 1, began)
	_, err := w.listsOf(w.a.admin).DiscardImport(t.Context(), &onboardingv1.DiscardImportRequest{ImportId: list.Id})
	require.Equal(t, connect.CodeFailedPrecondition, connect.CodeOf(err))

	jobs := func() string {
		return w.texts(t, "SELECT count(*)::text FROM river.river_job WHERE kind = 'customer_list'")[0]
	}
	was := jobs()
	require.NoError(t, w.prod.onboarding.TakeUp(t.Context(), w.a.id))
	require.Equal(t, was, jobs(), "somebody may be at it")
	w.clock.set(noon.Add(time.Minute))
	require.NoError(t, w.prod.onboarding.TakeUp(t.Context(), w.a.id))
	require.NoError(t, w.prod.onboarding.TakeUp(t.Context(), w.a.id))
	require.NotEqual(t, was, jobs(), "nobody is")

	for range 4 {
		wg.Go(func() { require.NoError(t, w.prod.onboarding.Carry(t.Context(), w.a.id, id)) })
	}
	wg.Wait()
	require.Equal(t, []string{fmt.Sprint(n - n/100)}, w.texts(t, "SELECT count(*)::text FROM guest WHERE tenant_id = $1 AND import_id = $2", w.a.id, list.Id))

	again := w.upload(t, w.a, manyLines(n))
	require.EqualValues(t, n, again.WrongLines, "all are on file")
	_, err = w.listsOf(w.a.admin).PublishImport(t.Context(), &onboardingv1.PublishImportRequest{ImportId: again.Id, SkipWrong: true})
	require.Contains(t, saidBy(err), "没有可以导入的行")
	w.clock.set(noon.Add(31 * 24 * time.Hour))
	require.NoError(t, w.prod.onboarding.TakeUp(t.Context(), w.a.id))
	require.Equal(t, []string{"discarded 0"}, w.texts(t, "SELECT state || ' ' || (SELECT count(*) FROM import_row r WHERE r.import_id = b.import_id) FROM import_batch b WHERE import_id = $1", again.Id))
}

// TestListLarge: a long workbook is read within bounds of memory, and an upload
// that would unpack beyond them is refused. make soak reads 100,000 lines.
func TestListLarge(t *testing.T) {
	n := 3000
	if os.Getenv("SOAK") != "" {
		n = 100_000
	}
	w := newWorld(t)
	file := workbook(t, n)
	grown := watchHeap(func() {})
	list := w.upload(t, w.a, file)
	heap := grown()
	t.Logf("%d lines, %d kB, heap at most %d MB more", n, len(file)>>10, heap>>20)
	require.Equal(t, []int32{int32(n), 0}, []int32{list.Lines, list.WrongLines})
	require.Less(t, heap>>20, uint64(512))

	got := w.upload(t, w.a, zipBomb(t))
	require.Equal(t, onboardingv1.ImportState_IMPORT_STATE_FAILED, got.State)
	require.Contains(t, got.Fault, "解开后太大")
}

// zipBomb is a workbook that unpacks to 600 MB.
func zipBomb(t testing.TB) []byte {
	t.Helper()
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	part, err := z.Create("xl/worksheets/sheet1.xml")
	require.NoError(t, err)
	zeros := make([]byte, 1<<20)
	for range 600 {
		_, err = part.Write(zeros)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return bomb.Bytes()
}

// workbook is a list of n customers with all their fields.
func workbook(t testing.TB, n int) []byte {
	t.Helper()
	book := excelize.NewFile()
	rows, err := book.NewStreamWriter("Sheet1")
	require.NoError(t, err)
	row := make([]any, len(onboarding.Columns))
	for i, c := range onboarding.Columns {
		row[i] = c
	}
	require.NoError(t, rows.SetRow("A1", row))
	for i := range n {
		at := map[string]any{
			onboarding.ColStore: "友谊店", onboarding.ColName: "秦" + string('安'+rune(i%300)) + string('明'+rune(i/300)), onboarding.ColSex: "女", onboarding.ColNumber: fmt.Sprint(13_900_000_000 + i),
			onboarding.ColReferrer: "E0001", onboarding.ColApproved: "2024-03-01", onboarding.ColHowKnown: fmt.Sprintf("第 %d 桌的客人介绍", i), onboarding.ColEmployer: fmt.Sprintf("长安路%d号设计院", i),
			onboarding.ColJobTitle: "工程师", onboarding.ColAddress: fmt.Sprintf("长安路%d号", i), onboarding.ColBirthday: "1980-05-06", onboarding.ColTaste: "清淡", onboarding.ColConsent: "是",
		}
		for j, c := range onboarding.Columns {
			row[j] = at[c]
		}
		cell, err := excelize.CoordinatesToCellName(1, i+2)
		require.NoError(t, err)
		require.NoError(t, rows.SetRow(cell, row))
	}
	require.NoError(t, rows.Flush())
	var out bytes.Buffer
	require.NoError(t, book.Write(&out))
	return out.Bytes()
}

// TestListFiles: workbooks, the template itself, an upload that was cut off, and
// files that are none.
func TestListFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, lists := t.Context(), w.listsOf(w.a.admin)
	template, err := lists.GetImportTemplate(ctx, &onboardingv1.GetImportTemplateRequest{})
	require.NoError(t, err)
	require.Contains(t, w.upload(t, w.a, template.File).Fault, "表里没有客户", "its example is passed over")

	book, err := excelize.OpenReader(bytes.NewReader(template.File))
	require.NoError(t, err)
	for cell, v := range map[string]any{"A3": "S01", "B3": "秦安明", "D3": 13822220001, "E3": "E0001", "F3": 45352, "J3": "=1+1"} {
		require.NoError(t, book.SetCellValue("客户", cell, v))
	}
	require.NoError(t, book.SetCellFormula("客户", "K3", "CONCAT(\"长安路\",88)"))
	var xlsx bytes.Buffer
	require.NoError(t, book.Write(&xlsx))
	list := w.upload(t, w.a, xlsx.Bytes())
	require.Equal(t, []int32{1, 0}, []int32{list.Lines, list.WrongLines}, "%v", w.reasons(t, w.a, list.Id))

	for name, c := range map[string]struct{ file, fault string }{
		"no table":   {"\xff\xfe\x00\x00", "读不出"},
		"half a zip": {"PK\x03\x04 and nothing behind", "读不出"},
		"no header":  {"一,二\n三,四\n", "没有找到表头"},
		"columns":    {"姓名,手机号\n秦安明,13822220009\n", "缺少列"},
		"empty":      {listHead, "没有客户"},
	} {
		got := w.upload(t, w.a, []byte(c.file))
		require.Equal(t, onboardingv1.ImportState_IMPORT_STATE_FAILED, got.State, name)
		require.Contains(t, got.Fault, c.fault, name)
	}
	_, err = lists.BeginImport(ctx, &onboardingv1.BeginImportRequest{FileName: "大.xlsx", SizeBytes: 33 << 20})
	require.Contains(t, saidBy(err), "文件太大")

	file := manyLines(12_000)
	sum := sha256.Sum256(file)
	req := &onboardingv1.BeginImportRequest{FileName: "长.csv", SizeBytes: int32(len(file)), Sha256: sum[:]}
	begun, err := lists.BeginImport(ctx, req)
	require.NoError(t, err)
	require.EqualValues(t, 2, begun.Import.Parts)
	last := &onboardingv1.UploadImportPartRequest{ImportId: begun.Import.Id, Part: 1, Content: file[begun.Import.PartBytes:]}
	for range 2 { // in any order, sent again
		_, err = lists.UploadImportPart(ctx, last)
		require.NoError(t, err)
	}
	again, err := lists.BeginImport(ctx, req)
	require.NoError(t, err)
	require.Equal(t, begun.Import.Id, again.Import.Id, "the same file goes on")
	require.Equal(t, []int32{1}, again.Import.ReceivedParts)
	_, err = lists.UploadImportPart(ctx, &onboardingv1.UploadImportPartRequest{ImportId: begun.Import.Id, Part: 0, Content: file[:100]})
	require.Contains(t, saidBy(err), "不属于这个文件")
	got, err := lists.UploadImportPart(ctx, &onboardingv1.UploadImportPartRequest{ImportId: begun.Import.Id, Part: 0, Content: file[:begun.Import.PartBytes]})
	require.NoError(t, err)
	require.Equal(t, onboardingv1.ImportState_IMPORT_STATE_READING, got.Import.State)
	_, err = lists.UploadImportPart(ctx, last)
	require.Equal(t, connect.CodeFailedPrecondition, connect.CodeOf(err))
	gone, err := lists.DiscardImport(ctx, &onboardingv1.DiscardImportRequest{ImportId: begun.Import.Id})
	require.NoError(t, err)
	require.Equal(t, onboardingv1.ImportState_IMPORT_STATE_DISCARDED, gone.Import.State)
	require.Equal(t, []string{"0"}, w.texts(t, "SELECT count(*)::text FROM import_part"))

	shop := w.listsOf(w.a.manager)
	_, err = shop.GetImportTemplate(ctx, &onboardingv1.GetImportTemplateRequest{})
	require.Equal(t, connect.CodePermissionDenied, connect.CodeOf(err))
}
