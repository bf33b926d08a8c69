package bench

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
)

// Choose keeps the scenarios named, all when none is.
func Choose(all []Scenario, names []string) ([]Scenario, error) {
	if len(names) == 0 {
		return all, nil
	}
	var chosen []Scenario
	for _, name := range names {
		at := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
		chosen = append(chosen, all[at])
	}
	return chosen, nil
}

// Machine describes where it was measured: numbers of different machines do not compare.
func Machine() string {
	return fmt.Sprintf("%d cores (%s), %s, %s/%s; server, database, stand-ins and load together on it",
		runtime.NumCPU(), processor(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func processor() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown"
	}
	for line := range strings.Lines(string(info)) {
		if name, found := strings.CutPrefix(line, "model name"); found {
			return strings.TrimSpace(strings.TrimLeft(name, "\t :"))
		}
	}
	return "unknown"
}

// Header is the first line of a table of results.
func Header() string {
	return "| scenario | database | acked | refused | answered | lost | doubled | untagged | answers/s | ack p50/p99 ms | " +
		"overhead p50/p99 ms | last reply s | peak MiB | statements | commits |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
}

// Row is a result as a line of that table.
func (r Result) Row() string {
	return fmt.Sprintf("| %s | %s | %d | %d | %d | %d | %d | %d | %.0f | %.1f / %.1f | %.1f / %.1f | %.2f | %.0f | %.1f | %.2f |",
		r.Scenario, r.Database, r.Acked, r.Refused, r.Answered, r.Lost, r.Doubled, r.Untagged, r.AnsweredPerSecond,
		r.AckP50, r.AckP99, r.OverheadP50, r.OverheadP99, r.LastReply, r.RSS, r.StatementsPerMessage, r.CommitsPerMessage)
}
