//! Call sites that must not compile: `ui/*.rs` hold one mistake each, `ui/*.stderr` exactly what rustc says.

#[test]
fn a_wrong_call_site_is_answered_under_its_own_token() {
    let cases = std::fs::read_dir("tests/ui").expect("the cases are there");
    let count = cases
        .filter(|case| {
            case.as_ref()
                .is_ok_and(|case| case.path().extension().is_some_and(|e| e == "rs"))
        })
        .count();
    assert!(count >= 25, "only {count} cases");
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
