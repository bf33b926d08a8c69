package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"parley/internal/app"
	"parley/internal/channel"
	"parley/internal/config"
	"parley/internal/db"
	"parley/internal/llm"
	"parley/internal/mail"
	"parley/internal/seal"
	"parley/internal/setup"
	"parley/internal/whatsapp"
	"parley/web"
)

// settings reads the environment.
func settings() (config.Config, error) { return config.Load(os.LookupEnv) }

// logger writes to standard error, as the settings say.
func logger(cfg config.Config) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(cfg.LogLevel)) // config has checked the word
	o := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, o))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, o))
}

// database says which database the settings name.
func database(cfg config.Config) db.Options {
	return db.Options{
		URL: string(cfg.DatabaseURL), AppURL: string(cfg.DatabaseAppURL), Path: filepath.Join(cfg.DataDir, "parley.db"),
	}
}

// build puts the program together from the settings.
func build(ctx context.Context, cfg config.Config, log *slog.Logger) (*app.App, error) {
	keys, err := setup.LoadKeys(cfg.DataDir, string(cfg.MasterKey), string(cfg.JWTSecret))
	if err != nil {
		return nil, err
	}
	box, err := seal.New(keys.Master)
	if err != nil {
		return nil, err
	}
	letters, err := mail.New(mail.Options{
		SMTP: string(cfg.Mail.SMTP), SendGridKey: string(cfg.Mail.SendGridKey), From: cfg.Mail.From,
	})
	if err != nil {
		return nil, err
	}
	return app.New(ctx, app.Options{
		DB: database(cfg), Box: box, JWTSecret: keys.JWT, TokenLife: cfg.TokenLife, Blobs: filepath.Join(cfg.DataDir, "blobs"),
		PublicURL: cfg.PublicURL, TrustedProxies: cfg.TrustedProxies, Redis: string(cfg.RedisURL), Drain: cfg.DrainTime,
		Registration: cfg.Registration, MetricsToken: string(cfg.MetricsToken), Version: version, Site: web.Files(),
		Graph:    whatsapp.ClientOptions{BaseURL: cfg.GraphBaseURL, Version: cfg.GraphVersion},
		Platform: platform(cfg), MessagesPerSecond: cfg.WhatsApp.MessagesPerSecond,
		Model: model(cfg), Mail: letters, Demo: cfg.Demo, Log: log,
		Setup: setup.Options{
			PublicURL: cfg.Open(), DataDir: cfg.DataDir, AdminEmail: cfg.AdminEmail, AdminPassword: string(cfg.AdminPassword),
			Terminal: onTerminal(), Demo: cfg.Demo != "off",
			WhatsApp: setup.Number{
				PhoneNumberID: cfg.WhatsApp.PhoneNumberID, AccountID: cfg.WhatsApp.AccountID, Token: string(cfg.WhatsApp.AccessToken),
			},
		},
	})
}

// model is nil when none is set: then the built-in answerer quotes the documents.
func model(cfg config.Config) llm.Chat {
	var all []llm.Chat
	for _, e := range cfg.Models() {
		all = append(all, llm.NewClient(llm.ClientOptions{
			BaseURL: e.BaseURL, Key: string(e.Key), Model: e.Model, Timeout: cfg.LLMTimeout,
		}))
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return llm.Failover(all[0], all[1], 0)
}

// platform is the operator's own Meta app, whose webhooks come to /webhooks/whatsapp.
func platform(cfg config.Config) channel.Connection {
	return channel.Connection{
		ID: channel.PlatformConnection, Kind: channel.WhatsApp, Secret: []byte(cfg.WhatsApp.AppSecret),
		VerifyToken: string(cfg.WhatsApp.VerifyToken),
	}
}
