package internal_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rooms is the house from the ground up. A room may use the rooms before it in this list and no other, so that
// imports only ever point down while rows carry the story up.
var rooms = []string{
	// ground
	"errs", "config", "seal", "actor", "recent", "analyzer", "table",
	// doors out
	"whatsapp", "whatsapp/metasim", "llm", "llm/llmfake", "mail", "mail/mailtest", "blob",
	// engines
	"db", "db/dbtest", "limit", "limit/redistest", "lease", "job", "job/jobtest", "realtime",
	// ledgers
	"audit", "billing", "event",
	// records
	"tenant", "channel", "contact", "template", "knowledge", "conversation", "report", "media", "canned", "prompt",
	// flows
	"alert", "delivery", "assistant", "intake", "dossier", "phone", "doctor", "setup",
	// edges
	"httpapi", "app", "testkit", "bench", "proof",
}

func TestRoomsUseOnlyTheRoomsBelowThem(t *testing.T) {
	t.Parallel()
	const module = "parley/internal/"
	err := filepath.WalkDir(".", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		room := filepath.ToSlash(filepath.Dir(path))
		height := slices.Index(rooms, room)
		if height < 0 {
			t.Errorf("%s is in no room; add %q to the list", path, room)
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, imp := range file.Imports {
			other, ours := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), module)
			if ours && slices.Index(rooms, other) >= height {
				t.Errorf("%s uses %s, which is not below it", path, other)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
