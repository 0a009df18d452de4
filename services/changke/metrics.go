package main

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/changke/changke/services/platform/db"
)

// metrics are what /metrics shows: ids of chains and people stay out of labels.
type metrics struct {
	registry *prometheus.Registry
	rpc      *prometheus.HistogramVec
}

func newMetrics(pool *db.Pool) *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		rpc: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "changke_rpc_seconds",
			Help:    "Time of calls, by procedure and Connect code.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"procedure", "code"}),
	}
	connections := func(name, help string, value func() int32) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return float64(value()) })
	}
	m.registry.MustRegister(m.rpc,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		connections("changke_db_connections_in_use", "Connections doing work.", func() int32 { return pool.Stat().AcquiredConns() }),
		connections("changke_db_connections", "Connections open.", func() int32 { return pool.Stat().TotalConns() }),
	)
	return m
}

func (m *metrics) observe(procedure, code string, took time.Duration) {
	m.rpc.WithLabelValues(procedure, code).Observe(took.Seconds())
}
