package realtime_test

import (
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, lingers()) }

// lingers is what centrifuge keeps for a second after the last client of a channel has gone, in case one comes back.
func lingers() goleak.Option {
	return goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge.(*Node).unsubscribeFromBrokerWhenEmpty.func1")
}
