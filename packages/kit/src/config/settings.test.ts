import { describe, expect, it } from 'vitest';
import { envExample, readSettings, SETTINGS } from './index.ts';

describe('the configuration', () => {
  it('needs nothing on one machine', () => {
    expect(readSettings({})).toMatchObject({ PORT: 4000, OLLY_DATA_DIR: '.olly', NODE_ENV: 'development' });
  });

  it('takes an empty variable for an absent one', () => {
    const settings = readSettings({ PORT: '', DATABASE_URL: '' });
    expect([settings.PORT, settings.DATABASE_URL]).toEqual([4000, undefined]);
  });

  it('names every wrong variable and shows no value', () => {
    const read = () => readSettings({ PORT: '70000', DATABASE_URL: 'mysql://user:hunter2@db/x' });
    expect(read).toThrow(/PORT: [\s\S]*DATABASE_URL: /);
    expect(read).not.toThrow(/hunter2/);
  });

  it('refuses the demo secrets and the demo issuer in production', () => {
    expect(() => readSettings({ NODE_ENV: 'production' })).toThrow('SERVICE_SECRET and OIDC_ISSUER');
  });

  it('writes an example that names every variable', () => {
    for (const name of Object.keys(SETTINGS)) expect(envExample()).toContain(`# ${name}=`);
  });
});
