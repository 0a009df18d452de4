package ownership

import (
	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// Origins of ties by the merging of two files of one guest, and its undoing.
const (
	OriginMerge   Origin = "merge"   // the survivor goes to the merged file's owner
	OriginUnmerge Origin = "unmerge" // given back, from its old start
)

// KindMerge is the rule by which a person makes one file of two, or two again:
// one guest has one file and one referrer in a store (CUS-10). No run has it.
const KindMerge Kind = customer.RuleMerge

// MergeEvidence is what a decision rests on that made one file of two.
type MergeEvidence struct {
	Merge      kernel.UUID         `json:"merge"`
	Other      kernel.FileID       `json:"other"` // the file that became part of this one, or was part of it
	By         kernel.PersonID     `json:"by"`
	For        *kernel.PersonID    `json:"for,omitempty"` // whose delegate he was
	Undone     bool                `json:"undone,omitempty"`
	ApprovedOn kernel.BusinessDate `json:"approved_on"`
	Before     [2]int32            `json:"before"` // visits counted of the one and of the other
	After      int32               `json:"after"`
}
