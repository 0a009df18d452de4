package quotaapp

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/quota/internal/quotadb"
	"github.com/changke/changke/services/tenant"
	"github.com/changke/changke/services/visit"
)

// mostCauses bounds what is named for one correction: a till that was silent for long
// brings many at once.
const mostCauses = 50

// Correction is what later facts changed of a final score, and which facts those were.
type Correction struct {
	quotadb.CorrectionsInRow
	Causes []Cause
}

// Cause is a fact that was learned too late, in the words of RUL-09.
type Cause struct {
	Text  kernel.Words
	File  *kernel.FileID // nil: it is about no guest, or one without a file
	Guest string         // as the caller may read it
	Opens bool           // the caller may open the file

	ownership.Cause
}

// explained are corrections of a person's scores with their causes: what was recorded
// between the cut-off of the last month that was final before, and that of the month which
// corrects (QTA-04). They are read when somebody asks, from facts that only grow, so they
// are always the same.
func (a *App) explained(ctx context.Context, id kernel.TenantID, of Score, rows []quotadb.CorrectionsInRow) (out []Correction, err error) {
	if len(rows) == 0 {
		return nil, nil
	}
	e := explaining{app: a, tenant: id, person: of.Person, seen: map[[2]kernel.BusinessDate]*learned{}}
	err = a.DB.InTenant(ctx, id, func(tx pgx.Tx) error {
		e.tx, e.q = tx, quotadb.New(tx)
		if err := e.prepare(ctx, of.Store); err != nil {
			return err
		}
		for _, r := range rows {
			l, err := e.learned(ctx, r.OfMonth.Month(), r.Month.Month())
			if err != nil {
				return err
			}
			out = append(out, Correction{r, l.of(r)})
		}
		return e.name(ctx, out)
	})
	return out, err
}

// explaining looks for the causes of one person's corrections.
type explaining struct {
	app     *App
	tx      pgx.Tx
	q       *quotadb.Queries
	tenant  kernel.TenantID
	person  kernel.PersonID
	home    tenant.Store // whose days tell when something was learned
	entered []quotadb.EnteredRow
	seen    map[[2]kernel.BusinessDate]*learned // by month, and the one that corrects it
}

func (e *explaining) prepare(ctx context.Context, store *kernel.StoreID) error {
	all, err := e.app.Tenants.Stores(ctx, e.tenant)
	if err != nil {
		return err
	}
	e.home = tenant.Store{Zone: tenant.Shanghai, Cutover: tenant.Cutover}
	for _, s := range all {
		if store != nil && s.ID == *store {
			e.home = s
		}
	}
	e.entered, err = e.q.Entered(ctx, e.tenant, e.person)
	return err
}

// learned is what was learned of a month between two moments, by item.
type learned struct {
	items map[quota.Item][]Cause
	posts []Cause
}

// of are the causes of one correction: of what was counted, and posts and leaves where
// something else was to be reached; those also say whose a guest in handover counts (HND-06).
func (l *learned) of(r quotadb.CorrectionsInRow) (out []Cause) {
	item := quota.Customers
	for _, i := range quota.Items {
		if i.Key() == r.Item {
			item = i
		}
	}
	if r.Before != r.After {
		out = append(out, l.items[item]...)
	}
	if item == quota.Customers || targetText(r.TargetBefore) != targetText(r.TargetAfter) {
		out = append(out, l.posts...)
	}
	return out[:min(len(out), mostCauses)]
}

// learned looks once for each month and the one that corrects it.
func (e *explaining) learned(ctx context.Context, m, in kernel.Month) (*learned, error) {
	key := [2]kernel.BusinessDate{m.First(), in.First()}
	if l, ok := e.seen[key]; ok {
		return l, nil
	}
	l := &learned{items: map[quota.Item][]Cause{}}
	e.seen[key] = l
	months, err := e.q.FinalMonths(ctx, e.tenant, m.First(), (in + 1).First())
	n := len(months)
	if err != nil || n < 2 || months[n-1].Month.Month() != in {
		return l, err // final before it was kept when
	}
	since, cutOff := months[n-2].ScoredAt, months[n-1].ScoredAt
	posts := []ownership.Cause{}
	for _, p := range e.entered {
		if p.RecordedAt.After(cutOff) {
			continue
		}
		entered := ownership.Entered{Person: e.person, Leave: p.Leave, Period: ownership.Known(p.FromOn, p.ToOn, p.EndedAt, cutOff), At: p.RecordedAt, EndAt: p.EndedAt}
		if c, late := entered.Late(since, m.Last(), e.home.BusinessDate); late && !slices.Contains(posts, c) {
			posts = append(posts, c)
		}
	}
	for _, c := range ownership.Transfers(posts) {
		l.posts = append(l.posts, Cause{Cause: c})
	}
	lost, err := e.q.LostLate(ctx, quotadb.LostLateParams{TenantID: e.tenant, PersonID: e.person, LastDay: m.Last(), Since: since, CutOff: cutOff})
	if err != nil {
		return nil, err
	}
	for _, t := range lost {
		c := ownership.Cause{Kind: ownership.CauseLoss, On: t.EndOn, Person: e.person, LearnedOn: e.home.BusinessDate(t.CreatedAt)}
		l.items[quota.Customers] = append(l.items[quota.Customers], Cause{Cause: c, File: &t.FileID})
	}
	return l, e.booked(ctx, l, m, since, cutOff)
}

// booked adds the visits, rooms and banquets that are the person's only now, or were. Each
// has a booking that counted for him; what became of a visit, others may have brought about.
func (e *explaining) booked(ctx context.Context, l *learned, m kernel.Month, since, cutOff time.Time) error {
	bookings, err := e.app.Visits.LateBookingsTx(ctx, e.tx, e.tenant, e.person, m.First(), m.Last(), since, cutOff)
	if err != nil {
		return err
	}
	files := []kernel.FileID{}
	for _, b := range bookings {
		if b.Touched && !slices.Contains(files, *b.File) {
			files = append(files, *b.File)
		}
		item, counts := map[visit.Kind]quota.Item{visit.Room: quota.Rooms, visit.Banquet: quota.Banquets}[b.Kind]
		if !counts || b.Was != e.person && b.Now != e.person {
			continue
		}
		as := func(by kernel.PersonID) (out []ownership.Visit) {
			if !by.IsZero() {
				out = append(out, ownership.Visit{On: b.Date, Meal: b.Meal, By: by})
			}
			return out
		}
		of := []ownership.Visit{{On: b.Date, Meal: b.Meal}}
		for _, c := range ownership.LateVisits(of, as(b.Was), as(b.Now), func(ownership.Visit) (kernel.BusinessDate, visit.Merging) { return e.home.BusinessDate(b.At), "" }) {
			c.Booked = b.Kind
			l.items[item] = append(l.items[item], Cause{Cause: c, File: b.File})
		}
	}
	return e.visited(ctx, l, files, m, since, cutOff)
}

// visited adds the visits of files.
func (e *explaining) visited(ctx context.Context, l *learned, files []kernel.FileID, m kernel.Month, since, cutOff time.Time) error {
	if len(files) == 0 {
		return nil
	}
	was, err := e.known(ctx, files, m, since)
	if err != nil {
		return err
	}
	now, err := e.known(ctx, files, m, cutOff)
	if err != nil {
		return err
	}
	late, err := e.app.Visits.LearnedTx(ctx, e.tx, e.tenant, files, since, cutOff)
	if err != nil {
		return err
	}
	for _, f := range files {
		when := ownership.LearnedOf(late[f], e.home.BusinessDate, e.home.BusinessDate(cutOff))
		for _, c := range ownership.LateVisits(e.his(was[f], now[f]), was[f], now[f], when) {
			l.items[quota.Visits] = append(l.items[quota.Visits], Cause{Cause: c, File: &f})
		}
	}
	slices.SortStableFunc(l.items[quota.Visits], func(a, b Cause) int { return cmp.Or(int(a.On-b.On), int(a.Meal)-int(b.Meal)) })
	return nil
}

// known are a month's visits as they were known at a moment, by guest: those of files that
// were ever one are one guest's, so that one list is comparable with the other.
func (e *explaining) known(ctx context.Context, files []kernel.FileID, m kernel.Month, at time.Time) (map[kernel.FileID][]ownership.Visit, error) {
	of, err := e.app.Visits.KnownTx(ctx, e.tx, e.tenant, files, m.First(), m.Last()+1, at)
	out := map[kernel.FileID][]ownership.Visit{}
	for _, all := range of {
		for _, v := range all {
			out[v.Guest] = append(out[v.Guest], ownership.VisitsOf([]visit.Counted{v})...)
		}
	}
	return out, err
}

// his are the days and meals that were credited to the person then, or are now.
func (e *explaining) his(lists ...[]ownership.Visit) (out []ownership.Visit) {
	for _, all := range lists {
		for _, v := range all {
			if v.By == e.person && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// name puts causes into words, with the guests as the caller may read them.
func (e *explaining) name(ctx context.Context, corrections []Correction) error {
	people, files := []kernel.UUID{}, []kernel.UUID{}
	for _, c := range corrections {
		for _, x := range c.Causes {
			people = append(people, kernel.UUID(x.Person))
			if x.File != nil {
				files = append(files, kernel.UUID(*x.File))
			}
		}
	}
	named, err := e.q.PeopleNamed(ctx, e.tenant, people)
	if err != nil {
		return err
	}
	called := map[kernel.PersonID]string{}
	for _, p := range named {
		called[p.PersonID] = p.Name
	}
	guests, err := e.q.GuestsNamed(ctx, e.tenant, files)
	if err != nil {
		return err
	}
	who := namesFor(ctx)
	for i := range corrections {
		for j := range corrections[i].Causes {
			x := &corrections[i].Causes[j]
			x.Text = ownership.TellCause(x.Cause, func(p kernel.PersonID) string { return called[p] })
			for _, g := range guests {
				if x.File != nil && g.FileID == *x.File {
					x.Guest, x.Opens = who.show(g.Name, g.StoreID, g.OwnerID), who.opens(g.StoreID, g.OwnerID)
				}
			}
		}
	}
	return nil
}
