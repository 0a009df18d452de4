package handover_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/changke/changke/services/handover"
)

// TestTold is what an inbox says of a case under its kind.
func TestTold(t *testing.T) {
	t.Parallel()
	h := handover.Handover{No: 3, Files: 1, State: handover.Checked}
	told := h.Told("任建军", "何佳宜")
	require.Equal(t, "第 3 号：任建军 → 何佳宜，1 位客户", told.ZH)
	require.Equal(t, "No. 3: 任建军 → 何佳宜, 1 guest", told.EN)
	h.State, h.End, h.Files = handover.Desk, handover.Expired, 6
	require.Equal(t, "第 3 号：任建军 → 何佳宜，6 位客户。逾期没有办完", h.Told("任建军", "何佳宜").ZH)
	h.End, h.Reason = handover.Rejected, "接收人名下已满"
	told = h.Told("任建军", "何佳宜")
	require.Equal(t, "第 3 号：任建军 → 何佳宜，6 位客户。总部退回：接收人名下已满", told.ZH)
	require.Equal(t, "No. 3: 任建军 → 何佳宜, 6 guests; sent back by head office: 接收人名下已满", told.EN)
	h.State, h.End, h.Reason = handover.Ended, handover.GivenBack, ""
	require.Equal(t, "第 3 号：任建军 → 何佳宜，6 位客户", h.Told("任建军", "何佳宜").ZH, "a custody that ended as it should")
}
