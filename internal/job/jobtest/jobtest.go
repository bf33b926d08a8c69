// Package jobtest gives tests databases that have the job queue's tables already: they are most of what a test's program
// would make at its start.
package jobtest

import (
	"context"
	"log/slog"

	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/job"
)

// Template is a database with the job queue's tables.
var Template = dbtest.NewTemplate("jobs_", func(ctx context.Context, d *db.DB) error {
	_, err := job.New(ctx, d, slog.New(slog.DiscardHandler), job.Options{})
	return err
})
