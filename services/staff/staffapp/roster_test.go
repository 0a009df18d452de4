package staffapp_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/staff"
	"github.com/changke/changke/services/staff/staffapp"
)

const rosterHead = "工号,姓名,门店,岗位,入职日期,手机号\n"

// TestRosterFiles: the same list as UTF-8 with and without a mark, as GBK and as
// a workbook that keeps numbers and dates as numbers reads the same.
func TestRosterFiles(t *testing.T) {
	w := newWorld(t)
	w.neighbours()
	a1, write := w.actor(w.one, "A1"), w.grant(w.one, "A1", staff.WritePermission)
	plain := []byte(rosterHead + "N1,新人一,S01,客服代表,2025/3/1,13900000041\n\nN2,新人二,总部,总部客服专员,20250302,\n")
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes(plain)
	require.NoError(t, err)
	book := excelize.NewFile()
	for cell, v := range map[string]any{
		"A1": "工号", "B1": "姓名 *", "C1": "门店代码", "D1": "职位", "E1": "入职日期", "F1": "手机",
		"A2": "N1", "B2": "新人一", "C2": "友谊店", "D2": "客服代表", "E2": 45717, "F2": 13900000041, // 2025-03-01
		"A4": "N2", "B4": "新人二", "C4": "总部", "D4": "总部客服专员", "E4": "2025年3月2日",
	} {
		require.NoError(t, book.SetCellValue("Sheet1", cell, v))
	}
	var xlsx bytes.Buffer
	require.NoError(t, book.Write(&xlsx))
	for name, file := range map[string][]byte{"utf-8": plain, "mark": append([]byte("\ufeff"), plain...), "gbk": gbk, "xlsx": xlsx.Bytes()} {
		imp, err := w.UploadRoster(t.Context(), a1, write, "员工表.csv", file)
		require.NoError(t, err, name)
		require.Empty(t, imp.Findings, name)
		require.Equal(t, 2, imp.Fresh, name)
		require.Equal(t, kernel.Phone("+8613900000041"), imp.Lines[0].Number, name)
		require.Equal(t, today+1, imp.Lines[0].EntryOn, name)
		require.Equal(t, 4, imp.Lines[1].Line, name)
		require.Nil(t, imp.Lines[1].Store, name)
	}
	file, err := w.RosterTemplate(t.Context(), write)
	require.NoError(t, err)
	_, err = w.UploadRoster(t.Context(), a1, write, "模板.xlsx", file)
	require.ErrorIs(t, err, staff.ErrNoRows, "the empty template has the right header")
}

func TestRosterErr(t *testing.T) {
	w := newWorld(t)
	w.neighbours()
	a1, write := w.actor(w.one, "A1"), w.grant(w.one, "A1", staff.WritePermission)
	for name, c := range map[string]struct {
		file   string
		reason string
	}{
		"empty":    {"", "invalid_field"},
		"no rows":  {rosterHead, "invalid_field"},
		"columns":  {"工号,姓名\nN1,新人\n", "import.columns_missing"},
		"binary":   {"\xff\xfe\x00\x00", "invalid_field"},
		"half zip": {"PK\x03\x04 and nothing behind", "invalid_field"},
		"too many": {rosterHead + strings.Repeat("N,人,S01,客服代表,2025-03-01,\n", staff.MaxRoster+1), "invalid_field"},
	} {
		_, err := w.UploadRoster(t.Context(), a1, write, "x", []byte(c.file))
		require.ErrorContains(t, err, c.reason, name)
	}

	imp, err := w.UploadRoster(t.Context(), a1, write, "x.csv", []byte(rosterHead+
		"N1,新人,月球店,客服代表,2025-03-01,\n"+
		"N2,新人,S01,皇帝,2025-03-01,\n"+
		"N3,新人,S01,企业管理员,2025-03-01,\n"+
		"N4,新人,S01,客服代表,2025-02-30,12\n"+
		",,S01,客服代表,2025-03-01,\n"+
		"N6,新人,S01,客服代表,2025-03-01,13900000002\n"+
		"N6,新人,S01,客服代表,2025-03-01,\n"+
		"M1,别人,S01,客服经理,2025-03-01,\n"))
	require.NoError(t, err)
	var found []string
	for _, f := range imp.Findings {
		found = append(found, fmt.Sprintf("%d %s", f.Line, f.Column))
	}
	require.ElementsMatch(t, []string{"2 门店", "3 岗位", "4 岗位", "5 手机号", "5 入职日期", "6 工号", "6 姓名", "7 手机号", "8 工号", "9 工号"}, found)
}

// TestMendRoster: a list with errors is kept, seen again, mended cell by cell and
// then published; numbers stand in no report.
func TestMendRoster(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.neighbours()
	a1, write := w.actor(w.one, "A1"), w.grant(w.one, "A1", staff.WritePermission)
	_, err := w.UploadRoster(ctx, a1, write, "员工.csv", []byte(rosterHead+
		"N1,\"新人,一\",S01,客服代表,2025-03-01,13900000041\n\n"+
		"N2,新人二,月球店,前台,2025-03-01,1390000004\n"))
	require.NoError(t, err)
	imp, there, err := w.StagedRoster(ctx, a1, write)
	require.NoError(t, err)
	require.True(t, there, "it waits")
	found := map[string]string{}
	for _, f := range imp.Findings {
		require.Equal(t, 4, f.Line)
		found[f.Column] = f.Value
	}
	require.Equal(t, map[string]string{staff.ColStore: "月球店", staff.ColPhone: ""}, found)
	_, err = w.PublishRoster(ctx, a1, write, imp.ID)
	require.ErrorIs(t, err, staff.ErrImportFindings)

	mend := func(line int, column, value string) (staffapp.RosterImport, error) {
		return w.MendRoster(ctx, a1, write, imp.ID, line, map[string]string{column: value})
	}
	for _, c := range []struct {
		line   int
		column string
	}{{1, staff.ColStore}, {3, staff.ColStore}, {5, staff.ColStore}, {4, staff.ColFrom}, {4, "颜色"}} {
		_, err = mend(c.line, c.column, "S02")
		require.ErrorIs(t, err, staff.ErrNoCell, c)
	}
	_, err = w.MendRoster(ctx, w.actor(w.two, "A1"), w.grant(w.two, "A1", staff.WritePermission), imp.ID, 4, map[string]string{staff.ColStore: "S02"})
	require.ErrorIs(t, err, staff.ErrNoImport)
	now, err := mend(4, staff.ColStore, "S02")
	require.NoError(t, err)
	require.Equal(t, 1, now.Errors)
	require.Equal(t, "新人,一", now.Lines[0].Name, "the others stay as they are")
	now, err = mend(4, staff.ColPhone, "13900000042")
	require.NoError(t, err)
	require.Equal(t, []int{0, 2, 4}, []int{now.Errors, now.Fresh, now.Lines[1].Line})
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM staff_import WHERE position('13900000042'::bytea in file_box) > 0"), "it lies boxed")
	_, err = w.PublishRoster(ctx, a1, write, imp.ID)
	require.NoError(t, err)
	require.Equal(t, 2, count(t, w, w.one, "SELECT count(*) FROM person WHERE staff_no IN ('N1', 'N2')"))
	_, err = mend(4, staff.ColPhone, "")
	require.ErrorIs(t, err, staff.ErrImportOver)
}

// TestPublishRoster: all or none, published at once it is published once, the
// same list again changes nothing, and what changed meanwhile counts.
func TestPublishRoster(t *testing.T) {
	w := newWorld(t)
	ctx, n := t.Context(), w.neighbours()
	a1, write := w.actor(w.one, "A1"), w.grant(w.one, "A1", staff.WritePermission)
	file := []byte(rosterHead + "N1,新人一,S01,客服代表,2025-03-01,13900000041\nN2,新人二,S02,前台,2025-03-01,\nM1,员工M1,S01,客服经理,2020-01-01,\n")
	imp, err := w.UploadRoster(ctx, a1, write, "员工.csv", file)
	require.NoError(t, err)
	require.Equal(t, []int{2, 1, 0}, []int{imp.Fresh, imp.Known, imp.Errors})
	require.True(t, imp.Findings[0].Note, "another first day is told, not taken")
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM person WHERE staff_no LIKE 'N%'"), "nobody yet")
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM staff_import WHERE position('13900000041'::bytea in file_box) > 0"), "it lies boxed")

	errs := make([]error, 4)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { _, errs[i] = w.PublishRoster(ctx, a1, write, imp.ID) })
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else {
			require.ErrorIs(t, err, staff.ErrImportOver)
		}
	}
	require.Equal(t, 1, done)
	require.Equal(t, 2, count(t, w, w.one, "SELECT count(*) FROM person WHERE staff_no LIKE 'N%' AND password_hash IS NULL"))
	require.Len(t, n.flagged, 1, "whose number is known")
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM staff_import WHERE file_box IS NOT NULL"))

	before := count(t, w, w.one, "SELECT count(*) FROM person") + count(t, w, w.one, "SELECT count(*) FROM assignment")
	again, err := w.UploadRoster(ctx, a1, write, "员工.csv", file)
	require.NoError(t, err)
	require.Equal(t, 0, again.Fresh)
	_, err = w.PublishRoster(ctx, a1, write, again.ID)
	require.NoError(t, err)
	require.Equal(t, before, count(t, w, w.one, "SELECT count(*) FROM person")+count(t, w, w.one, "SELECT count(*) FROM assignment"))

	next, err := w.UploadRoster(ctx, a1, write, "员工.csv", []byte(rosterHead+"N3,新人三,S01,客服代表,2025-03-01,13900000042\n"))
	require.NoError(t, err)
	_, err = w.PublishRoster(ctx, w.actor(w.two, "A1"), w.grant(w.two, "A1", staff.WritePermission), next.ID)
	require.ErrorIs(t, err, staff.ErrNoImport)
	_, err = w.CreatePerson(ctx, a1, staff.NewPerson{StaffNo: "N4", Name: "抢先", Number: "+8613900000042", EntryOn: today, Posts: []staff.Post{post(staff.ServiceRep, w.one.s01)}}, "")
	require.NoError(t, err)
	_, err = w.PublishRoster(ctx, a1, write, next.ID)
	require.ErrorIs(t, err, staff.ErrImportFindings)
	require.Zero(t, count(t, w, w.one, "SELECT count(*) FROM person WHERE staff_no = 'N3'"))
	require.NoError(t, w.DiscardRoster(ctx, a1, write, next.ID))
	require.ErrorIs(t, w.DiscardRoster(ctx, a1, write, next.ID), staff.ErrImportOver)
}
