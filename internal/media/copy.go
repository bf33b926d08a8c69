package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/job"
	"parley/internal/seal"
	"parley/internal/whatsapp"
)

// copyArgs are the file to copy.
type copyArgs struct {
	TenantID  string `json:"tenant"`
	MessageID string `json:"message"`
}

// Kind names the job.
func (copyArgs) Kind() string { return "media.copy" }

// Want has the file of a message that has just been written down copied from Meta.
func (s *Service) Want(ctx context.Context, tx *db.Tx, a actor.Actor, messageID string, m whatsapp.Media) error {
	f := File{
		MessageID: messageID, State: Wanted, MIME: unknown, Filename: m.Filename, SHA256: m.SHA256, externalID: m.ID,
	}
	if err := insert(ctx, tx, a, f); err != nil {
		return err
	}
	_, err := s.Jobs.Insert(ctx, tx, copyArgs{TenantID: a.Tenant(), MessageID: messageID}, job.Opts{})
	return err
}

// CopyAgain tries a file once more that was given up. One that is here already, or is being copied, is a Conflict.
func (s *Service) CopyAgain(ctx context.Context, tx *db.Tx, a actor.Actor, messageID string) error {
	n, err := tx.Exec(ctx, `
		UPDATE media SET state = 'wanted', failure = '', attempts = 0, updated_at = $3
		WHERE tenant_id = $1 AND message_id = $2 AND state = 'failed' AND external_id <> ''`, a.Tenant(), messageID, tx.Now())
	if err != nil {
		return fmt.Errorf("copy file again: %w", err)
	}
	if n == 0 {
		if _, err := Get(ctx, tx, a, messageID); err != nil {
			return err
		}
		return errs.New(errs.Conflict, "Only a file that could not be fetched can be fetched again.")
	}
	_, err = s.Jobs.Insert(ctx, tx, copyArgs{TenantID: a.Tenant(), MessageID: messageID}, job.Opts{})
	return err
}

// errBroken says that the bytes are not those announced.
var errBroken = errors.New("the bytes are not those that were announced")

// copy brings one file here. Done again it changes nothing. What may pass is tried again by the queue, ever later, a
// bounded number of times; what cannot is written down for people to see.
func (s *Service) copy(ctx context.Context, args copyArgs) error {
	a := actor.ForSystem(args.TenantID)
	w, found, err := read(ctx, s.DB.As(a), a, args.MessageID)
	if err != nil || !found || w.State != Wanted {
		return err
	}
	id := seal.Token()
	got, err := s.fetch(ctx, a, w, id)
	if err == nil {
		return s.arrived(ctx, a, w, id, got)
	}
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return err // the program stops
	}
	if why := s.givenUp(w, err); why != "" {
		s.Log.WarnContext(ctx, "file not copied", slog.String("tenant", args.TenantID), slog.String("message", args.MessageID),
			slog.String("failure", string(why)), slog.Any("error", err))
		return s.failed(ctx, a, w, why)
	}
	return errors.Join(err, s.DB.InTx(ctx, a, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `UPDATE media SET attempts = attempts + 1, updated_at = $3 WHERE tenant_id = $1 AND message_id = $2`,
			a.Tenant(), args.MessageID, tx.Now())
		return err
	}))
}

// givenUp says why a failure is the last, "" when the file is to be tried again.
func (s *Service) givenUp(w wanted, err error) Failure {
	graph, told := errors.AsType[*whatsapp.GraphError](err)
	tried := w.attempts + 1
	switch {
	case errors.Is(err, whatsapp.ErrFileTooLarge):
		return TooLarge
	case told && graph.Code == 100, s.DB.Now().Sub(w.CreatedAt) > keptByMeta:
		return Expired // 100, subcode 33: there is no such object, for this token
	case told && graph.Class() == whatsapp.Fail:
		return Expired
	case errors.Is(err, errBroken) && tried >= mostBroken:
		return Damaged
	case tried >= mostTries:
		return Unreachable
	}
	return ""
}

// fetched is what came.
type fetched struct {
	mime, sha256 string
	size         int64
}

// fetch asks where the file is, and streams it into blob. An address lives five minutes; one that has expired on the way
// is asked for once more.
func (s *Service) fetch(ctx context.Context, a actor.Actor, w wanted, id string) (got fetched, err error) {
	token := s.o.Tokens[w.channel.Kind]
	if token == "" {
		if token, err = s.Channels.Token(a, w.channel); err != nil {
			return got, err
		}
	}
	by := whatsapp.Credentials{PhoneNumberID: w.channel.ExternalID, Token: token}
	for range 2 {
		var info whatsapp.FileInfo
		if info, err = s.lookUp(ctx, w, by); err != nil {
			return got, err
		}
		if got, err = s.download(ctx, a, w, by, info, id); !errors.Is(err, whatsapp.ErrGone) {
			return got, err
		}
	}
	return got, err
}

func (s *Service) lookUp(ctx context.Context, w wanted, by whatsapp.Credentials) (info whatsapp.FileInfo, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookUpTime)
	defer cancel()
	info, err = s.o.Clients[w.channel.Kind].File(ctx, by, w.externalID)
	if err == nil && info.Size > mostInbound {
		err = whatsapp.ErrFileTooLarge
	}
	return info, err
}

func (s *Service) download(
	ctx context.Context, a actor.Actor, w wanted, by whatsapp.Credentials, info whatsapp.FileInfo, id string,
) (got fetched, err error) {
	file, err := s.Blobs.Create(a.Tenant(), id)
	if err != nil {
		return got, err
	}
	defer file.Discard()
	in := &taken{to: file, sum: sha256.New()}
	if err := s.o.Clients[w.channel.Kind].Download(ctx, by, info.URL, in, mostInbound); err != nil {
		return got, err
	}
	got = fetched{mime: typeOf(in.begin, w.Filename), sha256: hex.EncodeToString(in.sum.Sum(nil)), size: in.size}
	for _, announced := range []string{info.SHA256, w.SHA256} {
		if len(announced) == 2*sha256.Size && announced != got.sha256 {
			return got, errBroken
		}
	}
	if info.Size > 0 && info.Size != got.size {
		return got, errBroken
	}
	return got, file.Commit()
}

// arrived writes down that a file is here. When somebody else was faster the second copy goes.
func (s *Service) arrived(ctx context.Context, a actor.Actor, w wanted, id string, got fetched) error {
	var n int64
	err := s.DB.InTx(context.WithoutCancel(ctx), a, func(tx *db.Tx) (err error) {
		n, err = tx.Exec(ctx, `
			UPDATE media SET state = 'here', failure = '', blob = $3, mime = $4, size_bytes = $5, sha256 = $6, updated_at = $7
			WHERE tenant_id = $1 AND message_id = $2 AND state = 'wanted'`,
			a.Tenant(), w.MessageID, id, got.mime, got.size, got.sha256, tx.Now())
		s.changed(tx, w.conversationID, w.MessageID)
		return err
	})
	if err == nil && n == 0 {
		return s.Blobs.Remove(a.Tenant(), id)
	}
	return err
}

func (s *Service) failed(ctx context.Context, a actor.Actor, w wanted, why Failure) error {
	return s.DB.InTx(context.WithoutCancel(ctx), a, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			UPDATE media SET state = 'failed', failure = $3, updated_at = $4
			WHERE tenant_id = $1 AND message_id = $2 AND state = 'wanted'`, a.Tenant(), w.MessageID, why, tx.Now())
		s.changed(tx, w.conversationID, w.MessageID)
		return err
	})
}
