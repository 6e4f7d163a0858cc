//! How often each event happened, counted under the lock that a sink takes anyway: a counter that threads share
//! costs more than everything else that is counted.

use std::collections::BTreeMap;

use crate::def::EventDef;

/// Counters of events, found by the address of their definitions.
#[derive(Debug, Default)]
pub(crate) struct Happened {
    /// A power of two of places, at least half of them free.
    places: Box<[Option<(&'static EventDef, u64)>]>,
    used: usize,
}

impl Happened {
    /// An event happened.
    #[inline]
    pub(crate) fn count(&mut self, def: &'static EventDef) {
        if let Some(Some((known, times))) = self.place(def).map(|place| &mut self.places[place])
            && std::ptr::eq(*known, def)
        {
            *times += 1;
        } else {
            self.first(def);
        }
    }

    /// How often each did, by name.
    pub(crate) fn by_name(&self) -> BTreeMap<String, u64> {
        let mut events = BTreeMap::new();
        for (def, times) in self.places.iter().flatten() {
            // Two schemas of one program may both have an event of this name.
            *events.entry(def.name.to_owned()).or_default() += times;
        }
        events
    }

    /// Where its counter is, or would be.
    #[inline]
    fn place(&self, def: &'static EventDef) -> Option<usize> {
        let last = self.places.len().checked_sub(1)?;
        // Addresses of definitions differ in their middle bits; the multiplication spreads those.
        let address = std::ptr::from_ref(def).addr() as u64;
        let mut place = (address.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & last;
        while let Some((known, _)) = self.places[place]
            && !std::ptr::eq(known, def)
        {
            place = (place + 1) & last;
        }
        Some(place)
    }

    #[cold]
    fn first(&mut self, def: &'static EventDef) {
        if self.places.len() <= 2 * self.used {
            let larger = vec![None; (4 * self.used).max(64)].into_boxed_slice();
            for counter in std::mem::replace(&mut self.places, larger).into_iter().flatten() {
                if let Some(place) = self.place(counter.0) {
                    self.places[place] = Some(counter);
                }
            }
        }
        if let Some(place) = self.place(def) {
            self.places[place] = Some((def, 1));
            self.used += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::SCHEMA;

    #[test]
    fn every_event_has_its_own_counter_however_many_there_are() {
        let leaked: Vec<&'static EventDef> = (0..500_usize)
            .map(|n| {
                let like = SCHEMA.events[0];
                &*Box::leak(Box::new(EventDef {
                    name: format!("event.{n}").leak(),
                    severity: like.severity,
                    body: like.body,
                    log: like.log,
                    span_event: like.span_event,
                    action: like.action,
                    attributes: like.attributes,
                    feeds: like.feeds,
                }))
            })
            .collect();
        let mut happened = Happened::default();
        for (n, def) in leaked.iter().enumerate() {
            (0..=n).for_each(|_| happened.count(def));
        }
        let by_name = happened.by_name();
        assert_eq!(by_name.len(), 500);
        assert!((0..500).all(|n| by_name[&format!("event.{n}")] == n as u64 + 1));
    }
}
