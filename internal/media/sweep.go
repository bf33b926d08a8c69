package media

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"parley/internal/actor"
	"parley/internal/db"
)

const (
	sweepEvery = 24 * time.Hour
	sweepTime  = 30 * time.Minute
	// sweepGrace is how old a file is before it can be nobody's: its row is written after it.
	sweepGrace = 48 * time.Hour
)

// sweepArgs are all files.
type sweepArgs struct{}

// Kind names the job.
func (sweepArgs) Kind() string { return "media.sweep" }

func (s *Service) sweep(ctx context.Context, _ sweepArgs) error { return s.Sweep(ctx) }

// Sweep removes the files that no message points to: what a process left that died between keeping a file and saying its
// message. Whoever else keeps files in the folder one day has to be asked here, too.
func (s *Service) Sweep(ctx context.Context) error {
	removed := 0
	err := s.Blobs.Each(s.DB.Now().Add(-sweepGrace).Time(), func(owner string, ids []string) error {
		a := actor.ForSystem(owner)
		known, err := knownBlobs(ctx, s.DB.As(a), a, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			if known[id] {
				continue
			}
			if err := s.Blobs.Remove(owner, id); err != nil {
				return err
			}
			removed++
		}
		return nil
	})
	if removed > 0 {
		s.Log.InfoContext(ctx, "files of no message removed", slog.Int("files", removed))
	}
	return err
}

// knownBlobs are those of some files that a message has.
func knownBlobs(ctx context.Context, q db.Querier, a actor.Actor, ids []string) (map[string]bool, error) {
	args, marks := []any{a.Tenant()}, make([]string, len(ids))
	for i, id := range ids {
		args = append(args, id)
		marks[i] = "$" + strconv.Itoa(len(args))
	}
	rows, err := q.Query(ctx, `SELECT f.blob FROM media f WHERE f.tenant_id = $1 AND f.blob <> '' AND f.blob IN (`+
		strings.Join(marks, ", ")+`)`, args...)
	if err != nil {
		return nil, fmt.Errorf("look for files: %w", err)
	}
	defer rows.Close()
	known := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("look for files: %w", err)
		}
		known[id] = true
	}
	return known, rows.Err()
}
