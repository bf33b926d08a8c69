package app_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/llm/llmfake"
	"parley/internal/testkit"
	"parley/internal/whatsapp/metasim"
)

// picture is as much of a JPEG as tells it from anything else, and something to find again.
func picture(n int) []byte {
	return append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), bytes.Repeat([]byte("nobody's business "), n/18+1)...)
}

var (
	pdf     = []byte("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n")
	webPage = []byte("<!doctype html><html><script>alert(1)</script></html>")
)

// attaches lets Ada send Acme a file and waits until it is here, or given up; it gives the message as the thread has it.
func attaches(t *testing.T, w *testkit.World, a metasim.Attachment) shownLine {
	t.Helper()
	_, err := w.Meta.Attach(waitContext(t), w.Acme.Number, testkit.Ada, a)
	must(t, err)
	return arrives(t, w)
}

func arrives(t *testing.T, w *testkit.World) (file shownLine) {
	t.Helper()
	w.Eventually("the file is here, or given up", func() bool {
		for _, l := range readsLines(t, w, w.Acme, w.Only(w.Acme).ID) {
			if l.Sender == "customer" && l.File != nil {
				file = l
			}
		}
		return file.File != nil && file.File.State != "wanted"
	})
	w.Settles()
	return file
}

func quietly(w *testkit.World) {
	w.Quiet(w.Acme, 0)
	w.Model.Otherwise(llmfake.Text("How can I help you?"))
}

func TestAPictureIsCopiedAtOnceSealedAndGivenOutSafely(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		quietly(w)
		data := picture(200_000)
		l := attaches(t, w, metasim.Attachment{Kind: "image", MIME: "image/jpeg", Caption: "Is this it?", Data: data})
		if l.Text != "Is this it?" || l.File.State != "here" || l.File.Type != "image/jpeg" {
			t.Fatalf("the line is %+v %+v", l, l.File)
		}
		answer, body := w.Downloads(w.Acme, l.ID, "")
		if answer.StatusCode != http.StatusOK || !bytes.Equal(body, data) {
			t.Fatalf("%d, %d bytes of %d", answer.StatusCode, len(body), len(data))
		}
		for name, want := range map[string]string{
			"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "sandbox; default-src 'none'", "Content-Disposition": "attachment",
			"Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		answer, body = w.Downloads(w.Acme, l.ID, "bytes=70000-70009")
		if answer.StatusCode != http.StatusPartialContent || !bytes.Equal(body, data[70000:70010]) {
			t.Errorf("a range: %d, %q", answer.StatusCode, body)
		}
		if answer, _ := w.Downloads(w.Zeta, l.ID, ""); answer.StatusCode != http.StatusNotFound {
			t.Errorf("Zeta asked for it: %d", answer.StatusCode)
		}
		if answer, _ := w.Downloads(testkit.Tenant{}, l.ID, ""); answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("nobody asked for it: %d", answer.StatusCode)
		}
		if answer, _ := w.Downloads(w.Acme, "019a0000-0000-7000-8000-000000000000", ""); answer.StatusCode != http.StatusNotFound {
			t.Errorf("of no message: %d", answer.StatusCode)
		}
		if found := readable(t, w.Files(), "nobody's business"); len(found) != 0 {
			t.Errorf("on the disk it can be read in %v", found)
		}
	})
}

// readable lists the files under a folder that hold words in the clear.
func readable(t *testing.T, folder, words string) (found []string) {
	t.Helper()
	files := 0
	must(t, filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		files++
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(words)) {
			found = append(found, path)
		}
		return err
	}))
	if files == 0 {
		t.Error("there is no file at all")
	}
	return found
}

func TestAFilesTypeIsWhatItsBytesSay(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		quietly(w)
		for _, one := range []struct {
			a    metasim.Attachment
			want string
		}{
			{metasim.Attachment{Kind: "image", MIME: "image/jpeg", Data: webPage}, "application/octet-stream"},
			{metasim.Attachment{Kind: "document", MIME: "text/html", Filename: "page.html", Data: webPage}, "application/octet-stream"},
			{metasim.Attachment{Kind: "document", MIME: "image/svg+xml", Filename: "a.svg", Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`)}, "application/octet-stream"},
			{metasim.Attachment{Kind: "document", MIME: "application/octet-stream", Filename: "Rechnung März.pdf", Data: pdf}, "application/pdf"},
			{metasim.Attachment{Kind: "audio", MIME: "audio/ogg; codecs=opus", Voice: true, Data: []byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00OpusHead")}, "audio/ogg"},
			{metasim.Attachment{Kind: "document", MIME: "text/plain", Filename: "notes.txt", Data: []byte("only words")}, "text/plain"},
		} {
			l := attaches(t, w, one.a)
			answer, body := w.Downloads(w.Acme, l.ID, "")
			if got := answer.Header.Get("Content-Type"); got != one.want || l.File.Type != one.want || !bytes.Equal(body, one.a.Data) {
				t.Errorf("%s %q is %q, want %q", one.a.MIME, one.a.Filename, got, one.want)
			}
			if named := answer.Header.Get("Content-Disposition"); !strings.HasPrefix(named, "attachment") {
				t.Errorf("%q is to be opened as %q", one.a.Filename, named)
			}
		}
	})
}

func TestAFileThatIsHardToGetIsTriedAgain(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		quietly(w)
		for name, fault := range map[string]metasim.Fault{
			"Graph is down":           {Files: metasim.LookUp, Code: 131016},
			"the file server is down": {Files: metasim.Download, Status: http.StatusBadGateway},
			"the address has expired": {Files: metasim.Download, Status: http.StatusNotFound},
			"the line is cut":         {Files: metasim.Download, CutOff: true},
			"other bytes come":        {Files: metasim.Download, WrongBytes: true},
			"it is slow":              {Files: metasim.Download, Slow: 200 * time.Millisecond},
			"the line is reset":       {Files: metasim.Download, Reset: true},
		} {
			w.Meta.FailNext(1, fault)
			data := append(picture(70_000), name...)
			l := attaches(t, w, metasim.Attachment{Kind: "image", MIME: "image/jpeg", Data: data})
			if l.File.State != "here" {
				t.Errorf("%s: %+v", name, l.File)
				continue
			}
			if _, body := w.Downloads(w.Acme, l.ID, ""); !bytes.Equal(body, data) {
				t.Errorf("%s: other bytes", name)
			}
		}
		if left, err := os.ReadDir(filepath.Join(w.Files(), ".unfinished")); err != nil || len(left) != 0 {
			t.Errorf("unfinished: %v, %v", left, err)
		}
	})
}

func TestAFileThatCannotBeHadSaysWhyAndCanBeAskedForAgain(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		quietly(w)
		again := func(l shownLine) int {
			return w.Asks(w.Acme, http.MethodPost, "/api/messages/"+l.ID+"/media/fetch", nil, nil)
		}
		w.Meta.FailNext(-1, metasim.Fault{Files: metasim.LookUp, Code: 100})
		l := attaches(t, w, metasim.Attachment{Kind: "image", MIME: "image/jpeg", Data: picture(10)})
		if l.File.State != "failed" || l.File.Failure != "expired" {
			t.Fatalf("the file is %+v", l.File)
		}
		if answer, _ := w.Downloads(w.Acme, l.ID, ""); answer.StatusCode != http.StatusConflict {
			t.Errorf("downloading it said %d", answer.StatusCode)
		}
		w.Meta.Heal()
		if code := w.Asks(w.Zeta, http.MethodPost, "/api/messages/"+l.ID+"/media/fetch", nil, nil); code != http.StatusNotFound {
			t.Errorf("Zeta asked for it again: %d", code)
		}
		if code := again(l); code != http.StatusNoContent {
			t.Fatalf("asking again said %d", code)
		}
		if l = arrives(t, w); l.File.State != "here" {
			t.Fatalf("the file is %+v", l.File)
		}
		if code := again(l); code != http.StatusConflict {
			t.Errorf("asking again for what is here said %d", code)
		}
		w.Meta.FailNext(-1, metasim.Fault{Files: metasim.LookUp, WrongBytes: true})
		if l = attaches(t, w, metasim.Attachment{Kind: "image", MIME: "image/jpeg", Data: picture(20)}); l.File.Failure != "damaged" {
			t.Fatalf("what is always damaged is %+v", l.File)
		}
	})
}

func TestAPersonSendsAFile(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		quietly(w)
		w.Hears(w.Acme, testkit.Ada, "Do you have a photo?")
		w.Settles()
		talk := w.Only(w.Acme)
		data := picture(100_000)
		w.Meta.FailNext(1, metasim.Fault{Files: metasim.Upload, Code: 131016})
		w.Meta.FailNext(1, metasim.Fault{Files: metasim.Upload, Lost: true})
		if code, said := w.SendsFile(w.Acme, talk.ID, "C:\\photos\\desk.jpg", data, "Like this"); code != http.StatusCreated {
			t.Fatalf("sending said %d: %s", code, said)
		}
		if code := w.Replies(w.Acme, talk.ID, "In oak."); code != http.StatusCreated {
			t.Fatalf("replying said %d", code)
		}
		w.Settles()
		if got := w.Answers(w.Acme, testkit.Ada); !slices.Equal(got[1:], []string{"Like this", "In oak."}) {
			t.Fatalf("Ada got %q", got)
		}
		sent := w.Meta.Sent()[1]
		kind, uploaded := fileOf(t, w, sent)
		if sent.Kind != "image" || kind != "image/jpeg" || !bytes.Equal(uploaded, data) {
			t.Fatalf("%s, %s, %d bytes arrived", sent.Kind, kind, len(uploaded))
		}
		l := readsLines(t, w, w.Acme, talk.ID)[2]
		if l.Kind != "image" || l.Text != "Like this" || l.File == nil || l.File.Filename != "desk.jpg" || l.File.State != "here" {
			t.Fatalf("the line is %+v %+v", l, l.File)
		}
		if _, body := w.Downloads(w.Acme, l.ID, ""); !bytes.Equal(body, data) {
			t.Error("it comes back as other bytes")
		}
		if w.Only(w.Acme).Handler != "human" {
			t.Error("the AI still has the conversation")
		}
		for id, times := range w.Meta.Arrivals() {
			if times != 1 {
				t.Errorf("message %s arrived %d times", id, times)
			}
		}
	})
}

func TestWhatWhatsAppDoesNotTakeIsRefusedInWords(t *testing.T) {
	t.Parallel()
	testkit.Each(t, testkit.Options{}, func(t *testing.T, w *testkit.World) {
		quietly(w)
		w.Hears(w.Acme, testkit.Ada, "Hello")
		w.Settles()
		talk := w.Only(w.Acme)
		before := filesIn(t, w.Files())
		ogg := []byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00OpusHead")
		for name, one := range map[string]struct {
			data    []byte
			caption string
			as      testkit.Tenant
			want    int
			says    string
		}{
			"a page that calls itself a photo": {webPage, "", w.Acme, http.StatusUnprocessableEntity, "does not take this type"},
			"a program":                        {[]byte("MZ\x90\x00\x03\x00\x00\x00"), "", w.Acme, http.StatusUnprocessableEntity, "does not take this type"},
			"nothing":                          {nil, "", w.Acme, http.StatusUnprocessableEntity, "empty"},
			"a photo of 6 MB":                  {picture(6 << 20), "", w.Acme, http.StatusRequestEntityTooLarge, "up to 5 MB"},
			"a long caption":                   {picture(1), strings.Repeat("ä", 1025), w.Acme, http.StatusUnprocessableEntity, "1,024"},
			"a recording with words":           {ogg, "listen", w.Acme, http.StatusUnprocessableEntity, "no words"},
			"another tenant's":                 {picture(1), "", w.Zeta, http.StatusNotFound, ""},
		} {
			code, said := w.SendsFile(one.as, talk.ID, "photo.jpg", one.data, one.caption)
			if code != one.want || !strings.Contains(said, one.says) {
				t.Errorf("%s: %d %s, want %d", name, code, said, one.want)
			}
		}
		w.Settles()
		if len(w.Meta.Sent()) != 1 || filesIn(t, w.Files()) != before {
			t.Errorf("%d were sent, %d files are left", len(w.Meta.Sent()), filesIn(t, w.Files())-before)
		}
	})
}

func filesIn(t *testing.T, folder string) (n int) {
	t.Helper()
	must(t, filepath.WalkDir(folder, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		return err
	}))
	return n
}
