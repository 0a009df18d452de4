package auditapp

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/changke/changke/services/audit"
	"github.com/changke/changke/services/kernel"
	trail "github.com/changke/changke/services/platform/audit"
)

const (
	exportRows = 2000      // of a page
	exportMost = 1_000_000 // how far an export is counted
)

// Page is a part of an exported file.
type Page struct {
	Data  []byte
	Rows  int
	Total int64 // on the first page, at most 1,000,000
	Next  string
}

// Export gives a page of the lines in reach, as CSV or as JSON lines, with the
// next page's token; the pages one behind the other are the file. The page
// leaves a line of its own before it is given away. Faults: those of Lines.
func (a *App) Export(ctx context.Context, grant kernel.Grant, f Filter, asJSON bool, token string) (Page, error) {
	id := grant.Actor().Tenant
	zone, err := a.Zone(ctx, id)
	if err != nil {
		return Page{}, err
	}
	lines, next, err := a.Lines(ctx, grant, f, exportRows, token)
	if err != nil {
		return Page{}, err
	}
	p, format := Page{Rows: len(lines), Next: next}, "csv"
	if token == "" {
		list, err := listOf(grant, f, "")
		if err != nil {
			return Page{}, err
		}
		if p.Total, err = list.Count(ctx, a.DB.Single(id), exportMost); err != nil {
			return Page{}, err
		}
	}
	if asJSON {
		format = "json"
		p.Data, err = jsonLines(lines)
	} else {
		p.Data, err = csvLines(lines, zone, token == "")
	}
	trail.Seen(ctx, exported(f, format, len(lines)))
	return p, err
}

// exported is the line of an exported page.
func exported(f Filter, format string, rows int) trail.Entry {
	e := trail.Entry{Action: "audit.exported", Object: "audit", Topic: trail.TopicExport, Changes: []trail.Change{{Field: "format", After: format}, {Field: "rows", After: strconv.Itoa(rows)}}}
	if f.Store != nil {
		e.Store = *f.Store
	}
	for _, at := range []struct {
		field string
		time  time.Time
	}{{"from", f.From}, {"to", f.Until}} {
		if !at.time.IsZero() {
			e.Changes = append(e.Changes, trail.Change{Field: at.field, After: at.time.UTC().Format(time.RFC3339)})
		}
	}
	return e
}

// csvLines writes lines for spreadsheets: UTF-8 with the mark they look for, and
// no cell that one could take for a formula.
func csvLines(lines []Line, zone *time.Location, first bool) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if first {
		b.WriteString("\ufeff")
		_ = w.Write([]string{"时间", "操作人", "代理", "操作", "对象", "对象编号", "门店", "变更", "来源地址", "请求编号", "已封存", "记录编号"})
	}
	for _, l := range lines {
		sealed := "否"
		if l.Sealed {
			sealed = "是"
		}
		row := []string{
			l.At.In(zone).Format("2006-01-02 15:04:05"), l.ActorName, l.ForName, audit.ActionText(l.Action).ZH, l.ObjectName, l.ObjectID, l.StoreName,
			told(l.Changes), l.Address, l.RequestID, sealed, l.ID.String(),
		}
		for i, cell := range row {
			row[i] = plain(cell)
		}
		_ = w.Write(row)
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// told puts changes into one cell: 状态：待审核 → 已通过；…
func told(changes []Change) string {
	parts := make([]string, len(changes))
	for i, c := range changes {
		parts[i] = c.Text.ZH + "：" + c.After.ZH
		if c.Before.ZH != "" {
			parts[i] = c.Text.ZH + "：" + c.Before.ZH + " → " + c.After.ZH
		}
	}
	return strings.Join(parts, "；")
}

// plain keeps spreadsheets from running a cell: what begins like a formula gets
// an apostrophe before it.
func plain(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", []rune(cell)[0]) {
		return "'" + cell
	}
	return cell
}

// exportedLine is a line as JSON: codes and ids for programs, names beside them.
type exportedLine struct {
	ID         kernel.UUID    `json:"id"`
	Time       time.Time      `json:"time"`
	ActorKind  string         `json:"actor_kind"`
	ActorID    *kernel.UUID   `json:"actor_id,omitempty"`
	ActorName  string         `json:"actor_name,omitempty"`
	ForID      *kernel.UUID   `json:"for_person_id,omitempty"`
	ForName    string         `json:"for_person_name,omitempty"`
	Topic      string         `json:"topic"`
	Action     string         `json:"action"`
	Object     string         `json:"object,omitempty"`
	ObjectID   string         `json:"object_id,omitempty"`
	ObjectName string         `json:"object_name,omitempty"`
	StoreID    *kernel.UUID   `json:"store_id,omitempty"`
	StoreName  string         `json:"store_name,omitempty"`
	Address    string         `json:"address,omitempty"`
	SessionID  *kernel.UUID   `json:"session_id,omitempty"`
	RequestID  string         `json:"request_id,omitempty"`
	Changes    []audit.Change `json:"changes,omitempty"`
	Sealed     bool           `json:"sealed"`
}

func jsonLines(lines []Line) ([]byte, error) {
	var b bytes.Buffer
	w := json.NewEncoder(&b)
	w.SetEscapeHTML(false)
	for _, l := range lines {
		changes, _ := l.Fields() // unreadable ones are the verifying's business
		if err := w.Encode(exportedLine{
			l.ID, l.At.UTC(), l.ActorKind, l.ActorID, l.ActorName, l.For, l.ForName, l.Topic, l.Action, l.Object, l.ObjectID, l.ObjectName,
			l.Store, l.StoreName, l.Address, l.Session, l.RequestID, changes, l.Sealed,
		}); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}
