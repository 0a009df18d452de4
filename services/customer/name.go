package customer

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Bounds of a name (CUS-06).
const (
	minHan      = 2
	maxHan      = 15
	maxNameSize = 60 // letters of a foreign name
)

// NormalizeName brings a name into the one form it is stored and searched in:
// full-width letters and look-alike dots made plain, no spaces between Han
// characters, single spaces between words.
func NormalizeName(raw string) string {
	s := strings.Map(func(r rune) rune {
		switch r {
		case '•', '‧', '・', '∙', '⋅', '･', '●', '．':
			return '·'
		}
		return r
	}, norm.NFKC.String(strings.Map(fullStop, raw)))
	words := strings.Fields(s)
	if !strings.ContainsFunc(s, isHan) {
		return strings.Join(words, " ")
	}
	var b strings.Builder
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		last, _ := utf8.DecodeLastRuneInString(b.String())
		if b.Len() > 0 && (!isNameHan(first) || !isNameHan(last)) {
			b.WriteByte(' ') // a mixture: kept as typed, so that its finding names it
		}
		b.WriteString(w)
	}
	return b.String()
}

// fullStop keeps the full-width stop, which NFKC would turn into a Latin one.
func fullStop(r rune) rune {
	if r == '．' {
		return '·'
	}
	return r
}

func isHan(r rune) bool     { return unicode.Is(unicode.Han, r) }
func isNameHan(r rune) bool { return isHan(r) || r == '·' }

// CheckName says why CUS-06 refuses a normalised name; nil = accepted. The
// reviewer may still accept a refused one with a reason.
func CheckName(name string) *Finding {
	if why := refuseName(name); why != "" {
		return &Finding{Field: "name", Rule: "CUS-06", Message: why}
	}
	return nil
}

func refuseName(name string) string {
	switch {
	case name == "":
		return "请填写客人的真实姓名。"
	case strings.ContainsFunc(name, unicode.IsDigit):
		return "姓名里不能有数字，请填写客人的真实姓名。"
	case isTestWord(name):
		return "这不像真实姓名，请填写客人的真实姓名。"
	case strings.ContainsAny(name, ",，、/／&＆+＋和与") && strings.ContainsFunc(name, isHan) && isSeveral(name):
		return "一份档案只写一位客人，请只留他本人的姓名。"
	case strings.ContainsRune(name, '的') || containsAny(name, remarkParts):
		return "这是说明，不是姓名，请写客人的全名；特征可写在“如何认识”里。"
	case !strings.ContainsFunc(name, isHan):
		return refuseForeign(name)
	}
	for _, r := range name {
		switch {
		case isNameHan(r):
		case unicode.IsLetter(r) || r == ' ':
			return "姓名不能中外文混写，请只写中文姓名，或写完整的外文姓名。"
		default:
			return "姓名里只能有汉字（少数民族姓名可用“·”），请去掉其他符号。"
		}
	}
	return refuseHan(name)
}

func refuseHan(name string) string {
	parts := strings.Split(name, "·")
	n := 0
	for _, p := range parts {
		if p == "" {
			return "“·”应写在姓名中间，两边都要有字，请改正。"
		}
		n += utf8.RuneCountInString(p)
	}
	if n > maxHan {
		return "姓名最多 15 个汉字，请只写姓名。"
	}
	if len(parts) > 1 {
		return ""
	}
	runes := []rune(name)
	title := titleOf(runes)
	switch {
	case title != "":
		return "请写客人的全名，不要用“" + title + "”这样的称呼代替名字。"
	case n < minHan || compoundSurnames[name]:
		return "只有姓，没有名，请写客人的全名。"
	case isNickname(runes):
		return "“小王”“老李”这样的叫法不是全名，请写客人的全名。"
	}
	return ""
}

// surnameLength is how many characters of a name are its surname.
func surnameLength(name []rune) int {
	if len(name) >= 2 && compoundSurnames[string(name[:2])] {
		return 2
	}
	return 1
}

// titleOf finds the title that stands in a name, or "".
func titleOf(name []rune) string {
	text := string(name)
	for _, t := range titles {
		if strings.HasSuffix(text, t) {
			return t
		}
	}
	last := string(name[len(name)-1:])
	if !strings.Contains(singleTitles, last) {
		return ""
	}
	given := name[min(surnameLength(name), len(name)-1):]
	switch len(given) {
	case 1: // 李总, 欧阳哥
		return last
	case 2: // 王副总, 张大哥, 陈某某
		if strings.ContainsRune("某总大小二三老副", given[0]) {
			return string(given)
		}
		if strings.Contains(titlesOfTwo, last) { // 建国总, 李丽姐
			return last
		}
	default: // a full name with a title behind it: 王建国哥
		return last
	}
	return ""
}

// isNickname finds 小王, 老李, 阿强, 小欧阳, 小丽丽, but not 小林绿: 小 begins
// Japanese surnames only.
func isNickname(name []rune) bool {
	switch {
	case !strings.ContainsRune("小老阿大", name[0]):
		return false
	case len(name) == 2 || compoundSurnames[string(name[1:])]:
		return true
	}
	return name[0] == '小' && len(name) == 3 && !strings.ContainsRune(afterSmall, name[1])
}

// isSeveral tells 王建国、李娜 from a name that holds 和 or 与, like 郑和.
func isSeveral(name string) bool {
	parts := strings.FieldsFunc(name, func(r rune) bool { return strings.ContainsRune(",，、/／&＆+＋和与", r) })
	long := 0
	for _, p := range parts {
		if utf8.RuneCountInString(p) >= minHan {
			long++
		}
	}
	return long > 1
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

func refuseForeign(name string) string {
	words := 0
	for _, w := range strings.Fields(strings.ToLower(name)) {
		if title := strings.Trim(w, "."); foreignTitles[title] {
			return "请去掉“" + title + "”这样的称呼，写全外文姓名，如 John Smith。"
		}
		letters := 0
		for _, r := range w {
			switch {
			case unicode.IsLetter(r):
				letters++
			case !unicode.IsMark(r) && !strings.ContainsRune("-'’.·", r):
				return "姓名里只能有字母、空格、“-”“.”和撇号，请去掉其他符号。"
			}
		}
		if letters > 1 {
			words++
		} else if letters == 1 && words > 0 {
			words++ // an initial after a whole word: Smith J.
		}
	}
	switch {
	case utf8.RuneCountInString(name) > maxNameSize:
		return "外文姓名最多 60 个字母，请只写姓名。"
	case words < 2 && !initialFirst(name):
		return "外文姓名请至少写名和姓两个词，中间空一格，如 John Smith。"
	}
	return ""
}

// initialFirst accepts J. Smith: an initial, then a whole word.
func initialFirst(name string) bool {
	words := strings.Fields(name)
	return len(words) >= 2 && utf8.RuneCountInString(strings.Trim(words[0], ".")) == 1 &&
		utf8.RuneCountInString(strings.Trim(words[len(words)-1], ".")) > 1
}

func isTestWord(name string) bool {
	for _, w := range strings.Fields(strings.ToLower(name)) {
		if testWords[w] {
			return true
		}
	}
	if containsAny(name, testParts) {
		return true
	}
	runes := []rune(strings.ToLower(name))
	if len(runes) < 3 {
		return false
	}
	for _, r := range runes {
		if r != runes[0] {
			return false
		}
	}
	return true // 哈哈哈, aaaa
}
