//! A morning at the bakery, recorded into a run file.

use std::process::ExitCode;

use bakery_telemetry::{Options, prelude::*, screens::*, stages::*};

fn bake() -> Result<u32, std::io::Error> {
    stage!(Bake).run(|stage| {
        stage.timing(HeatUp).run(|| Ok::<(), std::io::Error>(()))?;
        Ok(12)
    })
}

fn main() -> ExitCode {
    let run = match bakery_telemetry::start(Options::new("morning")) {
        Ok(run) => run,
        Err(error) => {
            eprint_line(&error);
            return ExitCode::from(2);
        }
    };
    screen!(Counter).enter().bread("rye");
    screen!(Counter).navigate(Oven);
    let result = bake();
    screen!(Oven).navigate(Counter);
    if let Ok(loaves) = &result {
        event!(BreadSold {
            bread: "rye",
            loaves: *loaves
        });
    }
    let delivery = run.finish(&result);
    eprint_line(&delivery);
    ExitCode::SUCCESS
}

#[expect(
    clippy::print_stderr,
    reason = "a program speaks to its operator; the libraries do not"
)]
fn eprint_line(line: &dyn std::fmt::Display) {
    eprintln!("{line}");
}

/// Read back, an event is the struct that the schema declares.
#[cfg(test)]
mod tests {
    use bakery_telemetry::{events::BreadSold, prelude::*};

    #[test]
    fn a_sale_is_read_back_with_its_types() {
        let captured = bakery_telemetry::capture(|| {
            event!(BreadSold {
                bread: "rye",
                loaves: 3
            })
        });
        assert_eq!(
            captured.events::<BreadSold>(),
            [BreadSold {
                bread: "rye".to_owned(),
                loaves: 3
            }]
        );
    }
}
