// Command coverage merges the profiles that the Go tests left on each database, leaves out what is generated or
// only there for tests, shows each room's share and fails below a floor:
//
//	bin/tools/coverage -floor 85 -out coverage/go.out coverage/sqlite.out coverage/postgres.out
//
// What is counted are statements, as `go tool cover` counts them.
package main

import (
	"bufio"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
)

const module = "parley/"

// testSupport are rooms that only tests and proofs use. Meta's and the model's stand-ins are shipped, and count.
var testSupport = []string{"internal/testkit/", "internal/db/dbtest/", "internal/proof/", "cmd/proof/"}

// block is one run of statements in a file, as a profile names it: "parley/internal/seal/seal.go:12.2,14.9".
type block struct {
	file, span string
	statements int
}

var errNotALine = errors.New("not a line of a coverage profile")

type tally struct{ covered, all int }

func (t tally) percent() float64 {
	if t.all == 0 {
		return 100
	}
	return 100 * float64(t.covered) / float64(t.all)
}

func main() {
	floor := flag.Float64("floor", 85, "fail when less than this share of statements (percent) was run")
	out := flag.String("out", "", "write the merged profile here, for go tool cover -html")
	flag.Parse()
	if err := run(*floor, *out, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "coverage:", err)
		os.Exit(1)
	}
}

func run(floor float64, out string, profiles []string) error {
	runs := map[block]int{}
	for _, name := range profiles {
		if err := read(name, runs); err != nil {
			return err
		}
	}
	if len(runs) == 0 {
		return fmt.Errorf("the profiles %v hold nothing", profiles)
	}
	if err := leaveOut(runs); err != nil {
		return err
	}
	if out != "" {
		if err := write(out, runs); err != nil {
			return err
		}
	}
	total := report(runs)
	if total.percent() < floor {
		return fmt.Errorf("%.1f %% of Go statements are covered; the floor is %.0f %%", total.percent(), floor)
	}
	return nil
}

// read adds a profile's runs to those already known; a block seen in several test programs adds up.
func read(name string, runs map[block]int) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "mode:") {
			continue
		}
		b, count, err := parse(line)
		if err != nil {
			return fmt.Errorf("%s: %q: %w", name, line, err)
		}
		runs[b] += count
	}
	return lines.Err()
}

// parse reads "file:from,to statements count".
func parse(line string) (block, int, error) {
	fields := strings.Fields(line)
	if len(fields) != 3 {
		return block{}, 0, errNotALine
	}
	colon := strings.LastIndexByte(fields[0], ':')
	statements, err := strconv.Atoi(fields[1])
	if err != nil || colon < 0 {
		return block{}, 0, errNotALine
	}
	count, err := strconv.Atoi(fields[2])
	return block{fields[0][:colon], fields[0][colon+1:], statements}, count, err
}

// leaveOut drops generated files and test support.
func leaveOut(runs map[block]int) error {
	generated := map[string]bool{}
	for b := range runs {
		if _, known := generated[b.file]; known {
			continue
		}
		text, err := os.ReadFile(strings.TrimPrefix(b.file, module))
		if err != nil {
			return err
		}
		head, _, _ := strings.Cut(string(text), "\npackage ")
		generated[b.file] = strings.Contains(head, "// Code generated ") && strings.Contains(head, " DO NOT EDIT.")
	}
	maps.DeleteFunc(runs, func(b block, _ int) bool {
		inSupport := func(room string) bool { return strings.HasPrefix(b.file, module+room) }
		return generated[b.file] || slices.ContainsFunc(testSupport, inSupport)
	})
	return nil
}

func write(name string, runs map[block]int) error {
	var text strings.Builder
	text.WriteString("mode: atomic\n")
	blocks := slices.SortedFunc(maps.Keys(runs), func(a, b block) int {
		return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.span, b.span))
	})
	for _, b := range blocks {
		fmt.Fprintf(&text, "%s:%s %d %d\n", b.file, b.span, b.statements, runs[b])
	}
	return os.WriteFile(name, []byte(text.String()), 0o644)
}

// report prints one line a room and returns the whole.
func report(runs map[block]int) tally {
	rooms := map[string]tally{}
	var total tally
	for b, count := range runs {
		room := strings.TrimPrefix(path.Dir(b.file), module)
		t := rooms[room]
		t.all += b.statements
		total.all += b.statements
		if count > 0 {
			t.covered += b.statements
			total.covered += b.statements
		}
		rooms[room] = t
	}
	for _, room := range slices.Sorted(maps.Keys(rooms)) {
		t := rooms[room]
		fmt.Printf("%6.1f %%  %5d of %5d  %s\n", t.percent(), t.covered, t.all, room)
	}
	fmt.Printf("%6.1f %%  %5d of %5d  Go statements in all, both databases together\n",
		total.percent(), total.covered, total.all)
	return total
}
