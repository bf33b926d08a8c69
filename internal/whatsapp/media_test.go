package whatsapp_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/whatsapp"
)

// door is a Client at a stand-in that answers as given, and the requests it saw.
func door(t *testing.T, answer http.HandlerFunc) (*whatsapp.Client, whatsapp.Credentials, *httptest.Server) {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	c := whatsapp.NewClient(whatsapp.ClientOptions{BaseURL: s.URL})
	t.Cleanup(c.Close)
	return c, whatsapp.Credentials{PhoneNumberID: "1", Token: "the-token"}, s
}

// The address of a file came in a body: the token goes to WhatsApp's hosts and to Graph's own, and nowhere else.
func TestTheTokenGoesToNoOtherHost(t *testing.T) {
	t.Parallel()
	asked := 0
	c, by, s := door(t, func(http.ResponseWriter, *http.Request) { asked++ })
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	t.Cleanup(elsewhere.Close)
	for _, address := range []string{
		elsewhere.URL + "/a", "http://lookaside.fbsbx.com/a", "https://lookaside.fbsbx.com.evil.example/a",
		"https://evil.example/lookaside.fbsbx.com", "https://fbcdn.net.evil.example/a", "https://169.254.169.254/latest",
		"https://user:word@lookaside.fbsbx.com/a", "https://lookaside.fbsbx.com:8443/a", "file:///etc/passwd", "", "::",
		strings.Replace(s.URL, "http://", "https://", 1) + "/a", "https://xfbcdn.net/a",
	} {
		var out bytes.Buffer
		err := c.Download(t.Context(), by, address, &out, 100)
		if err == nil || out.Len() > 0 {
			t.Errorf("%q was asked: %v", address, err)
		}
		if err != nil && strings.Contains(err.Error(), "the-token") {
			t.Errorf("the error of %q tells the token", address)
		}
	}
	if asked != 0 {
		t.Errorf("%d requests were made", asked)
	}
}

func TestADownloadIsBoundedAndDoesNotFollow(t *testing.T) {
	t.Parallel()
	c, by, s := door(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/whole":
			if r.Header.Get("Authorization") != "Bearer the-token" || r.Header.Get("User-Agent") == "" {
				w.WriteHeader(http.StatusUnauthorized)
				return
			}
			_, _ = io.WriteString(w, "0123456789")
		case "/announced":
			w.Header().Set("Content-Length", "11")
			_, _ = io.WriteString(w, "0123456789!")
		case "/endless":
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, strings.Repeat("x", 1000))
		case "/away":
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		case "/gone":
			http.NotFound(w, r)
		}
	})
	for path, want := range map[string]error{
		"/whole": nil, "/announced": whatsapp.ErrFileTooLarge, "/endless": whatsapp.ErrFileTooLarge, "/gone": whatsapp.ErrGone,
	} {
		var out bytes.Buffer
		err := c.Download(t.Context(), by, s.URL+path, &out, 10)
		if !errors.Is(err, want) || out.Len() > 11 {
			t.Errorf("%s: %v, %d bytes", path, err, out.Len())
		}
	}
	var out bytes.Buffer
	if err := c.Download(t.Context(), by, s.URL+"/away", &out, 10); err == nil {
		t.Error("a redirect was followed")
	}
}

func TestAnUploadStreamsAFormThatSaysTheFilesType(t *testing.T) {
	t.Parallel()
	c, by, _ := door(t, func(w http.ResponseWriter, r *http.Request) {
		part, header, err := r.FormFile("file")
		if err != nil {
			t.Error(err)
			return
		}
		raw, _ := io.ReadAll(part)
		if header.Header.Get("Content-Type") != "application/pdf" || header.Filename != "Ä \"offer\".pdf" || string(raw) != "%PDF" ||
			r.FormValue("messaging_product") != "whatsapp" || r.FormValue("type") != "application/pdf" {
			t.Errorf("%v %q %q", header.Header, header.Filename, raw)
		}
		_, _ = io.WriteString(w, `{"id": "904411223344700"}`)
	})
	id, err := c.Upload(t.Context(), by, "application/pdf", "Ä \"offer\".pdf", strings.NewReader("%PDF"))
	if err != nil || id != "904411223344700" {
		t.Fatalf("%q, %v", id, err)
	}
}

// How much of the form has left by then is chance, so the door judges nothing.
func TestAnUploadThatCannotBeReadSaysSo(t *testing.T) {
	t.Parallel()
	c, by, _ := door(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	if _, err := c.Upload(t.Context(), by, "application/pdf", "a.pdf", broken{}); err == nil || !strings.Contains(err.Error(), "the disk") {
		t.Errorf("a file that cannot be read: %v", err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }
