package analyzer_test

import (
	"testing"

	"parley/internal/analyzer"
)

func TestFoldUnifiesSpellings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                "",
		"Hello WORLD 42":                  "hello world 42",
		"Crème Brûlée":                    "creme brulee",
		"Straße":                          "strasse",
		"ÆØÅ æøå Œuvre":                   "aeoa aeoa oeuvre",
		"Łódź":                            "lodz",
		"Đà Nẵng":                         "da nang",
		"İstanbul ISPARTA ılık":           "istanbul isparta ilik",
		"ΣΊΣΥΦΟΣ":                         "σισυφοσ",
		"Ёлка й":                          "елка и",
		"שָׁלוֹם":                         "שלום",
		"مُحَمَّد":                        "محمد",
		"أحمد إلى آخر ٱلله":               "احمد الي اخر الله",
		"مكتبة کتاب یک":                   "مكتبه كتاب يك",
		"مـــرحبا":                        "مرحبا",
		"१२३ ٤٥٦ ９":                       "123 456 9",
		"ｆｕｌｌ ﬁ ²":                        "full fi 2",
		"हिन्दी में":                      "हिन्दी में", // marks are vowels
		"ภาษาไทยที่":                      "ภาษาไทยที่",
		"zero\u200Bwidth\u00ADsoft\uFE0F": "zerowidthsoft",
		"a\xffb":                          "a b",
	} {
		if got := analyzer.Fold(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// What was folded stays as it is, and never has a capital letter.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "Ä", "ﬁn", "İI", "ΣΣ", "مُحَمَّدٌ", "हिन्दी", "\xff", "ﷺ", "\uFCB3", "ǅ", "Å", "가각"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := analyzer.Fold(s)
		if twice := analyzer.Fold(once); twice != once {
			t.Errorf("%q folds to %q, and that to %q", s, once, twice)
		}
	})
}
