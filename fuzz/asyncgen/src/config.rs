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
    /// Two libraries, of which one is not under test, poll the same frames in turns.
    pub mixed: bool,
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
        Config { opt: opt.into(), abort: false, lto: "local".into(), cgus: 1, debug: 0, mixed: false }
    }

    pub fn flags(&self) -> Vec<String> {
        let mut flags = vec![
            format!("-Copt-level={}", self.opt),
            format!("-Cpanic={}", if self.abort { "abort" } else { "unwind" }),
            format!("-Ccodegen-units={}", self.cgus),
            format!("-Cdebuginfo={}", self.debug),
        ];
        if self.lto != "local" {
            flags.push(format!("-Clto={}", self.lto));
        }
        flags
    }

    /// A random point. LTO is rare, since it optimises all of std again.
    fn random(rng: &mut Rand32) -> Config {
        let mut pick = |n: u32| rng.rand_range(0..n);
        Config {
            opt: OPTS[pick(5) as usize].into(),
            abort: pick(2) == 1,
            lto: LTOS[[1, 1, 2, 3].get(pick(24) as usize).copied().unwrap_or(0)].into(),
            cgus: [1, 1, 1, 4][pick(4) as usize],
            debug: [0, 0, 0, 1, 2][pick(5) as usize],
            mixed: pick(6) == 0,
        }
    }

    fn all() -> Vec<Config> {
        let mut list = vec![];
        for opt in OPTS {
            for lto in LTOS {
                for (abort, cgus, debug) in
                    [false, true].iter().flat_map(|a| [1, 4].map(|c| [0, 2].map(|d| (*a, c, d)))).flatten()
                {
                    let point = |mixed| Config { opt: opt.into(), abort, lto: lto.into(), cgus, debug, mixed };
                    list.extend([false, true].map(point));
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
        let Config { opt, lto, cgus, debug, mixed, .. } = self;
        write!(f, "opt={opt},panic={panic},lto={lto},cgus={cgus},debug={debug},mixed={}", u8::from(*mixed))
    }
}

impl FromStr for Config {
    type Err = anyhow::Error;

    fn from_str(s: &str) -> Result<Config> {
        let mut c = Config::reference("3");
        for part in s.split(',') {
            let (key, value) = part.split_once('=').with_context(|| format!("`{part}` is not KEY=VALUE"))?;
            match key {
                "opt" => c.opt = value.into(),
                "panic" => c.abort = value == "abort",
                "lto" => c.lto = value.into(),
                "cgus" => c.cgus = value.parse()?,
                "debug" => c.debug = value.parse()?,
                "mixed" => c.mixed = value == "1",
                _ => bail!("`{key}` is none of opt, panic, lto, cgus, debug, mixed"),
            }
        }
        Ok(c)
    }
}
