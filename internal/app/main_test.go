package app_test

import (
	"os"
	"testing"

	"parley/internal/testkit"
)

func TestMain(m *testing.M) {
	testkit.ChildMain()
	os.Exit(m.Run())
}
