package onboarding_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
)

var listDay = kernel.NewDate(2026, time.March, 10)

// listChain is a chain with a store and three people.
func listChain() *onboarding.Chain {
	return onboarding.NewChain(listDay, customer.DefaultTemplate(),
		[]onboarding.StoreRef{{ID: kernel.StoreID{1}, Code: "S01", Name: "友谊店"}},
		[]onboarding.PersonRef{
			{ID: kernel.PersonID{1}, No: "E1", Name: "李国"},
			{ID: kernel.PersonID{2}, No: "E2", Name: "王芳"},
			{ID: kernel.PersonID{3}, No: "E3", Name: "王芳"},
			{ID: kernel.PersonID{4}, No: "E4", Name: "赵走", Left: true},
		})
}

func readLine(t *testing.T, cells map[string]string) onboarding.Checked {
	t.Helper()
	good := map[string]string{
		onboarding.ColStore: "友谊店", onboarding.ColName: "张建国", onboarding.ColNumber: "13812345678", onboarding.ColReferrer: "E1", onboarding.ColApproved: "2024-03-01",
		onboarding.ColSex: "男", onboarding.ColHowKnown: "老客户", onboarding.ColEmployer: "西安长安建筑设计院", onboarding.ColJobTitle: "院长", onboarding.ColAddress: "长安路88号", onboarding.ColBirthday: "1980-05-06", onboarding.ColConsent: "是",
	}
	for k, v := range cells {
		good[k] = v
	}
	h, found, err := onboarding.ReadHeader(onboarding.Columns, customer.DefaultTemplate())
	require.NoError(t, err)
	require.True(t, found)
	row := make([]string, len(onboarding.Columns))
	for i, c := range onboarding.Columns {
		row[i] = good[c]
	}
	l, there := h.ReadLine(2, row)
	require.True(t, there)
	return h.Check(l, listChain())
}

func TestCheckLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		column, cell string
		want         string // column rule grade part of the reason; empty: nothing to say
	}{
		"all right":             {onboarding.ColName, "张建国", ""},
		"store by code":         {onboarding.ColStore, " s01 ", ""},
		"unknown store":         {onboarding.ColStore, "月球店", "A 门店  2 没有这家门店"},
		"no store":              {onboarding.ColStore, "", "A 门店  2 没有填写门店"},
		"referrer by name":      {onboarding.ColReferrer, "李国", "E 推荐人工号  1 归到工号 E1"},
		"two of that name":      {onboarding.ColReferrer, "王芳", "E 推荐人工号 CUS-10 2 员工名单里没有这个人"},
		"referrer has left":     {onboarding.ColReferrer, "e4", "E 推荐人工号 LIF-05 1 推荐人 E4 已离岗"},
		"no referrer":           {onboarding.ColReferrer, "", "E 推荐人工号 CUS-10 2 没有填写推荐人"},
		"title in a name":       {onboarding.ColName, "王总", "B 姓名 CUS-06 1 待完善"},
		"digits in a name":      {onboarding.ColName, "王建国13812345678", "B 姓名 CUS-06 2 姓名里有数字"},
		"no name":               {onboarding.ColName, "", "B 姓名 CUS-06 2 没有填写姓名"},
		"number as a float":     {onboarding.ColNumber, "13812345678.0", "D 手机号 CUS-07 1 已去掉"},
		"number in science":     {onboarding.ColNumber, "1.3812345678E+10", "D 手机号 CUS-07 1 已去掉"},
		"number cut by science": {onboarding.ColNumber, "1.38E+10", "D 手机号 CUS-07 2 科学计数"},
		"number rounded":        {onboarding.ColNumber, "1.381234568E+10", "D 手机号 CUS-07 2 科学计数"},
		"number with dashes":    {onboarding.ColNumber, "138-1234-5678", "D 手机号 CUS-07 1 已去掉"},
		"number full width":     {onboarding.ColNumber, "１３８１２３４５６７８", "D 手机号 CUS-07 1 已去掉"},
		"number with 86":        {onboarding.ColNumber, "+86 138 1234 5678", "D 手机号 CUS-07 1 已去掉"},
		"abroad":                {onboarding.ColNumber, "+85291234567", ""},
		"fixed line":            {onboarding.ColNumber, "029-88881234", "D 手机号 CUS-07 2 固定电话"},
		"two numbers":           {onboarding.ColNumber, "13812345678/13912345678", "D 手机号 CUS-07 2 多个号码"},
		"no number":             {onboarding.ColNumber, "", "D 手机号 CUS-07 2 没有填写手机号"},
		"approved tomorrow":     {onboarding.ColApproved, "2026-03-11", "F 审核通过日期  2 今天以后"},
		"approved never":        {onboarding.ColApproved, "", "F 审核通过日期 CUS-03 2 没有填写"},
		"approved somehow":      {onboarding.ColApproved, "去年", "F 审核通过日期 CUS-09 2 日期不正确"},
		"date cell":             {onboarding.ColApproved, "45352", ""},
		"owned before":          {onboarding.ColSince, "2023-01-01", "G 归属日期 CUS-03 1 早于"},
		"sex":                   {onboarding.ColSex, "中", "C 性别 CUS-02 2 性别不正确"},
		"consent":               {onboarding.ColConsent, "也许", "S 客人同意建档 CUS-11 2 看不出"},
		"vague address":         {onboarding.ColAddress, "西安市", "K 地址 CUS-08 1 待完善"},
		"long job":              {onboarding.ColJobTitle, strings.Repeat("长", 51), "J 职务 CUS-02 2 最多 50 个字"},
		"birthday lunar":        {onboarding.ColBirthday, "农历1980年五月初六", ""},
		"birthday that is none": {onboarding.ColBirthday, "2月30日", "L 生日 CUS-09 2 "},
		"birthday not a day":    {onboarding.ColBirthday, "春天", "L 生日 CUS-09 2 生日不正确"},
		"stage 2 later":         {onboarding.ColEmployer, "", "  CUS-02 1 还缺：工作单位"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := readLine(t, map[string]string{c.column: c.cell})
			if c.want == "" {
				require.Empty(t, got.Remarks)
				return
			}
			require.Len(t, got.Remarks, 1, "%v", got.Remarks)
			r := got.Remarks[0]
			parts := strings.SplitN(c.want, " ", 5)
			require.Equal(t, parts[:3], []string{r.Letter, r.Column, r.Rule})
			require.Equal(t, parts[3], string(rune('0'+r.Grade)))
			require.Contains(t, r.Reason, parts[4])
			require.NotContains(t, r.Reason+r.Mend, "1381234", "a remark gives a number away")
			require.NotContains(t, r.Reason+r.Mend, "王建国", "a remark gives a name away")
		})
	}
	t.Run("what was said of a text counts", func(t *testing.T) {
		t.Parallel()
		chain := listChain()
		_, found, _ := chain.Store("老店")
		require.False(t, found)
		chain.Stores[onboarding.Fold("老店")] = kernel.StoreID{1}
		s, found, ours := chain.Store(" 老 店")
		require.True(t, found)
		require.False(t, ours)
		require.Equal(t, "S01", s.Code)
	})
}

func TestReadHeader(t *testing.T) {
	t.Parallel()
	template := customer.DefaultTemplate()
	template.Fields = append(template.Fields, customer.TemplateField{Name: "x_1", Label: "车牌", Kind: customer.KindText, Stage: 2, Group: customer.GroupOther})
	h, found, err := onboarding.ReadHeader([]string{"序号", "门店名称 *", "客户姓名", "手机", "推荐人", "审核日期", "车牌", "备注"}, template)
	require.NoError(t, err)
	require.True(t, found)
	require.Equal(t, "D", h.Letter(onboarding.ColNumber))
	require.Equal(t, "G", h.Letter("车牌"))
	require.Equal(t, []string{"序号", "备注"}, h.Ignored)
	_, found, err = onboarding.ReadHeader([]string{"2026 年客户名单"}, template)
	require.NoError(t, err)
	require.False(t, found)
	_, found, err = onboarding.ReadHeader([]string{"姓名", "手机号"}, template)
	require.True(t, found)
	require.ErrorContains(t, err, "门店、推荐人工号、审核通过日期")
	_, there := h.ReadLine(3, []string{"", "示例：友谊店", "某"})
	require.False(t, there)
	_, there = h.ReadLine(3, []string{"", " ", "\u200b"})
	require.False(t, there)
}
