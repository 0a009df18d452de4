package customer

import (
	"strings"
	"unicode"

	"github.com/mozillazg/go-pinyin"
)

// surnameInitials are surnames whose sound differs from the character's usual
// one in its first letter: 曾 is zēng here, céng elsewhere.
var surnameInitials = map[string]string{
	"单": "s", "單": "s", "单于": "cy", "曾": "z", "仇": "q", "解": "x", "区": "o", "區": "o", "查": "z", "乐": "y", "樂": "y", "繁": "p",
	"折": "s", "翟": "z", "种": "c", "召": "s", "秘": "b", "覃": "q", "阚": "k", "祭": "z", "乜": "n", "句": "g", "尉迟": "yc", "尉遲": "yc",
	"万俟": "mq", "洗": "x", "重": "c",
}

var firstLetter = func() pinyin.Args {
	a := pinyin.NewArgs()
	a.Style = pinyin.FirstLetter
	return a
}()

// Initials are the 拼音首字母 of a normalised Han name, lower case (曾国强 → zgq),
// the surname as surnames sound. A foreign name gives its letters in a row, so
// that its beginning finds it too.
func Initials(name string) string {
	var b strings.Builder
	runes := []rune(name)
	if len(runes) > 1 {
		for _, n := range []int{2, 1} {
			if s, ok := surnameInitials[string(runes[:n])]; ok {
				b.WriteString(s)
				runes = runes[n:]
				break
			}
		}
	}
	for _, r := range runes {
		if isHan(r) {
			if p := pinyin.SinglePinyin(r, firstLetter); len(p) > 0 {
				b.WriteString(p[0])
			}
		} else if unicode.IsLetter(r) {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
