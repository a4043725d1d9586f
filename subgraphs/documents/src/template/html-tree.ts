/**
 * Reads the HTML that `renderBody` answers into a tree. Only that: sanitised markup is regular (known tags in small letters, quoted attributes, every stray angle bracket escaped),
 * so a tokenizer of a few lines reads all of it. Tags that were left open end with their parent.
 */
export interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: (Element | string)[];
}

const TOKEN = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([a-z-]+)="([^"]*)"/g;
const VOID = new Set(['br', 'hr']);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

function decode(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex: string, decimal: string, name: string) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

/** The tree of a sanitised body. */
export function treeOf(html: string): Element {
  const root: Element = { tag: 'body', attributes: {}, children: [] };
  const open: Element[] = [root];
  for (const [, slash, tag, attributes = '', closed, text] of html.matchAll(TOKEN)) {
    const parent = open.at(-1) as Element;
    if (text !== undefined) parent.children.push(decode(text));
    else if (slash) {
      const at = open.findLastIndex((element) => element.tag === tag);
      if (at > 0) open.length = at;
    } else if (tag) {
      const element: Element = { tag, attributes: Object.fromEntries([...attributes.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, decode(value ?? '')])), children: [] };
      parent.children.push(element);
      if (!VOID.has(tag) && !closed) open.push(element);
    }
  }
  return root;
}
