package visitdb

import (
	"context"
	"time"

	"github.com/changke/changke/services/customer"
	"github.com/changke/changke/services/kernel"
)

// mergeNumbers gives the numbers of a file to another. Numbers that either file
// had from its first approval on count from the earlier of both, but never from
// a day on which somebody else still had them; further ones keep their own days.
// What each was before is written down.
const mergeNumbers = `
WITH k AS MATERIALIZED (
  SELECT n.number_id, n.file_id, n.approved_on,
    CASE WHEN n.approved_on = CASE WHEN n.file_id = $2 THEN $4::date ELSE $5::date END
      THEN least(n.approved_on, greatest(least($4::date, $5::date), coalesce((
        SELECT max(o.until) FROM guest_number o
        WHERE o.tenant_id = $1 AND o.store_id = n.store_id AND o.number_key = n.number_key AND o.until < n.until), '-infinity')))
      ELSE n.approved_on END AS counts_from
  FROM guest_number n WHERE n.tenant_id = $1 AND n.file_id IN ($2, $3)
), before AS (
  INSERT INTO number_merge (tenant_id, merge_id, number_id, file_id, approved_on, at)
  SELECT $1, $6, number_id, file_id, approved_on, $7 FROM k WHERE file_id = $3 OR counts_from <> approved_on
)
UPDATE guest_number n SET file_id = $2, approved_on = k.counts_from, shared = true
FROM k WHERE n.tenant_id = $1 AND n.number_id = k.number_id`

// unmergeNumbers puts back what mergeNumbers changed, writes down what that had made of
// it, and tells whether all of it was as it had left it.
const unmergeNumbers = `
WITH k AS MATERIALIZED (
  SELECT m.number_id, m.file_id, m.approved_on, n.file_id AS file_was, n.approved_on AS approved_was
  FROM number_merge m
  JOIN guest_number n ON n.tenant_id = m.tenant_id AND n.number_id = m.number_id AND n.file_id = $3
  WHERE m.tenant_id = $1 AND m.merge_id = $2 AND NOT m.undoing
), before AS (
  INSERT INTO number_merge (tenant_id, merge_id, number_id, file_id, approved_on, at, undoing)
  SELECT $1, $2, number_id, file_was, approved_was, $4, true FROM k
), back AS (
  UPDATE guest_number n SET file_id = k.file_id, approved_on = k.approved_on
  FROM k WHERE n.tenant_id = $1 AND n.number_id = k.number_id
  RETURNING n.number_id
)
SELECT (SELECT count(*) FROM back) = (SELECT count(*) FROM number_merge m WHERE m.tenant_id = $1 AND m.merge_id = $2 AND NOT m.undoing)`

// noteShared says anew of the numbers of files whether they are several.
const noteShared = `
UPDATE guest_number n SET shared = k.several
FROM (SELECT o.file_id, count(*) > 1 AS several FROM guest_number o WHERE o.tenant_id = $1 AND o.file_id = ANY($2) GROUP BY o.file_id) k
WHERE n.tenant_id = $1 AND n.file_id = k.file_id AND n.shared <> k.several`

// Merge gives the numbers of a file to another and counts both anew: bills of
// these guests wait until the transaction ends.
func (w *Writer) Merge(ctx context.Context, m customer.NumberMerge, now time.Time) (out customer.VisitMerge, err error) {
	files := []kernel.FileID{m.Survivor, m.Merged}
	if err := w.lockNumbersOf(ctx, files, nil); err != nil {
		return out, err
	}
	before, err := w.summaries(ctx, files)
	if err != nil {
		return out, err
	}
	if _, err := w.tx.Exec(ctx, mergeNumbers, w.tenant, m.Survivor, m.Merged, m.SurvivorOn.Time(), m.MergedOn.Time(), m.ID, now); err != nil {
		return out, err
	}
	if err := w.recount(ctx, files, now); err != nil {
		return out, err
	}
	after, err := w.summaries(ctx, files[:1])
	return customer.VisitMerge{Survivor: before[m.Survivor], Merged: before[m.Merged], After: after[m.Survivor]}, err
}

// Unmerge gives every number back to the file that had it. false: one of them has
// gone elsewhere since; then the transaction must not be kept.
func (w *Writer) Unmerge(ctx context.Context, m customer.NumberMerge, now time.Time) (whole bool, err error) {
	files := []kernel.FileID{m.Survivor, m.Merged}
	if err := w.lockNumbersOf(ctx, files, nil); err != nil {
		return false, err
	}
	if err := w.tx.QueryRow(ctx, unmergeNumbers, w.tenant, m.ID, m.Survivor, now).Scan(&whole); err != nil || !whole {
		return false, err
	}
	if _, err := w.tx.Exec(ctx, noteShared, w.tenant, files); err != nil {
		return false, err
	}
	return true, w.recount(ctx, files, now)
}

func (w *Writer) summaries(ctx context.Context, files []kernel.FileID) (map[kernel.FileID]customer.VisitSummary, error) {
	rows, err := w.Activity(ctx, w.tenant, IDs(files))
	out := make(map[kernel.FileID]customer.VisitSummary, len(rows))
	for _, r := range rows {
		out[r.FileID] = customer.VisitSummary{Last: r.LastVisit, Count: r.Visits}
	}
	return out, err
}
