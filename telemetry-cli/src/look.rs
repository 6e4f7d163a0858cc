//! How output should look: width, colours, signs, time zone. Found out once, at the door, and handed to
//! everything that draws; nothing else asks the terminal or the environment.

use std::ffi::OsString;

use anstyle::{AnsiColor, Color, Effects, Style};
use jiff::tz::TimeZone;

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What the world says about the output.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    /// Whether standard output is a terminal.
    pub(crate) terminal: bool,
    /// Its columns, when it is one.
    pub(crate) columns: Option<usize>,
    /// `NO_COLOR`.
    pub(crate) no_color: Option<OsString>,
    /// `TERM`.
    pub(crate) term: Option<OsString>,
    /// `COLUMNS`.
    pub(crate) columns_variable: Option<OsString>,
    /// The operator's time zone.
    pub(crate) zone: TimeZone,
}

impl Surroundings {
    /// No terminal, no wishes, UTC: where the output goes to another part of the same process.
    pub(crate) fn nowhere() -> Surroundings {
        Surroundings {
            terminal: false,
            columns: None,
            no_color: None,
            term: None,
            columns_variable: None,
            zone: TimeZone::UTC,
        }
    }
}

/// How output should look.
#[derive(Debug, Clone)]
pub(crate) struct Look {
    /// Columns of a line.
    pub(crate) width: usize,
    /// Whether there are colours.
    pub(crate) color: bool,
    /// Whether only ASCII signs are drawn.
    pub(crate) ascii: bool,
    /// Time zone of the moments that are shown.
    pub(crate) zone: TimeZone,
}

/// Narrower than this, nothing can be read; wider than that, nothing is gained.
const WIDTHS: std::ops::RangeInclusive<usize> = 20..=400;
/// Columns where nobody says how many there are.
const USUAL_WIDTH: usize = 80;

impl Look {
    /// Decides from what was asked for and what there is.
    pub(crate) fn new(color: ColorChoice, width: Option<usize>, ascii: bool, world: &Surroundings) -> Self {
        let set = |variable: &Option<OsString>| variable.as_ref().is_some_and(|value| !value.is_empty());
        let dumb = world.term.as_ref().is_some_and(|term| term == "dumb");
        // A terminal that does not know its columns says that it has none.
        let known = |columns: Option<usize>| columns.filter(|columns| *columns > 0);
        let said = || known(world.columns_variable.as_ref()?.to_str()?.parse().ok());
        let width = known(width).or_else(said).or(known(world.columns));
        let width = width.unwrap_or(USUAL_WIDTH);
        Look {
            width: width.clamp(*WIDTHS.start(), *WIDTHS.end()),
            color: match color {
                ColorChoice::Auto => world.terminal && !set(&world.no_color) && !dumb,
                ColorChoice::Always => true,
                ColorChoice::Never => false,
            },
            ascii,
            zone: world.zone.clone(),
        }
    }

    /// The signs to draw with.
    pub(crate) fn signs(&self) -> &'static Signs {
        if self.ascii { &ASCII } else { &UNICODE }
    }
}

/// What a piece of text means; the colour follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ink {
    Plain,
    /// Of less interest.
    Faint,
    /// A heading or a name.
    Strong,
    /// Went well.
    Good,
    /// Wants a look.
    Warn,
    /// Went wrong.
    Bad,
    /// Drawn to scale.
    Bar,
}

impl Ink {
    /// The terminal's style for it.
    pub(crate) fn style(self) -> Style {
        let colored = |color| Style::new().fg_color(Some(Color::Ansi(color)));
        match self {
            Ink::Plain => Style::new(),
            Ink::Faint => Style::new().effects(Effects::DIMMED),
            Ink::Strong => Style::new().effects(Effects::BOLD),
            Ink::Good => colored(AnsiColor::Green),
            Ink::Warn => colored(AnsiColor::Yellow),
            Ink::Bad => colored(AnsiColor::Red).effects(Effects::BOLD),
            Ink::Bar => colored(AnsiColor::Cyan),
        }
    }
}

/// The signs of a drawing, each one column wide unless it says otherwise.
#[derive(Debug)]
pub(crate) struct Signs {
    /// Between screens; two columns in ASCII.
    pub(crate) arrow: &'static str,
    /// Between the parts of a place.
    pub(crate) within: &'static str,
    /// Between facts of a line.
    pub(crate) dot: &'static str,
    /// Where text was cut; two columns in ASCII.
    pub(crate) more: &'static str,
    /// Bar of a stage.
    pub(crate) stage: &'static str,
    /// Bar of something inside a stage.
    pub(crate) inner: &'static str,
    /// Bar of what has not ended.
    pub(crate) open: &'static str,
    /// Before what failed.
    pub(crate) failed: &'static str,
    /// Before what was slow, and before a doubt.
    pub(crate) slow: &'static str,
    /// Before what was skipped.
    pub(crate) skipped: &'static str,
    /// Before what was cancelled.
    pub(crate) cancelled: &'static str,
    /// Before what was abandoned.
    pub(crate) abandoned: &'static str,
    /// Number of times.
    pub(crate) times: &'static str,
    /// Microseconds.
    pub(crate) micro: &'static str,
    /// Heights, lowest first.
    pub(crate) heights: [&'static str; 8],
}

/// Signs for a terminal that knows Unicode.
pub(crate) static UNICODE: Signs = Signs {
    arrow: "→",
    within: "›",
    dot: "·",
    more: "…",
    stage: "█",
    inner: "━",
    open: "░",
    failed: "✗",
    slow: "!",
    skipped: "○",
    cancelled: "⊘",
    abandoned: "?",
    times: "×",
    micro: "µs",
    heights: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
};

/// Signs for one that does not.
static ASCII: Signs = Signs {
    arrow: "->",
    within: ">",
    dot: "|",
    more: "..",
    stage: "#",
    inner: "=",
    open: ":",
    failed: "x",
    slow: "!",
    skipped: "o",
    cancelled: "/",
    abandoned: "?",
    times: "x",
    micro: "us",
    heights: ["_", ".", ":", "-", "=", "+", "*", "#"],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn world() -> Surroundings {
        Surroundings {
            terminal: true,
            columns: Some(120),
            no_color: None,
            term: None,
            columns_variable: None,
            zone: TimeZone::UTC,
        }
    }

    #[test]
    fn colours_follow_the_terminal_unless_somebody_says_otherwise() {
        let color = |choice, world: &Surroundings| Look::new(choice, None, false, world).color;
        let piped = Surroundings {
            terminal: false,
            columns: None,
            ..world()
        };
        let plain = Surroundings {
            no_color: Some("1".into()),
            ..world()
        };
        let unset = Surroundings {
            no_color: Some("".into()),
            ..world()
        };
        let dumb = Surroundings {
            term: Some("dumb".into()),
            ..world()
        };
        assert!(color(ColorChoice::Auto, &world()));
        assert!(
            color(ColorChoice::Auto, &unset),
            "an empty NO_COLOR means nothing"
        );
        for world in [&piped, &plain, &dumb] {
            assert!(!color(ColorChoice::Auto, world));
            assert!(color(ColorChoice::Always, world));
        }
        assert!(!color(ColorChoice::Never, &world()));
    }

    #[test]
    fn the_width_is_what_was_asked_for_then_columns_then_the_terminals() {
        let width = |asked, world: &Surroundings| Look::new(ColorChoice::Never, asked, false, world).width;
        let said = Surroundings {
            columns_variable: Some("60".into()),
            ..world()
        };
        let nonsense = Surroundings {
            columns_variable: Some("wide".into()),
            ..world()
        };
        let piped = Surroundings {
            terminal: false,
            columns: None,
            ..world()
        };
        assert_eq!(width(Some(50), &said), 50);
        assert_eq!(width(None, &said), 60);
        assert_eq!(width(None, &nonsense), 120);
        assert_eq!(width(None, &piped), 80);
        assert_eq!(width(Some(3), &piped), *WIDTHS.start());
        let none = Surroundings {
            columns: Some(0),
            columns_variable: Some("0".into()),
            ..world()
        };
        assert_eq!((width(None, &none), width(Some(0), &none)), (80, 80));
    }
}
