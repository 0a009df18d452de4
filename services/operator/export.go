package operator

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// How long parts of an export live.
const (
	ExportKept   = 7 * 24 * time.Hour // the file, from when it is ready
	TicketLife   = 2 * time.Minute    // of a download's address
	StalledAfter = 3 * time.Minute    // without a sign of life another may be started
)

// Faults of exports.
var (
	ErrNoRecipient  = fault.New(fault.Conflict, "export.no_recipient", "还没有登记导出公钥。请企业管理员先在“支持与导出”中登记 age 公钥。")
	ErrBadRecipient = fault.New(fault.Invalid, "export.bad_recipient", "这不是有效的 age 公钥。公钥以 age1 开头，请完整复制 age-keygen 显示的 Public key。")
	ErrSecretKey    = fault.New(fault.Invalid, "export.secret_key", "您粘贴的是私钥。私钥请自己妥善保存，不要交给任何人；这里只登记以 age1 开头的公钥。")
	ErrRunning      = fault.New(fault.Conflict, "export.running", "已有一个导出正在进行，请等它完成。")
	ErrNoPlace      = fault.New(fault.Unavailable, "export.no_place", "服务器没有设置导出目录，请联系平台运营方设置 CHANGKE_EXPORT_DIR。")
	ErrNoExport     = fault.New(fault.NotFound, "export.not_found", "没有找到这个导出。")
	ErrNotReady     = fault.New(fault.Conflict, "export.not_ready", "导出尚未完成或已过期，请重新导出。")
	ErrBadTicket    = fault.New(fault.Forbidden, "export.bad_ticket", "下载地址无效或已过期，请回到页面重新点击下载。")
)

// ExportState says how far an export is.
type ExportState string

// The states of an export.
const (
	Queued  ExportState = "queued"
	Running ExportState = "running"
	Ready   ExportState = "ready"
	Failed  ExportState = "failed"
	Expired ExportState = "expired"
)

// Export is everything of a chain as of one moment, encrypted.
type Export struct {
	ID          kernel.UUID
	State       ExportState
	Recipient   string
	RequestedBy *kernel.PersonID // nil: an operator
	RequestedAt time.Time
	BeatAt      time.Time
	TablesDone  int32
	TablesTotal int32
	RowsDone    int64
	Bytes       int64
	SHA256      string
	ExpiresAt   *time.Time
	Attempt     int32 // names the file
}

// At is the export as it stands at a moment: a file past its time is gone,
// whether or not somebody has swept it away.
func (e Export) At(now time.Time) Export {
	if e.State == Ready && e.ExpiresAt != nil && !now.Before(*e.ExpiresAt) {
		e.State = Expired
	}
	return e
}

// Stalled reports whether the export shows no sign of life any more.
func (e Export) Stalled(now time.Time) bool {
	return (e.State == Running || e.State == Queued) && now.Sub(e.BeatAt) >= StalledAfter
}
