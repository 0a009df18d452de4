package customer

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/unicode/norm"

	"github.com/changke/changke/services/kernel"
)

// CheckNumber reads a number as a person writes it and says whether it may
// stand on a file (CUS-07): mobiles of mainland China within an assigned range,
// of Hong Kong, Macau and Taiwan and of other countries. What is refused is
// named: fixed line, 400/800, short number, range not assigned. Messages never
// repeat the number.
func CheckNumber(raw string) (kernel.Phone, *Finding) {
	digits, plus, ok := digitsOf(raw)
	if !ok {
		return "", refuseNumber(whyNoDigits(raw))
	}
	if plus {
		if rest, mainland := strings.CutPrefix(digits, "86"); mainland {
			return mainlandNumber(rest)
		}
		return foreignNumber(digits)
	}
	// 86138… and 0138… are old ways to dial a mobile.
	if rest, found := strings.CutPrefix(digits, "86"); found && (len(rest) == 11 && rest[0] == '1' || isMainlandLine(rest)) {
		digits = rest
	} else if len(digits) == 12 && digits[0] == '0' && digits[1] == '1' && digits[2] >= '3' {
		digits = digits[1:]
	}
	return mainlandNumber(digits)
}

// digitsOf drops what people put between digits; plus tells of + or 00 in front.
func digitsOf(raw string) (digits string, plus, ok bool) {
	var b strings.Builder
	for _, r := range strings.TrimSpace(norm.NFKC.String(raw)) {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && b.Len() == 0 && !plus:
			plus = true
		case strings.ContainsRune(" -()–—‐‑.\u200b\u202a\u202c\ufeff", r): // also what contact lists paste around numbers
		default:
			return "", false, false
		}
	}
	digits = b.String()
	if rest, found := strings.CutPrefix(digits, "00"); found && !plus {
		return rest, true, true
	}
	return digits, plus, true
}

// whyNoDigits names what stands between the digits.
func whyNoDigits(raw string) string {
	switch s := strings.ToLower(raw); {
	case strings.Contains(s, "转") || strings.Contains(s, "分机") || strings.Contains(s, "ext"):
		return "这是总机分机号，请填写客人本人的手机号。"
	case strings.ContainsAny(s, "/／、,，;；或和&"):
		return oneNumber
	}
	return "号码里只能有数字，请去掉其他字符；国外及港澳台号码以 + 开头。"
}

const oneNumber = "这里只填一个号码，请填写客人本人的手机号。"

func refuseNumber(message string) *Finding {
	return &Finding{Field: "number", Rule: "CUS-07", Message: message}
}

func mainlandNumber(d string) (kernel.Phone, *Finding) {
	switch n := len(d); {
	case n == 0:
		return "", refuseNumber("请填写客人的手机号。")
	case strings.HasPrefix(d, "400") && n == 10, strings.HasPrefix(d, "800") && n == 10:
		return "", refuseNumber("这是 " + d[:3] + " 服务电话，请填写客人本人的手机号。")
	case strings.HasPrefix(d, "106") && n != 11, n <= 6, n <= 9 && (strings.HasPrefix(d, "95") || strings.HasPrefix(d, "96") || strings.HasPrefix(d, "10")):
		return "", refuseNumber("这是短号或服务号码，请填写客人的 11 位手机号。")
	case d[0] == '0':
		if n >= 10 && n <= 12 {
			return "", refuseNumber("这是固定电话（区号加号码），请填写客人的手机号。")
		}
		return "", refuseNumber("这像固定电话或总机分机号，请填写客人的手机号。")
	case n == 7 || n == 8:
		return "", refuseNumber("这像本地固定电话，请填写 11 位手机号；港澳台及国外手机请加国家或地区代码，如 +852。")
	case n == 22 && d[0] == '1' && d[11] == '1':
		return "", refuseNumber(oneNumber)
	case d[0] != '1' && isMainlandLine(d):
		return "", refuseNumber("这是固定电话（区号加号码），请填写客人的手机号。")
	case d[0] != '1':
		return "", refuseNumber("内地手机号是以 1 开头的 11 位数字；港澳台及国外手机请加国家或地区代码，如 +852。")
	case n != 11:
		return "", refuseNumber("手机号应为 11 位数字，请检查是否多写或少写。")
	}
	num, err := phonenumbers.Parse("+86"+d, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(num) || phonenumbers.GetNumberType(num) != phonenumbers.MOBILE {
		return "", refuseNumber("这个号段没有分配给手机用户，请核对号码。")
	}
	return kernel.Phone("+86" + d), nil
}

// isMainlandLine tells a fixed line by its area code without the 0.
func isMainlandLine(d string) bool {
	num, err := phonenumbers.Parse("+86"+d, "ZZ")
	return err == nil && phonenumbers.IsValidNumber(num) && phonenumbers.GetNumberType(num) == phonenumbers.FIXED_LINE
}

func foreignNumber(d string) (kernel.Phone, *Finding) {
	num, err := phonenumbers.Parse("+"+d, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(num) {
		return "", refuseNumber("这不是有效的港澳台或国外号码，请检查国家或地区代码和位数。")
	}
	switch phonenumbers.GetNumberType(num) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE: // North America does not tell them apart
		return kernel.Phone(phonenumbers.Format(num, phonenumbers.E164)), nil
	case phonenumbers.FIXED_LINE:
		return "", refuseNumber("这是港澳台或国外的固定电话，请填写客人的手机号。")
	case phonenumbers.TOLL_FREE, phonenumbers.SHARED_COST, phonenumbers.PREMIUM_RATE, phonenumbers.UAN:
		return "", refuseNumber("这是港澳台或国外的服务电话，请填写客人本人的手机号。")
	default:
		return "", refuseNumber("这不是手机号，请填写客人的手机号。")
	}
}
