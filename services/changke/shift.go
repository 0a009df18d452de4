package main

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/onboarding"
)

// shifted moves a year of facts by whole months and cuts it after a day, so that
// the demo's running month is this one. Whole months keep month ends, on which
// the rules turn; a day that the month does not have becomes its last.
type shifted struct {
	months int
	until  kernel.BusinessDate
}

// factDate is the column by which a line lies after the cut.
var factDate = map[string]string{
	"staff.csv": "entry_date", "staff_moves.csv": "date", "customers.csv": "approved_date",
	"bookings.csv": "business_date", "bills.csv": "business_date",
}

var dateColumns = []string{"entry_date", "left_date", "date", "approved_date", "business_date"}

// write copies the files of src, shifted, into a directory.
func (s shifted) write(src fs.FS, dir string) error {
	for _, name := range onboarding.FileNames() {
		in, err := src.Open(name)
		if err != nil {
			return err
		}
		out, err := os.Create(filepath.Join(dir, name))
		if err == nil {
			if name == "span.json" {
				err = s.span(in, out)
			} else {
				err = s.csv(name, in, out)
			}
			err = errors.Join(err, out.Close())
		}
		if err = errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	return nil
}

func (s shifted) span(in io.Reader, out io.Writer) error {
	var span map[string]string
	if err := json.NewDecoder(in).Decode(&span); err != nil {
		return err
	}
	from, err := s.date(span["from"])
	if err != nil {
		return err
	}
	span["from"], span["to"] = from.String(), s.until.String()
	return json.NewEncoder(out).Encode(span)
}

func (s shifted) csv(name string, in io.Reader, out io.Writer) error {
	r, w := csv.NewReader(in), csv.NewWriter(out)
	header, err := r.Read()
	if err != nil {
		return err
	}
	if err := w.Write(header); err != nil {
		return err
	}
	column := map[string]int{}
	for i, c := range header {
		column[c] = i
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			w.Flush()
			return w.Error()
		}
		if err != nil {
			return err
		}
		keep, err := s.row(name, row, column)
		if err != nil {
			return err
		}
		if keep {
			if err := w.Write(row); err != nil {
				return err
			}
		}
	}
}

// row shifts a line in place and says whether it lies before the cut.
func (s shifted) row(name string, row []string, column map[string]int) (bool, error) {
	for _, c := range dateColumns {
		i, ok := column[c]
		if !ok || row[i] == "" {
			continue
		}
		d, err := s.date(row[i])
		if err != nil {
			return false, err
		}
		row[i] = d.String()
		if d <= s.until {
			continue
		}
		if c == factDate[name] {
			return false, nil
		}
		row[i] = "" // a leaving that has not happened yet
	}
	if i, ok := column["closed_time"]; ok {
		t, err := time.Parse(time.RFC3339, row[i])
		if err != nil {
			return false, err
		}
		d := kernel.NewDate(t.Date()).MinusMonths(-s.months)
		row[i] = d.At(time.Duration(t.Hour())*time.Hour+time.Duration(t.Minute())*time.Minute, t.Location()).Format(time.RFC3339)
	}
	return true, nil
}

func (s shifted) date(text string) (kernel.BusinessDate, error) {
	d, err := kernel.ParseDate(text)
	return d.MinusMonths(-s.months), err
}
