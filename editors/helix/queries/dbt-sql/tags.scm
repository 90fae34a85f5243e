; Names that the symbol picker lists where no server runs.
(macro_tag name: (identifier) @name) @definition.function
(test_tag name: (identifier) @name) @definition.function
(materialization_tag name: (identifier) @name) @definition.function
(snapshot_tag name: (identifier) @name) @definition.class
(docs_tag name: (identifier) @name) @definition.constant
