package tenant

import (
	"net/netip"
	"time"

	"parley/internal/errs"
	"parley/internal/limit"
)

// How often passwords may be tried. A limit delays, it never locks: who waits as long as they are told may try again.
// An account's own limit counts only tries from addresses it was never signed in from, so that strangers cannot use up
// what its owner needs. In an hour an account stands 55 tries of strangers and 45 from where it was signed in before.
var (
	perAddress  = limit.Rate{Burst: 20, Every: 5 * time.Second}
	perAccount  = limit.Rate{Burst: 10, Every: 80 * time.Second}
	perKnown    = limit.Rate{Burst: 15, Every: 2 * time.Minute}
	perChange   = limit.Rate{Burst: 10, Every: 20 * time.Second}
	perNewcomer = limit.Rate{Burst: 10, Every: time.Minute}

	perForgetful = limit.Rate{Burst: 10, Every: time.Minute}     // addresses that ask for new passwords
	perForgotten = limit.Rate{Burst: 3, Every: 10 * time.Minute} // accounts they are asked for
)

// allow says whether an address may try an account's password now.
func (s *Service) allow(emailHash, address string, known bool) error {
	if known {
		return s.take("known:"+emailHash+":"+network(address), perKnown)
	}
	if err := s.take("address:"+network(address), perAddress); err != nil {
		return err
	}
	return s.take("account:"+emailHash, perAccount)
}

// AllowNewcomer says whether an address may try to make an account, or a one-time link, now.
func (s *Service) AllowNewcomer(address string) error {
	return s.take("newcomer:"+network(address), perNewcomer)
}

func (s *Service) take(key string, rate limit.Rate) error {
	ok, wait := s.Limits.Take("sign-in:"+key, rate, 1)
	if ok {
		return nil
	}
	seconds := int((wait + time.Second - 1) / time.Second)
	return errs.Wait(wait, "Too many tries. Wait %d seconds and try again.", seconds)
}

// network is what counts as one address: of IPv6 the first 64 bits, since whoever has one such address has them all.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
