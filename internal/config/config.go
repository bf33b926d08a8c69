// Package config is every setting there is: its name, what it means, what it must be. Settings come from the
// environment and are read once, by cmd; rooms get values.
package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Secret is a value that is never printed.
type Secret string

// String hides the value from logs and errors.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "(set)"
}

// Config is what was set, checked.
type Config struct {
	Port           int
	PublicURL      string
	DataDir        string
	DatabaseURL    Secret
	DatabaseAppURL Secret
	RedisURL       Secret
	DrainTime      time.Duration
	TrustedProxies []netip.Prefix
	JWTSecret      Secret
	TokenLife      time.Duration
	MasterKey      Secret // base64 of 32 bytes; "" when it is to be generated beside the database

	LLMKey        Secret // of the endpoint at LLMBaseURL
	OpenRouterKey Secret
	LLMBaseURL    string
	LLMModel      string
	LLMTimeout    time.Duration

	GraphBaseURL string
	GraphVersion string
	WhatsApp     WhatsApp

	AdminEmail    string
	AdminPassword Secret
	Mail          Mail
	Registration  string // closed | invite | open
	Demo          string // auto | on | off
	MetricsToken  Secret
	LogLevel      string
	LogFormat     string

	// NotUsedYet are settings that were given and that this version does nothing with.
	NotUsedYet []string
}

// Mail is how mails leave; with neither SMTP nor a key there are none.
type Mail struct {
	SMTP        Secret
	SendGridKey Secret
	From        string
}

// WhatsApp is the default tenant's own number, when it is set.
type WhatsApp struct {
	PhoneNumberID     string
	AccessToken       Secret
	AppSecret         Secret
	AppID             string
	VerifyToken       Secret
	AccountID         string
	MessagesPerSecond int
}

// Setting is one line of the documentation.
type Setting struct {
	Name    string
	Default string
	Means   string
	set     func(c *Config, v string) error
}

// Endpoint is where a model is asked.
type Endpoint struct {
	BaseURL string
	Key     Secret
	Model   string
}

// Models are the endpoints of the model, the second to be asked when the first fails; none when none was set. An
// endpoint of one's own may need no key.
func (c Config) Models() (all []Endpoint) {
	own := c.LLMBaseURL != OpenRouter
	if own || c.LLMKey != "" {
		all = append(all, Endpoint{c.LLMBaseURL, c.LLMKey, c.LLMModel})
	}
	switch {
	case c.OpenRouterKey == "":
	case own:
		all = append(all, Endpoint{OpenRouter, c.OpenRouterKey, defaultModel})
	case c.LLMKey == "":
		all = append(all, Endpoint{OpenRouter, c.OpenRouterKey, c.LLMModel})
	}
	return all
}

// Open is the address to type into a browser.
func (c Config) Open() string {
	if c.PublicURL != "" {
		return c.PublicURL
	}
	return "http://127.0.0.1:" + strconv.Itoa(c.Port)
}

// Load reads the settings from a look-up such as os.LookupEnv. Everything that is wrong is named at once.
func Load(look func(name string) (string, bool)) (Config, error) {
	var c Config
	var wrong []error
	for _, s := range Settings() {
		v, given := look(s.Name)
		if v = strings.TrimSpace(v); !given || v == "" {
			v = s.Default
		}
		if v == "" || s.set == nil {
			if s.set == nil && v != "" {
				c.NotUsedYet = append(c.NotUsedYet, s.Name)
			}
			continue
		}
		if err := s.set(&c, v); err != nil {
			wrong = append(wrong, fmt.Errorf("%s must be %w", s.Name, err))
		}
	}
	if domain, ok := look("RAILWAY_PUBLIC_DOMAIN"); ok && domain != "" && c.PublicURL == "" {
		c.PublicURL = "https://" + domain
	}
	wrong = append(wrong, c.together()...)
	if len(wrong) > 0 {
		return c, fmt.Errorf("the settings cannot be used:\n%w", errors.Join(wrong...))
	}
	return c, nil
}

// together checks what settings ask of each other.
func (c Config) together() (wrong []error) {
	const make32 = "make one with: openssl rand -base64 32"
	if c.DatabaseURL != "" {
		if c.JWTSecret == "" {
			wrong = append(wrong, errors.New("JWT_SECRET is required with DATABASE_URL, the same for all processes; "+make32))
		}
		if c.MasterKey == "" {
			wrong = append(wrong, errors.New("MASTER_KEY is required with DATABASE_URL, the same for all processes; keep it safe, "+
				"without it sealed secrets are lost; "+make32))
		}
	}
	if w := c.WhatsApp; w.PhoneNumberID != "" && (w.AccessToken == "" || w.AppSecret == "") {
		wrong = append(wrong, errors.New("WHATSAPP_PHONE_NUMBER_ID needs WHATSAPP_ACCESS_TOKEN and WHATSAPP_APP_SECRET beside it"))
	}
	if m := c.Mail; m.From == "" && (m.SMTP != "" || m.SendGridKey != "") {
		wrong = append(wrong, errors.New("MAIL_FROM is required with SMTP_URL or SENDGRID_API_KEY: the address that mails come from"))
	}
	return wrong
}

func text(to func(c *Config) *string) func(*Config, string) error {
	return func(c *Config, v string) error { *to(c) = v; return nil }
}

func secret(to func(c *Config) *Secret) func(*Config, string) error {
	return func(c *Config, v string) error { *to(c) = Secret(v); return nil }
}

func oneOf(to func(c *Config) *string, words ...string) func(*Config, string) error {
	return func(c *Config, v string) error {
		if !slices.Contains(words, v) {
			return fmt.Errorf("one of %s, not %q", strings.Join(words, ", "), v)
		}
		*to(c) = v
		return nil
	}
}

func address(to func(c *Config) *string) func(*Config, string) error {
	return func(c *Config, v string) error {
		u, err := url.Parse(v)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return errors.New("an address that begins with https:// (or http://)")
		}
		*to(c) = strings.TrimSuffix(v, "/")
		return nil
	}
}

func number(to func(c *Config) *int, least, most int) func(*Config, string) error {
	return func(c *Config, v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < least || n > most {
			return fmt.Errorf("a number from %d to %d, not %q", least, most, v)
		}
		*to(c) = n
		return nil
	}
}

func postgres(to func(c *Config) *Secret) func(*Config, string) error {
	return func(c *Config, v string) error {
		if !strings.HasPrefix(v, "postgres://") && !strings.HasPrefix(v, "postgresql://") {
			return errors.New("a PostgreSQL address: postgres://user:password@host:5432/name")
		}
		*to(c) = Secret(v)
		return nil
	}
}

func smtpURL(c *Config, v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return errors.New("an address such as smtps://user:password@host:465, or smtp://user:password@host:587; " +
			"signs such as @ and / in a password are written as %40 and %2F")
	}
	c.Mail.SMTP = Secret(v)
	return nil
}

func mailFrom(c *Config, v string) error {
	if _, err := mail.ParseAddress(v); err != nil {
		return errors.New("an e-mail address, such as Parley <parley@example.com>")
	}
	c.Mail.From = v
	return nil
}

func prefixes(c *Config, v string) error {
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		p, err := netip.ParsePrefix(part)
		if err != nil {
			ip, err := netip.ParseAddr(part)
			if err != nil {
				return fmt.Errorf("addresses or networks with commas between, such as 10.0.0.0/8; %q is neither", part)
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		c.TrustedProxies = append(c.TrustedProxies, p)
	}
	return nil
}

func duration(to func(c *Config) *time.Duration, least, most time.Duration) func(*Config, string) error {
	return func(c *Config, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d < least || d > most {
			return fmt.Errorf("a time from %gs to %gs, such as 5s, not %q", least.Seconds(), most.Seconds(), v)
		}
		*to(c) = d
		return nil
	}
}

func masterKey(c *Config, v string) error {
	raw, err := base64.StdEncoding.DecodeString(v)
	if err != nil || len(raw) != 32 {
		return errors.New("32 random bytes in base64; make them with: openssl rand -base64 32")
	}
	c.MasterKey = Secret(v)
	return nil
}

func jwtSecret(c *Config, v string) error {
	if len(v) < 32 {
		return errors.New("at least 32 random characters; make them with: openssl rand -base64 32")
	}
	c.JWTSecret = Secret(v)
	return nil
}
