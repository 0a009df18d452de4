package onboarding_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/onboarding"
)

func files() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"span.json":       file("\ufeff" + `{"tenant": "t", "timezone": "Asia/Shanghai", "from": "2025-01-01", "to": "2025-03-31"}`),
		"stores.csv":      file("\ufeff\"store_code\",\"name\"\nS01,友谊店\n"),
		"staff.csv":       file("staff_no,name,phone,store_code,position,entry_date,left_date\nE1,李国,13800000001,S01,客服经理,2024-01-01,2025-03-01\n"),
		"staff_moves.csv": file("staff_no,date,store_code,position\nE1,2025-02-01,S01,客服主管\n"),
		"customers.csv":   file("store_code,phone,name,referrer_no,approved_date\nS01,138 1234 5678,王建国,E1,2025-01-01\n"),
		"bookings.csv":    file("booking_ref,store_code,phone,booker_no,business_date,meal_period,kind,state,seated_time,notice_sent\nB1,S01,13812345678,E1,2025-01-02,supper,hall,finished,00:30,1\n"),
		"bills.csv":       file("store_code,source,bill_no,revision,booking_ref,phone,business_date,meal_period,closed_time,amount_fen,status\nS01,pos,N1,1,B1,,2025-01-02,supper,2025-01-03T01:00:00+08:00,100,paid\n"),
	}
}

func TestReadOK(t *testing.T) {
	t.Parallel()
	facts, findings, err := onboarding.Read(files())
	require.NoError(t, err)
	require.Empty(t, findings)
	require.Equal(t, "+8613812345678", facts.Customers[0].Phone.E164())
	require.Equal(t, 30, *facts.Bookings[0].SeatedClock)
	require.Len(t, facts.Staff[0].Posts, 2)
	require.Equal(t, "Asia/Shanghai", facts.Stores[0].Zone)
}

// Each case breaks one thing and names the one finding that must come of it.
func TestReadFindings(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, add string // a line added to a file, or its whole content when it begins with =
		want      onboarding.Finding
	}{
		"unknown store":      {"customers.csv", "S09,13900000000,王,E1,2025-01-01", onboarding.Finding{File: "customers.csv", Line: 3, Column: "store_code", Reason: `"S09" is not in stores.csv`}},
		"on file twice":      {"customers.csv", "S01,+86 13812345678,王,E1,2025-01-01", onboarding.Finding{File: "customers.csv", Line: 3, Column: "phone", Reason: "is on file in this store already (CUS-10)"}},
		"bill differs":       {"bills.csv", "S01,pos,N1,1,B1,,2025-01-02,supper,2025-01-03T01:00:00+08:00,101,paid", onboarding.Finding{File: "bills.csv", Line: 3, Column: "revision", Reason: `bill "N1" revision 1 stands twice with different content`}},
		"booking differs":    {"bookings.csv", "B1,S01,13812345678,E1,2025-01-02,supper,hall,finished,00:31,1", onboarding.Finding{File: "bookings.csv", Line: 3, Column: "booking_ref", Reason: `"B1" stands twice with different content`}},
		"move after leaving": {"staff_moves.csv", "E1,2025-03-01,S01,督察", onboarding.Finding{File: "staff_moves.csv", Line: 3, Column: "date", Reason: "lies outside the time between entry and leaving"}},
		"missing column":     {"stores.csv", "=code,name\nS01,x\n", onboarding.Finding{File: "stores.csv", Line: 1, Column: "store_code", Reason: "the column is missing"}},
		"column twice":       {"stores.csv", "=store_code,name,name\nS01,x,y\n", onboarding.Finding{File: "stores.csv", Line: 1, Column: "name", Reason: "the column stands twice"}},
		"GBK":                {"customers.csv", "S01,13900000000,\xcd\xf5\xbd\xa8\xb9\xfa,E1,2025-01-01", onboarding.Finding{File: "customers.csv", Line: 3, Column: "name", Reason: "not UTF-8: save the file as UTF-8 (CSV UTF-8 in Excel)"}},
		"GBK in span.json":   {"span.json", "={\"tenant\": \"\xcd\xf5\"}", onboarding.Finding{File: "span.json", Line: 1, Reason: "not readable as JSON: not UTF-8: save the file as UTF-8 (CSV UTF-8 in Excel)"}},
		"too few fields":     {"stores.csv", "S02", onboarding.Finding{File: "stores.csv", Line: 3, Reason: "has 1 fields, the header has 2"}},
		"not JSON":           {"span.json", "=x", onboarding.Finding{File: "span.json", Line: 1, Reason: "not readable as JSON: invalid character 'x' looking for beginning of value"}},
		"finished unseated":  {"bookings.csv", "B2,S01,13812345678,E1,2025-01-02,tea,hall,finished,,1", onboarding.Finding{File: "bookings.csv", Line: 3, Column: "seated_time", Reason: "empty, but the booking is finished"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := files()
			data := append(dir[c.file].Data, c.add+"\n"...)
			if c.add[0] == '=' {
				data = []byte(c.add[1:])
			}
			dir[c.file] = &fstest.MapFile{Data: data}
			_, findings, err := onboarding.Read(dir)
			require.NoError(t, err)
			require.Contains(t, findings, c.want)
		})
	}
	t.Run("the same bill twice is no mistake", func(t *testing.T) {
		t.Parallel()
		dir := files()
		dir["bills.csv"].Data = append(dir["bills.csv"].Data, "S01,pos,N1,1,B1,,2025-01-02,supper,2025-01-02T17:00:00Z,100,paid\n"...)
		_, findings, err := onboarding.Read(dir)
		require.NoError(t, err)
		require.Empty(t, findings)
	})
}

// A bill names its booking by the reference alone; one of another store gives guest,
// day and meal period, one that two stores have is unknown (VIS-06).
func TestReadBillOfElsewhere(t *testing.T) {
	t.Parallel()
	dir := files()
	dir["stores.csv"].Data = append(dir["stores.csv"].Data, "S02,高新店\nS03,曲江店\n"...)
	dir["bookings.csv"].Data = append(dir["bookings.csv"].Data, "B7,S01,13812345678,E1,2025-01-02,tea,hall,finished,15:00,1\nB7,S03,13912345678,E1,2025-01-04,tea,hall,finished,15:00,1\n"...)
	dir["bills.csv"].Data = append(dir["bills.csv"].Data, `S02,pos,N1,1,B1,13700000000,2025-01-09,lunch,2025-01-09T13:00:00+08:00,100,paid
S02,pos,N2,1,B7,13700000000,2025-01-09,lunch,2025-01-09T13:00:00+08:00,100,paid
S03,pos,N3,1,B7,,2025-01-09,lunch,2025-01-09T13:00:00+08:00,100,paid
`...)
	facts, findings, err := onboarding.Read(dir)
	require.NoError(t, err)
	require.Empty(t, findings)
	said := func(b onboarding.Bill) string { return b.BookingRef + " " + b.Phone.Local() + " " + b.Date.String() }
	require.Equal(t, "B1  2025-01-02", said(facts.Bills[0]), "its own store's")
	require.Equal(t, " 13812345678 2025-01-02", said(facts.Bills[1]), "another store's")
	require.Equal(t, facts.Bookings[0].Meal, facts.Bills[1].Meal)
	require.Equal(t, "B7 13700000000 2025-01-09", said(facts.Bills[2]), "two others'")
	require.Equal(t, "B7  2025-01-09", said(facts.Bills[3]), "its own store's, though another has one")
}
