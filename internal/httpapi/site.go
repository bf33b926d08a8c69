package httpapi

import (
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// site serves the built dashboard: files by name, and index.html for every page the browser routes itself. Files with
// a hash in their name never change.
func (s *Server) site() http.Handler {
	files := http.FileServerFS(s.o.Site)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.NotFound(w, r)
			return
		}
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if info, err := fs.Stat(s.o.Site, name); name != "" && err == nil && !info.IsDir() {
			if strings.HasPrefix(name, "assets/") {
				w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			}
			files.ServeHTTP(w, r)
			return
		}
		if path.Ext(name) != "" || strings.HasPrefix(name, "assets/") || strings.HasPrefix(name, "webhooks/") {
			http.NotFound(w, r)
			return
		}
		s.index(w)
	})
}

func (s *Server) index(w http.ResponseWriter) {
	page, err := fs.ReadFile(s.o.Site, "index.html")
	if err != nil {
		http.Error(w, "The dashboard is not part of this build. Build it with: make build", http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(page)
}
