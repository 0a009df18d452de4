package customer

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Roads, and what people put behind a road when they know no number.
var (
	roadName = `(?:\p{Han}{1,8}?(?:大道|大街|公路|高速|胡同|[东西南北]?[一二三四五六内外]环|路|街|巷)|\p{Han}{2,8}?道)(?:[东西南北中上下]?[段头])?`
	onlyRoad = regexp.MustCompile(`^(?:` + roadName + `[和与跟交及/]?)+(?:附近|旁边?|那边|这边|一带|路口|十字|丁字|交叉口|交汇处?|交界处?|口|对面|沿线|[东西南北][侧边]|上|边)*$`)
	// A house without its road.
	onlyHouse  = regexp.MustCompile(`^(?:第?[0-9a-z一二三四五六七八九十百]+(?:号楼|号院|号|栋|幢|座|单元|楼|层|室|户|#))+[0-9]*$`)
	onlyDigits = regexp.MustCompile(`^[0-9#]+$`) // 360 is an employer
	// What somebody does, not for whom: 做建材生意, 跑运输的, 服装生意, 搞装修.
	onlyTrade = regexp.MustCompile(`^(?:自己|自家|个人|在家|在外面?|目前|现在)?(?:` +
		`(?:做|搞|干|跑|弄|从事|经营|倒腾|开|卖|修|教)\p{Han}{0,8}(?:生意|买卖|行业|行当|工作|业务|这一?行|的)|` +
		`\p{Han}{0,6}(?:生意|买卖)人?|` +
		`(?:做|搞)\p{Han}{1,3}[^公司店厂馆社所院行部坊室堂城楼局队网台厅校园吧\P{Han}])$`)
	// Not there, but somewhere near it.
	onlyNear = regexp.MustCompile(`^[^0-9]+(?:附近|一带|那边|这边|周边|那块|这块)$`)
)

// Words that stand in for an answer. 退休, 自由职业 and the like are answers.
var (
	noPlace    = set(`无 没有 不详 不明 未知 不知道 不清楚 不方便 不愿意说 保密 待定 待补 待填 暂无 暂缺 未填 空 同上 略 测试 本地 外地 本市 市区 市里 城里 农村 老家 家 家里 我家 公司 单位 公司里 单位里 na n/a none test xx xxx`)
	noAddress  = set(`宿舍 家属院 小区 学校 医院 酒店 饭店 商场 店里 公司楼上 家属楼`)
	noEmployer = set(`私企 国企 央企 外企 民企 事业单位 机关 政府 政府机关 机关单位 国家单位 私人公司 私营企业 个体 个体户 做生意 生意人 开公司 自己公司 自己的公司 老板 打工 上班 上班族 企业 集团 集团公司 大公司 小公司 贸易公司 建筑公司 房地产 房地产公司 地产 银行 医院 学校 工厂 酒店 饭店 律所 律师事务所 部队 保险公司 科技公司 有限公司 有限责任公司 股份有限公司`)
)

// placeWords are the words of the two kinds of places.
type placeWords struct{ district, road, house, vague, short string }

var (
	employerWords = placeWords{
		district: "只写到了省、市、区县或镇，请写单位全称。",
		road:     "只写了路名，请写单位全称，如“高新路 25 号恒信律师事务所”。",
		house:    "只写了门牌号，请写单位全称。",
		vague:    "这还不是单位的名称，请写单位全称，如“西安饮食股份有限公司”。",
		short:    "单位名称太短，请写单位全称。",
	}
	addressWords = placeWords{
		district: "只写到了省、市、区县或镇，请写到路名和门牌号、楼栋或单位名称。",
		road:     "只写了路名，请加上门牌号、楼栋或单位名称，如“高新路 25 号”。",
		house:    "只写了门牌号，请在前面加上路名或小区名称。",
		vague:    "这还不是具体地址，请写路名和门牌号、楼栋或单位名称。",
		short:    "地址太笼统，请写路名和门牌号、楼栋或单位名称。",
	}
)

// refuseEmployer says why an employer is not specific enough (CUS-08), or "".
func refuseEmployer(text string) string {
	s := plainPlace(text)
	if noEmployer[s] || onlyTrade.MatchString(s) {
		return employerWords.vague
	}
	return refusePlace(s, employerWords, 1)
}

// refuseAddress says why an address is not specific enough (CUS-08), or "":
// wanted is a road or place with a number, a building or a company.
func refuseAddress(text string) string {
	s := plainPlace(text)
	if noAddress[s] || onlyNear.MatchString(s) && !isRoad(s) {
		return addressWords.vague
	}
	if onlyDigits.MatchString(s) {
		return addressWords.house
	}
	return refusePlace(s, addressWords, 2)
}

// refusePlace judges what employers and addresses have in common: more than a
// division, a road or a house, and longer than short characters.
func refusePlace(s string, words placeWords, short int) string {
	if s == "" {
		return ""
	}
	rests := withoutDivisions(s)
	for _, rest := range rests {
		switch {
		case rest == "":
			return words.district
		case noPlace[rest]:
			return words.vague
		case onlyHouse.MatchString(rest):
			return words.house
		}
	}
	if slices.ContainsFunc(rests, isRoad) {
		return words.road
	}
	if utf8.RuneCountInString(s) <= short {
		return words.short
	}
	return ""
}

func isRoad(s string) bool {
	return strings.ContainsAny(s, "路街巷道环速同") && !strings.ContainsAny(s, "0123456789") && onlyRoad.MatchString(s)
}

// plainPlace is a place as it is judged: full-width letters plain, without spaces
// and the marks people put between its parts.
func plainPlace(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || strings.ContainsRune(",，.。、;；:：·-—_|（）()", r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(text))
}
