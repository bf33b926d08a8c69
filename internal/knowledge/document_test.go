package knowledge_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/internal/actor"
	"parley/internal/db"
	"parley/internal/db/dbtest"
	"parley/internal/errs"
	"parley/internal/knowledge"
)

const bakery = "We bake bread and cakes on Mill Lane. Open Monday to Friday 7 to 18. A loaf costs 3.20 euros."

func TestAddKeepsADocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		d := w.tell(w.acme, "  The   bakery ", bakery+"\r\n")
		got, err := w.know.Get(t.Context(), w.db.As(w.acme), w.acme, d.ID)
		w.must(err)
		if got != d {
			t.Errorf("stored %+v, told %+v", got, d)
		}
		if got.Title != "The bakery" || got.Text != bakery || got.Kind != knowledge.Text || got.State != knowledge.Ready ||
			got.Language != "en" || got.Passages != 1 || got.SizeBytes != int64(len(bakery)) || !got.Enabled || got.BaseID == "" {
			t.Errorf("stored %+v", got)
		}
		if n := w.count(w.acme, `SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND action = 'document.added' AND target_id = $2`,
			w.acme.Tenant(), d.ID); n != 1 {
			t.Errorf("%d audit entries", n)
		}
		if n := w.count(w.acme, `SELECT count(*) FROM audit_entries WHERE after LIKE '%loaf%'`); n != 0 {
			t.Error("the text stands in the audit log")
		}
	})
}

func TestTheSameTextAgainIsTheSameDocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		first := w.tell(w.acme, "Bakery", bakery)
		if again := w.tell(w.acme, "Bakery", "\n"+bakery+"  "); again.ID != first.ID {
			t.Errorf("a second document %s beside %s", again.ID, first.ID)
		}
		_, err := w.tryAdd(w.acme, knowledge.NewDocument{Title: "Opening hours", Text: bakery})
		if !errs.Is(err, errs.Conflict) || !strings.Contains(errs.Message(err), "Bakery") {
			t.Errorf("under another title: %v", err)
		}
		if other := w.tell(w.zeta, "Bakery", bakery); other.ID == first.ID {
			t.Error("two tenants share a document")
		}
		w.must(w.remove(w.acme, first.ID))
		if again := w.tell(w.acme, "Opening hours", bakery); again.ID == first.ID {
			t.Error("a removed document came back")
		}
	})
}

func TestAddAtOnceMakesOneDefaultBase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var group sync.WaitGroup
		bases, failures := make([]string, 8), make([]error, 8)
		for i := range bases {
			group.Go(func() {
				var d knowledge.Document
				d, failures[i] = w.tryAdd(w.acme, knowledge.NewDocument{Title: "One", Text: strings.Repeat("word ", i+1)})
				bases[i] = d.BaseID
			})
		}
		group.Wait()
		for i, err := range failures {
			if err != nil {
				t.Error(err)
			}
			if bases[i] != bases[0] {
				t.Errorf("two bases, %q and %q", bases[i], bases[0])
			}
		}
		if n := w.count(w.acme, `SELECT count(*) FROM knowledge_bases WHERE tenant_id = $1`, w.acme.Tenant()); n != 1 {
			t.Errorf("%d bases", n)
		}
		if n := w.count(w.acme, `SELECT revision FROM knowledge_bases WHERE tenant_id = $1`, w.acme.Tenant()); n != 8 {
			t.Errorf("revision %d after 8 documents", n)
		}
	})
}

// Two processes make the base at the same moment.
func TestTwoProcessesMakeOneDefaultBase(t *testing.T) {
	t.Parallel()
	dbtest.Only(t, dbtest.Postgres)
	o := dbtest.Options(t, dbtest.Postgres)
	here, there := newWorld(t, dbtest.Start(t, o)), dbtest.Start(t, o)
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			d := here.db
			if i%2 == 1 {
				d = there
			}
			err := d.InTx(t.Context(), here.acme, func(tx *db.Tx) error {
				_, err := here.know.Add(t.Context(), tx, here.acme, knowledge.NewDocument{Text: strings.Repeat("word ", i+1)})
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if n := here.count(here.acme, `SELECT count(*) FROM knowledge_bases WHERE tenant_id = $1`, here.acme.Tenant()); n != 1 {
		t.Errorf("%d bases", n)
	}
}

func TestAddRefusesWhatItCannotKeep(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		for name, c := range map[string]struct {
			in    knowledge.NewDocument
			kind  errs.Kind
			field string
		}{
			"nothing":           {knowledge.NewDocument{Text: " \n\t\x00"}, errs.Invalid, "text"},
			"only a heading":    {knowledge.NewDocument{Text: "# Hours\n"}, errs.Invalid, "text"},
			"too much":          {knowledge.NewDocument{Text: strings.Repeat("a", knowledge.MaxText+1)}, errs.TooLarge, "text"},
			"an unknown kind":   {knowledge.NewDocument{Text: "x", Kind: "pdf"}, errs.Invalid, "kind"},
			"a long title":      {knowledge.NewDocument{Text: "x", Title: strings.Repeat("é", knowledge.MaxTitle+1)}, errs.Invalid, "title"},
			"another's base":    {knowledge.NewDocument{Text: "x", BaseID: w.tell(w.zeta, "", "zeta").BaseID}, errs.NotFound, ""},
			"a base of nobody":  {knowledge.NewDocument{Text: "x", BaseID: "none"}, errs.NotFound, ""},
			"an endless base's": {knowledge.NewDocument{Text: strings.Repeat("Q: a?\nA: b\n", knowledge.MaxPassages+1), Kind: knowledge.FAQ}, errs.TooLarge, ""},
		} {
			_, err := w.tryAdd(w.acme, c.in)
			if !errs.Is(err, c.kind) || errs.FieldOf(err) != c.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := w.count(w.acme, `SELECT count(*) FROM documents WHERE tenant_id = $1`, w.acme.Tenant()); n != 0 {
			t.Errorf("%d documents were kept", n)
		}
	})
}

func TestAddTakesForeignBytes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		d := w.add(w.acme, knowledge.NewDocument{Title: "a\x00b\xff", Text: "\uFEFFOne\x00 line\rtwo \xc3\x28 lines"})
		if d.Text != "One line\ntwo \uFFFD( lines" || d.Title != "ab\uFFFD" {
			t.Errorf("kept %q, %q", d.Title, d.Text)
		}
	})
}

func TestATitleIsTakenFromTheText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"## Opening   hours\n9 to 6":         "Opening hours",
		"Short text.":                        "Short text.",
		strings.Repeat("several words ", 20): "several words several words several words several words …",
		strings.Repeat("字", 100):             strings.Repeat("字", 60) + " …",
	} {
		d, err := knowledge.NewDocument{Text: text}.Cut()
		if err != nil || d.Title != want {
			t.Errorf("%q: %q, %v", text, d.Title, err)
		}
	}
}

func TestListGoesThroughAllPagesNewestFirst(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var want []string
		for i := range 7 {
			want = append(want, w.tell(w.acme, "", strings.Repeat("word ", i+1)).ID)
		}
		w.tell(w.zeta, "", "not yours")
		slices.Reverse(want)
		var got []string
		var after knowledge.Cursor
		for {
			page, err := w.know.List(t.Context(), w.db.As(w.acme), w.acme, after, 3)
			w.must(err)
			for _, d := range page {
				got = append(got, d.ID)
				after = knowledge.Cursor{CreatedAt: d.CreatedAt, ID: d.ID}
				if d.Text != "" {
					t.Error("a list carries texts")
				}
			}
			if len(page) < 3 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

func TestRemoveLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		d, other := w.tell(w.acme, "Bakery", bakery), w.tell(w.acme, "Parking", "There is a car park behind the house.")
		w.must(w.remove(w.acme, d.ID))
		if _, err := w.know.Get(t.Context(), w.db.As(w.acme), w.acme, d.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("still there: %v", err)
		}
		if err := w.remove(w.acme, d.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("removed twice: %v", err)
		}
		if n := w.count(w.acme, `SELECT count(*) FROM passages WHERE tenant_id = $1 AND document_id <> $2`, w.acme.Tenant(), other.ID); n != 0 {
			t.Errorf("%d passages left", n)
		}
		if n := w.count(w.acme, `SELECT count(*) FROM audit_entries WHERE tenant_id = $1 AND action = 'document.removed'`, w.acme.Tenant()); n != 1 {
			t.Errorf("%d audit entries", n)
		}
	})
}

func TestAnotherTenantsDocumentIsNotFound(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		d := w.tell(w.acme, "Bakery", bakery)
		if _, err := w.know.Get(t.Context(), w.db.As(w.zeta), w.zeta, d.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("read: %v", err)
		}
		if err := w.remove(w.zeta, d.ID); !errs.Is(err, errs.NotFound) {
			t.Errorf("removed: %v", err)
		}
		if _, err := w.know.Search(t.Context(), w.db.As(w.zeta), w.zeta, d.BaseID, "bread", 5); !errs.Is(err, errs.NotFound) {
			t.Errorf("searched: %v", err)
		}
		page, err := w.know.List(t.Context(), w.db.As(w.zeta), w.zeta, knowledge.Cursor{}, 10)
		if w.must(err); len(page) != 0 {
			t.Errorf("listed: %v", page)
		}
		if said := w.ask(w.zeta, "how much is a loaf of bread?"); said.Answered {
			t.Errorf("told: %q", said.Text)
		}
		if said := w.ask(actor.ForAI(w.acme.Tenant()), "how much is a loaf of bread?"); !said.Answered {
			t.Error("the AI of the tenant does not find it")
		}
	})
}

// A long document is cut before the step, and all its passages are kept.
func TestALongDocument(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		var text strings.Builder
		for i := range 1500 {
			text.WriteString("Q: What is item " + strings.Repeat("x", i%7) + "?\nA: It is a thing that we keep.\n\n")
		}
		in, err := knowledge.NewDocument{Text: text.String(), Kind: knowledge.FAQ}.Cut()
		w.must(err)
		d := w.add(w.acme, in)
		n := w.count(w.acme, `SELECT count(*) FROM passages WHERE tenant_id = $1 AND document_id = $2`, w.acme.Tenant(), d.ID)
		if d.Passages != 1500 || n != 1500 {
			t.Errorf("%d passages said, %d kept", d.Passages, n)
		}
	})
}
