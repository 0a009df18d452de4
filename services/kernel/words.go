package kernel

import "fmt"

// Words are what people read, in the two languages of the console.
type Words struct{ ZH, EN string }

// Sayf formats one sentence in both languages from arguments in the same order.
// An argument that is Words itself stands in each in its own language.
func Sayf(zh, en string, args ...any) Words {
	inZH, inEN := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		inZH[i], inEN[i] = a, a
		if w, ok := a.(Words); ok {
			inZH[i], inEN[i] = w.ZH, w.EN
		}
	}
	return Words{ZH: fmt.Sprintf(zh, inZH...), EN: fmt.Sprintf(en, inEN...)}
}

// Same are words that read alike in both languages: names, numbers.
func Same(s string) Words { return Words{ZH: s, EN: s} }

// Counted is a number with its noun in English, and the bare number in Chinese,
// whose classifier stands in the sentence.
func Counted[N ~int | ~int32 | ~int64](n N, one, many string) Words {
	noun := many
	if n == 1 {
		noun = one
	}
	return Words{ZH: fmt.Sprint(int64(n)), EN: fmt.Sprintf("%d %s", int64(n), noun)}
}

// Times are how often something happened: 2 and "2 times", 1 and "once".
func Times[N ~int | ~int32 | ~int64](n N) Words {
	if n == 1 {
		return Words{ZH: "1", EN: "once"}
	}
	return Counted(n, "", "times")
}
