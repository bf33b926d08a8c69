package report

import (
	"io"
	"strconv"

	"parley/internal/table"
)

// Write writes a report day by day, for spreadsheets.
func (o *Report) Write(w io.Writer) error {
	out, err := table.NewWriter(w)
	if err != nil {
		return err
	}
	err = out.Row("date", "messages_customers", "messages_ai", "messages_people", "conversations_opened", "conversations_closed")
	for _, d := range o.Days {
		if err != nil {
			return err
		}
		n := func(v int64) string { return strconv.FormatInt(v, 10) }
		err = out.Row(d.Date, n(d.Customer), n(d.AI), n(d.People), n(d.Opened), n(d.Closed))
	}
	if err != nil {
		return err
	}
	return out.Flush()
}
