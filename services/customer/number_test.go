package customer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	accepted := map[string]string{
		"13812341234": "+8613812341234", "138 1234 1234": "+8613812341234", "138-1234-1234": "+8613812341234", "+8613812341234": "+8613812341234",
		"+86 138 1234 1234": "+8613812341234", "008613812341234": "+8613812341234", "8613812341234": "+8613812341234", "013812341234": "+8613812341234",
		"１３８１２３４１２３４": "+8613812341234", "(138)12341234": "+8613812341234", "19912345678": "+8619912345678", "17012345678": "+8617012345678",
		"16612345678": "+8616612345678", "19212345678": "+8619212345678", "14712345678": "+8614712345678", "17312345678": "+8617312345678",
		"19812345678": "+8619812345678", "18612345678": "+8618612345678", "15012345678": "+8615012345678",
		"+852 9123 4567": "+85291234567", "+853 6612 3456": "+85366123456", "+886 912 345 678": "+886912345678", "+8860912345678": "+886912345678",
		"+44 7911 123456": "+447911123456", "+81 80 1234 5678": "+818012345678", "+1 650 253 0000": "+16502530000", "+82 10 1234 5678": "+821012345678",
		"0085291234567": "+85291234567", "+65 9123 4567": "+6591234567", "+33 6 12 34 56 78": "+33612345678",
	}
	for raw, want := range accepted {
		got, f := customer.CheckNumber(raw)
		require.Nil(t, f, raw)
		require.Equal(t, want, got.E164(), raw)
	}
	refused := map[string]string{
		"": "请填写", "029-88123456": "固定电话", "02988123456": "固定电话", "(010) 6512 3456": "固定电话", "0911-2123456": "固定电话", "+862988123456": "1 开头",
		"88123456": "本地固定电话", "8812345": "本地固定电话", "4008123456": "400", "400-812-3456": "400", "8008101234": "800", "029881234568001": "总机",
		"110": "短号", "10086": "短号", "95588": "短号", "12345": "短号", "661234": "短号", "1065712345": "短号", "106571234567": "短号", "95013123": "短号",
		"12012345678": "号段", "11111111111": "号段", "10012345678": "号段", "15412345678": "号段", "16012345678": "号段", "19412345678": "号段",
		"1381234123": "11 位", "138123412345": "11 位", "23812341234": "1 开头", "1381234123a": "只能有数字", "一三八": "只能有数字", "138#12341234": "只能有数字", "138+12341234": "只能有数字",
		"+85221234567": "固定电话", "+886223456789": "固定电话", "+442071234567": "固定电话", "+81312345678": "固定电话", "+85212": "有效", "+999123456789": "有效",
		"+18005551234": "服务电话", "+861381234123": "11 位", "00000000000": "有效", strings.Repeat("1", 5000): "11 位", "+": "有效",
	}
	for raw, why := range refused {
		got, f := customer.CheckNumber(raw)
		require.NotNil(t, f, "%.20s", raw)
		require.Empty(t, got)
		require.Equal(t, "CUS-07", f.Rule)
		require.Contains(t, f.Message, why, "%.20s", raw)
		if len(raw) > 5 {
			require.NotContains(t, f.Message, raw, "a message never repeats the number")
		}
	}
	require.GreaterOrEqual(t, len(accepted)+len(refused), 60)
}

func TestParseSearch(t *testing.T) {
	t.Parallel()
	type S = customer.Search
	for q, want := range map[string]S{
		"": {}, "   ": {},
		"234":           {Kind: customer.SearchLast, From: "432", To: "432\U0010FFFF"},
		"1234":          {Kind: customer.SearchLast, From: "4321", To: "4321\U0010FFFF"},
		"0012":          {Kind: customer.SearchLast, From: "2100", To: "2100\U0010FFFF"},
		"000":           {Kind: customer.SearchLast, From: "000", To: "000\U0010FFFF"},
		"１２３４":          {Kind: customer.SearchLast, From: "4321", To: "4321\U0010FFFF"},
		"13812341234":   {Kind: customer.SearchNumber, Number: "+8613812341234"},
		"138 1234 1234": {Kind: customer.SearchNumber, Number: "+8613812341234"},
		"+85291234567":  {Kind: customer.SearchNumber, Number: "+85291234567"},
		"8613812341234": {Kind: customer.SearchNumber, Number: "+8613812341234"},
		"12012345678":   {Kind: customer.SearchNumber, Number: "+8612012345678"}, // imported as it was
		"王":             {Kind: customer.SearchName, From: "王", To: "王\U0010FFFF"},
		"王 建":           {Kind: customer.SearchName, From: "王建", To: "王建\U0010FFFF"},
		"阿迪力・":          {Kind: customer.SearchName, From: "阿迪力·", To: "阿迪力·\U0010FFFF"},
		"WJ":            {Kind: customer.SearchInitials, From: "wj", To: "wj\U0010FFFF"},
		"John S":        {Kind: customer.SearchInitials, From: "johns", To: "johns\U0010FFFF"},
	} {
		got, err := customer.ParseSearch(q)
		require.NoError(t, err, q)
		require.Equal(t, want, got, q)
	}
	for _, q := range []string{"1", "12", "00", "12345", "1234567890", "%", "'; drop table guest; --1", "王%1\x00"} {
		got, err := customer.ParseSearch(q)
		require.Error(t, err, q)
		require.Empty(t, got, q)
	}
}
