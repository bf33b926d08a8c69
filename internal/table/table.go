// Package table writes tables as spreadsheets take them: CSV with a mark for UTF-8, and no cell that a spreadsheet would
// take for a formula, which could send what stands beside it elsewhere.
package table

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
)

// Writer writes a table row by row.
type Writer struct{ w *csv.Writer }

// NewWriter begins a table.
func NewWriter(w io.Writer) (*Writer, error) {
	_, err := io.WriteString(w, "\uFEFF")
	return &Writer{csv.NewWriter(w)}, err
}

// Row writes a row.
func (t *Writer) Row(cells ...string) error {
	row := make([]string, len(cells))
	for i, cell := range cells {
		row[i] = Escape(cell)
	}
	if err := t.w.Write(row); err != nil {
		return fmt.Errorf("write row: %w", err)
	}
	return nil
}

// Flush writes what is held back.
func (t *Writer) Flush() error {
	t.w.Flush()
	return t.w.Error()
}

// Escape makes a text of a cell that would be a formula.
func Escape(cell string) string {
	if startsFormula(cell) {
		return "'" + cell
	}
	return cell
}

// Unescape takes back what Escape did.
func Unescape(cell string) string {
	if rest, quoted := strings.CutPrefix(cell, "'"); quoted && startsFormula(rest) {
		return rest
	}
	return cell
}

func startsFormula(cell string) bool {
	return cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0
}
