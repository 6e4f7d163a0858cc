//! A real browser, driven over its DevTools protocol: Chromium takes commands on descriptor 3 and answers on 4, a JSON
//! object at a time, so neither a port nor a WebSocket is needed. A shell puts our pipes on those numbers.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

/// How long it may take to answer, on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser with one tab.
pub(super) struct Browser {
    process: Child,
    commands: ChildStdin,
    answers: Receiver<Value>,
    number: u64,
    session: String,
    /// Width of the window, in CSS pixels. A phone's page that is wider would make its own measure wider.
    pub(super) width: u32,
    /// What the page said on its console, and what it threw or was denied.
    pub(super) complaints: Vec<String>,
    /// What the page asked the network for.
    pub(super) asked: Vec<String>,
    _profile: TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It fails only when the browser has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Browser {
    /// Starts the browser that `CHROMIUM` names.
    pub(super) fn start() -> Browser {
        let program = std::env::var_os("CHROMIUM").expect("CHROMIUM names a Chromium");
        let profile = tempfile::tempdir().expect("a folder");
        let mut process = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1", "sh"])
            .arg(program)
            .args([
                "--headless",
                "--remote-debugging-pipe",
                "--no-sandbox",
                "--disable-gpu",
            ])
            .args([
                "--no-first-run",
                "--disable-extensions",
                "--disable-background-networking",
            ])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a shell");
        let commands = process.stdin.take().expect("a pipe");
        let mut output = BufReader::new(process.stdout.take().expect("a pipe"));
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while output.read_until(0, &mut message).is_ok_and(|read| read > 0) {
                message.pop();
                let parsed = serde_json::from_slice(&message).expect("JSON");
                if sender.send(parsed).is_err() {
                    return;
                }
                message.clear();
            }
        });
        let mut browser = Browser {
            process,
            commands,
            answers,
            number: 0,
            session: String::new(),
            width: 800,
            complaints: Vec::new(),
            asked: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attached = browser.call(
            "Target.attachToTarget",
            json!({"targetId": target["targetId"], "flatten": true}),
        );
        browser.session = attached["sessionId"].as_str().expect("a session").to_owned();
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser
    }

    /// Sends a command and waits for its answer.
    pub(super) fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.number += 1;
        let mut message = json!({"id": self.number, "method": method, "params": parameters});
        if !self.session.is_empty() {
            message["sessionId"] = json!(self.session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.commands.write_all(&bytes).expect("the browser listens");
        loop {
            let answer = self.next();
            if answer["id"] == self.number {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
            self.note(&answer);
        }
    }

    fn next(&mut self) -> Value {
        self.answers.recv_timeout(PATIENCE).expect("the browser answers")
    }

    fn note(&mut self, event: &Value) {
        let text = |place: &str| event.pointer(place).unwrap_or(&Value::Null).to_string();
        match event["method"].as_str().unwrap_or_default() {
            "Runtime.exceptionThrown" => self.complaints.push(text("/params/exceptionDetails")),
            "Runtime.consoleAPICalled" => self.complaints.push(text("/params/args")),
            "Log.entryAdded" => self.complaints.push(text("/params/entry")),
            "Network.requestWillBeSent" => {
                let address = event.pointer("/params/request/url").and_then(Value::as_str);
                self.asked.push(address.unwrap_or_default().to_owned());
            }
            _ => {}
        }
    }

    /// Sets the window and the system's colours.
    pub(super) fn window(&mut self, width: u32, height: u32, scheme: &str) {
        self.width = width;
        self.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}),
        );
        let scheme = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.call("Emulation.setEmulatedMedia", json!({"features": scheme}));
    }

    /// Opens a page and waits until it has drawn all of itself. Gives back how many milliseconds that took it.
    pub(super) fn open(&mut self, page: &Path) -> f64 {
        let address = format!("file://{}", page.display());
        self.call("Page.navigate", json!({"url": address}));
        let begun = Instant::now();
        loop {
            // Between two pages there may be no document.
            let drawn =
                self.eval("location.protocol === 'file:' && document.documentElement?.dataset.drawn || ''");
            if let Some(millis) = drawn.as_str().and_then(|text| text.parse().ok()) {
                return millis;
            }
            assert!(
                begun.elapsed() < PATIENCE && self.complaints.is_empty(),
                "{:?}",
                self.complaints
            );
            std::thread::yield_now();
        }
    }

    /// What an expression comes to; a promise is waited for.
    pub(super) fn eval(&mut self, script: &str) -> Value {
        let answer = self.call(
            "Runtime.evaluate",
            json!({"expression": script, "returnByValue": true, "awaitPromise": true}),
        );
        assert!(answer["exceptionDetails"].is_null(), "{script}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Text of the first element that a selector finds, when everything asked for has been drawn.
    pub(super) fn text(&mut self, selector: &str) -> String {
        self.settle();
        let script = format!(
            "[document.querySelector({})].filter((e) => e?.checkVisibility()).map((e) => e.innerText).join()",
            json!(selector)
        );
        self.eval(&script).as_str().unwrap_or_default().to_owned()
    }

    pub(super) fn number(&mut self, script: &str) -> f64 {
        self.settle();
        self.eval(script)
            .as_f64()
            .unwrap_or_else(|| panic!("{script} is a number"))
    }

    /// Waits for the frames in which the page draws what it was asked for.
    pub(super) fn settle(&mut self) {
        let frame = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))))";
        self.eval(frame);
    }

    /// The middle of the first element that a selector finds, after it was brought into sight.
    pub(super) fn middle(&mut self, selector: &str) -> (f64, f64) {
        let script = format!(
            "(() => {{ const e = document.querySelector({}); e.scrollIntoView({{block: 'center', behavior: 'instant'}}); \
             const b = e.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; }})()",
            json!(selector)
        );
        self.settle();
        let place = self.eval(&script);
        self.settle();
        (
            place[0].as_f64().expect(selector),
            place[1].as_f64().expect(selector),
        )
    }

    pub(super) fn mouse(&mut self, kind: &str, (x, y): (f64, f64), more: Value) {
        let mut event = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
        if kind == "mouseMoved" {
            event["buttons"] = more.get("buttons").cloned().unwrap_or(json!(0));
        }
        for (key, value) in more.as_object().into_iter().flatten() {
            event[key] = value.clone();
        }
        self.call("Input.dispatchMouseEvent", event);
    }

    pub(super) fn click(&mut self, selector: &str) {
        let place = self.middle(selector);
        self.mouse("mouseMoved", place, json!({}));
        self.mouse("mousePressed", place, json!({}));
        self.mouse("mouseReleased", place, json!({}));
        self.settle();
    }

    pub(super) fn drag(&mut self, from: (f64, f64), to: (f64, f64)) {
        self.mouse("mouseMoved", from, json!({}));
        self.mouse("mousePressed", from, json!({}));
        for step in 1..=4 {
            let part = f64::from(step) / 4.0;
            let place = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            self.mouse("mouseMoved", place, json!({"buttons": 1}));
        }
        self.mouse("mouseReleased", to, json!({}));
        self.settle();
    }

    /// Puts fingers down at the first places, moves them over the others, and takes them away.
    pub(super) fn touch(&mut self, places: &[&[(f64, f64)]]) {
        self.call(
            "Emulation.setTouchEmulationEnabled",
            json!({"enabled": true, "maxTouchPoints": 2}),
        );
        for (index, fingers) in places.iter().enumerate() {
            let kind = if index == 0 { "touchStart" } else { "touchMove" };
            let points: Vec<Value> = (0..)
                .zip(*fingers)
                .map(|(id, (x, y))| json!({"x": x, "y": y, "id": id}))
                .collect();
            self.call(
                "Input.dispatchTouchEvent",
                json!({"type": kind, "touchPoints": points}),
            );
        }
        self.call(
            "Input.dispatchTouchEvent",
            json!({"type": "touchEnd", "touchPoints": []}),
        );
        self.settle();
    }

    /// Presses a key, such as `ArrowDown`, or types a character.
    pub(super) fn key(&mut self, key: &str) {
        let text = if key.len() == 1 { key } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let text = if kind == "keyDown" { text } else { "" };
            self.call(
                "Input.dispatchKeyEvent",
                json!({"type": kind, "key": key, "text": text}),
            );
        }
        self.settle();
    }

    /// Writes a picture of the whole page, or of what is in the window.
    pub(super) fn picture(&mut self, name: &str, whole: bool) {
        self.settle();
        let picture = self.call(
            "Page.captureScreenshot",
            json!({"format": "png", "captureBeyondViewport": whole}),
        );
        save(name, &picture["data"]);
    }

    /// Prints the page, and writes that down.
    pub(super) fn paper(&mut self, name: &str) -> Vec<u8> {
        let paper = self.call(
            "Page.printToPDF",
            json!({"printBackground": true, "preferCSSPageSize": true}),
        );
        save(name, &paper["data"])
    }
}

/// The folder for what somebody wants to look at.
pub(super) fn pictures() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/report");
    std::fs::create_dir_all(&folder).expect("the build's folder");
    folder
}

fn save(name: &str, data: &Value) -> Vec<u8> {
    let bytes = STANDARD.decode(data.as_str().expect("a file")).expect("base64");
    std::fs::write(pictures().join(name), &bytes).expect("the build's folder");
    bytes
}
