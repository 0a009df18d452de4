// Package passwords knows the passwords that people choose most and that every
// guesser tries first (OWASP ASVS 5, 6.2.4 and 6.2.12).
package passwords

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// The list is that of the npm package @zxcvbn-ts/language-common, laid here by
// the build. A checkout has only a note there, so that the program builds
// without npm.
//
//go:embed list
var built embed.FS

// ErrNone says that the program was built without a list.
var ErrNone = errors.New("this build holds no list of common passwords: make it with `make build`, or name one with CHANGKE_PASSWORD_LIST")

// List is a set of passwords, kept as the first 8 bytes of their SHA-256: a
// million of them take 8 MB, and a dump of the process shows none.
type List struct{ hashes []uint64 }

// Load reads the list at a path: one password a line, or a JSON array of them.
// An empty path means the one the program was built with; ErrNone if there is none.
func Load(path string) (*List, error) {
	var text []byte
	var err error
	if path == "" {
		if text, err = built.ReadFile("list/common.json"); errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNone
		}
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("list of common passwords: %w", err)
	}
	var all []string
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		if err := json.Unmarshal(text, &all); err != nil {
			return nil, fmt.Errorf("list of common passwords %s: %w", path, err)
		}
	} else {
		all = strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	}
	l := Of(all...)
	if len(l.hashes) == 0 {
		return nil, fmt.Errorf("list of common passwords %s is empty", path)
	}
	return l, nil
}

// Of makes a list of passwords; empty ones are left out.
func Of(all ...string) *List {
	l := &List{hashes: make([]uint64, 0, len(all))}
	for _, p := range all {
		if p != "" {
			l.hashes = append(l.hashes, hash(p))
		}
	}
	slices.Sort(l.hashes)
	l.hashes = slices.Compact(l.hashes)
	return l
}

// Has reports whether a password is in the list; capital letters hide nothing.
// A list that is nil has none.
func (l *List) Has(password string) bool {
	if l == nil {
		return false
	}
	_, found := slices.BinarySearch(l.hashes, hash(password))
	return found
}

// Len is how many passwords the list holds.
func (l *List) Len() int { return len(l.hashes) }

func hash(password string) uint64 {
	h := sha256.Sum256([]byte(strings.ToLower(password)))
	return binary.BigEndian.Uint64(h[:])
}
