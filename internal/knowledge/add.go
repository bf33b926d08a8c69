package knowledge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"parley/internal/actor"
	"parley/internal/analyzer"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
)

// Add tells the AI something: the document, its passages and the base's new revision are written in one step. The
// same text under the same title again is no second document; the one that is there is given back.
func (s *Service) Add(ctx context.Context, tx *db.Tx, a actor.Actor, in NewDocument) (Document, error) {
	in, err := in.Cut()
	if err != nil {
		return Document{}, err
	}
	base, err := baseFor(ctx, tx, a, in.BaseID)
	if err != nil {
		return Document{}, err
	}
	hash := hashOf(in)
	if d, there, err := sameText(ctx, tx, a, base, hash); err != nil || there {
		return d, in.mayStandFor(d, err)
	}
	if err := roomFor(ctx, tx, a, base, len(in.passages)); err != nil {
		return Document{}, err
	}
	d := Document{
		ID: tx.NewID(), BaseID: base, Title: in.Title, Kind: in.Kind, State: Ready, Passages: int64(len(in.passages)),
		SizeBytes: int64(len(in.Text)), Language: in.language, Enabled: true, CreatedBy: a.ID(),
		CreatedAt: tx.Now(), UpdatedAt: tx.Now(), Text: in.Text,
	}
	if err := insertDocument(ctx, tx, a, d, hash); err != nil {
		return Document{}, err
	}
	if err := insertPassages(ctx, tx, a, d, in.passages); err != nil {
		return Document{}, err
	}
	s.changed(tx, d.ID)
	return d, audit.Record(ctx, tx, a, audit.Entry{
		Action: "document.added", TargetKind: "document", TargetID: d.ID, After: auditView(d),
	})
}

// baseFor gives the base to write to, locked, with its revision moved.
func baseFor(ctx context.Context, tx *db.Tx, a actor.Actor, id string) (string, error) {
	if id == "" {
		return defaultBase(ctx, tx, a)
	}
	return touch(ctx, tx, a, id)
}

// Cut does what needs no database: it brings a document into the form that is stored, cuts it into passages, or says
// what is wrong with it. Of long texts that takes a while; who calls it before the step spares the step the time.
func (in NewDocument) Cut() (NewDocument, error) {
	if in.passages != nil {
		return in, nil
	}
	in, err := in.clean()
	if err == nil {
		in.language, in.passages = analyzer.Language(in.Text), Passages(in.Text, in.Kind)
	}
	return in, err
}

// clean brings what was given into the form that is stored, or says what is wrong with it.
func (in NewDocument) clean() (NewDocument, error) {
	if len(in.Text) > MaxText {
		return in, &errs.Error{
			Kind: errs.TooLarge, Field: "text", Message: "This text is longer than 4 MB. Cut it into several documents.",
		}
	}
	in.Text, in.Title = cleanText(in.Text), strings.Join(strings.Fields(cleanText(in.Title)), " ")
	switch in.Kind {
	case "":
		in.Kind = Text
	case Text, Markdown, FAQ:
	default:
		return in, errs.InvalidField("kind", "There are documents of the kinds text, markdown and faq.")
	}
	if len(sectionsOf(in.Text, in.Kind)) == 0 {
		return in, errs.InvalidField("text", "There is nothing to read in this text.")
	}
	if letters(in.Title) > MaxTitle {
		return in, errs.InvalidField("title", "A title has at most %d characters.", MaxTitle)
	}
	if in.Title == "" {
		in.Title = titleOf(in.Text)
	}
	return in, nil
}

// cleanText makes line ends one character, and takes out what neither database could keep.
func cleanText(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "", "\uFEFF", "").Replace(text)
	return strings.TrimSpace(text)
}

// longTitle is where a title taken from a text is cut, in characters.
const longTitle = 60

// titleOf makes a title from the beginning of a text.
func titleOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if _, heading := headingOf(strings.TrimSpace(line)); heading != "" {
		line = heading
	}
	line = strings.Join(strings.Fields(line), " ")
	if letters(line) <= longTitle {
		return line
	}
	return strings.TrimRight(line[:breakAt(line, longTitle)], " ,;:-–") + " …"
}

// hashOf tells texts apart.
func hashOf(in NewDocument) string {
	sum := sha256.Sum256([]byte(in.Kind + "\n" + in.Text))
	return hex.EncodeToString(sum[:])
}

// mayStandFor refuses a text that is there under another title: the writer should know.
func (in NewDocument) mayStandFor(d Document, err error) error {
	if err == nil && d.Title != in.Title {
		return errs.New(errs.Conflict, "This text is there already, as “%s”. Remove that to add it under another title.", d.Title)
	}
	return err
}

// roomFor keeps a base at a size that fits into memory.
func roomFor(ctx context.Context, tx *db.Tx, a actor.Actor, base string, more int) error {
	n, err := countPassages(ctx, tx, a, base)
	if err == nil && n+int64(more) > MaxPassages {
		return errs.New(errs.TooLarge,
			"That would be more than %d passages in one knowledge base. Remove what is not needed any more.", MaxPassages)
	}
	return err
}

func auditView(d Document) any {
	return struct {
		Title    string `json:"title"`
		Kind     Kind   `json:"kind"`
		Passages int64  `json:"passages"`
		Size     int64  `json:"size"`
	}{d.Title, d.Kind, d.Passages, d.SizeBytes}
}
