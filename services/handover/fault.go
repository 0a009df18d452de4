package handover

import "github.com/changke/changke/services/kernel/fault"

// Faults of handovers.
var (
	ErrNotFound     = fault.New(fault.NotFound, "handover.not_found", "没有找到这张交接单，或者不在您的管理范围内。")
	ErrOver         = fault.New(fault.Conflict, "handover.over", "这张交接单的进度已经变化，请刷新后再办。")
	ErrOwnCase      = fault.New(fault.Conflict, "handover.own_case", "不能审核自己移交、接收或发起的交接，请由总部其他同事办理。")
	ErrNoChecker    = fault.New(fault.Conflict, "handover.no_checker", "总部现在没有其他人能审核这张交接单，发起人自己不能审核（ROL-04）。请由本店客服经理或楼面店总发起，或请企业管理员再安排一位总部同事。")
	ErrNotReceiver  = fault.New(fault.Conflict, "handover.not_receiver", "只有接收人本人可以接收、谢绝和核对这张单的客户。")
	ErrSelf         = fault.Field("receiver_id", "HND-02", "接收人不能是移交人自己，请另选一位同事。")
	ErrReceiverPost = fault.Field("receiver_id", "HND-02", "接收人现在不在本店可维系客户的岗位上，请另选一位同事。")
	ErrSamePost     = fault.Field("kind", "HND-02", "两人岗位不同，请选“不同岗位交接”。")
	ErrUntil        = fault.Field("until_date", "HND-08", "代管要写明归还日期，从明天起，最长一年。")
	ErrNoUntil      = fault.Field("until_date", "HND-08", "只有代管才写归还日期。")
	ErrCustodyGiver = fault.New(fault.Conflict, "handover.custody_giver", "移交人已不在本店，不能代管，请按离职交接办理。")
	ErrInCustody    = fault.New(fault.Conflict, "handover.in_custody", "其中有客户是代管的，到期会归还原推荐人，不能再转交。")
	ErrSeat         = fault.Field("seat", "HND-02", "同岗位交接请写明席位名，最多 40 个字。")
	ErrReason       = fault.Field("reason", "HND-02", "请写明原因，最多 200 个字。")
	ErrTwice        = fault.Field("file_ids", "HND-02", "同一位客户选了两次，请重新选择。")
	ErrNoFiles      = fault.Field("file_ids", "HND-02", "请至少选一位客户。")
	ErrNotInCase    = fault.New(fault.NotFound, "handover.file_not_found", "这位客户不在这张交接单里，或者已不归接收人维系。")
)
