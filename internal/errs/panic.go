package errs

import (
	"fmt"
	"runtime"
)

// Panicked is what the log may show of what a panic was called with: the runtime's own words, and of anything else its
// type alone, since it may hold what a customer wrote.
func Panicked(cause any) string {
	if fault, is := cause.(runtime.Error); is {
		return fault.Error()
	}
	return fmt.Sprintf("%T", cause)
}
