// Package secret keeps guests' numbers: a keyed hash to find a number by, and an
// authenticated box to read it from, both under keys of the tenant that are
// wrapped by a master key outside the database. It protects dumps, backups and
// a stolen disk; not a running server that was taken over.
package secret

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	box *subtle.AESGCM
	key []byte
}

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
	return &Master{box, key}, nil
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
		key := make([]byte, keySize)
		_, _ = rand.Read(key)
		text = []byte(base64.StdEncoding.EncodeToString(key) + "\n")
		err = os.WriteFile(path, text, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("master key: %w", err)
	}
	return NewMaster(string(text))
}

// NewTenantKeys makes the two keys of a new tenant, wrapped and bound to it.
func (m *Master) NewTenantKeys(tenant kernel.TenantID) (lookup, box []byte, err error) {
	wrap := func(purpose string) ([]byte, error) {
		key := make([]byte, keySize)
		_, _ = rand.Read(key)
		return m.box.Encrypt(key, wrapContext(tenant, purpose))
	}
	if lookup, err = wrap("lookup"); err != nil {
		return nil, nil, err
	}
	box, err = wrap("box")
	return lookup, box, err
}

// Unwrap opens the keys of a tenant. An error means another master key.
func (m *Master) Unwrap(tenant kernel.TenantID, lookup, box []byte) (*Keys, error) {
	l, err := m.box.Decrypt(lookup, wrapContext(tenant, "lookup"))
	if err != nil {
		return nil, errors.New("the master key does not fit this database: the keys of a tenant cannot be opened")
	}
	b, err := m.box.Decrypt(box, wrapContext(tenant, "box"))
	if err != nil {
		return nil, errors.New("the master key does not fit this database: the keys of a tenant cannot be opened")
	}
	aead, err := subtle.NewAESGCM(b)
	if err != nil {
		return nil, err
	}
	return &Keys{tenant: tenant, lookup: l, box: aead}, nil
}

func wrapContext(tenant kernel.TenantID, purpose string) []byte {
	return append([]byte("changke tenant key "+purpose+" "), tenant[:]...)
}

// Keys are the keys of one tenant.
type Keys struct {
	tenant kernel.TenantID
	lookup []byte
	box    *subtle.AESGCM
}

// NumberKey is what a number is found by: HMAC-SHA-256 of its E.164 form, 32
// bytes. The same number has another key in every tenant.
func (k *Keys) NumberKey(p kernel.Phone) []byte {
	mac := hmac.New(sha256.New, k.lookup)
	mac.Write([]byte(p.E164()))
	return mac.Sum(nil)
}

// Fingerprint stands for a value where only equality may be seen: 12 hex digits
// of an HMAC under the tenant's look-up key.
func (k *Keys) Fingerprint(value string) string {
	mac := hmac.New(sha256.New, k.lookup)
	mac.Write([]byte("changke fingerprint " + value))
	return "fp:" + hex.EncodeToString(mac.Sum(nil)[:6])
}

// Seal boxes a number for one row of one table; elsewhere it does not open.
func (k *Keys) Seal(p kernel.Phone, table string, row kernel.UUID) ([]byte, error) {
	return k.box.Encrypt([]byte(p.E164()), k.boxContext(table, row))
}

// Open reads a box of that row.
func (k *Keys) Open(box []byte, table string, row kernel.UUID) (kernel.Phone, error) {
	text, err := k.box.Decrypt(box, k.boxContext(table, row))
	if err != nil {
		return "", fmt.Errorf("number of a row of %s cannot be opened", table)
	}
	return kernel.Phone(text), nil
}

func (k *Keys) boxContext(table string, row kernel.UUID) []byte {
	return bytes.Join([][]byte{k.tenant[:], []byte(table), row[:]}, []byte{0})
}
