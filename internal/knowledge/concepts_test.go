package knowledge_test

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/knowledge"
)

func TestQuestionsMean(t *testing.T) {
	t.Parallel()
	for question, want := range map[string]string{
		"en: What time do you open?":          "hours",
		"en: where's your shop":               "address",
		"en: do you have gift cards":          "giftcards", // and no way to pay
		"en: how many people are you":         "",          // not "how much"
		"en: do you sell used bikes":          "secondhand",
		"en: can I use the door":              "",
		"en: a book about cats":               "booking pets",
		"en: three books":                     "",
		"de: Was kostet ein Reifen?":          "price",
		"de: Wo ist die nächste Haltestelle?": "address transport",
		"de: Gibt es Studentenrabatt?":        "discount", // by its ending
		"de: Welche Öffnungszeiten":           "hours",    // by its beginning
		"es: ¿Qué precio tiene?":              "price",
		"es: cuántos sois":                    "",
		"fr: c'est combien ?":                 "price",
		"pt: vcs abrem domingo?":              "hours",
		"it: avete il wifi?":                  "wifi",
		"hi: दुकान कितने बजे खुलती है?": "hours",
		"xx: What time do you open?": "",
	} {
		lang, text, _ := strings.Cut(question, ": ")
		if got := strings.Join(knowledge.Means(text, lang), " "); got != want {
			t.Errorf("%s: %q, want %q", question, got, want)
		}
	}
}

func TestTextsSpeakOf(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"en: Mon–Sat 9–18":                 "hours",
		"en: From 9:30 to 18:00":           "hours",
		"en: From 8 a.m. on":               "hours",
		"en: It is ready in three days":    "duration",
		"en: £18":                          "price",
		"en: 12 euros":                     "price",
		"en: USD 12":                       "price",
		"en: 12 oranges":                   "",
		"en: 0161 555 0142":                "contact phone",
		"en: hello@shop.example":           "contact email",
		"en: @shop on all networks":        "",
		"en: www.shop.example":             "website",
		"en: Come to 7 Castle Row, York":   "address",
		"en: Prinsengracht 210, Amsterdam": "address",
		"en: Room 5 is free for 3 people":  "free",
		"en: Rated 4.8 by 1,200 people":    "",
		"de: 10 Uhr":                       "hours",
		"de: Hauptstraße 7":                "address",
		"ja: 9時から":                         "hours",
		"zh: 每天9点":                         "hours",
		"zh: 10元":                          "price",
		"ko: 9시":                           "hours",
		"hi: ₹350":                         "price",
		"ar: ٣٥٠ درهم":                     "price",
		"xx: opening hours":                "",
		"en: It ends with a number: 12":    "",
		"en: (12)":                         "",
		"en: 25:99":                        "",
	} {
		lang, text, _ := strings.Cut(text, ": ")
		if got := strings.Join(knowledge.SpeaksOf(text, lang), " "); got != want {
			t.Errorf("%s %q: %q, want %q", lang, text, got, want)
		}
	}
}

// A slip in a list ("[hous]") would be a concept of its own, which no text and no question share.
func TestConceptsHaveOneNameInAllLanguages(t *testing.T) {
	t.Parallel()
	all := knowledge.Concepts()
	if len(all) < 50 || len(all) > knowledge.MostConcepts {
		t.Errorf("%d concepts", len(all))
	}
	english := knowledge.ConceptsOf("en")
	for _, lang := range []string{"de", "es", "fr", "hi", "it", "pt"} {
		for _, name := range knowledge.ConceptsOf(lang) {
			if !slices.Contains(english, name) {
				t.Errorf("%s has %q, English has not", lang, name)
			}
		}
	}
}
