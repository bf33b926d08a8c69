package delivery

import (
	"context"
	"errors"
	"time"

	"parley/internal/actor"
	"parley/internal/conversation"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/lease"
	"parley/internal/media"
	"parley/internal/whatsapp"
)

// hasFile reports whether a message is a file, which is brought to Meta before the message that names it.
func (l letter) hasFile() bool {
	switch whatsapp.Kind(l.kind) {
	case whatsapp.KindImage, whatsapp.KindVideo, whatsapp.KindAudio, whatsapp.KindDocument, whatsapp.KindSticker:
		return true
	default:
		return false
	}
}

func (s *Service) uploaded(ctx context.Context, a actor.Actor, l letter, by whatsapp.Credentials) (*whatsapp.OutgoingFile, error) {
	file, err := s.Media.Upload(ctx, a, l.messageID, s.o.Clients[l.channel.Kind], by)
	return &file, err
}

// notUploaded decides what a failed upload means. It has reached nobody, so whatever may pass is tried again, also what
// was cut off in the middle.
func (s *Service) notUploaded(ctx context.Context, a actor.Actor, it lease.Item, l letter, err error) error {
	if errs.Is(err, errs.NotFound) {
		return s.fail(ctx, a, it, l, 131053, "The file of this message is not here any more.")
	}
	if _, told := errors.AsType[*whatsapp.GraphError](err); told {
		return s.refused(ctx, a, it, l, err)
	}
	if it.Attempts+1 >= maxAttempts {
		return s.fail(ctx, a, it, l, 131053, "The file could not be brought to WhatsApp.")
	}
	return lease.RetryAt(s.DB.Now().Add(doubled(400*time.Millisecond, time.Minute, it.Attempts)), err)
}

// QueueFile says a file that was kept, with its caption, as Queue says a text.
func (s *Service) QueueFile(
	ctx context.Context, tx *db.Tx, a actor.Actor, what conversation.Saying, k media.Kept, slot *lease.Slot,
) (conversation.Said, error) {
	said, err := s.Queue(ctx, tx, a, what, slot)
	if err != nil || said.Again {
		return said, err
	}
	return said, s.Media.Attach(ctx, tx, a, said.Messages[0].ID, k)
}
