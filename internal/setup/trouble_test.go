package setup_test

import (
	"context"
	"testing"

	"parley/internal/setup"
	"parley/internal/tenant"
)

func TestADatabaseThatDoesNotAnswerIsSaid(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, h *house) {
		p, r := h.started()
		ctx, over := context.WithCancel(t.Context())
		over() // no answer comes in time
		for name, do := range map[string]func() error{
			"first start": func() error { _, err := p.FirstStart(ctx); return err },
			"link":        func() error { _, err := p.NewLink(ctx); return err },
			"finish": func() error {
				_, err := p.Finish(ctx, setup.Owner{Token: "x"}, tenant.Visit{Address: "192.0.2.1"})
				return err
			},
			"prove": func() error { return h.starts(number).Prove(ctx, r.TenantID, nil) },
			"key":   func() error { return setup.CheckKey(ctx, h.db, h.box) },
		} {
			if do() == nil {
				t.Errorf("%s: nobody says so", name)
			}
		}
	})
}
