package tenant

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"parley/internal/errs"
)

// foldEmail brings an address into the one form in which it is compared and stored: no space around it, compatibility
// forms unified, lower case. Dots and plus signs are the mailbox's own business.
func foldEmail(email string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(email)))
}

// checkEmail folds an address, or says why it cannot be one. Whether mail arrives there only mail can tell.
func checkEmail(email string) (string, error) {
	folded := foldEmail(email)
	name, domain, found := strings.Cut(folded, "@")
	strange := strings.IndexFunc(folded, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune(`<>,;"()`, r)
	})
	switch {
	case folded == "":
		return "", errs.InvalidField("email", "An e-mail address is missing.")
	case len(folded) > 254 || !utf8.ValidString(folded):
		return "", errs.InvalidField("email", "This e-mail address is too long.")
	case !found || name == "" || domain == "" || strange >= 0 || strings.Contains(domain, "@") ||
		strings.HasPrefix(domain, ".") || strings.HasSuffix(domain, "."):
		return "", errs.InvalidField("email", "This does not look like an e-mail address: name@example.com.")
	}
	return folded, nil
}

// checkName trims the name of a person or a business, or says what is wrong with it.
func checkName(field, name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", errs.InvalidField(field, "A name is missing.")
	case utf8.RuneCountInString(name) > 100:
		return "", errs.InvalidField(field, "This name is too long: at most 100 characters.")
	case !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl):
		return "", errs.InvalidField(field, "This name has characters in it that cannot be shown.")
	}
	return name, nil
}
