package customer

import (
	"regexp"
	"strings"
)

// district is a run of provinces, cities, counties and districts; 小区, 园区 …
// are places, not districts.
var district = regexp.MustCompile(`^(?:\p{Han}{1,8}?(?:省|自治区|特别行政区|市|自治州|自治县|县|区|镇|乡|盟|旗))+`)

var (
	notDistrict = regexp.MustCompile(`(?:小|园|校|厂|社|景|馆|院|营|库|矿)区$`)
	onlyRoad    = regexp.MustCompile(`^\p{Han}{1,8}?(?:路|街|大道|大街|巷|胡同)(?:[东西南北中]段)?$`)
)

// refusePlace says why an employer or address is not specific enough (CUS-08):
// only a district, or only a road. Wanted is a road or place with a number, a
// building or a company.
func refusePlace(text string) string {
	s := strings.Join(strings.Fields(text), "")
	if s == "" {
		return ""
	}
	if !notDistrict.MatchString(s) && district.FindString(s) == s {
		return "只写到了市、县、区，请写到路名和门牌号、楼栋或单位名称。"
	}
	if rest := s[len(district.FindString(s)):]; onlyRoad.MatchString(rest) || onlyRoad.MatchString(s) {
		return "只写了路名，请加上门牌号、楼栋或单位名称。"
	}
	return ""
}
