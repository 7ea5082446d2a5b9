//! One scenario: a coroutine is polled and dropped as the script says, by the code before the
//! plugin, by the code after it, and by both in turn.

use crate::compare::Comparison;
use crate::ir::Type;
use crate::machine::{Event, KnownCell, MAX_STEPS, Machine, Outcome, POISONED, RETURNED, Stop, Unread};
use crate::pair::{Pair, Root};
use crate::value::{Base, Byte, Name, Pointer, Source, Value};
use crate::world::{Decision, Site, World};
use std::collections::HashSet;

/// Polls in one scenario.
const MAX_POLLS: usize = 5;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Action {
    Poll,
    Drop,
}

/// Whose code runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Side {
    Before,
    After,
}

/// Who takes which step. Other codegen units may have copies of a coroutine that were compiled
/// without the plugin, so one frame can pass from one to the other at every poll.
#[derive(Clone, Copy, Debug)]
enum Schedule {
    Always(Side),
    Alternating(Side),
}

impl Schedule {
    const TESTED: [Schedule; 3] =
        [Schedule::Always(Side::After), Schedule::Alternating(Side::Before), Schedule::Alternating(Side::After)];

    fn side(self, step: usize) -> Side {
        match self {
            Schedule::Always(side) => side,
            Schedule::Alternating(Side::Before) if step % 2 == 1 => Side::After,
            Schedule::Alternating(Side::After) if step % 2 == 1 => Side::Before,
            Schedule::Alternating(side) => side,
        }
    }
}

/// What became of a scenario.
#[derive(Clone, PartialEq, Debug)]
pub enum Verdict {
    Equal,
    /// The code before the plugin is undefined there: nothing to compare.
    Undefined(String),
    Refused(String),
    Mismatch(String),
}

/// A scenario that was run.
pub struct Run {
    pub verdict: Verdict,
    pub decisions: Vec<Decision>,
    /// Blocks of the code before the plugin that were run
    pub covered: HashSet<(Name, usize)>,
}

struct Execution {
    events: Vec<Event>,
    cells: Vec<KnownCell>,
    unread: Vec<Unread>,
    end: Outcome<()>,
    covered: HashSet<(Name, usize)>,
}

/// Runs the scenario that a script stands for.
pub fn run(pair: &Pair<'_>, root: &Root, script: Vec<usize>) -> Run {
    let mut world = World::new(script);
    let mut actions = Vec::new();
    let mut machine = Machine::new(&pair.before, &pair.agreement, pair.names, &mut world);
    let end = drive(&mut machine, pair, root, &mut actions);
    let reference = finished(machine, end);
    let verdict = match &reference.end {
        Err(Stop::Undefined(reason)) => Verdict::Undefined(reason.clone()),
        // Nobody here polls after completion. It comes from a value that its type does not have.
        Err(Stop::Resumed | Stop::NoValue) => Verdict::Undefined("a value that no type tells from Pending".to_owned()),
        Err(Stop::Refused(reason)) => Verdict::Refused(reason.clone()),
        _ => {
            let tested = Schedule::TESTED.iter().filter(|s| matches!(s, Schedule::Always(_)) || actions.len() > 1);
            let mut verdicts = tested.map(|schedule| test(pair, root, &actions, *schedule, &reference, &mut world));
            verdicts.find(|verdict| *verdict != Verdict::Equal).unwrap_or(Verdict::Equal)
        }
    };
    Run { verdict, decisions: world.decisions, covered: reference.covered }
}

fn finished(machine: Machine<'_>, end: Outcome<()>) -> Execution {
    Execution { events: machine.events, cells: machine.cells, unread: machine.unread, end, covered: machine.covered }
}

/// The reference: it also decides what happens to the future.
fn drive(machine: &mut Machine<'_>, pair: &Pair<'_>, root: &Root, actions: &mut Vec<Action>) -> Outcome<()> {
    let mut state = 0;
    for _ in 0..MAX_POLLS {
        let is_done = state == RETURNED || state == POISONED;
        let options: &[Action] = match (is_done, root.glue) {
            (false, None) => &[Action::Poll],
            (false, Some(_)) => &[Action::Poll, Action::Drop],
            (true, Some(_)) if root.is_dropped_when_done => &[Action::Drop],
            (true, _) => return Ok(()),
        };
        let action = options[machine.world.decide(action_site(state), options.len())];
        actions.push(action);
        act(machine, pair, root, action)?;
        if action == Action::Drop {
            return Ok(());
        }
        let at = frame(machine.world).plus(root.cell.offset);
        state = match machine.read(at, 1)?.first() {
            Some(Byte::Known(state)) => *state,
            _ => return Err(Stop::Refused("a state that was not stored".to_owned())),
        };
    }
    Ok(())
}

/// Decisions about a future in this state are one place.
fn action_site(state: u8) -> Site {
    (Name::MAX, usize::from(state))
}

/// The same actions with other code.
fn test(
    pair: &Pair<'_>,
    root: &Root,
    actions: &[Action],
    schedule: Schedule,
    reference: &Execution,
    world: &mut World,
) -> Verdict {
    let mut machine = Machine::new(&pair.after, &pair.agreement, pair.names, world);
    machine.steps = 2 * MAX_STEPS;
    // The plugin may take the store of state 2 from a child whose state nobody reads afterwards.
    machine.is_reference = false;
    machine.reference = pair.agreement.is_late.then_some(&reference.events);
    let mut end = Ok(());
    for (step, action) in actions.iter().enumerate() {
        machine.code = if schedule.side(step) == Side::Before { &pair.before } else { &pair.after };
        if let Err(stop) = act(&mut machine, pair, root, *action) {
            end = Err(stop);
            break;
        }
    }
    let tested = finished(machine, end);
    match verdict(pair, reference, &tested, world) {
        Verdict::Mismatch(difference) => {
            Verdict::Mismatch(format!("{difference} ({schedule:?}, {actions:?}, {})", told(pair, reference)))
        }
        verdict => verdict,
    }
}

/// The calls of an execution, for a reader.
fn told(pair: &Pair<'_>, reference: &Execution) -> String {
    let names = reference.events.iter().map(|event| match event.what {
        crate::machine::What::Call(name) => format!("{:#}", rustc_demangle::demangle(pair.names.item(name))),
        ref what => format!("{what:?}"),
    });
    format!("seen: {}; {:?}", names.collect::<Vec<_>>().join(", "), reference.end)
}

/// One poll or drop.
fn act(machine: &mut Machine<'_>, pair: &Pair<'_>, root: &Root, action: Action) -> Outcome<()> {
    let frame = frame(machine.world);
    let flow = match (action, root.glue) {
        (Action::Drop, Some(glue)) => machine.run(glue, vec![Value::Pointer(frame)])?,
        _ => {
            let arguments = arguments(machine, pair, root, frame);
            machine.run(root.resume, arguments)?
        }
    };
    let result = match action {
        Action::Drop => &Type::Void,
        Action::Poll => &pair.before.module.functions[&root.resume].result,
    };
    machine.see_end(&flow, result)
}

/// The frame is an object of the environment. Its state is settled when it is entered.
fn frame(world: &mut World) -> Pointer {
    Pointer { base: Base::Source(world.sources.id(Source::Frame)), offset: 0 }
}

fn arguments(machine: &mut Machine<'_>, pair: &Pair<'_>, root: &Root, frame: Pointer) -> Vec<Value> {
    let parameters = &pair.before.module.functions[&root.resume].parameters;
    let argument = |(index, parameter): (usize, &crate::ir::Parameter)| {
        if index == root.cell.parameter {
            return Value::Pointer(frame);
        }
        let object = machine.world.sources.id(Source::Argument(index as u32));
        let base = Base::Source(object);
        if let Some(size) = parameter.sret {
            machine.memory.create(base, vec![Byte::Undef; size as usize]);
        }
        match parameter.ty {
            Type::Pointer(_) => Value::Pointer(Pointer { base, offset: 0 }),
            _ => {
                let byte = |i| Byte::Unknown { source: object, offset: i as u32 };
                Value::Raw((0..parameter.ty.size()).map(byte).collect())
            }
        }
    };
    parameters.iter().enumerate().map(argument).collect()
}

fn verdict(pair: &Pair<'_>, reference: &Execution, tested: &Execution, world: &mut World) -> Verdict {
    if let Err(Stop::Refused(reason)) = &tested.end {
        return Verdict::Refused(reason.clone());
    }
    // What was cut has no end to compare.
    let compared = match reference.end {
        Err(Stop::Cut) => reference.events.len().min(tested.events.len()),
        _ => reference.events.len(),
    };
    let cells = reference.cells.iter().chain(&tested.cells).copied().collect();
    let unread = || reference.unread.iter().chain(&tested.unread).cloned().collect();
    let unread = pair.agreement.is_late.then(unread);
    let (active, shown) = Default::default();
    let (names, constants) = (pair.names, &pair.constants);
    let mut comparison = Comparison { world, names, cells, constants, unread, active, shown };
    let mut last: Option<(&Event, &Event)> = None;
    for (index, before) in reference.events[..compared].iter().enumerate() {
        let Some(after) = tested.events.get(index) else {
            return Verdict::Mismatch(format!("only {index} of {compared} events, then {:?}", tested.end));
        };
        if let Err(difference) = comparison.events(index, before, after, last) {
            return Verdict::Mismatch(format!("event {index}: {difference}"));
        }
        last = Some((before, after));
    }
    match (&reference.end, &tested.end) {
        (Err(Stop::NotPoisoned), _) | (Err(Stop::Cut), Ok(()) | Err(Stop::Cut)) => Verdict::Equal,
        (before, after) if before == after && reference.events.len() == tested.events.len() => Verdict::Equal,
        (before, after) => Verdict::Mismatch(format!("ended with {before:?}, now with {after:?}")),
    }
}
