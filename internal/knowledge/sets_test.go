package knowledge_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"parley/internal/actor"
	"parley/internal/db/dbtest"
	"parley/internal/knowledge"
)

// sets is a folder with question sets to measure on, which are not ours to commit:
//
//	go test ./internal/knowledge -run TestSets -v -sets FOLDER
//
// FOLDER/retrieval/*.docs.jsonl and *.queries.jsonl (id, scope, text, relevant, answers); FOLDER/abstention likewise,
// where a query's label is "in" or "out".
var sets = flag.String("sets", "", "a folder with question sets to measure on")

type setDocument struct{ ID, Scope, Title, Text string }

type setQuery struct {
	ID, Scope, Text, Label string
	Relevant, Answers      []string
}

func TestSets(t *testing.T) {
	t.Parallel()
	if *sets == "" {
		t.Skip("no -sets")
	}
	names, err := filepath.Glob(filepath.Join(*sets, "*", "*.docs.jsonl"))
	if err != nil || len(names) == 0 {
		t.Fatal("no sets there", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".docs.jsonl"), func(t *testing.T) {
			t.Parallel()
			measureSet(t, newWorld(t, dbtest.Open(t, dbtest.SQLite)), name)
		})
	}
}

func measureSet(t *testing.T, w *world, name string) {
	t.Helper()
	tenants, ids := map[string]actor.Actor{}, map[string]string{}
	for _, d := range lines[setDocument](t, name) {
		a, there := tenants[d.Scope]
		if !there {
			tenant, _ := dbtest.Tenants(t, w.db)
			a = owner(tenant)
			tenants[d.Scope] = a
		}
		ids[w.tell(a, d.Title, d.Text).ID] = d.ID
	}
	var in, out, hit, top5, quoted, said, right, madeUp float64
	for _, q := range lines[setQuery](t, strings.Replace(name, ".docs.", ".queries.", 1)) {
		f := w.search(w.know, tenants[q.Scope], q.Text)
		answered := f.Extract().Answered
		if q.Label == "out" {
			out++
			madeUp += one(answered)
			continue
		}
		in++
		first := len(f.Hits) > 0 && slices.Contains(q.Relevant, ids[f.Hits[0].DocumentID])
		hit += one(first)
		top5 += one(slices.ContainsFunc(f.Hits, func(h knowledge.Hit) bool { return slices.Contains(q.Relevant, ids[h.DocumentID]) }))
		quoted += one(containsAny(strings.ToLower(f.BestWords()), lower(q.Answers)))
		said += one(answered)
		right += one(answered && first)
	}
	report := fmt.Sprintf("best passage right %.3f, among five %.3f, answer in the quote %.3f; answered %.3f", hit/in, top5/in, quoted/in, said/in)
	if out > 0 {
		report += fmt.Sprintf(", unanswerable answered %.3f, right of all answered %.3f", madeUp/out, right/(said+madeUp))
	}
	t.Log(report)
}

func lower(all []string) []string {
	all = slices.Clone(all)
	for i := range all {
		all[i] = strings.ToLower(all[i])
	}
	return all
}

func one(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}

func lines[T any](t *testing.T, name string) (all []T) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	for r := bufio.NewScanner(file); r.Scan(); {
		var v T
		if err := json.Unmarshal(r.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}
