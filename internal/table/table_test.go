package table_test

import (
	"bytes"
	"testing"

	"parley/internal/table"
)

func TestNoCellIsAFormula(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1"} {
		if got := table.Escape(cell); got != "'"+cell || table.Unescape(got) != cell {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
	for _, cell := range []string{"", "Ada", "'tis", "1-1", "田中"} {
		if got := table.Escape(cell); got != cell || table.Unescape(cell) != cell {
			t.Errorf("%q becomes %q", cell, got)
		}
	}
}

func TestATableIsUTF8ForSpreadsheets(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	w, err := table.NewWriter(&out)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Row("a,b", "=x", "田"); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil || out.String() != "\uFEFF\"a,b\",'=x,田\n" {
		t.Errorf("%q, %v", out.String(), err)
	}
}
