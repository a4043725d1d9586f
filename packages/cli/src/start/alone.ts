/**
 * What one process alone is told by its environment: the secret, where the other services are (`SUBGRAPH_URL`, with `{name}` for each), and the names of all.
 */
import { type Settings, readSettings } from '@olly/kit/config';
import { runnable } from '../repository.ts';
import { serviceSecret } from './system.ts';

export interface Alone {
  readonly settings: Settings;
  readonly secret: string;
  readonly urls: Readonly<Record<string, string>>;
}

export function aloneSettings(): Alone {
  const settings = readSettings();
  const urls = Object.fromEntries(runnable().map((name) => [name, process.env[`${name.toUpperCase()}_URL`] ?? settings.SUBGRAPH_URL.replaceAll('{name}', name)]));
  return { settings, secret: serviceSecret(settings), urls };
}

/** The one service that the arguments name. */
export function oneService([name = '']: readonly string[], command: string): string {
  if (!runnable().includes(name)) throw new Error(`Say: pnpm ${command} <service>. There are: ${runnable().join(', ')}.`);
  return name;
}
