package media

import (
	"context"
	"errors"

	"parley/internal/actor"
	"parley/internal/blob"
	"parley/internal/db"
	"parley/internal/errs"
)

// Open opens the file of a message. Of another tenant's, and of a message without one, it is NotFound; of one that is not
// here, Conflict. Close what it gives.
func (s *Service) Open(ctx context.Context, q db.Querier, a actor.Actor, messageID string) (File, *blob.Reader, error) {
	if err := a.Require(actor.ConversationsRead); err != nil {
		return File{}, nil, err
	}
	f, err := Get(ctx, q, a, messageID)
	if err != nil {
		return f, nil, err
	}
	switch f.State {
	case Wanted:
		return f, nil, errs.New(errs.Conflict, "The file is still being fetched from WhatsApp.")
	case Failed:
		return f, nil, errs.New(errs.Conflict, "The file could not be fetched from WhatsApp.")
	case Here:
	}
	r, err := s.Blobs.Open(a.Tenant(), f.blob)
	if errs.Is(err, errs.NotFound) {
		err = errors.New("a file that the database knows is not in the folder of files (DATA_DIR/blobs)")
	}
	return f, r, err
}
