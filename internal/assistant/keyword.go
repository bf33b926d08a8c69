package assistant

// Keyword is a message that is obeyed and not answered.
type Keyword int

// The keywords.
const (
	NoKeyword Keyword = iota
	Stop              // write to me no more
	Start             // write to me again
)

// longestKeyword is in bytes; nothing longer is looked at.
const longestKeyword = 120

// KeywordOf says whether a message is a keyword, in any language that we know them in. Only the whole message counts,
// folded: "Stop!" is one, "stop by tomorrow?" is not.
func KeywordOf(text string) Keyword {
	if len(text) > longestKeyword {
		return NoKeyword
	}
	k, _ := keywordIn(folded(text))
	return k
}

func keywordIn(text string) (k Keyword, lang string) {
	if lang, is := lists()["keywords/stop"].language[text]; is {
		return Stop, lang
	}
	if lang, is := lists()["keywords/start"].language[text]; is {
		return Start, lang
	}
	return NoKeyword, ""
}

// Confirmation says that a keyword was obeyed, in the language it was written in.
func Confirmation(k Keyword, text string) string {
	_, lang := keywordIn(folded(text))
	if k == Start {
		return wordsOf(lang).started
	}
	return wordsOf(lang).stopped
}
