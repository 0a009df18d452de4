package onboarding

import (
	"time"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/kernel/fault"
)

// Bounds of an upload.
const (
	MaxBytes = 32 << 20 // of a file
	PartSize = 512 << 10
	MaxOpen  = 5 // lists of a chain that are neither published nor thrown away
	// Kept is how long a list that nobody publishes is kept.
	Kept = 30 * 24 * time.Hour
)

// Faults of lists.
var (
	ErrNoImport   = fault.New(fault.NotFound, "import.not_found", "没有找到这次导入，请重新上传文件。")
	ErrTooMany    = fault.New(fault.Conflict, "import.too_many_open", "还有 5 份名单没有发布，请先发布或放弃其中一份。")
	ErrNotTenant  = fault.New(fault.Forbidden, "import.head_office", "导入客户由总部或企业管理员办理，请联系他们。")
	ErrBadPart    = fault.Field("number", "", "这一段不属于这个文件，请重新上传。")
	ErrNotWaiting = fault.New(fault.Conflict, "import.not_uploading", "这个文件已经收齐，或已经放弃。")
	ErrNotReady   = fault.New(fault.Conflict, "import.not_ready", "这份名单还没有检查完，请稍候。")
	ErrOver       = fault.New(fault.Conflict, "import.already_over", "这份名单已经发布或放弃，请重新上传文件。")
	ErrHasWrong   = fault.New(fault.Conflict, "import.has_errors", "名单里还有错误：请改好后重新上传，或选择跳过这些行。")
	ErrNothing    = fault.New(fault.Conflict, "import.nothing_right", "没有可以导入的行，请按报告改好后重新上传。")
	ErrPublishing = fault.New(fault.Conflict, "import.publishing", "这份名单正在发布，发布中的名单不能放弃。")
	ErrNoText     = fault.Field("picks", "", "这份名单里没有这个名称，请刷新后重选。")
	ErrNoTarget   = fault.Field("picks", "", "没有这家门店或这位员工，请刷新后重选。")
)

// State is how far an import is; the texts are those in the database.
type State string

// The states.
const (
	Uploading  State = "uploading"
	Reading    State = "reading"
	Staging    State = "staging" // of directories
	Checking   State = "checking"
	Ready      State = "checked" // can be published
	Publishing State = "publishing"
	Done       State = "done"
	Discarded  State = "discarded"
	Failed     State = "failed" // could not be read
)

// Working reports whether the server has to do something by itself.
func (s State) Working() bool { return s == Reading || s == Checking || s == Publishing }

// Over reports whether nothing more will happen.
func (s State) Over() bool { return s == Done || s == Discarded || s == Failed }

// Import is a list of customers on its way in.
type Import struct {
	ID          kernel.UUID
	FileName    string
	Bytes       int
	Parts       int
	State       State
	Header      Header
	Lines       int // with a customer on them; while it is read, so far
	Done        int // of what is being done now
	Wrong       int
	Noted       int
	Published   int
	Fault       string // why it failed
	UploadedBy  kernel.PersonID
	PublishedBy *kernel.PersonID
	UploadedAt  time.Time
	PublishedAt *time.Time // when publishing began
	EndedAt     *time.Time
	Received    []int // numbers of the parts that are there, while uploading
}

// Right is how many lines can be published.
func (i Import) Right() int { return i.Lines - i.Wrong }

// PartsOf is in how many parts a file comes.
func PartsOf(bytes int) int { return (bytes + PartSize - 1) / PartSize }

// SizeOfPart is how long a part must be.
func SizeOfPart(bytes, no int) int { return min(PartSize, bytes-no*PartSize) }
