package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// brk is one patch: what it breaks, and the tests that must notice.
type brk struct {
	file   string
	what   string
	quick  bool
	guards []guard
}

// readBreaks reads the patches of a folder in the order of their names; with names given, only those.
func readBreaks(dir string, quick bool, names []string) ([]brk, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.patch"))
	if err != nil {
		return nil, err
	}
	var breaks []brk
	for _, file := range files {
		if len(names) > 0 && !slices.Contains(names, strings.TrimSuffix(filepath.Base(file), ".patch")) {
			continue
		}
		b, err := readBreak(file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if b.quick || !quick {
			breaks = append(breaks, b)
		}
	}
	return breaks, nil
}

func readBreak(file string) (brk, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return brk{}, err
	}
	b := brk{file: file}
	if b.file, err = filepath.Abs(file); err != nil {
		return brk{}, err
	}
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "diff ") {
		key, value, _ := strings.Cut(lines.Text(), ": ")
		switch key {
		case "Break":
			b.what = value
		case "Quick":
			b.quick = value == "yes"
		case "Red":
			g, err := parseGuard(value)
			if err != nil {
				return brk{}, err
			}
			b.guards = append(b.guards, g)
		}
	}
	if b.what == "" || len(b.guards) == 0 {
		return brk{}, errors.New("wants a line `Break: …` and at least one `Red: …` above the diff")
	}
	return b, lines.Err()
}

// apply puts the patch into the copy, or takes it out. One line of context is enough, so that code may move around it.
func (b brk) apply(copied string, reverse bool) error {
	args := []string{"apply", "-C1"}
	if reverse {
		args = append(args, "--reverse")
	}
	cmd := exec.Command("git", append(args, b.file)...)
	cmd.Dir = copied
	cmd.Env = append(os.Environ(), "GIT_CEILING_DIRECTORIES="+filepath.Dir(copied))
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// copyTree copies what git tracks or would track, as it is in the work tree now, and links what npm installed.
func copyTree(copied string) error {
	list, err := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(list), "\x00"), "\x00") {
		if err := copyFile(name, filepath.Join(copied, name)); err != nil {
			return err
		}
	}
	modules, err := filepath.Abs("web/node_modules")
	if err != nil {
		return err
	}
	if _, err := os.Stat(modules); err != nil {
		return nil
	}
	return os.Symlink(modules, filepath.Join(copied, "web", "node_modules"))
}

func copyFile(from, to string) error {
	info, err := os.Lstat(from)
	if os.IsNotExist(err) {
		return nil // deleted, not committed yet
	}
	if err != nil || !info.Mode().IsRegular() {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode().Perm())
}
