package main

import (
	"fmt"
	"math"
	"slices"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota/quotaapp"
)

// yearTargets are the rows of the table for the posts of these years: visits and
// banquets of a month (0: not assessed), and the ramp, month 9 being the floor.
var yearTargets = map[string]struct {
	visits, banquets int
	ramp             [9]int
}{
	"客服代表": {40, 2, [9]int{2, 4, 6, 8, 10, 12, 14, 17, 20}},
	"大堂经理": {80, 0, [9]int{3, 6, 10, 14, 18, 22, 28, 34, 40}},
	"岗标":   {0, 0, [9]int{1, 2, 3, 4, 5, 6, 7, 8, 10}},
}

// post is what somebody is on a day; "": not employed.
func (w yearStaffer) post(day kernel.BusinessDate) string {
	if w.left != 0 && day >= w.left {
		return ""
	}
	for _, p := range slices.Backward(w.posts) {
		if p.from <= day {
			return p.position
		}
	}
	return ""
}

// score is the scores of a month on the state of its end (QTA).
func (y *year) score(states []*yearState, m kernel.Month) (out []quotaapp.OutcomeLine) {
	for _, w := range y.staff {
		var visits, banquets float64
		assessed, visitsAsked, banquetsAsked := false, false, false
		for d := m.First(); d <= m.Last(); d++ {
			if t, ok := yearTargets[w.post(d)]; ok {
				assessed = true
				visits, banquets = visits+float64(t.visits), banquets+float64(t.banquets)
				visitsAsked, banquetsAsked = visitsAsked || t.visits > 0, banquetsAsked || t.banquets > 0
			}
		}
		if !assessed {
			continue
		}
		line := quotaapp.OutcomeLine{Month: m.String(), StaffNo: w.no}
		share := func(sum float64, asked bool) *string {
			text := fmt.Sprintf("%.2f", math.Floor(sum*100/float64(m.Days())+0.5)/100)
			if !asked {
				return nil
			}
			return &text
		}
		line.Visits.Target, line.Banquets.Target = share(visits, visitsAsked), share(banquets, banquetsAsked)
		if t, ok := yearTargets[w.post(m.Last())]; ok {
			entry := w.posts[0].from
			first := entry.Month()
			if entry.Time().Day() > 15 {
				first++
			}
			hold := 0
			if n := int(m - first); n >= 0 {
				hold = t.ramp[min(n, 8)]
			}
			text := fmt.Sprintf("%d.00", hold)
			line.Customers.Target = &text
		}
		for _, s := range states {
			if s.entered && s.owner == w.no {
				line.Customers.Counted++
			}
			for _, v := range s.visits {
				if v.date.Month() == m && v.credit == w.no {
					line.Visits.Counted++
				}
			}
		}
		for _, b := range y.bookings {
			if b.booker == w.no && b.date.Month() == m && b.state == "finished" && b.notice {
				switch b.kind {
				case "room":
					line.Rooms.Counted++
				case "banquet":
					line.Banquets.Counted++
				}
			}
		}
		out = append(out, line)
	}
	return out
}
