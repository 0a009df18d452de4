package customer

import (
	"strings"

	"github.com/changke/changke/services/kernel"
)

// ReadNumber reads a number of the kind that the writer picked. 小灵通 (PHS) can't
// be told from a fixed line, so it is taken only where the chain turned
// accept_phs on and the writer says that it is one (CUS-07).
func ReadNumber(raw string, phs, acceptPHS bool) (kernel.Phone, *Finding) {
	if phs {
		if !acceptPHS {
			return "", refuseNumber("本企业不接受小灵通号码，请填写客人的手机号。")
		}
		return checkPHS(raw)
	}
	number, found := CheckNumber(raw)
	if found != nil && acceptPHS && strings.Contains(found.Message, "固定电话") {
		found.Message += "如果是小灵通，请把号码类型改为“小灵通”。"
	}
	return number, found
}

// checkPHS reads area code and 7 or 8 digits.
func checkPHS(raw string) (kernel.Phone, *Finding) {
	d, plus, ok := digitsOf(raw)
	switch {
	case !ok:
		return "", refuseNumber(whyNoDigits(raw))
	case d == "":
		return "", refuseNumber("请填写区号和小灵通号码，如 029-88123456。")
	}
	if rest, mainland := strings.CutPrefix(d, "86"); mainland && (plus || isMainlandLine(rest)) {
		d = rest
	} else if plus {
		return "", refuseNumber("小灵通只在内地使用；港澳台及国外手机请把号码类型改为“手机”。")
	}
	if _, refused := CheckNumber(d); refused == nil {
		return "", refuseNumber("这是手机号，请把号码类型改为“手机”。")
	}
	if line := strings.TrimPrefix(d, "0"); isMainlandLine(line) {
		return kernel.Phone("+86" + line), nil
	}
	return "", refuseNumber("小灵通请写区号加 7 至 8 位号码，如 029-88123456。")
}
