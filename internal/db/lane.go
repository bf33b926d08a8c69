package db

import (
	"hash/fnv"
	"strings"
)

// Lane hashes what names a customer (the channel and the customer's id there) to the lane that its steps run in:
// 0 to 65535. It is stored, so the hash never changes.
func Lane(parts ...string) int64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(strings.Join(parts, "\x00")))
	sum := h.Sum32()
	return int64(sum>>16 ^ sum&0xffff)
}
