package visit

import (
	"strings"

	"github.com/changke/changke/services/kernel"
)

// Words says what a day lacks, so that whoever reads it knows what to do (RUL-07).
func (g Gap) Words() kernel.Words {
	switch g.Kind {
	case GapBookings:
		return kernel.Sayf("%d 个预定没有办结：%s", "%d bookings left open: %s", g.Count, g.refs())
	case GapUntold:
		return kernel.Sayf("收银系统 %s 没有报日结（已收到 %d 单 %s）", "Till %s has not told its totals (%d bills, %s arrived)", g.Source, g.Held.Bills, g.Held.Sum)
	case GapDiffers:
		return g.difference()
	case GapNoTill:
		return kernel.Words{ZH: "规则要求核对日结，但还没有收银系统报过", EN: "The rules ask for day totals, and no till has told any"}
	}
	return kernel.Words{}
}

func (g Gap) refs() string {
	text := strings.Join(g.Refs, "、")
	if int(g.Count) > len(g.Refs) {
		text += "…"
	}
	return text
}

// difference names who has more: bills that have not arrived, or bills that the
// till does not know.
func (g Gap) difference() kernel.Words {
	bills, sum := g.Told.Bills-g.Held.Bills, g.Told.Sum-g.Held.Sum
	said := kernel.Sayf("收银系统 %s 报 %d 单 %s，收到 %d 单 %s", "Till %s tells %d bills, %s; %d bills, %s arrived",
		g.Source, g.Told.Bills, g.Told.Sum, g.Held.Bills, g.Held.Sum)
	by := kernel.Sayf("差 %d 单 %s", "%d bills, %s are missing", bills, sum)
	if bills < 0 || bills == 0 && sum < 0 {
		by = kernel.Sayf("多 %d 单 %s", "%d bills, %s too many", -bills, -sum)
	}
	return kernel.Sayf("%s，%s", "%s: %s", said, by)
}
