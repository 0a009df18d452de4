package operatorapp

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"github.com/changke/changke/services/platform/db"
	"github.com/changke/changke/services/platform/secret"
	"github.com/changke/changke/services/tenant"
)

// manifest is the last file of an archive: what is in it, to be checked.
type manifest struct {
	Format    int             `json:"format"`
	ChainCode string          `json:"chain_code"`
	ChainName string          `json:"chain_name"`
	TenantID  string          `json:"tenant_id"`
	TakenAt   time.Time       `json:"taken_at"` // all tables are as of one moment
	Tables    []manifestTable `json:"tables"`
}

type manifestTable struct {
	Name string `json:"name"`
	File string `json:"file"` // JSON lines, by primary key
	Rows int64  `json:"rows"`
	// SHA256 is of the file as it lies in the archive, unpacked.
	SHA256 string `json:"sha256"`
	// Withheld are columns that are the server's alone: hashes of passwords, wrapped keys.
	Withheld []string `json:"withheld,omitempty"`
	// Unreadable counts boxes that could not be opened.
	Unreadable int64 `json:"unreadable,omitempty"`
}

// archive writes everything of a chain: a ZIP of JSON lines, encrypted to a
// recipient while it is made. Nothing is held in memory but the row in hand.
type archive struct {
	chain tenant.Chain
	keys  *secret.Keys
	boxes []db.BoxColumn
	taken time.Time
	// progress is told how far it is, now and then; an error ends the work.
	progress func(tables, of int, rows int64) error
}

// progressEvery is after how many rows progress is told.
const progressEvery = 5000

func (a *archive) write(ctx context.Context, s *db.Snapshot, to age.Recipient, out io.Writer) error {
	sealed, err := age.Encrypt(out, to)
	if err != nil {
		return err
	}
	pack := zip.NewWriter(sealed)
	tables, err := s.Tables(ctx)
	if err != nil {
		return err
	}
	m := manifest{Format: 1, ChainCode: a.chain.Code, ChainName: a.chain.Name, TenantID: a.chain.ID.String(), TakenAt: a.taken.UTC()}
	var rows int64
	for i, t := range tables {
		line, err := a.table(ctx, s, t, pack, func(n int64) error { return a.progress(i, len(tables), rows+n) })
		if err != nil {
			return err
		}
		rows += line.Rows
		m.Tables = append(m.Tables, line)
		if err := a.progress(i+1, len(tables), rows); err != nil {
			return err
		}
	}
	f, err := a.file(pack, "manifest.json")
	if err != nil {
		return err
	}
	e := json.NewEncoder(f)
	e.SetIndent("", "  ")
	if err := e.Encode(m); err != nil {
		return err
	}
	if err := pack.Close(); err != nil {
		return err
	}
	return sealed.Close()
}

func (a *archive) file(pack *zip.Writer, name string) (io.Writer, error) {
	return pack.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: a.taken.UTC()})
}

func (a *archive) table(ctx context.Context, s *db.Snapshot, t db.Table, pack *zip.Writer, far func(rows int64) error) (manifestTable, error) {
	line := manifestTable{Name: t.Name, File: "tables/" + t.Name + ".jsonl", Withheld: t.Withheld}
	var opened []db.BoxColumn
	for _, c := range a.boxes {
		if c.Table == t.Name && c.As != "" {
			opened = append(opened, c)
			line.Withheld = slices.DeleteFunc(slices.Clone(line.Withheld), func(column string) bool { return column == c.Column })
		}
	}
	f, err := a.file(pack, line.File)
	if err != nil {
		return line, err
	}
	sum := sha256.New()
	err = s.Rows(ctx, t, opened, func(r db.Row) error {
		if err := a.row(opened, r, io.MultiWriter(f, sum), &line); err != nil {
			return err
		}
		if line.Rows++; line.Rows%progressEvery == 0 {
			return far(line.Rows)
		}
		return nil
	})
	line.SHA256 = hexSum(sum)
	return line, err
}

// row writes one line; what is boxed is opened into it: it is the chain's own
// data, and only its administrator opens the archive.
func (a *archive) row(opened []db.BoxColumn, r db.Row, out io.Writer, line *manifestTable) error {
	text := r.JSON
	for i, b := range r.Boxes {
		if len(b.Box) == 0 {
			continue
		}
		plain, err := a.keys.OpenBytes(b.Box, opened[i].Bound, b.ID)
		if err == nil && !opened[i].JSON {
			plain, err = json.Marshal(string(plain))
		}
		if err != nil {
			line.Unreadable++
			continue
		}
		text = strings.TrimSuffix(text, "}") + `,"` + opened[i].As + `":` + string(plain) + "}"
	}
	_, err := io.WriteString(out, text+"\n")
	return err
}

func hexSum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
