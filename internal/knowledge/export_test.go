package knowledge

import (
	"slices"

	"parley/internal/analyzer"
)

// Held says how many indexes are in memory, and about how many bytes they take.
func (s *Service) Held() (indexes int, bytes int64) {
	s.indexes.mu.Lock()
	defer s.indexes.mu.Unlock()
	return s.indexes.recent.Len(), s.indexes.bytes
}

// BestWords are the words that would be quoted, sure or not.
func (f Found) BestWords() string { return f.words.Text }

// MostConcepts is how many concepts there may be.
const MostConcepts = 63

// Means are the concepts that a question asks for, sorted.
func Means(question, lang string) []string {
	var all concepts
	for _, m := range cuesIn(analyzer.Split(question), lang) {
		all |= m.of
	}
	return names(all)
}

// SpeaksOf are the concepts that a text speaks of, sorted.
func SpeaksOf(text, lang string) []string {
	words := analyzer.Split(text)
	stems := make([]string, len(words))
	for i, w := range words {
		stems[i] = w.Stem(lang)
	}
	all, _ := conceptsOf(text, lang, words, stems)
	return names(all)
}

// Concepts are the names of all concepts, sorted.
func Concepts() []string { return names(^concepts(0)) }

func names(all concepts) (names []string) {
	for name, bit := range conceptsKnown().bits {
		if all.has(bit) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// ConceptsOf are the concepts that a language has cues for, sorted.
func ConceptsOf(lang string) []string {
	v := conceptsKnown().langs[lang]
	var all concepts
	for _, cues := range v.cues {
		for _, c := range cues {
			all |= c.of
		}
	}
	for _, c := range slices.Concat(v.prefixes, v.suffixes) {
		all |= c.of
	}
	return names(all)
}
