//! Pages in a real browser: how they look at three widths in light and dark and on paper, what can be done with them,
//! and that nothing in a run file is ever run. `.ci/run` installs Chromium and names it in `CHROMIUM`.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use super::chromium::Browser;
use super::{hostile, page_of};
use crate::{RUNS, made_up_text};

const RUN_IDS: [(&str, &str); 3] = [("tour", "8b4766"), ("crash", "8c01f2"), ("killed", "3fa9d0")];

/// A browser with the page of a made-up run in it.
fn opened(id: &str, width: u32, scheme: &str) -> (Browser, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let page = page_of(&[id, "-d", RUNS], folder.path());
    let mut browser = Browser::start();
    browser.window(width, 900, scheme);
    browser.open(&page);
    (browser, folder)
}

/// The page said nothing on its console, asked for nothing but itself, and is no wider than the window.
fn assert_quiet(browser: &mut Browser) {
    browser.settle();
    assert_eq!(browser.complaints, Vec::<String>::new());
    let foreign: Vec<&String> = browser
        .asked
        .iter()
        .filter(|address| !address.starts_with("file://") && !address.starts_with("data:"))
        .collect();
    assert_eq!(foreign, Vec::<&String>::new());
    let width = browser.width;
    let wide = browser.eval(&format!(
        "[...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > {width} + 1 \
         && !e.closest('.list, .wide, nav, svg, .strip, .track, .axis, .box')).map((e) => e.outerHTML.slice(0, 90))",
    ));
    assert_eq!(wide, json!([]), "wider than the window");
    let scrolls = browser.eval(&format!(
        "Math.max(innerWidth, document.documentElement.scrollWidth) > {width}"
    ));
    assert_eq!(scrolls, json!(false), "the page scrolls sideways");
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn a_page_is_quiet_and_fits_at_every_width_in_light_and_dark() {
    for (name, id) in RUN_IDS {
        let (mut browser, _folder) = opened(id, 1400, "light");
        for width in [360, 800, 1400] {
            for scheme in ["light", "dark"] {
                browser.window(width, 900, scheme);
                assert_quiet(&mut browser);
                browser.picture(&format!("{name}-{width}-{scheme}.png"), true);
            }
        }
    }
}

/// For every text in sight: the contrast with the ground it stands on, where that is too little.
const PALE: &str = r#"(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  canvas.canvas.width = canvas.canvas.height = 1;
  const rgb = (layers) => { canvas.clearRect(0, 0, 1, 1); for (const layer of layers) { canvas.fillStyle = layer; canvas.fillRect(0, 0, 1, 1); } return canvas.getImageData(0, 0, 1, 1).data; };
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, part, n) => { const v = c[n] / 255; return sum + part * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
  const found = new Set();
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!own || !e.checkVisibility({ opacityProperty: true }) || e.closest("script, style, svg, :disabled, option")) continue;
    const layers = [];
    for (let at = e; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
    const [ground, text] = [light(rgb(layers)), light(rgb([...layers, getComputedStyle(e).color]))];
    const contrast = (Math.max(ground, text) + 0.05) / (Math.min(ground, text) + 0.05);
    if (contrast < 4.5) found.add(`${e.className || e.tagName} in ${e.parentElement.className}: ${contrast.toFixed(2)}`);
  }
  return [...found];
})()"#;

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn every_text_can_be_read_and_every_control_has_a_name() {
    for (_, id) in RUN_IDS {
        let (mut browser, _folder) = opened(id, 1400, "light");
        browser.click("#run1-rows [role=row]");
        for scheme in ["light", "dark"] {
            browser.window(1400, 900, scheme);
            browser.settle();
            assert_eq!(browser.eval(PALE), json!([]), "{id} {scheme}");
        }
        let tree = browser.call("Accessibility.getFullAXTree", json!({}));
        let of = |role: &str| -> Vec<String> {
            let nodes = tree["nodes"].as_array().expect("a tree").iter();
            let with_role = nodes.filter(|node| node["role"]["value"] == role);
            with_role
                .map(|node| node["name"]["value"].as_str().unwrap_or_default().to_owned())
                .collect()
        };
        for role in [
            "button",
            "combobox",
            "searchbox",
            "checkbox",
            "slider",
            "region",
            "treegrid",
            "grid",
            "article",
            "link",
        ] {
            assert!(
                of(role).iter().all(|name| !name.is_empty()),
                "{role}: {:?}",
                of(role)
            );
        }
        for landmark in ["banner", "navigation", "main", "complementary", "contentinfo"] {
            assert_eq!(of(landmark).len(), 1, "{landmark}");
        }
        let repeated = browser.eval("(() => { const ids = [...document.querySelectorAll('[id]')].map((e) => e.id); return ids.filter((id, n) => ids.indexOf(id) !== n); })()");
        assert_eq!(repeated, json!([]), "each id is there once");
    }
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn what_a_run_holds_is_text_and_is_never_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().join("hostile.jsonl");
    std::fs::write(&run, hostile()).expect("a run");
    let page = page_of(&[&run.display().to_string()], folder.path());
    let mut browser = Browser::start();
    browser.window(1400, 900, "light");
    browser.open(&page);
    for selector in [
        "#run1-rows [role=row]",
        "#run1-list [role=row]",
        "#run1-visits [role=row]",
    ] {
        browser.click(selector);
        browser.key("Escape");
    }
    browser.picture("hostile.png", true);
    assert_quiet(&mut browser);
    browser.window(360, 900, "light");
    assert_quiet(&mut browser);
    assert_eq!(browser.eval("typeof hurt"), json!("undefined"));
    assert_eq!(
        browser.eval("document.querySelectorAll('img, iframe, object, script').length"),
        json!(2),
        "ours only"
    );
    let text = browser.eval("document.body.innerText");
    let text = text.as_str().expect("text");
    assert!(text.contains("</script><img src=x onerror=hurt=1>"), "{text}");
    assert!(text.contains("\\u{202e}") && !text.contains('\u{202e}'), "{text}");
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn the_policy_lets_nothing_out_and_no_other_script_in() {
    let (mut browser, _folder) = opened("8c01f2", 1400, "light");
    assert_quiet(&mut browser);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let address = format!("http://{}/", listener.local_addr().expect("an address"));
    let tried = browser.eval(&format!(
        "(async () => {{ const said = []; const way = async (name, go) => {{ try {{ said.push(name + ': ' + await go()); }} catch (e) {{ said.push(name + ': no'); }} }};
          await way('fetch', async () => (await fetch('{address}')).status);
          await way('image', () => new Promise((yes, no) => {{ const i = new Image(); i.onload = () => yes('yes'); i.onerror = no; i.src = '{address}'; }}));
          await way('script', () => new Promise((yes, no) => {{ const s = document.createElement('script'); s.onerror = no; s.onload = () => yes('yes'); s.src = '{address}'; document.head.append(s); }}));
          await way('markup', () => {{ document.body.innerHTML = '<b>x</b>'; return 'yes'; }});
          await way('handler', () => {{ const e = document.createElement('b'); e.setAttribute('onclick', 'hurt=1'); document.body.append(e); e.click(); if (typeof hurt === 'undefined') throw 0; return 'yes'; }});
          return said; }})()"
    ));
    assert_eq!(
        tried,
        json!([
            "fetch: no",
            "image: no",
            "script: no",
            "markup: no",
            "handler: no"
        ])
    );
    assert!(listener.accept().is_err(), "nobody called");
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn events_are_found_by_text_severity_name_screen_and_time() {
    let (mut browser, _folder) = opened("8c01f2", 1400, "light");
    let said = "#run1-events .number";
    assert_eq!(browser.text(said), "43 of 43 events");
    browser.click("#run1-events input[type=search]");
    "package-1".chars().for_each(|c| browser.key(&c.to_string()));
    assert_eq!(browser.text(said), "11 of 43 events", "1 and 10 to 19");
    browser.click("#run1-events .controls > button");
    assert_eq!(browser.text(said), "43 of 43 events");
    browser.click("#run1-events .chip.debug input");
    assert_eq!(browser.text(said), "3 of 43 events");
    browser.click("#run1-events .chip.info input");
    assert_eq!(browser.text(said), "2 of 43 events");
    browser.click("#run1-events .chip.error input");
    assert_eq!(browser.text(said), "0 of 43 events");
    assert!(
        browser
            .text("#run1-events .empty")
            .contains("Nothing passes these filters")
    );
    browser.click("#run1-events .empty button");
    let choose = |browser: &mut Browser, which: &str, what: &str| {
        browser.eval(&format!(
            "(() => {{ const s = document.querySelector('#run1-events select[aria-label^=\"{which}\"]'); \
             s.value = [...s.options].find((o) => o.text.startsWith('{what}')).value; s.dispatchEvent(new Event('change')); }})()"
        ));
        browser.text("#run1-events .number")
    };
    assert_eq!(
        choose(&mut browser, "Name", "slow.foreground.wait (1)"),
        "1 of 43 events"
    );
    browser.click("#run1-events .controls > button");
    assert_eq!(choose(&mut browser, "Screen", "launch (43)"), "43 of 43 events");
    // The time that the waterfall shows is the time of the list.
    browser.click("#run1-errors .fault:nth-child(2) .actions button");
    let seen = browser.text(said);
    assert!(seen.starts_with("1 of 43 events from 0:04."), "{seen}");
    assert!(
        browser.text("#run1-details").contains("out of memory"),
        "the event itself is pinned"
    );
    browser.click("#run1-events .controls > .chip input");
    assert_eq!(browser.text(said), "43 of 43 events", "any time");
    assert_quiet(&mut browser);
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn the_waterfall_zooms_by_drag_wheel_keys_and_buttons() {
    let (mut browser, _folder) = opened("8b4766", 1400, "light");
    let seen = "#run1 .seen";
    let width = "document.querySelector('#run1-rows .slow .bar').getBoundingClientRect().width";
    assert_eq!(browser.text(seen), "whole run, 25.1s");
    let before = browser.number(width);
    // A drag from the middle of the tracks to their end.
    let (x, y) = browser.middle("#run1-rows .track");
    let end = browser.number("document.querySelector('#run1-rows .track').getBoundingClientRect().right");
    browser.drag((x, y), (end - 1.0, y + 40.0));
    assert!(
        browser.text(seen).starts_with("0:12.") && browser.text(seen).ends_with(", 12.5s"),
        "{}",
        browser.text(seen)
    );
    assert!(browser.number(width) > before * 1.9);
    browser.key("Escape");
    assert!(
        browser.text("#run1-details").contains("Point at a bar"),
        "a drag pins nothing"
    );
    // The wheel zooms with Ctrl only.
    browser.mouse(
        "mouseWheel",
        (x, y),
        json!({"deltaX": 0, "deltaY": -200, "modifiers": 2}),
    );
    assert!(browser.text(seen).contains(", 4.6"), "{}", browser.text(seen));
    browser.mouse("mouseWheel", (x, y), json!({"deltaX": 80, "deltaY": 0}));
    let moved = browser.text(seen);
    assert!(moved.contains(", 4.6") && !moved.starts_with("0:16.5"), "{moved}");
    browser.click("#run1 .rangebar button:last-of-type");
    assert_eq!(browser.text(seen), "whole run, 25.1s");
    browser.eval("document.querySelector('#run1-rows').focus()");
    browser.key("+");
    assert_eq!(browser.text(seen), "0:06.285 to 0:18.855, 12.5s");
    browser.key("]");
    assert_eq!(browser.text(seen), "0:09.427 to 0:21.997, 12.5s");
    browser.key("0");
    for _ in 0..9 {
        browser.key("ArrowDown");
    }
    browser.key("z");
    assert!(
        browser.text(seen).starts_with("0:16.2"),
        "to the stage: {}",
        browser.text(seen)
    );
    let lines = browser.eval(
        "(() => { const of = getComputedStyle(document.querySelector('#run1')); const label = document.querySelector('#run1-rows .axis span'); \
         return [of.getPropertyValue('--tick-at'), label.style.left]; })()",
    );
    assert_eq!(lines[0], lines[1], "a line stands under its words");
    browser.picture("zoomed.png", false);
    // The strip above has a window that moves all drawings.
    let (x, y) = browser.middle("#run1 .window");
    browser.drag((x, y), (x - 200.0, y));
    assert!(
        !browser.text(seen).starts_with("0:16.2"),
        "{}",
        browser.text(seen)
    );
    assert_quiet(&mut browser);
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn rows_fold_and_tell_their_details_to_the_mouse_and_to_the_keys() {
    let (mut browser, _folder) = opened("8c01f2", 1400, "light");
    let details = "#run1-details";
    let rows = "#run1-waterfall .number";
    assert_eq!(browser.text(rows), "17 rows");
    let place = browser.middle("#run1-rows [aria-rowindex='4']");
    browser.mouse("mouseMoved", place, json!({}));
    let told = browser.text(details);
    for words in [
        "launch.derived_image",
        "stage",
        "2.94s",
        "slow",
        "jackin.launch.stage",
        "derived_image",
        "0000000000000069",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    browser.mouse("mouseMoved", (2.0, 400.0), json!({}));
    assert!(browser.text(details).contains("Point at a bar"));
    browser.click("#run1-rows [aria-rowindex='4']");
    browser.mouse("mouseMoved", (2.0, 400.0), json!({}));
    assert!(
        browser.text(details).contains("launch.derived_image"),
        "a click pins"
    );
    browser.key("Escape");
    assert!(browser.text(details).contains("Point at a bar"));
    browser.click("#run1-rows [aria-rowindex='4'] .twist");
    assert_eq!(browser.text(rows), "9 of 17 rows");
    browser.key("ArrowRight");
    assert_eq!(
        browser.text(rows),
        "17 rows",
        "the row that was clicked is the active one"
    );
    browser.key("ArrowDown");
    assert!(
        browser
            .text(details)
            .contains("launch.derived_image.docker_build"),
        "{}",
        browser.text(details)
    );
    let active = browser.eval("(() => { const list = document.querySelector('#run1-rows'); const row = document.getElementById(list.getAttribute('aria-activedescendant')); return [row.getAttribute('aria-level'), row.innerText.split('\\n')[0]]; })()");
    assert_eq!(active, json!(["3", "docker_build"]));
    browser.key("ArrowLeft");
    browser.key("ArrowLeft");
    browser.key("Enter");
    assert!(
        browser.text(details).starts_with('✕'),
        "pinned: {}",
        browser.text(details)
    );
    // An error leads to the span that failed, whatever hides it.
    browser.click("#run1-waterfall .controls button + button");
    browser.click("#run1-errors .fault:nth-child(3) .actions button");
    let told = browser.text(details);
    assert!(
        told.contains("wait_capsule_socket") && told.contains("out of memory"),
        "{told}"
    );
    browser.window(1400, 1180, "light");
    browser.middle("#run1-waterfall");
    browser.picture("pinned.png", false);
    assert_quiet(&mut browser);
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn colours_follow_the_system_until_somebody_chooses() {
    let (mut browser, _folder) = opened("8b4766", 800, "dark");
    let ground = |browser: &mut Browser| browser.eval("getComputedStyle(document.body).backgroundColor");
    assert_eq!(ground(&mut browser), json!("rgb(19, 21, 25)"));
    browser.click(".theme");
    assert_eq!(
        ground(&mut browser),
        json!("rgb(246, 246, 243)"),
        "light, although the system is dark"
    );
    browser.window(800, 900, "light");
    browser.click(".theme");
    assert_eq!(
        ground(&mut browser),
        json!("rgb(19, 21, 25)"),
        "dark, although the system is light"
    );
    browser.click(".theme");
    assert_eq!(
        ground(&mut browser),
        json!("rgb(246, 246, 243)"),
        "as the system again"
    );
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn a_phone_pins_with_a_finger_and_a_printer_gets_everything() {
    let (mut browser, _folder) = opened("8c01f2", 360, "dark");
    assert_eq!(browser.text("#run1-details"), "", "no details in the way");
    browser.click("#run1-rows [aria-rowindex='15']");
    assert!(browser.text("#run1-details").contains("launch.capsule"));
    browser.picture("crash-360-pinned.png", false);
    assert_quiet(&mut browser);
    browser.click("#run1-details .close");
    assert_eq!(browser.text("#run1-details"), "");
    // One finger moves the time, two zoom it.
    let seen = "#run1 .seen";
    browser.click("#run1 .rangebar [aria-label='Zoom in']");
    assert_eq!(browser.text(seen), "0:01.054 to 0:03.164, 2.10s");
    let (x, y) = browser.middle("#run1-rows");
    browser.touch(&[&[(x + 60.0, y)], &[(x + 30.0, y)], &[(x, y)], &[(x - 60.0, y)]]);
    let moved = browser.text(seen);
    assert!(
        moved.ends_with(", 2.10s") && moved.starts_with("0:01.9"),
        "{moved}"
    );
    browser.touch(&[
        &[(x - 20.0, y), (x + 20.0, y)],
        &[(x - 40.0, y), (x + 40.0, y)],
        &[(x - 80.0, y), (x + 80.0, y)],
    ]);
    let zoomed = browser.text(seen);
    assert!(zoomed.ends_with("ms"), "{zoomed}");
    assert_eq!(browser.text("#run1-details"), "", "no row was meant");
    browser.click("#run1 .rangebar button:last-of-type");
    // On paper the lists are whole, and what only a pointer could use is gone.
    let paper = browser.paper("crash.pdf");
    assert!(paper.starts_with(b"%PDF") && paper.len() > 20_000);
    browser.call("Emulation.setEmulatedMedia", json!({"media": "print"}));
    browser.eval("dispatchEvent(new Event('beforeprint'))");
    let text = browser.text("main");
    for number in 5..45 {
        assert!(
            text.contains(&format!("#{number} [stage-1")),
            "output line {number} is missing"
        );
    }
    assert!(!text.contains("Whole run") && text.contains("wait_capsule_socket"));
    assert_eq!(
        browser.eval("getComputedStyle(document.documentElement).colorScheme"),
        json!("light")
    );
    browser.eval("dispatchEvent(new Event('afterprint'))");
    assert_quiet(&mut browser);
}

#[test]
#[ignore = "needs Chromium: CHROMIUM=<its path>"]
fn a_file_of_two_processes_is_one_page_with_two_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = folder.path().join("joined.jsonl");
    std::fs::write(&run, made_up_text("8b4766.jsonl") + &made_up_text("8c01f2.jsonl")).expect("a run");
    let page: PathBuf = page_of(&[&run.display().to_string()], folder.path());
    let mut browser = Browser::start();
    browser.window(1400, 900, "light");
    browser.open(&page);
    assert_quiet(&mut browser);
    assert!(
        browser.text("#run1 .head").contains("part 1 of 2")
            && browser.text("#run2 .head").contains("part 2 of 2")
    );
    assert_eq!(browser.text(".topbar nav"), "console · success\nload · failed");
    browser.click("#run2-rows [role=row]");
    assert!(
        browser.text("#run2-details").contains("cli.command")
            && browser.text("#run1-details").contains("Point at")
    );
}
