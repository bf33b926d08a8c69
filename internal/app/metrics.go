package app

import (
	"net/http"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/internal/db"
	"parley/internal/lease"
)

// metrics are the program's numbers, in Prometheus' format. None of them names a tenant, a number or a person.
func (a *App) metrics() http.Handler {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	count := func(name, help string, value func() int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help},
			func() float64 { return float64(value()) }))
	}
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	a.databaseMetrics(count)
	a.intakeMetrics(count)
	a.webhooksByOutcome(r)
	a.m.register(r)
	engineMetrics("turns", a.Assistant.Engine(), count, gauge)
	engineMetrics("outbox", a.Delivery.Engine(), count, gauge)
	gauge("parley_turn_age_seconds", "Age of the oldest turn the AI owes.", a.ages.turn.seconds)
	gauge("parley_outbox_age_seconds", "Age of the oldest message waiting to leave.", a.ages.outbox.seconds)
	gauge("parley_redis_away", "1 while Redis is wanted and away, else 0.", func() float64 { return float64(len(a.without())) })
	gauge("parley_sockets", "Open dashboard sockets.", func() float64 { return float64(a.Live.Clients()) })
	r.MustRegister(newJobNumbers(a.Jobs, a.Alerts))
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

func (a *App) databaseMetrics(count func(name, help string, value func() int64)) {
	stats := func(pick func(db.Stats) int64) func() int64 { return func() int64 { return pick(a.DB.Stats()) } }
	count("parley_db_statements_total", "Statements inside steps.", stats(func(s db.Stats) int64 { return s.Statements }))
	count("parley_db_reads_total", "Queries outside steps.", stats(func(s db.Stats) int64 { return s.Reads }))
	count("parley_db_commits_total", "Durable commits.", stats(func(s db.Stats) int64 { return s.Commits }))
	count("parley_db_groups_total", "Groups of steps that shared a transaction.", stats(func(s db.Stats) int64 { return s.Groups }))
	count("parley_db_steps_total", "Steps in those groups.", stats(func(s db.Stats) int64 { return s.Steps }))
	count("parley_db_reruns_total", "Groups run again because a step in them failed.", stats(func(s db.Stats) int64 { return s.Reruns }))
	count("parley_db_retries_total", "Transactions run again after a conflict or a lost connection.", stats(func(s db.Stats) int64 { return s.Retries }))
}

func (a *App) intakeMetrics(count func(name, help string, value func() int64)) {
	c := &a.Intake.Counted
	count("parley_webhooks_unknown_total", "Webhooks about a number or field that is not known here.", c.Unknown.Load)
	count("parley_webhooks_kept_total", "Webhooks kept whole to be taken or looked at later.", c.Kept.Load)
	count("parley_messages_total", "Customers' messages stored.", c.Messages.Load)
	count("parley_messages_duplicate_total", "Messages delivered again.", c.Duplicates.Load)
	count("parley_channels_heard_total", "Times it was written down that a channel was heard.", c.Heard.Load)
	count("parley_statuses_total", "Statuses of sent messages.", c.Statuses.Load)
}

// webhooksByOutcome is how webhooks were answered: each in one way.
func (a *App) webhooksByOutcome(r *prometheus.Registry) {
	c := &a.Intake.Counted
	for outcome, n := range map[string]*atomic.Int64{
		"accepted": &c.Accepted, // stored, 200
		"refused":  &c.Refused,  // 401, 400 or 413
		"busy":     &c.Busy,     // 503, as too much arrived at once
		"failed":   &c.Failed,   // 503, as it could not be stored
	} {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "parley_webhooks_total", Help: "Webhooks by how they were answered.", ConstLabels: prometheus.Labels{"outcome": outcome},
		}, func() float64 { return float64(n.Load()) }))
	}
}

func engineMetrics(table string, e *lease.Engine, count func(string, string, func() int64), gauge func(string, string, func() float64)) {
	name := "parley_" + table + "_"
	stats := func(pick func(lease.Stats) int64) func() int64 { return func() int64 { return pick(e.Stats()) } }
	gauge(name+"in_flight", "Rows at work.", func() float64 { return float64(e.InFlight()) })
	count(name+"born_total", "Rows started without a claim.", stats(func(s lease.Stats) int64 { return s.Born }))
	count(name+"claims_total", "Steps that claimed rows.", stats(func(s lease.Stats) int64 { return s.Claims }))
	count(name+"claimed_total", "Rows they took.", stats(func(s lease.Stats) int64 { return s.Claimed }))
	count(name+"finished_total", "Rows whose work ended well.", stats(func(s lease.Stats) int64 { return s.Finished }))
	count(name+"put_back_total", "Rows given back to be done again.", stats(func(s lease.Stats) int64 { return s.PutBack }))
	count(name+"panics_total", "Panics of the work.", stats(func(s lease.Stats) int64 { return s.Panics }))
}
