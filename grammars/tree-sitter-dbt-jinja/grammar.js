// dbt's Jinja templates, flat: the tree is a list of text, outputs, statements, comments and raw blocks.
// Which `endif` belongs to which `if` is not the grammar's business: a reader that matches blocks itself can
// say "this `if` is never closed", where a nested grammar could only give an error somewhere.
//
// Damage stays local: wherever something must follow and does not, the scanner (src/scanner.c) supplies an
// empty `missing_close` or `missing_value`.

// Jinja's own order of binding, loosest first (jinja2/parser.py, parse_condexpr … parse_postfix).
const PREC = {
  ternary: 1, or: 2, and: 3, not: 4, compare: 5, add: 6, concat: 7, multiply: 8, power: 9,
  filter: 10, sign: 11, postfix: 12,
};

const sep1 = (rule) => seq(rule, repeat(seq(',', rule)));
const list1 = (rule) => seq(sep1(rule), optional(','));

export default grammar({
  name: 'dbt_jinja',

  extras: (_) => [/\s/],

  // The order is that of `enum TokenType` in src/scanner.c.
  externals: ($) => [
    $.content,
    $.comment,
    $.unterminated_comment,
    $._raw_start,
    $.raw_body,
    $.string,
    $.unterminated_string,
    $.missing_value,
    $._missing_in,
    $._missing_colon,
    $._missing_output_end,
    $._missing_statement_end,
    $._missing_raw_end,
    $._missing_parenthesis,
    $._missing_bracket,
    $._missing_brace,
    $._name_may_follow,
    $._error_sentinel,
  ],

  word: ($) => $.identifier,

  supertypes: ($) => [$.expression, $.tag],

  inline: ($) => [$._operand, $._value],

  rules: {
    template: ($) => repeat($._item),
    _item: ($) =>
      choice($.content, $.comment, $.unterminated_comment, $.output, $.statement, $.raw_block),

    output: ($) =>
      seq(
        choice('{{', '{{-', '{{+'), $._values,
        choice('}}', '-}}', alias($._missing_output_end, $.missing_close)),
      ),
    // Jinja lets a colon follow, as in Python: `{% if x: %}`.
    statement: ($) => seq($._statement_start, choice($.tag, $.missing_value), optional(':'), $._statement_end),
    raw_block: ($) =>
      seq(
        $._statement_start, 'raw', $._statement_end,
        choice(
          seq($._raw_start, optional($.raw_body), $._statement_start, 'endraw', $._statement_end),
          alias($._missing_raw_end, $.missing_close),
        ),
      ),
    _statement_start: (_) => choice('{%', '{%-', '{%+'),
    _statement_end: ($) => choice('%}', '-%}', '+%}', alias($._missing_statement_end, $.missing_close)),

    // ---- statements

    tag: ($) =>
      choice(
        $.if_tag, $.elif_tag, $.else_tag, $.for_tag, $.set_tag, $.do_tag, $.print_tag,
        $.macro_tag, $.test_tag, $.snapshot_tag, $.materialization_tag, $.docs_tag, $.call_tag, $.filter_tag,
        $.block_tag, $.with_tag, $.autoescape_tag, $.import_tag, $.from_tag, $.include_tag, $.extends_tag,
        $.loop_tag, $.end_tag, $.unknown_tag,
      ),

    if_tag: ($) => seq('if', field('condition', $._values)),
    elif_tag: ($) => seq('elif', field('condition', $._values)),
    else_tag: (_) => 'else',
    for_tag: ($) =>
      seq(
        'for', field('target', $._targets),
        choice(
          seq(
            'in', field('iterable', $._iterable), optional(seq('if', field('condition', $._value))),
            optional('recursive'),
          ),
          alias($._missing_in, $.missing_value),
        ),
      ),
    set_tag: ($) =>
      seq(
        'set', field('target', $._targets),
        optional(choice(seq('=', field('value', $._values)), repeat1($._filter_step))),
      ),
    do_tag: ($) => seq('do', $._values),
    print_tag: ($) => seq('print', $._values),

    macro_tag: ($) => seq('macro', $._signature),
    test_tag: ($) => seq(choice('test', 'data_test'), $._signature),
    _signature: ($) =>
      seq(field('name', $._name), field('parameters', choice($.parameters, $.missing_value))),
    snapshot_tag: ($) => seq('snapshot', field('name', $._name)),
    docs_tag: ($) => seq('docs', field('name', $._name)),
    materialization_tag: ($) =>
      seq(
        'materialization', field('name', $._name),
        repeat(seq(',', choice($.materialization_option, $.missing_value))),
      ),
    materialization_option: ($) =>
      seq(field('name', $.identifier), optional(seq('=', field('value', $._value)))),
    call_tag: ($) =>
      seq(
        'call', optional(field('parameters', $.parameters)),
        field('call', choice($._close_operand, $.missing_value)),
      ),
    filter_tag: ($) =>
      seq(
        'filter', choice($.missing_value, seq(field('name', $.dotted_name), optional($.arguments))),
        repeat($._filter_step),
      ),
    block_tag: ($) => seq('block', field('name', $._name), repeat(choice('scoped', 'required'))),
    with_tag: ($) => seq('with', optional(choice($._name_may_follow, sep1($.assignment)))),
    assignment: ($) => seq(field('target', $._target), '=', field('value', $._value)),
    autoescape_tag: ($) => seq('autoescape', $._value),
    import_tag: ($) => seq('import', $._value, 'as', $._name, optional($._context)),
    from_tag: ($) => seq('from', $._value, 'import', sep1($.imported_name), optional($._context)),
    imported_name: ($) => seq(field('name', $.identifier), optional(seq('as', field('alias', $._name)))),
    include_tag: ($) => seq('include', $._value, optional(seq('ignore', 'missing')), optional($._context)),
    extends_tag: ($) => seq('extends', $._value),
    _context: (_) => seq(choice('with', 'without'), 'context'),
    loop_tag: (_) => choice('break', 'continue'),
    end_tag: ($) =>
      seq(
        choice(
          'endif', 'endfor', 'endset', 'endmacro', 'endtest', 'enddata_test', 'endsnapshot', 'endmaterialization',
          'enddocs', 'endcall', 'endfilter', 'endblock', 'endwith', 'endautoescape', 'endraw',
        ),
        optional(choice($._name_may_follow, field('name', $.identifier))),
      ),
    unknown_tag: ($) =>
      seq(field('keyword', $.identifier), optional(list1(choice($.expression, $.keyword_argument)))),

    _name: ($) => choice($.identifier, $.missing_value),
    _targets: ($) =>
      choice(seq($._target, repeat(seq(',', choice($._target, $.missing_value)))), $.missing_value),
    _target: ($) => choice($.identifier, $.namespace_attribute, $.target_tuple),
    namespace_attribute: ($) => seq(field('object', $.identifier), '.', field('name', $._name)),
    target_tuple: ($) => seq('(', list1($._target), $._close_parenthesis),
    _filter_step: ($) =>
      seq('|', field('filter', choice($.dotted_name, $.missing_value)), optional($.arguments)),

    parameters: ($) =>
      seq(
        '(',
        optional(seq($.parameter, repeat(seq(',', choice($.parameter, $.missing_value))))),
        $._close_parenthesis,
      ),
    parameter: ($) =>
      seq(
        field('name', $.identifier),
        optional(seq(':', field('type', $.type))),
        optional(seq('=', field('default', $._value))),
      ),
    type: ($) =>
      choice(
        seq($.identifier, optional(seq('[', optional(sep1($.type)), $._close_bracket))),
        $.missing_value,
      ),

    // ---- expressions

    // One expression, a tuple without parentheses, or their absence.
    _values: ($) => choice($.expression, $.expression_list, $.missing_value),
    expression_list: ($) =>
      seq($.expression, choice(',', seq(repeat1(seq(',', $.expression)), optional(',')))),
    // A loop's own `if` would be read as a ternary's: that needs parentheses here.
    _iterable: ($) => choice($._operation, alias($._iterable_list, $.expression_list), $.missing_value),
    _iterable_list: ($) =>
      seq($._operation, choice(',', seq(repeat1(seq(',', $._operation)), optional(',')))),
    _value: ($) => choice($.expression, $.missing_value),
    _operand: ($) => choice($._operation, $.missing_value),

    expression: ($) => choice($.ternary, $._operation),
    _operation: ($) =>
      choice(
        $.binary, $.unary, $.test, $.filter, $.call, $.attribute, $.subscript,
        $.identifier, $.string, $.unterminated_string, $.concatenated_string, $.number, $.boolean, $.none,
        $.list, $.dict, $.tuple, $.parenthesized,
      ),

    ternary: ($) =>
      prec.right(
        PREC.ternary,
        seq(
          field('then', choice($._operation)), 'if', field('condition', $._operand),
          optional(seq('else', field('else', $._value))),
        ),
      ),
    binary: ($) =>
      choice(
        ...[
          ['or', PREC.or], ['and', PREC.and], ['+', PREC.add], ['-', PREC.add], ['~', PREC.concat],
          ['*', PREC.multiply], ['/', PREC.multiply], ['//', PREC.multiply], ['%', PREC.multiply], ['**', PREC.power],
          ['==', PREC.compare], ['!=', PREC.compare], ['<', PREC.compare], ['<=', PREC.compare],
          ['>', PREC.compare], ['>=', PREC.compare], ['in', PREC.compare],
        ].map(([operator, precedence]) =>
          prec.left(
            precedence,
            seq(field('left', $._operation), field('operator', operator), field('right', $._operand)),
          )),
        prec.left(
          PREC.compare,
          seq(
            field('left', $._operation), field('operator', alias(seq('not', 'in'), $.not_in)),
            field('right', $._operand),
          ),
        ),
      ),
    unary: ($) =>
      choice(
        prec(PREC.not, seq(field('operator', 'not'), field('operand', $._operand))),
        prec(PREC.sign, seq(field('operator', choice('-', '+')), field('operand', $._operand))),
      ),
    filter: ($) =>
      prec.left(
        PREC.filter,
        seq(
          field('value', $._operation), '|', field('name', choice($.dotted_name, $.missing_value)),
          optional(field('arguments', $.arguments)),
        ),
      ),
    test: ($) =>
      prec.left(
        PREC.filter,
        seq(
          field('value', $._operation), 'is', optional('not'),
          choice(
            field('name', $.missing_value),
            seq(field('name', $._test_name), optional(field('arguments', choice($.arguments, $._close_operand)))),
          ),
        ),
      ),
    _test_name: ($) =>
      choice($.dotted_name, alias(choice('in', 'none', 'None', 'true', 'True', 'false', 'False'), $.dotted_name)),
    // `x is divisibleby 3`, `call m()`: one operand that does not start with a parenthesis.
    _close_operand: ($) =>
      choice(
        $.identifier, $.string, $.unterminated_string, $.concatenated_string, $.number, $.boolean, $.none, $.list,
        $.dict, alias($._close_attribute, $.attribute), alias($._close_subscript, $.subscript),
        alias($._close_call, $.call),
      ),
    _close_attribute: ($) =>
      prec(PREC.postfix, seq(field('object', $._close_operand), '.', field('name', $._attribute_name))),
    _close_subscript: ($) => prec(PREC.postfix, seq(field('object', $._close_operand), $._subscript)),
    _close_call: ($) => prec(PREC.postfix, seq(field('function', $._close_operand), field('arguments', $.arguments))),
    dotted_name: ($) => prec.right(seq($.identifier, repeat(seq('.', $.identifier)))),

    call: ($) =>
      prec(PREC.postfix, seq(field('function', $._operation), field('arguments', $.arguments))),
    attribute: ($) =>
      prec(PREC.postfix, seq(field('object', $._operation), '.', field('name', $._attribute_name))),
    _attribute_name: ($) => choice($.identifier, $.number, $.missing_value),
    subscript: ($) => prec(PREC.postfix, seq(field('object', $._operation), $._subscript)),
    _subscript: ($) => seq('[', optional(sep1(choice($.expression, $.slice))), $._close_bracket),
    slice: ($) =>
      seq(optional($.expression), ':', optional($.expression), optional(seq(':', optional($.expression)))),
    arguments: ($) => seq('(', optional(list1($._argument)), $._close_parenthesis),
    _argument: ($) => choice($.expression, $.keyword_argument, $.splat),
    keyword_argument: ($) => seq(field('name', $.identifier), '=', field('value', $._value)),
    splat: ($) => seq(choice('*', '**'), $._value),

    parenthesized: ($) => seq('(', $.expression, $._close_parenthesis),
    tuple: ($) =>
      seq(
        '(', optional(seq($.expression, choice(',', seq(repeat1(seq(',', $.expression)), optional(','))))),
        $._close_parenthesis,
      ),
    list: ($) => seq('[', optional(list1($.expression)), $._close_bracket),
    dict: ($) => seq('{', optional(list1($.pair)), $._close_brace),
    pair: ($) =>
      seq(
        field('key', $.expression),
        choice(seq(':', field('value', $._value)), alias($._missing_colon, $.missing_value)),
      ),
    concatenated_string: ($) =>
      prec.left(PREC.postfix, seq($.string, repeat1(choice($.string, $.unterminated_string)))),

    _close_parenthesis: ($) => choice(')', alias($._missing_parenthesis, $.missing_close)),
    _close_bracket: ($) => choice(']', alias($._missing_bracket, $.missing_close)),
    _close_brace: ($) => choice('}', alias($._missing_brace, $.missing_close)),

    number: (_) =>
      token(
        choice(
          /0[xX](_?[0-9a-fA-F])+/, /0[oO](_?[0-7])+/, /0[bB](_?[01])+/,
          /[0-9](_?[0-9])*(\.[0-9](_?[0-9])*)?([eE][+-]?[0-9](_?[0-9])*)?/,
        ),
      ),
    boolean: (_) => choice('true', 'false', 'True', 'False'),
    none: (_) => choice('none', 'None'),
    identifier: (_) => /[\p{XID_Start}_][\p{XID_Continue}]*/u,
  },
});
