"""The server as seen by a client that we did not write: pytest-lsp, with what real editors say they can do.

`DBT_MESH_LS` names the binary; by default the debug build of this checkout is taken.
"""

import asyncio
import os
import pathlib
import shutil

import pytest
import pytest_asyncio
from lsprotocol import types
from pytest_lsp import ClientServerConfig, client_capabilities

REPO = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("DBT_MESH_LS", str(REPO / "target" / "debug" / "dbt-mesh-ls"))
HYBRID = REPO / "tests" / "projects" / "hybrid"


class Desk:
    """A client with the hybrid mesh open, and short ways to ask it something."""

    def __init__(self, client, root, result):
        self.client = client
        self.root = root
        self.server = result.capabilities
        self.texts = {}

    def uri(self, path):
        return (self.root / path).as_uri()

    def open(self, path, text=None):
        """Opens a file with its text on disk, or another one."""
        text = (self.root / path).read_text() if text is None else text
        self.texts[path] = (1, text)
        item = types.TextDocumentItem(uri=self.uri(path), language_id="sql", version=1, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def set(self, path, text):
        """Replaces the text of an open document."""
        version = self.texts[path][0] + 1
        self.texts[path] = (version, text)
        document = types.VersionedTextDocumentIdentifier(uri=self.uri(path), version=version)
        change = types.TextDocumentContentChangeWholeDocument(text=text)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=document, content_changes=[change])
        )

    def at(self, path, context):
        """Document and position of `|` in a context that occurs once in the document."""
        text = self.texts[path][1]
        needle = context.replace("|", "", 1)
        assert text.count(needle) == 1, f"{needle!r} occurs once in {text!r}"
        before = text[: text.index(needle) + context.index("|")]
        line = before.split("\n")[-1]
        units = {"utf-8": "utf-8", "utf-32": "utf-32-le"}.get(self.server.position_encoding, "utf-16-le")
        size = {"utf-8": 1, "utf-32-le": 4, "utf-16-le": 2}[units]
        position = types.Position(line=before.count("\n"), character=len(line.encode(units)) // size)
        return {"text_document": types.TextDocumentIdentifier(uri=self.uri(path)), "position": position}

    async def diagnostics(self, path, wanted):
        """Waits until the document has just these findings, pushed or pulled."""
        uri = self.uri(path)
        for _ in range(400):
            if self.server.diagnostic_provider:
                document = types.TextDocumentIdentifier(uri=uri)
                report = await self.client.text_document_diagnostic_async(
                    types.DocumentDiagnosticParams(text_document=document)
                )
                found = report.items
            else:
                found = self.client.diagnostics.get(uri)
            if found is not None and [d.code for d in found] == wanted:
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"{path} has {found}, not {wanted}")


@pytest.fixture
def mesh(tmp_path):
    """A copy of the hybrid mesh, to be changed at will."""
    return pathlib.Path(shutil.copytree(HYBRID, tmp_path / "mesh"))


@pytest_asyncio.fixture(params=["visual-studio-code", "neovim"])
async def desk(request, mesh):
    """A session of an editor in the hybrid mesh."""
    client = await ClientServerConfig(server_command=[BINARY, "lsp", "--stdio"]).start()
    client.set_configuration({})
    params = types.InitializeParams(
        capabilities=client_capabilities(request.param),
        root_uri=mesh.as_uri(),
        workspace_folders=[types.WorkspaceFolder(uri=mesh.as_uri(), name="mesh")],
    )
    result = await client.initialize_session(params)
    yield Desk(client, mesh, result)
    await client.shutdown_session()
    assert client._server.returncode == 0
    await client.stop()
