// The words of a SPARQL query: enough of its grammar to colour it, to complete it, and to see its form.

const TOKEN = new RegExp([
  '(?<comment>#[^\\n\\r]*)',
  '(?<iri><[^<>"{}|^`\\\\\\x00-\\x20]*>)',
  '(?<string>"""(?:[^\\\\]|\\\\[^])*?"""|\'\'\'(?:[^\\\\]|\\\\[^])*?\'\'\'|"(?:[^"\\\\\\n\\r]|\\\\.)*"|\'(?:[^\'\\\\\\n\\r]|\\\\.)*\')',
  '(?<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)',
  '(?<variable>[?$][\\w\\u00b7-\\uffff]+)',
  '(?<number>[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)',
  '(?<name>(?:[A-Za-z][\\w-]*|_)?:(?:[\\w\\u00b7-\\uffff](?:[\\w.\\-:\\u00b7-\\uffff]*[\\w\\-\\u00b7-\\uffff])?)?)',
  '(?<word>[A-Za-z][\\w-]*)',
  '(?<sign>[{}()\\[\\].;,=<>!|&*/+^-])',
].join('|'), 'gu');

export const KEYWORDS = ('SELECT DISTINCT REDUCED CONSTRUCT DESCRIBE ASK WHERE FROM NAMED PREFIX BASE ORDER BY ASC DESC GROUP HAVING LIMIT OFFSET '
  + 'OPTIONAL UNION MINUS FILTER BIND AS VALUES UNDEF GRAPH EXISTS NOT IN a true false').split(' ');
export const FUNCTIONS = ('COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND '
  + 'CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER REPLACE SUBSTR REGEX YEAR MONTH DAY HOURS MINUTES '
  + 'SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC').split(' ');
const RESERVED = new Set([...KEYWORDS, ...FUNCTIONS].map((word) => word.toUpperCase()));

/** The tokens of a query, each with its kind and where it starts; what lies between them is white space or wrong. */
export function tokens(query) {
  return [...query.matchAll(TOKEN)].map((found) => {
    const [kind] = Object.entries(found.groups).find(([, text]) => text !== undefined);
    const text = found[0];
    return { kind: kind === 'word' && RESERVED.has(text.toUpperCase()) ? 'keyword' : kind, text, start: found.index, end: found.index + text.length };
  });
}

/** What the query asks for: rows, truth or triples; rows where that cannot be told. */
export function form(query) {
  const verb = tokens(query).find(({ kind, text }) => kind === 'keyword' && /^(SELECT|ASK|CONSTRUCT|DESCRIBE)$/i.test(text));
  return verb && /^[CD]/i.test(verb.text) ? 'triples' : 'rows';
}

/** The query behind the prefixes that it does not declare itself, all in its own first line. */
export function prefixed(query, prefixes) {
  const all = tokens(query);
  const declared = new Set(all.filter(({ kind }, i) => kind === 'name' && i && /^PREFIX$/i.test(all[i - 1].text)).map(({ text }) => text.slice(0, -1)));
  const head = Object.entries(prefixes).filter(([name]) => !declared.has(name)).map(([name, iri]) => `PREFIX ${name}: <${iri}> `).join('');
  return { text: head + query, shift: head.length };
}

/** The variables of a query, each once. */
export const variables = (query) => [...new Set(tokens(query).filter(({ kind }) => kind === 'variable').map(({ text }) => text))];
