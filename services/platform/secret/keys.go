package secret

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"github.com/changke/changke/services/kernel"
)

// The purposes of a tenant's keys, as tenant_key has them.
const (
	Lookup = "lookup" // numbers are found by it; one for ever
	Box    = "box"    // what rests is read by it; versions from 1 on
)

// errOtherMaster says that the keys were wrapped by another master key.
var errOtherMaster = errors.New("the master key does not fit this database: the keys of a tenant cannot be opened")

// NewTenantKeys makes the two keys of a new tenant, wrapped and bound to it.
func (m *Master) NewTenantKeys(tenant kernel.TenantID) (lookup, box []byte, err error) {
	if lookup, err = m.NewTenantKey(tenant, Lookup); err != nil {
		return nil, nil, err
	}
	box, err = m.NewTenantKey(tenant, Box)
	return lookup, box, err
}

// NewTenantKey makes a key of a tenant, wrapped and bound to it.
func (m *Master) NewTenantKey(tenant kernel.TenantID, purpose string) ([]byte, error) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key)
	return m.box.Encrypt(key, wrapContext(tenant, purpose))
}

// Rewrap wraps a key that this master or the one before it wrapped under this
// one. Changed: it was the one before.
func (m *Master) Rewrap(tenant kernel.TenantID, purpose string, wrapped []byte) (anew []byte, changed bool, err error) {
	if _, err := m.box.Decrypt(wrapped, wrapContext(tenant, purpose)); err == nil {
		return wrapped, false, nil
	}
	key, err := m.unwrap(tenant, purpose, wrapped)
	if err != nil {
		return nil, false, err
	}
	anew, err = m.box.Encrypt(key, wrapContext(tenant, purpose))
	return anew, true, err
}

func (m *Master) unwrap(tenant kernel.TenantID, purpose string, wrapped []byte) ([]byte, error) {
	for ; m != nil; m = m.before {
		if key, err := m.box.Decrypt(wrapped, wrapContext(tenant, purpose)); err == nil {
			return key, nil
		}
	}
	return nil, errOtherMaster
}

// Unwrap opens the keys of a tenant, those for boxes in the order of their
// versions. An error means another master key.
func (m *Master) Unwrap(tenant kernel.TenantID, lookup []byte, boxes ...[]byte) (*Keys, error) {
	k := &Keys{tenant: tenant}
	var err error
	if k.lookup, err = m.unwrap(tenant, Lookup, lookup); err != nil {
		return nil, err
	}
	for _, wrapped := range boxes {
		key, err := m.unwrap(tenant, Box, wrapped)
		if err != nil {
			return nil, err
		}
		aead, err := subtle.NewAESGCM(key)
		if err != nil {
			return nil, err
		}
		k.boxes = append(k.boxes, aead)
	}
	if len(k.boxes) == 0 {
		return nil, errors.New("a tenant without a key for boxes")
	}
	return k, nil
}

func wrapContext(tenant kernel.TenantID, purpose string) []byte {
	return append([]byte("changke tenant key "+purpose+" "), tenant[:]...)
}

// Keys are the keys of one tenant. A box begins with the version of its key: the
// newest writes, all read.
type Keys struct {
	tenant kernel.TenantID
	lookup []byte
	boxes  []*subtle.AESGCM // of version 1, 2 …
	again  func() (*Keys, error)
}

// Anew is the keys with a way to read them anew: for boxes that another process
// has written under a newer version since.
func (k *Keys) Anew(read func() (*Keys, error)) *Keys {
	n := *k
	n.again = read
	return &n
}

// Version is that of the key that writes.
func (k *Keys) Version() int { return len(k.boxes) }

// versionSize is what a box begins with: its key's version, big end first.
const versionSize = 2

// VersionPrefix is what boxes of the version that writes begin with.
func (k *Keys) VersionPrefix() []byte {
	return binary.BigEndian.AppendUint16(nil, uint16(len(k.boxes)))
}

func (k *Keys) seal(plain, bound []byte) ([]byte, error) {
	box, err := k.boxes[len(k.boxes)-1].Encrypt(plain, bound)
	return append(k.VersionPrefix(), box...), err
}

// newerBy is how far ahead another process may be.
const newerBy = 8

func (k *Keys) open(box, bound []byte) ([]byte, error) {
	if len(box) < versionSize {
		return nil, errBroken
	}
	version := int(binary.BigEndian.Uint16(box))
	if version > len(k.boxes) && version <= len(k.boxes)+newerBy && k.again != nil {
		fresh, err := k.again()
		if err != nil {
			return nil, err
		}
		k = fresh
	}
	if version < 1 || version > len(k.boxes) {
		return nil, errBroken
	}
	return k.boxes[version-1].Decrypt(box[versionSize:], bound)
}

var errBroken = errors.New("no box of this tenant")

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
	return k.seal([]byte(p.E164()), k.boxContext(table, row))
}

// Open reads a box of that row.
func (k *Keys) Open(box []byte, table string, row kernel.UUID) (kernel.Phone, error) {
	text, err := k.open(box, k.boxContext(table, row))
	if err != nil {
		return "", fmt.Errorf("number of a row of %s cannot be opened", table)
	}
	return kernel.Phone(text), nil
}

// Reseal boxes what a box of that row holds under the version that writes.
// Changed: it was an older one.
func (k *Keys) Reseal(box []byte, table string, row kernel.UUID) (anew []byte, changed bool, err error) {
	if bytes.HasPrefix(box, k.VersionPrefix()) {
		return box, false, nil
	}
	plain, err := k.OpenBytes(box, table, row)
	if err != nil {
		return nil, false, err
	}
	anew, err = k.SealBytes(plain, table, row)
	return anew, true, err
}

func (k *Keys) boxContext(table string, row kernel.UUID) []byte {
	return bytes.Join([][]byte{k.tenant[:], []byte(table), row[:]}, []byte{0})
}
