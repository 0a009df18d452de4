// Package secret keeps guests' numbers: a keyed hash to find a number by, and an
// authenticated box to read it from, both under keys of the tenant that are
// wrapped by a master key outside the database. It protects dumps, backups and
// a stolen disk; not a running server that was taken over.
package secret

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"github.com/changke/changke/services/kernel"
)

// Source gives the keys of a tenant; it may read the database, so ask it before
// a transaction is begun.
type Source interface {
	Keys(ctx context.Context, tenant kernel.TenantID) (*Keys, error)
}

const keySize = 32

// Master wraps the keys of tenants.
type Master struct {
	box    *subtle.AESGCM
	key    []byte
	before *Master // the one it replaces: opens, wraps nothing
}

// After is the master key while it replaces another: what that one wrapped and
// sealed opens too, until it is wrapped anew (Rewrap, Reseal).
func (m *Master) After(before *Master) *Master { return &Master{m.box, m.key, before} }

// NewMaster takes a master key of 32 bytes in base64, as `openssl rand -base64 32` makes it.
func NewMaster(text string) (*Master, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != keySize {
		return nil, errors.New("the master key must be 32 bytes in base64; make one with: openssl rand -base64 32")
	}
	box, err := subtle.NewAESGCM(key)
	if err != nil {
		return nil, err
	}
	return &Master{box: box, key: key}, nil
}

// Derive gives a key of 32 bytes for a purpose other than numbers, the same in
// every process that has the master key.
func (m *Master) Derive(purpose string) []byte {
	mac := hmac.New(sha256.New, m.key)
	mac.Write([]byte("changke derive " + purpose))
	return mac.Sum(nil)
}

// MasterFile reads the master key from a file and, if it does not exist, makes
// one there: for the demo and tests. A server is given its key.
func MasterFile(path string) (*Master, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeMaster(path); err == nil {
			text, err = os.ReadFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return NewMaster(string(text))
}

// makeMaster puts a new key there, whole or not at all, and never in place of one that
// another process has made meanwhile: it may have sealed something by it.
func makeMaster(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".master.*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	key := make([]byte, keySize)
	_, _ = rand.Read(key)
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}
