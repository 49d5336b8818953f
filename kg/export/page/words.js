// The words of the interface, in Chinese and English.

const WORDS = {
  product: ['政图', 'Zhengtu'],
  graphOf: ['政策知识图谱', 'Policy knowledge graph'],
  articles: ['{0} 篇文章', '{0} articles'],
  skip: ['跳到表格视图', 'Skip to the table'],
  search: ['搜索名称、别名、英文、拼音首字母或原文', 'Search names, aliases, pinyin or text'],
  searchShort: ['搜索名称、拼音或原文', 'Search'],
  nothing: ['没有找到“{0}”', 'Nothing found for “{0}”'],
  moreHits: ['还有 {0} 项，请输入更多字', '{0} more; type on to narrow'],
  graph: ['图谱', 'Graph'], table: ['表格', 'Table'], source: ['原文', 'Source'], filters: ['筛选', 'Filters'],
  views: ['视图', 'Views'],
  take: ['导出', 'Export'],
  takePng: ['图片 PNG（含图例）', 'Picture, PNG (with legend)'],
  takeSvg: ['矢量图 SVG（含图例）', 'Picture, SVG (with legend)'],
  takeCsv: ['当前断言 CSV（Excel 可读）', 'Facts shown, CSV (opens in Excel)'],
  takeTtl: ['当前断言 Turtle', 'Facts shown, Turtle'], takeJsonld: ['当前断言 JSON-LD', 'Facts shown, JSON-LD'],
  takeLink: ['复制当前视图的链接', 'Copy a link to this view'],
  copied: ['已复制', 'Copied'],
  notCopied: ['无法复制，请从地址栏复制', 'Cannot copy; use the address bar'],
  saved: ['已导出 {0}', 'Saved {0}'],
  dark: ['深色', 'Dark'], light: ['浅色', 'Light'],
  language: ['English', '中文'],
  things: ['实体', 'Things'], facts: ['断言', 'Facts'], sentences: ['依据句', 'Sentences'],
  nThings: ['{0} 个实体', '{0} things'], nFacts: ['{0} 条断言', '{0} facts'],
  shown: ['实体 {0}/{1} · 断言 {2}/{3}', 'Things {0}/{1} · facts {2}/{3}'],
  kinds: ['实体类别', 'Classes'], relations: ['关系', 'Relations'], statuses: ['语态', 'Status'],
  documents: ['文档', 'Documents'], confidence: ['最低置信度', 'Minimum confidence'],
  all: ['全选', 'All'], none: ['清空', 'None'], only: ['仅', 'only'], onlyThis: ['仅显示“{0}”', 'Show only “{0}”'],
  reset: ['重置筛选', 'Reset filters'],
  lonely: ['无断言的实体', 'Things without facts'],
  whole: ['显示全部实体', 'Show all things'],
  crowd: ['先显示联系最多的 {0} 个实体，共 {1} 个', 'Showing the {0} most connected of {1} things'],
  close: ['关闭', 'Close'], back: ['返回', 'Back'], undo: ['撤销', 'Undo'], fit: ['适应窗口', 'Fit to window'],
  zoomIn: ['放大', 'Zoom in'], zoomOut: ['缩小', 'Zoom out'],
  focus: ['聚焦邻域', 'Neighbourhood'], unfocus: ['返回全图', 'Whole graph'], wider: ['扩大一层', 'One step wider'],
  focused: ['“{0}”的 {1} 层邻域：{2} 个实体', 'Within {1} step(s) of “{0}”: {2} things'],
  pathFrom: ['查找路径', 'Find a path'], pathHint: ['请在图中、表格中或搜索框里选择终点', 'Pick the other end in the graph or by search'],
  path: ['最短路径', 'Shortest path'], steps: ['{0} 步', '{0} steps'],
  noPath: ['在当前筛选条件下，两者之间没有路径。', 'No path between the two under the present filters.'],
  hide: ['隐藏', 'Hide'], hidden: ['已隐藏 {0} 个实体', '{0} things hidden'], unhide: ['全部恢复', 'Bring back'],
  link: ['复制链接', 'Copy link'], cite: ['复制引文', 'Copy citation'],
  aliases: ['别名', 'Also called'], codes: ['标识', 'Identifiers'], english: ['英文', 'English'],
  comparator: ['比较', 'Bound'], number: ['数值', 'Number'], unit: ['单位', 'Unit'], date: ['日期', 'Date'],
  outgoing: ['作为主体', 'As subject'], incoming: ['作为客体', 'As object'],
  noFacts: ['文中提及，但尚无断言。', 'Mentioned, but no fact is stated of it.'],
  filteredOut: ['另有 {0} 条被筛选隐藏', '{0} more are filtered out'], showThem: ['显示', 'Show'],
  mentions: ['文中出现 {0} 处', 'Mentioned {0} times'], unlisted: ['另有 {0} 项未列出', '{0} more are not listed'], more: ['再显示 {0} 条', 'Show {0} more'],
  inContext: ['在原文中查看', 'See in the source'],
  evidence: ['依据', 'Evidence'], nEvidence: ['{0} 处依据', '{0} places'],
  noEvidence: ['由规则推出，没有直接依据。', 'Inferred by a rule; no direct evidence.'],
  extractor: ['抽取', 'Extractor'], offsets: ['字符 {0}–{1}', 'characters {0}–{1}'],
  context: ['语境', 'Context'], speaker: ['言说者', 'Speaker'], time: ['时间', 'Time'], value: ['数值', 'Value'],
  conf: ['置信度', 'Confidence'], status: ['语态', 'Status'],
  subject: ['主体', 'Subject'], relation: ['关系', 'Relation'], object: ['客体', 'Object'],
  kind: ['类别', 'Class'], degree: ['断言数', 'Facts'], name: ['名称', 'Name'], document: ['文档', 'Document'],
  sentence: ['依据句', 'Sentence'], subjectKind: ['主体类别', 'Subject class'], objectKind: ['客体类别', 'Object class'],
  quotation: ['引文', 'Quotation'], start: ['起', 'Start'], end: ['止', 'End'], day: ['日期', 'Date'],
  tableOf: ['断言（{0}）', 'Facts ({0})'], tableThings: ['实体（{0}）', 'Things ({0})'],
  rowsMore: ['再显示 {0} 行，共 {1} 行', 'Show {0} more of {1} rows'],
  emptyTable: ['没有符合条件的断言。', 'No fact matches.'],
  overview: ['概览', 'Overview'], about: ['关于本文', 'About this document'], readSource: ['阅读原文', 'Read the source'],
  byKind: ['各类实体', 'Things by class'], hubs: ['联系最多的实体', 'Most connected'],
  review: ['置信度最低，宜先核对', 'Least certain: check these first'],
  howTo: ['单击查看依据，双击聚焦邻域，拖动平移，滚轮缩放；按 / 搜索，Esc 返回。', 'Click for the evidence, double-click for the neighbourhood, drag to pan, wheel to zoom; / to search, Esc to go back.'],
  gap: ['（此处原文未收录）', '(text not included here)'],
  sourceNote: ['标出的名称可以单击', 'Names are marked; click one'],
  canvas: ['知识图谱画布。方向键移到相邻的实体，回车查看依据，Shift 加方向键平移，加减号缩放；同样的内容见表格视图。', 'Graph canvas. Arrow keys move between things, Enter opens the evidence, Shift with arrows pans, plus and minus zoom; the table view holds the same.'],
  made: ['由政图生成', 'Made with Zhengtu'], sizeNote: ['图形大小表示断言数', 'size: number of facts'],
  dashNote: ['虚线：计划、要求、否定、转述或存疑', 'dashed: planned, required, denied, reported or doubted'],
  nothingShown: ['当前筛选条件下没有可显示的内容', 'Nothing to show under the present filters'],
  selected: ['{0}，{1}，{2} 条断言', '{0}, {1}, {2} facts'],
};

let current = 0;

export function setLanguage(code) {
  current = code === 'en' ? 1 : 0;
}

export const language = () => (current ? 'en' : 'zh');

/** The interface's words for a key, with {0}, {1} … filled in. */
export function t(key, ...values) {
  const words = WORDS[key] ? WORDS[key][current] : key;
  return words.replace(/\{(\d)\}/g, (_, i) => String(values[i]));
}

/** The name of a class, relation, status or thing in the reader's language. */
export const named = (it) => (current && it.en ? it.en : it.zh);
