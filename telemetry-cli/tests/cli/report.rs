//! `runs report`: what the command says, what is in its page, and, in a real browser, how that looks and behaves.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::digest::{SHA256, digest};
use serde_json::Value;

use crate::{RUNS, Said, fed, fine, made_up, made_up_text, run, telemetry};

mod browser;
mod chromium;
mod million;

/// Makes a page in a folder.
fn page_of(asked: &[&str], folder: &Path) -> PathBuf {
    let page = folder.join("page.html");
    let output = page.display().to_string();
    fine(&[&["runs", "report", "-o", &output], asked].concat());
    page
}

/// A page from standard input to standard output.
fn piped(text: &str) -> Said {
    fed(&["runs", "report", "-", "-o", "-"], text.as_bytes())
}

/// What a page holds of its run.
fn held(page: &str) -> Value {
    let (_, rest) = page
        .split_once("<script type=\"application/json\" id=\"run\">")
        .expect("the data");
    let (data, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(data).expect("JSON")
}

/// A run whose every text would do harm if it were markup.
fn hostile() -> String {
    let harm = "</script><img src=x onerror=hurt=1><!--<script>hurt=1</script>\\u202e";
    made_up_text("8c01f2.jsonl")
        .replace("container_crashed", harm)
        .replace("derived_image", harm)
        .replace("\"load\"", &format!("\"{harm}\""))
        .replace("jackin.workspace.name", harm)
        .replace("\"launch\"", &format!("\"{harm}\""))
        .replace("\"8c01f2\"", &format!("\"{harm}\""))
        .replace("RUN apt-get", harm)
}

#[test]
fn a_page_is_written_and_said_in_one_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("run.html").display().to_string();
    let said = fine(&[
        "runs", "report", "8c", "-d", RUNS, "-o", &output, "--width", "200",
    ]);
    let size = fs::metadata(&output).expect("the page").len();
    let size = format!("{:.1} KiB", size as f64 / 1024.0);
    assert_eq!(
        said,
        format!("{output} · run 8c01f2 · load · failed · 82 records · {size}\n")
    );
    let mode = fs::metadata(&output).expect("the page").permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "as private as the run");
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        1,
        "nothing is left beside it"
    );
}

#[test]
fn without_an_id_it_is_the_latest_run_and_a_dash_is_standard_output() {
    let page = fine(&["runs", "report", "-d", RUNS, "-o", "-"]);
    assert_eq!(held(&page)["parts"][0]["id"], "8c01f2");
    let said = piped(&made_up_text("8b4766.jsonl"));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert_eq!(held(&said.out)["parts"][0]["id"], "8b4766");
    assert_eq!(held(&said.out)["file"], "standard input");
}

#[test]
fn an_older_page_is_replaced_at_once_with_its_permissions_and_behind_its_link() {
    let folder = tempfile::tempdir().expect("a folder");
    let (real, link) = (folder.path().join("real.html"), folder.path().join("link.html"));
    fs::write(&real, "an older page").expect("a file");
    fs::set_permissions(&real, fs::Permissions::from_mode(0o644)).expect("its owner");
    symlink("real.html", &link).expect("a link");
    let reader = fs::File::open(&real).expect("the older page");
    fine(&[
        "runs",
        "report",
        "8b",
        "-d",
        RUNS,
        "-o",
        &link.display().to_string(),
    ]);
    assert!(fs::symlink_metadata(&link).expect("the link").is_symlink());
    assert!(
        fs::read_to_string(&real)
            .expect("the page")
            .starts_with("<!doctype html>")
    );
    assert_eq!(
        fs::metadata(&real).expect("the page").permissions().mode() & 0o777,
        0o644
    );
    let still = std::io::read_to_string(reader).expect("it is open");
    assert_eq!(
        still, "an older page",
        "whoever reads it goes on with what it was"
    );
}

#[test]
fn what_cannot_be_written_is_said_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::create_dir(at("there")).expect("a folder");
    let cases = [
        (
            at("no/such/run.html"),
            format!(
                "cannot write {}: there is no folder {}; make it, or name another",
                at("no/such/run.html"),
                at("no/such")
            ),
        ),
        (
            at("there"),
            format!("cannot write {}: is a directory", at("there")),
        ),
        (
            "/proc/run.html".to_owned(),
            "cannot write /proc/run.html: there is no folder /proc; make it, or name another".to_owned(),
        ),
    ];
    for (output, words) in &cases[..2] {
        let said = run(&["runs", "report", "8b", "-d", RUNS, "-o", output]);
        assert_eq!((said.code, said.out.as_str()), (Some(2), ""));
        assert_eq!(said.err, format!("telemetry: {words}\n"));
    }
    let said = run(&["runs", "report", "8b", "-d", RUNS, "-o", &cases[2].0]);
    assert!(
        said.code == Some(2) && said.err.starts_with("telemetry: cannot write /proc/run.html"),
        "{}",
        said.err
    );
    // A device is written to and stays what it is.
    let said = run(&["runs", "report", "8b", "-d", RUNS, "-o", "/dev/full"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("cannot write /dev/full: No space left"),
        "{}",
        said.err
    );
    assert!(!fs::metadata("/dev/full").expect("the device").is_file());
    let said = run(&["runs", "report", "8b", "-d", RUNS]);
    assert!(
        said.code == Some(2) && said.err.contains("--output <FILE>"),
        "{}",
        said.err
    );
}

#[test]
fn what_is_no_run_is_refused_as_by_show_and_no_page_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = folder.path().join("run.html");
    for asked in [
        &["zzz", "-d", RUNS][..],
        &["8", "-d", RUNS],
        &["tests/runs/old.jsonl"],
        &["tests/runs"],
        &["./none.jsonl"],
    ] {
        let shown = run(&[&["runs", "show"], asked].concat());
        let made = run(&[&["runs", "report", "-o", &output.display().to_string()], asked].concat());
        assert_eq!(
            (made.code, made.out, made.err),
            (Some(2), String::new(), shown.err)
        );
    }
    for input in ["", "hello\nworld\n", "<p>"] {
        let shown = fed(&["runs", "show", "-"], input.as_bytes());
        let made = piped(input);
        assert_eq!((made.code, made.out.as_str(), made.err), (Some(2), "", shown.err));
    }
    assert!(!output.exists());
}

#[test]
fn the_page_tells_the_same_story_as_the_drawing() {
    for id in ["8b4766", "8c01f2", "3fa9d0"] {
        let page = held(&fine(&["runs", "report", id, "-d", RUNS, "-o", "-"]));
        let part = &page["parts"][0];
        let story: Value =
            serde_json::from_str(&fine(&["runs", "show", id, "-d", RUNS, "--format", "json"])).expect("JSON");
        let told = &story["runs"][0];
        let texts = page["texts"].as_array().expect("texts");
        let text = |number: &Value| {
            texts[number.as_u64().expect("a number") as usize]
                .as_str()
                .expect("text")
        };
        let list = |value: &Value| value.as_array().expect("a list").clone();
        // Visits, in order; and every span with its name, its time and how it ended.
        let visits = list(&part["visits"]);
        let names: Vec<&str> = visits
            .iter()
            .map(|visit| text(&part["rows"][visit["row"].as_u64().expect("a row") as usize]["n"]))
            .collect();
        let shown: Vec<Value> = list(&told["visits"])
            .iter()
            .map(|visit| visit["span"]["name"].clone())
            .collect();
        assert_eq!(
            names,
            shown
                .iter()
                .map(|name| name.as_str().expect("a name"))
                .collect::<Vec<_>>()
        );
        let rows = list(&part["rows"]);
        let mut spans = list(&told["spans"]);
        spans.extend(list(&told["visits"]).iter().map(|visit| visit["span"].clone()));
        assert_eq!(rows.len(), spans.len());
        for span in &spans {
            let row = rows
                .iter()
                .find(|row| row["i"] == span["span_id"])
                .expect("each span is a row");
            assert_eq!(text(&row["n"]), span["name"].as_str().expect("a name"));
            assert_eq!(row["d"], span["duration_ns"]);
            let outcomes = ["success", "failure", "skipped", "cancelled", "abandoned"];
            let outcome = row["o"].as_u64().map(|outcome| outcomes[outcome as usize]);
            assert_eq!(outcome, span["outcome"].as_str());
            assert_eq!(
                list(&row["a"]).len(),
                2 * span["attributes"].as_object().expect("attributes").len()
            );
        }
        // Errors in their order; doubts and the words of the path as the terminal has them.
        let faults: Vec<Value> = list(&part["faults"])
            .iter()
            .map(|fault| fault["name"].clone())
            .collect();
        assert_eq!(
            faults,
            list(&told["faults"])
                .iter()
                .map(|fault| fault["name"].clone())
                .collect::<Vec<_>>()
        );
        let drawing = fine(&["runs", "show", id, "-d", RUNS, "--width", "400", "--all"]);
        let mut words: Vec<Value> = [&page["doubts"], &part["doubts"], &part["facts"]]
            .into_iter()
            .flat_map(list)
            .collect();
        words.extend(
            visits
                .iter()
                .flat_map(|visit| [list(&visit["said"]), list(&visit["tags"])].concat()),
        );
        words.extend([
            part["status"].clone(),
            part["took"].clone(),
            part["began"].clone(),
        ]);
        for word in words {
            let word = word.as_str().expect("words");
            assert!(drawing.contains(word), "{id}: {word:?} is not in\n{drawing}");
        }
        // Every event and log, the debug tier too.
        let events: u64 = told["severities"]
            .as_object()
            .expect("counts")
            .values()
            .filter_map(Value::as_u64)
            .sum();
        assert_eq!(list(&part["events"]["t"]).len() as u64, events);
        assert_eq!(page["sampled"], serde_json::json!([]));
    }
}

#[test]
fn a_run_that_still_goes_on_says_so_and_a_torn_one_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("3fa9d0.jsonl");
    fs::copy(made_up("3fa9d0.jsonl"), &path).expect("a copy");
    let page = |asked: &Path| {
        held(&fine(&[
            "runs",
            "report",
            &asked.display().to_string(),
            "-o",
            "-",
        ]))
    };
    let killed = page(&path);
    assert_eq!(
        (&killed["parts"][0]["status"], &killed["parts"][0]["running"]),
        (&"killed".into(), &false.into())
    );
    assert!(
        killed["doubts"][0]
            .as_str()
            .is_some_and(|words| words.contains("torn"))
    );
    assert_eq!(killed["parts"][0]["open"].as_array().map(Vec::len), Some(4));
    let writer = fs::File::open(&path).expect("it is there");
    writer.lock_shared().expect("a writer's lock");
    let running = page(&path);
    assert_eq!(
        (&running["parts"][0]["status"], &running["parts"][0]["running"]),
        (&"running".into(), &true.into())
    );
}

#[test]
fn bad_lines_newer_records_and_circles_of_spans_do_not_stop_a_page() {
    let mut lines: Vec<String> = made_up_text("8b4766.jsonl").lines().map(str::to_owned).collect();
    lines[20] = "not json".to_owned();
    lines.insert(
        30,
        r#"{"seq":30,"time":"2026-11-23T01:59:09.000000000Z","record":"dream","of":"sheep"}"#.to_owned(),
    );
    for (id, parent) in [("a", "b"), ("b", "a"), ("c", "c")] {
        lines.insert(40, format!("{{\"seq\":30,\"time\":\"2026-11-23T01:59:09.000000000Z\",\"record\":\"span_start\",\"name\":\"circle\",\"kind\":\"span\",\"trace_id\":\"1\",\"span_id\":\"{id}\",\"parent_span_id\":\"{parent}\"}}"));
    }
    let said = piped(&lines.join("\n"));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    let page = held(&said.out);
    let doubts = page["doubts"].to_string();
    assert!(
        doubts.contains("line 21 is not JSON") && doubts.contains("unknown kind `dream`"),
        "{doubts}"
    );
    let ids: Vec<&Value> = page["parts"][0]["rows"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| &row["i"])
        .collect();
    for id in ["a", "b", "c"] {
        assert_eq!(ids.iter().filter(|known| **known == id).count(), 1, "{id}");
    }
}

#[test]
fn the_page_is_one_file_whose_policy_names_its_only_script_and_style() {
    let page = fine(&["runs", "report", "8c", "-d", RUNS, "-o", "-"]);
    let between = |from: &str, to: &str| {
        let (_, rest) = page.split_once(from).expect(from);
        rest.split_once(to).expect(to).0.to_owned()
    };
    let policy = between("http-equiv=\"Content-Security-Policy\" content=\"", "\"");
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(digest(&SHA256, text.as_bytes())));
    let script = hash(&between("</script>\n<script>", "</script>"));
    let style = hash(&between("<style>", "</style>"));
    assert_eq!(
        policy,
        format!(
            "default-src 'none'; script-src {script}; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
        )
    );
    assert_eq!(page.matches("<script").count(), 2, "the data and the script");
    for word in [
        " src=", "@import", "url(", "<base", "<iframe", " style=", "onload=",
    ] {
        assert!(!page.contains(word), "{word}");
    }
    assert_eq!(
        page.matches("href=\"").count(),
        2,
        "the icon, which is data, and the way to the run"
    );
}

#[test]
fn no_text_of_a_run_is_markup_in_its_page() {
    let said = piped(&hostile());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(!said.out.contains("<img") && !said.out.contains("<!--") && !said.out.contains('\u{202e}'));
    assert_eq!(said.out.matches("</script>").count(), 2);
    let page = held(&said.out);
    let harm = "</script><img src=x onerror=hurt=1><!--<script>hurt=1</script>\\u{202e}";
    assert_eq!(page["parts"][0]["command"], harm);
    assert_eq!(page["parts"][0]["error"], harm);
}

#[test]
fn a_reader_who_leaves_a_page_is_no_failure() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let mut command = telemetry(&["runs", "report", "8c", "-d", RUNS, "-o", "-"]);
    let output = command
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .output()
        .expect("the command starts");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn a_run_of_the_product_is_a_page_with_what_its_process_used() {
    let ended = crate::product::run(&[]);
    let page = held(&fine(&["runs", "report", "-d", &ended.folder(), "-o", "-"]));
    let part = &page["parts"][0];
    let metrics = part["metrics"].as_array().expect("metrics");
    for name in ["process.cpu.utilization", "process.memory.usage"] {
        let metric = metrics.iter().find(|metric| metric["name"] == name).expect(name);
        let points = |list: &str| metric[list].as_array().map(Vec::len);
        assert!(points("t") == points("v") && points("t") > Some(0), "{metric}");
    }
    assert_eq!(part["status"], "failed");
    assert!(part["visits"].as_array().is_some_and(|visits| visits.len() == 4));
    assert!(
        part["faults"].to_string().contains("image_build_failed"),
        "{}",
        part["faults"]
    );
}
