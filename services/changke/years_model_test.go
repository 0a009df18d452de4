package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/report/reportapp"
)

// The README of the golden years, read once more as plainly as possible: day by
// day, everything looked at for every question. It shares nothing with the
// product but the types of days and of the lines that are written.

// yearVisit is a visit: credited to a member of staff, or "" to nobody.
type yearVisit struct {
	date   kernel.BusinessDate
	credit string
}

// yearRules are the values of the rules; zero: the rulebook's.
type yearRules struct{ months, percent, receptions, awayDays int }

func (y *year) rules() yearRules {
	return yearRules{cmp.Or(y.other.months, 3), cmp.Or(y.other.percent, 50), cmp.Or(y.other.receptions, 2), cmp.Or(y.other.awayDays, 7)}
}

// yearLate says from which revision on a bill comes late, and after which month.
type yearLate struct {
	month    kernel.Month
	revision int
}

// billKey names a bill whatever its revision.
func (b yearBill) key() [3]string { return [3]string{b.store, b.source, b.no} }

// visits reads the visits of each (store, phone), one for each meal period, as they
// are known on a morning: late bills come in the course of the day after their
// month's last.
func (y *year) visits(on kernel.BusinessDate) map[[2]string][]yearVisit {
	type slot struct {
		store, phone, meal string
		date               kernel.BusinessDate
	}
	first := map[slot]yearBooking{}
	byRef := map[string]yearBooking{}
	for _, b := range y.bookings {
		byRef[b.ref] = b
		if b.state != "finished" || !b.notice {
			continue
		}
		k := slot{b.store, b.phone, b.meal, b.date}
		if f, there := first[k]; !there || sinceCutover(b) < sinceCutover(f) || sinceCutover(b) == sinceCutover(f) && b.ref < f.ref {
			first[k] = b
		}
	}
	came := map[slot]string{}
	for k, b := range first {
		came[k] = b.booker
	}
	top := map[[3]string]yearBill{}
	for _, b := range y.bills {
		if l, late := y.late[b.key()]; late && b.revision >= l.revision && on <= (l.month+1).First() {
			continue
		}
		if k := b.key(); b.revision >= top[k].revision {
			top[k] = b
		}
	}
	for _, b := range top {
		s := slot{b.store, b.phone, b.meal, b.date}
		if k, ok := byRef[b.ref]; ok {
			s = slot{b.store, k.phone, k.meal, k.date}
		}
		if _, there := came[s]; !there && !b.voided && s.phone != "" {
			came[s] = ""
		}
	}
	visits := map[[2]string][]yearVisit{}
	for s, credit := range came {
		k := [2]string{s.store, s.phone}
		visits[k] = append(visits[k], yearVisit{s.date, credit})
	}
	return visits
}

// sinceCutover is when a booking was seated, 04:00 being the first minute.
func sinceCutover(b yearBooking) int {
	var h, m int
	_, _ = fmt.Sscanf(b.seated, "%d:%d", &h, &m)
	return ((h+20)%24)*60 + m
}

// works reports whether somebody is employed on a day in a store in a post that
// may own files.
func (y *year) works(no, store string, day kernel.BusinessDate) bool {
	for _, w := range y.staff {
		if w.no != no || w.left != 0 && day >= w.left {
			continue
		}
		for _, p := range slices.Backward(w.posts) {
			if p.from <= day {
				return p.store == store && p.position != "前台" && p.position != "茶艺师" && p.position != "收银员"
			}
		}
	}
	return false
}

// yearState is a file as it stands on a day.
type yearState struct {
	yearFile
	visits  []yearVisit // that count
	entered bool
	owner   string // "": public
	since   kernel.BusinessDate
	offered string
}

// count counts visits in a month since the file's owner, or nobody, has it.
func (s *yearState) count(m kernel.Month) (all []yearVisit) {
	for _, v := range s.visits {
		if v.date.Month() == m && v.date >= s.since {
			all = append(all, v)
		}
	}
	return all
}

// last is the last visit before a day.
func (s *yearState) last(before kernel.BusinessDate) *kernel.BusinessDate {
	var last *kernel.BusinessDate
	for _, v := range s.visits {
		if v.date < before && (last == nil || v.date > *last) {
			last = &v.date
		}
	}
	return last
}

// telling takes what is decided on a file.
type telling func(s *yearState, day kernel.BusinessDate, rule, from, to string, evidence map[string]any)

// play walks the year with some rules in force.
func (y *year) play(rules []string) ([]reportapp.Event, []reportapp.FinalState) {
	states := make([]*yearState, len(y.files))
	for i, f := range y.files {
		states[i] = &yearState{yearFile: f}
	}
	y.know(states, y.from)
	var events []reportapp.Event
	tell := func(s *yearState, day kernel.BusinessDate, rule, from, to string, evidence map[string]any) {
		raw, _ := json.Marshal(evidence)
		e := reportapp.Event{Date: day.String(), Evidence: raw, Phone: s.phone, Rule: rule, Store: s.store}
		if from != "" {
			e.From = &from
		}
		if to != "" {
			e.To = &to
		}
		events = append(events, e)
	}
	y.scored, y.stood = nil, map[kernel.Month][]yearState{y.from.Month(): snapshot(states)}
	closeMonth := func(day kernel.BusinessDate) {
		m := (day - 1).Month()
		y.scored = append(y.scored, y.score(states, m)...)
		for _, s := range states {
			y.close(s, m, rules, tell)
		}
		y.stood[day.Month()] = snapshot(states)
	}
	for day := y.from; day <= y.to; day++ {
		if day == day.Month().First() && day != y.from {
			closeMonth(day)
		}
		if len(y.late) > 0 && day == day.Month().First()+1 {
			y.know(states, day)
		}
		for _, s := range states {
			y.day(s, day, rules, tell)
			if day == day.Month().First()+2 && s.offered != "" {
				if s.owner == "" && y.works(s.offered, s.store, day) {
					s.owner, s.since = s.offered, day
					tell(s, day, "LIF-08", "", s.owner, map[string]any{})
				}
				s.offered = ""
			}
		}
	}
	final := y.final(states)
	if y.to == y.to.Month().Last() {
		closeMonth(y.to + 1)
	}
	slices.SortFunc(events, func(a, b reportapp.Event) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Store, b.Store), cmp.Compare(a.Phone, b.Phone))
	})
	return events, final
}

func snapshot(states []*yearState) []yearState {
	out := make([]yearState, len(states))
	for i, s := range states {
		out[i] = *s
	}
	return out
}

// know gives files the visits that are known on a morning.
func (y *year) know(states []*yearState, on kernel.BusinessDate) {
	visits := y.visits(on)
	for _, s := range states {
		s.visits = nil
		for _, v := range visits[[2]string{s.store, s.phone}] {
			if v.date >= s.approved {
				s.visits = append(s.visits, v)
			}
		}
	}
}

func release(s *yearState, day kernel.BusinessDate, rule string, tell telling, evidence map[string]any) {
	tell(s, day, rule, s.owner, "", evidence)
	s.owner, s.since = "", day
}

// close is LIF-07 and LIF-04 for a month on a file.
func (y *year) close(s *yearState, m kernel.Month, rules []string, tell telling) {
	day, seen := (m + 1).First(), s.count(m)
	switch {
	case !s.entered || s.since > m.Last():
	case s.owner == "" && slices.Contains(rules, "LIF-07"):
		y.adopt(s, m, seen, func(rule, to string, evidence map[string]any) { tell(s, day, rule, "", to, evidence) })
	case s.owner != "" && slices.Contains(rules, "LIF-04"):
		others := 0
		for _, v := range seen {
			if v.credit != s.owner {
				others++
			}
		}
		if len(seen) > 0 && 100*others >= y.rules().percent*len(seen) {
			release(s, day, "LIF-04", tell, map[string]any{"month": m.String(), "visits": len(seen), "others": others})
		}
	}
}

// day is what a day brings to a file: its approval, LIF-05 and LIF-03.
func (y *year) day(s *yearState, day kernel.BusinessDate, rules []string, tell telling) {
	if s.approved == day {
		s.entered, s.owner, s.since = true, s.yearFile.owner, day
	}
	if s.owner != "" && slices.Contains(rules, "LIF-05") && !y.works(s.owner, s.store, day) {
		since := day
		for since > s.since && !y.works(s.owner, s.store, since-1) {
			since--
		}
		if int(day-since) >= y.rules().awayDays {
			release(s, day, "LIF-05", tell, map[string]any{"since": since.String()})
		}
	}
	if s.owner != "" && slices.Contains(rules, "LIF-03") {
		last, clock := s.last(day), s.since
		if last != nil {
			clock = max(clock, *last)
		}
		if clock < day.MinusMonths(y.rules().months) {
			release(s, day, "LIF-03", tell, map[string]any{"last_visit": last, "tie_start": s.since.String()})
		}
	}
}

// adopt is LIF-07 on a public file.
func (y *year) adopt(s *yearState, m kernel.Month, seen []yearVisit, tell func(rule, to string, evidence map[string]any)) {
	counts := map[string]int{}
	for _, v := range seen {
		if v.credit != "" && y.works(v.credit, s.store, m.Last()) {
			counts[v.credit]++
		}
	}
	var best []string
	for _, w := range y.staff {
		no := w.no
		switch n := counts[no]; {
		case n < y.rules().receptions || len(best) > 0 && n < counts[best[0]]:
		case len(best) > 0 && n == counts[best[0]]:
			best = append(best, no)
		default:
			best = []string{no}
		}
	}
	evidence := map[string]any{"month": m.String()}
	switch len(best) {
	case 0:
	case 1:
		evidence["count"] = counts[best[0]]
		tell("LIF-07", best[0], evidence)
		s.offered = best[0]
	default:
		evidence["count"], evidence["receivers"] = counts[best[0]], best
		tell("LIF-07-TIE", "", evidence)
	}
}

func (y *year) final(states []*yearState) (final []reportapp.FinalState) {
	for _, s := range states {
		f := reportapp.FinalState{Activity: "dormant", Phone: s.phone, Store: s.store, Visits: int32(len(s.visits))}
		if owner := s.owner; owner != "" {
			f.Owner = &owner
		}
		clock := s.approved
		if last := s.last(y.to + 1); last != nil {
			text := last.String()
			f.LastVisit, clock = &text, *last
		}
		if clock >= (y.to + 1).MinusMonths(3) {
			f.Activity = "active"
		}
		final = append(final, f)
	}
	slices.SortFunc(final, func(a, b reportapp.FinalState) int {
		return cmp.Or(strings.Compare(a.Store, b.Store), strings.Compare(a.Phone, b.Phone))
	})
	return final
}
