package audit

import (
	"bytes"
	"fmt"
	"time"

	"github.com/changke/changke/services/kernel"
)

// MaxLines is how many lines a block holds at most.
const MaxLines = 5000

// Block is a link of a tenant's chain: which lines, what each was, and the hash
// of the block before.
type Block struct {
	No       int64 // from 1, without gaps
	SealedAt time.Time
	Lines    []kernel.UUID // in the order of their ids
	Digests  [][]byte      // of each line
	Previous []byte        // Origin before the first
	Hash     []byte
}

// Origin is what stands for the hash before the first block.
func Origin() []byte { return make([]byte, 32) }

// Seal makes the block that follows hash previous; lines must be in the order of
// their ids.
func Seal(tenant kernel.TenantID, no int64, previous []byte, lines []Line, now time.Time) Block {
	b := Block{No: no, SealedAt: now.Truncate(time.Microsecond), Previous: previous}
	for _, l := range lines {
		b.Lines, b.Digests = append(b.Lines, l.ID), append(b.Digests, l.Digest())
	}
	b.Hash = b.sum(tenant, no)
	return b
}

// sum is the hash of everything in the block, if it were number no of a tenant.
func (b Block) sum(tenant kernel.TenantID, no int64) []byte {
	var c canonical
	c.text("changke audit block 1")
	c.bytes(tenant[:])
	c.number(no)
	c.number(b.SealedAt.UnixMicro())
	c.bytes(b.Previous)
	c.number(int64(len(b.Lines)))
	for i := range b.Lines {
		c.bytes(b.Lines[i][:])
		c.bytes(b.Digests[i])
	}
	return c.sum()
}

// What is wrong with a place of the log.
type What string

// The ways in which a log can be broken.
const (
	Changed   What = "changed"
	Missing   What = "missing"
	Added     What = "added"
	Reordered What = "reordered"
)

// Finding is the first place where a log is not what was sealed.
type Finding struct {
	What  What
	Block int64       // 0: in no block
	Line  kernel.UUID // zero: the block itself
	Says  string      // English, for the operator
}

// Error makes a finding readable: "block 3, line …: changed: …".
func (f *Finding) Error() string {
	place := "in no block"
	if f.Block > 0 {
		place = fmt.Sprintf("block %d", f.Block)
	}
	if !f.Line.IsZero() {
		place += ", line " + f.Line.String()
	}
	return place + ": " + string(f.What) + ": " + f.Says
}

// Check compares a block with the lines of its ids as they are now, in the order
// of their ids, and with the hash of the block before, which has number after.
// Nil: it holds.
func (b Block) Check(tenant kernel.TenantID, after int64, previous []byte, now []Line) *Finding {
	if b.No != after+1 {
		return &Finding{Missing, after + 1, kernel.UUID{}, fmt.Sprintf("the chain goes from block %d to block %d", after, b.No)}
	}
	if found := b.checkLines(now); found != nil {
		return found
	}
	if bytes.Equal(b.Hash, b.sum(tenant, b.No)) {
		if !bytes.Equal(b.Previous, previous) {
			return &Finding{Changed, after, kernel.UUID{}, fmt.Sprintf("it is not the block that block %d was sealed after", b.No)}
		}
		return nil
	}
	for _, no := range []int64{b.No - 1, b.No + 1} {
		if bytes.Equal(b.Hash, b.sum(tenant, no)) {
			return &Finding{Reordered, b.No, kernel.UUID{}, fmt.Sprintf("it was sealed as block %d", no)}
		}
	}
	for i := 1; i < len(b.Lines); i++ {
		if bytes.Compare(b.Lines[i-1][:], b.Lines[i][:]) >= 0 {
			return &Finding{Reordered, b.No, b.Lines[i], "the block lists its lines in another order than it was sealed in"}
		}
	}
	return &Finding{Changed, b.No, kernel.UUID{}, "the block itself is not what was sealed"}
}

// checkLines compares the lines one by one with what the block says of them.
func (b Block) checkLines(now []Line) *Finding {
	if len(b.Digests) != len(b.Lines) {
		return &Finding{Changed, b.No, kernel.UUID{}, "the block has another number of digests than of lines"}
	}
	is := make(map[kernel.UUID][]byte, len(now))
	for _, l := range now {
		is[l.ID] = l.Digest()
	}
	for i, id := range b.Lines {
		digest, there := is[id]
		switch {
		case !there:
			return &Finding{Missing, b.No, id, "the line was sealed and is gone"}
		case bytes.Equal(digest, b.Digests[i]):
		default:
			for j := range b.Digests {
				if j != i && bytes.Equal(digest, b.Digests[j]) {
					return &Finding{Reordered, b.No, id, "what stands here was sealed as line " + b.Lines[j].String()}
				}
			}
			return &Finding{Changed, b.No, id, "the line is not what was sealed"}
		}
	}
	return nil
}
