package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// writeLines writes values as the golden years are written: a JSON object a
// line, keys sorted, ", " and ": " between, UTF-8 unescaped. The file appears
// whole or not at all.
func writeLines[T any](path string, values []T) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".writing-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	out := bufio.NewWriter(f)
	for _, v := range values {
		if err := writeCanonical(out, v); err != nil {
			return err
		}
		_ = out.WriteByte('\n') // a bufio error stays until Flush
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

func writeCanonical(w io.Writer, v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return err
	}
	return writeTree(w, tree)
}

func writeTree(w io.Writer, v any) error {
	switch v := v.(type) {
	case map[string]any:
		sep := "{"
		for _, k := range slices.Sorted(maps.Keys(v)) {
			if _, err := io.WriteString(w, sep); err != nil {
				return err
			}
			sep = ", "
			if err := writeText(w, k); err != nil {
				return err
			}
			_, _ = io.WriteString(w, ": ")
			if err := writeTree(w, v[k]); err != nil {
				return err
			}
		}
		if len(v) == 0 {
			_, _ = io.WriteString(w, "{")
		}
		_, err := io.WriteString(w, "}")
		return err
	case []any:
		_, _ = io.WriteString(w, "[")
		for i, e := range v {
			if i > 0 {
				_, _ = io.WriteString(w, ", ")
			}
			if err := writeTree(w, e); err != nil {
				return err
			}
		}
		_, err := io.WriteString(w, "]")
		return err
	case string:
		return writeText(w, v)
	case nil:
		_, err := io.WriteString(w, "null")
		return err
	default: // numbers and booleans
		_, err := fmt.Fprint(w, v)
		return err
	}
}

func writeText(w io.Writer, s string) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		return err
	}
	_, err := w.Write(bytes.TrimRight(b.Bytes(), "\n"))
	return err
}
