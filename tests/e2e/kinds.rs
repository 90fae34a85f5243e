//! Every kind of name at every place where it is written, over stdio: what the table of docs/kinds.md promises.

#[path = "../../server/ide/src/kinds/places.rs"]
mod places;

use crate::binary::repo;
use crate::client::{Client, Preset, Session, has, markup};
use crate::sample::Sample;
use places::{PLACES, Row, SHOP};

/// A name that nothing has.
const WRONG: &str = "zqx_nothing";

/// The upstream that the table's mesh has a manifest of, as a checkout.
const PLATFORM: &[(&str, &str)] = &[
    ("platform/dbt_project.yml", "name: platform\nversion: '1.0'\n"),
    ("platform/models/accounts_v1.sql", "select 1"),
    ("platform/models/accounts_v2.sql", "select 1"),
    ("platform/models/regions.sql", "select 1"),
    (
        "platform/models/_models.yml",
        "models:
  - name: accounts
    description: One row per account.
    config: {access: public}
    versions: [{v: 1, description: Old accounts.}, {v: 2}]
  - {name: regions, description: One row per region., config: {access: public}}
",
    ),
];

fn shop() -> Sample {
    let sample = Sample::of(PLATFORM);
    for file in SHOP.split("//- ").skip(1) {
        let (path, text) = file.split_once('\n').unwrap();
        if !path.contains("@manifest") {
            sample.write(path, text);
        }
    }
    sample
}

/// The cells of the page's table: completion, definition, hover, finding.
fn promised() -> Vec<[String; 4]> {
    let page = std::fs::read_to_string(repo().join("docs/kinds.md")).unwrap();
    let lines = page.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let cells = |line: &str| {
        let mut cells = line.trim_matches('|').split('|').skip(2).map(|cell| cell.trim().to_owned());
        [0; 4].map(|_| cells.next().unwrap_or_default())
    };
    lines.take_while(|line| line.starts_with('|')).map(cells).collect()
}

/// The row's text with something else in place of its name.
fn with(row: &Row, name: &str) -> String {
    let (before, rest) = row.text.split_once('«').unwrap();
    let (_, after) = rest.split_once('»').unwrap();
    format!("{before}{name}{after}\n")
}

fn completes(client: &mut Client, row: &Row, name: &str) -> bool {
    let first: String = name.chars().take(1).collect();
    client.set_text(row.at, &with(row, &first));
    let labels = client.labels(row.at, &with(row, &format!("{first}$0")));
    labels.iter().any(|label| label.trim_end_matches('=') == row.label.unwrap_or(name))
}

/// Whether it becomes true: the file of the row before may still be read again, as it was closed unsaved.
fn soon(client: &mut Client, is: impl Fn(&mut Client) -> bool) -> bool {
    (0..100).any(|_| {
        let is = is(client);
        if !is {
            std::thread::sleep(std::time::Duration::from_millis(30));
        }
        is
    })
}

#[test]
fn what_the_table_promises_is_kept_over_stdio() {
    let sample = shop();
    let mut client = Session::new(Preset::VsCode, sample.root()).start();
    let promised = promised();
    assert_eq!(promised.len(), PLACES.len(), "docs/kinds.md has a line for every place");
    let mut broken = Vec::new();
    for (row, [completion, definition, hover, finding]) in PLACES.iter().zip(promised) {
        assert_eq!(completion == "–", !row.completes, "{}", row.place);
        let name = row.text.split_once('«').unwrap().1.split_once('»').unwrap().0;
        let half = name.char_indices().nth(name.chars().count() / 2).map_or(0, |(at, _)| at);
        let here = with(row, &format!("{}$0{}", &name[..half], &name[half..]));
        client.open(row.at, &with(row, name));
        let mut says = |what: &str, kept: bool| {
            if !kept {
                broken.push(format!("{what} of {}: {}", row.kind, row.place));
            }
        };
        if definition == "yes" {
            let leads = |client: &mut Client| {
                client.targets(row.at, &here).iter().any(|target| target.contains(row.to))
            };
            says("definition", soon(&mut client, leads));
        }
        if hover == "yes" {
            let shows = |client: &mut Client| markup(&client.hover(row.at, &here)).contains(row.shows);
            says("hover", soon(&mut client, shows));
        }
        if completion == "yes" {
            says("completion", completes(&mut client, row, name));
        }
        if finding.starts_with('[') {
            let wrong = if name.parse::<u32>().is_ok() { "97" } else { WRONG };
            client.set_text(row.at, &with(row, wrong));
            client.wait_diagnostics(row.at, |found| has(found, row.code));
        }
        client.close(row.at);
    }
    assert!(broken.is_empty(), "{broken:#?}");
}
