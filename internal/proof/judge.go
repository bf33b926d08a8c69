//go:build unix

package proof

import (
	"fmt"
	"time"

	"parley/internal/whatsapp/metasim"
)

// Count is what became of the messages.
type Count struct {
	Load         int     `json:"load"` // messages written
	Acknowledged int     `json:"acknowledged"`
	Lost         int     `json:"lost"`       // acknowledged, and not in the database
	Doubled      int     `json:"doubled"`    // answered twice, or a message of ours that arrived twice
	Silent       int     `json:"silent"`     // kept, with neither an answer nor a hand-off nor a shown failure
	HandedOver   int     `json:"handedOver"` // conversations that people were given
	Failed       int     `json:"failed"`     // shown as failed
	Unknown      int     `json:"unknown"`    // shown as unknown
	Slowest      float64 `json:"slowest_s"`  // until an answer came; what was written in a fault counts from its end
}

// broken says what of it breaks a promise.
func (c Count) broken() (all []string) {
	for _, x := range []struct {
		n    int
		what string
	}{
		{c.Load - c.Acknowledged, "never acknowledged"},
		{c.Lost, "acknowledged and lost"},
		{c.Doubled, "doubled"},
		{c.Silent, "left in silence"},
	} {
		if x.n > 0 {
			all = append(all, fmt.Sprintf("%d %s", x.n, x.what))
		}
	}
	if c.Load == 0 {
		all = append(all, "nobody wrote anything")
	}
	return all
}

// ledger is what the database holds in the end.
type ledger struct {
	stored map[string]place // customers' messages, by Meta's id
	talks  map[string]*talk // conversations
}

type place struct {
	talk string
	seq  int64
}

type talk struct {
	handedOver      bool
	failed, unknown []int64 // our messages that are shown as that
}

func (k *talk) shown(list []int64, since int64) bool {
	for _, seq := range list {
		if seq > since {
			return true
		}
	}
	return false
}

// judge holds what the customers' phones show against what was acknowledged.
func judge(threads []metasim.Thread, l ledger, acked func(id string) time.Time, calm time.Time) (c Count) {
	for _, one := range threads {
		c.thread(one.Lines, l, acked, calm)
	}
	for _, k := range l.talks {
		if k.handedOver {
			c.HandedOver++
		}
		c.Failed, c.Unknown = c.Failed+len(k.failed), c.Unknown+len(k.unknown)
	}
	return c
}

// thread judges one phone.
func (c *Count) thread(lines []metasim.Line, l ledger, acked func(id string) time.Time, calm time.Time) {
	reach, answers := covered(lines, l)
	asked := 0
	for i, line := range lines {
		if line.From != metasim.FromCustomer {
			continue
		}
		c.Load++
		asked++
		taken := acked(line.ID)
		if taken.IsZero() {
			continue // broken says so
		}
		c.Acknowledged++
		if answer := reach[i]; answer >= 0 {
			c.slower(taken, lines[answer].At, calm)
			if _, kept := l.stored[line.ID]; !kept {
				c.Lost++
			}
			continue
		}
		c.unanswered(line, l)
	}
	c.Doubled += max(0, answers.doubled) + max(0, answers.all-answers.doubled-asked)
}

type answered struct{ all, doubled int }

// covered finds for each message the first answer that covers it, -1 for none, and counts the answers. An answer covers
// the message whose tag it bears, and those that came in before that one; one without a tag (the documents' own words, a
// hand-off) covers what stands above it.
func covered(lines []metasim.Line, l ledger) (reach []int, n answered) {
	reach = make([]int, len(lines))
	for i := range reach {
		reach[i] = -1
	}
	tags := map[string]place{} // where they were kept
	for _, line := range lines {
		if line.From == metasim.FromCustomer {
			tags[tagged.FindString(line.Text)] = l.stored[line.ID]
		}
	}
	seen := map[string]bool{}
	for i, line := range lines {
		if line.From != metasim.FromBusiness {
			continue
		}
		n.all++
		tag := tagged.FindString(line.Text)
		if seen[tag] && tag != "" {
			n.doubled++
		}
		seen[tag] = true
		for j := range lines[:i] {
			if reach[j] < 0 && (tag == "" || l.stored[lines[j].ID].seq <= tags[tag].seq) {
				reach[j] = i
			}
		}
	}
	return reach, n
}

// slower keeps the longest wait since the acknowledgement. Who was acknowledged in a fault waits from its end; who was
// answered before it ended was not kept waiting by what came after.
func (c *Count) slower(asked, answered, calm time.Time) {
	if answered.Before(calm) {
		return
	}
	if asked.Before(calm) {
		asked = calm
	}
	c.Slowest = max(c.Slowest, answered.Sub(asked).Seconds())
}

// unanswered is what the database says of an acknowledged message that no answer came to.
func (c *Count) unanswered(line metasim.Line, l ledger) {
	p, kept := l.stored[line.ID]
	if !kept {
		c.Lost++
		return
	}
	k := l.talks[p.talk]
	if k == nil || !k.handedOver && !k.shown(k.failed, p.seq) && !k.shown(k.unknown, p.seq) {
		c.Silent++
	}
}
