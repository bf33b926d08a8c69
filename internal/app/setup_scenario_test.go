package app_test

import (
	"testing"
	"time"

	"parley/internal/app"
	"parley/internal/db/dbtest"
	"parley/internal/setup"
	"parley/internal/testkit"
)

func TestTheRunningProgramRenewsTheFirstOwnersLink(t *testing.T) {
	t.Parallel()
	for _, kind := range dbtest.Kinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			w := testkit.New(t, kind, testkit.Options{Change: func(o *app.Options) {
				o.Setup.DataDir, o.Setup.PublicURL = dir, "https://parley.example"
			}})
			_, err := w.Setup.FirstStart(t.Context())
			must(t, err)
			first, err := setup.KeptLink(dir)
			must(t, err)
			w.Later(25 * time.Hour)
			w.Eventually("there is a new link", func() bool {
				link, err := setup.KeptLink(dir)
				must(t, err)
				return link != first
			})
		})
	}
}
