package assistant

import (
	"strings"

	"parley/internal/analyzer"
	"parley/internal/conversation"
)

// language is the customer's (ISO 639-1): of the turn's words, which is asked, else of the earlier ones, else what the
// contact or the business is known to speak.
func (sit *situation) language(asked string) string {
	if asked != "" {
		return asked
	}
	for i := len(sit.thread) - 1; i >= 0; i-- {
		m := sit.thread[i]
		if m.Sender != conversation.FromCustomer || m.Seq >= sit.turn.FirstSeq {
			continue
		}
		if lang := analyzer.Language(m.Body); lang != "" {
			return lang
		}
	}
	for _, lang := range []string{sit.contact.Language, sit.tenant.Locale} {
		if lang, _, _ = strings.Cut(lang, "-"); lang != "" {
			return strings.ToLower(lang)
		}
	}
	return "en"
}
