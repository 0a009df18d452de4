package onboarding

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/tenant"
)

// File names and their columns, as the former system exports them.
var columns = map[string][]string{
	"stores.csv":      {"store_code", "name"},
	"staff.csv":       {"staff_no", "name", "phone", "store_code", "position", "entry_date", "left_date"},
	"staff_moves.csv": {"staff_no", "date", "store_code", "position"},
	"customers.csv":   {"store_code", "phone", "name", "referrer_no", "approved_date"},
	"bookings.csv":    {"booking_ref", "store_code", "phone", "booker_no", "business_date", "meal_period", "kind", "state", "seated_time", "notice_sent"},
	"bills.csv":       {"store_code", "source", "bill_no", "revision", "booking_ref", "phone", "business_date", "meal_period", "closed_time", "amount_fen", "status"},
}

// maxFindings bounds a report: after so many, the file is the wrong file.
const maxFindings = 1000

// Read reads and checks a directory of files. It gives every finding with file,
// line, column and reason, at most 1,000; the facts are whole only if there is
// none. An error is one of reading, not of content.
func Read(dir fs.FS) (*Facts, []Finding, error) {
	r := &reader{dir: dir}
	r.span()
	r.file("stores.csv", r.store)
	r.file("staff.csv", r.staff)
	r.file("staff_moves.csv", r.move)
	r.file("customers.csv", r.customer)
	r.file("bookings.csv", r.booking)
	r.file("bills.csv", r.bill)
	if r.err != nil {
		return nil, nil, r.err
	}
	r.cross()
	return &r.facts, r.findings, nil
}

type reader struct {
	dir      fs.FS
	facts    Facts
	findings []Finding
	err      error

	// the line being read
	name string
	line int
	row  map[string]string

	lines crossLines
}

func (r *reader) find(column, reason string, args ...any) {
	r.findAt(r.name, r.line, column, reason, args...)
}

func (r *reader) findAt(file string, line int, column, reason string, args ...any) {
	if len(r.findings) < maxFindings {
		r.findings = append(r.findings, Finding{file, line, column, fmt.Sprintf(reason, args...)})
	}
}

func (r *reader) span() {
	r.name, r.line = "span.json", 1
	b, err := fs.ReadFile(r.dir, r.name)
	if errors.Is(err, fs.ErrNotExist) {
		r.facts.Span.Zone = time.UTC
		r.find("", "the file is missing")
		return
	}
	var span struct{ Tenant, Timezone, From, To string }
	if err == nil && !utf8.Valid(b) {
		err = errNotUTF8
	}
	if err == nil {
		err = json.Unmarshal(bytes.TrimPrefix(b, []byte(mark)), &span)
	}
	s := &r.facts.Span
	s.Zone = time.UTC
	if err != nil {
		r.find("", "not readable as JSON: %v", err)
		return
	}
	if s.Tenant = span.Tenant; s.Tenant == "" {
		r.find("tenant", "empty")
	}
	if zone, err := time.LoadLocation(span.Timezone); err == nil && span.Timezone != "" && span.Timezone != "Local" {
		s.Zone = zone
	} else {
		r.find("timezone", "%q is not the name of a time zone", span.Timezone)
	}
	if s.From, err = kernel.ParseDate(span.From); err != nil {
		r.find("from", "%v", err)
	}
	if s.To, err = kernel.ParseDate(span.To); err != nil {
		r.find("to", "%v", err)
	}
	if s.To < s.From {
		r.find("to", "lies before from")
	}
}

// errNotUTF8 refuses what Chinese Excel writes when nobody asks it for UTF-8: read on,
// names would become question marks without a word.
var errNotUTF8 = errors.New("not UTF-8: save the file as UTF-8 (CSV UTF-8 in Excel)")

// mark stands before UTF-8 as Excel writes it.
const mark = "\ufeff"

// unmarked takes the mark away before anybody reads: left on, it hides that a first
// column stands in quotes.
func unmarked(f io.Reader) io.Reader {
	in := bufio.NewReader(f)
	if head, err := in.Peek(len(mark)); err == nil && string(head) == mark {
		_, _ = in.Discard(len(mark))
	}
	return in
}

// file reads one CSV line by line; a missing column is found once, not per line.
func (r *reader) file(name string, line func()) {
	if r.err != nil {
		return
	}
	r.name, r.line = name, 1
	f, err := r.dir.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		r.find("", "the file is missing")
		return
	}
	if err != nil {
		r.err = err
		return
	}
	defer func() { _ = f.Close() }()
	in := csv.NewReader(unmarked(f))
	in.FieldsPerRecord, in.ReuseRecord = -1, true
	header, err := in.Read()
	if err != nil {
		r.find("", "no header line")
		return
	}
	header = slices.Clone(header)
	for _, c := range columns[name] {
		if !slices.Contains(header, c) {
			r.find(c, "the column is missing")
			return
		}
		if slices.Contains(header[slices.Index(header, c)+1:], c) {
			r.find(c, "the column stands twice")
			return
		}
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			r.line = bad.StartLine
			r.find("", "not readable as CSV: %v", bad.Err)
			continue
		}
		if err != nil {
			r.err = fmt.Errorf("%s: %w", name, err)
			return
		}
		r.line, _ = in.FieldPos(0)
		if len(record) != len(header) {
			r.find("", "has %d fields, the header has %d", len(record), len(header))
			continue
		}
		if i := slices.IndexFunc(record, func(cell string) bool { return !utf8.ValidString(cell) }); i >= 0 {
			r.find(header[i], "%v", errNotUTF8)
			continue
		}
		r.row = make(map[string]string, len(header))
		for i, c := range header {
			r.row[c] = strings.TrimSpace(record[i])
		}
		line()
	}
}

func (r *reader) text(column string) string {
	v := r.row[column]
	if v == "" {
		r.find(column, "empty")
	}
	if len(v) > 200 || strings.ContainsRune(v, 0) {
		r.find(column, "longer than 200 bytes or with unprintable characters")
	}
	return v
}

func (r *reader) date(column string) kernel.BusinessDate {
	d, err := kernel.ParseDate(r.row[column])
	if err != nil {
		r.find(column, "%v", err)
	}
	return d
}

// phone reads a number; may says whether it may be empty.
func (r *reader) phone(may bool) kernel.Phone {
	v := r.row["phone"]
	if v == "" {
		if !may {
			r.find("phone", "empty")
		}
		return ""
	}
	p, err := kernel.ParsePhone(v)
	if err != nil {
		r.find("phone", "not a phone number") // the number itself stays out of reports
	}
	return p
}

func (r *reader) oneOf(column string, words ...string) string {
	v := r.row[column]
	if !slices.Contains(words, v) {
		r.find(column, "%q is none of %s", v, strings.Join(words, ", "))
	}
	return v
}

func (r *reader) meal() tenant.MealPeriod {
	m, err := tenant.ParseMealPeriod(r.row["meal_period"])
	if err != nil {
		r.find("meal_period", "%q is none of lunch, tea, dinner, supper", r.row["meal_period"])
	}
	return m
}

func (r *reader) store() {
	r.facts.Stores = append(r.facts.Stores, Store{Code: r.text("store_code"), Name: r.text("name"), Zone: r.facts.Span.Zone.String()})
	r.lines.stores = append(r.lines.stores, r.line)
}

func (r *reader) staff() {
	s := Staff{No: r.text("staff_no"), Name: r.text("name"), Phone: r.phone(true), Entry: r.date("entry_date")}
	s.Posts = []Post{{From: s.Entry, Store: r.text("store_code"), Position: r.text("position")}}
	if r.row["left_date"] != "" {
		left := r.date("left_date")
		s.Left = &left
		if left < s.Entry {
			r.find("left_date", "lies before entry_date")
		}
	}
	r.facts.Staff = append(r.facts.Staff, s)
	r.lines.staff = append(r.lines.staff, r.line)
}

func (r *reader) move() {
	r.lines.moves = append(r.lines.moves, moveLine{r.line, r.text("staff_no"), Post{From: r.date("date"), Store: r.text("store_code"), Position: r.text("position"), Line: r.line}})
}

func (r *reader) customer() {
	r.facts.Customers = append(r.facts.Customers, Customer{
		Store: r.text("store_code"), Phone: r.phone(false), Name: r.text("name"),
		ReferrerNo: r.text("referrer_no"), ApprovedOn: r.date("approved_date"),
	})
	r.lines.customers = append(r.lines.customers, r.line)
}

func (r *reader) booking() {
	b := Booking{
		Ref: r.text("booking_ref"), Store: r.text("store_code"), Phone: r.phone(true), BookerNo: r.text("booker_no"),
		Date: r.date("business_date"), Meal: r.meal(), Kind: r.oneOf("kind", "hall", "room", "banquet"),
		State: r.oneOf("state", "finished", "cancelled", "no_show"), Noticed: r.oneOf("notice_sent", "0", "1") == "1",
	}
	if v := r.row["seated_time"]; v != "" {
		t, err := time.Parse("15:04", v)
		if err != nil {
			r.find("seated_time", "%q is not a time of the form HH:MM", v)
		}
		minutes := t.Hour()*60 + t.Minute()
		b.SeatedClock = &minutes
	} else if b.State == "finished" {
		r.find("seated_time", "empty, but the booking is finished")
	}
	r.facts.Bookings = append(r.facts.Bookings, b)
	r.lines.bookings = append(r.lines.bookings, r.line)
}

func (r *reader) bill() {
	b := Bill{
		Store: r.text("store_code"), Source: r.text("source"), No: r.text("bill_no"), BookingRef: r.row["booking_ref"],
		Phone: r.phone(true), Date: r.date("business_date"), Meal: r.meal(), Voided: r.oneOf("status", "paid", "voided") == "voided", Line: r.line,
	}
	var err error
	if b.Revision, err = strconv.Atoi(r.row["revision"]); err != nil || b.Revision < 1 || b.Revision > 1_000_000 {
		r.find("revision", "%q is not a number from 1 to 1,000,000", r.row["revision"])
	}
	amount, err := strconv.ParseInt(r.row["amount_fen"], 10, 64)
	if err != nil || amount < 0 || amount > 100_000_000_000 {
		r.find("amount_fen", "%q is not an amount in fen, 0 or more", r.row["amount_fen"])
	}
	b.Amount = kernel.Fen(amount)
	if b.ClosedAt, err = time.Parse(time.RFC3339, r.row["closed_time"]); err != nil {
		r.find("closed_time", "%q is not a time of the form 2025-01-31T20:40:00+08:00", r.row["closed_time"])
	}
	r.facts.Bills = append(r.facts.Bills, b)
	r.lines.bills = append(r.lines.bills, r.line)
}

// FileNames lists the files of an import in the order they are read.
func FileNames() []string {
	return []string{"span.json", "stores.csv", "staff.csv", "staff_moves.csv", "customers.csv", "bookings.csv", "bills.csv"}
}
