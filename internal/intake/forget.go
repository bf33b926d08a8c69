package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"parley/internal/actor"
	"parley/internal/channel"
	"parley/internal/db"
)

// keptAtOnce is how many kept bodies are looked at before the next are read.
const keptAtOnce = 20

// ForgetKept takes a person out of the bodies that were kept whole: whatever in them names one of the numbers or ids,
// under a number of the actor's tenant or one that is nobody's. The rest of a body stays, and is taken when it is due.
func (s *Service) ForgetKept(ctx context.Context, a actor.Actor, named []string) error {
	if len(named) == 0 {
		return nil
	}
	for after := ""; ; {
		page, err := s.keptBehind(ctx, a, after)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, e := range page {
			if err := s.forgetIn(ctx, a, e, named); err != nil {
				return err
			}
		}
		after = page[len(page)-1].id
	}
}

func (s *Service) keptBehind(ctx context.Context, a actor.Actor, after string) ([]envelope, error) {
	rows, err := s.DB.As(actor.ForSystem("")).Query(ctx, `
		SELECT id, tenant_id, connection_id, body_sealed, attempts FROM webhook_envelopes
		WHERE tenant_id IN ('', $1) AND id > $2 ORDER BY id LIMIT $3`, a.Tenant(), after, keptAtOnce)
	if err != nil {
		return nil, fmt.Errorf("read kept webhooks: %w", err)
	}
	defer rows.Close()
	var page []envelope
	for rows.Next() {
		var e envelope
		if err := rows.Scan(&e.id, &e.tenantID, &e.connectionID, &e.sealed, &e.attempts); err != nil {
			return nil, fmt.Errorf("read kept webhook: %w", err)
		}
		page = append(page, e)
	}
	return page, rows.Err()
}

func (s *Service) forgetIn(ctx context.Context, a actor.Actor, e envelope, named []string) error {
	body, err := s.Box.Open(e.sealed, "webhook_envelopes.body", e.id)
	if err != nil {
		return nil //nolint:nilerr // nobody can read it any more
	}
	left, changed, err := s.without(ctx, a, body, named)
	if err != nil || !changed {
		return err
	}
	sealed := ""
	if left != nil {
		if sealed, err = s.Box.Seal(left, "webhook_envelopes.body", e.id); err != nil {
			return err
		}
	}
	return s.DB.InTx(ctx, actor.ForSystem(""), func(tx *db.Tx) error {
		if left == nil {
			_, err := tx.Exec(ctx, `DELETE FROM webhook_envelopes WHERE id = $1`, e.id)
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE webhook_envelopes SET body_sealed = $2 WHERE id = $1`, e.id, sealed)
		return err
	})
}

// without is a body without what names somebody, nil when nothing else is to be kept of it. One that cannot be read as
// JSON goes as a whole when it names them.
func (s *Service) without(ctx context.Context, a actor.Actor, body []byte, named []string) (left []byte, changed bool, err error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var all any
	if err := decoder.Decode(&all); err != nil {
		return nil, tells(string(body), named), nil //nolint:nilerr // then its text decides
	}
	foreign := func(phoneNumberID string) (bool, error) {
		for _, kind := range []channel.Kind{channel.WhatsApp, channel.Demo} {
			route, err := channel.Lookup(ctx, s.DB.As(actor.ForSystem("")), kind, phoneNumberID)
			if found := err == nil; found {
				return route.TenantID != a.Tenant(), nil
			}
		}
		return false, nil
	}
	p := pruner{named: named, foreign: foreign}
	all, gone := p.prune(all)
	if p.failed != nil || !p.changed && !gone {
		return nil, false, p.failed
	}
	if gone {
		return nil, true, nil
	}
	left, err = json.Marshal(all)
	return left, true, err
}

// pruner takes what names somebody out of a decoded body: the innermost thing of a list that does.
type pruner struct {
	named   []string
	foreign func(phoneNumberID string) (bool, error)
	changed bool
	failed  error
}

// prune gives what is left, or says that all of it goes.
func (p *pruner) prune(v any) (left any, gone bool) {
	switch v := v.(type) {
	case string:
		return v, slices.Contains(p.named, v)
	case []any:
		kept := v[:0:0]
		for _, one := range v {
			one, gone := p.prune(one)
			p.changed = p.changed || gone
			if !gone {
				kept = append(kept, one)
			}
		}
		return kept, false
	case map[string]any:
		if p.isForeign(v) {
			return v, false
		}
		for key, one := range v {
			one, goes := p.prune(one)
			gone = gone || goes && key != "body" // what others say of somebody is theirs
			v[key] = one
		}
		return v, gone
	}
	return v, false
}

// isForeign reports whether a part of a body arrived at another tenant's number.
func (p *pruner) isForeign(v map[string]any) bool {
	about, _ := v["metadata"].(map[string]any)
	id, _ := about["phone_number_id"].(string)
	if id == "" || p.failed != nil {
		return false
	}
	foreign, err := p.foreign(id)
	p.failed = err
	return foreign
}

func tells(text string, named []string) bool {
	for _, name := range named {
		if strings.Contains(text, name) {
			return true
		}
	}
	return false
}
