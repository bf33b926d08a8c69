package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const room = "package room\n\n// Open says so.\nfunc Open(key string) bool {\n\treturn key == \"right\"\n}\n"

const roomTest = `package room

import "testing"

func TestWrongKeysAreRefused(t *testing.T) {
	if Open("wrong") {
		t.Error("opened")
	}
}

func TestNothing(t *testing.T) {}
`

const patch = `Break: any key opens
Red: go ./room %TEST%
Quick: yes

diff --git a/room/room.go b/room/room.go
--- a/room/room.go
+++ b/room/room.go
@@ -3,4 +3,4 @@
 // Open says so.
 func Open(key string) bool {
-	return key == "right"
+	return key != ""
 }
`

// project makes a work tree of git with one room, and a patch that wants one of its tests to go red.
func project(t *testing.T, text string) {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	for name, text := range map[string]string{
		"go.mod": "module house\n\ngo 1.26\n", "room/room.go": room, "room/room_test.go": roomTest,
		"tools/breaks/any-key.patch": text,
	} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("git", "init", "-q").CombinedOutput(); err != nil {
		t.Fatalf("git init: %v\n%s", err, out)
	}
}

func TestABreakIsNoticed(t *testing.T) {
	project(t, strings.ReplaceAll(patch, "%TEST%", "TestWrongKeysAreRefused"))
	if err := run(true, false, nil); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile("room/room.go"); string(text) != room {
		t.Error("the work tree itself was changed")
	}
}

func TestATestThatStaysGreenIsReported(t *testing.T) {
	project(t, strings.ReplaceAll(patch, "%TEST%", "TestNothing"))
	if err := run(false, false, nil); err == nil || !strings.Contains(err.Error(), "unnoticed") {
		t.Errorf("want it reported, got %v", err)
	}
}

func TestATestThatIsNotThereIsReported(t *testing.T) {
	project(t, strings.ReplaceAll(patch, "%TEST%", "TestNowhere"))
	if err := run(false, false, nil); err == nil || !strings.Contains(err.Error(), "no such test") {
		t.Errorf("want it reported, got %v", err)
	}
}

func TestABreakThatDoesNotBuildProvesNothing(t *testing.T) {
	text := strings.ReplaceAll(patch, "%TEST%", "TestWrongKeysAreRefused")
	project(t, strings.ReplaceAll(text, `key != ""`, "neverHeardOf"))
	if err := run(false, false, nil); err == nil {
		t.Error("code that does not build counted as red")
	}
}

func TestAPatchThatNoLongerFitsIsReported(t *testing.T) {
	text := strings.ReplaceAll(patch, "%TEST%", "TestWrongKeysAreRefused")
	project(t, strings.ReplaceAll(text, `-	return key == "right"`, `-	return key == "other"`))
	if err := run(false, false, nil); err == nil {
		t.Error("a patch that does not apply passed")
	}
}

func TestAPatchMustSayWhatItBreaksAndWhoNotices(t *testing.T) {
	project(t, "Break: any key opens\n\ndiff --git a/x b/x\n")
	if _, err := readBreaks("tools/breaks", false, nil); err == nil {
		t.Error("a patch without a test to go red was taken")
	}
}
