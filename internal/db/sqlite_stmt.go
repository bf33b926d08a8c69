package db

import (
	"context"
	"database/sql/driver"
	"strconv"
	"strings"
)

// liteStmt is a prepared statement. SQLite takes $1, $2, … for names that it looks up one by one at every execution;
// so they stand in the prepared text as ?, and the values are put in the order of their appearance.
type liteStmt struct {
	driver.Stmt
	order []int // which argument each ? is, from 0; nil when the text had none of ours
}

func (s liteStmt) exec(ctx context.Context, values []driver.NamedValue) (driver.Result, error) {
	return s.Stmt.(driver.StmtExecContext).ExecContext(ctx, s.arranged(values))
}

func (s liteStmt) query(ctx context.Context, values []driver.NamedValue) (driver.Rows, error) {
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, s.arranged(values))
}

// arranged are the values as the question marks want them. A value that is missing is left for SQLite to complain of.
func (s liteStmt) arranged(values []driver.NamedValue) []driver.NamedValue {
	if s.order == nil {
		return values
	}
	out := make([]driver.NamedValue, 0, len(s.order))
	for i, n := range s.order {
		if n < len(values) {
			out = append(out, driver.NamedValue{Ordinal: i + 1, Value: values[n].Value})
		}
	}
	return out
}

// unnamed writes ? for $1, $2, … outside of quotes and comments, and says which argument each is.
func unnamed(text string) (sql string, order []int) {
	var b strings.Builder
	for i := 0; i < len(text); {
		end := i + 1
		switch c := text[i]; {
		case c == '\'' || c == '"' || c == '`':
			end = after(text, i+1, string(c))
		case strings.HasPrefix(text[i:], "--"):
			end = after(text, i, "\n")
		case strings.HasPrefix(text[i:], "/*"):
			end = after(text, i+2, "*/")
		case c == '$':
			for end < len(text) && text[end] >= '0' && text[end] <= '9' {
				end++
			}
			if n, err := strconv.Atoi(text[i+1 : end]); err == nil && n > 0 {
				order = append(order, n-1)
				b.WriteByte('?')
				i = end
				continue
			}
		}
		b.WriteString(text[i:end])
		i = end
	}
	return b.String(), order
}

// after is the place behind the next mark, or the end of the text.
func after(text string, from int, mark string) int {
	if at := strings.Index(text[from:], mark); at >= 0 {
		return from + at + len(mark)
	}
	return len(text)
}
