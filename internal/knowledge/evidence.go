package knowledge

import "slices"

// evidence is how well a passage answers a question, and where.
type evidence struct {
	sentence int     // the best
	value    float64 // what it was chosen by
	near     float64 // share of the question that the best sentence and those about it speak of
	all      float64 // share of the question's words and grams that stand anywhere in the passage
}

// How much counts as if the sentence held it: of what the sentences beside it hold, of the headings above, and of a
// compound's last part.
const (
	besideCounts = 0.5
	aboveCounts  = 0.9
	tailCounts   = 0.7
)

// Between sentences that, with those about them, hold the same, what counts more: to hold it by itself, and for each
// thing asked to speak of it in more than one word or figure ("ring 0161 555 0142", not "by phone").
const (
	ownCounts   = 0.25
	tellingMore = 0.15
)

// weigh looks at a passage sentence by sentence.
func (ix *index) weigh(q question, p *passage) evidence {
	above := ix.cover(q, p.title, p.titled)
	rows := make([][]float64, len(p.sentences))
	for i, s := range p.sentences {
		rows[i] = ix.cover(q, p.tokens[s.from:s.to], s.concepts)
	}
	e := evidence{all: ix.coverage(q, p)}
	for i := range rows {
		own, near := q.held(rows, i, above)
		value := near + ownCounts*own + tellingMore*float64((q.want&p.sentences[i].often).count())
		if i == 0 || value > e.value {
			e.sentence, e.value, e.near = i, value, near
		}
	}
	return e
}

// held is the share of a question that a sentence speaks of, by itself and with what is about it.
func (q question) held(rows [][]float64, i int, above []float64) (own, near float64) {
	whole := 0.0
	for u := range q.units {
		weight, c := q.units[u].weight, rows[i][u]
		whole += weight
		own += weight * c
		if i > 0 {
			c = max(c, besideCounts*rows[i-1][u])
		}
		if i+1 < len(rows) {
			c = max(c, besideCounts*rows[i+1][u])
		}
		near += weight * max(c, aboveCounts*above[u])
	}
	return share(own, whole), share(near, whole)
}

// cover says how much of each unit a text holds, 0 to 1.
func (ix *index) cover(q question, tokens []uint32, speaksOf concepts) []float64 {
	row := make([]float64, len(q.units))
	for i := range q.units {
		switch u := &q.units[i]; {
		case speaksOf.has(u.of), ix.holds(tokens, u.terms):
			row[i] = 1
		case ix.holds(tokens, u.tail):
			row[i] = tailCounts
		default:
			row[i] = ix.likeness(tokens, u.grams)
		}
	}
	return row
}

// holds reports whether words of a text have one of the terms.
func (ix *index) holds(tokens []uint32, these []looked) bool {
	for _, t := range tokens {
		for _, n := range ix.lexemes.terms[t] {
			for _, l := range these {
				if l.known && l.n == n {
					return true
				}
			}
		}
	}
	return false
}

// likeEnough is the share of grams from which two words are likely to be one: misspelt, in another form, a part of a
// compound. Fewer are shared by chance and count half.
const likeEnough = 0.5

// likeness is the share of a word's grams in the word of a text that has most of them.
func (ix *index) likeness(tokens []uint32, grams []looked) float64 {
	most := 0
	for _, t := range tokens {
		held := 0
		for _, g := range grams {
			if g.known && slices.Contains(ix.lexemes.grams[t], g.n) {
				held++
			}
		}
		most = max(most, held)
	}
	like := share(float64(most), float64(len(grams)))
	if like < likeEnough {
		return like / 2
	}
	return like
}

// coverage is how much of a question's words and grams a passage holds: half and half.
func (ix *index) coverage(q question, p *passage) float64 {
	words, allWords, grams, allGrams := 0.0, 0.0, 0.0, 0.0
	for i := range q.words {
		u := &q.words[i]
		allWords += u.weight
		if ix.holds(p.tokens, u.terms) || ix.holds(p.title, u.terms) {
			words += u.weight
		}
		for _, g := range u.grams {
			allGrams += g.idf
			if g.known && (ix.hasGram(p.tokens, g.n) || ix.hasGram(p.title, g.n)) {
				grams += g.idf
			}
		}
	}
	return share(words, allWords)/2 + share(grams, allGrams)/2
}

func (ix *index) hasGram(tokens []uint32, gram uint32) bool {
	return slices.ContainsFunc(tokens, func(t uint32) bool { return slices.Contains(ix.lexemes.grams[t], gram) })
}

// sure is what counts of a passage's evidence. In a base of a few passages, that each speak of many things, a sentence
// has to answer; among many passages the whole passage tells better.
func (ix *index) sure(e evidence) float64 {
	many := min(1, max(0, float64(len(ix.passages)-nullFrom)/(smallBase-nullFrom)))
	return (1-many)*e.near + many*e.all
}

func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return part / whole
}
