//! An editor's side of the language server protocol: as much of it as opens a file and asks about a place in it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// Longer than any answer takes on a busy machine.
const LONG: Duration = Duration::from_secs(60);

/// A server that was started for one test, and ends with it.
pub(super) struct Client {
    server: Child,
    input: ChildStdin,
    messages: Receiver<Value>,
    /// Where its files are: `file:///…/schema/`.
    files: String,
    asked: u64,
    opened: u64,
}

/// An opened file, what the server found wrong with it, and where the cursor is.
pub(super) struct Document {
    uri: String,
    position: Value,
    diagnostics: Vec<Value>,
}

impl Document {
    /// Where red lines are, the first line behind the modeline being 1, and what they say.
    pub(super) fn red_lines(&self) -> Vec<(u64, String)> {
        let lines = self.diagnostics.iter().map(|found| {
            let line = found["range"]["start"]["line"].as_u64().expect("a line");
            (line, found["message"].as_str().unwrap_or_default().to_owned())
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort();
        lines
    }
}

impl Client {
    /// Starts the server for the project in this folder, whose schema is in `schema/`.
    pub(super) fn start(folder: &Path) -> Client {
        let program = std::env::var_os("YAML_LANGUAGE_SERVER").expect("YAML_LANGUAGE_SERVER is a path");
        let mut server = Command::new(program)
            .arg("--stdio")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the server starts");
        let input = server.stdin.take().expect("its input is a pipe");
        let output = BufReader::new(server.stdout.take().expect("its output is a pipe"));
        let (heard, messages) = channel();
        std::thread::spawn(move || {
            let mut output = output;
            while let Some(message) = read(&mut output) {
                if heard.send(message).is_err() {
                    break;
                }
            }
        });
        let root = format!("file://{}", folder.display());
        let mut client = Client {
            server,
            input,
            messages,
            files: format!("{root}/schema/"),
            asked: 0,
            opened: 0,
        };
        let markdown = json!(["markdown"]);
        let capabilities = json!({ "textDocument": {
            "hover": { "contentFormat": markdown },
            "completion": { "completionItem": { "documentationFormat": markdown } },
        } });
        let begin = json!({ "processId": std::process::id(), "rootUri": root, "capabilities": capabilities });
        client.request("initialize", &begin);
        client.tell("initialized", &json!({}));
        // It must not look for schemas elsewhere: there may be no network.
        let yaml = json!({ "validate": true, "hover": true, "completion": true, "schemaStore": { "enable": false } });
        let settings = json!({ "settings": { "yaml": yaml } });
        client.tell("workspace/didChangeConfiguration", &settings);
        client
    }

    /// Opens a file of the schema's folder, which need not exist, and waits for what is wrong with it.
    pub(super) fn open(&mut self, name: &str, text: &str) -> Document {
        let before = text.split_once('|').map(|(before, _)| before);
        let text = before.map_or(text.to_owned(), |before| {
            format!("{before}{}", &text[before.len() + 1..])
        });
        let before = before.unwrap_or_default();
        let line = before.matches('\n').count();
        let character = before.rsplit('\n').next().unwrap_or_default().chars().count();
        // Each text is a file of its own, so that no answer about the last one is taken for one about this.
        self.opened += 1;
        let uri = format!("{}{}-{name}", self.files, self.opened);
        let opened = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": opened }));
        let published = |message: &Value| {
            message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri
        };
        let message = self.wait(published);
        let diagnostics = message["params"]["diagnostics"].as_array().cloned();
        Document {
            position: json!({ "line": line, "character": character }),
            diagnostics: diagnostics.unwrap_or_default(),
            uri,
        }
    }

    /// Asks about the place of the cursor.
    pub(super) fn ask(&mut self, method: &str, document: &Document) -> Value {
        let place = json!({ "textDocument": { "uri": document.uri }, "position": document.position });
        self.request(method, &place)
    }

    fn request(&mut self, method: &str, parameters: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        let mut answer = self.wait(|message| message["id"] == id && message.get("method").is_none());
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    fn tell(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let sent = write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len());
        sent.and_then(|()| self.input.flush()).expect("the server reads");
    }

    /// The first message that is meant. What the server asks meanwhile is answered with nothing.
    fn wait(&mut self, is_meant: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.messages.recv_timeout(LONG).expect("the server answers");
            if is_meant(&message) {
                return message;
            }
            if let (Some(id), Some(_)) = (message.get("id"), message.get("method")) {
                let items = message["params"]["items"].as_array().map(Vec::len);
                let nothing = items.map_or(Value::Null, |items| json!(vec![Value::Null; items]));
                self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": nothing }));
            }
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It fails only when the server has ended already.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// One message: its length in a head, and as much JSON.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some((key, value)) if key.eq_ignore_ascii_case("content-length") => {
                length = value.parse().ok()?
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    output.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
