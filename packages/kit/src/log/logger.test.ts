import { describe, expect, it } from 'vitest';
import { createLogger } from './index.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  let text = '';
  write(createLogger('test', { level: 'info', destination: { write: (line: string) => { text += line; } } }));
  return text;
}

describe('the log', () => {
  it('keeps identifiers and codes', () => {
    expect(JSON.parse(logged((log) => log.info({ locator: 'clm_1', code: 'NOT_COVERED', durationMs: 4 }, 'refused')))).toMatchObject({
      level: 'info', service: 'test', locator: 'clm_1', code: 'NOT_COVERED', durationMs: 4, msg: 'refused',
    });
  });

  it('drops what is not on the list, and whole objects on it', () => {
    const text = logged((log) => log.info({ firstName: 'Canary', diagnosis: 'Canary', row: { name: 'Canary' }, event: { data: 'Canary' } }, 'x'));
    expect(text).not.toContain('Canary');
  });

  it('says where an error came from and not what it says', () => {
    const text = logged((log) => {
      log.error({ err: Object.assign(new TypeError('Canary has a broken leg'), { code: '23505' }) }, 'failed');
      log.error(new Error('Canary with a broken leg'));
    });
    expect(text).toContain('23505');
    expect(text).toContain('TypeError');
    expect(text).not.toContain('broken leg');
  });

  it('shows a database without its password', () => {
    expect(logged((log) => log.info({ url: 'postgresql://user:hunter2@127.0.0.1/claims?x=1' }, 'x'))).not.toMatch(/hunter2|x=1/);
  });
});
