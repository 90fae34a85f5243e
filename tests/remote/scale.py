#!/usr/bin/env python3
"""Hundreds of upstreams in one bucket: `tests/remote/scale.py BINARY XTASK TOOLS [--upstreams 300] [--megabytes 20]`.

TOOLS: the folder in which `run.py` has installed s3rver. Prints a Markdown table: the first fetch, starts from the cache
with and without its parsed form, memory. Needs 2.5 times the manifests' bytes of disk, in the folder of `TMPDIR`."""

import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request

parser = argparse.ArgumentParser()
parser.add_argument("binary", type=os.path.abspath)
parser.add_argument("xtask", type=os.path.abspath)
parser.add_argument("tools", type=pathlib.Path)
parser.add_argument("--upstreams", type=int, default=300)
parser.add_argument("--megabytes", type=int, default=20)
options = parser.parse_args()
HERE = pathlib.Path(tempfile.mkdtemp(prefix="dbt-mesh-scale-"))
# As long as the one in the synthetic manifest.
NAMES = [f"plat_{number:03}" for number in range(options.upstreams)]


def store():
    """An S3 server with a manifest for each name."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = options.tools / "node_modules" / ".bin" / "s3rver"
    child = subprocess.Popen([server, "-a", "127.0.0.1", "-p", str(port), "-d", HERE / "s3", "--configure-bucket", "art"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    template = HERE / "manifest.json"
    subprocess.run([options.xtask, "gen-manifest", template, "--megabytes", str(options.megabytes)], check=True,
                   stdout=subprocess.DEVNULL)
    body = template.read_bytes()
    template.unlink()
    model = re.search(rb'"model\.platform\.(\w+)": ?\{[^{}]*?"access": ?"public"', body) or re.search(rb'"model\.platform\.(stg_\w+)"', body)
    scope = "20260101/us-east-1/s3/aws4_request"
    for name in NAMES:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/art/prod/{name}/manifest.json", data=body.replace(b"platform", name.encode()), method="PUT",
            headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD", "x-amz-date": time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()),
                     "Authorization": f"AWS4-HMAC-SHA256 Credential=S3RVER/{scope},SignedHeaders=host,Signature=0"})
        urllib.request.urlopen(request).read()
    return child, port, len(body), model.group(1).decode()


def consumer(port, model):
    folder = HERE / "shop"
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\n")
    (folder / "dependencies.yml").write_text("projects:\n" + "".join(f"  - name: {name}\n" for name in NAMES))
    (folder / "dbt_mesh.yml").write_text(f"upstreams:\n  - manifest: s3://art/prod/*/manifest.json\n    endpoint: http://127.0.0.1:{port}\n")
    (folder / "models" / "last.sql").write_text(f"select * from {{{{ ref('{NAMES[-1]}', '{model}') }}}}\n")
    return folder


ENVIRONMENT = {**os.environ, "HOME": str(HERE / "home"), "XDG_CACHE_HOME": str(HERE / "cache"), "DBT_MESH_TRUST": "1",
               "AWS_ACCESS_KEY_ID": "S3RVER", "AWS_SECRET_ACCESS_KEY": "S3RVER", "AWS_REGION": "us-east-1",
               "AWS_EC2_METADATA_DISABLED": "true"}


def memory(pid, key):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(rf"{key}:\s+(\d+)", text).group(1)) / 1024


def command(folder, *arguments):
    """Seconds, seconds of processor time, peak MiB."""
    began = time.time()
    child = subprocess.Popen([options.binary, *arguments], cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE)
    text = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0, text
    ready = len(re.findall(r"\bready\b", text))
    assert ready == len(NAMES), f"{ready} of {len(NAMES)} are ready:\n{text[:3000]}"
    return time.time() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def server(folder, model):
    """Seconds from the start of the server to the first right definition into the last upstream, until hover answers
    at the very start, processor time, peak and settled MiB."""
    began = time.time()
    child = subprocess.Popen([options.binary, "lsp"], cwd=folder, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             stderr=subprocess.DEVNULL)
    answers, arrived = {}, threading.Condition()

    def read():
        while head := child.stdout.readline():
            while line := child.stdout.readline().strip():
                head += line
            message = json.loads(child.stdout.read(int(re.search(rb"(?i)content-length: *(\d+)", head).group(1))))
            if "method" in message and "id" in message:
                send({"id": message["id"], "result": [] if "configuration" in message["method"] else None})
            elif "id" in message:
                with arrived:
                    answers[message["id"]] = message.get("result")
                    arrived.notify_all()

    def send(message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        child.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        child.stdin.flush()

    def ask(number, method, params):
        send({"id": number, "method": method, "params": params})
        with arrived:
            arrived.wait_for(lambda: number in answers, 600)
            return answers.pop(number)

    threading.Thread(target=read, daemon=True).start()
    root, file = folder.as_uri(), (folder / "models" / "last.sql").as_uri()
    ask(1, "initialize", {"processId": None, "rootUri": root, "capabilities": {}, "workspaceFolders": [{"uri": root, "name": "shop"}],
                          "initializationOptions": {"trusted": True}})
    send({"method": "initialized", "params": {}})
    text = (folder / "models" / "last.sql").read_text()
    send({"method": "textDocument/didOpen", "params": {"textDocument": {"uri": file, "languageId": "sql", "version": 1, "text": text}}})
    place = {"textDocument": {"uri": file}, "position": {"line": 0, "character": text.index(model) + 1}}
    number, slowest, found = 2, 0.0, None
    while not found:
        asked = time.time()
        found = ask(number, "textDocument/definition", place)
        slowest, number = max(slowest, time.time() - asked), number + 1
        time.sleep(0.02)
    first = time.time() - began
    # Until all of them are there.
    while len(ask(number, "workspace/executeCommand", {"command": "dbt-mesh.showUpstream", "arguments": [NAMES[0]]}) or "") < 200:
        number += 1
        time.sleep(0.05)
    time.sleep(4)
    peak, settled = memory(child.pid, "VmHWM"), memory(child.pid, "VmRSS")
    ask(9999, "shutdown", None)
    send({"method": "exit"})
    _, _, usage = os.wait4(child.pid, 0)
    return first, slowest, usage.ru_utime + usage.ru_stime, peak, settled


def main():
    emulator, port, size, model = store()
    try:
        folder = consumer(port, model)
        print(f"{len(NAMES)} upstreams of {size / 1e6:.1f} MB\n")
        print("| what | seconds | processor seconds | peak MiB |\n|---|---|---|---|")
        row = lambda name, took: print(f"| {name} | {took[0]:.1f} | {took[1]:.1f} | {took[2]:.0f} |", flush=True)
        row("first fetch, `mesh sync`", command(folder, "mesh", "sync"))
        row("nothing new, `mesh sync`", command(folder, "mesh", "sync"))
        row("from the cache, `mesh --offline`", command(folder, "mesh", "--offline"))
        warm = server(folder, model)
        for parsed in (HERE / "cache").rglob("parsed"):
            parsed.unlink()
        row("the same without the parsed forms", command(folder, "mesh", "--offline"))
        for parsed in (HERE / "cache").rglob("parsed"):
            parsed.unlink()
        unparsed = server(folder, model)
        print("\n| server | first definition into the last upstream, s | slowest request meanwhile, ms | processor s | peak / settled MiB |\n|---|---|---|---|---|")
        for name, (first, slowest, cpu, peak, settled) in (("with the parsed forms", warm), ("without", unparsed)):
            print(f"| {name} | {first:.1f} | {slowest * 1000:.0f} | {cpu:.1f} | {peak:.0f} / {settled:.0f} |")
        sizes = [file.stat().st_size for file in (HERE / "cache").rglob("parsed")]
        print(f"\nparsed forms: {sum(sizes) / 1e6:.0f} MB")
    finally:
        emulator.terminate()
        shutil.rmtree(HERE, ignore_errors=True)


main()
