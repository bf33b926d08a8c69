package realtime

import (
	"context"
	"log/slog"

	"github.com/centrifugal/centrifuge"
	"github.com/prometheus/client_golang/prometheus"
)

// newNode makes the engine under the Hub: the broker keeps hints in this process, or passes them on through Redis.
func newNode(log *slog.Logger, o Options) (*centrifuge.Node, error) {
	node, err := centrifuge.New(centrifuge.Config{
		LogLevel:                centrifuge.LogLevelWarn,
		LogHandler:              logTo(log),
		ClientQueueMaxSize:      o.QueueBytes,
		ClientExpiredCloseDelay: o.RefreshGrace,
		// Its own registry: several hubs may live in one process, and its numbers are not ours to show.
		Metrics: centrifuge.MetricsConfig{RegistererGatherer: prometheus.NewRegistry()},
	})
	if err != nil || o.Redis == "" {
		return node, err
	}
	shard, err := centrifuge.NewRedisShard(node, centrifuge.RedisShardConfig{Address: o.Redis})
	if err != nil {
		return nil, err
	}
	broker, err := centrifuge.NewRedisBroker(node, centrifuge.RedisBrokerConfig{
		Prefix: "parley.live", Shards: []*centrifuge.RedisShard{shard},
	})
	if err != nil {
		return nil, err
	}
	node.SetBroker(broker)
	return node, nil
}

// logTo passes warnings on, without the engine's other fields: they may hold what clients sent.
func logTo(log *slog.Logger) centrifuge.LogHandler {
	return func(e centrifuge.LogEntry) {
		level := slog.LevelWarn
		if e.Level == centrifuge.LogLevelError {
			level = slog.LevelError
		}
		attrs := []any{slog.String("engine", e.Message)}
		if e.Error != nil {
			attrs = append(attrs, slog.Any("error", e.Error))
		}
		log.Log(context.Background(), level, "realtime", attrs...)
	}
}
