package db

import (
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// Time is an instant in microseconds since 1970 UTC, the same BIGINT on both databases; 0 is "never".
type Time int64

// FromTime makes a Time; the zero time.Time is "never".
func FromTime(t time.Time) Time {
	if t.IsZero() {
		return 0
	}
	return Time(t.UnixMicro())
}

// Time is the instant in UTC; never is the zero time.Time.
func (t Time) Time() time.Time {
	if t == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(t)).UTC()
}

// Add moves the instant.
func (t Time) Add(d time.Duration) Time { return t + Time(d.Microseconds()) }

// Sub is the time from o to t.
func (t Time) Sub(o Time) time.Duration { return time.Duration(t-o) * time.Microsecond }

// Before reports whether t lies before o.
func (t Time) Before(o Time) bool { return t < o }

// After reports whether t lies after o.
func (t Time) After(o Time) bool { return t > o }

// IsZero reports whether it is never.
func (t Time) IsZero() bool { return t == 0 }

// OrNull is what to bind for a column that is NULL when it has never happened.
func (t Time) OrNull() any {
	if t == 0 {
		return nil
	}
	return int64(t)
}

// Scan reads a BIGINT column; NULL is never.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = 0
	case int64:
		*t = Time(v)
	default:
		return fmt.Errorf("cannot read a time from %T", src)
	}
	return nil
}

// ScanInt64 is Scan for PostgreSQL's driver, which finds it faster.
func (t *Time) ScanInt64(v pgtype.Int8) error {
	*t = 0
	if v.Valid {
		*t = Time(v.Int64)
	}
	return nil
}

const jsonTime = `"2006-01-02T15:04:05.000000Z07:00"`

// MarshalJSON writes RFC 3339 with microseconds, null for never.
func (t Time) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return []byte(t.Time().Format(jsonTime)), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (t *Time) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		*t = 0
		return nil
	}
	at, err := time.Parse(`"`+time.RFC3339Nano+`"`, string(raw))
	*t = FromTime(at)
	return err
}
