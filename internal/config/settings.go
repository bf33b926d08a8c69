package config

import (
	"strings"
	"time"
)

// OpenRouter is the endpoint that is asked unless another is set, defaultModel its model.
const (
	OpenRouter   = "https://openrouter.ai/api/v1"
	defaultModel = "openai/gpt-4.1-mini"
)

// Settings are all settings, in the order of the documentation.
func Settings() []Setting { //nolint:funlen // a table
	return []Setting{
		{"PORT", "8080", "The port to listen on.", number(func(c *Config) *int { return &c.Port }, 1, 65535)},
		{
			"PUBLIC_URL", "", "What browsers and Meta call this installation, with https://. Taken from " +
				"RAILWAY_PUBLIC_DOMAIN when that is set.",
			address(func(c *Config) *string { return &c.PublicURL }),
		},
		{
			"DATA_DIR", "./data", "Where the SQLite database, its keys and files lie.",
			text(func(c *Config) *string { return &c.DataDir }),
		},
		{
			"DATABASE_URL", "", "PostgreSQL: postgres://user:password@host:5432/name. Empty: SQLite in DATA_DIR.",
			postgres(func(c *Config) *Secret { return &c.DatabaseURL }),
		},
		{
			"DATABASE_APP_URL", "", "A second PostgreSQL login that does the work, when the first may not create " +
				"the role application_role.",
			postgres(func(c *Config) *Secret { return &c.DatabaseAppURL }),
		},
		{
			"REDIS_URL", "", "Redis, needed only when several processes serve one installation: it carries hints between them, and keeps " +
				"the limits they have in common.",
			secret(func(c *Config) *Secret { return &c.RedisURL }),
		},
		{
			"DRAIN_TIME", "0s", "How long a process that was told to stop still takes requests, while /api/ready says 503, so that a " +
				"balancer notices. 5s behind one.",
			duration(func(c *Config) *time.Duration { return &c.DrainTime }, 0, time.Minute),
		},
		{"TRUSTED_PROXIES", "", "Addresses or networks of proxies whose X-Forwarded-For is believed. Empty: none.", prefixes},
		{
			"JWT_SECRET", "", "Signs access tokens; at least 32 characters. Required with DATABASE_URL, else generated in " +
				"DATA_DIR.",
			jwtSecret,
		},
		{
			"ACCESS_TOKEN_LIFE", "10m", "How long an access token is good for before the page renews it; at most 10m.",
			duration(func(c *Config) *time.Duration { return &c.TokenLife }, 20*time.Second, 10*time.Minute),
		},
		{
			"MASTER_KEY", "", "Seals secrets; 32 bytes in base64. Required with DATABASE_URL, else generated in " +
				"DATA_DIR. Without it sealed secrets are lost.",
			masterKey,
		},
		{
			"OPENROUTER_API_KEY", "", "A key of OpenRouter for the model. Beside an LLM_BASE_URL of your own, OpenRouter is asked " +
				"when that one fails.",
			secret(func(c *Config) *Secret { return &c.OpenRouterKey }),
		},
		{
			"LLM_API_KEY", "", "A key of the endpoint at LLM_BASE_URL. Without a key, or LLM_BASE_URL, the " +
				"built-in answerer quotes the documents.",
			secret(func(c *Config) *Secret { return &c.LLMKey }),
		},
		{"LLM_BASE_URL", OpenRouter, "An OpenAI-compatible endpoint.", address(func(c *Config) *string { return &c.LLMBaseURL })},
		{"LLM_MODEL", defaultModel, "The model asked for.", text(func(c *Config) *string { return &c.LLMModel })},
		{
			"LLM_TIMEOUT", "20s", "How long one request to the model may take.",
			duration(func(c *Config) *time.Duration { return &c.LLMTimeout }, time.Second, time.Minute),
		},
		{
			"GRAPH_BASE_URL", "https://graph.facebook.com", "Meta's Graph API.",
			address(func(c *Config) *string { return &c.GraphBaseURL }),
		},
		{"GRAPH_VERSION", "v24.0", "The version of the Graph API.", text(func(c *Config) *string { return &c.GraphVersion })},
		{
			"WHATSAPP_PHONE_NUMBER_ID", "", "Meta's id of the default workspace's number. With it the number is connected at the start.",
			text(func(c *Config) *string { return &c.WhatsApp.PhoneNumberID }),
		},
		{
			"WHATSAPP_ACCESS_TOKEN", "", "The token to send with.",
			secret(func(c *Config) *Secret { return &c.WhatsApp.AccessToken }),
		},
		{
			"WHATSAPP_APP_SECRET", "", "The secret of the Meta app whose webhooks come to /webhooks/whatsapp.",
			secret(func(c *Config) *Secret { return &c.WhatsApp.AppSecret }),
		},
		{"WHATSAPP_APP_ID", "", "The id of that app.", text(func(c *Config) *string { return &c.WhatsApp.AppID })},
		{
			"WHATSAPP_WEBHOOK_VERIFY_TOKEN", "", "What you typed as verify token in Meta's console.",
			secret(func(c *Config) *Secret { return &c.WhatsApp.VerifyToken }),
		},
		{
			"WHATSAPP_BUSINESS_ACCOUNT_ID", "", "The WhatsApp business account of the number.",
			text(func(c *Config) *string { return &c.WhatsApp.AccountID }),
		},
		{
			"WHATSAPP_MPS", "0", "Messages a second one number may send; 0 leaves it to Meta.",
			number(func(c *Config) *int { return &c.WhatsApp.MessagesPerSecond }, 0, 1000),
		},
		{
			"ADMIN_EMAIL", "owner@example.com", "The first owner's e-mail address.",
			text(func(c *Config) *string { return &c.AdminEmail }),
		},
		{
			"ADMIN_PASSWORD", "", "The first owner's password. Empty: a temporary one is printed on a terminal, " +
				"else a one-time link is written to DATA_DIR/first-sign-in.",
			secret(func(c *Config) *Secret { return &c.AdminPassword }),
		},
		{
			"REGISTRATION", "closed", "Who may make a workspace: closed, invite or open.",
			oneOf(func(c *Config) *string { return &c.Registration }, "closed", "invite", "open"),
		},
		{
			"SMTP_URL", "", "The server that takes mails: smtps://user:password@host:465, or smtp://user:password@host:587 with STARTTLS. " +
				"Without it and SENDGRID_API_KEY no mails are sent; links are then shown to whoever makes them.",
			smtpURL,
		},
		{
			"SENDGRID_API_KEY", "", "A key of SendGrid's API, to send mails by it.",
			secret(func(c *Config) *Secret { return &c.Mail.SendGridKey }),
		},
		{"MAIL_FROM", "", "The address mails come from, such as Parley <parley@example.com>.", mailFrom},
		{
			"DEMO", "auto", "The built-in phone: on, off, or auto (until a real number is connected).",
			oneOf(func(c *Config) *string { return &c.Demo }, "auto", "on", "off"),
		},
		{
			"METRICS_TOKEN", "", "Bearer token for /metrics. Empty: only this machine may read it.",
			secret(func(c *Config) *Secret { return &c.MetricsToken }),
		},
		{
			"LOG_LEVEL", "info", "debug, info, warn or error.",
			oneOf(func(c *Config) *string { return &c.LogLevel }, "debug", "info", "warn", "error"),
		},
		{"LOG_FORMAT", "text", "text or json.", oneOf(func(c *Config) *string { return &c.LogFormat }, "text", "json")},
		{"STRIPE_SECRET_KEY", "", "Accepted, not used yet.", nil},
		{"SENTRY_DSN", "", "Accepted, not used yet.", nil},
	}
}

// Markdown is the page of all settings.
func Markdown() string {
	var b strings.Builder
	b.WriteString("# Settings\n\nSettings are environment variables, read once at the start. " +
		"Everything that is wrong is named at once. " +
		"This page is written from the program's own table (`make gen`).\n\n| setting | default | meaning |\n| --- | --- | --- |\n")
	for _, s := range Settings() {
		def := "–"
		if s.Default != "" {
			def = "`" + s.Default + "`"
		}
		b.WriteString("| `" + s.Name + "` | " + def + " | " + s.Means + " |\n")
	}
	return b.String()
}

// Example is the file .env.example.
func Example() string {
	var b strings.Builder
	b.WriteString("# Settings of Parley. Copy to .env and uncomment what you need; docs/reference/settings.md explains them.\n")
	for _, s := range Settings() {
		b.WriteString("\n# " + s.Means + "\n# " + s.Name + "=" + s.Default + "\n")
	}
	return b.String()
}
