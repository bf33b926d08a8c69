package knowledge

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// signsOf finds what a text says in figures and signs rather than in words: amounts of money, times of day, phone
// numbers, e-mail and web addresses. Each is given as the name of the concept that it speaks of.
func signsOf(text string, found func(concept string)) {
	if strings.Contains(text, "@") && hasEmail(text) {
		found("email")
		found("contact")
	}
	if strings.Contains(text, "www.") || strings.Contains(text, "http") || strings.Contains(text, ".com") {
		found("website")
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsDigit(r) {
			i += size
			continue
		}
		end := endOfNumber(text, i)
		figure(text, i, end, found)
		i = end
	}
}

// endOfNumber is where a number ends that starts at i, with the separators inside it.
func endOfNumber(text string, i int) int {
	end := i
	for i < len(text) {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsDigit(r):
			end = i + size
		case strings.ContainsRune(".,: -–()/'\u00A0", r) && i-end < 2:
		default:
			return end
		}
		i += size
	}
	return end
}

// figure says what the number text[start:end] is.
func figure(text string, start, end int, found func(concept string)) {
	number := text[start:end]
	digits := 0
	for _, r := range number {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	before := strings.TrimRight(text[:start], " \u00A0(")
	after := strings.TrimLeft(text[end:], " \u00A0)")
	switch {
	case money(before, after):
		found("price")
	case digits >= 7 && digits <= 15 && !strings.Contains(number, ":") && !strings.ContainsAny(number, "–"):
		found("phone")
		found("contact")
	case digits <= 8 && (clock(number) || clockWord(after)):
		found("hours")
	case digits <= 4 && digits == len(number) && houseNumber(text[:start], text[end:]):
		found("address")
	}
}

// houseNumber reports whether a number between two texts stands in an address: "Calle Verdi 27, Barcelona",
// "7 Castle Row". Either a word with a capital is before it and it ends there, or two are behind it.
func houseNumber(before, after string) bool {
	trimmed := strings.TrimRight(before, " \u00A0,")
	name := trimmed[1+strings.LastIndexAny(trimmed, " \u00A0"):]
	ends := after == "" || strings.ContainsAny(after[:1], ",.;") && !strings.HasPrefix(strings.TrimLeft(after, ".,"), "0")
	if ends && capital(name) && utf8.RuneCountInString(name) > 3 && !strings.ContainsAny(name, ".!?:") {
		return true
	}
	words := strings.Fields(after)
	return strings.HasPrefix(after, " ") && len(words) > 1 && capital(words[0]) && capital(words[1]) &&
		!strings.ContainsAny(words[0], ".,;:")
}

func capital(word string) bool {
	r, size := utf8.DecodeRuneInString(word)
	next, _ := utf8.DecodeRuneInString(word[size:])
	return unicode.IsUpper(r) && unicode.IsLower(next)
}

const currencySigns = "€$£¥₹₽₺₴₩₪฿₫"

// currencyWords follow or precede an amount.
const currencyWords = " eur euro euros usd dollar dollars gbp pound pounds chf franken fr rs rupees reais real brl pesos mxn " +
	"kr sek nok dkk zł pln kč ft lei руб рублей рубля tl lira रुपये रुपए रुपया ريال درهم جنيه دينار 元 円 "

// money reports whether a currency stands before or after an amount.
func money(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	first, _ := utf8.DecodeRuneInString(after)
	if strings.ContainsRune(currencySigns, last) || strings.ContainsRune(currencySigns, first) ||
		strings.HasPrefix(after, "元") || strings.HasPrefix(after, "円") || strings.HasPrefix(after, "원") {
		return true
	}
	return strings.Contains(currencyWords, " "+firstWord(after)+" ") || strings.Contains(currencyWords, " "+lastWord(before)+" ")
}

func firstWord(s string) string {
	if i := strings.IndexFunc(s, notWord); i >= 0 {
		s = s[:i]
	}
	return orNothing(strings.ToLower(s))
}

func lastWord(s string) string {
	if i := strings.LastIndexFunc(s, notWord); i >= 0 {
		_, size := utf8.DecodeRuneInString(s[i:])
		s = s[i+size:]
	}
	return orNothing(strings.ToLower(s))
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }

// orNothing keeps an empty word from being found between two spaces, and a long run from being copied about.
func orNothing(word string) string {
	if word == "" || len(word) > 40 {
		return "?"
	}
	return word
}

// clock reports whether a number has the form of a time of day or of a stretch of it: "9:30", "9:30 - 18:00".
func clock(number string) bool {
	i := strings.IndexByte(number, ':')
	return i >= 1 && i <= 2 && len(number) >= i+3 && number[i+1] <= '5' && (len(number) == i+3 || !digitAt(number, i+3))
}

func digitAt(s string, i int) bool { return s[i] >= '0' && s[i] <= '9' }

// clockWord reports whether what follows a number makes it a time of day.
func clockWord(after string) bool {
	switch firstWord(after) {
	case "am", "pm", "uhr", "h", "hs", "hrs", "बजे":
		return true
	}
	return strings.HasPrefix(after, "a.m") || strings.HasPrefix(after, "p.m") || strings.HasPrefix(after, "点") ||
		strings.HasPrefix(after, "點") || strings.HasPrefix(after, "時") || strings.HasPrefix(after, "시")
}

// hasEmail reports whether an "@" stands between what may be the two halves of an address.
func hasEmail(text string) bool {
	before, after, _ := strings.Cut(text, "@")
	last, _ := utf8.DecodeLastRuneInString(before)
	host, _, _ := strings.Cut(after, " ")
	return (unicode.IsLetter(last) || unicode.IsDigit(last)) && strings.Contains(host, ".")
}
