"""The main promises once more, through pytest-lsp: what it accepts, other clients of the protocol accept too."""

from lsprotocol import types

MODEL = "finance/models/new.sql"


def labels(answer):
    items = answer.items if isinstance(answer, types.CompletionList) else answer
    return [item.label for item in items]


async def test_the_server_states_what_it_can_do(desk):
    server = desk.server
    assert server.text_document_sync.change == types.TextDocumentSyncKind.Incremental
    assert server.hover_provider and server.definition_provider and server.code_action_provider
    assert server.completion_provider.resolve_provider
    # Diagnostics are pulled only by who can be told when to pull again.
    client = desk.client.capabilities
    refreshes = client.workspace.diagnostics and client.workspace.diagnostics.refresh_support
    assert bool(server.diagnostic_provider) == bool(client.text_document.diagnostic and refreshes)


async def test_a_clean_mesh_has_no_findings(desk):
    for path in [
        "finance/models/ledger/int_open_items.sql",
        "finance/dependencies.yml",
        "platform/models/marts/_dimensions.yml",
        "finance/models/reports/product_revenue.py",
        "platform/models/docs.md",
    ]:
        desk.open(path)
        await desk.diagnostics(path, [])


async def test_diagnostics_follow_what_is_typed(desk):
    desk.open(MODEL, "select '🪴', x from {{ ref('platform', 'fct_ordres') }}")
    found = await desk.diagnostics(MODEL, ["unknown-model"])
    assert "fct_orders" in found[0].message
    start = desk.at(MODEL, "'|fct_ordres'")["position"]
    end = desk.at(MODEL, "'fct_ordres|'")["position"]
    assert found[0].range == types.Range(start=start, end=end)
    desk.set(MODEL, "select '🪴', x from {{ ref('platform', 'fct_orders') }}")
    await desk.diagnostics(MODEL, [])


async def test_an_unsaved_edit_in_the_producer_is_felt_in_the_consumer(desk):
    consumer, producer = "finance/models/ledger/int_open_items.sql", "platform/models/marts/_marts.yml"
    desk.open(consumer)
    desk.open(producer)
    await desk.diagnostics(consumer, [])
    text = desk.texts[producer][1]
    desk.set(producer, text.replace("access: public", "access: private", 1))
    await desk.diagnostics(consumer, ["private-model"])
    desk.set(producer, text)
    await desk.diagnostics(consumer, [])


async def test_completion_offers_the_models_of_the_upstream(desk):
    desk.open(MODEL, "select '🪴', x from {{ ref('platform', 'fct_")
    answer = await desk.client.text_document_completion_async(
        types.CompletionParams(**desk.at(MODEL, "'platform', 'fct_|"))
    )
    assert labels(answer)[:3] == ["fct_order_items", "fct_orders", "fct_payments"]
    resolved = await desk.client.completion_item_resolve_async(answer.items[1])
    assert "One row for each order" in resolved.documentation.value


async def test_hover_explains_a_model(desk):
    desk.open(MODEL, "select * from {{ ref('platform', 'dim_customers', v=2) }}")
    hover = await desk.client.text_document_hover_async(types.HoverParams(**desk.at(MODEL, "'dim_|customers'")))
    assert hover.contents.kind == types.MarkupKind.Markdown
    for fact in ["v2 (latest)", "v1 deprecated 2024-12-31", "v3 prerelease", "country_name", "Data Platform"]:
        assert fact in hover.contents.value


async def test_definition_leads_to_the_file_of_the_version(desk):
    desk.open(MODEL, "select * from {{ ref('platform', 'dim_customers', v=3) }}")
    links = await desk.client.text_document_definition_async(
        types.DefinitionParams(**desk.at(MODEL, "'dim_|customers'"))
    )
    targets = [getattr(link, "target_uri", None) or link.uri for link in links]
    assert targets == [
        desk.uri("platform/models/marts/dim_customers_segmented.sql"),
        desk.uri("platform/models/marts/_dimensions.yml"),
    ]


async def test_a_quick_fix_declares_the_project(desk):
    path = "marketing/models/new.sql"
    desk.open(path, "select * from {{ ref('logistics', 'fct_shipments') }}")
    found = await desk.diagnostics(path, ["undeclared-project"])
    actions = await desk.client.text_document_code_action_async(
        types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=desk.uri(path)),
            range=found[0].range,
            context=types.CodeActionContext(diagnostics=found, only=[types.CodeActionKind.QuickFix]),
        )
    )
    # The fix, and behind it the offer to be silent about it.
    assert {action.kind for action in actions} == {types.CodeActionKind.QuickFix}
    assert [action.title.startswith("Suppress") for action in actions] == [False, True]
    edit = actions[0].edit
    uris = list(edit.changes or {}) + [change.text_document.uri for change in edit.document_changes or []]
    assert uris == [desk.uri("marketing/dependencies.yml")]
