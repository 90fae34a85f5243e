; Everything between the tags of one file is one SQL text.
((content) @injection.content
  (#set! injection.language "sql")
  (#set! injection.combined))

([(comment) (unterminated_comment)] @injection.content
  (#set! injection.language "comment"))
