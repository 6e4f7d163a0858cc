//! How much of a run is kept: a terminal has room for less than a page that is looked at with a mouse.

/// Bounds of a story. What goes past one is counted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Visits that are kept.
    pub(crate) visits: usize,
    /// Stages and timings.
    pub(crate) stages: usize,
    /// Other spans, from the first.
    pub(crate) spans: usize,
    /// The longest of the other spans past those.
    pub(crate) late: usize,
    /// Different faults.
    pub(crate) faults: usize,
    /// Events at `info` and above, from each end.
    pub(crate) events: usize,
    /// Actions of a visit, from each end.
    pub(crate) actions: usize,
    /// Notices, from each end.
    pub(crate) notices: usize,
    /// Errors of the timeline, and other spans that failed past the first ones.
    pub(crate) errors: usize,
    /// Events and logs of the timeline of each other severity.
    pub(crate) moments: usize,
}

impl Limits {
    /// For a drawing on a terminal.
    pub(crate) const TERMINAL: Limits = Limits {
        visits: 10_000,
        stages: 10_000,
        spans: 10_000,
        late: 0,
        faults: 200,
        events: 500,
        actions: 50,
        notices: 20,
        errors: 0,
        moments: 0,
    };

    /// For a page. Errors, visits and stages are not sampled; their bounds are what a browser can hold.
    pub(crate) const PAGE: Limits = Limits {
        visits: 50_000,
        stages: 50_000,
        spans: 10_000,
        late: 2_000,
        faults: 10_000,
        events: 0,
        actions: 50,
        notices: 200,
        errors: 100_000,
        moments: 20_000,
    };

    /// Spans past the limits that are remembered while they are open.
    pub(crate) const OPEN: usize = 10_000;
    /// Places of a fault.
    pub(crate) const PLACES: usize = 8;
    /// Different names that are counted, of events and of spans, and different measurements.
    pub(crate) const NAMES: usize = 1_000;
}
