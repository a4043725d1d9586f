/**
 * Reads a migration file exactly as Goose reads it: annotations in comments, a statement ends at a line that ends in a semicolon unless
 * StatementBegin/StatementEnd hold it together. Quoting is not looked at, because Goose does not either: a file that passes here
 * runs the same under the stock command line. Pure; every fault is told with file and line.
 */
export interface Statement {
  readonly sql: string;
  /** The line, from 1, on which the statement begins. */
  readonly line: number;
}

export interface Migration {
  readonly file: string;
  readonly version: number;
  readonly up: readonly Statement[];
  readonly down: readonly Statement[];
  readonly isTransactional: boolean;
}

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

const fault = (file: string, line: number, message: string) => new MigrationError(`${file}:${line}: ${message}`);

/** Goose's rule: the last word before a comment ends in a semicolon. */
function endsStatement(line: string): boolean {
  let last = '';
  for (const word of line.trim().split(/\s+/)) {
    if (word.startsWith('--')) break;
    last = word;
  }
  return last.endsWith(';');
}

/** The number in front of a file's name, `0007_add_group_code.sql` → 7. */
export function versionOf(file: string): number {
  const match = /^(\d+)_[a-z0-9_]+\.sql$/.exec(file.split('/').at(-1) ?? '');
  const version = Number(match?.[1] ?? 0);
  if (!Number.isSafeInteger(version) || version < 1) throw fault(file, 1, 'a migration is named <number>_<what_it_does>.sql, numbered from 1');
  return version;
}

/** Parses one file; `file` is the path shown in errors. */
export function parseMigration(file: string, text: string): Migration {
  const statements: { up: Statement[]; down: Statement[] } = { up: [], down: [] };
  let direction: 'up' | 'down' | undefined;
  let isTransactional = true;
  let isHeld = false;
  let buffer: string[] = [];
  let begin = 0;

  const flush = () => {
    const sql = buffer.join('\n').trim();
    if (sql && direction) statements[direction].push({ sql: buffer.join('\n'), line: begin });
    buffer = [];
  };
  const annotation = (command: string, line: number) => {
    if (command === 'Up' || command === 'Down') {
      const next = command === 'Up' ? 'up' : 'down';
      if (isHeld) throw fault(file, line, `+goose ${command} inside StatementBegin`);
      if (buffer.join('').trim()) throw fault(file, begin, 'the statement does not end in a semicolon');
      if (next === 'up' ? direction !== undefined : direction !== 'up') throw fault(file, line, `+goose ${command} out of order: one Up, then at most one Down`);
      direction = next;
    } else if (command === 'StatementBegin') {
      if (!direction || isHeld) throw fault(file, line, '+goose StatementBegin out of order');
      isHeld = true;
    } else if (command === 'StatementEnd') {
      if (!isHeld) throw fault(file, line, '+goose StatementEnd without StatementBegin');
      isHeld = false;
      flush();
    } else if (command === 'NO TRANSACTION') {
      isTransactional = false;
    } else {
      throw fault(file, line, `+goose ${command} is not known here`);
    }
  };

  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    const trimmed = raw.trim();
    const command = /^--\s*\+goose\s+(.+?)\s*$/.exec(trimmed)?.[1];
    if (command) {
      annotation(command, line);
      continue;
    }
    const isEmpty = buffer.length === 0;
    if (!isHeld && isEmpty && (trimmed === '' || trimmed.startsWith('--'))) continue;
    if (!direction) throw fault(file, line, 'a statement before "-- +goose Up"');
    if (isEmpty) {
      if (trimmed === '') continue;
      begin = line;
    }
    buffer.push(raw);
    if (!isHeld && endsStatement(raw)) flush();
  }

  if (!direction) throw fault(file, 1, 'there is no "-- +goose Up"');
  if (isHeld) throw fault(file, begin || 1, 'StatementBegin without StatementEnd');
  if (buffer.join('').trim()) throw fault(file, begin, 'the statement does not end in a semicolon');
  return { file, version: versionOf(file), ...statements, isTransactional };
}
