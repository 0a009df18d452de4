package customerapp

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/customer/internal/customerdb"
	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
	"github.com/changke/changke/services/platform/secret"
)

// SpotCheckMonth is the draw of a month, counted over the stores in reach.
type SpotCheckMonth struct {
	Month                    kernel.Month
	Seed                     []byte
	Percent, RuleVersion     int
	Approved                 int // files approved in the month, of the whole chain
	Drawn, Checked, Findings int
	At                       time.Time
}

// SpotCheckView is a drawn file with what the page shows besides.
type SpotCheckView struct {
	customer.SpotCheck
	Item                       Item
	RefName, RevName, Checking string
	Checkable                  bool // false: the caller's own work (ROL-04), or checked
}

// Rate is what spot checks say of one person.
type Rate struct {
	Person                   kernel.PersonID
	Name                     string
	Checked, Found, NotReals int
}

// SpotCheckMonths lists the months drawn, newest first.
func (a *App) SpotCheckMonths(ctx context.Context, grant kernel.Grant) ([]SpotCheckMonth, error) {
	stores, err := a.storesIn(ctx, grant, nil)
	if err != nil {
		return nil, err
	}
	rows, err := a.read(grant.Actor().Tenant).SpotCheckMonths(ctx, customerdb.IDs(stores), grant.Actor().Tenant)
	out := make([]SpotCheckMonth, len(rows))
	for i, r := range rows {
		out[i] = SpotCheckMonth{
			Month: r.Month.Month(), Seed: r.Seed, Percent: int(r.Percent), RuleVersion: int(r.RuleVersion), Approved: int(r.Approved),
			Drawn: int(r.Drawn), Checked: int(r.Checked), Findings: int(r.Found), At: r.DrawnAt,
		}
	}
	return out, err
}

// SpotChecks lists the files drawn for a month, those not checked yet first,
// with the next page's token. Fault: invalid_field at "page_token".
func (a *App) SpotChecks(ctx context.Context, grant kernel.Grant, now time.Time, month kernel.Month, store *kernel.StoreID, size int, token string) ([]SpotCheckView, string, error) {
	id := grant.Actor().Tenant
	p := customerdb.SpotChecksParams{TenantID: id, Month: month.First(), RowLimit: int32(size + 1)}
	parts, err := rpc.ParsePageToken(id, token, 3)
	if err != nil {
		return nil, "", err
	}
	if parts != nil {
		var storeErr, fileErr error
		p.AfterChecked = parts[0] == "1"
		p.AfterStore, storeErr = kernel.ParseID[kernel.UUID](parts[1])
		p.AfterFile, fileErr = kernel.ParseID[kernel.UUID](parts[2])
		if errors.Join(storeErr, fileErr) != nil {
			return nil, "", errPageToken
		}
	}
	stores, err := a.storesIn(ctx, grant, store)
	if err != nil {
		return nil, "", err
	}
	p.Stores = customerdb.IDs(stores)
	rows, err := a.read(id).SpotChecks(ctx, p)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > size {
		rows = rows[:size]
		last, checked := rows[size-1], "0"
		if last.Result != nil {
			checked = "1"
		}
		next = rpc.PageToken(id, checked, last.StoreID.String(), last.FileID.String())
	}
	keys, err := a.Numbers.Keys(ctx, id)
	if err != nil {
		return nil, "", err
	}
	list := make([]customer.SpotCheck, len(rows))
	for i, r := range rows {
		if list[i], err = customerdb.SpotCheckRow(r).Check(keys, month); err != nil {
			return nil, "", err
		}
	}
	views, err := a.spotChecks(ctx, grant, now, list)
	return views, next, err
}

func (a *App) spotChecks(ctx context.Context, grant kernel.Grant, now time.Time, list []customer.SpotCheck) ([]SpotCheckView, error) {
	id := grant.Actor().Tenant
	files, people := make([]kernel.FileID, len(list)), []kernel.PersonID{}
	for i, c := range list {
		files[i] = c.File
		people = append(people, c.Referrer, c.Reviewer)
		if c.Checker != nil {
			people = append(people, *c.Checker)
		}
	}
	items, err := a.itemsOf(ctx, id, now, files)
	if err != nil {
		return nil, err
	}
	names, err := a.Staff.Names(ctx, id, people)
	if err != nil {
		return nil, err
	}
	out := make([]SpotCheckView, len(list))
	for i, c := range list {
		_, own := grant.Decide(c.Store, c.Concerns)
		out[i] = SpotCheckView{SpotCheck: c, Item: items[c.File], RefName: names[c.Referrer], RevName: names[c.Reviewer], Checkable: own && c.Result == ""}
		if out[i].Item.File.IsZero() { // deleted since
			out[i].Item.File, out[i].Item.Store, out[i].Checkable = c.File, c.Store, false
		}
		if c.Checker != nil {
			out[i].Checking = names[*c.Checker]
		}
	}
	return out, nil
}

// spotCheck loads one drawn file that a grant reaches. Fault:
// spot_check.not_found.
func (a *App) spotCheck(ctx context.Context, grant kernel.Grant, keys *secret.Keys, month kernel.Month, file kernel.FileID) (customer.SpotCheck, error) {
	row, err := a.read(grant.Actor().Tenant).SpotCheck(ctx, grant.Actor().Tenant, month.First(), file)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && !grant.Covers(row.StoreID, false) {
		return customer.SpotCheck{}, customer.ErrNoSpotCheck
	}
	if err != nil {
		return customer.SpotCheck{}, err
	}
	return row.Check(keys, month)
}

// SpotCheckRates gives how often checks of some months found something, by who
// submitted and by who approved, the worst first.
func (a *App) SpotCheckRates(ctx context.Context, grant kernel.Grant, from, to kernel.Month, store *kernel.StoreID) (referrers, reviewers []Rate, err error) {
	id := grant.Actor().Tenant
	stores, err := a.storesIn(ctx, grant, store)
	if err != nil {
		return nil, nil, err
	}
	p := customerdb.ReferrerRatesParams{TenantID: id, FromMonth: from.First(), ToMonth: to.First(), Stores: customerdb.IDs(stores)}
	byReferrer, err := a.read(id).ReferrerRates(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	byReviewer, err := a.read(id).ReviewerRates(ctx, customerdb.ReviewerRatesParams(p))
	if err != nil {
		return nil, nil, err
	}
	people := []kernel.PersonID{}
	for _, r := range byReferrer {
		referrers = append(referrers, Rate{Person: r.PersonID, Checked: int(r.Checked), Found: int(r.Found), NotReals: int(r.NotReal)})
		people = append(people, r.PersonID)
	}
	for _, r := range byReviewer {
		reviewers = append(reviewers, Rate{Person: r.PersonID, Checked: int(r.Checked), Found: int(r.Found), NotReals: int(r.NotReal)})
		people = append(people, r.PersonID)
	}
	names, err := a.Staff.Names(ctx, id, people)
	for _, list := range [][]Rate{referrers, reviewers} {
		for i := range list {
			list[i].Name = names[list[i].Person]
		}
	}
	return referrers, reviewers, err
}
