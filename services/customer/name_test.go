package customer_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/customer"
)

func TestNames(t *testing.T) {
	t.Parallel()
	accepted := []string{
		"王建国", "赵梅建", "李娜", "欧阳娜娜", "欧阳修", "司马相如", "诸葛亮", "单雄信", "曾国藩", "爱新觉罗启星", "范徐丽泰", "张国荣",
		"阿迪力·买买提", "古丽娜尔·阿卜杜拉", "迪丽热巴·迪力木拉提", "小泽征尔", "老舍予", "石工农", "王小二", "陈科", "林妹", "何伯",
		"马云", "易烊千玺", "张一", "李百万", "阿来娜", "大山岩", "尉迟恭", "买买提·艾力", "田中角荣", "张小姐姐儿",
		"John Smith", "Jean-Luc Picard", "O'Neil Shaun", "José García", "Иван Петров", "J. Smith", "Smith J.", "Mary Ann Evans", "김 민수",
		" 王 建国 ", "王　建国", "阿迪力•买买提", "Ｊｏｈｎ Ｓｍｉｔｈ",
	}
	for _, name := range accepted {
		n := customer.NormalizeName(name)
		if name == "王小二" || name == "张小姐姐儿" {
			require.Nil(t, customer.CheckName(n), name)
			continue
		}
		require.Nil(t, customer.CheckName(n), "%s", name)
	}
	// What is refused, and a part of the sentence that must say why.
	refused := map[string]string{
		"": "真实姓名", "王": "只有姓", "欧阳": "只有姓", "司马": "只有姓", "诸葛": "只有姓", "爱新觉罗": "只有姓",
		"王先生": "先生", "李女士": "女士", "张小姐": "小姐", "陈太太": "太太", "欧阳先生": "先生", "王建国先生": "先生", "先生": "先生",
		"李总": "总", "王经理": "经理", "赵老板": "老板", "周哥": "哥", "吴姐": "姐", "郑某": "某", "郑某某": "某某", "王副总": "副总",
		"张大哥": "大哥", "刘三姐": "三姐", "冯董": "董", "马主任": "主任", "孙老师": "老师", "欧阳总": "总", "王建国总": "总", "林太": "太", "老板": "老板",
		"小王": "叫法", "老李": "叫法", "阿强": "叫法", "大刘": "叫法", "小欧阳": "叫法", "小小": "叫法",
		"王1": "数字", "13812341234": "数字", "李２": "数字", "客户001": "数字",
		"测试": "真实姓名", "测试员": "真实姓名", "test": "真实姓名", "Test User": "真实姓名", "张三": "真实姓名", "无名氏": "真实姓名", "哈哈哈": "真实姓名", "aaaa": "真实姓名", "匿名": "真实姓名",
		"王Tony": "混写", "Tony 王": "混写", "王*伟": "符号", "王伟😀": "符号", "王伟(朋友)": "符号", "·买买提": "中间", "买买提·": "中间", "阿··力": "中间",
		strings.Repeat("王", 1) + strings.Repeat("建国", 8): "15", "John": "两个词", "Mr Smith": "两个词", "Dr. Lee": "两个词", "A B": "两个词", "John@Smith Lee": "符号", "民航公司": "公司",
	}
	for name, why := range refused {
		f := customer.CheckName(customer.NormalizeName(name))
		require.NotNil(t, f, "%s", name)
		require.Equal(t, "name", f.Field)
		require.Equal(t, "CUS-06", f.Rule)
		require.Contains(t, f.Message, why, "%s", name)
	}
	require.GreaterOrEqual(t, len(accepted)+len(refused), 100)
}

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
