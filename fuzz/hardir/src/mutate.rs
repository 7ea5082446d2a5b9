//! Random edits of LLVM IR text. Many give no module at all; those that do are odd in ways that
//! nobody would write down.

use oorandom::Rand32;

const TYPES: [&str; 12] =
    ["i1", "i7", "i8", "i16", "i32", "i64", "i128", "ptr", "float", "{ i1, i32 }", "[0 x i8]", "<2 x i8>"];
const INTEGERS: [&str; 10] =
    ["0", "1", "2", "3", "4", "8", "255", "-1", "4294967295", "170141183460469231731687303715884105727"];
/// Words that may stand for each other.
const WORDS: [&[&str]; 8] = [
    &["zext", "sext", "trunc", "freeze"],
    &["icmp eq", "icmp ne", "icmp ult", "icmp sgt"],
    &["add", "sub", "mul", "and", "or", "shl"],
    &["load", "load volatile", "load atomic"],
    &["store", "store volatile"],
    &["call", "tail call", "notail call", "musttail call"],
    &["define", "define internal", "define linkonce_odr", "define weak", "define private"],
    &["br label", "unreachable ;", "ret void ;", "resume { ptr, i32 } poison ;"],
];
const ATTRIBUTES: [&str; 5] = ["noinline", "optnone noinline", "minsize optsize", "alwaysinline", "nounwind"];

/// A few random edits of `text`; `donor` is another module to take lines from.
pub fn mutated(text: &str, donor: &str, rng: &mut Rand32) -> String {
    let mut lines: Vec<String> = text.lines().filter(|line| !line.starts_with(';')).map(str::to_owned).collect();
    for _ in 0..rng.rand_range(1..5) {
        edit(&mut lines, donor, rng);
    }
    lines.join("\n") + "\n"
}

fn edit(lines: &mut Vec<String>, donor: &str, rng: &mut Rand32) {
    let Some(at) = index(lines.len(), rng) else { return };
    let line = lines[at].clone();
    match rng.rand_range(0..13) {
        0 => drop(lines.remove(at)),
        1 => {
            let other = (at + 1 + rng.rand_range(0..6) as usize) % lines.len();
            lines.swap(at, other);
        }
        2 => lines.insert(at, renamed(&line, rng)),
        3 => lines[at] = replaced(&line, |word| word.parse::<i64>().is_ok(), &INTEGERS, rng),
        4 => lines[at] = replaced(&line, |word| TYPES.contains(&word), &TYPES, rng),
        5 | 6 => lines[at] = other_name(&line, lines, '%', rng),
        7 => lines[at] = other_name(&line, lines, '@', rng),
        8 => lines[at] = other_word(&line, rng),
        9 => lines[at] = line.replacen(") {", &format!(") {} {{", pick(&ATTRIBUTES, rng)), 1),
        10 => remove_function(lines, at),
        11 => {
            let taken: Vec<&str> = donor.lines().filter(|line| !line.starts_with(';')).collect();
            if let Some(from) = index(taken.len(), rng) {
                lines.insert(at, taken[from].to_owned());
            }
        }
        _ => drop_argument(&mut lines[at], rng),
    }
}

fn index(length: usize, rng: &mut Rand32) -> Option<usize> {
    (length > 0).then(|| rng.rand_range(0..length as u32) as usize)
}

fn pick<'a>(from: &[&'a str], rng: &mut Rand32) -> &'a str {
    from[rng.rand_range(0..from.len() as u32) as usize]
}

/// The parts of a line: names, numbers and words by themselves, everything else character by character.
fn tokens(line: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || "._$-".contains(c);
    let mut tokens = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let is_sigil = "%@!".contains(first);
        let body = &rest[first.len_utf8()..];
        let length = body.find(|c| !is_word(c)).unwrap_or(body.len());
        let end = first.len_utf8() + if is_sigil || is_word(first) { length } else { 0 };
        tokens.push(&rest[..end]);
        rest = &rest[end..];
    }
    tokens
}

/// One of the tokens that `is_chosen` holds for becomes one of `by`.
fn replaced(line: &str, is_chosen: impl Fn(&str) -> bool, by: &[&str], rng: &mut Rand32) -> String {
    let mut parts = tokens(line);
    let chosen: Vec<usize> = (0..parts.len()).filter(|i| is_chosen(parts[*i])).collect();
    if let Some(which) = index(chosen.len(), rng) {
        parts[chosen[which]] = pick(by, rng);
    }
    parts.concat()
}

/// A name becomes another of the module.
fn other_name(line: &str, lines: &[String], sigil: char, rng: &mut Rand32) -> String {
    let names: Vec<&str> =
        lines.iter().flat_map(|line| tokens(line)).filter(|word| word.starts_with(sigil) && word.len() > 1).collect();
    if names.is_empty() { line.to_owned() } else { replaced(line, |word| word.starts_with(sigil), &names, rng) }
}

/// The copy of a line defines a name of its own.
fn renamed(line: &str, rng: &mut Rand32) -> String {
    match line.split_once(" = ") {
        Some((_, operation)) if line.trim_start().starts_with('%') => format!("  %new{} = {operation}", rng.rand_u32()),
        _ => line.to_owned(),
    }
}

fn other_word(line: &str, rng: &mut Rand32) -> String {
    let fitting: Vec<(&str, &[&str])> = WORDS
        .iter()
        .flat_map(|group| group.iter().filter(|word| line.contains(**word)).map(|word| (*word, *group)))
        .collect();
    match index(fitting.len(), rng) {
        Some(which) => line.replacen(fitting[which].0, pick(fitting[which].1, rng), 1),
        None => line.to_owned(),
    }
}

/// The function around a line loses its body.
fn remove_function(lines: &mut Vec<String>, at: usize) {
    let Some(first) = lines[..=at].iter().rposition(|line| line.starts_with("define")) else { return };
    let Some(length) = lines[first..].iter().position(|line| line == "}") else { return };
    let head = lines[first].replacen("define internal", "declare", 1).replacen("define", "declare", 1);
    lines.drain(first + 1..=first + length);
    lines[first] = head.trim_end_matches(['{', ' ']).to_owned();
}

/// A call, a switch or a list of operands loses one.
fn drop_argument(line: &mut String, rng: &mut Rand32) {
    let parts: Vec<&str> = line.split(", ").collect();
    if let Some(which) = index(parts.len(), rng).filter(|_| parts.len() > 1) {
        let left: Vec<&str> = parts.iter().enumerate().filter(|(i, _)| *i != which).map(|(_, part)| *part).collect();
        *line = left.join(", ");
    }
}
