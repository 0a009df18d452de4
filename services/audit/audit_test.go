package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/changke/changke/services/kernel"
)

// aLine draws a line whose texts come from a few letters, so that they often
// could flow from one field into the next.
func aLine(t *rapid.T) Line {
	text := rapid.StringOfN(rapid.RuneFrom([]rune("ab")), 0, 3, -1)
	maybe := func(name string) *kernel.UUID {
		if !rapid.Bool().Draw(t, name) {
			return nil
		}
		return &kernel.UUID{rapid.Byte().Draw(t, name)}
	}
	return Line{
		ID: kernel.UUID{rapid.Byte().Draw(t, "id"), rapid.Byte().Draw(t, "id")}, At: time.UnixMicro(rapid.Int64Range(0, 1<<50).Draw(t, "at")),
		ActorKind: text.Draw(t, "kind"), ActorID: maybe("actor"), ActorName: text.Draw(t, "name"), For: maybe("for"), Topic: text.Draw(t, "topic"),
		Action: text.Draw(t, "action"), Object: text.Draw(t, "object"), ObjectID: text.Draw(t, "object id"), Store: maybe("store"), Address: text.Draw(t, "address"),
		Session: maybe("session"), RequestID: text.Draw(t, "request"),
		Changes: []byte(`[{"field":"` + text.Draw(t, "field") + `","before":"` + text.Draw(t, "before") + `","after":"` + text.Draw(t, "after") + `"}]`),
	}
}

// TestDigest: two lines have one digest if and only if they say the same.
func TestDigest(t *testing.T) {
	t.Parallel()
	same := func(a, b Line) bool {
		b.ID = a.ID
		return strings.Join([]string{a.ActorKind, a.ActorName, a.Topic, a.Action, a.Object, a.ObjectID, a.Address, a.RequestID, string(a.Changes)}, "|") ==
			strings.Join([]string{b.ActorKind, b.ActorName, b.Topic, b.Action, b.Object, b.ObjectID, b.Address, b.RequestID, string(b.Changes)}, "|") &&
			a.At.Equal(b.At) && equal(a.ActorID, b.ActorID) && equal(a.For, b.For) && equal(a.Store, b.Store) && equal(a.Session, b.Session)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := aLine(t), aLine(t)
		if rapid.Bool().Draw(t, "alike") { // but for one text moved over a border
			b = a
			b.Object, b.ObjectID = a.Object+a.ObjectID, ""
		}
		require.Equal(t, same(a, b), string(a.Digest()) == string(b.Digest()))
		b = a
		b.Changes = []byte(" " + strings.ReplaceAll(string(a.Changes), ":", ": ")) // as the database spells it
		require.Equal(t, a.Digest(), b.Digest())
	})
}

func equal(a, b *kernel.UUID) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// TestBlocks: a chain holds as it was sealed, and whatever is taken from it,
// exchanged in it or changed is found in the block where it was.
func TestBlocks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		tenant, hash := kernel.TenantID{1}, Origin()
		var blocks []Block
		var lines [][]Line
		for no := range rapid.IntRange(1, 4).Draw(t, "blocks") {
			var in []Line
			for i := range rapid.IntRange(1, 4).Draw(t, "lines") {
				l := aLine(t)
				l.ID = kernel.UUID{byte(no), byte(i)}
				l.RequestID = l.ID.String()
				in = append(in, l)
			}
			b := Seal(tenant, int64(no+1), hash, in, time.UnixMicro(int64(no)))
			blocks, lines, hash = append(blocks, b), append(lines, in), b.Hash
		}
		at := rapid.IntRange(0, len(blocks)-1).Draw(t, "block")
		i := rapid.IntRange(0, len(lines[at])-1).Draw(t, "line")
		var want What
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
		case 1:
			lines[at][i].Action += "!"
			want = Changed
		case 2:
			lines[at] = append(append([]Line{}, lines[at][:i]...), lines[at][i+1:]...)
			want = Missing
		case 3:
			if j := (i + 1) % len(lines[at]); j != i {
				lines[at][i].ID, lines[at][j].ID = lines[at][j].ID, lines[at][i].ID
				want = Reordered
			}
		}
		var found *Finding
		hash = Origin()
		for n, b := range blocks {
			if found = b.Check(tenant, int64(n), hash, lines[n]); found != nil {
				require.Equal(t, at, n)
				break
			}
			hash = b.Hash
		}
		if want == "" {
			require.Nil(t, found)
			return
		}
		require.NotNil(t, found)
		require.Equal(t, want, found.What)
		require.False(t, found.Line.IsZero() && blocks[at].Lines[0] != found.Line, "the line is named")
		require.NotNil(t, blocks[0].Check(kernel.TenantID{2}, 0, Origin(), lines[0]), "another tenant's chain")
	})
}

// TestWords: both languages, and a topic to filter by for every act.
func TestWords(t *testing.T) {
	t.Parallel()
	for action, text := range actions {
		require.NotEmpty(t, text.ZH, action)
		require.NotEmpty(t, text.EN, action)
		require.Regexp(t, `^[a-z_]+\.[a-z_]+$`, action)
	}
	require.Equal(t, Text{"x.y", "x.y"}, ActionText("x.y"))
	require.Equal(t, "姓名", FieldText("customer", "name").ZH)
	require.Equal(t, "名称", FieldText("store", "name").ZH)
	require.Equal(t, "（已隐去，指纹 ab）", ValueText("name", "fp:ab").ZH)
	require.Equal(t, "已通过", ValueText("state", "approved").ZH)
	require.Equal(t, "下午茶", ValueText("meal", "tea").ZH)
	require.Equal(t, "approved", ValueText("label", "approved").ZH, "a name is no code")
}
