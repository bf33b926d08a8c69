// Package mail is the door to people's mailboxes: short letters with one link, by SMTP or by SendGrid's API. It keeps
// nothing and tries once; whoever must be sure inserts a job that sends.
//
// What may be relied on: nothing of a letter reaches a header but what fits on one line; a password never crosses a line
// that is not encrypted, except on this machine; an error says neither a secret nor an address.
package mail

import (
	"context"
	"crypto/tls"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"

	"parley/internal/errs"
)

// Letter is what one person is told.
type Letter struct {
	To      string // one address, without a name
	Subject string
	Text    string // paragraphs, with empty lines between
	Link    string // what the letter is about, "" for none
	Action  string // what the link does, in a few words
}

// Sender sends letters. A letter that is refused for good is Invalid; everything else may succeed later.
type Sender interface {
	Send(ctx context.Context, l Letter) error
}

// Options are what can be chosen. With neither SMTP nor a key there is no mail.
type Options struct {
	SMTP        string // smtps://user:password@host:465, or smtp://… with STARTTLS
	SendGridKey string // of SendGrid's API; SMTP goes before it
	SendGridURL string // "" is SendGrid's own
	From        string // an address, with or without a name
	Clock       func() time.Time
	TLS         *tls.Config // of SMTP; nil trusts what the machine trusts
}

// patience bounds one letter, from the first byte to the last.
const patience = 30 * time.Second

// New makes a Sender, nil when there is no mail.
func New(o Options) (Sender, error) {
	if o.SMTP == "" && o.SendGridKey == "" {
		return nil, nil //nolint:nilnil // no mail is a choice, not a failure
	}
	from, err := mail.ParseAddress(o.From)
	if err != nil {
		return nil, errs.New(errs.Invalid, "MAIL_FROM must be an e-mail address, such as Parley <parley@example.com>")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.SMTP == "" {
		return newSendGrid(o, from), nil
	}
	u, err := url.Parse(o.SMTP)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errs.New(errs.Invalid, "SMTP_URL must be an address such as smtps://user:password@host:465 or smtp://host:587")
	}
	return newSMTP(o, u, from), nil
}

// checked is a letter whose parts fit where they go.
func checked(l Letter) (Letter, error) {
	to, err := mail.ParseAddress(l.To)
	if err != nil || to.Name != "" || to.Address != l.To || strings.ContainsFunc(l.To, unicode.IsControl) || len(l.To) > 254 {
		return l, errs.New(errs.Invalid, "This is no address a mail can go to.")
	}
	l.Subject = oneLine(l.Subject, 200)
	l.Action = oneLine(l.Action, 100)
	l.Text = strings.TrimSpace(l.Text)
	return l, nil
}

// oneLine makes whatever would end a header, or reach another one, a space.
func oneLine(s string, most int) string {
	runes := []rune(strings.ToValidUTF8(s, ""))
	for i, r := range runes {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			runes[i] = ' '
		}
	}
	return strings.TrimSpace(string(runes[:min(len(runes), most)]))
}

func refused(code int) error {
	return errs.New(errs.Invalid, "The mail server refuses this mail (%d).", code)
}

func later(code int) error {
	return errs.New(errs.Unavailable, "The mail server does not take mails now (%d).", code)
}

func unreachable() error {
	return errs.New(errs.Unavailable, "The mail server cannot be reached.")
}
