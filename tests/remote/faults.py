"""What can go wrong between us and a server, or on our own disk. In every case what was there before still is, and the
message says what happened and what to do."""

import base64
import concurrent.futures
import contextlib
import gzip
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time


class Wire:
    """A server that says what it is told to, byte for byte: `answer(number, head)` gives an iterable of bytes to send
    and of numbers of seconds to wait. Then it hangs up."""

    def __init__(self, answer):
        self.answer, self.heads = answer, []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client):
        with client, contextlib.suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                more = client.recv(65536)
                if not more:
                    return
                head += more
            # The catalogs that are asked for beside are no part of this.
            if b"catalog" in head.split(b"\r\n")[0]:
                client.sendall(whole(b"", "404 Not Found"))
                return
            self.heads.append(head.decode())
            for act in self.answer(len(self.heads), head.decode().lower()):
                time.sleep(act) if isinstance(act, (int, float)) else client.sendall(act)

    def stop(self):
        # Closing alone does not end a wait for a connection.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def whole(body, status="200 OK", *headers):
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def bomb():
    """200 KB that unpack to 200 MB of JSON."""
    part = gzip.compress(b" " * (10 << 20), 9)
    return gzip.compress(b'{"metadata": {}, "nodes": {') + part * 20


def network(check, project, run, upstream, manifest):
    """Faults on the wire, after one good fetch each."""
    good = manifest(filler=400_000)
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(good)}\r\n\r\n".encode()
    short = f"HTTP/1.1 200 OK\r\ncontent-length: {len(good) // 2}\r\n\r\n".encode()
    never = 60
    packed = bomb()
    faults = {
        # name: (the answers from the second on, words of the message, how many requests that makes)
        "silent before the head": (lambda *_: [never], "did not answer in time", None),
        "silent in the body": (lambda *_: [head, good[:1000], never], "silent", None),
        "cut in the middle": (lambda *_: [head, good[: len(good) // 2]], "the connection broke", 3),
        "hung up at once": (lambda *_: [], "the connection broke", 3),
        "a length that is too short": (lambda *_: [short, good], "the file is incomplete", 1),
        "no HTTP": (lambda *_: [b"SSH-2.0-OpenSSH_9.2\r\n"], "no HTTP", 3),
        "403": (lambda *_: [whole(b"", "403 Forbidden")], "check the headers", 1),
        "404": (lambda *_: [whole(b"", "404 Not Found")], "check the path", 1),
        "429, soon again": (lambda *_: [whole(b"", "429 Too Many Requests", "retry-after: 1")], "fewer requests (429)", 3),
        "429, much later": (lambda *_: [whole(b"", "429 Too Many Requests", "retry-after: 3600")], "fewer requests (429)", 1),
        "500": (lambda *_: [whole(b"", "500 Oops")], "the server failed (500)", 3),
        "503 with a page": (lambda *_: [whole(b"<html>maintenance", "503 Unavailable")], "the server failed (503)", 3),
        "a login page": (lambda *_: [whole(b"<html>Sign in</html>")], "not valid JSON", 1),
        "another JSON": (lambda *_: [whole(b'{"hello": 1}')], "not a dbt manifest", 1),
        "a catalog": (lambda *_: [whole(b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": {}}')], "a dbt catalog file", 1),
        "nothing": (lambda *_: [whole(b"")], "empty", 1),
        "zero bytes": (lambda *_: [whole(b"\0" * 100_000)], "not valid JSON", 1),
        "a deep one": (lambda *_: [whole(b'{"nodes":' + b"[" * 200_000)], "no manifest", 1),
        "gzip, cut": (lambda *_: [whole(gzip.compress(good)[:-20])], "no manifest", 1),
        "a gzip bomb": (lambda *_: [whole(packed)], "unpacks to more than", 1),
        "a redirect to a file": (lambda *_: [whole(b"", "302 Found", "location: file:///etc/passwd")], "another scheme", 1),
        "a circle of redirects": (lambda *_: [whole(b"", "302 Found", "location: /manifest.json")], "in circles", None),
    }

    def one(name, fault, words, requests):
        wire = Wire(lambda number, _: [whole(good)] if number == 1 else fault())
        folder = project(upstream(f"http://127.0.0.1:{wire.port}/manifest.json"))
        sound(check, run, folder, name, wire, words, requests)
        wire.stop()

    at_once((one, name, *fault) for name, fault in faults.items())

    # The server is gone altogether.
    wire = Wire(lambda *_: [whole(good)])
    folder = project(upstream(f"http://127.0.0.1:{wire.port}/manifest.json"))
    run(folder, ["mesh", "sync"])
    wire.stop()
    sound(check, run, folder, "nobody listens", None, "refused")

    # It recovers by itself.
    wire = Wire(lambda number, _: [whole(b"", "503 Oops")] if number < 3 else [whole(good)])
    done = run(project(upstream(f"http://127.0.0.1:{wire.port}/manifest.json")), ["mesh", "sync"])
    check("fault: two failures are tried again", done.returncode == 0 and len(wire.heads) == 3, done.stdout + done.stderr)

    # A slow one is waited for as long as it says something.
    slow = [part for at in range(0, len(good), 50_000) for part in (good[at : at + 50_000], 0.3)]
    wire = Wire(lambda *_: [head, *slow])
    done = run(project(upstream(f"http://127.0.0.1:{wire.port}/manifest.json")), ["mesh", "sync"], DBT_MESH_TIMEOUT="1")
    check("fault: slow, but never silent: fetched", done.returncode == 0 and len(wire.heads) == 1, done.stdout + done.stderr)

    # A server that has nothing new although we have nothing: it is asked without conditions then.
    answers = lambda _, head: [whole(b"", "304 Not Modified")] if "if-none-match" in head else [whole(good, "200 OK", 'etag: "1"')]
    wire = Wire(answers)
    folder = project(upstream(f"http://127.0.0.1:{wire.port}/manifest.json"))
    run(folder, ["mesh", "sync"])
    same = run(folder, ["mesh", "sync"])
    check("fault: 304 keeps what is there", same.returncode == 0 and len(wire.heads) == 2, same.stdout + same.stderr)
    for damage in ("body gone", "body cut", "body garbage", "facts garbage", "meta garbage", "everything but the lock"):
        damaged(folder, damage)
        done = run(folder, ["mesh", "sync"])
        known(check, run, folder, f"fault: a damaged cache mends itself ({damage})", done)


def at_once(calls):
    """Most of a fault is waiting for it."""
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(*call) for call in calls]:
            done.result()


def kinds(upstream, port, secret):
    """Every other kind that speaks HTTP, its server at this port: configuration and environment."""
    here = f"http://127.0.0.1:{port}"
    key = base64.b64encode(secret.encode()).decode()
    return {
        "S3": (upstream("s3://art/prod/manifest.json", endpoint=here),
               {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1"}),
        "Google Cloud Storage": (upstream("gs://art/prod/manifest.json"), {"STORAGE_EMULATOR_HOST": here}),
        "Azure": (upstream("az://art/prod/manifest.json"), {"AZURE_STORAGE_CONNECTION_STRING":
                  f"DefaultEndpointsProtocol=http;AccountName=acme;AccountKey={key};BlobEndpoint={here}/acme;"}),
        "Databricks": (upstream("databricks:///Volumes/main/dbt/art/manifest.json"),
                       {"DATABRICKS_HOST": here, "DATABRICKS_TOKEN": secret}),
        "dbt platform": (upstream(f"dbt://127.0.0.1:{port}/accounts/1/jobs/9"), {"DBT_CLOUD_API_TOKEN": secret}),
    }


def every_kind(check, project, run, upstream, manifest, secret):
    """The same faults for every kind, since each has an interface and errors of its own."""
    good = manifest(filler=400_000)
    told = ['etag: "1"', "last-modified: Fri, 20 Nov 2026 10:00:00 GMT"]
    fine = whole(good, "200 OK", *told)
    head = fine[: fine.index(b"\r\n\r\n") + 4]
    runs = lambda id: whole(json.dumps({"data": [{"id": id, "status": 10}], "extra": {"pagination": {"count": 1, "total_count": 1}}}).encode())
    short = head.replace(str(len(good)).encode(), str(len(good) // 2).encode())
    faults = {
        "silent in the body": ([head, good[:1000], 20], "silent", None),
        "cut in the middle": ([head, good[: len(good) // 2]], "the connection broke", 3),
        "a length that is too short": ([short, good], "the file is incomplete", 1),
        "403": ([whole(b"", "403 Forbidden")], "(403)", 1),
        "404": ([whole(b"", "404 Not Found")], "(404)", 1),
        "429, soon again": ([whole(b"", "429 Too Many Requests", "retry-after: 1")], "fewer requests (429)", 3),
        "429, much later": ([whole(b"", "429 Too Many Requests", "retry-after: 3600")], "fewer requests (429)", 1),
        "500": ([whole(b"", "500 Oops")], "the server failed (500)", 3),
        "garbage": ([whole(b"<html>Sign in</html>", "200 OK", *told)], "not valid JSON", 1),
        "a gzip bomb": ([whole(bomb(), "200 OK", *told)], "unpacks to more than", 1),
        "304": ([whole(b"", "304 Not Modified", *told)], None, 1),
        "nobody listens": (None, "refused", None),
    }

    def one(kind, name, fault, words, requests):
        failing, asked = threading.Event(), []

        def answer(_, request):
            if "/runs/?" in request:
                # Of a run that is known nothing is asked again.
                return [runs(77 + failing.is_set())]
            asked.append(request)
            return fault if failing.is_set() else [fine]

        wire = Wire(answer)
        config, environment = kinds(upstream, wire.port, secret)[kind]
        folder = project(config)
        first = run(folder, ["mesh", "sync"], **environment)
        check(f"fault: {kind}: fetched", first.returncode == 0, first.stdout + first.stderr)
        failing.set()
        asked.clear()
        if fault is None:
            wire.stop()
        if (kind, name) == ("dbt platform", "404"):
            words = "have left no manifest.json"
        if words:
            sound(check, run, folder, f"{kind}: {name}", None, words, **environment)
        else:
            known(check, run, folder, f"fault: {kind}: {name} keeps what is there", run(folder, ["mesh", "sync"], **environment))
        if requests:
            check(f"fault: {kind}: {name}: asked {requests} times", len(asked) == requests, asked)
        wire.stop()

    # The platform is asked for a run once, and so without conditions. Unpacking is slow here, and the same for all.
    left_out = [("dbt platform", "304"), *((kind, "a gzip bomb") for kind in ("Google Cloud Storage", "Azure", "Databricks"))]
    at_once((one, kind, name, *fault) for kind in kinds(upstream, 0, secret) for name, fault in faults.items()
            if (kind, name) not in left_out)


def git(check, project, run, served, config, environment):
    """Faults of a server of git's. `served` starts one whose answers come through a function; `config` names it."""
    page = lambda status: lambda *_: (status, {"content-type": "text/html"}, b"<html>")
    faults = {
        "403": (page(403), "denied (403)"),
        "404": (page(404), "not found"),
        "429": (page(429), "fewer requests (429)"),
        "500": (page(500), "the server failed"),
        "it redirects": (lambda *_: (302, {"location": "https://127.0.0.1:1/producer/.git"}, b""), "redirects, which is refused"),
        # To git a page is a list without references.
        "a login page": (page(200), "no branch or tag"),
        "silent": (lambda *_: time.sleep(20) or (500, {}, b""), "the server went silent"),
        "nobody listens": (None, "no connection"),
    }

    def one(name, fault, words):
        answers = []
        server = served(lambda real: lambda *asked: answers[0](*asked) if answers else real(*asked))
        folder = project(config(server.port))
        first = run(folder, ["mesh", "sync"], **environment)
        check(f"fault: git: {name}: fetched", first.returncode == 0, first.stdout + first.stderr)
        if fault:
            answers.append(fault)
        else:
            server.http.shutdown()
            server.http.server_close()
        sound(check, run, folder, f"git: {name}", None, words, **environment)

    at_once((one, name, *fault) for name, fault in faults.items())


def damaged(folder, damage):
    [entry] = [path.parent for path in (folder / ".home").rglob("body")]
    body = entry / "body"
    if damage == "body gone":
        body.unlink()
    elif damage == "body cut":
        body.write_bytes(body.read_bytes()[:1000])
    elif damage == "body garbage":
        body.write_bytes(b"<html>")
    elif damage == "facts garbage":
        (entry / "parsed").write_bytes(b"dbtmesh\n" + b"\xff" * 1000)
    elif damage == "meta garbage":
        (entry / "meta.json").write_bytes(b"{")
    else:
        for file in entry.iterdir():
            if file.name != "lock":
                file.unlink()


def known(check, run, folder, name, done, **more):
    """The command went well, and the upstream's model is known without the network."""
    offline = run(folder, ["check", "--offline", "--format", "json"], **more)
    found = json.loads(offline.stdout)
    models = sum(upstream["public_models"] for upstream in found["upstreams"])
    wrong = [one["code"] for one in found["diagnostics"] if one["code"] in ("unknown-model", "upstream-not-loaded")]
    check(name, done.returncode == 0 and models == 1 and not wrong, done.stdout + done.stderr + offline.stdout)


def sound(check, run, folder, name, wire, words, requests=None, prepared=False, **more):
    """After a good fetch a bad one: it is told, and nothing is lost."""
    if wire:
        first = run(folder, ["mesh", "sync"], **more)
        assert first.returncode == 0, first.stdout + first.stderr
    began, before = time.time(), len(wire.heads) if wire else 0
    done = run(folder, ["mesh", "sync"], DBT_MESH_TIMEOUT="1", **more)
    text = done.stdout + done.stderr
    check(f"fault: {name}: is told", done.returncode == 1 and words in text, text)
    # An unoptimised server unpacks slowly.
    patience = 90 if "bomb" in name else 20
    check(f"fault: {name}: ends soon", time.time() - began < patience, f"{time.time() - began:.1f} s")
    if requests:
        made = len(wire.heads) - before
        check(f"fault: {name}: asked {requests} times", made == requests, made)
    offline = run(folder, ["check", "--offline", "--format", "json"], **more)
    found = json.loads(offline.stdout)
    models = sum(upstream["public_models"] for upstream in found["upstreams"])
    codes = {one["code"] for one in found["diagnostics"]}
    check(f"fault: {name}: the last good one stays", models == 1 and not codes & {"unknown-model", "upstream-not-loaded"}, offline.stdout)
    stale = [one["message"] for one in found["diagnostics"] if one["code"] == "stale-upstream"]
    check(f"fault: {name}: a hint says so", stale and words in stale[0], offline.stdout)


@contextlib.contextmanager
def small_disk(size):
    """A file system of this size. Gives its folder; `None` where none may be made."""
    folder = pathlib.Path(tempfile.mkdtemp())
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True)
    try:
        yield folder if made.returncode == 0 else None
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", "-l", folder], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def disk(check, project, run, upstream, manifest):
    """Faults of our own disk."""
    small, large = manifest(filler=300_000), manifest(filler=3_000_000)
    served = {"body": small}
    wire = Wire(lambda *_: [whole(served["body"])])
    address = f"http://127.0.0.1:{wire.port}/manifest.json"
    with small_disk("1m") as folder:
        if folder:
            consumer = project(upstream(address))
            home = {"XDG_CACHE_HOME": str(folder)}
            first = run(consumer, ["mesh", "sync"], **home)
            check("fault: a small disk: fetched", first.returncode == 0, first.stdout + first.stderr)
            served["body"] = large
            sound(check, run, consumer, "the disk is full", None, "the disk is full", **home)
            left = [path.name for path in folder.rglob("*.tmp")]
            check("fault: the disk is full: nothing half-written is left", not left, left)
            subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
            served["body"] = small
            done = run(consumer, ["mesh", "sync"], **home)
            text = done.stdout + done.stderr
            check("fault: a read-only cache: used all the same, and told", done.returncode == 0 and "read-only" in text, text)
            known(check, run, consumer, "fault: a read-only cache: the last good one stays", done, **home)
        else:
            print("skipped: a full and a read-only disk (no file system may be mounted here)")
    # Where none may be mounted the system can still refuse to let files grow.
    served["body"] = small
    consumer = project(upstream(address))
    run(consumer, ["mesh", "sync"])
    served["body"] = large

    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))

    limited = lambda folder, arguments, **more: run(folder, arguments, prepare=limit, **more)
    sound(check, limited, consumer, "files may not grow", None, "cannot write into the cache folder")
    wire.stop()


def clocks(check, project, run, upstream, manifest):
    """The clock jumps: what was checked tomorrow, or in 1970, is asked for again."""
    wire = Wire(lambda *_: [whole(manifest())])
    folder = project(upstream(f"http://127.0.0.1:{wire.port}/manifest.json"))
    run(folder, ["mesh", "sync"])
    run(folder, ["mesh"])
    check("clock: nothing is asked within the hour", len(wire.heads) == 1, wire.heads)
    [meta] = [path for path in (folder / ".home").rglob("meta.json") if json.loads(path.read_text())["fetched_at"]]
    for name, shift in (("back by a year", 365 * 86400), ("ahead by a year", -365 * 86400), ("back to 1970", None)):
        told = json.loads(meta.read_text())
        for key in ("checked_at", "fetched_at"):
            # Seen from a clock that went back what was written lies in the future.
            told[key] = 0 if shift is None else told[key] + shift
        meta.write_text(json.dumps(told))
        before = len(wire.heads)
        done = run(folder, ["mesh"])
        known(check, run, folder, f"clock: {name}: still usable", done)
        check(f"clock: {name}: asked again, once", len(wire.heads) == before + 1, wire.heads[before:])
    wire.stop()


def together(check, project, run, upstream, manifest):
    """Several servers at once share one fetch; one that is killed leaves no harm."""
    body = manifest(filler=2_000_000)
    wire = Wire(lambda *_: [0.3, whole(body)])
    folder = project(upstream(f"http://127.0.0.1:{wire.port}/manifest.json"))
    results = []
    threads = [threading.Thread(target=lambda: results.append(run(folder, ["mesh"]))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ready = all(done.returncode == 0 and "ready" in done.stdout for done in results)
    check("six at once: all have it", ready, "\n".join(done.stdout + done.stderr for done in results))
    check("six at once: fetched once", len(wire.heads) == 1, len(wire.heads))
    wire.stop()

    slow = Wire(lambda *_: [f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode(), body[: len(body) // 2], 20])
    folder = project(upstream(f"http://127.0.0.1:{slow.port}/manifest.json"))
    child = run(folder, ["mesh", "sync"], wait=False)
    while not slow.heads:
        time.sleep(0.05)
    time.sleep(0.3)
    child.kill()
    child.wait()
    slow.answer = lambda *_: [whole(body)]
    known(check, run, folder, "killed in the middle: the next one fetches it", run(folder, ["mesh", "sync"]))
    slow.stop()


def rewritten(check, project, run, manifest):
    """A local manifest that is rewritten in place all the time: no finding is ever wrong."""
    folder = project("upstreams:\n  - manifest: up/manifest.json\n")
    (folder / "up").mkdir()
    path, stop = folder / "up" / "manifest.json", threading.Event()
    bodies = [manifest(filler=size) for size in (1_500_000, 2_500_000)]
    path.write_bytes(bodies[0])

    def write():
        while not stop.is_set():
            for body in bodies:
                with open(path, "wb") as file:
                    for at in range(0, len(body), 200_000):
                        file.write(body[at : at + 200_000])
                        time.sleep(0.001)
                time.sleep(0.05)

    writer = threading.Thread(target=write)
    writer.start()
    wrong = []
    for _ in range(12):
        done = run(folder, ["check", "--format", "json"])
        found = json.loads(done.stdout)
        wrong += [one["message"] for one in found["diagnostics"] if one["code"] == "unknown-model"]
    stop.set()
    writer.join()
    check("a manifest rewritten while it is read: never a wrong finding", not wrong, wrong)
    done = run(folder, ["mesh"])
    known(check, run, folder, "a manifest rewritten while it is read: known in the end", done)


def all_of_them(check, project, run, upstream, manifest, secret):
    every_kind(check, project, run, upstream, manifest, secret)
    network(check, project, run, upstream, manifest)
    disk(check, project, run, upstream, manifest)
    clocks(check, project, run, upstream, manifest)
    together(check, project, run, upstream, manifest)
    rewritten(check, project, run, manifest)
