package reference

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// What the page reads of an OpenAPI document.

type document struct {
	Info struct{ Title, Summary, Description string }
	Tags []struct{ Name, Description string }

	Paths, Webhooks ordered[struct{ Post operation }]
	Components      struct {
		Schemas    ordered[schema]
		Parameters map[string]parameter
		Responses  map[string]struct {
			Description string
			Content     map[string]media
		}
	}
}

type operation struct {
	Tags                              []string
	Summary, Description, OperationID string
	Parameters                        []parameter
	RequestBody                       struct{ Content map[string]media }
	Responses                         map[string]struct{ Content map[string]media }
}

type parameter struct {
	Ref               string `json:"$ref"`
	Name, Description string
	Required          bool
}

type media struct {
	Schema  schema
	Example json.RawMessage
}

type schema struct {
	Ref                 string `json:"$ref"`
	Type                any
	Description, Format string
	Enum                []any
	Const               string
	Pattern             string
	Properties          ordered[schema]
	Required            []string
	Items               *schema
	Not                 *schema
	Meanings            map[string]string `json:"x-enum-descriptions"`

	MinLength, MaxLength, MinItems, MaxItems, Minimum, Maximum *int64
}

// ordered is an object whose fields keep their order, which json's maps lose.
type ordered[T any] []struct {
	Name  string
	Value T
}

// UnmarshalJSON implements json.Unmarshaler.
func (o *ordered[T]) UnmarshalJSON(raw []byte) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var v T
		if err := d.Decode(&v); err != nil {
			return err
		}
		*o = append(*o, struct {
			Name  string
			Value T
		}{name.(string), v})
	}
	return nil
}

// typeName is how the page calls a type, e.g. "Bill[]"; target the schema it is of,
// or "".
func (s schema) typeName() (text, target string) {
	if s.Ref != "" {
		target = s.Ref[strings.LastIndex(s.Ref, "/")+1:]
		if target == "Timestamp" {
			return "时间", ""
		}
		return target, target
	}
	if s.Items != nil {
		text, target = s.Items.typeName()
		return text + "[]", target
	}
	switch t := s.Type.(type) {
	case []any: // a 64-bit number, which JSON may have as a text
		return "int64", ""
	case string:
		if s.Format == "int32" {
			return "int32", ""
		}
		return t, ""
	}
	return s.Const, ""
}

// bounds are what a value must keep to, in a few words.
func (s schema) bounds() string {
	var out []string
	span := func(least, most *int64, unit string) {
		switch {
		case least != nil && most != nil:
			out = append(out, fmt.Sprintf("%d–%d%s", *least, *most, unit))
		case most != nil:
			out = append(out, fmt.Sprintf("≤ %d%s", *most, unit))
		case least != nil:
			out = append(out, fmt.Sprintf("≥ %d%s", *least, unit))
		}
	}
	span(s.MinLength, s.MaxLength, " 字符")
	span(s.MinItems, s.MaxItems, " 项")
	span(s.Minimum, s.Maximum, "")
	if s.Items != nil && s.Items.Ref == "" {
		if b := s.Items.bounds(); b != "" {
			out = append(out, "每项 "+b)
		}
	}
	if s.Pattern != "" {
		out = append(out, s.Pattern)
	}
	return strings.Join(out, " · ")
}

// requires reports whether a field must be there.
func (s schema) requires(field string) bool { return slices.Contains(s.Required, field) }
