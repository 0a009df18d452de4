package quota

import "github.com/changke/changke/services/kernel/fault"

// ErrNoScore answers for everybody out of reach, and for months that have none.
var ErrNoScore = fault.New(fault.NotFound, "score.not_found", "没有找到这份成绩，或者不在您的查看范围内。请换一个月份，或从“团队成绩”里打开。")

// ErrMonthAhead is about a month that has not begun.
var ErrMonthAhead = fault.Field("month", "QTA-04", "这个月还没有开始，请选择本月或以前的月份。")
