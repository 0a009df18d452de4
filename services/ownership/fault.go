package ownership

import "github.com/changke/changke/services/kernel/fault"

// Faults of ownership.
var (
	ErrAlreadyOwned = fault.New(fault.Conflict, "tie.already_owned", "这位客户已有推荐人，请刷新后再看。")
	ErrNoRun        = fault.New(fault.NotFound, "run.not_found", "没有找到这次任务。")
	ErrNotFailed    = fault.New(fault.Conflict, "run.not_failed", "这次任务没有停在错误上，不需要重新执行。")
	ErrNoBrake      = fault.New(fault.NotFound, "brake.not_found", "没有找到这次停下的任务。")
	ErrBrakeDecided = fault.New(fault.Conflict, "brake.decided", "总部已经处理过这次停下的任务，请刷新后再看。")
)
