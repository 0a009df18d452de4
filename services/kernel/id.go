package kernel

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"time"
)

// ID is a UUID that knows what it names, so that a store's id can never be
// passed where a tenant's is expected. Its underlying [16]byte is what pgx
// reads and writes as uuid without any conversion code.
type ID[T any] [16]byte

type (
	tenantTag struct{}
	storeTag  struct{}
	personTag struct{}
	fileTag   struct{}
	anyTag    struct{}
)

type (
	// TenantID names a chain (连锁企业).
	TenantID = ID[tenantTag]
	// StoreID names one restaurant or tea house of a chain.
	StoreID = ID[storeTag]
	// PersonID names a staff member.
	PersonID = ID[personTag]
	// FileID names a VIP file.
	FileID = ID[fileTag]
	// UUID names anything that has no type of its own.
	UUID = ID[anyTag]
)

// ErrBadID says that a text is not a UUID in its 36-character form.
var ErrBadID = errors.New("not a UUID")

// NewID makes a UUIDv7 for the given moment: ids of one process sort by time,
// which keeps inserts at the right edge of every primary key.
func NewID[I ~[16]byte](now time.Time) I {
	var id [16]byte
	_, _ = rand.Read(id[:])
	var ms [8]byte
	binary.BigEndian.PutUint64(ms[:], uint64(now.UnixMilli()))
	copy(id[:6], ms[2:])
	id[6] = id[6]&0x0f | 0x70
	id[8] = id[8]&0x3f | 0x80
	return I(id)
}

// ParseID reads the 36-character form; anything else is ErrBadID.
func ParseID[I ~[16]byte](s string) (I, error) {
	var id [16]byte
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return I{}, ErrBadID
	}
	if _, err := hex.Decode(id[:], []byte(s[:8]+s[9:13]+s[14:18]+s[19:23]+s[24:])); err != nil {
		return I{}, ErrBadID
	}
	return I(id), nil
}

// IsZero reports whether the id names nothing.
func (id ID[T]) IsZero() bool { return id == ID[T]{} }

// String gives the 36-character form.
func (id ID[T]) String() string {
	var b [36]byte
	hex.Encode(b[:8], id[:4])
	b[8] = '-'
	hex.Encode(b[9:13], id[4:6])
	b[13] = '-'
	hex.Encode(b[14:18], id[6:8])
	b[18] = '-'
	hex.Encode(b[19:23], id[8:10])
	b[23] = '-'
	hex.Encode(b[24:], id[10:])
	return string(b[:])
}

// MarshalText makes ids readable in JSON (job arguments, evidence).
func (id ID[T]) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText is the reverse of MarshalText.
func (id *ID[T]) UnmarshalText(b []byte) (err error) {
	*id, err = ParseID[ID[T]](string(b))
	return err
}

// Compare orders ids as the database does.
func (id ID[T]) Compare(o ID[T]) int { return bytes.Compare(id[:], o[:]) }
