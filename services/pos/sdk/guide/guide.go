// Package guide is what POS vendors read: how to build on the interface, in Chinese
// and English, and the page that shows it (/docs/pos). Its code is real: each block is
// a region of a file that tests compile and run, and a test holds the text against it.
package guide

import (
	"bytes"
	_ "embed" // the texts
	"html/template"
	"net/http"
	"regexp"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
)

// Path is where the guide is read; Path + "/en" is the English one.
const Path = "/docs/pos"

var (
	//go:embed guide.zh.md
	zh string
	//go:embed guide.en.md
	en string
	//go:embed page.html
	pageHTML string
	//go:embed page.css
	css []byte
)

// Handler serves the guide to everybody.
func Handler() http.Handler {
	mux := http.NewServeMux()
	frame := template.Must(template.New("page").Parse(pageHTML))
	for path, p := range map[string]page{Path: {Lang: "zh-CN", text: zh}, Path + "/en": {Lang: "en", text: en}} {
		body := p.render(frame)
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) { write(w, "text/html; charset=utf-8", body) })
	}
	mux.HandleFunc("GET "+Path+"/page.css", func(w http.ResponseWriter, _ *http.Request) { write(w, "text/css; charset=utf-8", css) })
	return mux
}

// write sends a page that runs no script and loads nothing from elsewhere.
func write(w http.ResponseWriter, kind string, body []byte) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-cache")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin")
	_, _ = w.Write(body) // the reader has gone: nobody to tell
}

// page is the guide in a language.
type page struct {
	Lang    string
	text    string
	Title   string
	Heads   []head
	Content template.HTML
}

type head struct{ ID, Text string }

var (
	title   = regexp.MustCompile(`(?m)^# (.+)$`)
	chapter = regexp.MustCompile(`(?m)^## (.+?) \{#([a-z-]+)\}$`)
	// blocks are one or more marked blocks of code that stand together.
	blocks = regexp.MustCompile("(?ms)(?:^<!-- code: [^\n]+ -->\n```[a-z]*\n.*?^```\n+)+")
	block  = regexp.MustCompile("(?ms)^<!-- code: ([^\n#]+)#([a-z-]+) -->\n```[a-z]*\n(.*?)^```$")
	marks  = regexp.MustCompile(`(?m)^<!-- [a-z]+ -->\n`)
)

// render makes the page. What it renders is embedded: a failure is one of the build's,
// and a test renders every page.
func (p page) render(frame *template.Template) []byte {
	p.Title = title.FindStringSubmatch(p.text)[1]
	for _, m := range chapter.FindAllStringSubmatch(p.text, -1) {
		p.Heads = append(p.Heads, head{ID: m[2], Text: m[1]})
	}
	md := goldmark.New(goldmark.WithExtensions(extension.Table), goldmark.WithParserOptions(parser.WithAttribute()))
	var tabs []template.HTML
	text := blocks.ReplaceAllStringFunc(marks.ReplaceAllString(p.text, ""), func(group string) string {
		tabs = append(tabs, tabsOf(len(tabs), block.FindAllStringSubmatch(group, -1)))
		return placeOf(len(tabs)-1) + "\n\n"
	})
	var out bytes.Buffer
	if err := md.Convert([]byte(text), &out); err != nil {
		panic(err) // it is embedded
	}
	whole := strings.NewReplacer("<table>", `<div class="wide"><table>`, "</table>", "</table></div>").Replace(out.String())
	for i, t := range tabs {
		whole = strings.Replace(whole, "<p>"+placeOf(i)+"</p>", string(t), 1)
	}
	p.Content = template.HTML(whole) // our own text, rendered without raw HTML
	var body bytes.Buffer
	if err := frame.Execute(&body, p); err != nil {
		panic(err)
	}
	return body.Bytes()
}

func placeOf(n int) string { return "CODE" + strings.Repeat("I", n+1) + "CODE" }

var languages = map[string]string{".sh": "Shell", ".go": "Go", ".ts": "TypeScript", ".java": "Java", ".py": "Python"}

var tabsHTML = template.Must(template.New("tabs").Parse(`<div class="tabs">{{range $i, $b := .Blocks}}
<input type="radio" name="tabs{{$.No}}" id="tab{{$.No}}-{{$i}}"{{if eq $i 0}} checked{{end}}><label for="tab{{$.No}}-{{$i}}">{{$b.Label}}</label><pre tabindex="0"><code>{{$b.Code}}</code></pre>{{end}}
</div>`))

// tabsOf shows blocks of code that say the same in several languages: one at a time,
// chosen without a script.
func tabsOf(no int, found [][]string) template.HTML {
	type tab struct{ Label, Code string }
	data := struct {
		No     int
		Blocks []tab
	}{No: no}
	for _, m := range found {
		label := languages[m[1][strings.LastIndex(m[1], "."):]]
		if strings.HasPrefix(m[3], "curl ") {
			label = "curl"
		}
		data.Blocks = append(data.Blocks, tab{Label: label, Code: m[3]})
	}
	var out bytes.Buffer
	if err := tabsHTML.Execute(&out, data); err != nil {
		panic(err)
	}
	return template.HTML(out.String()) // made by html/template
}
