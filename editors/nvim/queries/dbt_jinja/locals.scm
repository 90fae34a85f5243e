; The tree is flat: a variable is known from where it is set to the end of the file.
(template) @local.scope

(set_tag target: (identifier) @local.definition.var)
(for_tag target: (identifier) @local.definition.var)
(target_tuple (identifier) @local.definition.var)
(assignment target: (identifier) @local.definition.var)
(parameter name: (identifier) @local.definition.parameter)
(macro_tag name: (identifier) @local.definition.function)
(import_tag (identifier) @local.definition.import)
(imported_name name: (identifier) @local.definition.import)

(identifier) @local.reference
