package visit

import (
	"strings"

	"github.com/changke/changke/services/kernel"
)

// Words says what a day lacks, so that whoever reads it knows what to do (RUL-07).
func (g Gap) Words() kernel.Words {
	switch g.Kind {
	case GapBookings:
		return kernel.Sayf("%s 个预定没有办结：%s", "%s left open: %s", kernel.Counted(g.Count, "booking", "bookings"), g.refs())
	case GapUntold:
		return kernel.Sayf("收银系统 %s 没有报日结（已收到 %s 单 %s）", "Till %s has not reported its totals (%s, %s arrived)", g.Source, bills(g.Held.Bills), g.Held.Sum)
	case GapDiffers:
		return g.difference()
	case GapNoTill:
		return kernel.Words{ZH: "规则要求核对日结，但还没有收银系统报过", EN: "The rules ask for day totals, and no till has told any"}
	}
	return kernel.Words{}
}

func (g Gap) refs() kernel.Words {
	more := ""
	if int(g.Count) > len(g.Refs) {
		more = "…"
	}
	return kernel.Words{ZH: strings.Join(g.Refs, "、") + more, EN: strings.Join(g.Refs, ", ") + more}
}

func bills(n int32) kernel.Words { return kernel.Counted(n, "bill", "bills") }

// difference names who has more: bills that have not arrived, or bills that the
// till does not know.
func (g Gap) difference() kernel.Words {
	count, sum := g.Told.Bills-g.Held.Bills, g.Told.Sum-g.Held.Sum
	said := kernel.Sayf("收银系统 %s 报 %s 单 %s，收到 %s 单 %s", "Till %s tells %s, %s; %s, %s arrived",
		g.Source, bills(g.Told.Bills), g.Told.Sum, bills(g.Held.Bills), g.Held.Sum)
	by := kernel.Sayf("差 %s 单 %s", "%s, %s are missing", bills(count), sum)
	if count < 0 || count == 0 && sum < 0 {
		by = kernel.Sayf("多 %s 单 %s", "%s, %s too many", bills(-count), -sum)
	}
	return kernel.Sayf("%s，%s", "%s: %s", said, by)
}
