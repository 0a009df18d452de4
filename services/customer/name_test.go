package customer_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
)

func TestNormalizeName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" 王　建国 ": "王建国", "阿迪力・买买提": "阿迪力·买买提", "阿迪力．买买提": "阿迪力·买买提", "John   Smith": "John Smith",
		"Ｊｏｈｎ\u3000Ｓｍｉｔｈ": "John Smith", "⼩明明": "小明明", "Tony 王": "Tony 王",
	} {
		require.Equal(t, want, customer.NormalizeName(in))
		require.Equal(t, want, customer.NormalizeName(want), "twice is the same")
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"王建国": "wjg", "单雄信": "sxx", "曾国藩": "zgf", "解小东": "xxd", "仇英": "qy", "查良镛": "zly", "区志强": "ozq", "朴树": "ps",
		"尉迟恭": "ycg", "万俟雪": "mqx", "长孙无忌": "zswj", "欧阳娜娜": "oynn", "乐嘉": "yj", "翟志刚": "zzg", "种师道": "csd", "覃海洋": "qhy",
		"缪荃孙": "mqs", "盖叫天": "gjt", "阚泽": "kz", "安心": "ax", "李曾": "lc", "沈从文": "scw", "贾平凹": "jpa", "单": "d",
		"阿迪力·买买提": "adlmmt", "John Smith": "johnsmith", "吕布": "lb",
	} {
		require.Equal(t, want, customer.Initials(name), name)
	}
}
