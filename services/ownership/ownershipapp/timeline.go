package ownershipapp

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/ownership/internal/ownershipdb"
	"github.com/changke/changke/services/staff"
)

// Where pages begin that show the newest first: after everything there is.
var (
	lastDay = kernel.NewDate(9999, time.December, 31)
	lastID  = kernel.UUID(bytes.Repeat([]byte{0xff}, 16))
)

// Line is one line of a file's timeline, whichever context wrote it.
type Line struct {
	At    time.Time
	ID    kernel.UUID
	On    kernel.BusinessDate
	Actor kernel.Words // a person's name, "B 代 A", or system:LIF-03@v7
	Kind  string
	Text  kernel.Words
	Rule  string
}

// Timeline lists a file's lines before an id, newest first: the acts on the file
// (customer), its ties and the decisions on it. The ids of all three are made at
// the moment of the line and sort by it, which is a total order: pages neither
// repeat nor skip. Fault: customer.not_found outside the grant.
func (a *App) Timeline(ctx context.Context, grant kernel.Grant, file kernel.FileID, before kernel.UUID, atMost int) ([]Line, error) {
	id := grant.Actor().Tenant
	if _, err := a.Files.Find(ctx, grant, file); err != nil {
		return nil, err
	}
	q := ownershipdb.New(a.DB.Single(id))
	acts, err := a.acts(ctx, id, file, before, atMost)
	if err != nil {
		return nil, err
	}
	ties, err := q.TiesOfFile(ctx, id, file)
	if err != nil {
		return nil, err
	}
	appeals, err := q.AppealsOfFile(ctx, id, file)
	if err != nil {
		return nil, err
	}
	rows, err := q.DecisionsOfFile(ctx, ownershipdb.DecisionsOfFileParams{TenantID: id, FileID: file, Before: before, AtMost: int32(atMost)})
	if err != nil {
		return nil, err
	}
	decisions, err := a.tell(ctx, id, rows)
	if err != nil {
		return nil, err
	}
	lines := acts
	for _, t := range ties {
		if bytes.Compare(t.TieID[:], before[:]) < 0 {
			on := t.StartOn
			if t.ResumedOn != nil { // given back: its old start is in the words of the decision
				on = *t.ResumedOn
			}
			lines = append(lines, Line{At: t.CreatedAt, ID: t.TieID, On: on, Actor: kernel.Same("system"), Kind: "tie." + t.Origin, Text: ownership.TellTie(t.ReferrerName)})
		}
	}
	for _, x := range appeals {
		if bytes.Compare(x.AppealID[:], before[:]) < 0 {
			lines = append(lines, Line{At: x.RaisedAt, ID: x.AppealID, On: x.RaisedOn, Actor: kernel.Same(x.Name), Kind: "appeal.raised", Text: ownership.TellAppealed(), Rule: string(ownership.KindAppeal)})
		}
	}
	for _, d := range decisions {
		lines = append(lines, Line{At: d.CreatedAt, ID: d.DecisionID, On: d.EffectiveOn, Actor: d.Actor, Kind: d.Rule, Text: d.Sentence, Rule: d.Rule})
	}
	slices.SortFunc(lines, func(x, y Line) int { return bytes.Compare(y.ID[:], x.ID[:]) })
	return lines[:min(len(lines), atMost)], nil
}

func (a *App) acts(ctx context.Context, id kernel.TenantID, file kernel.FileID, before kernel.UUID, atMost int) ([]Line, error) {
	events, err := a.Files.EventsPage(ctx, id, file, before, atMost)
	if err != nil {
		return nil, err
	}
	var people []kernel.PersonID
	for _, e := range events {
		for _, p := range []*kernel.PersonID{e.Person, e.For} {
			if p != nil {
				people = append(people, *p)
			}
		}
	}
	names, err := a.names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	lines := make([]Line, 0, len(events))
	for _, e := range events {
		l := Line{At: e.At, ID: e.ID, On: e.On, Actor: kernel.Same("system"), Kind: string(e.Kind), Text: e.Text(), Rule: e.Rule}
		if e.Person != nil {
			holder := ""
			if e.For != nil {
				holder = names[*e.For]
			}
			l.Actor = staff.Signature(names[*e.Person], holder)
		}
		lines = append(lines, l)
	}
	return lines, nil
}
