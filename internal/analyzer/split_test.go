package analyzer_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/analyzer"
)

func TestWordsOfManyScripts(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                       "",
		"¿?!… —":                 "",
		"Mon–Sat 9-18, café!":    "mon|sat|9|18|cafe",
		"can't E-Mail a_b x@y.z": "can|t|e|mail|a|b|x|y|z",
		"£3.95 100%":             "3|95|100",
		"Привет, Мир":            "привет|мир",
		"שלום עולם":              "שלום|עולם",
		"مرحبا بالعالم":          "مرحبا|بالعالم",
		"दुकान कब खुलती है?": "दुकान|कब|खुलती|है",
		"营业时间":                   "营业|业时|时间",
		"店":                      "店",
		"9時に開く":                  "9|時に|に開|開く",
		"スーパー":                   "スー|ーパ|パー",
		"가격은 얼마":                 "가격|격은|얼마",
		"ร้านเปิด":               "ร้า|้าน|านเ|นเป|เปิ|ปิด",
		"ไป":                     "ไป",
		"iPhone手机case":           "iphone|手机|case",
		"한국 kimchi":              "한국|kimchi",
		"emoji 😢 stay 👍🏽 out":    "emoji|stay|out",
		strings.Repeat("x", 100): strings.Repeat("x", 64),
		"ﷺ":                      "صلي|الله|عليه|وسلم",
	} {
		if got := strings.Join(analyzer.Words(text), "|"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestTokensAreStemsAndGrams(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lang, text, words, grams string }{
		{"en", "Deliveries", "deliveri", "_del deli eliv live iver veri erie ries ies_"},
		{"en", "a to box", "a to box", "_a_ _to_ _box box_"},
		{"de", "Häuser", "haus", "_hau haus ause user ser_"},
		{"xx", "Deliveries", "deliveries", "_del deli eliv live iver veri erie ries ies_"},
		{"zh", "营业时", "营业 业时", "营业 业时"},
		{"vi", "phở", "phở pho", "_pho pho_"},
		{"ru", "ёлки", "елк", "_елк елки лки_"},
		{"tr", "kitaplar", "kitap", "_kit kita itap tapl apla plar lar_"},
	} {
		got := analyzer.Tokens(c.text, c.lang)
		if words, grams := strings.Join(got.Words, " "), strings.Join(got.Grams, " "); words != c.words || grams != c.grams {
			t.Errorf("%s %q: %q and %q", c.lang, c.text, words, grams)
		}
	}
}

// Forms of one word have one stem, also when they are typed without their marks.
func TestStems(t *testing.T) {
	t.Parallel()
	for lang, forms := range map[string]string{
		"ar": "كتاب كتابه", "da": "butik butikken butikker", "de": "Straße Straßen strassen", "en": "ship ships shipping shipped",
		"es": "abierto abiertos", "fi": "talossa talosta", "fr": "livraison livraisons", "hu": "házak házat", "it": "aperto aperti",
		"nl": "winkel winkels", "no": "butikk butikken", "pt": "aberto abertos", "ro": "prețul pretul", "ru": "магазин магазина магазины",
		"sv": "butik butiken", "ta": "வீடு வீடுகள்", "tr": "kitap kitaplar",
	} {
		stems := map[string]bool{}
		for _, w := range analyzer.Split(forms) {
			stems[w.Stem(lang)] = true
		}
		if len(stems) != 1 {
			t.Errorf("%s: %v", lang, stems)
		}
	}
	for _, w := range analyzer.Split("ο και") { // nothing is stemmed to nothing
		for _, lang := range append(analyzer.Languages(), "el", "ta", "") {
			if w.Stem(lang) == "" {
				t.Errorf("%s: %q has no stem", lang, w.Text)
			}
		}
	}
}

func TestDense(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"": false, "hello": false, "我们的店": true, "我们的 iPhone 店铺今天开门": true, "one 字 in a long English sentence": false,
		"ひらがな": true, "안녕하세요": true, "สวัสดี": false,
	} {
		if analyzer.Dense(text) != want {
			t.Errorf("%q", text)
		}
	}
}

// What holds of every text: words are not empty, folded, of letters, numbers and marks; grams are short.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{
		"", "Hello, wörld!", "营业时间是9点", "ร้านเปิดกี่โมง", "दुकान कब", "مرحبا\u200fبك", "\xff\xfe", "a\u0301b", "\u0301", "👩‍👩‍👧", "ﷺ",
		strings.Repeat("long", 100), "가각힣", "ｱｲｳ", "ǰ", "İ", "ẞ",
	} {
		f.Add(s)
	}
	languages := append(analyzer.Languages(), "ta", "")
	f.Fuzz(func(t *testing.T, text string) {
		for _, w := range analyzer.Split(text) {
			if w.Typed == "" || w.Text == "" || !utf8.ValidString(w.Text) || strings.ContainsAny(w.Text, " \n.,!?") {
				t.Fatalf("a word %+v in %q", w, text)
			}
			if n := utf8.RuneCountInString(w.Typed); n > 64 {
				t.Fatalf("a word of %d letters", n)
			}
			for _, lang := range languages {
				if w.Stem(lang) == "" || slices.Contains(w.Terms(lang), "") {
					t.Fatalf("%s: no stem for %+v", lang, w)
				}
			}
			for _, g := range w.Grams() {
				if n := utf8.RuneCountInString(g); n > 4 || n == 0 {
					t.Fatalf("a gram %q of %+v", g, w)
				}
			}
		}
		if !utf8.ValidString(analyzer.Fold(text)) {
			t.Fatal("folded into broken bytes")
		}
	})
}
