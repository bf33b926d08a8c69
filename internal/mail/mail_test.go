package mail_test

import (
	"bufio"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"parley/internal/errs"
	"parley/internal/mail"
)

var letter = mail.Letter{
	To: "ann@acme.example", Subject: "Grüße\r\nBcc: eve@evil.example", Text: "Hello <b>Ann</b>.\n\nhttps://evil.example says hi.\n.",
	Link: "https://parley.example/reset#to&ken", Action: "Choose a password",
}

// server is a mail server that says one thing to each command, on this machine; with "" it takes everything.
func server(t *testing.T, refuse map[string]string) (address string, got chan string) {
	t.Helper()
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	got = make(chan string, 1)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go converse(conn, refuse, got)
		}
	}()
	return l.Addr().String(), got
}

func converse(conn net.Conn, refuse map[string]string, got chan<- string) {
	defer func() { _ = conn.Close() }()
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	in := bufio.NewReader(conn)
	say("220 here")
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb := strings.ToUpper(strings.Fields(line + " x")[0])
		switch no := refuse[verb]; {
		case no == "hangs up":
			return
		case no != "":
			say(no)
		case verb == "EHLO":
			say("250-here\r\n250 AUTH PLAIN")
		case verb == "AUTH":
			say("235 in")
		case verb == "DATA":
			say("354 go on")
			var all strings.Builder
			for {
				line, err := in.ReadString('\n')
				if err != nil || line == ".\r\n" {
					break
				}
				if strings.HasPrefix(line, "..") {
					line = line[1:]
				}
				all.WriteString(line)
			}
			got <- all.String()
			say("250 taken")
		default:
			say("250 yes")
		}
	}
}

func sender(t *testing.T, o mail.Options) mail.Sender {
	t.Helper()
	o.From, o.Clock = "Parley <parley@acme.example>", func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }
	s, err := mail.New(o)
	if err != nil || s == nil {
		t.Fatalf("no sender: %v", err)
	}
	return s
}

func TestALetterArrivesAsItWasMeant(t *testing.T) {
	t.Parallel()
	address, got := server(t, nil)
	if err := sender(t, mail.Options{SMTP: "smtp://u:p@" + address}).Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	m, err := netmail.ReadMessage(strings.NewReader(<-got))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "Grüße  Bcc: eve@evil.example" || m.Header.Get("Bcc") != "" || len(m.Header) != 8 {
		t.Errorf("the headers are %v", m.Header)
	}
	if m.Header.Get("To") != "<ann@acme.example>" || m.Header.Get("From") != `"Parley" <parley@acme.example>` {
		t.Errorf("it is from %s to %s", m.Header.Get("From"), m.Header.Get("To"))
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	text, page := part(t, parts), part(t, parts)
	if !strings.Contains(text, letter.Text) || !strings.Contains(text, letter.Link) {
		t.Errorf("the text is %q", text)
	}
	if strings.Contains(page, "<b>") || strings.Count(page, "<a ") != 1 || !strings.Contains(page, `href="https://parley.example/reset#to&amp;ken"`) {
		t.Errorf("the page is %q", page)
	}
}

func part(t *testing.T, parts *multipart.Reader) string {
	t.Helper()
	p, err := parts.NextRawPart()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(quotedprintable.NewReader(p))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(raw), "\r\n", "\n")
}

func TestAFailureSaysWhetherToTryAgainAndNoSecret(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refuse map[string]string
		kind   errs.Kind
	}{
		"nobody of that name":   {map[string]string{"RCPT": "550 no ann@acme.example here"}, errs.Invalid},
		"a full mailbox":        {map[string]string{"RCPT": "452 ann@acme.example is full"}, errs.Unavailable},
		"a password that is no": {map[string]string{"AUTH": "535 hunter2 is wrong"}, errs.Unavailable},
		"a line that breaks":    {map[string]string{"MAIL": "hangs up"}, errs.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, _ := server(t, c.refuse)
			err := sender(t, mail.Options{SMTP: "smtp://ann:hunter2@" + address}).Send(t.Context(), letter)
			if errs.KindOf(err) != c.kind || strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "acme.example") {
				t.Errorf("it says %v", err)
			}
		})
	}
	_, err := mail.New(mail.Options{SMTP: "smtps://u:hunter2@[bad", From: "p@acme.example"})
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a setting that is wrong says %v", err)
	}
}

func TestWhatIsNoAddressIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	address, got := server(t, nil)
	s := sender(t, mail.Options{SMTP: "smtp://" + address})
	for _, to := range []string{"", "ann", "a@b\r\nRCPT TO:<eve@evil.example>", "Ann <ann@acme.example>", "a@b, c@d"} {
		l := letter
		l.To = to
		if err := s.Send(t.Context(), l); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", to, err)
		}
	}
	if len(got) > 0 {
		t.Error("a letter went out")
	}
}

func TestSendGridIsAskedInItsWords(t *testing.T) {
	t.Parallel()
	status := http.StatusAccepted
	var body map[string]any
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/v3/mail/send" || r.Header.Get("Authorization") != "Bearer SG.hunter2" {
			t.Errorf("asked %s with %s", r.URL, r.Header.Get("Authorization"))
		}
		_ = json.NewDecoder(r.Body).Decode(&body)
		w.WriteHeader(status)
	}))
	t.Cleanup(s.Close)
	door := sender(t, mail.Options{SendGridKey: "SG.hunter2", SendGridURL: s.URL})
	if err := door.Send(t.Context(), letter); err != nil {
		t.Fatal(err)
	}
	if body["subject"] != "Grüße  Bcc: eve@evil.example" {
		t.Errorf("it was sent %v", body)
	}
	for code, kind := range map[int]errs.Kind{400: errs.Invalid, 401: errs.Unavailable, 429: errs.Unavailable, 500: errs.Unavailable} {
		status = code
		if err := door.Send(t.Context(), letter); errs.KindOf(err) != kind || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%d says %v", code, err)
		}
	}
	s.Close()
	if err := door.Send(t.Context(), letter); !errs.Is(err, errs.Unavailable) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a server that is away says %v", err)
	}
}
