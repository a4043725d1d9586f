import { describe, expect, it } from 'vitest';
import { publicLink } from './text.ts';

describe('a video link', () => {
  it.each(['https://meet.example.org/abc', 'https://video.nhs.example/room?id=7'])('may be %s', (link) => {
    expect(publicLink(link, 'linkOutUrl')).toBe(link);
  });

  it.each([
    'javascript:alert(1)', 'file:///etc/passwd', 'http://meet.example.org', 'https://localhost/x', 'https://127.0.0.1/x', 'https://10.0.0.8/x', 'https://[::1]/x', 'https://2130706433/',
    'https://printer.local/', 'https://intranet/', 'https://user:secret@meet.example.org/', 'not a link',
  ])('may not be %s', (link) => {
    expect(() => publicLink(link, 'linkOutUrl')).toThrow('an https address of a public host');
  });
});
