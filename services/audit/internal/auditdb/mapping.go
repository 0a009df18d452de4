// Package auditdb is the SQL of the log of acts.
package auditdb

import (
	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/kernel"
)

// Line is the row as the rules know it.
func (r LinesOfRow) Line() audit.Line {
	return audit.Line{
		ID: r.LineID, At: r.At, ActorKind: r.ActorKind, ActorID: r.ActorID, ActorName: r.ActorName, For: r.ForPerson, Topic: r.Topic, Action: r.Action,
		Object: r.Object, ObjectID: r.ObjectID, Store: r.StoreID, Address: r.Address, Session: r.SessionID, RequestID: r.RequestID, Changes: r.Changes,
	}
}

// Lines maps rows.
func Lines(rows []LinesOfRow) []audit.Line {
	out := make([]audit.Line, len(rows))
	for i, r := range rows {
		out[i] = r.Line()
	}
	return out
}

// Block is the row as the rules know it.
func (r BlocksRow) Block() audit.Block {
	return audit.Block{No: r.No, SealedAt: r.SealedAt, Lines: r.LineIds, Digests: r.Digests, Previous: r.Previous, Hash: r.Hash}
}

// NewBlock is a block as a row.
func NewBlock(id kernel.TenantID, b audit.Block) InsertBlockParams {
	return InsertBlockParams{TenantID: id, No: b.No, SealedAt: b.SealedAt, LineIds: b.Lines, Digests: b.Digests, Previous: b.Previous, Hash: b.Hash}
}
