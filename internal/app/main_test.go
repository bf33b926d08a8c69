package app_test

import (
	"testing"

	"go.uber.org/goleak"

	"parley/internal/testkit"
)

// The program, started and stopped in every test, leaves nothing running behind.
func TestMain(m *testing.M) {
	testkit.ChildMain()
	goleak.VerifyTestMain(m, lingers())
}

// lingers is what centrifuge keeps for a second after the last client of a channel has gone, in case one comes back.
func lingers() goleak.Option {
	return goleak.IgnoreAnyFunction("github.com/centrifugal/centrifuge.(*Node).unsubscribeFromBrokerWhenEmpty.func1")
}
