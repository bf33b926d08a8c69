package config_test

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/config"
)

// load reads settings from pairs of name and value.
func load(pairs ...string) (config.Config, error) {
	return config.Load(func(name string) (string, bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	})
}

func key() string { return base64.StdEncoding.EncodeToString(make([]byte, 32)) }

const secret = "0123456789abcdef0123456789abcdef"

func TestWithoutSettingsItRuns(t *testing.T) {
	t.Parallel()
	c, err := load()
	if err != nil {
		t.Fatal(err)
	}
	if c.Port != 8080 || c.DataDir != "./data" || c.DatabaseURL != "" || c.LLMTimeout != 20*time.Second ||
		c.Registration != "closed" || c.Demo != "auto" || len(c.Models()) != 0 || len(c.NotUsedYet) != 0 {
		t.Errorf("got %+v", c)
	}
	if c.Open() != "http://127.0.0.1:8080" {
		t.Errorf("open %s", c.Open())
	}
}

func TestWhatIsSetIsTaken(t *testing.T) {
	t.Parallel()
	c, err := load(
		"PORT", " 9000 ", "PUBLIC_URL", "https://parley.example.com/", "DATABASE_URL", "postgres://u:p@db/parley",
		"DATABASE_APP_URL", "postgresql://app:p@db/parley", "JWT_SECRET", secret, "MASTER_KEY", key(),
		"TRUSTED_PROXIES", "10.0.0.0/8, 192.0.2.1", "LLM_API_KEY", "sk-1", "LLM_TIMEOUT", "5s",
		"WHATSAPP_PHONE_NUMBER_ID", "106540352242922", "WHATSAPP_ACCESS_TOKEN", "EAAG", "WHATSAPP_APP_SECRET", "s",
		"WHATSAPP_MPS", "80", "DEMO", "off", "STRIPE_SECRET_KEY", "sk_test", "RAILWAY_PUBLIC_DOMAIN", "up.example.com",
	)
	if err != nil {
		t.Fatal(err)
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.1/32")}
	switch {
	case c.Port != 9000, c.PublicURL != "https://parley.example.com", c.Open() != c.PublicURL:
		t.Errorf("addresses: %d %s", c.Port, c.PublicURL)
	case c.DatabaseURL != "postgres://u:p@db/parley", c.DatabaseAppURL == "", c.JWTSecret != secret:
		t.Error("the database's")
	case !slices.Equal(c.TrustedProxies, proxies):
		t.Errorf("proxies %v", c.TrustedProxies)
	case len(c.Models()) != 1, c.LLMKey != "sk-1", c.LLMTimeout != 5*time.Second:
		t.Error("the model's")
	case c.WhatsApp.PhoneNumberID != "106540352242922", c.WhatsApp.MessagesPerSecond != 80:
		t.Errorf("WhatsApp's: %+v", c.WhatsApp)
	case !slices.Equal(c.NotUsedYet, []string{"STRIPE_SECRET_KEY"}):
		t.Errorf("not used yet: %v", c.NotUsedYet)
	}
}

func TestThePublicAddressComesFromRailway(t *testing.T) {
	t.Parallel()
	c, err := load("RAILWAY_PUBLIC_DOMAIN", "parley.up.railway.app")
	if err != nil || c.PublicURL != "https://parley.up.railway.app" {
		t.Errorf("got %s, %v", c.PublicURL, err)
	}
}

func TestEverythingThatIsWrongIsNamedAtOnceWithWhatItMustBe(t *testing.T) {
	t.Parallel()
	_, err := load(
		"PORT", "0", "PUBLIC_URL", "parley.example.com", "DATABASE_URL", "mysql://db", "TRUSTED_PROXIES", "10.0.0.0/8,nonsense",
		"JWT_SECRET", "short", "MASTER_KEY", "bm90IDMy", "LLM_TIMEOUT", "2h", "WHATSAPP_MPS", "many", "REGISTRATION", "maybe",
		"LOG_LEVEL", "loud", "GRAPH_BASE_URL", "ftp://x",
	)
	if err == nil {
		t.Fatal("all of that was taken")
	}
	for name, want := range map[string]string{
		"PORT": "1 to 65535", "PUBLIC_URL": "https://", "DATABASE_URL": "postgres://", "TRUSTED_PROXIES": "nonsense",
		"JWT_SECRET": "32 random characters", "MASTER_KEY": "openssl rand", "LLM_TIMEOUT": "1s to 60s", "WHATSAPP_MPS": "0 to 1000",
		"REGISTRATION": "closed, invite, open", "LOG_LEVEL": "debug", "GRAPH_BASE_URL": "https://",
	} {
		if !line(err, name, want) {
			t.Errorf("%s: no word of %q in\n%v", name, want, err)
		}
	}
	if strings.Contains(err.Error(), "bm90IDMy") || strings.Contains(err.Error(), "short,") {
		t.Errorf("a secret is repeated: %v", err)
	}
}

// line reports whether the error's line about a setting says so.
func line(err error, name, want string) bool {
	for l := range strings.Lines(err.Error()) {
		if strings.HasPrefix(l, name+" ") && strings.Contains(l, want) {
			return true
		}
	}
	return false
}

func TestWhatSettingsAskOfEachOther(t *testing.T) {
	t.Parallel()
	_, err := load("DATABASE_URL", "postgres://db/parley")
	if err == nil || !strings.Contains(err.Error(), "JWT_SECRET is required") || !strings.Contains(err.Error(), "MASTER_KEY is required") ||
		!strings.Contains(err.Error(), "openssl rand -base64 32") {
		t.Errorf("got %v", err)
	}
	_, err = load("WHATSAPP_PHONE_NUMBER_ID", "1")
	if err == nil || !strings.Contains(err.Error(), "WHATSAPP_ACCESS_TOKEN") {
		t.Errorf("got %v", err)
	}
}

func TestASecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	s := config.Secret("sk-very-secret")
	for _, printed := range []string{fmt.Sprint(s), fmt.Sprintf("%v %s", s, s), fmt.Sprintf("%+v", struct{ K config.Secret }{s})} {
		if strings.Contains(printed, "very") || !strings.Contains(printed, "(set)") {
			t.Errorf("printed %s", printed)
		}
	}
	if config.Secret("").String() != "" {
		t.Error("an empty secret looks set")
	}
}

func TestTheDocumentsNameEverySetting(t *testing.T) {
	t.Parallel()
	page, example := config.Markdown(), config.Example()
	for _, s := range config.Settings() {
		if !strings.Contains(page, "| `"+s.Name+"` |") || !strings.Contains(example, "\n# "+s.Name+"="+s.Default+"\n") {
			t.Errorf("%s is missing", s.Name)
		}
		if s.Means == "" {
			t.Errorf("%s means nothing", s.Name)
		}
	}
	names := map[string]bool{}
	for _, s := range config.Settings() {
		if names[s.Name] {
			t.Errorf("%s is there twice", s.Name)
		}
		names[s.Name] = true
	}
}
