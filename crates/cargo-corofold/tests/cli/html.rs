//! The page of a report in a real browser: light and dark, on a desk and on a phone, with keys alone.

use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde_json::Value;

use crate::browser::{Browser, Screen};
use crate::project::{Project, stderr, succeed};

/// The page of the fixture, built once for all tests.
fn page() -> PathBuf {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    let project = PROJECT.get_or_init(|| {
        let project = Project::new();
        let output =
            succeed(&mut project.corofold(&["report", "--release", "--html", "report.html"]));
        assert!(stderr(&output).contains("Wrote report.html"), "{}", stderr(&output));
        project
    });
    project.path("report.html")
}

/// The data of a page, and what is before and after them.
fn data(page: &str) -> (&str, Value, &str) {
    let (before, rest) = page.split_once("id=\"data\">").expect("data");
    let (data, after) = rest.split_once("</script>").expect("the end of the data");
    let bytes = BASE64_STANDARD.decode(data).expect("Base64");
    let json = ZlibDecoder::new(&bytes[..]);
    (before, serde_json::from_reader(json).expect("JSON"), after)
}

/// A page with other data.
fn page_with(before: &str, data: &Value, after: &str) -> String {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    serde_json::to_writer(&mut encoder, data).expect("compressed");
    let data = BASE64_STANDARD.encode(encoder.finish().expect("compressed"));
    [before, "id=\"data\">", &data, "</script>", after].concat()
}

/// The address of the future with this title.
fn future(title: &str) -> String {
    let page = fs::read_to_string(page()).expect("readable");
    let (_, data, _) = data(&page);
    let futures = data["report"]["artifacts"][0]["futures"].as_array().expect("a list").clone();
    let index = futures.iter().position(|future| future["title"] == title).expect("a future");
    format!("future={index}")
}

fn on_a_desk() -> Browser {
    let mut browser = Browser::start();
    browser.set_screen(Screen::desktop(false));
    browser
}

/// Nothing is wider than the screen, nothing was loaded, and no script failed.
pub fn is_sound(browser: &mut Browser, screen: Screen) {
    let width = browser.get("document.documentElement.scrollWidth");
    assert!(width.as_u64() <= Some(screen.width.into()), "{width} pixels: {screen:?}");
    assert!(browser.complaints.is_empty(), "{screen:?}: {:?}", browser.complaints);
}

/// How light the page is, from 0 to 255.
fn brightness(browser: &mut Browser) -> f64 {
    let colour = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)";
    browser.get(&format!("Math.max(...{colour})")).as_f64().expect("a number")
}

#[test]
fn the_list_fits_every_screen() {
    let page = page();
    let mut browser = Browser::start();
    for screen in Screen::ALL {
        browser.set_screen(screen);
        browser.open(&page, "");
        assert_eq!(browser.count("table.futures tbody tr"), 4, "{screen:?}");
        browser.wait("document.querySelectorAll('.treemap a').length === 4");
        let is_inside = "(map => [...map.querySelectorAll('a')].every(a => \
                         a.getBoundingClientRect().right <= map.getBoundingClientRect().right)) \
                         (document.querySelector('.treemap'))";
        browser.wait(is_inside);
        let answer = browser.get("document.querySelector('.answer').innerText");
        let answer = answer.as_str().expect("text");
        assert!(answer.starts_with("app::"), "{answer}");
        assert!(answer.contains(" costs most: ") && answer.contains("less with the plugin"));
        assert_eq!(browser.get("document.querySelector('h1').firstChild.data"), "app");
        let is_dark = brightness(&mut browser) < 64.0;
        assert_eq!(is_dark, screen.is_dark, "{screen:?}");
        is_sound(&mut browser, screen);
    }
}

#[test]
fn a_future_is_drawn_before_and_after_beside_its_source() {
    let page = page();
    let address = future("app::choose");
    let mut browser = Browser::start();
    for screen in Screen::ALL {
        browser.set_screen(screen);
        browser.open(&page, &address);
        browser.wait("document.querySelectorAll('svg.graph[role=img] .node').length > 0");
        let drawing =
            |at: u32, what: &str| format!("figure:nth-of-type({at}) svg.graph[role=img] {what}");
        // Not polled yet, returned, and two awaits, of which the plugin folds one into the other.
        for (at, folded) in [(1, 0), (2, 1)] {
            assert_eq!(browser.count(&drawing(at, ".node")), 4, "{screen:?}");
            assert_eq!(browser.count(&drawing(at, ".node.folded.out")), folded, "{screen:?}");
            assert_eq!(browser.count(&drawing(at, "path.suspend:not(.out)")), 2 - folded);
            assert_eq!(browser.count(&drawing(at, "path.resume:not(.out)")), 2 - folded);
            // Two ways in and two ways out.
            assert_eq!(browser.count(&drawing(at, "path.way")), 4, "{screen:?}");
        }
        assert_eq!(browser.count(".source li.marked a.chip"), 2, "{screen:?}");
        let source = browser.get("document.querySelector('.source ol').innerText");
        assert!(source.as_str().is_some_and(|text| text.contains("match n {")), "{source}");
        assert_eq!(browser.count(".finding.warning .remedy"), 1, "{screen:?}");
        is_sound(&mut browser, screen);
    }
}

#[test]
fn drawings_are_beside_one_another_where_there_is_room() {
    let page = page();
    let address = future("app::choose");
    let tops = "[...document.querySelectorAll('svg.graph[role=img]')].map(drawing => \
                drawing.getBoundingClientRect().top)";
    let mut browser = Browser::start();
    for (screen, is_beside) in [(Screen::desktop(false), true), (Screen::phone(false), false)] {
        browser.set_screen(screen);
        browser.open(&page, &address);
        browser.wait("document.querySelectorAll('svg.graph[role=img] .node').length > 0");
        let tops = browser.get(tops);
        assert_eq!(tops[0] == tops[1], is_beside, "{tops}");
    }
}

#[test]
fn keys_are_enough() {
    let mut browser = on_a_desk();
    browser.open(&page(), "");
    browser.get("document.querySelector('#search').focus()");
    browser.write("leaf");
    browser.wait("document.querySelectorAll('table.futures tbody tr').length === 1");
    browser.get("document.querySelector('tbody a').focus()");
    browser.press("Enter");
    browser.wait("document.querySelector('h1').innerText === 'app::leaf'");
    browser.press("Escape");
    browser.wait("document.querySelector('h1').innerText.startsWith('app ')");
    // What was searched for is still there, and the focus is where it was.
    browser.wait("document.querySelectorAll('table.futures tbody tr').length === 1");
    browser.wait("document.activeElement.innerText === 'app::leaf'");
    // The treemap is drawn once its size is known.
    browser.wait("!!document.querySelector('.treemap a[tabindex=\"0\"]')");
    browser.get("document.querySelector('.treemap a[tabindex=\"0\"]').focus()");
    browser.press("ArrowRight");
    let focused = "[...document.querySelectorAll('.treemap a')].indexOf(document.activeElement)";
    browser.wait(&format!("{focused} === 1"));
}

#[test]
fn columns_sort() {
    let mut browser = on_a_desk();
    browser.open(&page(), "");
    let titles = "[...document.querySelectorAll('td.name a')].map(a => a.innerText)";
    let sort = |browser: &mut Browser, column: u32| {
        browser.get(&format!("document.querySelectorAll('thead button')[{column}].focus()"));
        browser.press("Enter");
        let sorted = "document.querySelector('th[aria-sort]').getAttribute('aria-sort')";
        (browser.get(titles), browser.get(sorted))
    };
    let (by_title, order) = sort(&mut browser, 7);
    let sorted = serde_json::json!(["app::choose", "app::holds", "app::leaf", "app::root"]);
    assert_eq!((by_title, order), (sorted, "ascending".into()));
    let (by_frame, order) = sort(&mut browser, 3);
    assert_eq!((&by_frame[0], order), (&"app::holds".into(), "descending".into()));
}

#[test]
fn the_theme_can_be_chosen() {
    let mut browser = on_a_desk();
    browser.open(&page(), "");
    assert!(brightness(&mut browser) > 192.0);
    for (theme, is_dark) in [("light", false), ("dark", true), ("auto", false)] {
        browser.get("document.querySelector('#theme').click()");
        assert_eq!(browser.get("document.documentElement.dataset.theme"), theme);
        assert_eq!(brightness(&mut browser) < 64.0, is_dark, "{theme}");
    }
    browser.open(&page(), "theme=dark");
    assert!(brightness(&mut browser) < 64.0);
}

#[test]
fn source_is_text_whatever_it_says() {
    let mut browser = on_a_desk();
    browser.open(&page(), &future("app::holds"));
    let source = browser.get("document.querySelector('.source ol').innerText");
    assert!(source.as_str().is_some_and(|text| text.contains("<b id=\"markup\">")), "{source}");
    assert_eq!(browser.count("#markup"), 0);
}

#[test]
fn no_script_runs_but_that_of_the_page() {
    let text = fs::read_to_string(page()).expect("readable");
    let folder = tempfile::tempdir().expect("a folder");
    let changed = folder.path().join("changed.html");
    let foreign = "<script>document.documentElement.dataset.foreign = 1</script></body>";
    fs::write(&changed, text.replacen("</body>", foreign, 1)).expect("writable");
    let mut browser = on_a_desk();
    browser.open(&changed, "");
    assert_eq!(browser.get("document.documentElement.dataset.foreign"), Value::Null);
    let refused = browser.complaints.iter().any(|text| text.contains("Content Security Policy"));
    assert!(refused, "{:?}", browser.complaints);
}

#[test]
fn thousands_of_futures_open() {
    let text = fs::read_to_string(page()).expect("readable");
    let (before, mut data, after) = data(&text);
    let futures = data["report"]["artifacts"][0]["futures"].as_array_mut().expect("a list");
    let one = futures.clone();
    while futures.len() < 3000 {
        futures.extend(one.iter().cloned());
    }
    let folder = tempfile::tempdir().expect("a folder");
    let large = folder.path().join("large.html");
    fs::write(&large, page_with(before, &data, after)).expect("writable");
    let mut browser = on_a_desk();
    browser.open(&large, "");
    browser.wait("document.querySelectorAll('.treemap a').length > 0");
    assert_eq!(browser.count("table.futures tbody tr"), 100);
    browser.get("document.querySelector('.more').click()");
    assert_eq!(browser.count("table.futures tbody tr"), 600);
    is_sound(&mut browser, Screen::desktop(false));
}

#[test]
fn a_file_that_cannot_be_written_is_told_before_anything_is_built() {
    let project = Project::new();
    let args = ["report", "--release", "--html", "no-such-folder/report.html"];
    let output = project.corofold(&args).output().expect("runs");
    assert_eq!(output.status.code(), Some(1));
    let stderr = stderr(&output);
    assert!(stderr.contains("there is no folder `no-such-folder`"), "{stderr}");
    assert!(!stderr.contains("Compiling"), "{stderr}");
}
