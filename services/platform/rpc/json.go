package rpc

import (
	"errors"
	"regexp"
	"strings"

	"connectrpc.com/connect"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// JSON reads and writes messages as Connect's own codec does, but says of what
// it can't read only where it stands: the words of protobuf quote the value,
// which is a guest's number when a till sends that as 13800138000 and not in
// quotes.
func JSON() connect.HandlerOption {
	return connect.WithHandlerOptions(connect.WithCodec(jsonCodec{"json"}), connect.WithCodec(jsonCodec{"json; charset=utf-8"}))
}

type jsonCodec struct{ name string }

var errNotProto = errors.New("not a protobuf message")

// Name is the content type's part behind "application/".
func (c jsonCodec) Name() string { return c.name }

// Marshal writes a message.
func (c jsonCodec) Marshal(msg any) ([]byte, error) { return c.MarshalAppend(nil, msg) }

// MarshalAppend writes a message behind what is there.
func (jsonCodec) MarshalAppend(dst []byte, msg any) ([]byte, error) {
	m, ok := msg.(proto.Message)
	if !ok {
		return nil, errNotProto
	}
	return protojson.MarshalOptions{}.MarshalAppend(dst, m)
}

// What Unmarshal says begins and, where the body ends too early, ends like this.
const (
	notJSON  = "not the JSON of "
	cutShort = "unexpected EOF"
)

// where is the place in protobuf's words: line and column, the field's name.
var where = regexp.MustCompile(`\(line \d+:\d+\)|field [A-Za-z_.]+`)

// longestPlace is how far into an error the place stands.
const longestPlace = 500

// Unmarshal reads a message; fields it does not know are a newer client's.
func (jsonCodec) Unmarshal(body []byte, msg any) error {
	m, ok := msg.(proto.Message)
	if !ok {
		return errNotProto
	}
	if len(body) == 0 {
		return errors.New(notJSON + string(m.ProtoReflect().Descriptor().FullName()) + " (an empty body): " + cutShort)
	}
	err := protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(body, m)
	if err == nil {
		return nil
	}
	text := notJSON + string(m.ProtoReflect().Descriptor().FullName())
	// Fields are named before values are quoted, which may be as long as a body is.
	said := err.Error()
	for i, at := range where.FindAllString(said[:min(len(said), longestPlace)], 2) {
		if i == 0 || at[0] == 'f' {
			text += " " + at
		}
	}
	if strings.HasSuffix(said, cutShort) {
		text += ": " + cutShort
	}
	return errors.New(text)
}
