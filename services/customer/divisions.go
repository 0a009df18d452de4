package customer

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// The names of China's provinces, cities and counties as of version 2.1.0 of the
// npm package @vant/area-data, laid here by the build (make divisions). A
// checkout has only a note there, so that the program builds without npm; then
// divisions are known by the form of their names.
//
//go:embed divisions
var built embed.FS

// divisionNames are the names that one level of administration may be written by.
type divisionNames struct {
	full  map[string]bool // 雁塔区
	short map[string]bool // 雁塔; of two characters at least
}

// divisions are provinces, cities and counties, in this order.
var divisions = sync.OnceValue(func() [3]divisionNames {
	var out [3]divisionNames
	levels := strings.Split(readDivisions(), "\n")
	for i := range out {
		out[i] = divisionNames{map[string]bool{}, map[string]bool{}}
		if i >= len(levels) {
			continue
		}
		for name := range strings.FieldsSeq(levels[i]) {
			if utf8.RuneCountInString(name) < 2 || strings.HasSuffix(name, "行政区划") || strings.HasPrefix(name, "省直辖") {
				continue // headings of the list, no places
			}
			out[i].full[name] = true
			if short := shortDivision(name); utf8.RuneCountInString(short) >= 2 {
				out[i].short[short] = true
			}
		}
	}
	return out
})

// divisionSuffixes are what people leave out, the longest first: in
// 延边朝鲜族自治州 all but 延边, in 内蒙古自治区 only 自治区.
var divisionSuffixes = []*regexp.Regexp{
	regexp.MustCompile(`(?:(?:` + strings.ReplaceAll(peoples, " ", "|") + `|各)族?)*自治[区州县旗]$`),
	regexp.MustCompile(`(?:特别行政区|自治[区州县旗]|地区|新区|林区)$`),
	regexp.MustCompile(`[省市县区盟旗]$`),
}

// peoples are those that autonomous divisions are named after; longer names first.
const peoples = `维吾尔 柯尔克孜 哈萨克 蒙古 布依 朝鲜 土家 哈尼 傈僳 拉祜 纳西 景颇 达斡尔 仫佬 布朗 撒拉 毛南 仡佬 锡伯 塔吉克 鄂温克 鄂伦春 德昂 保安 裕固 独龙 东乡 回 藏 苗 彝 壮 满 侗 瑶 白 傣 黎 佤 畲 水 土 羌 怒`

// shortDivision is a name as people say it, of two characters at least if it can
// be: 延边, 内蒙古, 高新.
func shortDivision(name string) string {
	for _, suffix := range divisionSuffixes {
		if short := suffix.ReplaceAllString(name, ""); short != name && utf8.RuneCountInString(short) >= 2 {
			return short
		}
	}
	return ""
}

func readDivisions() string {
	packed, err := built.ReadFile("divisions/china.txt.gz")
	if err != nil {
		return ""
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return ""
	}
	return string(text)
}

// divisionForms find divisions that no list has: those of former times (长安县),
// towns and zones. What only looks like one (小区, 超市, 军区) is in notDivision.
var (
	divisionForm = regexp.MustCompile(`^(?:\p{Han}{1,4}县|\p{Han}{2,4}区|\p{Han}{2,8}(?:新|开发|高新|经开|保税|示范|度假|合作|试验|工业)区|\p{Han}{2,4}市|\p{Han}{1,5}镇|\p{Han}{2,4}乡|\p{Han}{2,6}(?:街道|街道办|街道办事处|苏木))$`)
	notDivision  = regexp.MustCompile(`(?:[小园校厂社景馆院营库军战牧防片属活宅墅舍公务居一二三四五六七八九十东西南北中]区|[超夜门股菜集楼花]市)$`)
)

// divisionEnds are the characters that the forms end with.
const divisionEnds = "县区市镇乡道办处木"

// withoutDivisions gives what may be left of a text when the divisions in front
// are taken off it, in every way it can be read, the text itself included: 北京路
// begins with no city.
func withoutDivisions(text string) []string {
	rests := []string{text}
	seen := map[string]bool{text: true}
	for i := 0; i < len(rests); i++ {
		for _, rest := range takeDivision(rests[i], i > 0) {
			if !seen[rest] {
				seen[rest] = true
				rests = append(rests, rest)
			}
		}
	}
	return rests
}

// longestDivision is how many characters the longest name has.
const longestDivision = 15

// takeDivision takes one division off a text, in every way; behind another one
// counties may be written without their 区 or 县 too.
func takeDivision(text string, behind bool) []string {
	out := []string{}
	if rest, ok := strings.CutPrefix(text, "中国"); ok && !behind {
		out = append(out, rest)
	}
	runes := []rune(text)
	all := divisions()
	for n := 2; n <= min(len(runes), longestDivision); n++ {
		head, rest := string(runes[:n]), string(runes[n:])
		for level, names := range all {
			if names.full[head] || names.short[head] && (level < 2 || behind) {
				out = append(out, rest)
			}
		}
	}
	for n := min(len(runes), longestDivision); n >= 2; n-- {
		if !strings.ContainsRune(divisionEnds, runes[n-1]) {
			continue // spares the expressions: one check stays well below a millisecond
		}
		head := string(runes[:n])
		if divisionForm.MatchString(head) && !notDivision.MatchString(head) {
			out = append(out, string(runes[n:]))
		}
	}
	return out
}
