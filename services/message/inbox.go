package message

import "github.com/changke/changke/services/kernel"

// NoteKind is what the system tells a member of staff; the texts are those in
// the database, the words stand in the console.
type NoteKind string

// The kinds.
const (
	FileEnds        NoteKind = "file_ends"        // DEL-02, first warning
	FileEndsSoon    NoteKind = "file_ends_soon"   // DEL-02, last warning
	FileDeleted     NoteKind = "file_deleted"     // DEL-02
	DeletionDecided NoteKind = "deletion_decided" // DEL-01
	Correction      NoteKind = "correction"       // DEL-03: a guest asks for it
)

// Note is an item of somebody's inbox: ids and dates, never what it names.
type Note struct {
	Person kernel.PersonID
	Kind   NoteKind
	File   kernel.FileID
	On     kernel.BusinessDate // the day it is about; zero: none
}
