package onboarding

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

var (
	lunarWord = regexp.MustCompile(`[(\[]?(?:农历|阴历|旧历|农)[)\]]?`)
	solarWord = regexp.MustCompile(`[(\[]?(?:公历|阳历|新历)[)\]]?`)
	dayShape  = regexp.MustCompile(`^(?:(\d{4}|[〇零一二三四五六七八九]{4})[-/.年])?(闰)?(\d{1,2}|[正一二三四五六七八九十冬腊]{1,2})[-/.月](\d{1,2}|初?[一二三四五六七八九十廿卅]{1,3})[日号]?$`)
	dayDigits = regexp.MustCompile(`^(\d{4})(\d{2})(\d{2})$`)
)

// parseDay reads a guest's date as people write it, solar or lunar, with or
// without its year (CUS-09): 1980-05-06, 5月6日, 农历1980年闰四月廿八, 19800506(农历).
// Whether there is such a day is for customer.Day to say.
func parseDay(text string) (customer.Day, bool) {
	s := strings.ReplaceAll(norm.NFKC.String(text), " ", "")
	lunar := lunarWord.MatchString(s)
	if !lunar {
		if d, err := kernel.ParseCellDate(text); err == nil {
			return customer.SolarDay(d), true
		}
	}
	s = solarWord.ReplaceAllString(lunarWord.ReplaceAllString(s, ""), "")
	m := dayDigits.FindStringSubmatch(s)
	if m != nil {
		m = []string{"", m[1], "", m[2], m[3]}
	} else if m = dayShape.FindStringSubmatch(s); m == nil {
		return customer.Day{}, false
	}
	month, okMonth := monthOf(m[3])
	day, okDay := dayOf(m[4])
	return customer.Day{Lunar: lunar, Year: yearOf(m[1]), Month: month, Leap: m[2] != "", Day: day}, okMonth && okDay
}

const chineseDigits = "〇一二三四五六七八九"

// digit is the value of a Chinese digit; 零 is 〇.
func digit(r rune) int {
	if r == '零' {
		return 0
	}
	return strings.IndexRune(chineseDigits, r) / len("一")
}

func yearOf(s string) (year int) {
	if n, err := strconv.Atoi(s); err == nil {
		return n
	}
	for _, r := range s {
		year = year*10 + digit(r)
	}
	return year
}

func monthOf(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, true
	}
	switch s {
	case "正":
		return 1, true
	case "冬":
		return 11, true
	case "腊":
		return 12, true
	}
	return small(s)
}

func dayOf(s string) (int, bool) {
	if n, err := strconv.Atoi(s); err == nil {
		return n, true
	}
	s = strings.TrimPrefix(s, "初")
	s = strings.NewReplacer("廿", "二十", "卅", "三十").Replace(s)
	return small(s)
}

// small reads 一 to 三十九 as people write days and months.
func small(s string) (int, bool) {
	before, after, tens := strings.Cut(s, "十")
	if !tens {
		r := []rune(s)
		return yearOf(s), len(r) == 1
	}
	n := 10
	if before != "" {
		n = 10 * yearOf(before)
	}
	return n + yearOf(after), len([]rune(before)) <= 1 && len([]rune(after)) <= 1 && !strings.Contains(after, "十")
}
