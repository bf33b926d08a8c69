package knowledge

import (
	"encoding/binary"
	"slices"
	"strings"
)

// postings say which passages hold a term, and how often: for each term a run of bytes with the distance to the
// passage before and the count.
type postings struct {
	numbers map[string]uint32
	runs    []run
	data    []byte
	norms   []float64 // of each passage: BM25's denominator without the count
}

// run is data[start:end], the passages of a term; df is how many.
type run struct {
	start, end uint32
	df         uint32
}

// each gives the passages that hold a term, in order, and how often they do.
func (p *postings) each(n uint32, give func(passage, count uint32)) {
	at := uint32(0)
	for data := p.data[p.runs[n].start:p.runs[n].end]; len(data) > 0; {
		step, size := binary.Uvarint(data)
		data = data[size:]
		count := uint64(1)
		if step&1 != 0 {
			count, size = binary.Uvarint(data)
			data = data[size:]
		}
		at += uint32(step >> 1)
		give(at, uint32(count))
	}
}

func (p *postings) size() int64 {
	n := int64(len(p.data) + 12*len(p.runs) + 8*len(p.norms))
	for term := range p.numbers {
		n += 48 + int64(len(term))
	}
	return n
}

// postingsWriter gathers postings passage by passage.
type postingsWriter struct {
	terms   map[string]uint32
	runs    [][]byte
	df      []uint32
	last    []uint32
	counts  []uint32 // in the passage at hand
	held    []uint32 // the terms of the passage at hand
	lengths []int
	length  int
}

func newPostings(passages int) *postingsWriter {
	return &postingsWriter{terms: map[string]uint32{}, lengths: make([]int, 0, passages)}
}

// numbers gives the numbers of terms, new ones to those not seen before.
func (w *postingsWriter) numbers(terms []string) []uint32 {
	all := make([]uint32, len(terms))
	for i, term := range terms {
		n, ok := w.terms[term]
		if !ok {
			n = uint32(len(w.runs))
			w.terms[strings.Clone(term)] = n
			w.runs, w.df, w.last, w.counts = append(w.runs, nil), append(w.df, 0), append(w.last, 0), append(w.counts, 0)
		}
		all[i] = n
	}
	return all
}

// add counts terms of the passage at hand.
func (w *postingsWriter) add(terms []uint32) {
	for _, n := range terms {
		if w.counts[n] == 0 {
			w.held = append(w.held, n)
		}
		w.counts[n]++
	}
	w.length += len(terms)
}

// end writes down the passage at hand under its number; numbers only rise.
func (w *postingsWriter) end(passage uint32) {
	for _, n := range w.held {
		step := uint64(passage-w.last[n]) << 1
		if w.counts[n] > 1 {
			w.runs[n] = binary.AppendUvarint(w.runs[n], step|1)
			w.runs[n] = binary.AppendUvarint(w.runs[n], uint64(w.counts[n]))
		} else {
			w.runs[n] = binary.AppendUvarint(w.runs[n], step)
		}
		w.last[n], w.counts[n] = passage, 0
		w.df[n]++
	}
	w.held = w.held[:0]
	w.lengths = append(w.lengths, w.length)
	w.length = 0
}

// done puts all runs into one piece of memory.
func (w *postingsWriter) done() postings {
	p := postings{numbers: w.terms, runs: make([]run, len(w.runs)), data: slices.Concat(w.runs...)}
	start := uint32(0)
	for n, data := range w.runs {
		p.runs[n] = run{start, start + uint32(len(data)), w.df[n]}
		start += uint32(len(data))
	}
	sum := 0
	for _, length := range w.lengths {
		sum += length
	}
	mean := float64(sum) / max(1, float64(len(w.lengths)))
	p.norms = make([]float64, len(w.lengths))
	for i, length := range w.lengths {
		p.norms[i] = k1 * (1 - b + b*float64(length)/max(1, mean))
	}
	return p
}
