import { Refused } from '@olly/kit/errors';
import { describe, expect, it } from 'vitest';
import { BULK_SIZE_MAX, checkedFile, SIZE_MAX } from './file.ts';

const base64 = (content: string | Buffer) => Buffer.from(content as string).toString('base64');
const pdf = { filename: 'bill.pdf', contentType: 'application/pdf', base64: base64('%PDF-1.7 …') };
const refusal = (input: Parameters<typeof checkedFile>[0]) => {
  try {
    checkedFile(input);
  } catch (error) {
    if (error instanceof Refused) return error.refusal.code;
    throw error;
  }
  return undefined;
};

describe('an uploaded file', () => {
  it('is kept when its bytes are what its type says', () => {
    expect(checkedFile(pdf)).toMatchObject({ filename: 'bill.pdf', contentType: 'application/pdf' });
    expect(refusal({ ...pdf, contentType: 'text/csv; charset=utf-8', base64: base64('name;Zoë') })).toBeUndefined();
    expect(refusal({ ...pdf, contentType: 'image/png', base64: base64(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) })).toBeUndefined();
  });

  it('may be longer when it is a list of members', () => {
    expect(refusal({ ...pdf, contentType: 'text/csv', base64: base64(Buffer.alloc(SIZE_MAX + 1, 'a,')) })).toBeUndefined();
  });

  it.each([
    ['a page with a script under the name of a picture', { contentType: 'image/png', base64: base64('<script>') }, 'CONTENT_TYPE_REFUSED'],
    ['HTML', { contentType: 'text/html', base64: base64('<p>') }, 'CONTENT_TYPE_REFUSED'],
    ['SVG, which can hold a script', { contentType: 'image/svg+xml', base64: base64('<svg/>') }, 'CONTENT_TYPE_REFUSED'],
    ['a type that is a property of every object', { contentType: 'constructor' }, 'CONTENT_TYPE_REFUSED'],
    ['text that is not UTF-8', { contentType: 'text/plain', base64: base64(Buffer.from([0xff, 0xfe, 0x41])) }, 'CONTENT_TYPE_REFUSED'],
    ['JSON that is none', { contentType: 'application/json', base64: base64('{') }, 'CONTENT_TYPE_REFUSED'],
    ['nothing', { base64: '' }, 'FILE_EMPTY'],
    ['what is not base 64', { base64: 'a b' }, 'CONTENT_INVALID'],
    ['a path as a name', { filename: '../../etc/passwd' }, 'FILENAME_INVALID'],
    ['a name that would break a header', { filename: 'a\r\nSet-Cookie: x' }, 'FILENAME_INVALID'],
    ['a name with a quote', { filename: 'a".pdf' }, 'FILENAME_INVALID'],
    ['more than ten megabytes', { base64: base64(Buffer.alloc(SIZE_MAX + 1, '%PDF-')) }, 'FILE_TOO_LARGE'],
    ['a bulk file of more than twenty-five megabytes', { contentType: 'text/csv', base64: base64(Buffer.alloc(BULK_SIZE_MAX + 1, 'a,')) }, 'FILE_TOO_LARGE'],
  ])('is refused when it is %s', (_title, more, code) => {
    expect(refusal({ ...pdf, ...more })).toBe(code);
  });
});
