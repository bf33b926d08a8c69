package media

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/seal"
	"parley/internal/whatsapp"
)

// Kept is a file that is in blob and belongs to no message yet.
type Kept struct {
	Kind     whatsapp.Kind // what it is sent as
	MIME     string
	Filename string
	Size     int64

	blob, sha256 string
}

// Keep takes a file that somebody wants to send. Its type is told from its bytes: what WhatsApp does not take, or not in
// that size, is Invalid or TooLarge, in words for the person. Attach it to a message, or Forget it.
func (s *Service) Keep(a actor.Actor, filename string, from io.Reader) (k Kept, err error) {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return k, err
	}
	in := bufio.NewReaderSize(from, sniffed)
	begin, err := in.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return k, fmt.Errorf("read file: %w", err)
	}
	if len(begin) == 0 {
		return k, errs.InvalidField("file", "The file is empty.")
	}
	k = Kept{MIME: typeOf(begin, filename), Filename: nameFor(filename), blob: seal.Token()}
	kind, known := sendable[k.MIME]
	if !known {
		return k, errs.InvalidField("file", "WhatsApp does not take this type of file. It takes JPEG and PNG pictures, MP4 and 3GP "+
			"videos, AAC, AMR, MP3, M4A and OGG recordings, PDF, text, Word, Excel and PowerPoint.")
	}
	k.Kind = kind.kind
	return k, s.keep(a, &k, in, kind.most)
}

func (s *Service) keep(a actor.Actor, k *Kept, in io.Reader, most int64) error {
	file, err := s.Blobs.Create(a.Tenant(), k.blob)
	if err != nil {
		return err
	}
	defer file.Discard()
	into := &taken{to: file, sum: sha256.New()}
	if _, err := io.Copy(into, io.LimitReader(in, most+1)); err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	if into.size > most {
		return errs.New(errs.TooLarge, "WhatsApp takes a file of this type (%s) up to %s.", k.Kind, sizeIn(most))
	}
	k.Size, k.sha256 = into.size, hex.EncodeToString(into.sum.Sum(nil))
	return file.Commit()
}

// Attach makes a kept file the file of a message that is being said.
func (s *Service) Attach(ctx context.Context, tx *db.Tx, a actor.Actor, messageID string, k Kept) error {
	return insert(ctx, tx, a, File{
		MessageID: messageID, State: Here, MIME: k.MIME, Filename: k.Filename, Size: k.Size, SHA256: k.sha256, blob: k.blob,
	})
}

// Forget removes a kept file whose message was not said.
func (s *Service) Forget(a actor.Actor, k Kept) error { return s.Blobs.Remove(a.Tenant(), k.blob) }

// mostName bounds a file's name, in runes.
const mostName = 200

// nameFor makes a name fit to be shown and sent: its last part, on one line.
func nameFor(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r == utf8.RuneError || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, name)
	if r := []rune(name); len(r) > mostName {
		name = string(r[len(r)-mostName:]) // its end holds the extension
	}
	if name = strings.TrimSpace(name); name == "" {
		return "file"
	}
	return name
}

func sizeIn(bytes int64) string {
	if bytes < megabytes {
		return fmt.Sprintf("%d KB", bytes/kilobytes)
	}
	return fmt.Sprintf("%d MB", bytes/megabytes)
}
