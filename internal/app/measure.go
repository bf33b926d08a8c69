package app

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"parley/internal/delivery"
	"parley/internal/llm"
)

// measures are the times that rooms are asked to tell, spread over buckets. All are in seconds.
type measures struct {
	model    *prometheus.HistogramVec
	graph    *prometheus.HistogramVec
	overhead prometheus.Histogram
	webhook  prometheus.Histogram
	waited   prometheus.Histogram
	group    prometheus.Histogram
	steps    prometheus.Histogram
}

func newMeasures() *measures {
	spread := func(name, help string, buckets ...float64) prometheus.HistogramOpts {
		return prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}
	}
	ours := []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	theirs := []float64{.025, .05, .1, .25, .5, 1, 2, 4, 8, 16, 25}
	return &measures{
		model: prometheus.NewHistogramVec(spread("parley_model_seconds",
			"Time of a call to the model, all its tries, by whether it answered.", theirs...), []string{"outcome"}),
		graph: prometheus.NewHistogramVec(spread("parley_graph_seconds",
			"Time of a request to Graph that sends a message, by how it ended.", theirs...), []string{"outcome"}),
		overhead: prometheus.NewHistogram(spread("parley_answer_overhead_seconds",
			"Time from the customer's last word stored to the answer accepted by Graph, less the longer of the model's time "+
				"and the quiet window.", ours...)),
		webhook: prometheus.NewHistogram(spread("parley_webhook_seconds",
			"Time from a webhook's arrival to the answer to Meta.", ours...)),
		waited: prometheus.NewHistogram(spread("parley_db_step_wait_seconds",
			"Time a step waited for its writer.", ours...)),
		group: prometheus.NewHistogram(spread("parley_db_group_seconds",
			"Time of a group of steps, from its begin to its commit.", ours...)),
		steps: prometheus.NewHistogram(spread("parley_db_group_steps",
			"Steps that shared a commit.", 1, 2, 4, 8, 16, 32, 64, 128, 256)),
	}
}

// register shows them, with every outcome there is from the start.
func (m *measures) register(r *prometheus.Registry) {
	r.MustRegister(m.model, m.graph, m.overhead, m.webhook, m.waited, m.group, m.steps)
	for _, how := range []delivery.Ending{delivery.Accepted, delivery.Refused, delivery.Uncertain, delivery.Unreached} {
		m.graph.WithLabelValues(string(how))
	}
	for _, how := range []string{answered, failed} {
		m.model.WithLabelValues(how)
	}
}

// grouped is told by the database of each group of steps.
func (m *measures) grouped(steps int, took time.Duration) {
	m.steps.Observe(float64(steps))
	m.group.Observe(took.Seconds())
}

// seconds makes a histogram out of times.
func seconds(h prometheus.Observer) func(time.Duration) {
	return func(d time.Duration) { h.Observe(max(d.Seconds(), 0)) }
}

// Asked implements delivery.Watch.
func (m *measures) Asked(took time.Duration, how delivery.Ending) {
	seconds(m.graph.WithLabelValues(string(how)))(took)
}

// Answered implements delivery.Watch.
func (m *measures) Answered(overhead time.Duration) { seconds(m.overhead)(overhead) }

// How a call to the model ended.
const (
	answered = "answered"
	failed   = "failed"
)

// timedChat is a model whose calls are timed.
type timedChat struct {
	llm.Chat
	m *measures
}

// Complete asks the model.
func (c timedChat) Complete(ctx context.Context, r llm.Request) (llm.Response, error) {
	began := time.Now()
	answer, err := c.Chat.Complete(ctx, r)
	how := answered
	if err != nil {
		how = failed
	}
	seconds(c.m.model.WithLabelValues(how))(time.Since(began))
	return answer, err
}

// timed is the model, timed if there is one.
func (m *measures) timed(model llm.Chat) llm.Chat {
	if model == nil {
		return nil
	}
	return timedChat{model, m}
}
