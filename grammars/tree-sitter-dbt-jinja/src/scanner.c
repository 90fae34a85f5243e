// The tokens a regular lexer cannot find: text between tags, comments, raw bodies, strings that may be
// unclosed, and the empty tokens that keep damage inside the tag where it is.
//
// The scanner keeps no state. What Jinja accepts is never changed by the rules for damage: each of them
// asks for a tag that Jinja itself would refuse.

#include "tree_sitter/parser.h"

enum TokenType {
  CONTENT,
  COMMENT,
  UNTERMINATED_COMMENT,
  // Empty: the raw block that starts here has an end.
  RAW_START,
  RAW_BODY,
  STRING,
  UNTERMINATED_STRING,
  MISSING_VALUE,
  MISSING_IN,
  MISSING_COLON,
  MISSING_OUTPUT_END,
  MISSING_STATEMENT_END,
  MISSING_RAW_END,
  MISSING_PARENTHESIS,
  MISSING_BRACKET,
  MISSING_BRACE,
  // Never produced: says that a name may follow a tag's first word.
  NAME_MAY_FOLLOW,
  // Valid only while the parser recovers from an error: then every token counts as valid.
  ERROR_SENTINEL,
};

// How far a look-ahead for a tag's end goes before the tag is believed to be whole.
static const unsigned LOOK_AHEAD = 20000;

static bool is_space(int32_t c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v' || c == 0xA0;
}

static bool is_word(int32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

static bool opens_tag(int32_t c) { return c == '{' || c == '%' || c == '#'; }

static void skip_blanks(TSLexer *lexer) {
  while (is_space(lexer->lookahead)) lexer->advance(lexer, false);
}

// ---- between tags

static bool scan_content(TSLexer *lexer) {
  bool any = false;
  while (!lexer->eof(lexer)) {
    if (lexer->lookahead == '{') {
      lexer->mark_end(lexer);
      lexer->advance(lexer, false);
      if (opens_tag(lexer->lookahead)) {
        lexer->result_symbol = CONTENT;
        return any;
      }
    } else {
      lexer->advance(lexer, false);
    }
    any = true;
  }
  lexer->mark_end(lexer);
  lexer->result_symbol = CONTENT;
  return any;
}

// At `{#`, the brace already consumed. Ends at `#}`; without one, at the next blank line.
static bool scan_comment(TSLexer *lexer) {
  lexer->advance(lexer, false);
  bool marked = false;
  unsigned newlines = 0;
  while (!lexer->eof(lexer)) {
    int32_t c = lexer->lookahead;
    if (c == '\n') {
      if (newlines == 0 && !marked) lexer->mark_end(lexer);
      newlines++;
      if (newlines > 1) marked = true;
    } else if (!is_space(c)) {
      newlines = 0;
    }
    lexer->advance(lexer, false);
    if (c == '#' && lexer->lookahead == '}') {
      lexer->advance(lexer, false);
      lexer->mark_end(lexer);
      lexer->result_symbol = COMMENT;
      return true;
    }
  }
  if (!marked) lexer->mark_end(lexer);
  lexer->result_symbol = UNTERMINATED_COMMENT;
  return true;
}

// At `{`: consumes `{% endraw` or as much of it as is there.
static bool scan_endraw(TSLexer *lexer) {
  lexer->advance(lexer, false);
  if (lexer->lookahead != '%') return false;
  lexer->advance(lexer, false);
  if (lexer->lookahead == '-' || lexer->lookahead == '+') lexer->advance(lexer, false);
  skip_blanks(lexer);
  const char *keyword = "endraw";
  while (*keyword && lexer->lookahead == *keyword) {
    lexer->advance(lexer, false);
    keyword++;
  }
  return !*keyword;
}

// Without its end, `{% raw %}` is read as if it had no body: what follows stays alive.
static bool scan_raw_start(TSLexer *lexer) {
  lexer->mark_end(lexer);
  lexer->result_symbol = RAW_START;
  while (!lexer->eof(lexer)) {
    if (lexer->lookahead != '{') {
      lexer->advance(lexer, false);
    } else if (scan_endraw(lexer)) {
      return true;
    }
  }
  lexer->result_symbol = MISSING_RAW_END;
  return true;
}

static bool scan_raw_body(TSLexer *lexer) {
  bool any = false;
  lexer->result_symbol = RAW_BODY;
  while (!lexer->eof(lexer)) {
    if (lexer->lookahead == '{') {
      lexer->mark_end(lexer);
      if (scan_endraw(lexer)) return any;
    } else {
      lexer->advance(lexer, false);
    }
    any = true;
  }
  return false;
}

// ---- inside tags

// At a quote. A closing quote is believed when what lies between does not look like two halves of other
// strings: nothing that ends or starts a tag or a line, or else no word right behind the closing quote.
static bool scan_string(TSLexer *lexer) {
  int32_t quote = lexer->lookahead;
  lexer->advance(lexer, false);
  bool suspicious = false;
  while (!lexer->eof(lexer)) {
    int32_t c = lexer->lookahead;
    if (c == quote) {
      lexer->advance(lexer, false);
      if (suspicious && is_word(lexer->lookahead)) break;
      lexer->mark_end(lexer);
      lexer->result_symbol = STRING;
      return true;
    }
    if (!suspicious && (c == '\n' || c == '\r')) {
      lexer->mark_end(lexer);
      suspicious = true;
    } else if (c == '}' || c == '%' || c == '{') {
      // The mark is the end of the text should the quote turn out to be unclosed.
      if (!suspicious) lexer->mark_end(lexer);
      lexer->advance(lexer, false);
      int32_t next = lexer->lookahead;
      if (c == '{' ? opens_tag(next) : next == '}') suspicious = true;
      continue;
    }
    lexer->advance(lexer, false);
    if (c == '\\' && !lexer->eof(lexer)) lexer->advance(lexer, false);
  }
  if (!suspicious) lexer->mark_end(lexer);
  lexer->result_symbol = UNTERMINATED_STRING;
  return true;
}

// Whether the tag around this place has an end before another tag starts. Strings are read as Jinja would.
static bool tag_is_closed(TSLexer *lexer) {
  int32_t previous = 0;
  for (unsigned count = 0; !lexer->eof(lexer); count++) {
    if (count > LOOK_AHEAD) return true;
    int32_t c = lexer->lookahead;
    lexer->advance(lexer, false);
    if (c == '\'' || c == '"') {
      if (is_word(previous)) return false;
      while (!lexer->eof(lexer) && lexer->lookahead != c && count++ < LOOK_AHEAD) {
        if (lexer->lookahead == '\\') lexer->advance(lexer, false);
        lexer->advance(lexer, false);
      }
      if (lexer->eof(lexer)) return false;
      lexer->advance(lexer, false);
      if (is_word(lexer->lookahead)) return false;
    } else if ((c == '}' || c == '%') && lexer->lookahead == '}') {
      return true;
    } else if (c == '{' && opens_tag(lexer->lookahead)) {
      return false;
    }
    previous = c;
  }
  return false;
}

// Reads a word of at most `size - 1` letters into `word`, lower case.
static void read_word(TSLexer *lexer, char *word, unsigned size) {
  unsigned length = 0;
  while (is_word(lexer->lookahead)) {
    int32_t c = lexer->lookahead;
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
    if (length + 1 < size) word[length++] = c < 0x80 ? (char)c : '?';
    lexer->advance(lexer, false);
  }
  word[length] = 0;
}

static bool equal(const char *a, const char *b) {
  while (*a && *a == *b) a++, b++;
  return *a == *b;
}

static bool one_of(const char *word, const char *const *words) {
  for (; *words; words++) {
    if (equal(word, *words)) return true;
  }
  return false;
}

// Words that may follow a whole expression inside a tag.
static const char *const FOLLOWERS[] = {
  "and", "or", "if", "is", "in", "not", "else", "recursive", "ignore", "missing", "with", "without", "context",
  "as", "import", "scoped", "required", 0,
};

// Words that start a line of SQL and are no likely start of a line inside a tag.
static const char *const SQL[] = {
  "select", "from", "where", "join", "left", "right", "inner", "outer", "full", "cross", "on", "and", "or",
  "group", "order", "having", "qualify", "union", "except", "intersect", "limit", "with", "insert", "update",
  "delete", "merge", "create", "case", "when", "then", "else", "end", "as", "using", "lateral", "window", 0,
};

static bool scan_in_tag(TSLexer *lexer, const bool *valid) {
  bool end = valid[MISSING_OUTPUT_END] || valid[MISSING_STATEMENT_END];
  bool close = valid[MISSING_PARENTHESIS] || valid[MISSING_BRACKET] || valid[MISSING_BRACE];
  bool value = valid[MISSING_VALUE] || valid[MISSING_IN] || valid[MISSING_COLON];
  bool recovering = valid[ERROR_SENTINEL];

  lexer->mark_end(lexer);
  unsigned newlines = 0;
  while (is_space(lexer->lookahead)) {
    if (lexer->lookahead == '\n') newlines++;
    lexer->advance(lexer, true);
  }

  int32_t c = lexer->lookahead;
  if (c == '\'' || c == '"') {
    return valid[STRING] || valid[UNTERMINATED_STRING] ? scan_string(lexer) : false;
  }
  if (recovering || !(end || close || value)) return false;

  // Nothing but an empty token or no token at all from here on: looking ahead costs no text.
  TSSymbol missing = valid[MISSING_VALUE]           ? MISSING_VALUE
                     : valid[MISSING_IN]            ? MISSING_IN
                     : valid[MISSING_COLON]         ? MISSING_COLON
                     : valid[MISSING_PARENTHESIS]   ? MISSING_PARENTHESIS
                     : valid[MISSING_BRACKET]       ? MISSING_BRACKET
                     : valid[MISSING_BRACE]         ? MISSING_BRACE
                     : valid[MISSING_OUTPUT_END]    ? MISSING_OUTPUT_END
                                                    : MISSING_STATEMENT_END;
  lexer->result_symbol = missing;
  if (lexer->eof(lexer)) return true;

  if (c == '{') {
    lexer->advance(lexer, false);
    return opens_tag(lexer->lookahead);
  }
  if (c == ')') return missing == MISSING_VALUE || missing == MISSING_COLON || missing == MISSING_BRACKET || missing == MISSING_BRACE;
  if (c == ']') return missing == MISSING_VALUE || missing == MISSING_COLON || missing == MISSING_PARENTHESIS || missing == MISSING_BRACE;
  if (c == ',') return missing == MISSING_VALUE || missing == MISSING_COLON;
  if (c == '=' || c == '|') {
    if (missing != MISSING_VALUE) return false;
    lexer->advance(lexer, false);
    return true;
  }
  if (c == '}' || c == '%' || c == '-' || c == '+') {
    lexer->advance(lexer, false);
    if (c == '-' || c == '+') {
      int32_t sign = c;
      c = lexer->lookahead;
      if (c != '}' && c != '%') return false;
      lexer->advance(lexer, false);
      // `{{ -}` and `+}}` are no ends: `+` only goes with `%}`.
      if (lexer->lookahead != '}' || (sign == '+' && c == '}')) return false;
    }
    bool pair = lexer->lookahead == '}';
    if (c == '%' && !pair) return false;
    if (missing == MISSING_OUTPUT_END) return c == '%' || !pair;
    if (missing == MISSING_STATEMENT_END) return c == '}';
    if (missing == MISSING_BRACE) return c == '%';
    return true;
  }

  // `{{ ref('a') from`: no expression goes on with a word that is not an operator.
  bool only_operators = end && !valid[STRING] && !valid[NAME_MAY_FOLLOW];
  if (newlines == 0) {
    if (!only_operators || !is_word(c) || (c >= '0' && c <= '9')) return false;
    char word[12];
    read_word(lexer, word, sizeof word);
    return !one_of(word, FOLLOWERS);
  }
  if (is_word(c) && !(c >= '0' && c <= '9')) {
    char word[12];
    read_word(lexer, word, sizeof word);
    if (only_operators && !one_of(word, FOLLOWERS)) return true;
    if (newlines < 2 && !one_of(word, SQL)) return false;
    skip_blanks(lexer);
    // `end=` and `left(` are arguments.
    if (newlines < 2 && (lexer->lookahead == '=' || lexer->lookahead == '(')) return false;
    return !tag_is_closed(lexer);
  }
  if (newlines < 2) return false;
  return !tag_is_closed(lexer);
}

// ---- entry points

void *tree_sitter_dbt_jinja_external_scanner_create(void) { return 0; }

void tree_sitter_dbt_jinja_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_dbt_jinja_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_dbt_jinja_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

bool tree_sitter_dbt_jinja_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  if (!valid[ERROR_SENTINEL]) {
    if (valid[RAW_START]) return scan_raw_start(lexer);
    if (valid[RAW_BODY]) return scan_raw_body(lexer);
    if (valid[CONTENT]) {
      if (lexer->lookahead == '{') {
        lexer->mark_end(lexer);
        lexer->advance(lexer, false);
        if (lexer->lookahead == '#') return scan_comment(lexer);
        if (opens_tag(lexer->lookahead)) return false;
      }
      return scan_content(lexer);
    }
  }
  return scan_in_tag(lexer, valid);
}
