import { describe, expect, it } from 'vitest';
import { tasksOf } from './due.ts';

describe('the tasks of a crontab', () => {
  it('are read with their payloads, past options and comments', () => {
    const crontab = '# every night\n0 2 * * * renew_policies\n*/5 0-6,12 1 * 1-5 send_reminders ?fill=1d&max=3 {"days":3}\n';
    expect(tasksOf(crontab)).toEqual([
      { task: 'renew_policies', payload: {} },
      { task: 'send_reminders', payload: { days: 3 } },
    ]);
    expect(tasksOf('')).toEqual([]);
  });
});
