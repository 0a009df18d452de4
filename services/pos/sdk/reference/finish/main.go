// Command finish makes the vendors' OpenAPI document of what a generator wrote of the
// protos, of their descriptors, which tell what each value of an enumeration means, and
// of overlay.yaml, which holds what protos can't say: examples, words, events.
//
//	finish GENERATED.yaml DESCRIPTORS.binpb OVERLAY.yaml OUT.json
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

func main() {
	if err := run(os.Args[1], os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Fprintln(os.Stderr, "openapi:", err)
		os.Exit(1)
	}
}

func run(generated, descriptors, overlay, out string) error {
	protos, err := read(generated)
	if err != nil {
		return err
	}
	doc, err := read(overlay)
	if err != nil {
		return err
	}
	values, err := meanings(descriptors)
	if err != nil {
		return err
	}
	f := &finisher{protos: protos, doc: doc, schemas: at(doc, "components", "schemas"), names: map[string]string{}, values: values}
	if err := f.finish(); err != nil {
		return err
	}
	var raw, text bytes.Buffer
	writeJSON(&raw, doc)
	if err := json.Indent(&text, raw.Bytes(), "", " "); err != nil {
		return err
	}
	return os.WriteFile(out, append(text.Bytes(), '\n'), 0o644)
}

// finisher brings operations and the schemas they reach from the generated document
// into the overlay's.
type finisher struct {
	protos, doc, schemas *yaml.Node
	names                map[string]string // of fields: as the protos' comments have them → as JSON has them
	values               map[string]string // of enumerations → what they mean
}

func (f *finisher) finish() error {
	all := at(f.protos, "components", "schemas")
	f.learnNames(all)
	operations, paths := take(f.doc, "operations"), mapping()
	for name, said := range pairs(operations) {
		path, generated := f.generated(name)
		if generated == nil {
			return fmt.Errorf("overlay.yaml tells of %s, which the protos have not", name)
		}
		set(paths, path, mapping("post", f.operation(name, said, generated)))
	}
	for path := range pairs(at(f.protos, "paths")) {
		if at(paths, path) == nil {
			return fmt.Errorf("overlay.yaml says nothing of %s", path)
		}
	}
	events := mapping()
	for name, said := range pairs(take(f.doc, "webhooks")) {
		set(events, name, mapping("post", event(name, said)))
	}
	components := take(f.doc, "components")
	set(f.doc, "paths", paths)
	set(f.doc, "webhooks", events)
	set(f.doc, "components", components)
	for _, name := range reached(paths, all, "requestBody") {
		f.schema(name, at(all, name), true)
	}
	for _, name := range reached(paths, all, "") {
		f.schema(name, at(all, name), false)
	}
	shorten(f.doc)
	return nil
}

// generated finds a call of any service by its name.
func (f *finisher) generated(name string) (path string, call *yaml.Node) {
	for path, item := range pairs(at(f.protos, "paths")) {
		if strings.HasSuffix(path, "/"+name) {
			return path, at(item, "post")
		}
	}
	return "", nil
}

// operation is a call with the overlay's words and examples.
func (f *finisher) operation(name string, said, generated *yaml.Node) *yaml.Node {
	parameters := sequence(ref("parameters/RequestId"))
	if at(said, "write") != nil {
		parameters = sequence(ref("parameters/IdempotencyKey"), ref("parameters/RequestId"))
	}
	request, response := at(generated, "requestBody", "content", "application/json"), at(generated, "responses", "200", "content", "application/json")
	set(request, "example", at(said, "request"))
	set(response, "example", at(said, "response"))
	return mapping(
		"tags", sequence(at(said, "tag")), "summary", at(said, "summary"), "description", f.words(at(generated, "description").Value),
		"operationId", name, "parameters", parameters,
		"requestBody", mapping("required", true, "content", mapping("application/json", request)),
		"responses", mapping(
			"200", mapping("description", "Done.", "headers", mapping("X-Request-Id", ref("headers/RequestId")), "content", mapping("application/json", response)),
			"429", ref("responses/TooMany"), "default", ref("responses/Error")),
	)
}

// event is what a webhook is told, signed as Standard Webhooks say.
func event(name string, said *yaml.Node) *yaml.Node {
	header := func(name, words string) *yaml.Node {
		return mapping("name", name, "in", "header", "required", true, "description", words, "schema", mapping("type", "string"))
	}
	body := mapping("type", "object", "required", sequence("type", "timestamp", "data"), "properties", mapping(
		"type", mapping("const", name), "timestamp", mapping("type", "string", "format", "date-time", "description", "When it happened."),
		"data", ref("schemas/"+at(said, "data").Value)))
	return mapping(
		"tags", sequence("webhooks"), "summary", at(said, "summary"), "description", at(said, "description"), "operationId", name, "security", sequence(),
		"parameters", sequence(
			header("webhook-id", "The event's id, the same for every try: an event may come twice."),
			header("webhook-timestamp", "When it was sent, Unix time in seconds; refuse what is older than five minutes."),
			header("webhook-signature", `"v1," and the base64 HMAC-SHA-256 of id.timestamp.body under the secret; one for each live secret, divided by blanks.`)),
		"requestBody", mapping("required", true, "content", mapping("application/json", mapping("schema", body, "example", at(said, "example")))),
		"responses", mapping("2XX", mapping("description", "Accepted; anything else within ten seconds is tried again, for 75 hours.")),
	)
}

// schema takes a message over: what the generator says for every project goes, what
// the server really refuses stands under required.
func (f *finisher) schema(name string, s *yaml.Node, asked bool) {
	if at(f.schemas, name) != nil {
		return
	}
	if name == "google.protobuf.Timestamp" {
		s = mapping("type", "string", "format", "date-time", "description", "RFC 3339 with a zone, e.g. 2026-03-10T20:41:07+08:00; answers are in UTC.")
	}
	set(f.schemas, name, s)
	f.tidy(s)
	f.explain(s)
	said, required := take(s, "required"), sequence()
	for field, p := range pairs(at(s, "properties")) {
		f.tidy(p)
		if asked && (needed(p) || holds(said, field)) {
			required.Content = append(required.Content, scalar(field))
		}
	}
	if len(required.Content) > 0 {
		set(s, "required", required)
	}
}

// explain says what each value of an enumeration means.
func (f *finisher) explain(s *yaml.Node) {
	values := at(s, "enum")
	if values == nil {
		return
	}
	words := mapping()
	for _, v := range values.Content {
		if known := f.values[v.Value]; known != "" {
			set(words, v.Value, f.words(known))
		}
	}
	set(s, "x-enum-descriptions", words)
}

func (f *finisher) tidy(s *yaml.Node) {
	take(s, "title")
	take(s, "additionalProperties")
	if d := at(s, "description"); d != nil {
		d.Value, d.Style = f.words(d.Value), 0
	}
}

// needed reports whether the server refuses a request without the field: protobuf
// can't tell an absent value from an empty one, so it is the bounds that say it.
func needed(p *yaml.Node) bool {
	for _, bound := range []string{"minLength", "minItems", "minimum"} {
		if v := at(p, bound); v != nil && v.Value != "0" && !strings.HasPrefix(v.Value, "-") {
			return true
		}
	}
	pattern := at(p, "pattern")
	return at(p, "not") != nil || pattern != nil && !regexp.MustCompile(pattern.Value).MatchString("")
}

// learnNames finds how each field is called in the protos and in JSON.
func (f *finisher) learnNames(schemas *yaml.Node) {
	for _, s := range pairs(schemas) {
		for field, p := range pairs(at(s, "properties")) {
			if t := at(p, "title"); t != nil && strings.Contains(t.Value, "_") {
				f.names[t.Value] = field
			}
		}
	}
}

var snake = regexp.MustCompile(`\b[a-z]+(?:_[a-z0-9]+)+\b`)

// words are a comment as running text, with the names that JSON has.
func (f *finisher) words(comment string) string {
	text := strings.Join(strings.Fields(comment), " ")
	return snake.ReplaceAllStringFunc(text, func(word string) string {
		if known, ok := f.names[word]; ok {
			return known
		}
		return word
	})
}

const schemaRef = "#/components/schemas/"

// reached lists the generated schemas that paths refer to, directly or through
// others, in the order they are met; below the key within, if it is given.
func reached(paths, schemas *yaml.Node, within string) (out []string) {
	seen := map[string]bool{}
	var walk func(n *yaml.Node, inside bool)
	walk = func(n *yaml.Node, inside bool) {
		for key, child := range pairs(n) {
			name, isRef := strings.CutPrefix(child.Value, schemaRef)
			if key == "$ref" && isRef && inside && !seen[name] && at(schemas, name) != nil {
				seen[name] = true
				out = append(out, name)
				walk(at(schemas, name), true)
			}
			walk(child, inside || key == within)
		}
		if n.Kind == yaml.SequenceNode {
			for _, child := range n.Content {
				walk(child, inside)
			}
		}
	}
	walk(paths, within == "")
	return out
}

// shorten drops the packages from the names of schemas, everywhere.
func shorten(n *yaml.Node) {
	last := func(name string) string { return name[strings.LastIndex(name, ".")+1:] }
	if n.Kind == yaml.MappingNode {
		for i := 0; i < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if strings.HasPrefix(key.Value, "changke.") && value.Kind == yaml.MappingNode || key.Value == "google.protobuf.Timestamp" {
				key.Value = last(key.Value)
			}
			if key.Value == "$ref" && strings.HasPrefix(value.Value, schemaRef) {
				value.Value = schemaRef + last(value.Value[len(schemaRef):])
			}
		}
	}
	for _, child := range n.Content {
		shorten(child)
	}
}
