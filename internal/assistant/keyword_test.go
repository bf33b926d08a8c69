package assistant_test

import (
	"strings"
	"testing"

	"parley/internal/assistant"
)

func TestKeywords(t *testing.T) {
	t.Parallel()
	for words, want := range map[string]assistant.Keyword{
		"STOP": assistant.Stop, "stop": assistant.Stop, " Stop! ": assistant.Stop, "Stop.": assistant.Stop, "ＳＴＯＰ": assistant.Stop,
		"Please stop": assistant.Stop, "UNSUBSCRIBE": assistant.Stop, "un\u00adsubscribe": assistant.Stop, "opt-out": assistant.Stop,
		"BAJA": assistant.Stop, "No más mensajes": assistant.Stop, "darme de baja": assistant.Stop, "parar": assistant.Stop,
		"descadastrar": assistant.Stop, "ARRÊT": assistant.Stop, "arret": assistant.Stop, "Désabonner": assistant.Stop, "stopp": assistant.Stop,
		"Abmelden": assistant.Stop, "disiscrivimi": assistant.Stop, "Afmelden": assistant.Stop, "Wypisz mnie": assistant.Stop,
		"odhlásit": assistant.Stop, "dezabonare": assistant.Stop, "leiratkozás": assistant.Stop, "avregistrera": assistant.Stop,
		"afmeld": assistant.Stop, "meld meg av": assistant.Stop, "lopeta": assistant.Stop, "DUR": assistant.Stop, "стоп": assistant.Stop,
		"СТОП!!!": assistant.Stop, "Відписатися": assistant.Stop, "στοπ": assistant.Stop, "توقف": assistant.Stop,
		"إلغاء الاشتراك": assistant.Stop, "لغو": assistant.Stop, "הסר": assistant.Stop, "बंद करें": assistant.Stop, "berhenti": assistant.Stop,
		"hủy đăng ký": assistant.Stop, "หยุด": assistant.Stop, "退订": assistant.Stop, "退訂": assistant.Stop, "TD": assistant.Stop,
		"配信停止": assistant.Stop, "수신거부": assistant.Stop, "🛑 STOP 🛑": assistant.Stop, "\"STOP\"": assistant.Stop,

		"START": assistant.Start, "Unstop": assistant.Start, "ALTA": assistant.Start, "старт": assistant.Start, "ابدأ": assistant.Start,
		"開始": assistant.Start, "başlat": assistant.Start,

		"": assistant.NoKeyword, "🛑": assistant.NoKeyword, "Can you stop by tomorrow?": assistant.NoKeyword,
		"Where is the bus stop": assistant.NoKeyword, "stop, I want to change my order": assistant.NoKeyword, "non-stop": assistant.NoKeyword,
		"When do you start?": assistant.NoKeyword, "cancel": assistant.NoKeyword, "Cancel my order": assistant.NoKeyword, "end": assistant.NoKeyword,
		"no": assistant.NoKeyword, "baja la música": assistant.NoKeyword, "Ist der Stopp am Bahnhof?": assistant.NoKeyword,
		"yes": assistant.NoKeyword, strings.Repeat("stop ", 1000): assistant.NoKeyword, "s t o p": assistant.NoKeyword,
	} {
		if got := assistant.KeywordOf(words); got != want {
			t.Errorf("%q is %d, want %d", words, got, want)
		}
	}
}

func TestConfirmations(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		k           assistant.Keyword
		words, says string
	}{
		{assistant.Stop, "STOP", "no longer write"},
		{assistant.Start, "Start", "hear from us again"},
		{assistant.Stop, "Baja", "no te escribiremos"},
		{assistant.Start, "alta", "Volverás"},
		{assistant.Stop, "abmelden", "schreiben nicht mehr"},
		{assistant.Stop, "退订", "不会再给您发消息"},
		{assistant.Stop, "стоп", "больше не будем писать"},
		{assistant.Stop, "توقف", "لن نراسلك"},
		{assistant.Stop, "something else", "no longer write"},
	} {
		if got := assistant.Confirmation(tc.k, tc.words); !strings.Contains(got, tc.says) {
			t.Errorf("%q is confirmed by %q", tc.words, got)
		}
	}
}

// Every language that tells of STOP or START in a confirmation understands the word it tells.
func TestTheWordsWeTellAreKeywords(t *testing.T) {
	t.Parallel()
	for _, words := range []string{"stop", "baja", "parar", "arrêt", "abmelden", "afmelden", "wypisz", "dur", "стоп", "退订", "停止", "수신거부", "dừng", "หยุด"} {
		for _, k := range []assistant.Keyword{assistant.Stop, assistant.Start} {
			told := assistant.Confirmation(k, words)
			found := false
			for _, word := range strings.FieldsFunc(told, func(r rune) bool { return strings.ContainsRune(" .,;:。、", r) }) {
				got := assistant.KeywordOf(word)
				found = found || got != assistant.NoKeyword && got != k
			}
			if !found {
				t.Errorf("%q tells of no keyword that undoes it", told)
			}
		}
	}
}

func FuzzKeyword(f *testing.F) {
	for _, words := range []string{"STOP", "退订", "\xff\xfe", "🛑", "لغو۱۱"} {
		f.Add(words)
	}
	f.Fuzz(func(t *testing.T, words string) {
		if k := assistant.KeywordOf(words); k != assistant.NoKeyword && assistant.Confirmation(k, words) == "" {
			t.Errorf("%q is obeyed without a word", words)
		}
	})
}
