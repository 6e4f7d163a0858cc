//! A row that was taken out of the queue, with what its records need to be shown one by one: each one's number, and
//! where its parts begin in the lists.

mod show;

use crate::cells::Mark;
use crate::def::AttributeDef;
use crate::otlp::row::{Extra, Row, Seldom, What};
use crate::record::{Link, SpanId, UnixNanos};

/// Records in the order in which they came.
#[derive(Debug)]
pub(crate) struct Batch {
    row: Row,
    parts: Vec<Part>,
}

/// Where the parts of a record begin.
#[derive(Debug, Clone, Copy)]
struct Part {
    seq: u64,
    cells: Mark,
    added: u32,
    links: u32,
    end: u32,
    extra: Extra,
}

/// What can be told of a record without showing it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sort {
    Run,
    Start,
    End,
    /// An event on its span.
    OnSpan,
    Metrics,
    /// The last record of a run.
    Last,
    Summary,
    /// Another log record: an event, an undeclared record, a notice.
    Told,
}

impl Batch {
    /// Counts out where everything is.
    pub(crate) fn of(row: Row) -> Batch {
        let mut next = Part {
            seq: 0,
            cells: Mark::START,
            added: 0,
            links: 0,
            end: 0,
            extra: Extra::default(),
        };
        let (mut numbers, mut extras) = (row.numbers.iter().peekable(), row.extras.iter());
        let mut parts = Vec::with_capacity(row.heads.len());
        for (at, head) in row.heads.iter().enumerate() {
            if let Some((_, seq)) = numbers.next_if(|(from, _)| *from as usize == at) {
                next.seq = *seq;
            }
            let extra = head.extra.then(|| extras.next()).flatten();
            next.extra = extra.copied().unwrap_or_default();
            parts.push(next);
            next.seq += 1;
            next.cells = row.cells.after(next.cells, head.cells(next.extra));
            next.added += u32::from(next.extra.added);
            next.links += u32::from(next.extra.links);
            next.end += u32::from(matches!(head.what, What::End(..)));
        }
        Batch { row, parts }
    }

    /// The row, emptied, for its room.
    pub(crate) fn into_row(mut self) -> Row {
        self.row.clear();
        self.row
    }

    pub(crate) fn len(&self) -> usize {
        self.parts.len()
    }

    /// A batch of one of its records alone, so that a record that is kept long does not keep all others.
    pub(crate) fn alone(&self, at: usize) -> Batch {
        let mut row = Row::empty();
        let (head, part) = (&self.row.heads[at], &self.parts[at]);
        row.numbers.push((0, part.seq));
        row.places.push(self.row.places[head.place as usize].clone());
        let mut head = head.clone();
        head.place = 0;
        row.cells
            .push_from(&self.row.cells, part.cells, head.cells(part.extra));
        row.added.extend_from_slice(self.added_of(part));
        row.links.extend_from_slice(self.links_of(part));
        if head.extra {
            row.extras.push(part.extra);
        }
        if let What::End(..) = head.what {
            row.ends.push(self.row.ends[part.end as usize]);
        }
        row.heads.push(head);
        Batch::of(row)
    }

    fn added_of(&self, part: &Part) -> &[&'static AttributeDef] {
        &self.row.added[part.added as usize..][..usize::from(part.extra.added)]
    }

    fn links_of(&self, part: &Part) -> &[Link] {
        &self.row.links[part.links as usize..][..usize::from(part.extra.links)]
    }

    pub(crate) fn seq(&self, at: usize) -> u64 {
        self.parts[at].seq
    }

    pub(crate) fn time(&self, at: usize) -> UnixNanos {
        self.row.heads[at].time
    }

    /// Whether its fate was known when it came: then it is in the run file, and counted.
    pub(crate) fn is_settled(&self, at: usize) -> bool {
        self.row.heads[at].settled
    }

    pub(crate) fn sort(&self, at: usize) -> Sort {
        match &self.row.heads[at].what {
            What::Start(_) => Sort::Start,
            What::End(..) => Sort::End,
            What::OnSpan(_) => Sort::OnSpan,
            What::Event(_) | What::Log(_) => Sort::Told,
            What::Seldom(seldom) => match **seldom {
                Seldom::Run(_) => Sort::Run,
                Seldom::Metrics(_) => Sort::Metrics,
                Seldom::End(_) => Sort::Last,
                Seldom::Summary(_) => Sort::Summary,
                Seldom::Notice(_) => Sort::Told,
            },
        }
    }

    /// The span that a record opens or closes, or where it happened.
    pub(crate) fn span(&self, at: usize) -> SpanId {
        let place = self.row.heads[at].place;
        self.row.places[place as usize].0.span()
    }
}
