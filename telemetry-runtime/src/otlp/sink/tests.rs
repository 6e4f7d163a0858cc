//! A worker that hangs: it has its orders, and does nothing.

use super::*;

const BUDGET: Duration = Duration::from_secs(2);

#[test]
fn closing_and_the_last_flush_wait_for_one_budget_together() {
    // Whoever has the orders neither answers nor goes away.
    let (orders, mut to_worker) = unbounded_channel();
    let otlp = Otlp {
        queue: Arc::new(Queue::new()),
        tally: Arc::default(),
        orders,
        notices: Arc::new(Notices::new(None)),
        budget: BUDGET,
        file: None,
        path: Arc::default(),
        full: OnceLock::new(),
        end: OnceLock::new(),
    };
    let began = Instant::now();
    otlp.close();
    let closed = began.elapsed();
    assert!(closed >= BUDGET, "{closed:?}");
    otlp.finish();
    let finished = began.elapsed();
    assert!(finished < 2 * BUDGET, "{closed:?} and {finished:?}");
    let orders = std::iter::from_fn(|| to_worker.try_recv().ok());
    assert_eq!(orders.count(), 2, "the worker was asked to close, and to flush");
}
