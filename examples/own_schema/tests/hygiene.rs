//! The macros under a renamed dependency, beside another vocabulary, and where the caller has shadowed the
//! names that a careless macro would use.

use bakery_telemetry::{events::BreadSold, prelude as bakery};
use other::{events::ContainerExited, prelude as jackin};

#[test]
fn two_vocabularies_record_into_one_run() {
    let captured = bakery_telemetry::capture(|| {
        bakery::event!(BreadSold {
            bread: "rye",
            loaves: 2
        });
        jackin::event!(ContainerExited {
            container_name: "jk-oven",
            exit_code: 1
        });
    });
    assert_eq!(captured.events::<BreadSold>().len(), 1);
    assert_eq!(captured.events::<ContainerExited>()[0].exit_code, 1);
}

/// Everything that an expansion may not lean on.
mod shadow {
    #![allow(
        dead_code,
        non_camel_case_types,
        unused_macros,
        reason = "they are there to be in the way"
    )]

    use bakery_telemetry::prelude::*;
    use bakery_telemetry::screens::Oven;
    use bakery_telemetry::stages::HeatUp;

    pub(crate) enum Option {}
    pub(crate) enum Result {}
    pub(crate) enum Vec {}
    pub(crate) enum String {}
    pub(crate) struct Some;
    pub(crate) struct None;
    pub(crate) struct Ok;
    pub(crate) struct Err;
    pub(crate) struct Default;
    pub(crate) mod std {}
    pub(crate) mod core {}
    pub(crate) mod alloc {}
    pub(crate) mod telemetry_runtime {}
    pub(crate) mod bakery_telemetry_ {}
    macro_rules! panic {
        () => {};
    }
    macro_rules! format {
        () => {};
    }

    pub(crate) fn bake() -> ::core::result::Result<(), ::std::io::Error> {
        let (enabled, begin, value, values, given) = (0, 0, 0, 0, 0);
        let _ = (enabled, begin, value, values, given);
        screen!(Counter).enter().bread("rye").navigate(Oven);
        event!(BreadSold {
            bread: "rye",
            loaves: 1
        });
        stage!(Bake).run(|stage| stage.timing(HeatUp).run(|| ::core::result::Result::Ok(())))
    }

    #[::bakery_telemetry::stage(Bake)]
    pub(crate) fn as_a_stage() -> ::core::result::Result<(), ::std::io::Error> {
        ::core::result::Result::Ok(())
    }

    #[::bakery_telemetry::stage(Bake as oven)]
    pub(crate) async fn as_an_async_stage() -> ::core::result::Result<(), ::std::io::Error> {
        oven.timing(HeatUp).run(|| ::core::result::Result::Ok(()))
    }
}

#[test]
fn shadowed_names_do_not_reach_an_expansion() {
    let captured = bakery_telemetry::capture(|| {
        shadow::bake().expect("it bakes");
        shadow::as_a_stage().expect("it bakes again");
        ready(shadow::as_an_async_stage()).expect("it bakes once more");
    });
    assert_eq!(captured.events::<BreadSold>().len(), 1);
    assert_eq!(
        captured
            .spans()
            .iter()
            .filter(|span| span.name == "oven.bake")
            .count(),
        3
    );
    assert_eq!(
        captured
            .spans()
            .iter()
            .filter(|span| span.name == "oven.bake.heat_up")
            .count(),
        2
    );
    captured.assert_conforms();
}

/// The output of a future that never waits.
fn ready<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("it waits"),
    }
}
