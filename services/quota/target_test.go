package quota_test

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/quota"
	"github.com/changke/changke/services/tenant"
)

func table(values tenant.Values) quota.Table {
	set := tenant.FirstRuleSet(time.Unix(0, 0))
	set.Values = values
	return quota.TableOf(tenant.NewRules(quota.RuleFields, set))
}

func date(s string) kernel.BusinessDate {
	d, err := kernel.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

func until(s string) *kernel.BusinessDate {
	d := date(s)
	return &d
}

func stay(position, from string, to ...string) quota.Stay {
	s := quota.Stay{Position: position, From: date(from)}
	if len(to) > 0 {
		s.To = until(to[0])
	}
	return s
}

// texts are targets as the golden years write them; "-" for none.
func texts(t quota.Targets) (out [4]string) {
	for i, h := range t {
		if out[i] = "-"; h != nil {
			out[i] = h.String()
		}
	}
	return out
}

func TestTargets(t *testing.T) {
	t.Parallel()
	const rep, floor, plain = "客服代表", "楼面主管", "前台"
	for _, c := range []struct {
		name, month string
		career      quota.Career
		want        [4]string // customers, visits, rooms, banquets
		none        bool
	}{
		{"OK the whole month, the ramp long over", "2025-06", quota.Career{Entry: date("2023-01-01"), Stays: []quota.Stay{stay(rep, "2023-01-01")}}, [4]string{"20.00", "40.00", "-", "2.00"}, false},
		{"OK entered on the 15th: this month is month 1", "2025-04", quota.Career{Entry: date("2025-04-15"), Stays: []quota.Stay{stay(rep, "2025-04-15")}}, [4]string{"2.00", "21.33", "-", "1.07"}, false},
		{"OK entered on the 16th: the ramp begins with the next", "2025-04", quota.Career{Entry: date("2025-04-16"), Stays: []quota.Stay{stay(rep, "2025-04-16")}}, [4]string{"0.00", "20.00", "-", "1.00"}, false},
		{"OK entered on the 16th: next month is month 1", "2025-05", quota.Career{Entry: date("2025-04-16"), Stays: []quota.Stay{stay(rep, "2025-04-16")}}, [4]string{"2.00", "40.00", "-", "2.00"}, false},
		{"OK month 8", "2025-08", quota.Career{Entry: date("2025-01-01"), Stays: []quota.Stay{stay(rep, "2025-01-01")}}, [4]string{"17.00", "40.00", "-", "2.00"}, false},
		{"OK month 9 is the floor", "2025-09", quota.Career{Entry: date("2025-01-01"), Stays: []quota.Stay{stay(rep, "2025-01-01")}}, [4]string{"20.00", "40.00", "-", "2.00"}, false},
		{"OK the ramp runs over a year's end", "2026-02", quota.Career{Entry: date("2025-12-16"), Stays: []quota.Stay{stay("大堂经理", "2025-12-16")}}, [4]string{"6.00", "80.00", "-", "-"}, false},
		{"OK a move keeps the ramp and splits the month", "2025-06", quota.Career{Entry: date("2025-03-01"), Stays: []quota.Stay{stay(rep, "2025-03-01", "2025-06-11"), stay(floor, "2025-06-11")}}, [4]string{"8.00", "40.00", "13.33", "0.67"}, false},
		{"OK moved on the last day", "2025-02", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(floor, "2020-01-01", "2025-02-28"), stay("大堂经理", "2025-02-28")}}, [4]string{"40.00", "41.43", "19.29", "-"}, false},
		{"OK left in the middle: no customers to hold", "2025-06", quota.Career{Entry: date("2020-01-01"), Left: until("2025-06-16"), Stays: []quota.Stay{stay(rep, "2020-01-01")}}, [4]string{"-", "20.00", "-", "1.00"}, false},
		{"OK left on the first of the next month", "2025-06", quota.Career{Entry: date("2020-01-01"), Left: until("2025-07-01"), Stays: []quota.Stay{stay(rep, "2020-01-01")}}, [4]string{"20.00", "40.00", "-", "2.00"}, false},
		{"OK one day of a leap February", "2024-02", quota.Career{Entry: date("2024-02-29"), Stays: []quota.Stay{stay(floor, "2024-02-29")}}, [4]string{"0.00", "1.38", "0.69", "-"}, false},
		{"OK half a February rounds up", "2023-02", quota.Career{Entry: date("2020-01-01"), Left: until("2023-02-02"), Stays: []quota.Stay{stay("客服主管", "2020-01-01")}}, [4]string{"-", "1.43", "-", "0.14"}, false},
		{"OK a post without visits", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay("岗标", "2020-01-01")}}, [4]string{"10.00", "-", "-", "-"}, false},
		{"OK moved to a post without targets", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01", "2025-06-16"), stay(plain, "2025-06-16")}}, [4]string{"-", "20.00", "-", "1.00"}, false},
		{"OK long leave takes its days, not the customers", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01")}, Away: []quota.Span{{From: date("2025-06-16")}}}, [4]string{"20.00", "20.00", "-", "1.00"}, false},
		{"OK away the whole month is a target of nothing", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01")}, Away: []quota.Span{{From: date("2025-05-30"), To: until("2025-07-02")}}}, [4]string{"20.00", "0.00", "-", "0.00"}, false},
		{"OK of two posts the one taken up last", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01"), stay(floor, "2025-05-01")}}, [4]string{"20.00", "40.00", "20.00", "-"}, false},
		{"OK a second post that is not assessed hides nothing", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01"), stay(plain, "2025-05-01")}}, [4]string{"20.00", "40.00", "-", "2.00"}, false},
		{"OK leave over a month's end takes the days of the second too", "2025-07", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01")}, Away: []quota.Span{{From: date("2025-06-16"), To: until("2025-07-10")}}}, [4]string{"20.00", "28.39", "-", "1.42"}, false},
		{"OK back on the first: the month is whole", "2025-07", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01")}, Away: []quota.Span{{From: date("2025-06-16"), To: until("2025-07-01")}}}, [4]string{"20.00", "40.00", "-", "2.00"}, false},
		{"OK two leaves that overlap take a day once", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01")}, Away: []quota.Span{{From: date("2025-06-11"), To: until("2025-06-21")}, {From: date("2025-06-16"), To: until("2025-06-26")}}}, [4]string{"20.00", "20.00", "-", "1.00"}, false},
		{"OK entered on February 29th: March is month 1", "2024-03", quota.Career{Entry: date("2024-02-29"), Stays: []quota.Stay{stay(rep, "2024-02-29")}}, [4]string{"2.00", "40.00", "-", "2.00"}, false},
		{"OK entered on February 29th: the ramp's last month", "2024-10", quota.Career{Entry: date("2024-02-29"), Stays: []quota.Stay{stay(rep, "2024-02-29")}}, [4]string{"17.00", "40.00", "-", "2.00"}, false},
		{"OK entered on February 29th: month 9 is the floor", "2024-11", quota.Career{Entry: date("2024-02-29"), Stays: []quota.Stay{stay(rep, "2024-02-29")}}, [4]string{"20.00", "40.00", "-", "2.00"}, false},
		{"OK entered on a 31st: no month is skipped", "2025-02", quota.Career{Entry: date("2025-01-31"), Stays: []quota.Stay{stay(rep, "2025-01-31")}}, [4]string{"2.00", "40.00", "-", "2.00"}, false},
		{"OK entered on a 31st: its own month asks a day", "2025-01", quota.Career{Entry: date("2025-01-31"), Stays: []quota.Stay{stay(rep, "2025-01-31")}}, [4]string{"0.00", "1.29", "-", "0.06"}, false},
		{"OK entered on December 31st: month 8 is August", "2025-08", quota.Career{Entry: date("2024-12-31"), Stays: []quota.Stay{stay(rep, "2024-12-31")}}, [4]string{"17.00", "40.00", "-", "2.00"}, false},
		{"OK lent to another post for ten days", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(rep, "2020-01-01"), stay("大堂经理", "2025-06-11", "2025-06-21")}}, [4]string{"20.00", "53.33", "-", "1.33"}, false},
		{"OK no score: no post of the table", "2025-06", quota.Career{Entry: date("2020-01-01"), Stays: []quota.Stay{stay(plain, "2020-01-01")}}, [4]string{"-", "-", "-", "-"}, true},
		{"OK no score: not yet here", "2025-06", quota.Career{Entry: date("2025-07-01"), Stays: []quota.Stay{stay(rep, "2025-07-01")}}, [4]string{"-", "-", "-", "-"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, err := kernel.ParseMonth(c.month)
			require.NoError(t, err)
			got, last := table(nil).Judge(m, c.career)
			require.Equal(t, c.want, texts(got))
			require.Equal(t, c.none, last == nil)
		})
	}
}

// A chain changes any number of the table; a lower floor also ends the ramp.
func TestTargetsOfAChain(t *testing.T) {
	t.Parallel()
	tab := table(tenant.Values{"quota.post.service_rep.customers": 11, "quota.post.service_rep.rooms": 3, "quota.post.pacesetter.customers": 0, "quota.entry_day": 20, "quota.ramp.second.1": 4})
	m, err := kernel.ParseMonth("2025-04")
	require.NoError(t, err)
	got, _ := tab.Judge(m, quota.Career{Entry: date("2025-04-20"), Stays: []quota.Stay{stay("客服代表", "2025-04-20")}})
	require.Equal(t, [4]string{"4.00", "14.67", "1.10", "0.73"}, texts(got))
	got, _ = tab.Judge(m+6, quota.Career{Entry: date("2025-04-20"), Stays: []quota.Stay{stay("客服代表", "2025-04-20")}})
	require.Equal(t, "11.00", got[quota.Customers].String())
	require.False(t, tab.Has("岗标"))
	require.False(t, tab.MayOwn("岗标"))
	require.True(t, tab.MayOwn("客服代表"))
	require.NotContains(t, tab.Owning(), "岗标")
	require.False(t, table(nil).MayOwn("前台"))
	require.Len(t, table(nil).Owning(), 13)
}

// Against rationals: whatever the career, targets are the exact share, rounded
// once half up, and never more than the highest target of the posts held.
func TestTargetsAreExact(t *testing.T) {
	t.Parallel()
	tab := table(nil)
	names := append(tab.Owning(), "前台")
	visits := map[string]int64{"楼面店总": 80, "客服经理": 80, "大堂经理": 80, "客服主管": 40, "客服代表": 40, "楼面主管": 40, "后厨店总": 40, "督察队长": 40, "传菜主管": 20, "吧台主管": 20, "副厨师长": 20, "督察": 20}
	rapid.Check(t, func(r *rapid.T) {
		m := kernel.Month(rapid.IntRange(2023*12, 2026*12).Draw(r, "month"))
		day := func(name string) kernel.BusinessDate {
			return m.First() + kernel.BusinessDate(rapid.IntRange(-40, 40).Draw(r, name))
		}
		c := quota.Career{Entry: day("entry")}
		if rapid.Bool().Draw(r, "left") {
			d := c.Entry + kernel.BusinessDate(rapid.IntRange(0, 60).Draw(r, "stayed"))
			c.Left = &d
		}
		at := c.Entry
		for range rapid.IntRange(1, 4).Draw(r, "posts") {
			to := at + kernel.BusinessDate(rapid.IntRange(1, 30).Draw(r, "days"))
			c.Stays = append(c.Stays, quota.Stay{Position: rapid.SampledFrom(names).Draw(r, "post"), From: at, To: &to})
			at = to
		}
		c.Stays[len(c.Stays)-1].To = nil
		got, last := tab.Judge(m, c)
		sum, days, held := int64(0), 0, false
		for d := m.First(); d <= m.Last(); d++ {
			for _, s := range c.Stays {
				if d >= c.Entry && (c.Left == nil || d < *c.Left) && s.From <= d && (s.To == nil || d < *s.To) {
					sum += visits[s.Position]
					held = held || s.Position != "前台"
					if visits[s.Position] > 0 {
						days++
					}
				}
			}
		}
		require.Equal(r, held, last != nil)
		require.Equal(r, days > 0, got[quota.Visits] != nil)
		if days == 0 {
			return
		}
		exact := new(big.Rat).SetFrac64(sum*100, int64(m.Days()))
		exact.Add(exact, big.NewRat(1, 2))
		floor := new(big.Int).Div(exact.Num(), exact.Denom())
		require.Equal(r, floor.Int64(), int64(*got[quota.Visits]))
		require.LessOrEqual(r, int64(*got[quota.Visits]), int64(8000))
	})
}

// Every target of the golden year, from its list of staff and moves.
func TestTargetsOfTheGoldenYear(t *testing.T) {
	t.Parallel()
	dir := filepath.Join("..", "changke", "testdata", "golden", "2025")
	careers := map[string]*quota.Career{}
	read := func(name string) [][]string {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		rows, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		require.NoError(t, err)
		return rows[1:]
	}
	for _, r := range read("staff.csv") {
		c := &quota.Career{Entry: date(r[5]), Stays: []quota.Stay{stay(r[4], r[5])}}
		if r[6] != "" {
			c.Left = until(r[6])
		}
		careers[r[0]] = c
	}
	for _, r := range read("staff_moves.csv") {
		c := careers[r[0]]
		c.Stays[len(c.Stays)-1].To = until(r[1])
		c.Stays = append(c.Stays, stay(r[3], r[1]))
	}
	type item struct {
		Target *string `json:"target"`
	}
	raw, err := os.ReadFile(filepath.Join(dir, "expected", "scores.jsonl"))
	require.NoError(t, err)
	lines, tab := 0, table(nil)
	seen := map[string]bool{}
	for in := bufio.NewScanner(bytes.NewReader(raw)); in.Scan(); lines++ {
		var want struct {
			Month                              string
			StaffNo                            string `json:"staff_no"`
			Customers, Visits, Rooms, Banquets item
		}
		require.NoError(t, json.Unmarshal(in.Bytes(), &want))
		m, err := kernel.ParseMonth(want.Month)
		require.NoError(t, err)
		got, last := tab.Judge(m, *careers[want.StaffNo])
		require.NotNil(t, last, in.Text())
		for i, w := range []item{want.Customers, want.Visits, want.Rooms, want.Banquets} {
			text := "-"
			if w.Target != nil {
				text = *w.Target
			}
			require.Equal(t, text, texts(got)[i], in.Text())
		}
		seen[want.Month+want.StaffNo] = true
	}
	require.Positive(t, lines)
	first, _ := kernel.ParseMonth("2025-01")
	for m := first; m < first+12; m++ {
		for no, c := range careers {
			_, last := tab.Judge(m, *c)
			require.Equal(t, seen[m.String()+no], last != nil, "%s %s", m, no)
		}
	}
}
