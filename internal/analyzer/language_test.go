package analyzer_test

import (
	"testing"

	"parley/internal/analyzer"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                               "",
		"12:30 – 18:00":                                  "",
		"Sony WH-1000XM4":                                "",
		"what time do you open":                          "en",
		"do you have wifi?":                              "en",
		"wann habt ihr geöffnet":                         "de",
		"¿a qué hora abrís?":                             "es",
		"vocês entregam no domingo?":                     "pt",
		"vous êtes ouverts le lundi ?":                   "fr",
		"a che ora aprite domani?":                       "it",
		"hoe laat gaan jullie open?":                     "nl",
		"saat kaçta açılıyorsunuz":                       "tr",
		"o której godzinie otwieracie sklep":             "pl",
		"v kolik hodin otevíráte":                        "cs",
		"la ce oră deschideți magazinul":                 "ro",
		"mikor van nyitva az üzlet":                      "hu",
		"när har ni öppet i dag":                         "sv",
		"hvad koster det, og hvornår lukker jeres butik": "da",
		"når åpner dere i morgen, og hva koster det":     "no",
		"mihin aikaan te avaatte huomenna":               "fi",
		"mấy giờ cửa hàng mở cửa":                        "vi",
		"jam berapa toko anda buka":                      "id",
		"dukan kab khulti hai aap bataiye":               "hi",
		"когда вы открываетесь":                          "ru",
		"коли ви відчиняєтесь і що це":                   "uk",
		"متى تفتحون المتجر":                              "ar",
		"ساعت چند باز می\u200cکنید":                      "fa",
		"מתי אתם נפתחים":                                 "he",
		"दुकान कब खुलती है":                              "hi",
		"营业时间是什么时候":                                      "zh",
		"何時に開きますか":                                       "ja",
		"営業時間":                                           "zh", // nothing in it is Japanese alone
		"몇 시에 문을 여나요":                                    "ko",
		"ร้านเปิดกี่โมง":                                 "th",
		"τι ώρα ανοίγετε":                                "el",
		"கடை எப்போது திறக்கும்":                          "ta",
		"দোকান কখন খোলে":                                 "bn",
		"რომელ საათზე იღება":                             "ka",
		"We sell iPhone 手机":                              "en",
	} {
		if got := analyzer.Language(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestStopWordsSayNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		lang, word string
		want       bool
	}{
		{"en", "the", true},
		{"en", "price", false},
		{"en", "Please", true},
		{"de", "habt", true},
		{"es", "que", true},
		{"es", "qué", true},
		{"es", "él", true},
		{"pt", "você", true},
		{"pt", "voce", true},
		{"xx", "the", false},
		{"de", "the", false},
	} {
		for _, w := range analyzer.Split(c.word) {
			if w.Stop(c.lang) != c.want {
				t.Errorf("%s %q", c.lang, c.word)
			}
		}
	}
}

func TestSharesOfOrdinaryText(t *testing.T) {
	t.Parallel()
	stem := func(lang, word string) float64 { return analyzer.StemShare(analyzer.Split(word)[0].Stem(lang), lang) }
	if the, shop, rye := stem("en", "the"), stem("en", "shops"), stem("en", "rye"); the <= shop || shop <= rye || rye != 0 {
		t.Errorf("the %v, shops %v, rye %v", the, shop, rye)
	}
	if analyzer.StemShare("the", "xx") != 0 || analyzer.GramShare("_the", "xx") != 0 {
		t.Error("a language without lists has common words")
	}
	if analyzer.GramShare("_the", "en") <= analyzer.GramShare("xqzj", "en") {
		t.Error("a common gram is not")
	}
}

// Every language with lists is told from the others by its own most common words.
func TestEveryLanguageHasLists(t *testing.T) {
	t.Parallel()
	if n := len(analyzer.Languages()); n < 29 {
		t.Errorf("%d languages", n)
	}
}

func FuzzLanguage(f *testing.F) {
	f.Add("what time")
	f.Add("\xff店")
	f.Fuzz(func(t *testing.T, text string) {
		if lang := analyzer.Language(text); lang != "" && len(lang) != 2 {
			t.Errorf("%q is in %q", text, lang)
		}
	})
}
