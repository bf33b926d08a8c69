package conversation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/internal/actor"
	"parley/internal/audit"
	"parley/internal/db"
	"parley/internal/errs"
	"parley/internal/realtime"
)

// Label is a word of the tenant's own that conversations can carry.
type Label struct {
	ID     string
	Name   string
	Colour Colour
	Count  int64 // of the conversations that carry it; only Labels counts
}

// Colour is one of a few that can be told apart, in light and in dark.
type Colour string

// Colours are all there are.
var Colours = []Colour{"gray", "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"}

const (
	mostLabels     = 100 // of a tenant
	longestLabel   = 40  // characters
	mostLabelsOn   = 20  // one conversation
	noSuchColour   = "Choose one of the colours there are."
	labelTaken     = "There is a label of this name already."
	tooManyLabels  = "A workspace can have 100 labels. Delete one that is not used any more."
	labelNameWords = "A label needs a name of 1 to 40 characters."
)

var labelsName = db.Unique{Index: "labels_name", Columns: "labels.tenant_id, labels.name_key"}

// Labels lists the tenant's labels by name.
func Labels(ctx context.Context, q db.Querier, a actor.Actor) ([]Label, error) {
	if err := a.Require(actor.ConversationsRead); err != nil {
		return nil, err
	}
	rows, err := q.Query(ctx, `SELECT l.id, l.name, l.colour, (SELECT count(*) FROM conversation_labels cl
			WHERE cl.tenant_id = l.tenant_id AND cl.label_id = l.id)
		FROM labels l WHERE l.tenant_id = $1 ORDER BY l.name_key`, a.Tenant())
	if err != nil {
		return nil, fmt.Errorf("read labels: %w", err)
	}
	defer rows.Close()
	var all []Label
	for rows.Next() {
		var l Label
		if err := rows.Scan(&l.ID, &l.Name, &l.Colour, &l.Count); err != nil {
			return nil, fmt.Errorf("read label: %w", err)
		}
		all = append(all, l)
	}
	return all, rows.Err()
}

// AddLabel makes a label.
func (s *Service) AddLabel(ctx context.Context, tx *db.Tx, a actor.Actor, name string, colour Colour) (Label, error) {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return Label{}, err
	}
	l := Label{ID: tx.NewID(), Colour: colour}
	var err error
	if l.Name, err = labelName(name); err != nil {
		return l, err
	}
	if !slices.Contains(Colours, colour) {
		return l, errs.InvalidField("colour", noSuchColour)
	}
	n, err := tx.Exec(ctx, `INSERT INTO labels (tenant_id, id, name, name_key, colour, created_at, updated_at)
		SELECT $1, $2, $3, $4, $5, $6, $6 WHERE (SELECT count(*) FROM labels WHERE tenant_id = $1) < `+fmt.Sprint(mostLabels),
		a.Tenant(), l.ID, l.Name, strings.ToLower(l.Name), colour, tx.Now())
	if labelsName.Violated(err) {
		return l, errs.New(errs.Conflict, labelTaken)
	}
	if err == nil && n == 0 {
		return l, errs.New(errs.Conflict, tooManyLabels)
	}
	if err != nil {
		return l, fmt.Errorf("add label: %w", err)
	}
	return l, s.labelChanged(ctx, tx, a, "label.added", l.ID)
}

// ChangeLabel renames or recolours a label; nil leaves a part as it is.
func (s *Service) ChangeLabel(ctx context.Context, tx *db.Tx, a actor.Actor, id string, name *string, colour *Colour) error {
	if err := a.Require(actor.ConversationsReply); err != nil {
		return err
	}
	set, args := "updated_at = $3", bound{a.Tenant(), id, tx.Now()}
	if name != nil {
		clean, err := labelName(*name)
		if err != nil {
			return err
		}
		set += `, name = ` + args.arg(clean) + `, name_key = ` + args.arg(strings.ToLower(clean))
	}
	if colour != nil {
		if !slices.Contains(Colours, *colour) {
			return errs.InvalidField("colour", noSuchColour)
		}
		set += `, colour = ` + args.arg(*colour)
	}
	n, err := tx.Exec(ctx, `UPDATE labels SET `+set+` WHERE tenant_id = $1 AND id = $2`, args...)
	if labelsName.Violated(err) {
		return errs.New(errs.Conflict, labelTaken)
	}
	if err := db.One(n, err, "label"); err != nil {
		return err
	}
	return s.labelChanged(ctx, tx, a, "label.changed", id)
}

// DeleteLabel deletes a label and takes it off all that carries it.
func (s *Service) DeleteLabel(ctx context.Context, tx *db.Tx, a actor.Actor, id string) error {
	if err := a.Require(actor.TenantWrite); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM conversation_labels WHERE tenant_id = $1 AND label_id = $2`, a.Tenant(), id); err != nil {
		return fmt.Errorf("take label off: %w", err)
	}
	n, err := tx.Exec(ctx, `DELETE FROM labels WHERE tenant_id = $1 AND id = $2`, a.Tenant(), id)
	if err := db.One(n, err, "label"); err != nil {
		return err
	}
	return s.labelChanged(ctx, tx, a, "label.deleted", id)
}

func (s *Service) labelChanged(ctx context.Context, tx *db.Tx, a actor.Actor, action, id string) error {
	s.live.Announce(tx, realtime.Hint{Kind: realtime.LabelChanged})
	return audit.Record(ctx, tx, a, audit.Entry{Action: action, TargetKind: "label", TargetID: id})
}

func labelName(name string) (string, error) {
	name = strings.Join(strings.Fields(strings.ReplaceAll(name, "\x00", "")), " ")
	if name == "" || utf8.RuneCountInString(name) > longestLabel {
		return "", errs.InvalidField("name", labelNameWords)
	}
	return name, nil
}
