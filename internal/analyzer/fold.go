package analyzer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold brings a text into the one form in which texts are compared: compatibility forms unified (NFKC), lower case,
// digits 0 to 9, without the marks on Latin, Greek, Cyrillic, Hebrew and Arabic letters, with the spellings of alef,
// ya, kaf and ta marbuta unified. Marks of Indic and South-East Asian scripts are vowels and stay.
func Fold(text string) string { return strip(lower(text)) }

// lower does what keeps the marks: joiners and direction signs removed, NFKC, lower case, digits 0 to 9.
func lower(text string) string {
	if ascii(text) {
		return strings.ToLower(text)
	}
	text = strings.Map(visible, strings.ToValidUTF8(text, " "))
	return strings.Map(lowerRune, strings.Map(visible, norm.NFKC.String(text))) // ligatures hold what was not visible
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// visible drops what is only there for the typesetter; inside a word it would cut the word in two.
func visible(r rune) rune {
	if r < 0xAD {
		return r
	}
	if unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r == 'ـ' {
		return -1
	}
	return r
}

func lowerRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case r == 'ς':
		return 'σ'
	case unicode.Is(unicode.Nd, r):
		return digit(r)
	default:
		return unicode.ToLower(r)
	}
}

// digit gives the ASCII digit of the same value: Unicode has the decimal digits in runs of ten from zero up.
func digit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

// strip takes the marks off a text that went through lower.
func strip(text string) string {
	if ascii(text) {
		return text
	}
	var out strings.Builder
	out.Grow(len(text))
	bare := false // the last letter is of a script whose marks go
	for _, r := range norm.NFD.String(text) {
		if unicode.Is(unicode.Mn, r) {
			if !bare {
				out.WriteRune(r)
			}
			continue
		}
		bare = r < utf8.RuneSelf || unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Hebrew, unicode.Arabic)
		writeLetter(&out, r)
	}
	return norm.NFC.String(out.String())
}

// writeLetter writes a letter in the spelling that stands for all of its spellings.
func writeLetter(out *strings.Builder, r rune) {
	switch r {
	case 'ß':
		out.WriteString("ss")
	case 'æ':
		out.WriteString("ae")
	case 'œ':
		out.WriteString("oe")
	case 'ø':
		out.WriteRune('o')
	case 'ł':
		out.WriteRune('l')
	case 'đ', 'ð':
		out.WriteRune('d')
	case 'ı':
		out.WriteRune('i')
	case 'ٱ':
		out.WriteRune('ا')
	case 'ى', 'ی':
		out.WriteRune('ي')
	case 'ک':
		out.WriteRune('ك')
	case 'ة':
		out.WriteRune('ه')
	default:
		out.WriteRune(r)
	}
}
