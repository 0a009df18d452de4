package rpc

import (
	"errors"
	"fmt"
	"strings"

	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/changke/changke/services/kernel/fault"
)

// maxElements bounds every list and map, whatever its own bound is: each element
// is looked at before the list is refused for its length, and a hundred thousand
// wrong ones, a kilobyte on the wire, make gigabytes of findings.
const maxElements = 1000

// maxViolations is how many findings an answer holds.
const maxViolations = 100

// inChinese says what breaks rules that clients meet first, with the bound of those
// that have one: something is missing, too long, or no word of the interface. Others
// keep protovalidate's words.
var inChinese = map[string]string{
	"required":           "没有填",
	"enum.not_in":        "没有填，或不是接口里的取值",
	"enum.defined_only":  "不是接口里的取值",
	"repeated.min_items": "至少要有一项",
	"repeated.max_items": "最多 %v 项",
	"string.min_len":     "没有填，或不满 %v 个字",
	"string.max_len":     "最多 %v 个字",
	"string.pattern":     "没有填，或格式不对，要合乎 %v",
}

func wordsOf(v *protovalidate.Violation) string {
	words, known := inChinese[v.Proto.GetRuleId()]
	switch {
	case !known:
		return "不符合要求:" + v.Proto.GetMessage()
	case strings.Contains(words, "%v"):
		return fmt.Sprintf(words, v.RuleValue)
	}
	return words
}

// validate holds a message against the bounds its proto declares, and refuses
// NUL in strings, which no text column can store.
func validate(msg any) error {
	m, ok := msg.(proto.Message)
	if !ok {
		return nil
	}
	long, nul := look(m.ProtoReflect())
	if long != "" {
		return fault.Field(long, "", "一次最多 1000 项，请分批提交")
	}
	var bad []fault.Violation
	err := protovalidate.Validate(m)
	if invalid := (*protovalidate.ValidationError)(nil); errors.As(err, &invalid) {
		for _, v := range invalid.Violations {
			bad = append(bad, fault.Violation{
				Field:     protovalidate.FieldPathString(v.Proto.GetField()),
				Message:   wordsOf(v),
				MessageEn: v.Proto.GetMessage(),
			})
		}
	} else if err != nil {
		return err
	}
	if nul != "" {
		bad = append(bad, fault.Violation{Field: nul, Message: "含有不可见的控制字符，请重新输入。", MessageEn: "holds control characters"})
	}
	if len(bad) > 0 {
		return fault.Fields("invalid_field", "填写的内容有误，请按提示修改", bad...)
	}
	return nil
}

// look gives the names of a list or map with too many elements, and of a string with
// a NUL in it; "" of what there is none.
func look(m protoreflect.Message) (long, nul string) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case f.IsMap():
			if v.Map().Len() > maxElements {
				long = string(f.Name())
				break
			}
			v.Map().Range(func(k protoreflect.MapKey, v protoreflect.Value) bool {
				if holdsNUL(k.String()) || f.MapValue().Kind() == protoreflect.StringKind && holdsNUL(v.String()) {
					nul = string(f.Name())
				}
				return nul == ""
			})
		case f.IsList():
			if v.List().Len() > maxElements {
				long = string(f.Name())
				break
			}
			for i := 0; i < v.List().Len() && long == ""; i++ {
				lookIn(f, v.List().Get(i), &long, &nul)
			}
		default:
			lookIn(f, v, &long, &nul)
		}
		return long == ""
	})
	return long, nul
}

func lookIn(f protoreflect.FieldDescriptor, v protoreflect.Value, long, nul *string) {
	switch f.Kind() {
	case protoreflect.StringKind:
		if holdsNUL(v.String()) {
			*nul = string(f.Name())
		}
	case protoreflect.MessageKind:
		innerLong, innerNUL := look(v.Message())
		if innerLong != "" {
			*long = string(f.Name()) + "." + innerLong
		}
		if innerNUL != "" {
			*nul = string(f.Name()) + "." + innerNUL
		}
	default:
	}
}

func holdsNUL(s string) bool { return strings.IndexByte(s, 0) >= 0 }
