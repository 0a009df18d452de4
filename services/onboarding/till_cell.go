package onboarding

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// tillStates are what bills and bookings may be told to be.
var tillStates = map[TillKind][]string{
	TillBills:    {string(visit.Paid), string(visit.Opened), string(visit.Reopened), string(visit.Voided), string(visit.Refunded)},
	TillBookings: {string(visit.Requested), string(visit.Confirmed), string(visit.Seated), string(visit.Finished), string(visit.Cancelled), string(visit.NoShow)},
}

// stateWords are how systems write them. 退单 is a bill given back as a whole, or,
// with the number of the bill, a note of money given back of it (VIS-07).
var stateWords = map[TillKind]map[string]string{
	TillBills: words(map[string]string{
		"paid":     "已结账 已结帐 已结 结账 已支付 支付成功 已付款 已完成 完成 交易成功 正常 有效 成功 否 paid",
		"opened":   "未结账 未结帐 未结 未支付 待支付 待付款 就餐中 用餐中 挂单 已下单 进行中 open opened",
		"reopened": "反结账 反结帐 已反结 反结 重开 reopened",
		"voided":   "作废 已作废 废单 撤单 已撤单 已取消 取消 已撤销 撤销 已关闭 无效 是 void voided cancelled",
		"refund":   "退单 已退单 退款 已退款 全额退款 退菜单 refund refunded",
	}),
	TillBookings: words(map[string]string{
		"requested": "待确认 待处理 未确认 申请中",
		"confirmed": "已预定 已预订 已确认 预定 预订 预定成功 预订成功 待到店 未到 已接单 确认",
		"seated":    "已入座 已到店 到店 已到 入座 已开台 用餐中 就餐中",
		"finished":  "已完成 完成 已结账 已离店 已消费 用餐完成 已用餐",
		"cancelled": "已取消 取消 退订 已退订 已作废 作废 取消预定 取消预订",
		"no_show":   "未到店 爽约 过期 已过期 逾期未到 noshow",
	}),
}

func words(by map[string]string) map[string]string {
	out := map[string]string{}
	for state, all := range by {
		for w := range strings.FieldsSeq(all) {
			out[w] = state
		}
	}
	return out
}

var mealWords = words(map[string]string{
	"1": "午市 午餐 中餐 中午 午饭 午 lunch 1 早市 早餐", "2": "下午茶 茶市 下午 tea 2", "3": "晚市 晚餐 晚饭 晚上 晚 dinner 3", "4": "夜宵 宵夜 夜市 夜 supper 4",
})

var kindWords = words(map[string]string{"hall": "散台 大厅 散客 散座 hall", "room": "包间 包厢 房间 雅间 room", "banquet": "包席 宴席 宴会 酒席 婚宴 banquet"})

var yesWords = words(map[string]string{"y": "是 已发 已发送 成功 发送成功 1 y yes true √ 有"})

var moneyForm = regexp.MustCompile(`^(-?)(\d{1,12})(?:\.(\d{1,20}))?$`)

// parseMoney reads an amount as systems write it: 1234.5, ¥1,234.50, 1234.5元,
// (12.00) for less than nothing, or a cell's 1234.5000000001. False: it is none, or
// has more than two places.
func parseMoney(s string, fen bool) (kernel.Fen, bool) {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ,¥￥\u00a0'", r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
	for _, w := range []string{"RMB", "rmb", "CNY", "cny", "元", "圆"} {
		s = strings.TrimPrefix(strings.TrimSuffix(s, w), w)
	}
	if in, ok := strings.CutPrefix(s, "("); ok && strings.HasSuffix(in, ")") {
		s = "-" + strings.TrimSuffix(in, ")")
	}
	s = strings.TrimPrefix(s, "+")
	if strings.ContainsAny(s, "eE") && len(s) < 30 { // as a cell keeps it
		if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) < 1e12 {
			s = strconv.FormatFloat(f, 'f', -1, 64)
		}
	}
	m := moneyForm.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	f, err := strconv.ParseFloat(m[2]+"."+m[3]+"0", 64)
	if err != nil {
		return 0, false
	}
	if !fen {
		f *= 100
	}
	n := math.Round(f)
	if math.Abs(f-n) > 1e-3 || n > 1e11 {
		return 0, false
	}
	if m[1] != "" {
		n = -n
	}
	return kernel.Fen(n), true
}

var (
	clockForm  = regexp.MustCompile(`(\d{1,2})[:：时](\d{1,2})(?:[:：分](\d{1,2}))?(?:\.\d+)?秒?\s*$`)
	serialForm = regexp.MustCompile(`^(\d{1,5})\.(\d+)$`)
)

// parseMoment reads a day, a time of day or both: 2026-11-22 20:40:05, 20:40, a date
// cell's 46348.8611. Missing parts are nil; false: it is none of these.
func parseMoment(s string) (day *kernel.BusinessDate, wall *time.Duration, ok bool) {
	s = strings.TrimSpace(norm.NFKC.String(s))
	if m := serialForm.FindStringSubmatch(s); m != nil {
		f, err := strconv.ParseFloat(s, 64)
		if whole := math.Floor(f); err == nil && (whole == 0 || whole >= 30000 && whole < 80000) {
			t := time.Duration(math.Round((f-whole)*86400)) * time.Second
			if whole == 0 {
				return nil, &t, t < 24*time.Hour
			}
			d := kernel.NewDate(1899, time.December, 30) + kernel.BusinessDate(whole)
			return &d, &t, true
		}
		return nil, nil, false
	}
	date := s
	for _, zone := range []string{"Z", "+08:00", "+0800"} { // the store's own clock, whoever wrote it
		date = strings.TrimSuffix(date, zone)
	}
	if at := clockForm.FindStringSubmatchIndex(date); at != nil {
		part := func(n int) int {
			if at[2*n] < 0 {
				return 0
			}
			v, _ := strconv.Atoi(date[at[2*n]:at[2*n+1]]) // digits
			return v
		}
		h, m, sec := part(1), part(2), part(3)
		if h > 24 || m > 59 || sec > 59 || h == 24 && m+sec > 0 {
			return nil, nil, false
		}
		before := date[:at[0]]
		if strings.HasSuffix(before, "下午") || strings.HasSuffix(before, "晚上") {
			if h < 12 {
				h += 12
			}
		}
		for _, w := range []string{"上午", "下午", "晚上", "中午", "凌晨"} {
			before = strings.TrimSuffix(before, w)
		}
		t := time.Duration(h*3600+m*60+sec) * time.Second
		wall, date = &t, strings.TrimRight(before, " T")
		if date == "" {
			return nil, wall, true
		}
	}
	d, err := kernel.ParseCellDate(date)
	if err != nil {
		return nil, nil, false
	}
	return &d, wall, true
}

// parseMeal reads a meal period as systems name it.
func parseMeal(s string) (tenant.MealPeriod, bool) {
	n, ok := mealWords[Fold(s)]
	if !ok {
		return 0, false
	}
	return tenant.MealPeriod(n[0] - '0'), true
}

// MaskedCell is a cell as a preview shows it: telephone numbers masked, whatever
// column they stand in.
func MaskedCell(s string) string {
	if text, why, _ := mendNumber(s); why == "" {
		if n, err := kernel.ParsePhone(text); err == nil {
			return n.Masked()
		}
	}
	return longDigits.ReplaceAllStringFunc(cut(s, 40), func(d string) string {
		if n, err := kernel.ParsePhone(d); err == nil {
			return n.Masked()
		}
		return d
	})
}

// MomentCell is a cell of a column of days and times as people read it: what a
// workbook keeps is 46345.5278.
func MomentCell(s string) string {
	day, wall, ok := parseMoment(s)
	if !ok {
		return MaskedCell(s)
	}
	var parts []string
	if day != nil {
		parts = append(parts, day.String())
	}
	if wall != nil {
		parts = append(parts, time.Unix(0, 0).UTC().Add(*wall).Format("15:04"))
	}
	return strings.Join(parts, " ")
}

var longDigits = regexp.MustCompile(`\+?\d{7,20}`)
