package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"time"

	"github.com/changke/changke/services/kernel"
)

// Line is one act as it stands in the log.
type Line struct {
	ID        kernel.UUID
	At        time.Time
	ActorKind string       // person, key, system, operator
	ActorID   *kernel.UUID // nil: the system
	ActorName string       // of the system and of operators only
	For       *kernel.UUID // whose rights were used, when delegated (ROL-05)
	Topic     string
	Action    string // noun.past
	Object    string
	ObjectID  string
	Store     *kernel.UUID
	Address   string
	Session   *kernel.UUID
	RequestID string
	Changes   []byte // JSON as stored
}

// Change is a field before and after.
type Change struct {
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// Fields reads the line's changes; an error means that they are not as they
// were written.
func (l Line) Fields() ([]Change, error) {
	d := json.NewDecoder(bytes.NewReader(l.Changes))
	d.DisallowUnknownFields()
	var out []Change
	err := d.Decode(&out)
	return out, err
}

// Digest is the SHA-256 of the line's canonical bytes: every field but the id,
// which the block holds, each with its length before it, so that nothing moves
// from one field into the next unseen. Times count to the microsecond, as the
// database keeps them; of the changes their meaning counts, not their spelling.
func (l Line) Digest() []byte {
	var b canonical
	b.text("changke audit line 1")
	b.number(l.At.UnixMicro())
	b.text(l.ActorKind)
	b.id(l.ActorID)
	b.text(l.ActorName)
	b.id(l.For)
	b.text(l.Topic)
	b.text(l.Action)
	b.text(l.Object)
	b.text(l.ObjectID)
	b.id(l.Store)
	b.text(l.Address)
	b.id(l.Session)
	b.text(l.RequestID)
	changes, err := l.Fields()
	if err != nil { // no line is written so
		b.text("unreadable")
		b.bytes(l.Changes)
	}
	b.number(int64(len(changes)))
	for _, c := range changes {
		b.text(c.Field)
		b.text(c.Before)
		b.text(c.After)
	}
	return b.sum()
}

// canonical collects bytes that can be read in one way only.
type canonical struct{ buf []byte }

func (c *canonical) number(n int64) { c.buf = binary.BigEndian.AppendUint64(c.buf, uint64(n)) }

func (c *canonical) bytes(b []byte) {
	c.number(int64(len(b)))
	c.buf = append(c.buf, b...)
}

func (c *canonical) text(s string) { c.bytes([]byte(s)) }

func (c *canonical) id(id *kernel.UUID) {
	if id == nil {
		c.bytes(nil)
		return
	}
	c.bytes(id[:])
}

func (c *canonical) sum() []byte {
	sum := sha256.Sum256(c.buf)
	return sum[:]
}
