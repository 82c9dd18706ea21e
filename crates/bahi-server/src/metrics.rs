//! The service's own figures, as OpenMetrics.
//!
//! # Invariants
//! * No label is anybody's data: routes are those of the router, everything else is a word of ours.

use std::{
    fmt,
    sync::atomic::{AtomicI64, AtomicU64},
    time::Duration,
};

use bahi::Service;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::{Family, MetricConstructor},
        gauge::Gauge,
        histogram::Histogram,
    },
    registry::Registry,
};

use crate::journal::Journal;

/// What the text is of.
pub(crate) const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Answered {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, EncodeLabelSet)]
struct Word {
    what: &'static str,
}

/// Histograms from half a millisecond to half a minute.
#[derive(Clone)]
struct Times;

impl MetricConstructor<Histogram> for Times {
    fn new_metric(&self) -> Histogram {
        Histogram::new([
            0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
            30.0,
        ])
    }
}

/// The figures of one service.
pub(crate) struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    took: Family<Route, Histogram, Times>,
    commands: Family<Word, Counter>,
    denied: Family<Word, Counter>,
    connections: Gauge,
    streams: Gauge,
    position: Gauge<i64, AtomicI64>,
    queued: Gauge,
    dropped: Gauge<u64, AtomicU64>,
    folding: Family<Word, Gauge>,
    service: Service,
    journal: Journal,
}

impl Metrics {
    pub(crate) fn new(service: Service, journal: Journal) -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("bahi"),
            answered: Family::default(),
            took: Family::new_with_constructor(Times),
            commands: Family::default(),
            denied: Family::default(),
            connections: Gauge::default(),
            streams: Gauge::default(),
            position: Gauge::default(),
            queued: Gauge::default(),
            dropped: Gauge::default(),
            folding: Family::default(),
            service,
            journal,
        };
        let registry = &mut metrics.registry;
        registry.register("requests", "Requests answered", metrics.answered.clone());
        registry.register("request_seconds", "Until the answer began", metrics.took.clone());
        registry.register("commands", "Commands answered", metrics.commands.clone());
        registry.register("denied", "Requests turned away", metrics.denied.clone());
        registry.register("connections", "Open connections", metrics.connections.clone());
        registry.register("streams", "Open streams and exports", metrics.streams.clone());
        registry.register("position", "The last position", metrics.position.clone());
        registry.register("queued", "Requests waiting for the writer", metrics.queued.clone());
        let what = "Lines of the operational log that were dropped";
        registry.register("log_lines_dropped", what, metrics.dropped.clone());
        let what = "Events still to be folded aside, by fold";
        registry.register("folding_events_left", what, metrics.folding.clone());
        metrics
    }

    pub(crate) fn answered(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let labels = Answered { method, route: route.to_owned(), status };
        self.answered.get_or_create(&labels).inc();
        let labels = Route { route: route.to_owned() };
        self.took.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub(crate) fn command(&self, what: &'static str) {
        self.commands.get_or_create(&Word { what }).inc();
    }

    pub(crate) fn denied(&self, what: &'static str) {
        self.denied.get_or_create(&Word { what }).inc();
    }

    /// Counts a connection until it is dropped.
    pub(crate) fn connection(&self) -> Counted {
        Counted::new(&self.connections)
    }

    /// Counts a stream until it is dropped.
    pub(crate) fn stream(&self) -> Counted {
        Counted::new(&self.streams)
    }

    /// All of it.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let position = self.service.snapshot().position().0;
        self.position.set(i64::try_from(position).unwrap_or(i64::MAX));
        self.queued.set(i64::try_from(self.service.queued()).unwrap_or(i64::MAX));
        self.dropped.set(self.journal.dropped());
        self.folding.clear();
        for one in self.service.being_folded() {
            let left = one.progress.of.0.saturating_sub(one.progress.at.0);
            let gauge = self.folding.get_or_create(&Word { what: one.fold });
            gauge.set(i64::try_from(left).unwrap_or(i64::MAX));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

/// One of what a gauge counts.
pub(crate) struct Counted(Gauge);

impl Counted {
    fn new(gauge: &Gauge) -> Counted {
        gauge.inc();
        Counted(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
