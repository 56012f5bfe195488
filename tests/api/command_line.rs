//! The binary: its words, its exit codes, and how it stops.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long something may take that takes a moment.
const PATIENCE: Duration = Duration::from_secs(30);

/// The binary in an empty folder, with no settings but those that are given.
fn tradepost(folder: &TempDir, arguments: &[&str], settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradepost"));
    command.args(arguments).current_dir(folder.path()).env_clear().stdin(Stdio::null());
    command.env("DATA_DIR", folder.path().join("data")).envs(settings.iter().copied());
    command
}

fn run(folder: &TempDir, arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    tradepost(folder, arguments, settings).output().unwrap()
}

fn folder() -> TempDir {
    TempDir::new().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Asserts that no file of the folder holds a text.
fn is_stored_nowhere(folder: &Path, text: &str) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            is_stored_nowhere(&path, text);
        } else {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{}", path.display());
        }
    }
}

#[test]
fn help_tells_every_command_and_exit_code() {
    let folder = folder();
    let help = run(&folder, &["--help"], &[]);
    assert_eq!(code(&help), 0);
    for word in [
        "serve",
        "worker",
        "migrate",
        "demo",
        "import",
        "schema",
        "staff",
        "pricing",
        "recommendation",
        "search",
        "token",
        "Exit codes",
        "78",
    ] {
        assert!(out(&help).contains(word), "{word}");
    }
    assert_eq!(code(&run(&folder, &["--version"], &[])), 0);
    assert_eq!(code(&run(&folder, &[], &[])), 2);
    let unknown = run(&folder, &["sell"], &[]);
    assert_eq!(code(&unknown), 2);
    assert!(err(&unknown).contains("sell"));
    assert!(!folder.path().join("data").exists(), "asking for help lays no database");
}

#[test]
fn a_schema_is_printed_whatever_the_settings() {
    let folder = folder();
    let storefront = run(&folder, &["schema", "storefront"], &[("TRADEPOST_ENV", "production")]);
    assert_eq!(code(&storefront), 0);
    for part in [
        "type QueryRoot",
        "type Mutation",
        "directive @inContext",
        "cartSubmitForCompletion",
        "enum CartErrorCode",
    ] {
        assert!(out(&storefront).contains(part), "{part}");
    }
    let admin = run(&folder, &["schema", "admin"], &[]);
    assert_eq!(code(&admin), 0);
    assert!(out(&admin).contains("orders(") && !out(&admin).contains("cartCreate"));
    assert_eq!(code(&run(&folder, &["schema", "other"], &[])), 2);
    assert!(!folder.path().join("data").exists());
}

#[test]
fn the_search_index_is_built_anew_by_command() {
    let folder = folder();
    for number in [1, 2] {
        let built = run(&folder, &["search", "rebuild"], &[]);
        assert_eq!(code(&built), 0, "{}", err(&built));
        assert_eq!(out(&built), "the search index was built anew\n");
        let index = folder.path().join(format!("data/search/index-{number}"));
        assert!(index.join("meta.json").exists(), "{}", index.display());
        assert_eq!(std::fs::read_dir(folder.path().join("data/search")).unwrap().count(), 1);
    }
}

#[test]
fn wrong_settings_are_told_by_their_names() {
    let folder = folder();
    let wrong = [("HTTP_ADDR", "4000"), ("CART_DAYS", "many"), ("TRADEPOST_ENV", "staging")];
    for arguments in [&["serve"][..], &["worker"], &["migrate"], &["demo"], &["token", "create", "admin"]] {
        let output = run(&folder, arguments, &wrong);
        assert_eq!(code(&output), 78, "{arguments:?} {}", err(&output));
        for (name, value) in wrong {
            assert!(err(&output).contains(name), "{name}: {}", err(&output));
            assert!(
                !err(&output).contains(value) || value == "4000",
                "values may be secrets: {}",
                err(&output)
            );
        }
        assert_eq!(out(&output), "");
    }
    let production = run(&folder, &["serve"], &[("TRADEPOST_ENV", "production")]);
    assert_eq!(
        (code(&production), err(&production).as_str()),
        (78, "SECRET_KEY must be set in production\n")
    );
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_file_of_settings_is_read_where_the_command_is_run() {
    let folder = folder();
    std::fs::write(folder.path().join(".env"), "RESERVATION_MINUTES=0\n").unwrap();
    let output = run(&folder, &["migrate"], &[]);
    assert_eq!(code(&output), 78);
    assert!(err(&output).contains("RESERVATION_MINUTES"));
    let output = run(&folder, &["migrate"], &[("RESERVATION_MINUTES", "5")]);
    assert_eq!(code(&output), 0, "what is set beats the file: {}", err(&output));
    std::fs::write(folder.path().join(".env"), "this is no setting\n").unwrap();
    let output = run(&folder, &["migrate"], &[]);
    assert_eq!(code(&output), 78);
    assert!(err(&output).contains(".env"), "{}", err(&output));
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/.env.example"), folder.path().join(".env")).unwrap();
    assert_eq!(code(&run(&folder, &["migrate"], &[])), 0, "the example can be copied as it is");
}

#[test]
fn migrating_twice_does_it_once() {
    let folder = folder();
    let first = run(&folder, &["migrate"], &[]);
    assert_eq!(
        (code(&first), out(&first).as_str()),
        (0, "26 migrations applied; the database is up to date\n")
    );
    let second = run(&folder, &["migrate"], &[]);
    assert_eq!(
        (code(&second), out(&second).as_str()),
        (0, "0 migrations applied; the database is up to date\n")
    );
}

#[test]
fn an_import_with_wrong_rows_keeps_the_good_ones_and_says_so() {
    let folder = folder();
    let file = folder.path().join("products.csv");
    std::fs::write(&file, "Handle,Variant Price\nmug,10.00\ncup,ten\n,5.00\njug,12.00\n").unwrap();
    let file = file.to_str().unwrap();
    let dry = run(&folder, &["import", "products", file, "--dry-run"], &[]);
    assert_eq!(code(&dry), 3);
    assert!(out(&dry).ends_with("This was a dry run: nothing was written.\n"), "{}", out(&dry));
    let first = run(&folder, &["import", "products", file], &[]);
    assert_eq!(code(&first), 3);
    for message in [
        "line 3, column Variant Price: \"ten\" is not a number such as 1299.00\n",
        "line 4, column Handle: is empty: every row names its product\n",
    ] {
        assert!(err(&first).contains(message), "{}", err(&first));
    }
    assert!(out(&first).starts_with("2 products, 2 variants in "), "{}", out(&first));
    assert!(out(&first).ends_with("2 created, 0 updated, 0 unchanged, 2 refused\n"), "{}", out(&first));
    std::fs::write(file, "Handle,Variant Price\nmug,10.00\njug,13.00\n").unwrap();
    let second = run(&folder, &["import", "products", file], &[]);
    assert_eq!(code(&second), 0);
    assert!(out(&second).ends_with("0 created, 1 updated, 1 unchanged, 0 refused\n"), "{}", out(&second));
    let missing = run(&folder, &["import", "products", "nowhere.csv"], &[]);
    assert_eq!(code(&missing), 1);
    assert!(err(&missing).contains("nowhere.csv cannot be opened"), "{}", err(&missing));
    std::fs::write(file, "Title\nMug\n").unwrap();
    let headless = run(&folder, &["import", "products", file], &[]);
    assert_eq!(code(&headless), 1);
    assert!(err(&headless).contains("it has no column Handle"), "{}", err(&headless));
}

#[test]
fn what_is_bought_together_can_be_counted_anew() {
    let folder = folder();
    let counted = run(&folder, &["recommendation", "rebuild"], &[]);
    assert_eq!((code(&counted), out(&counted).as_str()), (0, "0 pairs of products are bought together\n"));
}

#[test]
fn pricing_rules_are_listed_and_unknown_ones_refused() {
    let folder = folder();
    let listed = run(&folder, &["pricing", "rules"], &[]);
    assert_eq!((code(&listed), out(&listed).as_str()), (0, ""), "{}", err(&listed));
    for what in ["simulate", "activate", "pause", "run", "revert"] {
        let unknown = run(&folder, &["pricing", what, "7"], &[]);
        assert_eq!(code(&unknown), 1, "{what}");
        assert!(err(&unknown).contains("does not exist"), "{what}: {}", err(&unknown));
    }
}

#[test]
fn a_token_is_told_once_and_not_stored() {
    let folder = folder();
    for (kind, prefix) in [("admin", "tpa_"), ("storefront", "tps_")] {
        let made = run(&folder, &["token", "create", kind, "--name", "test"], &[]);
        assert_eq!(code(&made), 0, "{}", err(&made));
        let token = out(&made).trim_end().to_owned();
        assert!(token.starts_with(prefix) && token.len() == prefix.len() + 27, "{token}");
        is_stored_nowhere(folder.path(), &token);
        is_stored_nowhere(folder.path(), &token[4..]);
    }
    assert_eq!(code(&run(&folder, &["token", "create", "root"], &[])), 2);
}

#[test]
fn staff_need_a_long_password_and_an_address_of_their_own() {
    let folder = folder();
    let create = |email: &str, password: &str| {
        let arguments = ["staff", "create", "--email", email, "--name", "Ada"];
        run(&folder, &arguments, &[("TRADEPOST_PASSWORD", password)])
    };
    let short = create("ada@example.com", "eleven char");
    assert_eq!(code(&short), 1);
    assert!(err(&short).contains("a password has 12 to 128 characters"), "{}", err(&short));
    let address = create("ada", "a long enough password");
    assert_eq!(code(&address), 1);
    assert!(err(&address).contains("--email"), "{}", err(&address));
    let first = create("Ada@Example.com", "a long enough password");
    assert_eq!(
        (code(&first), out(&first).as_str()),
        (0, "Staff member 1 can sign in now\n"),
        "{}",
        err(&first)
    );
    let again = create("ada@example.com", "another long password");
    assert_eq!(code(&again), 1);
    assert!(err(&again).contains("somebody with this e-mail address works here already"), "{}", err(&again));
    is_stored_nowhere(folder.path(), "a long enough password");

    let arguments = ["staff", "create", "--email", "bob@example.com", "--name", "Bob"];
    let mut child =
        tradepost(&folder, &arguments, &[]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"typed in by hand, long enough\nmore\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((code(&output), out(&output).as_str()), (0, "Staff member 2 can sign in now\n"));
}

/// A server that is killed when the test is over, however it ends.
struct Serving {
    child: Child,
    addr: String,
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Serving {
    fn start(folder: &TempDir) -> Self {
        let addr = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let settings = [("HTTP_ADDR", addr.as_str()), ("HTTP_WORKERS", "1"), ("SHUTDOWN_SECONDS", "20")];
        let child = tradepost(folder, &["serve"], &settings)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let serving = Self { child, addr };
        let began = Instant::now();
        while !serving.try_get("/readyz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
            assert!(began.elapsed() < PATIENCE, "the server does not answer");
            std::thread::sleep(Duration::from_millis(50));
        }
        serving
    }

    fn try_get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.addr).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n").ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        Some(answer)
    }

    /// Posts a document; the answer is empty where the server hung up.
    fn post(&self, document: &str) -> String {
        let mut stream = TcpStream::connect(&self.addr).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let length = document.len();
        let head =
            "POST /graphql HTTP/1.1\r\nhost: shop\r\nconnection: close\r\ncontent-type: application/graphql";
        write!(stream, "{head}\r\ncontent-length: {length}\r\n\r\n{document}").unwrap();
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        answer
    }

    fn ask_to_stop(&self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// The exit code, once the process is over.
    fn exit_code(&mut self) -> i32 {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code().unwrap();
            }
            assert!(began.elapsed() < PATIENCE, "the server does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

#[test]
fn serve_answers_and_stops_when_asked() {
    let folder = folder();
    let mut serving = Serving::start(&folder);
    assert!(serving.try_get("/healthz").unwrap().ends_with("ok\n"));
    let settings = [("HTTP_ADDR", serving.addr.as_str())];
    let second = run(&folder, &["serve"], &settings);
    assert_eq!(code(&second), 1);
    assert!(err(&second).contains("HTTP_ADDR cannot be listened on"), "{}", err(&second));
    let asked = Instant::now();
    serving.ask_to_stop();
    assert_eq!(serving.exit_code(), 0);
    assert!(asked.elapsed() < Duration::from_secs(10), "nothing was under way");
}

#[test]
fn no_document_brings_the_server_down() {
    let folder = folder();
    let mut serving = Serving::start(&folder);
    let deep: Vec<String> = [100, 200, 400, 800, 10_000]
        .into_iter()
        .flat_map(|levels| {
            let lists = format!("x(a: {}1{})", "[".repeat(levels), "]".repeat(levels));
            let objects = format!("x(a: {}1{})", "{a:".repeat(levels), "}".repeat(levels));
            [lists, objects, format!("x{}{}", "{a".repeat(levels), "}".repeat(levels))]
        })
        .collect();
    // What stands before is a way to make a careless scanner believe that the rest is no code.
    for before in ["", "y(a: \"\"\" \" \"\"\") ", "# \r ", "y(a: \"\"\" \\\\\" \"\"\") ", "\"\"\" \" "] {
        for deep in &deep {
            let answer = serving.post(&format!("{{ {before}{deep} }}"));
            assert!(
                !answer.is_empty() && serving.child.try_wait().unwrap().is_none(),
                "{before}{deep:.60} brought it down"
            );
            assert!(
                answer.contains("DOCUMENT_TOO_DEEP") || answer.contains("GRAPHQL_PARSE_FAILED"),
                "{answer:.300}"
            );
        }
    }
    assert!(serving.post("{ shop { name } }").contains("{\"data\":{\"shop\":{\"name\":\"My shop\"}}}"));
}

#[test]
fn a_request_under_way_is_finished_before_the_server_stops() {
    let folder = folder();
    let mut serving = Serving::start(&folder);
    let body = "{\"query\":\"mutation { cartCreate { cart { id } userErrors { code } } }\"}";
    let (begun, rest) = body.split_at(20);
    let mut stream = TcpStream::connect(&serving.addr).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /graphql HTTP/1.1\r\nhost: shop\r\nconnection: close\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n{begun}"
    )
    .unwrap();
    stream.flush().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    serving.ask_to_stop();
    let began = Instant::now();
    while serving.try_get("/healthz").is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
        assert!(began.elapsed() < PATIENCE, "new requests are still taken");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(serving.child.try_wait().unwrap().is_none(), "a request is under way");
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("gid://shopify/Cart/") && answer.contains("\"userErrors\":[]"), "{answer}");
    assert_eq!(serving.exit_code(), 0);
}
