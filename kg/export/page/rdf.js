// What is seen as RDF: the same triples that the graph itself holds, as Turtle or JSON-LD.
import { base, cut, namespace } from './model.js';
import { seenFacts } from './table.js';

const FACTS = new Set(['asserted', 'planned', 'required']);
const PREFIXES = { id: base, kg: namespace, oa: 'http://www.w3.org/ns/oa#', prov: 'http://www.w3.org/ns/prov#',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#', rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
  skos: 'http://www.w3.org/2004/02/skos/core#', xsd: 'http://www.w3.org/2001/XMLSchema#' };

const iri = (prefix, name) => ({ prefix, name });
const words = (text, language) => ({ text, language });
const typed = (text, type) => ({ text: String(text), type });

/** The statements about what is seen: a map from a node to its list of [property, value]. */
function statements(seen) {
  const about = new Map();
  const say = (node, property, value) => {
    if (!about.has(node)) about.set(node, []);
    about.get(node).push([property, value]);
  };
  const span = (document, { start, end }) => {
    const node = `span-${document.id.replace(/^document-/, '')}-${start}-${end}`;
    if (!about.has(node)) {
      say(node, iri('rdf', 'type'), iri('oa', 'TextPositionSelector'));
      say(node, iri('oa', 'start'), typed(start, 'nonNegativeInteger'));
      say(node, iri('oa', 'end'), typed(end, 'nonNegativeInteger'));
      say(node, iri('oa', 'exact'), words(cut(document, start, end), 'zh'));
      say(node, iri('oa', 'hasSource'), iri('id', document.id));
    }
    return iri('id', node);
  };
  for (const thing of seen.things) {
    say(thing.id, iri('rdf', 'type'), iri('kg', thing.kind.id));
    say(thing.id, iri('rdfs', 'label'), words(thing.zh, 'zh'));
    if (thing.en) say(thing.id, iri('rdfs', 'label'), words(thing.en, 'en'));
    for (const alias of thing.aliases) say(thing.id, iri('skos', 'altLabel'), words(alias, 'zh'));
  }
  for (const fact of seenFacts(seen)) {
    const { places, document } = fact;
    const whole = iri('kg', fact.relation.id);
    if (FACTS.has(fact.status) && !about.get(fact.subject.id).some(([p, o]) => p.name === whole.name && o.name === fact.object.id)) {
      say(fact.subject.id, whole, iri('id', fact.object.id));
    }
    say(fact.id, iri('rdf', 'type'), iri('kg', 'Assertion'));
    say(fact.id, iri('rdf', 'subject'), iri('id', fact.subject.id));
    say(fact.id, iri('rdf', 'predicate'), whole);
    say(fact.id, iri('rdf', 'object'), iri('id', fact.object.id));
    if (fact.status) say(fact.id, iri('kg', 'status'), iri('kg', fact.status));
    say(fact.id, iri('kg', 'confidence'), typed(fact.confidence.toFixed(2), 'decimal'));
    const properties = { quotation: iri('prov', 'wasDerivedFrom'), sentence: iri('kg', 'sentence'), subject: iri('kg', 'subjectSpan'), object: iri('kg', 'objectSpan'), cue: iri('kg', 'cueSpan') };
    for (const [what, property] of Object.entries(properties)) if (places[what]) say(fact.id, property, span(document, places[what]));
  }
  return about;
}

const ESCAPES = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function term(value) {
  if (value.name !== undefined) {
    return /^[A-Za-z][\w-]*$/.test(value.name) ? `${value.prefix}:${value.name}` : `<${encodeURI(PREFIXES[value.prefix] + value.name)}>`;
  }
  const quoted = `"${value.text.replace(/["\\\n\r\t]/g, (sign) => ESCAPES[sign])}"`;
  return value.language ? `${quoted}@${value.language}` : `${quoted}^^xsd:${value.type}`;
}

export function turtleOf(seen) {
  const lines = Object.entries(PREFIXES).map(([prefix, address]) => `@prefix ${prefix}: <${address}> .`);
  for (const [node, list] of statements(seen)) {
    lines.push('', `${term(iri('id', node))} ${list.map(([property, value]) => `${term(property)} ${term(value)}`).join(' ;\n    ')} .`);
  }
  return `${lines.join('\n')}\n`;
}

export function jsonldOf(seen) {
  const name = ({ prefix, name: local }) => `${prefix}:${local}`;
  const nodes = [...statements(seen)].map(([node, list]) => {
    const made = { '@id': `id:${node}` };
    for (const [property, value] of list) {
      const isType = property.prefix === 'rdf' && property.name === 'type';
      const key = isType ? '@type' : name(property);
      const held = isType ? name(value) : value.name !== undefined ? { '@id': name(value) }
        : value.language ? { '@value': value.text, '@language': value.language } : { '@value': value.text, '@type': `xsd:${value.type}` };
      made[key] = made[key] === undefined ? held : [made[key], held].flat();
    }
    return made;
  });
  return `${JSON.stringify({ '@context': PREFIXES, '@graph': nodes }, null, 1)}\n`;
}
