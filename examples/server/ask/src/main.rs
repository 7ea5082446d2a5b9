//! Asks a server a few hundred questions and prints all answers, in the order of the questions.
//!
//! Usage: `ask ADDRESS`. It knows just enough HTTP/1.1 for that, and no async.

use std::{
    env,
    io::{self, BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::ExitCode,
    thread,
    time::Duration,
};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const TIMEOUT: Duration = Duration::from_secs(20);
const TOKEN: &str = "Authorization: Bearer corofold\r\n";

struct Question {
    method: &'static str,
    path: String,
    headers: &'static str,
    body: String,
}

impl Question {
    fn new(method: &'static str, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            headers: "",
            body: String::new(),
        }
    }

    fn get(path: impl Into<String>) -> Self {
        Self::new("GET", path)
    }

    fn json(method: &'static str, path: impl Into<String>, body: impl Into<String>) -> Self {
        let headers = "Content-Type: application/json\r\n";
        Self {
            headers,
            body: body.into(),
            ..Self::new(method, path)
        }
    }

    fn with(self, headers: &'static str) -> Self {
        Self { headers, ..self }
    }
}

/// One connection that is kept open from question to question.
struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        stream.set_write_timeout(Some(TIMEOUT))?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream: BufReader::new(stream),
        })
    }

    /// Asks and returns the answer as text that has nothing of the time in it.
    fn ask(&mut self, number: usize, question: &Question) -> Result<String> {
        let Question {
            method,
            path,
            headers,
            body,
        } = question;
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: {number}\r\n\
             Content-Length: {length}\r\n{headers}\r\n{body}"
        );
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (head, body) = self.answer()?;
        Ok(format!(
            "{number} {method} {path}\n{head}{}\n\n",
            String::from_utf8_lossy(&body)
        ))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        match self.stream.read_line(&mut line)? {
            0 => Err("the server closed the connection in the middle of an answer".into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    }

    fn answer(&mut self) -> Result<(String, Vec<u8>)> {
        let mut head = format!("{}\n", self.line()?);
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", value)) => length = value.parse()?,
                Some(("transfer-encoding", "chunked")) => chunked = true,
                // The only header that differs from run to run.
                Some(("date", _)) => continue,
                _ if line.is_empty() => break,
                _ => {}
            }
            head += &line;
            head.push('\n');
        }
        let body = if chunked {
            self.chunks()?
        } else {
            self.bytes(length)?
        };
        Ok((head, body))
    }

    fn bytes(&mut self, length: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn chunks(&mut self) -> Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let length = usize::from_str_radix(&self.line()?, 16)?;
            body.extend(self.bytes(length)?);
            self.line()?;
            if length == 0 {
                return Ok(body);
            }
        }
    }
}

fn item(number: usize) -> String {
    format!(r#"{{"name":"item {number}","stock":{}}}"#, number * 7 % 23)
}

/// Questions whose answers depend on the ones before: asked one after the other.
fn story() -> Vec<Question> {
    let mut all = vec![
        Question::get("/health"),
        Question::get("/items/1"),
        Question::get("/no/such/route"),
    ];
    all.extend((1..=42).map(|number| Question::json("POST", "/items", item(number))));
    for id in 1..=20 {
        all.push(Question::get(format!("/items/{id}")));
        all.push(Question::new(
            "POST",
            format!("/items/{id}/reserve/{}", id % 9),
        ));
        all.push(Question::json(
            "PUT",
            format!("/items/{}", id * 3),
            item(id * 5),
        ));
        all.push(Question::get(format!("/items/{}", id * 3)));
    }
    for id in [4, 4, 8, 15, 16, 23, 42] {
        all.push(Question::new("DELETE", format!("/items/{id}")));
    }
    all.push(Question::get("/items?from=10&limit=7"));
    all.push(Question::get("/items?limit=many"));
    all.push(Question::get("/lines/45"));
    all.push(Question::json(
        "POST",
        "/items",
        r#"{"name":"","stock":1}"#,
    ));
    all.push(Question::json("POST", "/items", r#"{"name":"#));
    all.push(Question::new("PATCH", "/items/1"));
    all.push(Question {
        body: "é".repeat(300),
        ..Question::new("POST", "/echo")
    });
    all.push(Question::get("/slow/1"));
    all.push(Question::get("/slow/60000"));
    all.push(Question::get("/fail"));
    all.push(Question::get("/health"));
    all.push(Question::json("POST", "/batch", batch(1)));
    all
}

fn batch(id: usize) -> String {
    format!(
        r#"[{{"op":"get","id":{id}}},{{"op":"compute","kind":"spawned","n":{id}00}},{{"op":"stock","id":4}},
        {{"op":"total","ids":[1,2,3,{id}]}},{{"op":"total","ids":[1,2,77]}},{{"op":"stock","id":{id}}}]"#
    )
}

/// Questions that change nothing: asked over several connections at once.
fn quiz(part: usize) -> Vec<Question> {
    let mut all = Vec::new();
    for round in 0..8 {
        let n = round * 97 + part;
        for kind in ["direct", "halves", "spawned", "race", "fibonacci", "guess"] {
            all.push(Question::get(format!("/compute/{kind}/{n}")));
        }
        all.push(Question::json("POST", "/batch", batch(n % 40)));
        all.push(Question::get(format!("/lines/{}", n % 13)));
        all.push(Question::get(format!("/items?from={n}&limit={round}")));
        all.push(Question {
            body: "ask".repeat(n),
            ..Question::new("POST", "/echo")
        });
    }
    all
}

fn end() -> Vec<Question> {
    vec![
        Question::get("/admin/answers"),
        Question::get("/admin/answers").with("Authorization: Bearer other\r\n"),
        Question::get("/admin/answers").with(TOKEN),
        Question::new("POST", "/admin/shutdown").with(TOKEN),
    ]
}

fn ask_all(address: &str, first: usize, questions: &[Question]) -> Result<String> {
    let mut connection = Connection::open(address)?;
    let mut answers = String::new();
    for (offset, question) in questions.iter().enumerate() {
        let number = first + offset;
        answers += &connection.ask(number, question).map_err(|error| {
            format!(
                "question {number}, {} {}: {error}",
                question.method, question.path
            )
        })?;
    }
    Ok(answers)
}

fn run(address: &str) -> Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(ask_all(address, 1, &story())?.as_bytes())?;
    let parts = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|part| scope.spawn(move || ask_all(address, 1000 * (part + 1), &quiz(part))))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("asking does not panic"))
            .collect::<Result<Vec<_>>>()
    })?;
    out.write_all(parts.concat().as_bytes())?;
    out.write_all(ask_all(address, 9000, &end())?.as_bytes())?;
    Ok(())
}

fn main() -> ExitCode {
    let Some(address) = env::args().nth(1) else {
        eprintln!("ask: usage: ask ADDRESS");
        return ExitCode::from(2);
    };
    match run(&address) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ask: {error}");
            ExitCode::FAILURE
        }
    }
}
