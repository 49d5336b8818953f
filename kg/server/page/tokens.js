// A query as coloured pieces; what is no piece is a mark or a blank.

const KEYWORDS = `ADD ALL ANALYZE AS ASC ASK AVG BASE BIND BOUND BY COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE
DESC DESCRIBE DISTINCT EXISTS FALSE FILTER FROM GRAPH GROUP GROUP_CONCAT HAVING IF IN IRI ISBLANK ISIRI ISLITERAL
ISNUMERIC LANG LANGMATCHES LCASE LIMIT MAX MIN MINUS NAMED NOT OFFSET OPTIONAL ORDER PREFIX REDUCED REGEX REPLACE
SAMETERM SAMPLE SELECT SEPARATOR STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS SUBSTR SUM TRUE UCASE
UNDEF UNION UUID VALUES WHERE YEAR MONTH DAY ABS CEIL FLOOR ROUND ENCODE_FOR_URI`.split(/\s+/);
const KNOWN = new Set(KEYWORDS);
const TOKEN = new RegExp([
  "(?<comment>#[^\\n]*)",
  "(?<iri><[^<>\"{}|^`\\\\\\s]*>)",
  "(?<string>'''[^]*?'''|\"\"\"[^]*?\"\"\"|'(?:[^'\\\\\\n]|\\\\.)*'|\"(?:[^\"\\\\\\n]|\\\\.)*\")",
  "(?<variable>[?$][\\p{L}\\p{N}_]+)",
  "(?<word>[\\p{L}\\p{N}_.-]*:[\\p{L}\\p{N}_.:%-]*)",
  "(?<number>\\b\\d+(?:\\.\\d+)?\\b)",
  "(?<name>[\\p{L}_][\\p{L}\\p{N}_]*)",
].join("|"), "gu");

/** Yield [kind, text] for the whole query, in order; kind is "" where there is no colour. */
export function* pieces(query) {
  let done = 0;
  for (const match of query.matchAll(TOKEN)) {
    if (match.index > done) yield ["", query.slice(done, match.index)];
    let kind = Object.keys(match.groups).find((name) => match.groups[name] !== undefined);
    if (kind === "name") kind = KNOWN.has(match[0].toUpperCase()) || match[0] === "a" ? "keyword" : "";
    yield [kind, match[0]];
    done = match.index + match[0].length;
  }
  if (done < query.length) yield ["", query.slice(done)];
}

/** Return where in the query a line and a column are; both count from 1, in characters. */
export function offset(query, line, column) {
  const before = query.split("\n").slice(0, line - 1).join("\n");
  const start = before.length + (line > 1 ? 1 : 0);
  const rest = [...query.slice(start)];
  return start + rest.slice(0, column - 1).join("").length;
}
