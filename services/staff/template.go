package staff

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
)

// Items are roles, rights and posts flat, as the merge of templates sees them:
//
//	role/service_rep                → its name
//	right/service_rep/customer.read → own, where or deny
//	position/大堂经理               → its role, or @ and its role at head office
type Items map[string]string

const (
	itemRole, itemRight, itemPosition = "role/", "right/", "position/"

	reachOwn, reachWhere, reachDeny = "own", "where", "deny"
)

// ItemsOf flattens roles and posts.
func ItemsOf(roles []Role, positions []Position) Items {
	out := Items{}
	for _, r := range roles {
		out[itemRole+r.Code] = r.Name
		for _, right := range r.Rights {
			out[itemRight+r.Code+"/"+right.Permission] = right.reach()
		}
	}
	for _, p := range positions {
		role := p.Role
		if p.HeadOffice {
			role = "@" + role
		}
		out[itemPosition+p.Name] = role
	}
	return out
}

// TemplateItems is the product's template, flat.
func TemplateItems() Items { return ItemsOf(Template(), TemplatePositions()) }

// Digest tells two templates apart.
func (items Items) Digest() string {
	h := sha256.New()
	for _, item := range slices.Sorted(maps.Keys(items)) {
		h.Write([]byte(item + "\x00" + items[item] + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// MergeTemplate says what a newer template changes in a chain: given is what the
// last one gave it, ours what it has now. What the chain left as it was given
// follows; what it changed, added or took away itself stays. Roles and posts are
// never taken away, and nothing is given to a role that is not there.
func MergeTemplate(given, ours, newer Items) (put Items, drop []string) {
	put = Items{}
	for item, value := range newer {
		if value != given[item] && ours[item] == given[item] && ours[item] != value {
			put[item] = value
		}
	}
	roleThere := func(code string) bool { return ours[itemRole+code] != "" || put[itemRole+code] != "" }
	for item, value := range put {
		role := strings.TrimPrefix(value, "@")
		if rest, ok := strings.CutPrefix(item, itemRight); ok {
			role, _, _ = strings.Cut(rest, "/")
		}
		if !strings.HasPrefix(item, itemRole) && !roleThere(role) {
			delete(put, item)
		}
	}
	for item, value := range given {
		if strings.HasPrefix(item, itemRight) && newer[item] == "" && ours[item] == value {
			drop = append(drop, item)
		}
	}
	slices.Sort(drop)
	return put, drop
}

// Roles gives the roles among the items, by code, and the rights of every role
// that is named, also of those that are not among them.
func (items Items) Roles() (roles []Role, rights []Role) {
	byRole := map[string][]Right{}
	for _, item := range slices.Sorted(maps.Keys(items)) {
		value := items[item]
		if code, ok := strings.CutPrefix(item, itemRole); ok {
			roles = append(roles, Role{Code: code, Name: value})
		}
		if rest, ok := strings.CutPrefix(item, itemRight); ok {
			code, permission, _ := strings.Cut(rest, "/")
			byRole[code] = append(byRole[code], Right{Permission: permission, Own: value == reachOwn, Denied: value == reachDeny})
		}
	}
	for _, code := range slices.Sorted(maps.Keys(byRole)) {
		rights = append(rights, Role{Code: code, Rights: byRole[code]})
	}
	return roles, rights
}

// Positions gives the posts among the items, by name.
func (items Items) Positions() (out []Position) {
	for _, item := range slices.Sorted(maps.Keys(items)) {
		if name, ok := strings.CutPrefix(item, itemPosition); ok {
			role, headOffice := strings.CutPrefix(items[item], "@")
			out = append(out, Position{Name: name, Role: role, HeadOffice: headOffice})
		}
	}
	return out
}

// SplitRight names role and permission of a right's item; of other items both are empty.
func SplitRight(item string) (role, permission string) {
	if rest, ok := strings.CutPrefix(item, itemRight); ok {
		role, permission, _ = strings.Cut(rest, "/")
	}
	return role, permission
}
