"""Servers that answer as the documented ones do: HTTPS with its own authority, the dbt platform's Admin API,
Databricks; and what an emulator lacks. Only the standard library."""

import base64
import http.server
import json
import os
import ssl
import subprocess
import sys
import threading
import traceback
import urllib.error
import urllib.parse
import urllib.request


class Server:
    """One server on this machine; `routes` maps (path, query) to an answer. Remembers what was asked."""

    def __init__(self, answer, certificate=None, with_body=False):
        self.requests = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.reply()

            def do_POST(self):
                self.reply(self.rfile.read(int(self.headers.get("content-length", 0))))

            do_PUT = do_POST

            def reply(self, body=b""):
                url = urllib.parse.urlsplit(self.path)
                query = dict(urllib.parse.parse_qsl(url.query))
                outer.requests.append((self.path, dict(self.headers)))
                asked = {k.lower(): v for k, v in self.headers.items()}
                if with_body:
                    asked |= {":method": self.command, ":query": url.query, ":body": body}
                status, headers, body = answer(url.path, query, asked)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.handle_error = self.failed
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def failed(self, *_):
        # Who is kept waiting hangs up.
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


def as_json(value, status=200):
    return status, {"content-type": "application/json"}, json.dumps(value).encode()


def web(manifest, token):
    """A file behind a token, with an ETag; `/old` redirects to it."""

    def answer(path, _, headers):
        if path == "/old/m.json":
            return 302, {"location": "/m.json"}, b""
        if headers.get("authorization") != f"Bearer {token}":
            return 401, {}, b""
        if headers.get("if-none-match") == '"one"':
            return 304, {}, b""
        return 200, {"etag": '"one"'}, manifest

    return answer


def git(root, user, password):
    """git's own program for serving the repositories below `root` to one user."""
    wanted = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()

    def answer(path, _, headers):
        if headers.get("authorization") != wanted:
            return 401, {"www-authenticate": 'Basic realm="git"'}, b""
        environment = {
            "PATH": os.environ["PATH"], "GIT_PROJECT_ROOT": str(root), "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path,
            "QUERY_STRING": headers[":query"], "REQUEST_METHOD": headers[":method"], "REMOTE_USER": user,
            "CONTENT_TYPE": headers.get("content-type", ""), "CONTENT_LENGTH": str(len(headers[":body"])),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
            "GIT_PROTOCOL": headers.get("git-protocol", ""), "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
        }
        done = subprocess.run(["git", "http-backend"], input=headers[":body"], env=environment, capture_output=True)
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        told = dict(line.split(": ", 1) for line in head.decode().splitlines() if ": " in line)
        return int(told.pop("Status", "200").split()[0]), told, body

    return answer


def platform(manifest, token, presigned):
    """Account 1, project 2 with 101 environments, the last of which is production; job 9; run 77, whose artifacts
    are handed out by a redirect, and run 78, which left none."""
    environments = [{"id": n, "name": f"dev {n}", "deployment_type": None} for n in range(100, 200)]
    environments.append({"id": 300, "name": "Production", "deployment_type": "production"})
    runs = [{"id": 78, "status": 10, "is_success": True}, {"id": 77, "status": 10, "is_success": True}]

    def page(items, query):
        offset, limit = int(query.get("offset", 0)), int(query.get("limit", 100))
        pagination = {"count": len(items[offset : offset + limit]), "total_count": len(items)}
        return as_json({"status": {"code": 200}, "data": items[offset : offset + limit],
                        "extra": {"pagination": pagination}})

    def answer(path, query, headers):
        if headers.get("authorization") != f"Bearer {token}":
            return as_json({"status": {"code": 401, "user_message": "Authentication failed"}, "data": None}, 401)
        if path == "/api/v3/accounts/1/projects/2/environments/":
            return page(environments, query)
        if path == "/api/v2/accounts/1/runs/":
            good = query.get("status") == "10" and query.get("order_by") == "-finished_at"
            mine = query.get("environment_id") == "300" or query.get("job_definition_id") == "9"
            return page(runs if good and mine else [], query)
        if path == "/api/v2/accounts/1/runs/77/artifacts/manifest.json":
            return 302, {"location": presigned}, b""
        return as_json({"status": {"code": 404}, "data": None}, 404)

    return answer


def databricks(manifest, client_secret):
    """A volume's file, a workspace's, and one of DBFS, for a machine's credentials."""

    def answer(path, query, headers):
        if path == "/oidc/v1/token":
            wanted = base64.b64encode(f"robot:{client_secret}".encode()).decode()
            if headers.get("authorization") != f"Basic {wanted}":
                return as_json({"error": "invalid_client"}, 401)
            return as_json({"access_token": "for-an-hour", "token_type": "Bearer", "expires_in": 3600})
        if headers.get("authorization") != "Bearer for-an-hour":
            return as_json({"error_code": 403}, 403)
        if path == "/api/2.0/fs/files/Volumes/main/dbt/art/manifest.json":
            return 200, {"content-type": "application/octet-stream"}, manifest
        if path == "/api/2.0/workspace/export" and query.get("path") == "/Workspace/Shared/manifest.json":
            return 200, {}, manifest
        if path == "/api/2.0/dbfs/read" and query.get("path") == "/dbt/manifest.json":
            start = int(query["offset"])
            part = manifest[start : start + int(query["length"])]
            return as_json({"bytes_read": len(part), "data": base64.b64encode(part).decode()})
        return as_json({"error_code": "RESOURCE_DOES_NOT_EXIST"}, 404)

    return answer


def google(emulator, statuses):
    """The emulator at this address, and the two things of the real one that it lacks: an answer to `If-None-Match`, and
    objects put by their XML address. Tells `statuses` how each request for an object ended."""

    def ask(path, data=None):
        headers = {"content-type": "application/octet-stream"}
        try:
            with urllib.request.urlopen(urllib.request.Request(emulator + path, data=data, headers=headers)) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, {}, error.read()

    def answer(path, query, headers):
        bucket, _, name = urllib.parse.unquote(path).removeprefix("/").partition("/")
        if headers[":method"] == "PUT":
            if "authorization" not in headers:
                return 401, {}, b""
            target = f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={urllib.parse.quote(name, safe='')}"
            status, _, body = ask(target, headers[":body"])
            return status, {"etag": f'"{json.loads(body)["etag"]}"', "x-goog-generation": "1"} if status == 200 else {}, b""
        status, told, body = ask(f"{path}?{headers[':query']}")
        kept = {key: told[key] for key in told if key.lower() in ("etag", "last-modified", "content-type", "x-goog-generation")}
        etag = next((kept[key] for key in kept if key.lower() == "etag"), None)
        if name and etag and headers.get("if-none-match") == etag:
            status, body = 304, b""
        if name:
            statuses.append(status)
        return status, kept, body

    return answer
