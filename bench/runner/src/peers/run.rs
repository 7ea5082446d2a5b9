//! Runs tests, each in a process of its own: what one of them breaks, or hangs in, is no matter to the others.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Context, Result, ensure};

use super::build::{Executable, create};

/// What coreutils' `timeout` exits with when it had to end the process, and when it had to kill it.
const ENDED: [i32; 2] = [124, 137];

/// Of one run of one test.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome {
    /// The process ended with 0.
    Passed,
    /// It ended in another way.
    Failed,
    /// It did not end in time.
    Hung,
}

/// One test.
pub struct Test<'a> {
    /// Where it is.
    pub executable: &'a Executable,
    /// Its path, without the target.
    pub path: String,
}

impl Test<'_> {
    /// As it is called in `peers.toml`.
    pub fn name(&self) -> String {
        format!("{}::{}", self.executable.target, self.path)
    }
}

/// All tests of `executables` that are not ignored, by name.
///
/// # Errors
/// Where an executable does not list its tests, or two have the same name.
pub fn tests(executables: &[Executable]) -> Result<BTreeMap<String, Test<'_>>> {
    let mut tests = BTreeMap::new();
    for executable in executables {
        let ignored = list(executable, &["--ignored"])?;
        for path in list(executable, &[])?.difference(&ignored) {
            let test = Test { executable, path: path.clone() };
            let name = test.name();
            ensure!(tests.insert(name.clone(), test).is_none(), "two tests are called {name}");
        }
    }
    Ok(tests)
}

fn list(executable: &Executable, arguments: &[&str]) -> Result<BTreeSet<String>> {
    let output = Command::new(&executable.path)
        .args(["--list", "--format", "terse"])
        .args(arguments)
        .current_dir(&executable.folder)
        .output()
        .with_context(|| format!("cannot start {}", executable.path.display()))?;
    ensure!(output.status.success(), "{} does not list its tests", executable.path.display());
    Ok(names(&String::from_utf8_lossy(&output.stdout)))
}

/// The tests in the answer to `--list --format terse`: lines like `path::of::test: test`.
fn names(listing: &str) -> BTreeSet<String> {
    listing.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect()
}

/// How tests are run.
#[derive(Clone, Copy)]
pub struct Runner {
    /// How many run at once.
    pub jobs: usize,
    /// Seconds after which a test hangs.
    pub limit: u32,
}

impl Runner {
    /// Runs `tests` once. What those print that do not pass goes to `log`.
    ///
    /// # Errors
    /// Where a process cannot be started.
    pub fn run(
        &self,
        tests: &BTreeMap<String, Test>,
        log: &Path,
    ) -> Result<BTreeMap<String, Outcome>> {
        let queue: Vec<_> = tests.values().collect();
        let next = AtomicUsize::new(0);
        let done = Mutex::new((create(log)?, BTreeMap::new()));
        let work = || -> Result<()> {
            while let Some(test) = queue.get(next.fetch_add(1, Ordering::Relaxed)) {
                let output = self.execute(test)?;
                let outcome = outcome(&output);
                let mut done = done.lock().expect("no worker panics");
                if outcome != Outcome::Passed {
                    writeln!(done.0, "==== {}: {outcome:?} ({})", test.name(), output.status)?;
                    done.0.write_all(&output.stdout)?;
                    done.0.write_all(&output.stderr)?;
                }
                done.1.insert(test.name(), outcome);
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.jobs).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().expect("no worker panics"))
        })?;
        Ok(done.into_inner().expect("no worker panics").1)
    }

    /// Runs one test, `times` times, and counts the runs that do not pass.
    ///
    /// # Errors
    /// Where a process cannot be started.
    pub fn count_failures(&self, test: &Test, times: usize) -> Result<usize> {
        let outcomes = (0..times).map(|_| Ok(outcome(&self.execute(test)?)));
        let outcomes: Vec<_> = outcomes.collect::<Result<_>>()?;
        Ok(outcomes.into_iter().filter(|outcome| *outcome != Outcome::Passed).count())
    }

    fn execute(&self, test: &Test) -> Result<Output> {
        // `timeout` also ends the processes that the test has started.
        Command::new("timeout")
            .args(["--kill-after=5", &self.limit.to_string()])
            .arg(&test.executable.path)
            .args(["--exact", &test.path])
            .current_dir(&test.executable.folder)
            .env("CARGO_MANIFEST_DIR", &test.executable.folder)
            .stdin(Stdio::null())
            .output()
            .context("cannot start timeout (coreutils)")
    }
}

fn outcome(output: &Output) -> Outcome {
    match output.status.code() {
        Some(0) => Outcome::Passed,
        Some(code) if ENDED.contains(&code) => Outcome::Hung,
        _ => Outcome::Failed,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    use super::{Executable, Outcome, Runner, Test, names};

    #[test]
    fn tests_are_listed_and_benchmarks_are_not() {
        let listing = "mutex::smoke: test\nlib::speed: benchmark\nname with: colon: test\n";
        assert_eq!(
            names(listing).into_iter().collect::<Vec<_>>(),
            ["mutex::smoke", "name with: colon"]
        );
    }

    #[test]
    fn processes_pass_fail_and_hang() {
        let folder = std::env::temp_dir().join(format!("peers-run-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let script = folder.join("tests");
        fs::write(&script, "#!/bin/sh\ncase $2 in pass) exit 0;; fail) exit 101;; abort) kill -ABRT $$;; *) sleep 60;; esac\n").unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let executable =
            Executable { target: "lib".to_owned(), path: script, folder: folder.clone() };
        let tests: BTreeMap<_, _> = ["pass", "fail", "abort", "hang"]
            .map(|path| Test { executable: &executable, path: path.to_owned() })
            .into_iter()
            .map(|test| (test.name(), test))
            .collect();
        let outcomes = Runner { jobs: 2, limit: 1 }.run(&tests, Path::new(&folder.join("log")));
        let expected = [
            ("lib::abort", Outcome::Failed),
            ("lib::fail", Outcome::Failed),
            ("lib::hang", Outcome::Hung),
            ("lib::pass", Outcome::Passed),
        ];
        let outcomes = outcomes.unwrap();
        assert_eq!(outcomes, expected.map(|(name, outcome)| (name.to_owned(), outcome)).into());
        fs::remove_dir_all(folder).unwrap();
    }
}
