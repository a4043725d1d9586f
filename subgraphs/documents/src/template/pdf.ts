/**
 * The PDF of a document, from the same rendered body as the HTML, so that the two can never say different things. Fonts are the house's own (Noto, SIL Open Font License) and cover
 * Latin, Greek, Cyrillic, Arabic and Hebrew; nothing is fetched and no other file is read.
 */
import { existsSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Content, ContentTable, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces';
import { type Element, treeOf } from './html-tree.ts';

/** The folder of fonts, from the sources and from a bundle alike. */
function fontsDir(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    for (const dir of [join(at, 'fonts'), join(at, 'subgraphs/documents/fonts')]) if (existsSync(join(dir, 'NotoSans-Regular.ttf'))) return dir;
  }
  throw new Error('the fonts of documents are missing');
}

interface Pdfmake {
  setFonts(fonts: Record<string, Record<string, string>>): void;
  setUrlAccessPolicy(allows: (url: string) => boolean): void;
  setLocalAccessPolicy(allows: (path: string) => boolean): void;
  createPdf(definition: TDocumentDefinitions): { getBuffer(): Promise<Buffer> };
}

let pdfmake: Pdfmake | undefined;
/** Loaded by the first document: a process that only answers queries never pays for it. Named as an import, so that a bundle finds it where it is installed. */
async function printer(): Promise<Pdfmake> {
  if (pdfmake) return pdfmake;
  const dir = fontsDir();
  const loaded = ((await import('pdfmake')) as unknown as { default: Pdfmake }).default;
  const font = (name: string) => {
    const [normal, bold] = [join(dir, `${name}-Regular.ttf`), join(dir, `${name}-Bold.ttf`)];
    return { normal, bold, italics: normal, bolditalics: bold };
  };
  loaded.setFonts({ NotoSans: font('NotoSans'), NotoSansArabic: font('NotoSansArabic'), NotoSansHebrew: font('NotoSansHebrew') });
  loaded.setUrlAccessPolicy(() => false);
  loaded.setLocalAccessPolicy((path) => path.startsWith(dir + sep));
  pdfmake = loaded;
  return loaded;
}

interface Inline {
  readonly text: string;
  readonly font?: string;
  readonly bold?: boolean;
  readonly italics?: boolean;
}

const RTL = /([\u0590-\u05ff\ufb1d-\ufb4f](?:[\s\u0590-\u05ff\ufb1d-\ufb4f]*[\u0590-\u05ff\ufb1d-\ufb4f])?|[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff](?:[\s\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]*[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff])?)/;

/**
 * One run for each script. The font engine sets the letters of a right-to-left word; the order of words is the layout's, which only knows left to right, so they are turned
 * round here, each a run of its own (a space that ended a word would be set before it). Right for names and short phrases, which is where another script stands in these
 * documents; not for paragraphs that wrap.
 */
export function runsOf(text: string, style: { bold?: boolean; italics?: boolean } = {}): Inline[] {
  return text
    .split(RTL)
    .filter((run) => run !== '')
    .flatMap((run): Inline[] => {
      if (!RTL.test(run)) return [{ text: run, ...style }];
      const font = /[\u0590-\u05ff\ufb1d-\ufb4f]/.test(run) ? 'NotoSansHebrew' : 'NotoSansArabic';
      return run.split(/(\s+)/).reverse().map((word) => (word.trim() === '' ? { text: word, ...style } : { text: word, font, ...style }));
    });
}

function inlinesOf(element: Element, style: { bold?: boolean; italics?: boolean } = {}): Inline[] {
  return element.children.flatMap((child) => {
    if (typeof child === 'string') return runsOf(child.replace(/\s+/g, ' '), style);
    if (child.tag === 'br') return [{ text: '\n' }];
    return inlinesOf(child, { bold: style.bold || child.tag === 'strong' || child.tag === 'b', italics: style.italics || child.tag === 'em' || child.tag === 'i' });
  });
}

const BLOCKS = new Set(['h1', 'h2', 'h3', 'p', 'hr', 'ul', 'ol', 'table', 'div', 'section', 'address']);
const classesOf = (element: Element): string[] => (element.attributes.class ?? '').split(/\s+/);
const isAmount = (element: Element) => classesOf(element).includes('amount');
const elementsOf = (element: Element): Element[] => element.children.filter((child): child is Element => typeof child !== 'string');

function rowsOf(element: Element): Element[] {
  return elementsOf(element).flatMap((child) => (child.tag === 'tr' ? [child] : rowsOf(child)));
}

/** Every row as wide as the widest, since a template may be careless. */
function tableOf(element: Element): ContentTable | null {
  const rows = rowsOf(element).map((row) => {
    const cells = elementsOf(row).filter((cell) => cell.tag === 'td' || cell.tag === 'th');
    return cells.flatMap((cell): TableCell[] => {
      const span = Math.min(Math.max(Number.parseInt(cell.attributes.colspan ?? '1', 10) || 1, 1), 20);
      const text = inlinesOf(cell, { bold: cell.tag === 'th' });
      return [{ text, colSpan: span, alignment: isAmount(cell) ? 'right' : 'left' }, ...Array.from({ length: span - 1 }, () => ({ text: '' }))];
    });
  });
  const width = Math.max(0, ...rows.map((row) => row.length));
  if (width === 0) return null;
  const body = rows.map((row) => [...row, ...Array.from({ length: width - row.length }, () => ({ text: '' }))]);
  const headerRows = elementsOf(element).filter((part) => part.tag === 'thead').flatMap(rowsOf).length;
  return { table: { headerRows, widths: Array.from({ length: width }, (_, i) => (i === 0 ? '*' : 'auto')), body }, layout: 'lightHorizontalLines', margin: [0, 6, 0, 6] };
}

function blockOf(element: Element): Content[] {
  const style = classesOf(element).includes('note') ? 'note' : undefined;
  switch (element.tag) {
    case 'h1':
    case 'h2':
    case 'h3':
      return [{ text: inlinesOf(element), style: element.tag }];
    case 'hr':
      return [{ canvas: [{ type: 'line', x1: 0, y1: 0, x2: 515, y2: 0, lineWidth: 0.5 }], margin: [0, 6, 0, 6] }];
    case 'ul':
    case 'ol': {
      const items = elementsOf(element).filter((item) => item.tag === 'li').map((item) => ({ text: inlinesOf(item) }));
      if (items.length === 0) return [];
      return [element.tag === 'ul' ? { ul: items, margin: [0, 2, 0, 6] } : { ol: items, margin: [0, 2, 0, 6] }];
    }
    case 'table': {
      const table = tableOf(element);
      return table ? [table] : [];
    }
    default:
      if (elementsOf(element).some((child) => BLOCKS.has(child.tag))) return contentOf(element);
      return [{ text: inlinesOf(element), style, margin: [0, 0, 0, 6] }];
  }
}

/** The blocks of an element; text between blocks is a paragraph of its own. */
function contentOf(element: Element): Content[] {
  return element.children.flatMap((child): Content[] => {
    if (typeof child === 'string') return child.trim() === '' ? [] : [{ text: runsOf(child.trim()) }];
    return BLOCKS.has(child.tag) ? blockOf(child) : [{ text: inlinesOf({ tag: 'p', attributes: {}, children: [child] }) }];
  });
}

/** The PDF of a rendered body: A4, pages numbered. */
export async function pdfOf(body: string, { title }: { title: string }): Promise<Buffer> {
  return (await printer())
    .createPdf({
      info: { title, creator: 'Olly', producer: 'Olly' },
      pageSize: 'A4',
      pageMargins: [40, 50, 40, 50],
      defaultStyle: { font: 'NotoSans', fontSize: 10, lineHeight: 1.25 },
      styles: { h1: { fontSize: 18, bold: true, margin: [0, 8, 0, 8] }, h2: { fontSize: 13, bold: true, margin: [0, 8, 0, 4] }, h3: { fontSize: 11, bold: true, margin: [0, 6, 0, 3] }, note: { color: '#57606a' } },
      footer: (page, pages) => ({ text: `${page} / ${pages}`, alignment: 'center', fontSize: 8, margin: [0, 16, 0, 0] }),
      content: contentOf(treeOf(body)),
    })
    .getBuffer();
}
