package reference

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"html/template"
	"regexp"
	"strings"
)

//go:embed page.html
var pageHTML string

// page is what the template shows.
type page struct {
	Title, Summary string
	Intro          []template.HTML
	Groups         []group
	Events         []call
	Types          []typed
	Refused        []failure
}

type group struct {
	Title string
	Calls []call
}

// call is a method, or an event that a webhook is told.
type call struct {
	Name, Title, Path string
	Words             template.HTML
	Headers           []parameter
	Asked, Answered   typed
	Request, Response string
}

// typed is a message, or an enumeration.
type typed struct {
	Name   string
	Words  template.HTML
	Fields []field
	Values []value
}

type field struct {
	Name, Type, Target, Bounds string
	Required                   bool
	Words                      template.HTML
}

type value struct {
	Name  string
	Words template.HTML
}

type failure struct{ Status, Words, Example string }

// render makes the page of the document.
func render(raw []byte) ([]byte, error) {
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, err
	}
	p := page{Title: d.Info.Title, Summary: d.Info.Summary}
	for paragraph := range strings.SplitSeq(d.Info.Description, "\n\n") {
		p.Intro = append(p.Intro, words(paragraph))
	}
	for _, t := range d.Tags {
		g := group{Title: t.Description}
		for _, path := range d.Paths {
			if path.Value.Post.Tags[0] == t.Name {
				g.Calls = append(g.Calls, d.call(path.Name, path.Value.Post))
			}
		}
		if len(g.Calls) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
	for _, e := range d.Webhooks {
		p.Events = append(p.Events, d.call("", e.Value.Post))
	}
	own := map[string]bool{"Timestamp": true} // shown with its call
	for _, path := range d.Paths {
		own[path.Value.Post.OperationID+"Request"], own[path.Value.Post.OperationID+"Response"] = true, true
	}
	for _, s := range d.Components.Schemas {
		if !own[s.Name] {
			p.Types = append(p.Types, d.typed(s.Name, s.Value))
		}
	}
	for _, r := range []struct{ status, name string }{{"4xx, 5xx", "Error"}, {"429", "TooMany"}} {
		said := d.Components.Responses[r.name]
		p.Refused = append(p.Refused, failure{r.status, said.Description, pretty(said.Content["application/json"].Example)})
	}
	t, err := template.New("page").Parse(pageHTML)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = t.Execute(&out, p)
	return out.Bytes(), err
}

func (d *document) call(path string, o operation) call {
	request, response := o.RequestBody.Content["application/json"], o.Responses["200"].Content["application/json"]
	c := call{
		Name: o.OperationID, Title: o.Summary, Path: path, Words: words(o.Description),
		Request: pretty(request.Example), Response: pretty(response.Example),
	}
	for _, p := range o.Parameters {
		if p.Ref != "" {
			p = d.Components.Parameters[p.Ref[strings.LastIndex(p.Ref, "/")+1:]]
		}
		c.Headers = append(c.Headers, p)
	}
	c.Asked, c.Answered = d.typed("", d.resolved(request.Schema)), d.typed("", d.resolved(response.Schema))
	return c
}

// resolved is the schema that a reference means.
func (d *document) resolved(s schema) schema {
	_, name := s.typeName()
	for _, known := range d.Components.Schemas {
		if known.Name == name {
			return known.Value
		}
	}
	return s
}

func (d *document) typed(name string, s schema) typed {
	t := typed{Name: name, Words: words(s.Description), Values: enumOf(s)}
	for _, p := range s.Properties {
		f := field{Name: p.Name, Required: s.requires(p.Name), Bounds: p.Value.bounds(), Words: words(p.Value.Description)}
		f.Type, f.Target = p.Value.typeName()
		t.Fields = append(t.Fields, f)
		if p.Value.Items != nil && p.Value.Items.Ref == "" { // what a list holds and has no name of its own
			for _, inner := range p.Value.Items.Properties {
				g := field{Name: p.Name + "[]." + inner.Name, Required: p.Value.Items.requires(inner.Name), Bounds: inner.Value.bounds(), Words: words(inner.Value.Description)}
				g.Type, g.Target = inner.Value.typeName()
				t.Fields = append(t.Fields, g)
			}
		}
	}
	return t
}

// enumOf lists what may be sent; UNSPECIFIED is in every enumeration of protobuf and
// never of use.
func enumOf(s schema) (out []value) {
	for _, v := range s.Enum {
		if text, ok := v.(string); ok && !strings.HasSuffix(text, "_UNSPECIFIED") {
			out = append(out, value{text, words(s.Meanings[text])})
		}
	}
	return out
}

func pretty(raw json.RawMessage) string {
	var out bytes.Buffer
	if len(raw) == 0 || json.Indent(&out, raw, "", "  ") != nil {
		return ""
	}
	return out.String()
}

var (
	bold = regexp.MustCompile(`\*\*(.+?)\*\*`)
	code = regexp.MustCompile("`(.+?)`")
)

// words are a text as HTML: **bold** and `code` are all that comments use.
func words(text string) template.HTML {
	safe := template.HTMLEscapeString(text)
	return template.HTML(code.ReplaceAllString(bold.ReplaceAllString(safe, "<strong>$1</strong>"), "<code>$1</code>")) // escaped before
}
