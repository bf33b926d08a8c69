package tenant

import (
	_ "embed"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parley/internal/errs"
)

// What a password must be. Length is what makes guessing slow; rules about signs and digits make people write it down.
const (
	shortest = 12  // characters
	longest  = 128 // characters
)

//go:embed guessed.txt
var guessed string

// checkPassword says in plain words why a password is too easy; about are words others know of its owner.
func checkPassword(field, password string, about ...string) error {
	password = plain(password)
	folded := strings.ToLower(password)
	switch length := utf8.RuneCountInString(password); {
	case length < shortest:
		return errs.InvalidField(field, "A password needs at least %d characters. A few words in a row make a good one.", shortest)
	case length > longest:
		return errs.InvalidField(field, "A password has at most %d characters.", longest)
	case !utf8.ValidString(password) || strings.ContainsRune(password, 0):
		return errs.InvalidField(field, "This password has characters in it that cannot be typed.")
	case variety(folded) < 4 || isRun(folded):
		return errs.InvalidField(field, "This password is too regular to be hard to guess. Take a few words in a row.")
	case slices.Contains(strings.Fields(guessed), strings.Join(strings.Fields(folded), "")):
		return errs.InvalidField(field, "This password is one of the first that are tried. Take a few words in a row.")
	}
	for _, word := range about {
		word = strings.ToLower(plain(word))
		name, _, _ := strings.Cut(word, "@")
		if word != "" && (folded == word || len(name) >= 4 && strings.Trim(folded, "0123456789!.-_ ") == name) {
			return errs.InvalidField(field, "A password must be something else than your name or e-mail address.")
		}
	}
	return nil
}

// Weakness says in plain words why a password that somebody set is easy to guess, "" when it is not.
func Weakness(password string, about ...string) string {
	if err := checkPassword("", password, about...); err != nil {
		return errs.Message(err)
	}
	return ""
}

// plain is the one form of a password, however the keyboard composes letters.
func plain(password string) string { return norm.NFC.String(password) }

// variety is how many different characters a text has.
func variety(text string) int {
	seen := map[rune]bool{}
	for _, r := range text {
		seen[r] = true
	}
	return len(seen)
}

// isRun reports whether every character follows the one before by the same step: 1234567890, zyxwvutsrq.
func isRun(text string) bool {
	runes := []rune(text)
	for i := 2; i < len(runes); i++ {
		if step(runes[i-1], runes[i]) != step(runes[i-2], runes[i-1]) {
			return false
		}
	}
	return true
}

// step is how far it is from one character to another; after 9 comes 0.
func step(from, to rune) rune {
	if from >= '0' && from <= '9' && to >= '0' && to <= '9' {
		return (to - from + 10) % 10
	}
	return to - from
}
