/** `pnpm demo:clock +45d`: moves the demo's business clock; `reset` brings it back to real time. */
import { runningEnvironment } from '../running.ts';
import { moveClock, parseShift } from '../start/platform.ts';

export default async function command([shift = '']: readonly string[]): Promise<void> {
  const offsetMs = await moveClock(parseShift(shift), runningEnvironment());
  console.log(`The business clock shows ${new Date(Date.now() + offsetMs).toISOString()}.`);
}
