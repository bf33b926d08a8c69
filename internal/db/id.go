package db

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// IDAt is the least id that could have been made at a time (RFC 9562, UUID version 7: 48 bits of milliseconds first).
func IDAt(t Time) string {
	ms := int64(t) / 1000
	return fmt.Sprintf("%08x-%04x-7000-8000-000000000000", ms>>16, ms&0xffff)
}

// IDTime is when an id was made, to the millisecond; zero for what is no id.
func IDTime(id string) Time {
	digits := strings.ReplaceAll(id, "-", "")
	if len(digits) < 12 {
		return 0
	}
	ms, err := strconv.ParseInt(digits[:12], 16, 64)
	if err != nil {
		return 0
	}
	return FromTime(time.UnixMilli(ms))
}
