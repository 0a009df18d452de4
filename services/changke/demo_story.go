package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/ownership"
)

// The story is what the demo adds to the golden year, so that on the day it is
// made every page of ownership has something to do: guests just lost, about to be
// lost, to be given back, and a referrer who left without handing over.

// demoMonths is LIF-03's term, in which the demo's dates are reckoned.
const demoMonths = 3

// storyTeller and leaver are who loses guests in the first store, and who left
// the last one seven days ago (LIF-05).
const (
	storyTeller, storyManager = "E0005", "E0002"
	leaver                    = "E0073"
	awayDays                  = 7
)

// storyGuest is a guest of the story: whose he is, and how many days before the
// demo is made LIF-03 takes him; below zero: so many days are left.
type storyGuest struct {
	store, phone, name, referrer string
	ago                          int
}

// lastDinner is the visit after which LIF-03 takes the guest on his day. On the
// days after the 28th that the third month before does not have, it takes nobody
// (RUL-02): he is taken on the first day after them, or, where that is not over by
// today, the last before.
func (g storyGuest) lastDinner(today kernel.BusinessDate) kernel.BusinessDate {
	day := today - kernel.BusinessDate(g.ago)
	last := day.MinusMonths(demoMonths) - 1
	if ownership.FirstPast(last, demoMonths) < day && (g.ago < 0 || ownership.FirstPast(last+1, demoMonths) < today) {
		return last + 1
	}
	return last
}

// Guests that the first store's waiter lost, in the order of the stories told of
// them: appeals open and granted, losses still to be contested, late bills.
var (
	storyAppealed  = storyGuest{"S01", "13772418861", "陆建国", storyTeller, 4}
	storyRestored  = storyGuest{"S01", "13891726652", "顾晓雯", storyTeller, 5}
	storyContested = []storyGuest{
		{"S01", "15929043317", "段宏伟", storyTeller, 1},
		{"S01", "18602964428", "常慧敏", storyTeller, 2},
	}
	storyLate = []storyGuest{
		{"S01", "13096935519", "贺志强", "E0006", 3},
		{"S01", "15991680046", "乔雪梅", "E0006", 3},
	}
	storyRisky = []storyGuest{
		{"S01", "13572037753", "姚立新", storyTeller, -2},
		{"S01", "18792645584", "秦美玲", storyTeller, -9},
	}
)

// storyLeft are the guests of who left: LIF-05 would release them all at once, so
// the run stops before the store (RUL-08).
var storyLeft = []storyGuest{
	{store: "S04", phone: "13630241197", name: "白永康"},
	{store: "S04", phone: "13468732208", name: "方丽娟"},
	{store: "S04", phone: "15829563389", name: "石光明"},
	{store: "S04", phone: "18092314470", name: "孟庆华"},
	{store: "S04", phone: "13319280951", name: "崔玉兰"},
	{store: "S04", phone: "17791645562", name: "侯俊杰"},
}

// tellStory appends the story's lines to the files of the shifted year.
func tellStory(dir string, today kernel.BusinessDate) error {
	s := story{today: today, lines: map[string][][]string{}}
	lost := append([]storyGuest{storyAppealed, storyRestored}, append(storyContested, storyLate...)...)
	for _, g := range append(lost, storyRisky...) {
		last := g.lastDinner(today)
		s.guest(g, last-68, last-68, last-51, last-30, last-13, last)
	}
	s.add("staff.csv", leaver, "任建军", "18729340016", "S04", "客服代表", (today - 500).String(), (today - awayDays).String())
	for i, g := range storyLeft {
		g.referrer = leaver
		last := today - 12 - 3*kernel.BusinessDate(i)
		s.guest(g, today-120, today-118, today-95, today-70, today-49, last)
	}
	for name, lines := range s.lines {
		if err := appendLines(filepath.Join(dir, name), lines); err != nil {
			return err
		}
	}
	return nil
}

type story struct {
	today    kernel.BusinessDate
	lines    map[string][][]string
	bookings int
}

func (s *story) add(file string, fields ...string) { s.lines[file] = append(s.lines[file], fields) }

// guest enters a guest with his dinners, each booked by his referrer and paid.
func (s *story) guest(g storyGuest, approved kernel.BusinessDate, dinners ...kernel.BusinessDate) {
	s.add("customers.csv", g.store, g.phone, g.name, g.referrer, approved.String())
	for _, day := range dinners {
		s.bookings++
		ref := fmt.Sprintf("C%06d", s.bookings)
		s.add("bookings.csv", ref, g.store, g.phone, g.referrer, day.String(), "dinner", "hall", "finished", "18:20", "1")
		s.add("bills.csv", g.store, "pos", "C"+ref[1:], "1", ref, g.phone, day.String(), "dinner", day.String()+"T20:05:00+08:00", fmt.Sprint(28600+s.bookings*1370), "paid")
	}
}

func appendLines(path string, lines [][]string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := csv.NewWriter(f)
	return errors.Join(w.WriteAll(lines), f.Close())
}
