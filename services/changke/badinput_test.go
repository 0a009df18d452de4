package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/changke/changke/services/kernel"
	"github.com/changke/changke/services/platform/rpc"
)

// ours are the codes that say "it is our fault"; bad input must never get one.
var ours = []string{"internal", "unknown", "data_loss", "unimplemented", "unavailable", "deadline_exceeded", "canceled", "aborted"}

// fine demands an answer that says whose fault it is: never ours.
func fine(t testing.TB, a answer, at string, args ...any) {
	t.Helper()
	at = fmt.Sprintf(at, args...)
	require.NotContains(t, ours, a.code, "%s: %s", at, a)
	require.Less(t, a.status, 500, "%s: %s", at, a)
}

// mean are texts that have broken something somewhere: SQL, control characters,
// what looks like a date, a number or an id and is none.
var mean = []string{
	"", " ", "'; DROP TABLE guest; --", "' OR '1'='1", `"`, `\`, "$1", "%s%n%d", "{}", `{"a": 1}`, "NULL", "a\x00b", "\x00", "\x7f", "\x01\x1f", "\u0085\u2028",
	"👨‍👩‍👧‍👦🀄️", "\u202e\u200b\ufeff", "\U0010ffff\ufffd", "ﷺﷺﷺ", "Z͑ͫ̓ͪ̂ͫ̽", "a\r\nSet-Cookie: x=y", strings.Repeat("长", 70_000), strings.Repeat("0", 200_000), strings.Repeat("ﷺ", 30_000),
	"0000-00-00", "0000-01-01", "0001-01-01", "9999-12-31", "2025-02-30", "-001-01-01", "10000-01-01", "２０２５-０１-０１", "2026-03-10T00:00:00Z", "1582-10-10",
	"+", "++8613810010001", "+86", "00", "+0", "１３８１００１０００１", "13810010001 ext 5", "+" + strings.Repeat("9", 40), "999", "٣٤٥", "1e9", "-1", "99999999999999999999",
	"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "019CD5E6-D200-73A1-8533-8E0CD5C3E70F", "urn:uuid:019cd5e6-d200-73a1-8533-8e0cd5c3e70f", "019cd5e6-d200-73a1-8533-8e0cd5c3e70g",
}

// mark stands for bytes that no proto string may hold; it is replaced after
// the message has been written.
const mark = "QZQZQZ"

var notUTF8 = []string{"\xff\xfe\xfd\xff\xfe\xfd", "\xed\xa0\x80\xed\xb0\x80", "\xc0\x80\xf8\x88\x80\x80"}

// place is a field somewhere in a message.
type place []protoreflect.FieldDescriptor

func (p place) leaf() protoreflect.FieldDescriptor { return p[len(p)-1] }

func (p place) String() string {
	var names []string
	for _, f := range p {
		names = append(names, string(f.Name()))
	}
	return strings.Join(names, ".")
}

// places lists every field of a message type that holds a value.
func places(d protoreflect.MessageDescriptor) (out []place) {
	for i := range d.Fields().Len() {
		f := d.Fields().Get(i)
		if f.Message() == nil || f.IsMap() {
			out = append(out, place{f})
			continue
		}
		for _, p := range places(f.Message()) {
			out = append(out, append(place{f}, p...))
		}
	}
	return out
}

// with gives a copy of a message with another value at a place: in the first
// element of lists, as a key of maps.
func with(m proto.Message, p place, v protoreflect.Value) proto.Message {
	out := proto.Clone(m)
	at := out.ProtoReflect()
	for _, f := range p[:len(p)-1] {
		if f.IsList() {
			if at.Get(f).List().Len() == 0 {
				at.Mutable(f).List().AppendMutable()
			}
			at = at.Mutable(f).List().Get(0).Message()
		} else {
			at = at.Mutable(f).Message()
		}
	}
	switch f := p.leaf(); {
	case f.IsMap():
		at.Mutable(f).Map().Set(v.MapKey(), f.MapValue().Default())
	case f.IsList():
		l := at.Mutable(f).List()
		l.Truncate(0)
		l.Append(v)
	default:
		at.Set(f, v)
	}
	return out
}

// meanValues are the values to try at a field.
func meanValues(f protoreflect.FieldDescriptor) (out []protoreflect.Value) {
	kind := f.Kind()
	if f.IsMap() {
		kind = f.MapKey().Kind()
	}
	switch kind {
	case protoreflect.StringKind:
		for _, s := range append(slices.Clone(mean), mark) {
			out = append(out, protoreflect.ValueOfString(s))
		}
	case protoreflect.Int32Kind:
		for _, n := range []int32{math.MinInt32, -1, 0, 1, math.MaxInt32} {
			out = append(out, protoreflect.ValueOfInt32(n))
		}
	case protoreflect.Int64Kind: // seconds of times too
		for _, n := range []int64{math.MinInt64, -62135596801, -1, 0, 253402300799, 253402300800, math.MaxInt64} {
			out = append(out, protoreflect.ValueOfInt64(n))
		}
	case protoreflect.EnumKind:
		for _, n := range []protoreflect.EnumNumber{math.MinInt32, -1, 0, 99, math.MaxInt32} {
			out = append(out, protoreflect.ValueOfEnum(n))
		}
	case protoreflect.BoolKind:
		out = append(out, protoreflect.ValueOfBool(false), protoreflect.ValueOfBool(true))
	case protoreflect.BytesKind: // files: nothing, text, half of a workbook, what is none
		for _, s := range append(slices.Clone(mean), "PK\x03\x04", "PK\x03\x04\x14\x00\x06\x00", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "\xff\xfe\x00\x00", "a,b\n\"", strings.Repeat(",", 100_000), strings.Repeat("\n", 100_000)) {
			out = append(out, protoreflect.ValueOfBytes([]byte(s)))
		}
	default: // no field of ours is of another kind yet; the first one fails the test
	}
	return out
}

// TestBadFields puts mean values into every field of every request, one at a
// time. Nothing is our fault, and what is refused has written nothing.
func TestBadFields(t *testing.T) {
	t.Parallel()
	spread(t, 3, func(_ *testing.T, w *world) func(t *testing.T, i int, m method) {
		return func(t *testing.T, _ int, m method) {
			who := w.asIs(t, m.by(w.a), m.signs)
			req := m.build(t, w, w.a)
			a := w.ask(t, w.asIs(t, who, m.signs), m.procedure(), req)
			if !slices.Contains(m.ends, a.reason) {
				require.Equal(t, "ok", a.code, "the sample itself: %s", a)
			}
			req = m.build(t, w, w.a)
			before := w.moment(t)
			for _, p := range places(m.desc.Input()) {
				values := meanValues(p.leaf())
				require.NotEmpty(t, values, "nothing to try at %s", p)
				for i, v := range values {
					kind, bodies := encodings(t, with(req, p, v), i)
					for _, body := range bodies {
						a := w.post(t, who, m.procedure(), kind, body)
						fine(t, a, "%s with %.60q at %s", m.name(), v.String(), p)
						after := w.moment(t)
						if after == before {
							continue
						}
						if a.code == "ok" {
							req = m.build(t, w, w.a) // used up
							before = w.moment(t)
							continue
						}
						require.Empty(t, w.wrote(t, before, kernel.TenantID{}), "%s with %.60q at %s: refused with %s, and yet wrote", m.name(), v.String(), p, a)
						before = after
					}
				}
			}
		}
	})
}

// encodings gives the bytes of a message, in turn as JSON and as protobuf, and
// puts what is not UTF-8 where the mark stands.
func encodings(t testing.TB, m proto.Message, turn int) (kind string, bodies [][]byte) {
	t.Helper()
	kind = "application/json"
	body, err := protojson.Marshal(m)
	if err != nil || turn%2 == 1 { // times out of range have no JSON
		kind = "application/proto"
		body, err = proto.Marshal(m)
	}
	require.NoError(t, err)
	if !bytes.Contains(body, []byte(mark)) {
		return kind, [][]byte{body}
	}
	for _, bad := range notUTF8 {
		bodies = append(bodies, bytes.ReplaceAll(body, []byte(mark), []byte(bad)))
	}
	return kind, bodies
}

// TestPageTokens: a page token counts only where it was made: another tenant's,
// another list's and any other bytes are refused or begin nowhere, and none is
// our fault.
//
// It runs by itself: the key of tokens belongs to the process, and tests beside
// it make products with other master keys.
func TestPageTokens(t *testing.T) {
	w := newWorld(t)
	field := func(m method, name protoreflect.Name) protoreflect.FieldDescriptor {
		return m.desc.Input().Fields().ByName(name)
	}
	// tokens are what a chain's lists really give.
	tokens := func(c *chain) map[string]string {
		out := map[string]string{}
		for _, m := range methods(t) {
			if field(m, "page_token") == nil || field(m, "page_size") == nil { // pages of an export are as long as they are
				continue
			}
			for range 2 {
				m.build(t, w, c) // so that there are two of everything
			}
			first := m.build(t, w, c)
			first.ProtoReflect().Set(field(m, "page_size"), protoreflect.ValueOfInt32(1))
			a := w.ask(t, m.by(c), m.procedure(), first)
			if slices.Contains(m.ends, a.reason) { // not of this chain
				continue
			}
			require.Equal(t, "ok", a.code, a)
			_, rest, ok := strings.Cut(string(a.body), `"nextPageToken":`)
			require.True(t, ok, "%s gives no second page: %s", m.name(), a)
			out[m.name()] = strings.Split(rest, `"`)[1]
		}
		return out
	}
	mine, foreign := tokens(w.a), tokens(w.b)
	require.NotEmpty(t, mine)
	made := []string{"!", "AAAA", strings.Repeat("A", 400), "eyJhIjoxfQ", "\x00", "长", strings.Repeat("_", 22)}
	// A token signed here that no list has made: what a bug of ours would give.
	for _, parts := range [][]string{
		{},
		{""},
		{"x"},
		{"\x00"},
		{"", ""},
		{"9999-99-99", "x"},
		{"x", "y", "z"},
		{"1", "\x00", "019cd5e6-d200-73a1-8533-8e0cd5c3e70f"},
		{"0000-00-00", "019cd5e6-d200-73a1-8533-8e0cd5c3e70f"},
		{"-292277022399-01-01T00:00:00Z", "019cd5e6-d200-73a1-8533-8e0cd5c3e70f"},
		{"a", "b", "c", "d"},
	} {
		made = append(made, rpc.PageToken(w.a.id, parts...))
	}
	for _, m := range methods(t) {
		if mine[m.name()] == "" {
			continue
		}
		req := m.build(t, w, w.a)
		try := func(token string) answer {
			req.ProtoReflect().Set(field(m, "page_token"), protoreflect.ValueOfString(token))
			a := w.ask(t, m.by(w.a), m.procedure(), req)
			fine(t, a, "%s with page token %.80q", m.name(), token)
			return a
		}
		require.Equal(t, "ok", try(mine[m.name()]).code, m.name())
		if !m.rule.GetOperator() { // who is of no tenant
			a := try(foreign[m.name()])
			require.Equal(t, "invalid_argument", a.code, "%s with the other tenant's token: %s", m.name(), a)
			require.Contains(t, string(a.body), "page_token", m.name())
		}
		for i := range mine[m.name()] { // a bit of each character
			token := []byte(mine[m.name()])
			if token[i] ^= 1; i%5 == 0 {
				require.NotEqual(t, "ok", try(string(token)).code, "%s with one bit of its token changed", m.name())
			}
		}
		require.Equal(t, "invalid_argument", try(mine[m.name()][:10]).code)
		for _, other := range mine {
			try(other)
		}
		for _, token := range made {
			try(token)
		}
	}
}
