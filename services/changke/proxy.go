package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// networks reads the addresses and networks of a setting.
func networks(setting string, texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		if ip, err := netip.ParseAddr(text); err == nil {
			out = append(out, netip.PrefixFrom(ip, ip.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %q is neither an address nor a network such as 10.0.0.0/8", setting, text)
		}
		out = append(out, network)
	}
	return out, nil
}

// behind gives a request the address it came from when a proxy of ours passed it
// on. The list of X-Forwarded-For is read from its end: what stands before the
// first address that is no proxy of ours was written by the caller himself.
func behind(trusted []netip.Prefix, h http.Handler) http.Handler {
	ours := func(ip netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		if peer, err := netip.ParseAddr(host); err == nil && ours(peer) {
			hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
			for _, hop := range slices.Backward(hops) {
				ip, err := netip.ParseAddr(strings.TrimSpace(hop))
				if err != nil {
					break
				}
				r.RemoteAddr = netip.AddrPortFrom(ip.Unmap(), 0).String()
				if !ours(ip) {
					break
				}
			}
		}
		h.ServeHTTP(w, r)
	})
}
