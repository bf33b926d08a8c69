package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/alert"
	"parley/internal/job"
)

// jobNumbers shows the job queue, which is counted once for all of them.
type jobNumbers struct {
	jobs   *job.Queue
	alerts *alert.Service
	queued *prometheus.Desc
	done   *prometheus.Desc
	failed *prometheus.Desc
	called *prometheus.Desc
}

func newJobNumbers(jobs *job.Queue, alerts *alert.Service) jobNumbers {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return jobNumbers{
		jobs: jobs, alerts: alerts,
		queued: desc("parley_jobs", "Jobs in the queue, by how far they have come.", "state"),
		done:   desc("parley_jobs_done_total", "Jobs this process has done."),
		failed: desc("parley_jobs_errors_total", "Attempts at jobs that failed in this process."),
		called: desc("parley_handoffs_escalated_total", "Times people were called again to a hand-off nobody had touched."),
	}
}

// Describe names what Collect gives.
func (n jobNumbers) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{n.queued, n.done, n.failed, n.called} {
		to <- d
	}
}

// Collect asks the queue. A database that does not answer has no numbers to show.
func (n jobNumbers) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second) //nolint:forbidigo // a scrape brings no context
	defer cancel()
	gauge := func(state string, v int) {
		to <- prometheus.MustNewConstMetric(n.queued, prometheus.GaugeValue, float64(v), state)
	}
	count := func(d *prometheus.Desc, v int64) {
		to <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(v))
	}
	s, err := n.jobs.Stats(ctx)
	if err == nil {
		gauge("waiting", s.Waiting)
		gauge("put_off", s.Put)
		gauge("running", s.Running)
		gauge("retrying", s.Retrying)
		gauge("given_up", s.GivenUp)
		count(n.done, s.Done)
		count(n.failed, s.Errors)
	}
	count(n.called, n.alerts.Escalations())
}
