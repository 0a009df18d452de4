package customer

import "strings"

func set(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// compoundSurnames are surnames of two characters.
var compoundSurnames = set(`
欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容
仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐
段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 梁丘 左丘 东门 西门 第五 贺兰 纳兰 哥舒 完颜 耶律 叶赫 南荣 北宫 司空 令尹 钟吾 歐陽 欧陽 司馬 諸葛 東方 夏侯 爱新觉罗`)

// titles that end no given name, the longer before the shorter they end with.
var titles = strings.Fields(`
董事长 副董事长 总经理 副经理 副总裁 总裁 总工程师 总工 老板娘 小朋友 先生 女士 小姐姐 小姐 太太 夫人 经理 老板 老总 副总 主任 主管 总监 主席 书记 局长 处长 科长 部长 厅长 司长 院长
校长 行长 厂长 店长 队长 组长 会长 站长 镇长 村长 乡长 县长 市长 区长 省长 州长 所长 团长 连长 营长 排长 班长 参谋 政委 秘书 司机 助理 律师 老师 教授 博士 医生 大夫 护士 师傅 师父
师兄 师姐 师弟 师妹 教练 会计 警官 法官 检察官 导演 编辑 记者 工程师 设计师 厨师 领导 阿姨 叔叔 伯伯 爷爷 奶奶 姥爷 姥姥 大爷 大妈 大叔 大婶 大嫂 大哥 大姐 妹子 老弟 老大 大佬 老头 老太
妈妈 爸爸 老公 老婆 爱人 儿子 女儿 帅哥 美女 靓仔 靓女 女生 男生 同志 同学 朋友 亲戚 家属 客人 顾客 嘉宾 老乡 房东 公司 集团 酒店 饭店 银行 单位 公子 夫妇 夫妻 全家 两口子 等人`)

// singleTitles replace a given name behind a surname: 李总, 王某. Characters
// that are common given names (科, 妹, 伯) are left out: the reviewer sees them.
const singleTitles = "总哥姐某董局处嫂叔姨婶爷奶工老娘太"

// titlesOfTwo are those of them that end no given name of two characters.
const titlesOfTwo = "总哥姐某嫂婶爷奶"

// afterSmall are the characters behind 小 in Japanese surnames.
const afterSmall = "林川野田山岛池松泉原西村谷崎泽仓岩柳木坂津笠栗桥"

// remarkParts show that a remark was written in place of a name.
var remarkParts = strings.Fields(`包间 包厢 包房 雅间 大厅 号桌 那桌 这桌 常客 老客户 熟人 介绍 微信 戴眼镜 穿 靠窗 电话 手机`)

// testWords are no names, as a whole word.
var testWords = set(`
test testing tester demo admin user guest customer client null none nil unknown undefined anonymous nobody asdf asdfg qwer qwert qwerty abc abcd xxx xyz foo bar name
张三 李四 王五 赵六 张三李四 一二三 一二三四 甲乙丙 甲乙丙丁 无名 无名氏 佚名 贵宾 会员 散客 生客 熟客 老客 新客 不详 不明 保密 未填 空白 没有 路人 路人甲 某人 甲方 乙方`)

// testParts are no names wherever they stand.
var testParts = strings.Fields(`测试 測試 试用 試用 匿名 未知 不知道 不清楚 不愿意 不方便 没留 没说 未留 随便 待补 待定`)

// foreignTitles are no words of a name.
var foreignTitles = set("mr mrs ms miss dr sir madam mdm prof mister lady boss")
