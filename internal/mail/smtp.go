package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"time"

	"parley/internal/errs"
)

// smtpDoor sends by SMTP, one connection a letter.
type smtpDoor struct {
	host, address  string
	secret         bool // encrypted from the first byte
	user, password string
	from           *mail.Address
	tls            *tls.Config
	clock          func() time.Time
}

func newSMTP(o Options, u *url.URL, from *mail.Address) *smtpDoor {
	port := u.Port()
	if port == "" {
		port = map[string]string{"smtp": "587", "smtps": "465"}[u.Scheme]
	}
	d := &smtpDoor{
		host: u.Hostname(), address: net.JoinHostPort(u.Hostname(), port), secret: u.Scheme == "smtps", from: from, clock: o.Clock,
	}
	if u.User != nil {
		d.user = u.User.Username()
		d.password, _ = u.User.Password()
	}
	d.tls = &tls.Config{MinVersion: tls.VersionTLS12}
	if o.TLS != nil {
		d.tls = o.TLS.Clone()
	}
	d.tls.ServerName = d.host
	return d
}

// Send sends a letter.
func (d *smtpDoor) Send(ctx context.Context, l Letter) error {
	l, err := checked(l)
	if err != nil {
		return err
	}
	raw, err := written(l, d.from, d.clock())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, err := d.dial(ctx)
	if err != nil {
		return unreachable()
	}
	// Whatever ends the context ends the conversation.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	return said(d.converse(conn, l.To, raw))
}

func (d *smtpDoor) dial(ctx context.Context) (net.Conn, error) {
	if d.secret {
		return (&tls.Dialer{Config: d.tls}).DialContext(ctx, "tcp", d.address)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", d.address)
}

func (d *smtpDoor) converse(conn net.Conn, to string, raw []byte) error {
	c, err := smtp.NewClient(conn, d.host)
	if err != nil {
		_ = conn.Close()
		return err
	}
	defer func() { _ = c.Close() }()
	if err := d.encrypt(c); err != nil {
		return err
	}
	if d.user != "" {
		if err := c.Auth(smtp.PlainAuth("", d.user, d.password, d.host)); err != nil {
			return notIn(err)
		}
	}
	if err := c.Mail(d.from.Address); err != nil {
		return err
	}
	if err := c.Rcpt(to); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(raw); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the letter was taken; how they part does not matter
	return nil
}

// encrypt goes on encrypted. A server that cannot is refused, unless it is this machine.
func (d *smtpDoor) encrypt(c *smtp.Client) error {
	if d.secret {
		return nil
	}
	if can, _ := c.Extension("STARTTLS"); can {
		return c.StartTLS(d.tls)
	}
	if ip := net.ParseIP(d.host); d.host == "localhost" || ip != nil && ip.IsLoopback() {
		return nil
	}
	return errs.New(errs.Unavailable, "The mail server does not encrypt (STARTTLS).")
}

// notIn keeps a server that takes our password for a wrong one from ending letters: the operator may set it right.
func notIn(err error) error {
	if _, is := errors.AsType[*textproto.Error](err); is {
		return errs.New(errs.Unavailable, "The mail server does not take the user and password of SMTP_URL.")
	}
	return err
}

// said is what a failure says to us: a code, and nothing the server wrote, which may repeat an address.
func said(err error) error {
	if err == nil || errs.KindOf(err) != errs.Internal {
		return err
	}
	reply, is := errors.AsType[*textproto.Error](err)
	switch {
	case !is:
		return unreachable()
	case reply.Code >= 500:
		return refused(reply.Code)
	}
	return later(reply.Code)
}
