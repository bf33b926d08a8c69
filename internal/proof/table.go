//go:build unix

package proof

import (
	"fmt"
	"strings"
)

// Row is what one proof found on one database.
type Row struct {
	Proof    string   `json:"proof"`
	Database string   `json:"database"`
	Faults   string   `json:"faults"`
	Count    Count    `json:"count"`
	Peak     float64  `json:"peak_mib"`
	Seconds  float64  `json:"seconds"`
	Note     string   `json:"note,omitempty"`
	LeftOut  string   `json:"left_out,omitempty"` // why it could not be tried
	Red      []string `json:"red,omitempty"`      // what breaks a promise
}

// Verdict is the row in a word.
func (r Row) Verdict() string {
	switch {
	case len(r.Red) > 0:
		return "RED: " + strings.Join(r.Red, "; ")
	case r.LeftOut != "":
		return "left out: " + r.LeftOut
	}
	return "green"
}

// String is the row as a line of a log.
func (r Row) String() string {
	c := r.Count
	return fmt.Sprintf("%s on %s, %.0f s: %d written, %d acknowledged, %d lost, %d doubled, %d silent, %d handed over, %d failed, %d unknown, "+
		"slowest %.1f s, %.0f MiB, %s; %s", r.Proof, r.Database, r.Seconds, c.Load, c.Acknowledged, c.Lost, c.Doubled, c.Silent, c.HandedOver,
		c.Failed, c.Unknown, c.Slowest, r.Peak, r.Note, r.Verdict())
}

// Table is all rows in Markdown.
func Table(rows []Row) string {
	var b strings.Builder
	b.WriteString("| proof | database | load | faults | acknowledged | lost | doubled | silent | handed over | shown failed | " +
		"shown unknown | slowest after the faults, s | peak MiB | verdict |\n" + strings.Repeat("| --- ", 14) + "|\n")
	for _, r := range rows {
		c, faults := r.Count, r.Faults
		if r.Note != "" {
			faults += ". " + r.Note
		}
		fmt.Fprintf(&b, "| %s | %s | %d | %s | %d | %d | %d | %d | %d | %d | %d | %.1f | %.0f | %s |\n", r.Proof, r.Database, c.Load, cell(faults),
			c.Acknowledged, c.Lost, c.Doubled, c.Silent, c.HandedOver, c.Failed, c.Unknown, c.Slowest, r.Peak, cell(r.Verdict()))
	}
	return b.String()
}

// cell keeps a text in its cell.
func cell(text string) string { return strings.NewReplacer("|", "/", "\n", " ").Replace(text) }

// Red counts the rows that break a promise.
func Red(rows []Row) (n int) {
	for _, r := range rows {
		if len(r.Red) > 0 {
			n++
		}
	}
	return n
}
