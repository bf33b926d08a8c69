package httpapi_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"parley/internal/httpapi"
)

// What the program can do without is said, and takes nobody out of the balancer.
func TestReadyNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	each(t, func(t *testing.T, d *door) {
		away.Store(false)
		if got := d.browser().asks(http.MethodGet, "/api/ready", nil); got.code != http.StatusOK || strings.Contains(string(got.body), "without") {
			t.Errorf("%d %s", got.code, got.body)
		}
		away.Store(true)
		got := d.browser().asks(http.MethodGet, "/api/ready", nil)
		if got.code != http.StatusOK || !strings.Contains(string(got.body), `"without":["redis"]`) {
			t.Errorf("%d %s", got.code, got.body)
		}
	}, func(o *httpapi.Options) {
		o.Ready = func(context.Context) error { return nil }
		o.Without = func() []string {
			if away.Load() {
				return []string{"redis"}
			}
			return nil
		}
	})
}

// Whoever still comes while the program is about to stop is answered, and goes elsewhere with the next request.
func TestWhoComesAtTheLastMomentIsSentElsewhereNext(t *testing.T) {
	t.Parallel()
	for _, leaving := range []bool{false, true} {
		each(t, func(t *testing.T, d *door) {
			got := d.browser().asks(http.MethodGet, "/api/auth/options", nil)
			if closes := got.header.Get("Connection") == "close"; got.code != http.StatusOK || closes != leaving {
				t.Errorf("leaving %v: %d, Connection %q", leaving, got.code, got.header.Get("Connection"))
			}
		}, func(o *httpapi.Options) { o.Leaving = func() bool { return leaving } })
	}
}

// An address opens so many sockets and no more; another one is none the worse for it.
func TestTheSocketsOfAnAddressAreBounded(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, d *door) {
		b, refused := d.browser(), 0
		for n := 0; n < 20_000 && refused == 0; n++ {
			if got := b.asks(http.MethodGet, "/api/live", nil); got.code == http.StatusTooManyRequests {
				if got.header.Get("Retry-After") == "" {
					t.Error("nobody is told when to come again")
				}
				refused = n
			}
		}
		if refused < 1000 {
			t.Errorf("one address was refused after %d sockets", refused)
		}
		if got := b.asks(http.MethodGet, "/api/auth/options", nil); got.code != http.StatusOK {
			t.Errorf("its requests are refused for its sockets: %d", got.code)
		}
		other := d.browser()
		other.remote = "198.51.100.9:1"
		if got := other.asks(http.MethodGet, "/api/live", nil); got.code == http.StatusTooManyRequests {
			t.Error("another address is refused, too")
		}
	})
}
