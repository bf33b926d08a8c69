package knowledge

import "strings"

// Extract is the answer that can be given without a model: the documents' own words.
type Extract struct {
	Answered bool
	Text     string
	Source   string // the document's title, and the headings above the words
}

// Extract gives the best sentence of the best passage with those before and after it; or nothing, when it is not sure
// that they answer, or when another document answers as well.
func (f Found) Extract() Extract {
	if !f.words.Answered {
		return Extract{}
	}
	return f.words
}

// quote takes the words around a sentence out of a passage.
func (p *passage) quote(sentence int) string {
	if len(p.sentences) == 0 {
		return p.Body
	}
	from, to := max(0, sentence-1), min(len(p.sentences)-1, sentence+1)
	return strings.TrimSpace(p.Body[p.sentences[from].start:p.sentences[to].end])
}
