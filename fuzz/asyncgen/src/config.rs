//! How a program is built: one point of the matrix.

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use oorandom::Rand32;
use std::fmt;
use std::str::FromStr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub opt: String,
    pub abort: bool,
    pub lto: String,
    pub cgus: u32,
    pub debug: u32,
    pub layout: Layout,
    /// Opt-level of all crates but the one that is always under test
    pub others: String,
    /// Which crates check for overflow
    pub checks: Crates,
    /// Which crates check what std's unsafe functions require
    pub asserts: Crates,
    /// Which crates are under test beside [`Crate::Tested`]
    pub with: Crates,
}

/// How the source is cut into crates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Layout {
    /// One program
    One,
    /// Two libraries of one source, which poll the same frames in turns
    Copies,
    /// A library with the bodies, and two that poll the same frames of them in turns: each has its own code of
    /// these bodies, as its own flags ask for
    Bodies,
}

/// The crates of a program that differ in flags. A program in one crate is `Tested`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crate {
    Tested,
    Plain,
    Bodies,
}

/// Some of them, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crates(u8);

impl Crates {
    fn of(some: &[Crate]) -> Crates {
        Crates(some.iter().fold(0, |bits, one| bits | 1 << *one as u8))
    }

    pub fn has(self, one: Crate) -> bool {
        self.0 & Crates::of(&[one]).0 != 0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Matrix {
    /// Three random points for each batch of seeds
    Quick,
    /// Every point
    Full,
}

const OPTS: [&str; 5] = ["1", "2", "3", "s", "z"];
/// Without a flag, rustc runs ThinLTO over the CGUs of the crate alone: `local` here.
const LTOS: [&str; 4] = ["local", "off", "thin", "fat"];

impl Config {
    /// The build whose trace is the truth.
    pub fn reference(opt: &str) -> Config {
        Config {
            opt: opt.into(),
            abort: false,
            lto: "local".into(),
            cgus: 1,
            debug: 0,
            layout: Layout::One,
            others: opt.into(),
            checks: Crates::default(),
            asserts: Crates::default(),
            with: Crates::default(),
        }
    }

    /// Builds in which copies of the same code check, and that of the crate under test does not.
    pub fn unequal(seed: u64) -> [Config; 2] {
        let all = Config::reference(if seed.is_multiple_of(2) { "2" } else { "3" });
        [
            Config { layout: Layout::Bodies, checks: Crates::of(&[Crate::Plain, Crate::Bodies]), ..all.clone() },
            Config { layout: Layout::Copies, asserts: Crates::of(&[Crate::Plain]), ..all },
        ]
    }

    /// The flags of one crate; of `None`, which has no code of the program.
    pub fn flags(&self, of: Option<Crate>) -> Vec<String> {
        let opt = if of == Some(Crate::Tested) { &self.opt } else { &self.others };
        let in_some = |crates: Crates| if of.is_some_and(|c| crates.has(c)) { "on" } else { "off" };
        let mut flags = vec![
            format!("-Copt-level={opt}"),
            format!("-Coverflow-checks={}", in_some(self.checks)),
            format!("-Cdebug-assertions={}", in_some(self.asserts)),
            format!("-Cpanic={}", if self.abort { "abort" } else { "unwind" }),
            format!("-Ccodegen-units={}", self.cgus),
            format!("-Cdebuginfo={}", self.debug),
        ];
        if self.lto != "local" {
            flags.push(format!("-Clto={}", self.lto));
        }
        flags
    }

    /// Whether a program may do something else than the reference, even without the plugin: which code checks for overflow
    /// is part of what it does.
    pub fn has_own_reference(&self) -> bool {
        self.checks != Crates::default()
    }

    /// A random point. LTO is rare, since it optimises all of std again.
    fn random(rng: &mut Rand32) -> Config {
        let mut pick = |n: u32| rng.rand_range(0..n);
        let opt = OPTS[pick(5) as usize];
        let layout = match pick(6) {
            0 => Layout::Copies,
            1 | 2 => Layout::Bodies,
            _ => Layout::One,
        };
        let others = if layout != Layout::One && pick(2) == 0 { OPTS[pick(5) as usize] } else { opt };
        let checks = match layout {
            Layout::One => u8::from(pick(4) == 0),
            Layout::Copies => [0, 3][pick(2) as usize],
            // Without checks in the body's own crate there are none in any other.
            Layout::Bodies => [0, 4, 5, 5, 6, 6, 7, 7][pick(8) as usize],
        };
        let asserts = if layout == Layout::One { u8::from(pick(4) == 0) } else { pick(8) as u8 };
        let with = if layout == Layout::Bodies { [0, 2, 4, 6][pick(4) as usize] } else { 0 };
        Config {
            opt: opt.into(),
            // Where panics abort, no check fails.
            abort: pick(if layout == Layout::Bodies { 4 } else { 2 }) == 1,
            lto: LTOS[[1, 1, 2, 3].get(pick(24) as usize).copied().unwrap_or(0)].into(),
            cgus: [1, 1, 1, 4][pick(4) as usize],
            debug: [0, 0, 0, 1, 2][pick(5) as usize],
            layout,
            others: others.into(),
            checks: Crates(checks),
            asserts: Crates(asserts),
            with: Crates(with),
        }
    }

    /// Every point, but for what only crates of different flags have.
    fn all() -> Vec<Config> {
        let mut list = vec![];
        for opt in OPTS {
            for lto in LTOS {
                for (abort, cgus, debug) in
                    [false, true].iter().flat_map(|a| [1, 4].map(|c| [0, 2].map(|d| (*a, c, d)))).flatten()
                {
                    let point = |layout: &Layout| Config {
                        abort,
                        lto: lto.into(),
                        cgus,
                        debug,
                        layout: *layout,
                        ..Config::reference(opt)
                    };
                    list.extend(Layout::value_variants().iter().map(point));
                }
            }
        }
        list
    }
}

impl Matrix {
    /// The points for a batch, the same for the same seed.
    pub fn configs(self, seed: u64) -> Vec<Config> {
        match self {
            Matrix::Full => Config::all(),
            Matrix::Quick => {
                let mut rng = Rand32::new(seed);
                (0..3).map(|_| Config::random(&mut rng)).collect()
            }
        }
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let panic = if self.abort { "abort" } else { "unwind" };
        let Config { opt, lto, cgus, debug, layout, others, .. } = self;
        let (Crates(checks), Crates(asserts), Crates(with)) = (self.checks, self.asserts, self.with);
        let layout = format!("{layout:?}").to_lowercase();
        write!(f, "opt={opt},panic={panic},lto={lto},cgus={cgus},debug={debug},layout={layout},others={others}")?;
        write!(f, ",checks={checks},asserts={asserts},with={with}")
    }
}

impl FromStr for Config {
    type Err = anyhow::Error;

    fn from_str(s: &str) -> Result<Config> {
        let mut c = Config::reference("3");
        let mut others = None;
        for part in s.split(',') {
            let (key, value) = part.split_once('=').with_context(|| format!("`{part}` is not KEY=VALUE"))?;
            match key {
                "opt" => c.opt = value.into(),
                "panic" => c.abort = value == "abort",
                "lto" => c.lto = value.into(),
                "cgus" => c.cgus = value.parse()?,
                "debug" => c.debug = value.parse()?,
                "layout" => c.layout = Layout::from_str(value, true).map_err(anyhow::Error::msg)?,
                "others" => others = Some(value.to_owned()),
                "checks" => c.checks = Crates(value.parse()?),
                "asserts" => c.asserts = Crates(value.parse()?),
                "with" => c.with = Crates(value.parse()?),
                _ => bail!("`{key}` is none of opt, panic, lto, cgus, debug, layout, others, checks, asserts, with"),
            }
        }
        c.others = others.unwrap_or_else(|| c.opt.clone());
        Ok(c)
    }
}
