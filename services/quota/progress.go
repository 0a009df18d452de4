package quota

// Progress is how far somebody has come in the running month; without a post that
// is assessed it has no lines.
type Progress struct {
	Position string // in words
	Lines    []Line // those that are assessed
	Led      int64  // guests led to their tables (代位人数): counted, without a target
	DaysLeft int    // business days, today included
}
