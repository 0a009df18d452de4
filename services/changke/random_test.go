package main

import (
	"math/rand/v2"
	"os"
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// TestRandomMessages sends every method messages in which anything stands in several
// fields at once, in lists of none, of many and of one thing twice: what no field shows
// that is tried alone. Nothing is our fault. The seed is the method's place, so that a
// message that was found comes again.
func TestRandomMessages(t *testing.T) {
	t.Parallel()
	rounds := 6
	if os.Getenv("SOAK") != "" {
		rounds = 500
	}
	spread(t, 3, func(_ *testing.T, w *world) func(t *testing.T, i int, m method) {
		return func(t *testing.T, i int, m method) {
			random := rand.New(rand.NewPCG(uint64(i), 1))
			sample, c := m.build(t, w, w.a), chance{random, w.realistic()}
			for round := range rounds {
				req := proto.Clone(sample)
				c.scramble(req.ProtoReflect())
				kind, bodies := encodings(t, req, round)
				for _, body := range bodies {
					a := w.post(t, w.asIs(t, m.by(w.a), m.signs), m.procedure(), kind, body)
					fine(t, a, "%s with %.300s", m.name(), body)
				}
			}
		}
	})
}

// realistic are texts that get past the form of a field: ids of both chains, of whatever
// kind, and days.
func (w *world) realistic() (out []string) {
	for _, c := range []*chain{w.a, w.b} {
		out = append(out, c.s01.String(), c.s02.String(), c.people["E0002"].String(), c.room.String(), c.files[c.guests[0]].String(), c.files[c.guests[4]].String())
	}
	return append(out, "0001-01-01", "2024-02-29", today.String(), (today + 1).String(), "9999-12-31", "0001-01", "2026-02", "9999-12", "23:59", "+8613810010001")
}

type chance struct {
	*rand.Rand
	realistic []string
}

// scramble leaves half of a message's fields as they are.
func (c chance) scramble(m protoreflect.Message) {
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		switch {
		case c.IntN(2) == 0:
		case c.IntN(6) == 0:
			m.Clear(f)
		case f.IsMap():
			for range c.IntN(4) {
				m.Mutable(f).Map().Set(c.anyOf(f).MapKey(), m.Mutable(f).Map().NewValue())
			}
		case f.IsList():
			l := m.Mutable(f).List()
			for range c.IntN(1 << c.IntN(10)) {
				switch {
				case l.Len() > 0 && c.IntN(2) == 0:
					l.Append(l.Get(c.IntN(l.Len())))
				case f.Message() != nil:
					c.scramble(l.AppendMutable().Message())
				default:
					l.Append(c.anyOf(f))
				}
			}
		case f.Message() != nil:
			c.scramble(m.Mutable(f).Message())
		default:
			m.Set(f, c.anyOf(f))
		}
	}
}

// anyOf is seldom a long text: with one everything is only too long.
func (c chance) anyOf(f protoreflect.FieldDescriptor) protoreflect.Value {
	if f.Kind() == protoreflect.StringKind && c.IntN(2) == 0 {
		return protoreflect.ValueOfString(c.realistic[c.IntN(len(c.realistic))])
	}
	values := meanValues(f)
	for {
		if v := values[c.IntN(len(values))]; len(v.String()) < 5000 || c.IntN(50) == 0 {
			return v
		}
	}
}
