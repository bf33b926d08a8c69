package conversation

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"parley/internal/actor"
	"parley/internal/db"
)

const (
	// mostOthers is how many older messages a row of postings names: with them it still fits beside others on a page.
	mostOthers = 32
	// packedSize is the length of a packed id.
	packedSize = 22
)

// posting names messages that have a word: the newest, and others before it, packed.
type posting struct {
	term, newest, others string
	hits                 int64
}

// postingsOf makes the rows for messages, by word; the ids of a word are ascending. The rows come in one order, so that
// two processes that write the same ones do not wait for each other in a circle.
func postingsOf(byWord map[string][]string) ([]posting, error) {
	terms := make([]string, 0, len(byWord))
	for term := range byWord {
		terms = append(terms, term)
	}
	slices.Sort(terms)
	var all []posting
	for _, term := range terms {
		for ids := range slices.Chunk(byWord[term], 1+mostOthers) {
			last := len(ids) - 1
			others, err := pack(ids[:last])
			if err != nil {
				return nil, err
			}
			all = append(all, posting{term, ids[last], others, int64(len(ids))})
		}
	}
	return all, nil
}

// pack writes the ids of messages behind each other, without what all of them have in common.
func pack(ids []string) (string, error) {
	out := make([]byte, 0, len(ids)*packedSize)
	for _, id := range ids {
		u, err := uuid.Parse(id)
		if err != nil {
			return "", fmt.Errorf("index message: %w", err)
		}
		out = base64.RawURLEncoding.AppendEncode(out, u[:])
	}
	return string(out), nil
}

// unpack adds the ids of a packed list to others. What is cut off or no id ends it.
func unpack(into []string, packed string) []string {
	for ; len(packed) >= packedSize; packed = packed[packedSize:] {
		raw, err := base64.RawURLEncoding.DecodeString(packed[:packedSize])
		if err != nil {
			break
		}
		into = append(into, uuid.UUID(raw).String())
	}
	return into
}

// mostRows is how many rows one statement inserts; fewer come in powers of two, so that there are few texts to prepare.
const mostRows = 128

// writePostings adds rows. A row that is there already, from an index that was cut off, takes in what it does not say yet.
func writePostings(tx *db.Tx, a actor.Actor, all []posting) {
	for size := mostRows; size > 0; size /= 2 {
		for len(all) >= size {
			args := make([]any, 0, 1+4*size)
			args = append(args, a.Tenant())
			for _, x := range all[:size] {
				args = append(args, x.term, x.newest, x.others, x.hits)
			}
			tx.Later("index messages", insertRows(size), args...)
			all = all[size:]
		}
	}
}

func insertRows(n int) string {
	var b strings.Builder
	b.WriteString(`INSERT INTO message_words (tenant_id, term, message_id, others, hits) VALUES `)
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("($1")
		for k := range 4 {
			b.WriteString(", $" + strconv.Itoa(2+4*i+k))
		}
		b.WriteString(")")
	}
	b.WriteString(` ON CONFLICT (tenant_id, term, message_id) DO UPDATE SET
		others = message_words.others || excluded.others, hits = message_words.hits + excluded.hits - 1
		WHERE message_words.others <> excluded.others`)
	return b.String()
}
