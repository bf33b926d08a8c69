package contact

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"parley/internal/errs"
	"parley/internal/table"
	"parley/internal/whatsapp"
)

// The columns of a table of contacts that mean something to us; every other column is an attribute by its name.
const (
	columnPhone    = "phone"
	columnName     = "name"
	columnLanguage = "language"
)

// told are columns that an export has and an import leaves alone: they say what only customers can say.
var told = []string{"username", "opted_out", "first_seen"}

const (
	mostLines    = 50_000
	mostProblems = 500
	shortestLine = 7 // digits of a number with its country code
	longestLine  = 15
)

// Sheet is a table of contacts that was read: the rows that can be taken, and what is wrong with the others.
type Sheet struct {
	Rows     int // rows of the file below its heading
	Columns  []string
	Problems []Problem // the first of them
	Wrong    int       // rows that cannot be taken
	lines    []line
}

// Problem is why a row cannot be taken. Row counts as a spreadsheet does: the heading is 1.
type Problem struct {
	Row    int
	Column string
	Code   string
	Other  int // of "repeated": the row that came first
}

type line struct {
	phone, key     string
	name, language string
	attributes     Attributes
}

// ReadSheet reads a table of contacts in CSV. What is wrong with a row is its problem alone; what is wrong with the table
// is an error.
func ReadSheet(r io.Reader) (*Sheet, error) {
	rows := csv.NewReader(r)
	rows.FieldsPerRecord, rows.ReuseRecord = -1, true
	heading, err := rows.Read()
	if err != nil {
		return nil, notCSV(err, 1)
	}
	columns, err := columnsOf(heading)
	if err != nil {
		return nil, err
	}
	s := &Sheet{Columns: columns}
	seen := map[string]int{}
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err != nil {
			return nil, notCSV(err, s.Rows+2)
		}
		if s.Rows++; s.Rows > mostLines {
			return nil, errs.InvalidField("file", "A file has at most %d rows. Split it, and import one part after the other.", mostLines)
		}
		s.take(cells, s.Rows+1, seen)
	}
}

func notCSV(err error, row int) error {
	if errors.Is(err, io.EOF) {
		return errs.InvalidField("file", "The file is empty.")
	}
	return errs.Wrap(err, errs.Invalid, "Row %d cannot be read as CSV: look for a quotation mark without its other half.", row)
}

func columnsOf(heading []string) ([]string, error) {
	columns := make([]string, len(heading))
	for i, name := range heading {
		if i == 0 {
			name = strings.TrimPrefix(name, "\uFEFF")
		}
		name = clean(table.Unescape(name))
		if low := strings.ToLower(name); low == columnPhone || low == columnName || low == columnLanguage || slices.Contains(told, low) {
			name = low
		}
		switch {
		case utf8.RuneCountInString(name) > longestKey:
			return nil, errs.InvalidField("file", "The heading of column %d has more than %d characters.", i+1, longestKey)
		case name != "" && slices.Contains(columns[:i], name):
			return nil, errs.InvalidField("file", "The file has the column %q twice.", name)
		}
		columns[i] = name
	}
	if !slices.Contains(columns, columnPhone) {
		return nil, errs.InvalidField("file", "The file needs a column with the heading phone, separated from others by commas.")
	}
	return columns, nil
}

// take adds a row, or what is wrong with it.
func (s *Sheet) take(cells []string, row int, seen map[string]int) {
	l, problem := s.read(cells)
	if problem == nil {
		if first, again := seen[l.key]; again {
			problem = &Problem{Column: columnPhone, Code: "repeated", Other: first}
		}
	}
	if problem == nil {
		seen[l.key] = row
		s.lines = append(s.lines, l)
		return
	}
	s.Wrong++
	if problem.Row = row; len(s.Problems) < mostProblems {
		s.Problems = append(s.Problems, *problem)
	}
}

func (s *Sheet) read(cells []string) (l line, problem *Problem) {
	if len(cells) > len(s.Columns) {
		return l, &Problem{Code: "too_many_cells"}
	}
	for i, cell := range cells {
		column := s.Columns[i]
		if !utf8.ValidString(cell) {
			return l, &Problem{Column: column, Code: "not_utf8"}
		}
		cell = clean(table.Unescape(cell))
		if code := l.set(column, cell); code != "" {
			return l, &Problem{Column: column, Code: code}
		}
	}
	switch {
	case l.phone == "":
		return l, &Problem{Column: columnPhone, Code: "phone_missing"}
	case len(l.attributes) > mostAttributes:
		return l, &Problem{Code: "too_many_attributes"}
	}
	return l, nil
}

// set takes a cell, or says what is wrong with it.
func (l *line) set(column, cell string) (code string) {
	if cell == "" || column == "" || slices.Contains(told, column) {
		return ""
	}
	switch column {
	case columnPhone:
		l.phone, code = phoneOf(cell)
		l.key = whatsapp.MatchKey(l.phone)
	case columnName:
		if l.name = cell; utf8.RuneCountInString(cell) > longestName {
			code = "name_too_long"
		}
	case columnLanguage:
		if l.language = cell; !languageTag.MatchString(cell) {
			code = "language_unknown"
		}
	default:
		if l.attributes == nil {
			l.attributes = Attributes{}
		}
		l.attributes[column] = cell
		if utf8.RuneCountInString(cell) > longestValue {
			code = "attribute_too_long"
		}
	}
	return code
}

// phoneOf is a number as people write it, in the digits WhatsApp gives.
func phoneOf(cell string) (digits, code string) {
	var b strings.Builder
	for i, r := range cell {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && i == 0, strings.ContainsRune(" -./()\u00a0\u2011\u2013\u202f", r):
		default:
			return "", "phone_not_a_number"
		}
	}
	digits = strings.TrimPrefix(b.String(), "00")
	switch {
	case strings.HasPrefix(digits, "0"):
		return "", "phone_without_country"
	case len(digits) < shortestLine || len(digits) > longestLine:
		return "", "phone_length"
	}
	return digits, ""
}

func placesAfter(first, n int) string {
	marks := make([]string, n)
	for i := range marks {
		marks[i] = "$" + strconv.Itoa(first+i)
	}
	return strings.Join(marks, ", ")
}
