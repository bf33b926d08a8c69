package db

import (
	"database/sql/driver"
	"fmt"
	"reflect"
)

// bound turns arguments into the few types both drivers take: named types become their kinds, pointers what they
// point to, and nil pointers NULL.
func bound(args []any) ([]any, error) {
	plainly := make([]any, len(args))
	for i, arg := range args {
		v, err := plain(arg)
		if err != nil {
			return nil, fmt.Errorf("argument $%d: %w", i+1, err)
		}
		plainly[i] = v
	}
	return plainly, nil
}

// named is bound, as database/sql's drivers want it.
func named(args []any) ([]driver.NamedValue, error) {
	values := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		v, err := plain(arg)
		if err != nil {
			return nil, fmt.Errorf("argument $%d: %w", i+1, err)
		}
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return values, nil
}

func plain(arg any) (any, error) {
	switch v := arg.(type) {
	case nil, string, int64, float64, bool, []byte:
		return v, nil
	case int:
		return int64(v), nil
	case Time:
		return int64(v), nil
	}
	return plainKind(arg)
}

func plainKind(arg any) (any, error) {
	v := reflect.ValueOf(arg)
	switch {
	case v.Kind() == reflect.String:
		return v.String(), nil
	case v.CanInt():
		return v.Int(), nil
	case v.Kind() == reflect.Uint8, v.Kind() == reflect.Uint16, v.Kind() == reflect.Uint32:
		return int64(v.Uint()), nil
	case v.Kind() == reflect.Bool:
		return v.Bool(), nil
	case v.CanFloat():
		return v.Float(), nil
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8:
		return v.Bytes(), nil
	case v.Kind() == reflect.Pointer && v.IsNil():
		return nil, nil
	case v.Kind() == reflect.Pointer:
		return plain(v.Elem().Interface())
	}
	return nil, fmt.Errorf("cannot bind a %T", arg)
}
