"""Upstreams behind a proxy: the real proxy.py, a SOCKS server of twenty lines, and proxies that fail.

That a proxy is used shows in its log; that it is not, by naming one that nobody serves."""

import contextlib
import re
import socket
import threading
import time

import faults
import servers


class Socks:
    """A SOCKS 5 proxy without passwords; remembers where it was asked to go."""

    def __init__(self):
        self.targets = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.socket.accept()
            threading.Thread(target=self.talk, args=(client,), daemon=True).start()

    def talk(self, client):
        with client, contextlib.suppress(OSError):
            client.recv(client.recv(2)[1])
            client.sendall(b"\5\0")
            kind = client.recv(4)[3]
            host = socket.inet_ntoa(client.recv(4)) if kind == 1 else client.recv(client.recv(1)[0]).decode()
            port = int.from_bytes(client.recv(2), "big")
            self.targets.append(f"{host}:{port}")
            with socket.create_connection((host, port)) as server:
                client.sendall(b"\5\0\0\1" + bytes(6))
                back = threading.Thread(target=copy, args=(server, client), daemon=True)
                back.start()
                copy(client, server)
                back.join(5)


def copy(source, target):
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)


class Proxy:
    """proxy.py in a process of its own."""

    def __init__(self, run, python, *arguments):
        self.port = run.free_port()
        self.log = run.HERE / f"{self.port}.log"
        run.spawn([python, "-m", "proxy", "--hostname", "127.0.0.1", "--port", str(self.port), "--num-workers", "1",
                   "--num-acceptors", "1", "--log-level", "INFO", *arguments], self.port)

    def passed(self, port):
        return len(re.findall(rf"CONNECT (?:None|127\.0\.0\.1):{port}\b", self.log.read_text()))


def all_of_them(run, python, stores):
    """`run`: the module that starts the tests; `stores`: object stores, each its name, configuration and environment."""
    if python is None:
        return print("skipped proxies: PyPI is out of reach")
    proxy, dead = Proxy(run, python), f"http://127.0.0.1:{run.free_port()}"
    there = f"http://127.0.0.1:{proxy.port}"
    certificate = (run.HERE / "certificate.pem", run.HERE / "key.pem")
    answer = lambda path, *_: (200, {}, run.manifest()) if path == "/m.json" else (404, {}, b"")
    plain, safe = servers.Server(answer), servers.Server(answer, certificate)
    authority = {"SSL_CERT_FILE": str(run.HERE / "ca.pem")}
    config = {"http": run.upstream(f"http://127.0.0.1:{plain.port}/m.json"),
              "https": run.upstream(f"https://127.0.0.1:{safe.port}/m.json")}
    ports = {"http": plain.port, "https": safe.port}

    def sync(name, scheme, by=None, **environment):
        """It is fetched, through the proxy `by` or through none."""
        before = by.passed(ports[scheme]) if by else 0
        done = run.run(run.project(config[scheme]), ["mesh", "sync"], **{"NO_PROXY": "", **authority, **environment})
        # The proxy writes its log when a connection ends.
        until = time.time() + 5
        while by and by.passed(ports[scheme]) == before and time.time() < until:
            time.sleep(0.02)
        used = not by or by.passed(ports[scheme]) > before
        run.check(f"proxy: {name}", done.returncode == 0 and used, done.stdout + done.stderr)

    sync("HTTP_PROXY for http", "http", proxy, HTTP_PROXY=there)
    sync("http_proxy before HTTP_PROXY", "http", proxy, http_proxy=there, HTTP_PROXY=dead)
    sync("HTTPS_PROXY for https", "https", proxy, HTTPS_PROXY=there)
    sync("https_proxy before HTTPS_PROXY", "https", proxy, https_proxy=there, HTTPS_PROXY=dead)
    sync("ALL_PROXY for https", "https", proxy, ALL_PROXY=there)
    sync("all_proxy for http, without a scheme", "http", proxy, all_proxy=f"127.0.0.1:{proxy.port}")
    sync("HTTPS_PROXY before ALL_PROXY", "https", proxy, HTTPS_PROXY=there, ALL_PROXY=dead)
    sync("an empty HTTPS_PROXY leaves ALL_PROXY", "https", proxy, HTTPS_PROXY="", ALL_PROXY=there)
    sync("HTTPS_PROXY is not for http", "http", HTTPS_PROXY=dead)
    sync("HTTP_PROXY is not for https", "https", HTTP_PROXY=dead)
    for name, value in (("NO_PROXY", "example.com, 127.0.0.1"), ("no_proxy", "127.0.0.1"), ("NO_PROXY", "127.0.0.0/8"),
                        ("NO_PROXY", "*"), ("NO_PROXY", f"127.0.0.1:{safe.port}")):
        sync(f"{name}={value}".replace(str(safe.port), "PORT"), "https", HTTPS_PROXY=dead, **{name: value})
    socks = Socks()
    sync("ALL_PROXY with SOCKS", "https", ALL_PROXY=f"socks5h://127.0.0.1:{socks.port}")
    run.check("proxy: SOCKS was asked", socks.targets == [f"127.0.0.1:{safe.port}"], socks.targets)

    # A name and a password, one sign of which has a meaning in addresses.
    guarded = Proxy(run, python, "--basic-auth", f"me:{run.SECRET}@1")
    secret = f"http://me:{run.SECRET}%401@127.0.0.1:{guarded.port}"
    sync("a name and a password, http", "http", guarded, HTTP_PROXY=secret)
    sync("a name and a password, https", "https", guarded, HTTPS_PROXY=secret)

    for keys in stores:
        [port] = {int(found) for text in keys.values() for found in re.findall(r"http://127\.0\.0\.1:(\d+)", text)}
        name = keys.pop("name")
        ports[name], config[name] = port, keys.pop("config")
        sync(f"{name} through HTTP_PROXY", name, guarded, HTTP_PROXY=secret, HTTPS_PROXY=dead, **keys)

    def fails(name, words, scheme, environment):
        """After a good fetch the proxy fails: it is told which one, and nothing is lost."""
        folder = run.project(config[scheme])
        first = run.run(folder, ["mesh", "sync"], **authority)
        assert first.returncode == 0, first.stdout + first.stderr
        faults.sound(run.check, run.run, folder, f"proxy: {name}", None, words, **{"NO_PROXY": "", **authority, **environment})

    def answers(name, acts, words):
        wire = faults.Wire(lambda *_: acts)
        fails(name, words, "https", {"HTTPS_PROXY": f"http://127.0.0.1:{wire.port}"})
        wire.stop()

    wrong, down = secret.replace("me:", "you:"), dead.replace("//", f"//me:{run.SECRET}@")
    faults.at_once([
        (fails, "it is down", "the proxy that HTTPS_PROXY names refuses the connection", "https", {"HTTPS_PROXY": down}),
        (fails, "another password", "HTTP_PROXY names asks for a name and a password (407)", "http", {"HTTP_PROXY": wrong}),
        (fails, "no password", "ALL_PROXY names asks for a name and a password (407)", "https",
         {"ALL_PROXY": f"http://127.0.0.1:{guarded.port}"}),
        (fails, "no address", "HTTPS_PROXY is no address of a proxy", "https",
         {"HTTPS_PROXY": f"ftp://me:{run.SECRET}@example.com"}),
    ] + [(answers, *case) for case in (
        ("it refuses", [faults.whole(b"<html>blocked", "403 Forbidden")], "refuses to connect to this host and port (403)"),
        ("it has no way", [faults.whole(b"", "502 Bad Gateway")], "made no connection to the server (502)"),
        ("it hangs up", [], "HTTPS_PROXY names"),
        ("it is silent", [20], "HTTPS_PROXY names"),
        ("it is something else", [b"SSH-2.0-OpenSSH_9.2\r\n\r\n"], "HTTPS_PROXY names"),
    )])
    git(run, proxy, certificate, {"it is down": down, "another password": wrong})


def git(run, proxy, certificate, wrong):
    """git reads the same variables itself."""
    server = servers.Server(servers.git(run.HERE, "robot", run.SECRET), certificate, with_body=True)
    address = f"git+https://${{GIT_USER}}:${{GIT_TOKEN}}@127.0.0.1:{server.port}/producer/.git//target/manifest.json?ref=main"
    keys = {"GIT_USER": "robot", "GIT_TOKEN": run.SECRET, "GIT_SSL_CAINFO": str(run.HERE / "ca.pem"), "NO_PROXY": ""}
    folder = run.project(run.upstream(address))
    done = run.run(folder, ["mesh", "sync"], HTTPS_PROXY=f"http://127.0.0.1:{proxy.port}", **keys)
    run.check("proxy: git", done.returncode == 0 and proxy.passed(server.port), done.stdout + done.stderr)
    for name, value in wrong.items():
        faults.sound(run.check, run.run, folder, f"proxy: git, {name}", None, "HTTPS_PROXY names", HTTPS_PROXY=value, **keys)
