package db

import (
	"bytes"
	"database/sql/driver"
	"fmt"
	"reflect"
)

// scanRow writes the values an SQLite row has to where they are wanted.
func scanRow(row []driver.Value, dest []any) error {
	if len(dest) != len(row) {
		return fmt.Errorf("%d columns for %d destinations", len(row), len(dest))
	}
	for i := range dest {
		if err := assign(dest[i], row[i]); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

// assign writes one value; what PostgreSQL's driver would refuse is refused here too.
func assign(dest any, src driver.Value) error {
	if t, ok := dest.(*Time); ok {
		return t.Scan(src)
	}
	if assignPlain(dest, src) {
		return nil
	}
	to := reflect.ValueOf(dest)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return fmt.Errorf("cannot read into a %T", dest)
	}
	to = to.Elem()
	if to.Kind() == reflect.Pointer {
		if src == nil {
			to.SetZero()
			return nil
		}
		to.Set(reflect.New(to.Type().Elem()))
		return assign(to.Interface(), src)
	}
	if assignKind(to, src) {
		return nil
	}
	return fmt.Errorf("cannot read %T into a %s", src, to.Type())
}

// assignPlain is the short way for what most columns are.
func assignPlain(dest any, src driver.Value) (done bool) {
	switch to := dest.(type) {
	case *string:
		*to, done = orElse(src, *to)
	case *int64:
		*to, done = orElse(src, *to)
	case *float64:
		*to, done = orElse(src, *to)
	case *int:
		var v int64
		if v, done = src.(int64); done && int64(int(v)) == v {
			*to = int(v)
		}
	}
	return done
}

func orElse[T any](src driver.Value, old T) (T, bool) {
	if v, is := src.(T); is {
		return v, true
	}
	return old, false
}

func assignKind(to reflect.Value, src driver.Value) bool {
	isBytes := to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Uint8
	switch v := src.(type) {
	case nil:
		if isBytes {
			to.SetZero()
			return true
		}
	case string:
		return assignText(to, isBytes, v)
	case []byte:
		if isBytes {
			to.SetBytes(bytes.Clone(v))
			return true
		}
	case int64:
		return assignInt(to, v)
	case float64:
		if to.CanFloat() {
			to.SetFloat(v)
			return true
		}
	}
	return false
}

func assignText(to reflect.Value, isBytes bool, v string) bool {
	switch {
	case to.Kind() == reflect.String:
		to.SetString(v)
	case isBytes:
		to.SetBytes([]byte(v))
	default:
		return false
	}
	return true
}

// assignInt also reads a BOOLEAN, which SQLite keeps as 0 or 1, and a sum or average that happens to be whole.
func assignInt(to reflect.Value, v int64) bool {
	switch {
	case to.CanInt() && !to.OverflowInt(v):
		to.SetInt(v)
	case to.CanFloat():
		to.SetFloat(float64(v))
	case to.Kind() == reflect.Bool:
		to.SetBool(v != 0)
	default:
		return false
	}
	return true
}
