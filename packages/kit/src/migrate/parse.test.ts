import { describe, expect, it } from 'vitest';
import { parseMigration } from './index.ts';

const parse = (text: string) => parseMigration('m/0001_x.sql', text);

describe('reading a migration as Goose does', () => {
  it('ends a statement at a line that ends in a semicolon, comments behind it or not', () => {
    const { up, down } = parse('-- +goose Up\n-- why\nCREATE TABLE a (\n  id int -- ; not here\n); -- done\nSELECT 1;\n-- +goose Down\nDROP TABLE a;\n');
    expect(up.map(({ line }) => line)).toEqual([3, 6]);
    expect(down).toEqual([{ sql: 'DROP TABLE a;', line: 8 }]);
  });

  it('holds a function together between StatementBegin and StatementEnd', () => {
    const { up } = parse('-- +goose Up\n-- +goose StatementBegin\nDO $$\nBEGIN\n  NULL;\nEND;\n$$;\n-- +goose StatementEnd\n');
    expect(up).toHaveLength(1);
    expect(up[0]?.line).toBe(3);
  });

  it('knows NO TRANSACTION', () => {
    expect(parse('-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n').isTransactional).toBe(false);
  });

  it.each([
    ['a statement before Up', 'SELECT 1;\n-- +goose Up\n', 'm/0001_x.sql:1: a statement before'],
    ['no Up at all', '-- nothing\n', 'm/0001_x.sql:1: there is no'],
    ['a missing semicolon', '-- +goose Up\nSELECT 1;\nSELECT 2\n', 'm/0001_x.sql:3: the statement does not end'],
    ['a missing semicolon before Down', '-- +goose Up\nSELECT 2\n-- +goose Down\n', 'm/0001_x.sql:2: the statement does not end'],
    ['an open StatementBegin', '-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n', 'm/0001_x.sql:3: StatementBegin without'],
    ['two Ups', '-- +goose Up\n-- +goose Up\n', 'm/0001_x.sql:2: +goose Up out of order'],
    ['an annotation nobody knows', '-- +goose Sideways\n', 'm/0001_x.sql:1: +goose Sideways'],
  ])('tells file and line of %s', (_, text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it('refuses a name without a number', () => {
    expect(() => parseMigration('m/create.sql', '-- +goose Up\n')).toThrow('numbered from 1');
  });
});
