package media

import (
	"context"
	"fmt"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/whatsapp"
)

// Upload brings the file of a message to Meta, unless it is there already, and says how a message names it. It reaches
// nobody by that, so it may be done again after any failure. A NotFound says that there is no such file.
func (s *Service) Upload(ctx context.Context, a actor.Actor, messageID string, c *whatsapp.Client, by whatsapp.Credentials) (
	out whatsapp.OutgoingFile, err error,
) {
	f, err := Get(ctx, s.DB.As(a), a, messageID)
	if err != nil {
		return out, err
	}
	out = whatsapp.OutgoingFile{Kind: sendable[f.MIME].kind, ID: f.externalID, Filename: f.Filename}
	if f.externalID != "" && s.DB.Now().Before(f.uploadedAt.Add(reuse)) {
		return out, nil
	}
	if f.State != Here || out.Kind == "" {
		return out, errs.New(errs.NotFound, "The file of this message is not here.")
	}
	ctx, cancel := context.WithTimeout(ctx, uploadTime)
	defer cancel()
	r, err := s.Blobs.Open(a.Tenant(), f.blob)
	if err != nil {
		return out, err
	}
	defer func() { _ = r.Close() }()
	if out.ID, err = c.Upload(ctx, by, f.MIME, f.Filename, r); err != nil {
		return out, err
	}
	err = s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE media SET external_id = $3, uploaded_at = $4, updated_at = $4 WHERE tenant_id = $1 AND message_id = $2`,
			a.Tenant(), messageID, out.ID, tx.Now())
		return err
	})
	if err != nil {
		return out, fmt.Errorf("keep upload: %w", err)
	}
	return out, nil
}
