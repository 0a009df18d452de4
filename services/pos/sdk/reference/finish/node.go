package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Documents are handled as nodes, which keep the order in which fields stand.

func read(path string) (*yaml.Node, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return doc.Content[0], nil
}

// at finds what stands under keys; nil if nothing does.
func at(n *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		var next *yaml.Node
		for k, child := range pairs(n) {
			if k == key {
				next = child
			}
		}
		n = next
	}
	return n
}

// holds reports whether a sequence has a text.
func holds(n *yaml.Node, text string) bool {
	return n != nil && slices.ContainsFunc(n.Content, func(v *yaml.Node) bool { return v.Value == text })
}

// pairs gives keys and values of a mapping; nothing of anything else.
func pairs(n *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if n == nil || n.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i < len(n.Content); i += 2 {
			if !yield(n.Content[i].Value, n.Content[i+1]) {
				return
			}
		}
	}
}

// take removes a key and gives what stood there.
func take(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			value := n.Content[i+1]
			n.Content = append(n.Content[:i], n.Content[i+2:]...)
			return value
		}
	}
	return nil
}

// set puts a value under a key that is not there yet.
func set(n *yaml.Node, key string, value any) {
	n.Content = append(n.Content, scalar(key), node(value))
}

func mapping(pairs ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i < len(pairs); i += 2 {
		set(n, pairs[i].(string), pairs[i+1])
	}
	return n
}

func sequence(values ...any) *yaml.Node {
	n := &yaml.Node{Kind: yaml.SequenceNode}
	for _, v := range values {
		n.Content = append(n.Content, node(v))
	}
	return n
}

func ref(to string) *yaml.Node { return mapping("$ref", "#/components/"+to) }

func scalar(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

func node(value any) *yaml.Node {
	switch v := value.(type) {
	case *yaml.Node:
		return v
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: fmt.Sprint(v)}
	default:
		return scalar(v.(string))
	}
}

// writeJSON writes a node as JSON.
func writeJSON(out *bytes.Buffer, n *yaml.Node) {
	switch n.Kind {
	case yaml.AliasNode:
		writeJSON(out, n.Alias)
	case yaml.MappingNode:
		comma := "{"
		for key, value := range pairs(n) {
			out.WriteString(comma)
			writeText(out, key)
			out.WriteByte(':')
			writeJSON(out, value)
			comma = ","
		}
		if comma == "{" {
			out.WriteByte('{')
		}
		out.WriteByte('}')
	case yaml.SequenceNode:
		out.WriteByte('[')
		for i, value := range n.Content {
			if i > 0 {
				out.WriteByte(',')
			}
			writeJSON(out, value)
		}
		out.WriteByte(']')
	default:
		switch n.ShortTag() {
		case "!!int", "!!float", "!!bool", "!!null":
			out.WriteString(n.Value)
		default:
			writeText(out, n.Value)
		}
	}
}

func writeText(out *bytes.Buffer, text string) {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a text always encodes; the line's end it adds is no harm
}
