use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

use project::upstream::Location;

use super::super::testing::{Act, Server, answer};
use super::*;

const BODY: &str = r#"{"nodes": {}}"#;

fn remote(address: &str) -> Remote {
    match Location::resolve(address, Path::new("/")) {
        Ok(Location::Remote(remote)) => *remote,
        other => panic!("{other:?}"),
    }
}

fn text(path: &Path) -> Result<String, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    if text.starts_with('{') { Ok(text) } else { Err("not valid JSON".to_owned()) }
}

/// What a refresh came to, and what the cache has afterwards.
fn refresh(cache: &Cache, remote: &Remote) -> String {
    let came = match cache.refresh(remote, 0, &Watch::default(), text) {
        Refreshed::Same(_) => "same".to_owned(),
        Refreshed::New { value, problem, .. } => match problem {
            None => format!("new {value}"),
            Some(problem) => format!("new {value}, but {problem}"),
        },
        Refreshed::Failed(why) => format!("failed: {why}"),
        Refreshed::Stopped => "stopped".to_owned(),
    };
    let kept = cache.get(remote).map(|cached| fs::read_to_string(cached.path).unwrap());
    format!("{came} | {}", kept.as_deref().unwrap_or("nothing kept"))
}

#[test]
fn what_is_the_newest_is_not_fetched_again() {
    let server = Server::start(|_, head| {
        if head.contains("if-none-match: \"v1\"") {
            answer("304 Not Modified", &[], b"")
        } else {
            answer("200 OK", &["ETag: \"v1\""], BODY.as_bytes())
        }
    });
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::below(dir.path());
    let remote = remote(&format!("{}/m.json", server.address));
    assert_eq!(refresh(&cache, &remote), format!("new {BODY} | {BODY}"));
    // Within the hour nobody asks twice.
    assert!(matches!(cache.refresh(&remote, 3600, &Watch::default(), text), Refreshed::Same(_)));
    assert_eq!(server.requests().len(), 1);
    age(&cache, &remote, 2);
    assert_eq!(refresh(&cache, &remote), format!("same | {BODY}"));
    assert_eq!(server.requests().len(), 2);
    assert!(!cache.is_due(&remote, 3600));
}

/// Makes an entry look as if it had been checked some seconds earlier.
fn age(cache: &Cache, remote: &Remote, seconds: u64) {
    let folder = cache.entry(remote);
    let mut meta = Meta::read(&folder).unwrap();
    meta.checked_at = meta.checked_at.saturating_sub(seconds);
    meta.fetched_at = meta.fetched_at.saturating_sub(seconds);
    if let Some(failed) = &mut meta.failed {
        failed.at = failed.at.saturating_sub(seconds);
    }
    meta.write(&folder).unwrap();
}

/// After any fault the last good body is still there, and the message says what happened.
#[test]
fn a_fault_never_costs_the_last_good_body() {
    let gzip_bomb = || {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        out.write_all(&vec![b' '; 1 << 20]).unwrap();
        out.finish().unwrap()
    };
    type Fault = Box<dyn Fn() -> Vec<Act> + Send + Sync>;
    let faults: Vec<(&str, Fault)> = vec![
        ("403", Box::new(|| answer("403 Forbidden", &[], b"no"))),
        ("404", Box::new(|| answer("404 Not Found", &[], b""))),
        ("429", Box::new(|| answer("429 Too Many Requests", &["Retry-After: 60"], b""))),
        ("500", Box::new(|| answer("500 Oops", &["Retry-After: 0"], b""))),
        ("garbage", Box::new(|| answer("200 OK", &[], b"<html>sign in</html>"))),
        ("no http", Box::new(|| vec![Act::Send(b"SSH-2.0-OpenSSH\r\n".to_vec())])),
        ("cut", Box::new(|| vec![Act::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec())])),
        ("hung up", Box::new(Vec::new)),
        ("packed", Box::new(move || answer("200 OK", &[], &gzip_bomb()))),
        ("redirect", Box::new(|| answer("302 Found", &["Location: file:///etc/passwd"], b""))),
        ("no target", Box::new(|| answer("302 Found", &[], b""))),
        ("circle", Box::new(|| answer("302 Found", &["Location: /m.json"], b""))),
    ];
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::below(dir.path());
    let mut said = String::new();
    for (name, fault) in faults {
        let server =
            Server::start(
                move |number, _| {
                    if number == 0 { answer("200 OK", &[], BODY.as_bytes()) } else { fault() }
                },
            );
        let remote = remote(&format!("{}/m.json", server.address));
        assert_eq!(refresh(&cache, &remote), format!("new {BODY} | {BODY}"));
        age(&cache, &remote, 2);
        said += &format!("{name}: {}\n", refresh(&cache, &remote));
    }
    expect_test::expect![[r#"
        403: failed: access is denied (403): check the headers in dbt_mesh.yml and the environment variables they name | {"nodes": {}}
        404: failed: there is nothing at this address (404): check the path | {"nodes": {}}
        429: failed: the server asks for fewer requests (429): it is tried again later | {"nodes": {}}
        500: failed: the server failed (500): it is tried again later | {"nodes": {}}
        garbage: failed: what the server sent is no manifest: not valid JSON | {"nodes": {}}
        no http: failed: the answer is no HTTP, or was cut short | {"nodes": {}}
        cut: failed: the connection broke before everything was there | {"nodes": {}}
        hung up: failed: the connection broke before everything was there | {"nodes": {}}
        packed: failed: what the server sent is no manifest: stream did not contain valid UTF-8 | {"nodes": {}}
        redirect: failed: the server redirects to another scheme, which is refused: configure the final address | {"nodes": {}}
        no target: failed: the server redirects without saying where (302) | {"nodes": {}}
        circle: failed: the server redirects in circles | {"nodes": {}}
    "#]].assert_eq(&said);
}

#[test]
fn nobody_listens() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::below(dir.path());
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let remote = remote(&format!("http://127.0.0.1:{port}/m.json"));
    expect_test::expect!["failed: the connection was refused: is the server running? | nothing kept"]
        .assert_eq(&refresh(&cache, &remote));
    assert!(!cache.is_due(&remote, 3600), "a failure is not repeated at once");
    age(&cache, &remote, 600);
    assert!(cache.is_due(&remote, 3600));
}

#[test]
fn a_slow_server_can_be_stopped() {
    let server = Server::start(|_, _| {
        let mut acts = vec![Act::Send(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n".to_vec())];
        for _ in 0..600 {
            acts.extend([Act::Send(b"{".to_vec()), Act::Wait(Duration::from_millis(20))]);
        }
        acts
    });
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::below(dir.path());
    let (first, told) = std::sync::mpsc::channel();
    let watch = Watch::new(move |done, all| _ = first.send((done, all)));
    let stop = watch.clone();
    let stopper = std::thread::spawn(move || {
        let bytes = told.recv().unwrap();
        stop.stop();
        bytes
    });
    let remote = remote(&format!("{}/m.json", server.address));
    assert!(matches!(cache.refresh(&remote, 0, &watch, text), Refreshed::Stopped));
    assert_eq!(stopper.join().unwrap().1, Some(1_000_000));
    let left: Vec<_> =
        fs::read_dir(cache.entry(&remote)).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"], "the draft is gone");
}

#[test]
fn two_servers_fetch_once() {
    let server = Server::start(|_, _| {
        let mut acts = vec![Act::Wait(Duration::from_millis(200))];
        acts.extend(answer("200 OK", &[], BODY.as_bytes()));
        acts
    });
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::below(dir.path());
    let remote = remote(&format!("{}/m.json", server.address));
    std::thread::scope(|scope| {
        let both: Vec<_> = (0..2).map(|_| scope.spawn(|| refresh(&cache, &remote))).collect();
        let mut both: Vec<String> = both.into_iter().map(|one| one.join().unwrap()).collect();
        both.sort();
        assert_eq!(both, [format!("new {BODY} | {BODY}"), format!("same | {BODY}")]);
    });
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn without_a_place_to_write_the_body_is_used_all_the_same() {
    let server = Server::start(|_, _| answer("200 OK", &[], BODY.as_bytes()));
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a file");
    fs::write(&file, "").unwrap();
    // What is below a file cannot be written, not even by root.
    let cache = Cache::below(&file);
    let came = refresh(&cache, &remote(&format!("{}/m.json", server.address)));
    assert!(came.starts_with(&format!("new {BODY}, but cannot write into the cache folder")), "{came}");
}

#[test]
fn a_clock_that_went_back_means_asking_again() {
    let server = Server::start(|_, _| answer("200 OK", &[], BODY.as_bytes()));
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::below(dir.path());
    let remote = remote(&format!("{}/m.json", server.address));
    refresh(&cache, &remote);
    let folder = cache.entry(&remote);
    let mut meta = Meta::read(&folder).unwrap();
    meta.checked_at += 1_000_000;
    meta.write(&folder).unwrap();
    assert!(cache.is_due(&remote, 3600));
}

#[test]
fn secrets_go_to_their_server_and_nowhere_else() {
    let elsewhere = Server::start(|_, _| answer("200 OK", &[], BODY.as_bytes()));
    let to = format!("Location: {}/m.json", elsewhere.address);
    let server = Server::start(move |_, _| answer("302 Found", &[to.as_str()], b""));
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::below(dir.path());
    let host = server.address.trim_start_matches("http://");
    let mut remote = remote(&format!("http://me:hunter2@{host}/m.json?sig=hunter3"));
    remote.headers = vec![("X-Token".to_owned(), "hunter4".to_owned())];
    assert_eq!(refresh(&cache, &remote), format!("new {BODY} | {BODY}"));
    let first = server.requests().concat();
    assert!(
        first.contains("hunter3") && first.contains("hunter4") && first.contains("Basic bWU6aHVudGVyMg==")
    );
    let second = elsewhere.requests().concat();
    assert!(!second.contains("hunter") && !second.to_lowercase().contains("authorization"), "{second}");
    let mut kept = format!("{remote:?} {}", remote.shown());
    for file in fs::read_dir(cache.entry(&remote)).unwrap().flatten() {
        kept += &fs::read_to_string(file.path()).unwrap();
    }
    assert!(!kept.contains("hunter"), "{kept}");
}

#[test]
fn credentials_need_encryption() {
    let mut remote = remote("http://192.0.2.1/m.json");
    remote.headers = vec![("Authorization".to_owned(), "Bearer x".to_owned())];
    let dir = tempfile::tempdir().unwrap();
    expect_test::expect!["failed: credentials are not sent without encryption: use https | nothing kept"]
        .assert_eq(&refresh(&Cache::below(dir.path()), &remote));
}

#[test]
fn the_oldest_go_when_there_are_too_many() {
    let server = Server::start(|_, _| answer("200 OK", &[], BODY.as_bytes()));
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::below(dir.path());
    let all = ["a", "b", "c"].map(|name| remote(&format!("{}/{name}.json", server.address)));
    for (number, remote) in all.iter().enumerate() {
        refresh(&cache, remote);
        age(&cache, remote, 300 - 100 * number as u64);
    }
    let one = cache.size().bytes / 3;
    assert_eq!(cache.evict_to(one * 2 + 50, &[&all[0]]).entries, 1);
    assert_eq!(all.map(|remote| cache.get(&remote).is_some()), [true, false, true]);
    assert_eq!(cache.clear().unwrap().entries, 2);
    assert_eq!(cache.size(), Size::default());
}
